"""One rule of a mapping applied to one file: its columns become the columns of a record table.

Each column is read value by value, whatever its type; what was done to a value is marked with its
row, and told at the end if the row is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chevet.errors import BadInput
from chevet.records import dates, genes, values
from chevet.records.gathering import Piece
from chevet.records.mapping import FieldRule, TableRule, TablesMapping
from chevet.records.tables import NUMBER, TABLES, TEXT, WHOLE, Field
from chevet.records.values import Mark, Said

Lines = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Source:
    """One file's columns as they are, and the line of each row."""

    file: str
    columns: dict[str, Any]
    lines: Lines

    @property
    def rows(self) -> int:
        return len(self.lines)


@dataclass
class ColumnReading:
    """One rule applied to one file."""

    source: Source
    rule: TableRule
    rules: TablesMapping
    marks: list[Mark] = field(default_factory=list)
    _texts: dict[tuple[str, bool], Any] = field(default_factory=dict)

    def plain(self) -> Piece:
        """One row of the record for each row of the file."""
        self.marks = []
        made = self._fields()
        return self._piece(made, np.ones(self.source.rows, dtype=bool))

    def endpoint(self, number: int) -> Piece:
        """One survival time for each row that says its time or its status."""
        self.marks = []
        rule = self.rule.endpoints[number]
        times, statuses = self._text(rule.time), self._text(rule.status)
        days, marks = values.read_column(
            times, values.reader_of(Field("start_days", NUMBER, ""), unit=rule.unit), NUMBER
        )
        self.marks += [mark._replace(act="rejected") for mark in marks]
        known, _ = values.read_column(
            statuses,
            lambda text: Said(
                True
                if values.same_word(text, rule.occurred)
                else False
                if values.same_word(text, rule.not_yet)
                else None
            ),
            pa.bool_(),
        )
        said = _filled(times) | _filled(statuses)
        self._reject(said & (~_filled(times) | ~_filled(statuses)), "endpoint_incomplete")
        self._reject(_filled(statuses) & ~_filled(known), "endpoint_status_unknown")
        self._reject(_filled(days) & (_floats(days) < 0), "negative_survival")
        made = self._fields() | {
            "event": _same(rule.endpoint, self.source.rows),
            "endpoint": _same(rule.endpoint, self.source.rows),
            "occurred": known,
            "start_days": days,
        }
        return self._piece(made, said)

    def unpivoted(self, column: str) -> Piece:
        """One measurement for each row in which this column is filled."""
        self.marks = []
        texts = self._text(column)
        numbers, _ = values.read_column(texts, lambda text: Said(values.number(text)), NUMBER)
        words, _ = values.read_column(
            texts, lambda text: Said(None if values.number(text) is not None else text.strip()), TEXT
        )
        made = self._fields() | {
            "measurement": _same(column, self.source.rows),
            "value_number": numbers,
            "value_text": words,
        }
        return self._piece(made, _filled(texts))

    def _reject(self, mask: Mask, reason: str) -> None:
        if mask.any():
            self.marks.append(Mark(reason, "rejected", np.flatnonzero(mask)))

    def _piece(self, made: dict[str, Any], said: Mask) -> Piece:
        table = TABLES[self.rule.record]
        for rule in self.rule.reject:
            chosen = _chosen(self._text(rule.column), rule.values)
            self._reject(chosen & said, rule.reason)
        columns = []
        for f in table.fields:
            column = made.get(f.name)
            columns.append(_empty(self.source.rows, f.type) if column is None else column)
            if f.required:
                reason = "missing_identifier" if f.name.endswith("_id") else "required_value_missing"
                self._reject(said & ~_filled(columns[-1]), reason)
        rows = pa.table(columns, names=table.schema.names)
        withdrawn = [_chosen(self._text(rule.column), rule.values) for rule in self.rule.reject if rule.whole_patient]
        patients = (
            pc.unique(rows.column("patient_id").filter(pa.array(np.logical_or.reduce(withdrawn)))).to_pylist()
            if withdrawn
            else []
        )
        marks = self.marks
        if not said.all():
            place = np.cumsum(said) - 1
            rows = rows.filter(pa.array(said))
            marks = [mark._replace(rows=place[mark.rows[said[mark.rows]]]) for mark in marks]
        return Piece(
            table.name,
            self.source.file,
            rows.cast(_nullable(table.schema)),
            self.source.lines[said],
            marks,
            [p for p in patients if p is not None],
        )

    def _fields(self) -> dict[str, Any]:
        table = TABLES[self.rule.record]
        made: dict[str, Any] = {}
        for name in sorted(self.rule.fields, key=values.CHROMOSOME_OF.__contains__):  # genes last: their place is known
            rule = self.rule.fields[name]
            if name in values.CHROMOSOME_OF and rule.columns:
                self._name_genes(table.field(name), rule, made)
            else:
                made[name] = self._field(table.field(name), rule)
        self._beside(made)
        return made

    def _name_genes(self, field_: Field, rule: FieldRule, made: dict[str, Any]) -> None:
        """Approved symbols, each told with the chromosome of its row where the mapping gives one."""
        plain = self._translated(rule, lambda text: Said(text.strip()))
        symbols, _ = values.read_column(self._first_of(rule.columns), plain, TEXT)
        found = genes.named(symbols, chromosomes=made.get(values.CHROMOSOME_OF[field_.name]))
        self._mark(field_, rule, values.gene_marks(found))
        made[field_.name] = found.gene
        if field_.name == "gene" and "hgnc_id" in TABLES[self.rule.record].schema.names:
            made.setdefault("hgnc_id", found.hgnc_id)

    def _beside(self, made: dict[str, Any]) -> None:
        """Fields that follow from others: the words of the source, HGNC numbers, classes, fractions."""
        names = TABLES[self.rule.record].schema.names
        for name, given in values.AS_GIVEN.items():
            rule = self.rule.fields.get(name)
            if rule is not None and rule.columns and given in names and given not in made:
                made[given] = self._first_of(rule.columns)
        if "gene" in made and "hgnc_id" in names and "hgnc_id" not in made:
            made["hgnc_id"], _ = values.read_column(made["gene"], values.hgnc_id, TEXT)
        if "treatment" in made and "treatment_class" not in made:
            made["treatment_class"], _ = values.read_column(made["treatment"], values.class_of_medicine, TEXT)
        if self.rule.record == "treatment" and "given" not in made:
            made["given"] = pa.array(np.ones(self.source.rows, dtype=bool))
        reads = [made.get("tumour_reference_reads"), made.get("tumour_alternate_reads")]
        if reads[0] is not None and reads[1] is not None:
            made["vaf"] = _fraction(made.get("vaf"), _floats(reads[0]), _floats(reads[1]))

    def _field(self, field_: Field, rule: FieldRule) -> Any:
        try:
            return self._within(field_, rule, self._read_field(field_, rule))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            kinds = ", ".join(str(self.source.columns[column].type) for column in rule.columns)
            raise BadInput(
                f"{self.source.file}, column {', '.join(rule.columns)}: values of this kind ({kinds}) cannot be read "
                f"as {self.rule.record}.{field_.name}",
                next_act="Export the column as text or as plain numbers.",
            ) from error

    def _within(self, field_: Field, rule: FieldRule, made: Any) -> Any:
        """The column without the values that its field cannot have."""
        if field_.name not in values.RANGES:
            return made
        least, most, reason = values.RANGES[field_.name]
        found = _floats(made)
        outside = (found < least) | (found > most)
        if not outside.any():
            return made
        self._mark(field_, rule, [Mark(reason, "repaired", np.flatnonzero(outside))])
        return pc.if_else(pa.array(outside), pa.scalar(None, made.type), made)

    def _read_field(self, field_: Field, rule: FieldRule) -> Any:
        if rule.constant is not None:
            return self._constant(field_, rule)
        if rule.formats or rule.since:
            return self._dated(field_, rule)
        whole = self.source.columns[rule.columns[0]]
        plain = len(rule.columns) == 1 and not rule.values and pa.types.is_integer(whole.type)
        if plain and field_.type == WHOLE:
            return whole.cast(WHOLE).combine_chunks()
        if _plain_number(whole, field_, rule):
            return self._numbers(whole, field_)
        read = self._reader(field_, rule)
        if field_.name == "oncotree_code":
            return self._first_read(field_, rule, read)
        texts = self._first_of(rule.columns, dash_is_said=field_.name in values.ALLELES)
        made, marks = values.read_column(texts, read, field_.type)
        self._mark(field_, rule, marks)
        return made

    def _first_read(self, field_: Field, rule: FieldRule, read: values.ReadValue) -> Any:
        """The value of the first column that leads to one, not of the first that is filled."""
        tried = [values.read_column(self._text(column), read, field_.type)[0] for column in rule.columns]
        made = pc.coalesce(*tried)
        unread = np.flatnonzero(_filled(self._first_of(rule.columns)) & ~_filled(made))
        if len(unread):
            self._mark(field_, rule, [Mark("unknown_tumour_type", "noted", unread)])
        return made

    def _reader(self, field_: Field, rule: FieldRule) -> values.ReadValue:
        return self._translated(rule, values.reader_of(field_, rule.unit, rule.through))

    def _translated(self, rule: FieldRule, inner: values.ReadValue) -> values.ReadValue:
        """`inner`, reading the word that the mapping puts in a value's place."""
        if not rule.values:
            return inner
        translated = {key.strip(): value for key, value in rule.values.items()}

        def read(text: str) -> Said:
            word = translated.get(text.strip())
            if word is None:
                same = next((v for k, v in translated.items() if values.same_word(text, [k])), None)
                word = same if same is not None else text
            return Said(None) if word == "" else inner(word)

        return read

    def _numbers(self, column: Any, field_: Field) -> Any:
        """A column of numbers as it is; not-a-number is nothing said, a broken whole number is emptied."""
        found = _floats(column.cast(pa.float64(), safe=False).combine_chunks())
        said = np.isfinite(found)
        if field_.type == WHOLE:
            broken = said & ((found != np.floor(found)) | (np.abs(found) >= 2**53))
            if broken.any():
                self.marks.append(Mark("not_a_whole_number", "repaired", np.flatnonzero(broken)))
            said &= ~broken
            return pa.array(np.where(said, found, 0).astype(np.int64), mask=~said)
        return pa.array(np.where(said, found, 0), mask=~said)

    def _constant(self, field_: Field, rule: FieldRule) -> Any:
        said = self._reader(field_, rule)(
            str(rule.constant).lower() if isinstance(rule.constant, bool) else str(rule.constant)
        )
        if said.value is None:
            raise BadInput(
                f"mapping {self.rules.name}: {self.rule.record}.{field_.name} cannot be the constant given",
                next_act="Correct `constant` in the mapping.",
            )
        return pa.array([said.value], field_.type).take(np.zeros(self.source.rows, dtype=np.int64))

    def _mark(self, field_: Field, rule: FieldRule, marks: list[Mark]) -> None:
        for mark in marks:
            if rule.otherwise == "stop" and mark.act != "noted":
                line = int(self.source.lines[mark.rows[0]])
                raise BadInput(
                    f"{self.source.file}, line {line}, column {rule.columns[0]}: {mark.reason.replace('_', ' ')} "
                    f"({len(mark.rows)} rows), and mapping {self.rules.name} says to stop at this",
                    next_act="Correct the file, or add the value to `values` in the mapping.",
                )
            self.marks.append(mark._replace(act="rejected") if rule.otherwise == "reject" else mark)

    def _text(self, column: str, dash_is_said: bool = False) -> Any:
        """A column as text, with null wherever nothing is said."""
        if (column, dash_is_said) not in self._texts:
            given = self.source.columns[column]
            if not pa.types.is_string(given.type):
                given = given.cast(TEXT)
            tokens = set(self.rules.missing)
            self._texts[column, dash_is_said], _ = values.read_column(
                given,
                lambda text: Said(None if values.is_missing(text, tokens, dash_is_said=dash_is_said) else text),
                TEXT,
            )
        return self._texts[column, dash_is_said]

    def _first_of(self, columns: tuple[str, ...], dash_is_said: bool = False) -> Any:
        return pc.coalesce(*[self._text(column, dash_is_said) for column in columns])

    def _dated(self, field_: Field, rule: FieldRule) -> Any:
        """Days since another date of the row, or the calendar year."""
        where = f"{self.source.file}, column {rule.columns[0]}"
        if field_.type == WHOLE:
            made, marks = dates.years(self._first_of(rule.columns), rule.formats, where)
        else:
            made, marks = dates.ordinals(self._first_of(rule.columns), rule.formats, where)
        self._mark(field_, rule, marks)
        if rule.since is None:
            return made
        since, marks = dates.ordinals(self._text(rule.since), rule.formats, f"{self.source.file}, column {rule.since}")
        self._mark(field_, rule, marks)
        self._mark_without(made, since)
        return pc.subtract(made, since).cast(NUMBER)

    def _mark_without(self, made: Any, since: Any) -> None:
        alone = _filled(made) & ~_filled(since)
        if alone.any():
            self.marks.append(Mark("date_without_reference", "repaired", np.flatnonzero(alone)))


