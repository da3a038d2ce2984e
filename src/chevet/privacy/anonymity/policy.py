"""What a release must satisfy, written down before it is made: the policy of one study or table.

A policy says of every column what it is (identifier, quasi-identifier, sensitive, free), which models must
hold, which risks are too high, and how much may be suppressed. It is a TOML file that a person has read;
a release carries it, and its digest, so that what was promised can be checked against what was written.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, cast, get_args

from chevet.errors import BadInput
from chevet.privacy.anonymity.toml_keys import Keys, nearest
from chevet.privacy.disclosure import FLOOR
from chevet.store.ledger import canonical, sha256

ROLES = ("identifier", "quasi", "sensitive", "free")
DATE_KINDS = ("birth", "death", "event")
SEARCHES = ("optimal", "local")
DISTANCES = ("equal", "ordered", "hierarchical")
DeathDates = Literal["year", "month"]
Alterations = Literal["none", "gene", "hotspot", "exact"]
EventDates = Literal["days", "shifted", "year", "month"]
THRESHOLDS = (
    "highest_risk", "average_risk", "journalist_risk", "marketer_risk", "unique_in_sample", "unique_in_population",
    "singling_out", "linkability", "inference", "singled_out_by_alterations", "alone_by_sensitive",
    "alone_by_all_sensitive",
)  # fmt: skip
HIERARCHY_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. -]*\.csv")
ALONE_BY_ONE, ALONE_BY_ALL = "alone_by_sensitive", "alone_by_all_sensitive"
QUESTIONS = ("singling_out", "linkability", "inference")
MANUAL = "docs/reference/policy-file.md"
LINES_TRIED = 1000  # of a file with something left open: each part from the top is read anew

# Per kind of model: the whole numbers, numbers and words it needs, with their bounds.
_WHOLE: dict[str, dict[str, tuple[int, int]]] = {
    "k-anonymity": {"k": (2, 1_000_000)},
    "k-map": {"k": (2, 1_000_000)},
    "distinct-l-diversity": {"l": (2, 1_000_000)},
    "recursive-l-diversity": {"l": (2, 1_000_000)},
    "population-uniqueness": {"population_size": (1, 10_000_000_000)},
}
_NUMBER: dict[str, dict[str, tuple[float, float]]] = {
    "entropy-l-diversity": {"l": (1.000001, 1e6)},
    "recursive-l-diversity": {"c": (1e-6, 1e6)},
    "t-closeness": {"t": (0.0, 1.0)},
    "delta-presence": {"low": (0.0, 1.0), "high": (0.0, 1.0)},
    "population-uniqueness": {"at_most": (0.0, 1.0)},
    "average-risk": {"at_most": (1e-9, 1.0)},
}
OF_AN_ATTRIBUTE = ("distinct-l-diversity", "entropy-l-diversity", "recursive-l-diversity", "t-closeness")
OF_A_POPULATION = ("k-map", "delta-presence")
MODELS = (
    "k-anonymity", "k-map", *OF_AN_ATTRIBUTE, "delta-presence", "population-uniqueness", "average-risk",
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """What one column is.

    hierarchy        a built-in name, or the name of a CSV file beside the policy; of a quasi-identifier always,
                     of a sensitive attribute where a model needs it
    weight           how much its loss counts in the search
    lowest, highest  the levels that may be released; `highest` None: up to the root
    date             set when the column holds calendar dates: of birth, of death, or of another event
    pseudonym        an identifier that is replaced by the project's pseudonym instead of being dropped
    """

    name: str
    role: str
    hierarchy: str = ""
    weight: float = 1.0
    lowest: int = 0
    highest: int | None = None
    date: str = ""
    pseudonym: bool = False

    @property
    def hierarchy_file(self) -> str:
        """The file that holds the hierarchy, or nothing when it is built in."""
        return self.hierarchy if self.hierarchy.endswith(".csv") else ""


@dataclass(frozen=True)
class ModelAsked:
    """A model that the release must satisfy; `models.py` says what each kind means.

    figures     its numbers: k, l, c, t, low, high, at_most, population_size
    attribute   the sensitive column it speaks of, or nothing
    distance    of t-closeness: equal, ordered or hierarchical
    order       of ordered t-closeness: the values from least to most; numbers need none
    """

    kind: str
    figures: Mapping[str, float] = field(default_factory=dict)
    attribute: str = ""
    distance: str = ""
    order: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        words = {"attribute": self.attribute, "distance": self.distance, "order": list(self.order)}
        return {"kind": self.kind, **self.figures, **{k: v for k, v in words.items() if v}}


@dataclass(frozen=True)
class Policy:
    """A policy as it was read.

    columns            in the order of the file
    thresholds         the highest value allowed of each figure that is named (`THRESHOLDS`), 0 to 1
    suppress_at_most   share of rows that may be shown as `*`, 0 to 1
    search, seconds    optimal (one level per attribute, proved) or local (a level per group), and its time limit
    population         a table beside the policy with the quasi-identifiers of the whole population, or nothing
    population_size    how many people the sample was drawn from, or None
    death_dates        year or month: never finer
    event_dates        days since `origin`, shifted per patient, month or year
    draft              True until a person has read it: nothing is released under a draft
    alterations        none, gene, hotspot or exact: the genomic detail that goes out beside the table
    text, folder       the file as it was written, and where files named in it lie
    """

    columns: tuple[Column, ...]
    models: tuple[ModelAsked, ...]
    thresholds: Mapping[str, float] = field(default_factory=dict)
    suppress_at_most: float = 0.0
    search: str = "local"
    seconds: float = 60.0
    population: str = ""
    population_size: int | None = None
    death_dates: DeathDates = "year"
    event_dates: EventDates = "days"
    origin: str = ""
    shift_within_days: int = 365
    alterations: Alterations = "none"
    alteration_patients: int = FLOOR
    draft: bool = False
    study: str = ""
    purpose: str = ""
    recipient: str = ""
    text: str = field(default="", repr=False, compare=False)
    folder: Path = field(default=Path(), repr=False, compare=False)

    @staticmethod
    def read(path: Path) -> Policy:
        """The policy in a file. Raises BadInput that lists every fault of it."""
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise BadInput(
                f"{path.name} is not UTF-8 text: line {line}", next_act="Save the policy as UTF-8."
            ) from None
        except OSError as error:
            raise BadInput(
                f"the policy {path.name} cannot be read: {error.strerror}",
                next_act="Name a policy file; `chevet privacy policy` writes a first draft.",
            ) from None
        return Policy.parse(text, path.name, path.parent)

    @staticmethod
    def parse(text: str, name: str = "policy.toml", folder: Path = Path()) -> Policy:
        """The policy written in `text`; `name` is what errors call it."""
        try:
            content = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise BadInput(f"{name} is not TOML: {_broken(text, error)}", next_act=f"See {MANUAL}.") from None
        faults: list[str] = []
        made = _policy(Keys(content, "", faults), text, folder)
        faults += [] if faults else _contradictions(made)
        if faults:
            raise BadInput(
                f"policy {name} has {len(faults)} fault{'s' if len(faults) > 1 else ''}:\n  " + "\n  ".join(faults),
                next_act=f"See {MANUAL} for every key.",
            )
        return made

    @property
    def quasi(self) -> tuple[Column, ...]:
        return self.of_role("quasi")

    @property
    def sensitive(self) -> tuple[Column, ...]:
        return self.of_role("sensitive")

    def of_role(self, role: str) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if c.role == role)

    def column(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)

    @property
    def files(self) -> tuple[Path, ...]:
        """The hierarchies and the population that lie beside the policy."""
        named = [c.hierarchy_file for c in self.columns if c.hierarchy_file] + [self.population]
        return tuple(self.folder / name for name in dict.fromkeys(filter(None, named)))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what the policy means, its files included: comments and order of keys do not count."""
        said = self.as_json() | {"files": {p.name: sha256(_bytes(p)) for p in self.files}}
        return sha256(canonical(said))

    def as_json(self) -> dict[str, Any]:
        """The policy as scripts read it."""
        return {
            "study": self.study, "purpose": self.purpose, "recipient": self.recipient,
            "columns": [{k: v for k, v in vars(c).items() if v not in ("", None, False)} for c in self.columns],
            "models": [m.as_json() for m in self.models], "thresholds": dict(self.thresholds),
            "suppress_at_most": self.suppress_at_most, "search": self.search, "seconds": self.seconds,
            "population": self.population, "population_size": self.population_size,
            "death_dates": self.death_dates, "event_dates": self.event_dates, "origin": self.origin,
            "shift_within_days": self.shift_within_days,
            "alterations": self.alterations, "alteration_patients": self.alteration_patients,
        }  # fmt: skip

    def check_columns(self, there: Sequence[str]) -> None:
        """Raise BadInput unless every column of the table has a role here, and every column here is in the table."""
        named = {c.name for c in self.columns}
        faults = [f'column "{name}" of the table has no role in the policy' for name in there if name not in named]
        faults += [
            f'column "{c.name}" of the policy is not in the table{nearest(c.name, there)}'
            for c in self.columns
            if c.name not in there
        ]
        if faults:
            raise BadInput(
                "the policy does not fit the table:\n  " + "\n  ".join(faults),
                next_act=f"Give each column of the table one [[column]] with a role: {', '.join(ROLES)}.",
            )


