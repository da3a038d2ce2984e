"""What a label asks of a tumour, as a rule in words, and how it is read.

    rule    :=  part {"or" part}
    part    :=  term {"and" term}
    term    :=  "not" term  |  "(" rule ")"  |  atom
    atom    :=  [ORIGIN] GENE WHAT {"|" WHAT}       EGFR exon_19_deletion|p.L858R     germline BRCA1 pathogenic
             |  GENE "::" GENE                      BCR::ABL1     *::NTRK1
             |  MARKER SIGN LEVEL {"|" LEVEL}       msi = high    pd_l1_cps >= 10     her2 = low|ultralow
             |  "cytogenetic" NAME                  cytogenetic del(17p)
    ORIGIN  :=  "germline" | "somatic"

WHAT is a change (`p.V600E`), a residue (`p.V600`: any change of it), an exon (`exon_12`), or one of `WHATS`.
`wild_type` stands for *tested, and no oncogenic variant*. Names of genes are approved
symbols, those of markers are those of `words.biomarkers`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal, NoReturn, TypeAlias

from chevet.words import biomarkers, genes, proteins

WHATS: dict[str, str] = {
    "variant": "a change of the protein that is not (likely) benign",
    "oncogenic": "an oncogenic or likely oncogenic variant",
    "activating": "an oncogenic variant that makes the protein more active: not one that cuts it short",
    "loss": "a variant or a deletion that takes the protein away, or both copies of the gene",
    "pathogenic": "a (likely) pathogenic variant of a gene of repair, of the tumour or inherited",
    "truncating": "a nonsense, frameshift or essential splice variant",
    "amplification": "copies gained focally and high",
    "deletion": "both copies lost",
    "fusion": "a fusion in which the gene is the partner that drives",
    "rearranged": "a fusion or another break in the gene",
    "altered": "any oncogenic change: variant, fusion, amplification or deletion",
    "wild_type": "tested, and no oncogenic variant",
    "promoter": "a variant of the promoter",
    "itd": "an internal tandem duplication",
    "tkd": "a variant of the tyrosine kinase domain that is no tandem duplication",
    "exon_14_skipping": "skipping of exon 14 (MET), by a variant of its splice sites or read in RNA",
    "exon_19_deletion": "an in-frame deletion in exon 19 (EGFR)",
    "exon_20_insertion": "an in-frame insertion in exon 20 (EGFR, ERBB2)",
    "reversion": "a second variant that gives the protein back (BRCA1, BRCA2 ...)",
    "vIII": "deletion of exons 2 to 7 (EGFR)",
}
_EXON = re.compile(r"exon_\d+(?:_(?:deletion|insertion|variant))?")
_RESIDUE = re.compile(r"p\.[A-Z*]\d+")
Origin: TypeAlias = Literal["germline", "somatic", ""]
Sign: TypeAlias = Literal["=", ">=", "<=", ">", "<"]


@dataclass(frozen=True)
class GeneAtom:
    """A change of one gene: any of `whats`; `origin` empty when it does not matter."""

    gene: str
    whats: tuple[str, ...]
    origin: Origin = ""

    def __str__(self) -> str:
        return f"{self.origin} {self.gene} {'|'.join(self.whats)}".strip()


@dataclass(frozen=True)
class FusionAtom:
    """These two partners, 5' first; `*` stands for any."""

    five_prime: str
    three_prime: str

    def __str__(self) -> str:
        return f"{self.five_prime}::{self.three_prime}"


@dataclass(frozen=True)
class MarkerAtom:
    """A marker at one of these levels, or a number on this side of a limit."""

    marker: str
    sign: Sign
    levels: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.marker} {self.sign} {'|'.join(self.levels)}"


@dataclass(frozen=True)
class CytogeneticAtom:
    """A change of chromosomes, as ISCN shortens it: del(17p), t(11;14), +8."""

    name: str

    def __str__(self) -> str:
        return f"cytogenetic {self.name}"


@dataclass(frozen=True)
class Negation:
    """The contrary."""

    of: Rule

    def __str__(self) -> str:
        return f"not ({self.of})" if isinstance(self.of, (All, Any)) else f"not {self.of}"


@dataclass(frozen=True)
class All:
    """Every part holds."""

    parts: tuple[Rule, ...]

    def __str__(self) -> str:
        return " and ".join(f"({part})" if isinstance(part, Any) else str(part) for part in self.parts)


@dataclass(frozen=True)
class Any:
    """At least one part holds."""

    parts: tuple[Rule, ...]

    def __str__(self) -> str:
        return " or ".join(str(part) for part in self.parts)


Rule: TypeAlias = GeneAtom | FusionAtom | MarkerAtom | CytogeneticAtom | Negation | All | Any
Atom: TypeAlias = GeneAtom | FusionAtom | MarkerAtom | CytogeneticAtom


def only_absence(rule: Rule) -> bool:
    """Whether the rule asks for nothing but the absence of something: no finding can be the reason.

    >>> only_absence(parse("not (EGFR activating or ALK fusion)")), only_absence(parse("KRAS wild_type"))
    (True, False)
    """
    if isinstance(rule, (All, Any)):
        return all(only_absence(part) for part in rule.parts)
    return isinstance(rule, Negation)