def _plain_number(column: Any, field_: Field, rule: FieldRule) -> bool:
    is_number = pa.types.is_floating(column.type) or pa.types.is_integer(column.type)
    return is_number and field_.type in (NUMBER, WHOLE) and len(rule.columns) == 1 and not rule.values and not rule.unit


def _filled(column: Any) -> Mask:
    return cast(Mask, pc.is_valid(column).to_numpy(zero_copy_only=False))


def _floats(column: Any) -> npt.NDArray[np.float64]:
    """Numbers with NaN for null."""
    return cast("npt.NDArray[np.float64]", column.cast(pa.float64()).to_numpy(zero_copy_only=False))


def _same(word: str, rows: int) -> Any:
    return pa.array([word], TEXT).take(np.zeros(rows, dtype=np.int64))


def _empty(rows: int, kind: pa.DataType) -> Any:
    return pa.array([None], kind).take(np.zeros(rows, dtype=np.int64))


def _chosen(texts: Any, words: tuple[str, ...]) -> Mask:
    chosen, _ = values.read_column(texts, lambda text: Said(values.same_word(text, words)), pa.bool_())
    return cast(Mask, chosen.fill_null(False).to_numpy(zero_copy_only=False))


def _fraction(given: Any, reference: Any, alternate: Any) -> Any:
    """Variant allele fractions: as given, else alternate reads over all reads."""
    depth = reference + alternate
    fraction = np.divide(alternate, depth, out=np.full(len(depth), np.nan), where=depth > 0)
    if given is not None:
        said = _floats(given)
        fraction = np.where(np.isnan(said), fraction, said)
    return pa.array(fraction, mask=np.isnan(fraction))


def _nullable(schema: pa.Schema) -> pa.Schema:
    return pa.schema([pa.field(f.name, f.type) for f in schema])