def _policy(keys: Keys, text: str, folder: Path) -> Policy:
    study, suppression, search, dates, genomic, population, thresholds = map(
        keys.table, ("study", "suppression", "search", "dates", "genomic", "population", "thresholds")
    )
    made = Policy(
        columns=tuple(_column(k) for k in keys.tables("column")),
        models=tuple(_model(k) for k in keys.tables("model")),
        thresholds={n: v for n in THRESHOLDS if (v := thresholds.number(n, 0, 1)) is not None},
        suppress_at_most=suppression.number("at_most", 0, 1, 0.0) or 0.0,
        search=search.choice("kind", SEARCHES, "local"),
        seconds=search.number("seconds", 0.1, 86_400, 60.0) or 60.0,
        population=population.text("table"),
        population_size=population.whole("size", 1, 10_000_000_000),
        death_dates=cast(DeathDates, dates.choice("death", get_args(DeathDates), "year")),
        event_dates=cast(EventDates, dates.choice("events", get_args(EventDates), "days")),
        origin=dates.text("origin"),
        shift_within_days=dates.whole("within_days", 30, 3650, 365) or 365,
        alterations=cast(Alterations, genomic.choice("detail", get_args(Alterations), "none")),
        alteration_patients=genomic.whole("at_least", FLOOR, 1_000_000, FLOOR) or FLOOR,
        draft=keys.yes_no("draft"),
        study=study.text("name"),
        purpose=study.text("purpose"),
        recipient=study.text("recipient"),
        text=text,
        folder=folder,
    )
    for part in (study, suppression, search, dates, genomic, population, thresholds, keys):
        part.no_more()
    return made