class RuleError(ValueError):
    """The text is no rule: says at which word, and what could stand there."""


@cache
def parse(text: str) -> Rule:
    """The rule that this text is.

    Raises RuleError for a gene, a marker, a level or a word that is not known.

    >>> str(parse("EGFR exon_19_deletion|p.L858R and not EGFR p.T790M"))
    'EGFR exon_19_deletion|p.L858R and not EGFR p.T790M'
    >>> str(parse("her2 = positive and (KRAS wild_type and NRAS wild_type)"))
    'her2 = positive and KRAS wild_type and NRAS wild_type'
    """
    reading = _Reading(text)
    rule = reading.rule()
    if reading.more():
        reading.fail("the end, 'and' or 'or'")
    return rule


def atoms(rule: Rule) -> tuple[Atom, ...]:
    """Every atom of a rule, in order, those under *not* included.

    >>> [str(atom) for atom in atoms(parse("BRAF p.V600E and not (msi = high or *::NTRK1)"))]
    ['BRAF p.V600E', 'msi = high', '*::NTRK1']
    """
    if isinstance(rule, Negation):
        return atoms(rule.of)
    if isinstance(rule, (All, Any)):
        return tuple(atom for part in rule.parts for atom in atoms(part))
    return (rule,)


_TOKEN = re.compile(r"\s*(cytogenetic\s+[^\s()]+(?:\([^\s()]*\))*|>=|<=|[=<>()]|[^\s()=<>]+)")


class _Reading:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = [found[1] for found in _TOKEN.finditer(text)]
        self._at = 0

    def more(self) -> bool:
        return self._at < len(self._tokens)

    def fail(self, wanted: str) -> NoReturn:
        found = f"'{self._tokens[self._at]}'" if self.more() else "the end"
        raise RuleError(f"in the rule '{self._text}', {found} stands where {wanted} was expected")

    def rule(self) -> Rule:
        return _joined(Any, self._several(self._part, "or"))

    def _part(self) -> Rule:
        return _joined(All, self._several(self._term, "and"))

    def _several(self, one: object, word: str) -> list[Rule]:
        assert callable(one)
        found = [one()]
        while self.more() and self._tokens[self._at] == word:
            self._at += 1
            found.append(one())
        return found

    def _take(self, wanted: str) -> str:
        if not self.more():
            self.fail(wanted)
        self._at += 1
        return self._tokens[self._at - 1]

    def _term(self) -> Rule:
        word = self._take("a gene, a marker, 'not' or '('")
        if word == "not":
            return Negation(self._term())
        if word == "(":
            inside = self.rule()
            if not self.more() or self._tokens[self._at] != ")":
                self.fail("')'")
            self._at += 1
            return inside
        if word.startswith("cytogenetic"):
            return CytogeneticAtom("".join(word.split()[1:]))
        if "::" in word:
            return self._fusion(word)
        if biomarkers.is_marker(word):
            return self._marker(word)
        if word in ("germline", "somatic"):
            return self._gene(self._take("a gene"), word)  # type: ignore[arg-type]
        return self._gene(word, "")

    def _fusion(self, token: str) -> Rule:
        five, _, three = token.partition("::")
        for gene in (five, three):
            if gene != "*" and not _is_approved(gene):
                self._at -= 1
                self.fail("two approved symbols (or *)")
        return FusionAtom(five, three)

    def _marker(self, marker: str) -> Rule:
        sign = self._take("=, >=, <=, > or <")
        if sign not in ("=", ">=", "<=", ">", "<"):
            self._at -= 1
            self.fail("=, >=, <=, > or <")
        levels = tuple(self._take("a level or a number").split("|"))
        if not all(biomarkers.is_level(marker, level) for level in levels):
            self._at -= 1
            self.fail(f"a level of {marker} ({', '.join(biomarkers.levels(marker)) or 'a number'})")
        return MarkerAtom(marker, sign, levels)  # type: ignore[arg-type]

    def _gene(self, gene: str, origin: Origin) -> Rule:
        if not _is_approved(gene):
            self._at -= 1
            self.fail("an approved symbol of a gene, or a marker")
        whats = tuple(self._take(f"what of {gene}").split("|"))
        if not all(_is_what(what) for what in whats):
            self._at -= 1
            self.fail(f"a change (p.V600E), a residue (p.V600), an exon (exon_12) or one of {', '.join(WHATS)}")
        return GeneAtom(gene, whats, origin)


def is_residue(what: str) -> bool:
    """Whether this asks for any change of one amino acid.

    >>> is_residue("p.V600"), is_residue("p.V600E")
    (True, False)
    """
    return _RESIDUE.fullmatch(what) is not None


def _is_what(what: str) -> bool:
    return what in WHATS or bool(_EXON.fullmatch(what)) or is_residue(what) or proteins.short(what) == what


def _is_approved(symbol: str) -> bool:
    found = genes.resolve(symbol)
    return found is not None and found.symbol == symbol


def _joined(kind: type[All] | type[Any], parts: list[Rule]) -> Rule:
    if len(parts) == 1:
        return parts[0]
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,))]
    return kind(tuple(flat))
