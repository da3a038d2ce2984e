"""What a definition is made of: frozen values, checked when made, that compare equal when they mean the same.

A definition is a sentence about one patient. Leaves state a fact (`Mutated`, `Diagnosis`,
`Compare`, ...); `And`, `Or` and `Not` join them. `str(node)` is its one canonical text, and
`parse(str(node)) == node`. Nodes hold words already resolved (`KMT2D`, never `MLL2`); the notes
say what was resolved from what.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Literal, TypeAlias

from chevet.cohort.fields import FIELDS
from chevet.errors import BadInput
from chevet.records.tables import ALTERATION_TYPE, TREATMENT_CLASS
from chevet.words import genes, labels, proteins

DEPTH_AT_MOST = 200
TEXT_AT_MOST = 20_000

Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in"]
OPERATORS: tuple[Operator, ...] = ("=", "!=", "<", "<=", ">", ">=", "in")
Value: TypeAlias = float | str

KEYWORDS = frozenset({"and", "or", "not", "in", "all", "under", "is", "diagnosis", "class"})
_WORD = re.compile(r"[^\W\d_][\w.\-]*\Z")


@dataclass(frozen=True)
class Note:
    """Something the reader of an answer should know about its definition, in French or English."""

    key: str
    facts: tuple[tuple[str, str], ...] = ()

    def say(self, lang: Literal["fr", "en"]) -> str:
        """The note as a sentence."""
        return labels.label(self.key, lang, **dict(self.facts))


@dataclass(frozen=True)
class Definition:
    """Any node. Joined with `&`, `|` and `~` in Python, with `and`, `or` and `not` in text."""

    def __and__(self, other: Definition) -> And:
        return And((self, other))

    def __or__(self, other: Definition) -> Or:
        return Or((self, other))

    def __invert__(self) -> Not:
        return Not(self)

    @property
    def depth(self) -> int:
        """How many levels of `and`, `or` and `not` stand above the deepest leaf."""
        return 0

    def leaves(self) -> Iterator[Definition]:
        """The facts it is made of, in reading order."""
        yield self

    @property
    def notes(self) -> tuple[Note, ...]:
        """What the reader of an answer should know, each said once."""
        found = [note for leaf in self.leaves() if (note := getattr(leaf, "note", None)) is not None]
        return tuple(dict.fromkeys(found))


# -- joining


@dataclass(frozen=True)
class _Joined(Definition):
    parts: tuple[Definition, ...]
    _depth: int = field(init=False, compare=False, repr=False, default=0)

    def __post_init__(self) -> None:
        flat: list[Definition] = []
        for part in self.parts:
            flat.extend(part.parts if isinstance(part, type(self)) else (part,))
        if len(flat) < 2:
            raise ValueError("at least two parts are joined")
        object.__setattr__(self, "parts", tuple(flat))
        object.__setattr__(self, "_depth", check_depth(1 + max(part.depth for part in flat)))

    @property
    def depth(self) -> int:
        return self._depth

    def leaves(self) -> Iterator[Definition]:
        for part in self.parts:
            yield from part.leaves()


@dataclass(frozen=True)
class And(_Joined):
    """True when every part is; false as soon as one part is."""

    def __str__(self) -> str:
        return " and ".join([f"({part})" if isinstance(part, Or) else str(part) for part in self.parts])


@dataclass(frozen=True)
class Or(_Joined):
    """True as soon as one part is; false when every part is."""

    def __str__(self) -> str:
        return " or ".join([str(part) for part in self.parts])


@dataclass(frozen=True)
class Not(Definition):
    """True when the part is false. What is unknown stays unknown."""

    part: Definition
    _depth: int = field(init=False, compare=False, repr=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_depth", check_depth(1 + self.part.depth))

    @property
    def depth(self) -> int:
        return self._depth

    def leaves(self) -> Iterator[Definition]:
        yield from self.part.leaves()

    def __str__(self) -> str:
        return f"not ({self.part})" if isinstance(self.part, And | Or) else f"not {self.part}"


# -- facts


@dataclass(frozen=True)
class Everyone(Definition):
    """`all`: every patient of the study."""

    def __str__(self) -> str:
        return "all"


@dataclass(frozen=True)
class Diagnosis(Definition):
    """Some tumour of the patient has this OncoTree code, or (`under`) one of its descendants."""

    code: str
    under: bool = False

    def __post_init__(self) -> None:
        _check_word(self.code, "an OncoTree code")

    def __str__(self) -> str:
        return f"diagnosis {'under' if self.under else 'is'} {_bare_or_quoted(self.code)}"


@dataclass(frozen=True)
class _OfGene(Definition):
    gene: str
    note: Note | None = field(default=None, compare=False, repr=False, kw_only=True)

    def __post_init__(self) -> None:
        _check_word(self.gene, "a gene symbol")


@dataclass(frozen=True)
class Mutated(_OfGene):
    """Some sample carries a protein-altering variant of the gene; or, with `change`, that very change."""

    change: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.change is not None:
            _check_word(self.change, "a protein change")

    def __str__(self) -> str:
        if self.change is None:
            return f"mutated({_gene(self.gene)})"
        bare = self.change.removeprefix("p.")
        shown = bare if proteins.short(bare) == self.change else self.change
        return f"mutated({_gene(self.gene)}, {quoted(shown)})"


@dataclass(frozen=True)
class Amplified(_OfGene):
    """Some sample has a copy-number call of 2 for the gene."""

    def __str__(self) -> str:
        return f"amplified({_gene(self.gene)})"


@dataclass(frozen=True)
class Deleted(_OfGene):
    """Some sample has a copy-number call of -2 for the gene."""

    def __str__(self) -> str:
        return f"deleted({_gene(self.gene)})"


@dataclass(frozen=True)
class Fused(_OfGene):
    """Some sample has a structural variant with the gene as either partner; or of both genes."""

    partner: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.partner is not None:
            _check_word(self.partner, "a gene symbol")

    def __str__(self) -> str:
        return f"fused({_gene(self.gene)}{'' if self.partner is None else ', ' + _gene(self.partner)})"


@dataclass(frozen=True)
class Altered(_OfGene):
    """Mutated, amplified, deleted or fused."""

    def __str__(self) -> str:
        return f"altered({_gene(self.gene)})"


@dataclass(frozen=True)
class Tested(_OfGene):
    """Some sample was tested for alterations of this kind in the gene. Always true or false."""

    __test__: ClassVar[bool] = False  # pytest would take it for a test of its own

    kind: str = "variant"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.kind not in ALTERATION_TYPE:
            raise ValueError(f"kind is one of {', '.join(ALTERATION_TYPE)}")

    def __str__(self) -> str:
        return f"tested({_gene(self.gene)}{'' if self.kind == 'variant' else ', ' + self.kind})"


@dataclass(frozen=True)
class Treated(Definition):
    """This medicine was given."""

    medicine: str
    note: Note | None = field(default=None, compare=False, repr=False, kw_only=True)

    def __post_init__(self) -> None:
        _check_word(self.medicine, "a medicine")

    def __str__(self) -> str:
        return f"treated({quoted(self.medicine)})"


@dataclass(frozen=True)
class TreatedWithClass(Definition):
    """Some treatment of this class was given."""

    treatment_class: str

    def __post_init__(self) -> None:
        if self.treatment_class not in TREATMENT_CLASS:
            raise ValueError(f"a treatment class is one of {', '.join(TREATMENT_CLASS)}")

    def __str__(self) -> str:
        return f"treated(class {quoted(self.treatment_class)})"


# -- fields and measurements


@dataclass(frozen=True)
class FieldOf:
    """A field of the record, by its name in `cohort.fields`."""

    name: str

    def __post_init__(self) -> None:
        if self.name not in FIELDS:
            raise ValueError(f"no field is named {self.name}")

    def __str__(self) -> str:
        return "diagnosis" if self.name == "tumour" else self.name


@dataclass(frozen=True)
class MeasurementOf:
    """A measurement, by its name in the study."""

    name: str

    def __post_init__(self) -> None:
        _check_word(self.name, "the name of a measurement")

    def __str__(self) -> str:
        return f"measurement({quoted(self.name)})"


@dataclass(frozen=True)
class Compare(Definition):
    """Some value of the subject stands in this relation to the value (for `in`: is one of the values)."""

    subject: FieldOf | MeasurementOf
    operator: Operator
    value: Value | tuple[Value, ...]

    def __post_init__(self) -> None:
        if self.operator not in OPERATORS:
            raise ValueError(f"an operator is one of {', '.join(OPERATORS)}")
        if (self.operator == "in") != isinstance(self.value, tuple):
            raise ValueError("`in` takes several values, the other operators one")
        kinds = {type(value) for value in self.values}
        if len(kinds) != 1:
            raise ValueError("the values are all numbers or all words")
        for value in self.values:
            if isinstance(value, float):
                if not math.isfinite(value):
                    raise ValueError("a number compared with is finite")
            elif isinstance(value, str):
                _check_word(value, "a value")
            else:
                raise TypeError("a value is a number (float) or a word")
        if isinstance(self.subject, FieldOf) and (FIELDS[self.subject.name].kind == "number") != self.is_number:
            raise ValueError(f"{self.subject} holds {'words' if self.is_number else 'numbers'}")
        if self.operator in ("<", "<=", ">", ">=") and not self.is_number:
            raise ValueError("words have no order")

    @property
    def values(self) -> tuple[Value, ...]:
        """The values compared with: one, or several for `in`."""
        return self.value if isinstance(self.value, tuple) else (self.value,)

    @property
    def is_number(self) -> bool:
        """Whether numbers are compared, rather than words."""
        return isinstance(self.values[0], float)

    def __str__(self) -> str:
        bare = isinstance(self.subject, FieldOf)
        shown = [_value(value, bare) for value in self.values]
        return f"{self.subject} {self.operator} " + (f"({', '.join(shown)})" if self.operator == "in" else shown[0])


@dataclass(frozen=True)
class Known(Definition):
    """Some value of the subject is recorded. Always true or false."""

    subject: FieldOf | MeasurementOf

    def __str__(self) -> str:
        return f"known({self.subject})"


# -- writing and checking


def quoted(text: str) -> str:
    """The text between double quotes, as the parser reads it back."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def check_depth(depth: int) -> int:
    """The same depth. BadInput beyond `DEPTH_AT_MOST`."""
    if depth > DEPTH_AT_MOST:
        raise BadInput(
            f"the definition is nested more than {DEPTH_AT_MOST} levels deep",
            next_act="write it with fewer parentheses, or split it into several questions",
        )
    return depth


def _bare_or_quoted(text: str) -> str:
    return text if _WORD.match(text) and text.lower() not in KEYWORDS else quoted(text)


def _gene(symbol: str) -> str:
    """A known symbol stands bare; one that HGNC does not know is quoted, which means *as written in the study*."""
    known = genes.resolve(symbol)
    return _bare_or_quoted(symbol) if known is not None and known.symbol == symbol else quoted(symbol)


def _value(value: Value, bare: bool) -> str:
    if isinstance(value, str):
        return _bare_or_quoted(value) if bare else quoted(value)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _check_word(text: str, what: str) -> None:
    if not text or any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise ValueError(f"{what} is not empty and holds no control character")