def _column(keys: Keys) -> Column:
    name = keys.text("name")
    keys.where += f" ({name})" if name else ""
    if not name:
        keys.fault("name is missing")
    role = keys.choice("role", ROLES, None)
    made = Column(
        name=name,
        role=role,
        hierarchy=keys.text("hierarchy") if role in ("quasi", "sensitive", "") else "",
        weight=(keys.number("weight", 0.001, 1000, 1.0) or 1.0) if role in ("quasi", "") else 1.0,
        lowest=(keys.whole("lowest", 0, 99, 0) or 0) if role in ("quasi", "") else 0,
        highest=keys.whole("highest", 0, 99) if role in ("quasi", "") else None,
        date=keys.choice("date", DATE_KINDS, "") if keys.has("date") else "",
        pseudonym=keys.yes_no("pseudonym") if role in ("identifier", "") else False,
    )
    keys.no_more()
    return made


def _model(keys: Keys) -> ModelAsked:
    kind = keys.choice("kind", MODELS, None)
    if not kind:
        return ModelAsked(kind)
    keys.where += f" ({kind})"
    figures: dict[str, float] = {}
    for name, (low, high) in _WHOLE.get(kind, {}).items():
        figures[name] = keys.whole(name, low, high, required=True) or low
    for name, (least, most) in _NUMBER.get(kind, {}).items():
        found = keys.number(name, least, most, required=True)
        figures[name] = least if found is None else found
    attribute = keys.text("attribute") if kind in OF_AN_ATTRIBUTE else ""
    if kind in OF_AN_ATTRIBUTE and not attribute:
        keys.fault("attribute is missing: the sensitive column it speaks of")
    distance = keys.choice("distance", DISTANCES, "equal") if kind == "t-closeness" else ""
    order = keys.texts("order") if distance == "ordered" else ()
    keys.no_more()
    return ModelAsked(kind, figures, attribute, distance, order)


