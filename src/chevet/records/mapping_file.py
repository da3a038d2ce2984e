"""Reading a mapping file: TOML, checked whole, so that people mend it once.

Each fault names its place in the file, the rule, and the nearest word that would have been right.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

from chevet.errors import BadInput
from chevet.records.mapping import (
    DUPLICATE_REASONS,
    KEEP,
    OTHERWISE,
    REJECT_REASONS,
    THROUGH,
    UNITS,
    UNLISTED,
    DuplicateRule,
    EndpointRule,
    FieldRule,
    RejectRule,
    TableRule,
    TablesMapping,
)
from chevet.records.tables import ENDPOINT, TABLES, Table

_SHIPPED = package_files("chevet.records") / "mappings"


def shipped() -> list[str]:
    """Names of the mappings that come with Chevet, such as `tcga`."""
    return sorted(entry.name.removesuffix(".toml") for entry in _SHIPPED.iterdir() if entry.name.endswith(".toml"))


def load(mapping: Path) -> TablesMapping:
    """The mapping kept in a TOML file, or the shipped one of that name. BadInput lists every fault."""
    name = str(mapping)
    if mapping.is_file():
        try:
            text = mapping.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise BadInput(f"{mapping.name} is not UTF-8 text", next_act="Save the mapping file as UTF-8.") from error
        return parse(text, mapping.name)
    if name in shipped():
        return parse((_SHIPPED / f"{name}.toml").read_text(encoding="utf-8"), name)
    raise BadInput(
        f"there is no mapping file {mapping.name}",
        next_act=f"Give the path of a TOML file, or the name of a shipped mapping: {', '.join(shipped())}.",
    )


def parse(text: str, name: str) -> TablesMapping:
    """The mapping written in `text`; `name` is what errors call it."""
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInput(
            f"{name} is not TOML: {error}", next_act="See docs/how-to/import-tables-with-a-mapping.md."
        ) from error
    faults: list[str] = []
    reader = _Keys(content, "", faults)
    tables = tuple(_table(keys) for keys in reader.tables("table"))
    mapping = TablesMapping(
        name=name,
        title=reader.text("title", name),
        description=reader.text("description"),
        citation=reader.text("citation"),
        pmid=reader.text("pmid"),
        assembly=reader.text("assembly"),
        missing=reader.texts("missing"),
        unlisted=reader.choice("unlisted", UNLISTED, "reject"),
        tables=tuple(t for t in tables if t is not None),
    )
    reader.no_more()
    _check_owners(mapping, faults)
    if not content.get("table"):
        faults.append("it has no [[table]]: nothing says which file feeds which table")
    if faults:
        raise BadInput(
            f"mapping {name} has {len(faults)} fault{'s' if len(faults) > 1 else ''}:\n  " + "\n  ".join(faults),
            next_act="See docs/how-to/import-tables-with-a-mapping.md for every key.",
        )
    return mapping


def _check_owners(mapping: TablesMapping, faults: list[str]) -> None:
    """Rows of a patient or sample that no table lists would all be left out: better told at once."""
    fed = {rule.record for rule in mapping.tables}
    for owner in ("patient", "sample"):
        lost = sorted({r.record for r in mapping.tables if f"{owner}_id" in r.fields and r.record != owner})
        if lost and owner not in fed and mapping.unlisted != "add":
            faults.append(
                f"{', '.join(lost)} name a {owner}, and no [[table]] feeds {owner}: "
                f'add one, or say unlisted = "add" to list every {owner} that is named'
            )


class _Keys:
    """One TOML table being read: each key is taken once, and what is left over is a fault."""

    def __init__(self, content: Mapping[str, Any], where: str, faults: list[str]) -> None:
        self._content = dict(content)
        self._known: list[str] = []
        self.where = where
        self.faults = faults

    def fault(self, key: str, says: str) -> None:
        self.faults.append(f"{self.where}{key}: {says}")

    def take(self, key: str) -> Any:
        self._known.append(key)
        return self._content.pop(key, None)

    def _typed(self, key: str, default: Any, fits: Callable[[Any], bool], kind: str) -> Any:
        value = self.take(key)
        if value is None:
            return default
        if not fits(value):
            self.fault(key, f"should be {kind}, is {_kind(value)}")
            return default
        return value

    def text(self, key: str, default: str = "") -> str:
        return str(self._typed(key, default, lambda v: isinstance(v, str), "text"))

    def yes_no(self, key: str) -> bool:
        return bool(self._typed(key, False, lambda v: isinstance(v, bool), "true or false"))

    def texts(self, key: str) -> tuple[str, ...]:
        """One text or a list of texts; numbers are read as they are written."""
        value = self._typed(key, [], lambda v: isinstance(v, str | list), "text or a list of texts")
        given = [value] if isinstance(value, str) else value
        if not all(isinstance(v, str | int | float) for v in given):
            self.fault(key, "should hold texts only")
            return ()
        return tuple(str(v) for v in given)

    def choice(self, key: str, among: Sequence[str], default: str) -> str:
        value = self.text(key, default)
        if value != default and value not in among:
            self.fault(key, f"{value!r} is none of {', '.join(among)}{_near(value, among)}")
            return default
        return value

    def tables(self, key: str) -> Iterator[_Keys]:
        value = self._typed(key, [], lambda v: isinstance(v, list), f"[[{key}]] tables")
        for number, entry in enumerate(value, 1):
            if isinstance(entry, dict):
                yield _Keys(entry, f"{self.where}{key} {number}, ", self.faults)
            else:
                self.fault(f"{key} {number}", f"should be a table, is {_kind(entry)}")

    def no_more(self) -> None:
        for key in self._content:
            self.fault(key, f"there is no such key{_near(key, self._known)}")


def _kind(value: Any) -> str:
    kinds = {str: "text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return kinds.get(type(value), "something else")


def _near(word: str, among: Sequence[str]) -> str:
    found = get_close_matches(word, among, n=1, cutoff=0.5)
    return f"; nearest: {found[0]}" if found else ""


def _table(keys: _Keys) -> TableRule | None:
    record = keys.text("record")
    if record not in TABLES:
        keys.fault("record", f"{record!r} is no table of the record{_near(record, list(TABLES))}")
        return None
    table = TABLES[record]
    unpivot, others = _unpivot(keys)
    rule = TableRule(
        record=record,
        files=keys.texts("files"),
        fields=_fields(keys, table),
        endpoints=tuple(e for e in map(_endpoint, keys.tables("endpoint")) if e is not None),
        unpivot=unpivot,
        unpivot_others=others,
        once=keys.yes_no("once"),
        reject=tuple(_reject(k) for k in keys.tables("reject")),
        duplicates=_duplicates(keys, table),
        set_aside=keys.texts("set_aside"),
    )
    keys.no_more()
    _check_table(keys, table, rule)
    return rule


def _unpivot(keys: _Keys) -> tuple[tuple[str, ...] | None, bool]:
    given = keys.texts("unpivot")
    if given == ("others",):
        return None, True
    return (given or None), False


def _check_table(keys: _Keys, table: Table, rule: TableRule) -> None:
    if not rule.files:
        keys.fault("files", "is needed: a file name, or a pattern such as mutations_*.parquet")
    for pattern in rule.files:
        if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
            keys.fault("files", f"{pattern!r} leaves the folder being imported")
    if rule.endpoints and table.name != "event":
        keys.fault("endpoint", "only the event table has survival times")
    unpivots = rule.unpivot is not None or rule.unpivot_others
    if unpivots and table.name != "measurement":
        keys.fault("unpivot", "only the measurement table takes one row per column")
    filled = set(rule.fields)
    filled |= {"event", "endpoint", "occurred", "start_days"} if rule.endpoints else set()
    filled |= {"measurement", "value_number", "value_text"} if unpivots else set()
    for f in table.fields:
        if f.required and f.name not in filled:
            keys.fault("fields", f"{f.name} is required and nothing feeds it")


def _fields(keys: _Keys, table: Table) -> dict[str, FieldRule]:
    given = keys.take("fields")
    if not isinstance(given, dict):
        keys.fault("fields", "is needed: a table of our field = their column")
        return {}
    names = [f.name for f in table.fields]
    rules: dict[str, FieldRule] = {}
    for name, entry in given.items():
        if name not in names:
            keys.fault(f"fields.{name}", f"{table.name} has no such field{_near(name, names)}")
            continue
        if isinstance(entry, str):
            rules[name] = FieldRule(columns=(entry,))
        elif isinstance(entry, dict):
            rules[name] = _field(_Keys(entry, f"{keys.where}fields.{name}.", keys.faults), name)
        else:
            keys.fault(f"fields.{name}", f"should be a column's name or a table, is {_kind(entry)}")
    return rules


def _field(keys: _Keys, name: str) -> FieldRule:
    values = keys.take("values")
    if values is not None and not (isinstance(values, dict) and all(isinstance(v, str) for v in values.values())):
        keys.fault("values", "should be a table of their value = our value, both texts")
        values = None
    constant = keys.take("constant")
    if constant is not None and not isinstance(constant, str | int | float | bool):
        keys.fault("constant", f"should be one value, is {_kind(constant)}")
        constant = None
    rule = FieldRule(
        columns=keys.texts("column"),
        constant=constant,
        values=values or {},
        otherwise=keys.choice("otherwise", OTHERWISE, "") or None,
        through=keys.choice("through", THROUGH, "") or None,
        unit=keys.choice("unit", UNITS, "") or None,
        formats=keys.texts("date_format"),
        since=keys.text("since") or None,
    )
    keys.no_more()
    if bool(rule.columns) == (rule.constant is not None):
        keys.fault("column", "give a column (or several, the first filled one counts) or a constant, not both")
    if rule.through and name != "oncotree_code":
        keys.fault("through", "only oncotree_code goes through a crosswalk")
    if bool(rule.since) != name.endswith("_days") and (rule.since or rule.formats):
        keys.fault("since", "fields in days, and only they, count from the date in another column")
    if rule.formats and not name.endswith(("_days", "_year")):
        keys.fault("date_format", f"{name} is not made from a date")
    if rule.unit and not name.endswith(("_days", "_years", "purity", "vaf")):
        keys.fault("unit", f"{name} has no unit to convert to")
    return rule


def _endpoint(keys: _Keys) -> EndpointRule | None:
    rule = EndpointRule(
        endpoint=keys.text("endpoint"),
        time=keys.text("time"),
        status=keys.text("status"),
        occurred=keys.texts("occurred"),
        not_yet=keys.texts("not_yet"),
        unit=keys.choice("unit", UNITS[:4], "days"),
    )
    keys.no_more()
    if rule.endpoint not in ENDPOINT:
        keys.fault("endpoint", f"{rule.endpoint!r} is none of {', '.join(ENDPOINT)}{_near(rule.endpoint, ENDPOINT)}")
        return None
    for key in ("time", "status", "occurred", "not_yet"):
        if not getattr(rule, key):
            keys.fault(key, "is needed")
    return rule


def _reject(keys: _Keys) -> RejectRule:
    rule = RejectRule(
        column=keys.text("column"),
        values=keys.texts("values"),
        reason=keys.choice("reason", REJECT_REASONS, REJECT_REASONS[0]),
        whole_patient=keys.yes_no("whole_patient"),
    )
    keys.no_more()
    for key in ("column", "values"):
        if not getattr(rule, key):
            keys.fault(key, "is needed")
    return rule


def _duplicates(keys: _Keys, table: Table) -> DuplicateRule | None:
    given = keys.take("duplicates")
    if given is None:
        return None
    if not isinstance(given, dict):
        keys.fault("duplicates", f"should be a table, is {_kind(given)}")
        return None
    inner = _Keys(given, f"{keys.where}duplicates.", keys.faults)
    rule = DuplicateRule(
        same=inner.texts("same"),
        keep=inner.choice("keep", KEEP, "stop"),
        of=inner.texts("of"),
        reason=inner.choice("reason", DUPLICATE_REASONS, DUPLICATE_REASONS[0]),
    )
    inner.no_more()
    names = [f.name for f in table.fields]
    for key in ("same", "of"):
        for name in getattr(rule, key):
            if name not in names:
                inner.fault(key, f"{table.name} has no field {name}{_near(name, names)}")
    if not rule.same:
        inner.fault("same", "is needed: the fields in which two rows say the same thing")
    if (rule.keep == "most") != bool(rule.of):
        inner.fault("of", 'says which numbers to add up, for keep = "most" and only then')
    return rule