def _contradictions(policy: Policy) -> list[str]:
    """What each part says well and the whole does not: every fault at once."""
    names = [c.name for c in policy.columns]
    sensitive = [c.name for c in policy.sensitive]
    faults = [
        f'column "{name}" has {names.count(name)} roles' for name in dict.fromkeys(names) if names.count(name) > 1
    ]
    if not policy.quasi:
        faults.append('no column is "quasi": nothing would be generalised')
    if not policy.models:
        faults.append("no [[model]]: nothing would be promised")
    for c in policy.columns:
        faults += _faults_of(c)
    for model in policy.models:
        if model.attribute and model.attribute not in sensitive:
            faults.append(
                f'{model.kind} speaks of "{model.attribute}", which is not a sensitive column'
                f"{nearest(model.attribute, sensitive)}"
            )
        if model.kind in OF_A_POPULATION and not policy.population:
            faults.append(f"{model.kind} needs [population] table: the quasi-identifiers of the whole population")
        if model.kind == "delta-presence" and model.figures["low"] > model.figures["high"]:
            faults.append("delta-presence: low is above high")
        if model.distance == "hierarchical" and model.attribute in sensitive:
            faults += _without_hierarchy(policy, model.attribute)
    if "journalist_risk" in policy.thresholds and not policy.population:
        faults.append("[thresholds] journalist_risk needs [population] table")
    if "unique_in_population" in policy.thresholds and not policy.population_size:
        faults.append("[thresholds] unique_in_population needs [population] size")
    if policy.origin and policy.origin not in names:
        faults.append(f'[dates] origin "{policy.origin}" is not a column{nearest(policy.origin, names)}')
    if any(c.date == "event" for c in policy.columns) and policy.event_dates == "days" and not policy.origin:
        faults.append("[dates] origin is missing: the column from which days are counted (or events = year, month)")
    if policy.population and Path(policy.population).name != policy.population:
        faults.append("[population] table lies beside the policy: give its name alone")
    return faults


def _faults_of(c: Column) -> list[str]:
    faults = []
    if c.role == "quasi" and not c.hierarchy:
        faults.append(f'column "{c.name}" is quasi and has no hierarchy')
    if c.hierarchy_file and not HIERARCHY_FILE.fullmatch(c.hierarchy):
        faults.append(f'column "{c.name}": a hierarchy file lies beside the policy: give its name alone')
    if c.highest is not None and c.highest < c.lowest:
        faults.append(f'column "{c.name}": highest is below lowest')
    return faults


def _without_hierarchy(policy: Policy, attribute: str) -> list[str]:
    has = policy.column(attribute).hierarchy
    return [] if has else [f'hierarchical t-closeness needs a hierarchy of "{attribute}"']


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(
            f"{path.name}, named by the policy, cannot be read: {error.strerror}",
            next_act="Put the file beside the policy.",
        ) from None


def _broken(text: str, error: Exception) -> str:
    """The line that breaks the file, and what is wrong there.

    A text in quotes that nobody closes is noticed at the end of the file only: then it is the line after the longest
    part from the top that can be read.
    """
    says, _, place = str(error).partition(" (at ")
    found = re.match(r"line (\d+)", place)
    if found:
        return f"line {found[1]}: {says}"
    lines = text.split("\n")
    if len(lines) > LINES_TRIED:
        return f"line {len(lines)}, the last: {says}"
    read = [n for n in range(len(lines)) if _can_be_read("\n".join(lines[:n]))]
    return f"line {read[-1] + 1}: {says}"


def _can_be_read(text: str) -> bool:
    try:
        tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return False
    return True
