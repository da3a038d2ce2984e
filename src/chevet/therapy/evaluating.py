"""Reading a rule against a tumour: yes, no or unknown, because of which findings, and what was not tested.

Answers are Kleene's: an unknown part leaves the whole unknown only where it could still change it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Literal

from chevet.genomics.alteration import Alteration
from chevet.genomics.classes import CALLED, classes_of
from chevet.genomics.finding import Finding
from chevet.genomics.known_variants import residue_alone
from chevet.therapy import rules
from chevet.therapy.case import Tested
from chevet.therapy.measured import Level, measured
from chevet.therapy.rules import CytogeneticAtom, FusionAtom, GeneAtom, MarkerAtom, Negation, Rule
from chevet.words import proteins

Kind = Literal["variant", "fusion", "copy_number"]
# Before a gene's name in `missing`: its copies would have to be counted.
COPIES_OF = "copies of "
# ... or which change of it was found: the laboratory said only that it is mutated, or at which residue or exon.
CHANGE_OF = "change of "


@dataclass(frozen=True)
class Verdict:
    """What a rule comes to. `missing` names what would have to be tested: a gene, or a marker."""

    holds: bool | None
    because: tuple[Finding, ...] = ()
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Tumour:
    """The findings of one tumour, and what was looked at."""

    findings: tuple[Finding, ...]
    tested: Tested
    _memory: dict[str, Verdict] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def by_gene(self) -> Mapping[str, tuple[Finding, ...]]:
        """Findings by each gene that takes part in them."""
        found: dict[str, list[Finding]] = {}
        for one in self.findings:
            change = one.alteration
            for gene in dict.fromkeys((change.gene, *(change.fusion or ()))):
                if gene:
                    found.setdefault(gene, []).append(one)
        return {gene: tuple(group) for gene, group in found.items()}

    @cached_property
    def levels(self) -> Mapping[str, Level]:
        """Every marker that was measured, or follows from what was found."""
        return measured(self.findings)


def evaluate(rule: Rule, tumour: Tumour) -> Verdict:
    """What the rule comes to in this tumour."""
    key = str(rule)
    if key not in tumour._memory:
        tumour._memory[key] = _evaluate(rule, tumour)
    return tumour._memory[key]


def _evaluate(rule: Rule, tumour: Tumour) -> Verdict:
    if isinstance(rule, Negation):
        inside = evaluate(rule.of, tumour)
        return Verdict(None if inside.holds is None else not inside.holds, (), inside.missing)
    if isinstance(rule, rules.All):
        return _joined((evaluate(part, tumour) for part in rule.parts), decided_by=False)
    if isinstance(rule, rules.Any):
        return _joined((evaluate(part, tumour) for part in rule.parts), decided_by=True)
    if isinstance(rule, GeneAtom):
        return _of_gene(rule, tumour)
    if isinstance(rule, FusionAtom):
        return _of_fusion(rule, tumour)
    if isinstance(rule, MarkerAtom):
        return _of_marker(rule, tumour)
    return _of_karyotype(rule, tumour)


def _joined(parts: Iterable[Verdict], *, decided_by: bool) -> Verdict:
    """`or` is decided by one yes, `and` by one no; findings of what holds are the reason."""
    every = list(parts)
    if any(part.holds is decided_by for part in every):
        deciding = [part for part in every if part.holds is decided_by]
        return Verdict(decided_by, _union(part.because for part in deciding) if decided_by else ())
    holding = _union(part.because for part in every if part.holds is not False)
    if any(part.holds is None for part in every):
        return Verdict(None, holding, frozenset().union(*(part.missing for part in every if part.holds is None)))
    return Verdict(not decided_by, holding)


def _union(groups: Iterable[tuple[Finding, ...]]) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(one for group in groups for one in group))


# -- genes

_KINDS: dict[str, tuple[Kind, ...]] = {
    "amplification": ("copy_number",),
    "deletion": ("copy_number",),
    "fusion": ("fusion",),
    "rearranged": ("fusion",),
    "loss": ("variant",),
    "altered": ("variant",),
    "vIII": ("variant",),
}


def _of_gene(atom: GeneAtom, tumour: Tumour) -> Verdict:
    answers = [_of_what(atom.gene, what, atom.origin, tumour) for what in atom.whats]
    return _joined(answers, decided_by=True)


def _of_what(gene: str, what: str, origin: rules.Origin, tumour: Tumour) -> Verdict:
    if what == "wild_type":
        return _of_wild_type(gene, tumour)
    fits = _FITS.get(what) or _fits_change(what)
    found = [one for one in tumour.by_gene.get(gene, ()) if fits(one, gene)]
    sure = tuple(one for one in found if _is_of(one.alteration, origin) is True)
    if sure:
        return Verdict(True, sure)
    maybe = tuple(one for one in found if _is_of(one.alteration, origin) is None)
    if maybe:
        return Verdict(None, maybe, frozenset({f"{origin} {gene}"}))
    untold = tuple(
        one for one in tumour.by_gene.get(gene, ()) if one.alteration.gene == gene and _may_be(one, what, origin)
    )
    if untold:
        return Verdict(None, untold, frozenset({f"{CHANGE_OF}{gene}"}))
    return _not_found(gene, _KINDS.get(what, ("variant",)), tumour)


# What only a variant whose change is told can be found to be.
_OF_A_CHANGE = frozenset({"oncogenic", "pathogenic", "activating", "loss", "altered", "truncating"})
_BY_CHANGE = frozenset({"itd", "tkd", "promoter"})
_EXON = re.compile(r"exon_\d+")


def _may_be(one: Finding, what: str, origin: rules.Origin) -> bool:
    """Whether a variant may be what a rule asks for, because the laboratory did not say which change it is."""
    change = one.alteration
    if not _is_untold(change) or one.is_benign or _is_of(change, origin) is False:
        return False
    residue = residue_alone(change)
    if what in _OF_A_CHANGE:
        return not one.drives and residue is None
    if not what.startswith("p.") and what not in _BY_CHANGE and not what.startswith("exon_"):
        return False
    if residue is not None:
        return what.startswith(residue) and what != residue
    wanted = _exons_of(change.gene, what)
    exons = change.classes - {CALLED}
    return not exons or not wanted or bool(wanted & exons)


def _is_untold(change: Alteration) -> bool:
    """Whether nothing is said of a variant but its gene, or a residue or exon of it; a class is an answer."""
    if change.type != "variant" or change.protein_change or change.cdna or change.genomic or change.consequence:
        return False
    said = change.classes - {CALLED}
    return residue_alone(change) is not None or all(_EXON.fullmatch(name) for name in said)


@cache
def _exons_of(gene: str, what: str) -> frozenset[str]:
    """The exons in which a change lies, as classes; none when it is not known."""
    if named := _EXON.match(what):
        return frozenset({named[0]})
    protein = f"{what}W" if rules.is_residue(what) else what
    return frozenset(filter(_EXON.fullmatch, classes_of(Alteration("variant", gene=gene, protein_change=protein))))


def _not_found(gene: str, kinds: tuple[Kind, ...], tumour: Tumour) -> Verdict:
    if _said_wild_type(gene, tumour) or any(tumour.tested.was(gene, kind=kind) for kind in kinds):
        return Verdict(False)
    # a laboratory that reports one variant of a gene has read the gene
    if "variant" in kinds and any(one.alteration.type == "variant" for one in tumour.by_gene.get(gene, ())):
        return Verdict(False)
    if kinds == ("copy_number",) and tumour.tested.was(gene):
        return Verdict(None, (), frozenset({f"{COPIES_OF}{gene}"}))  # read for variants, its copies were not counted
    return Verdict(None, (), frozenset({gene}))


def _of_wild_type(gene: str, tumour: Tumour) -> Verdict:
    # a gene of which no copy is left is not wild type; more copies of it are
    if any(
        one.alteration.type in ("variant", "fusion", "deletion") and one.drives for one in tumour.by_gene.get(gene, ())
    ):
        return Verdict(False)
    if any(_is_untold(one.alteration) for one in tumour.by_gene.get(gene, ())):
        return Verdict(False)  # said to be mutated
    said = tuple(one for one in tumour.by_gene.get(gene, ()) if one.alteration.type == "wild_type")
    if said:
        return Verdict(True, said)
    if tumour.tested.was(gene):
        return Verdict(True)
    return Verdict(None, (), frozenset({gene}))


def _said_wild_type(gene: str, tumour: Tumour) -> bool:
    return any(one.alteration.type == "wild_type" for one in tumour.by_gene.get(gene, ()))


def _is_of(change: Alteration, origin: rules.Origin) -> bool | None:
    if not origin:
        return True
    return None if change.origin == "unknown" else change.origin == origin


def _is_variant(one: Finding) -> bool:
    return one.alteration.type == "variant" and not one.is_benign


def _is_activating(one: Finding, _: str) -> bool:
    return _is_variant(one) and one.drives and one.direction != "loss"


def _is_lost(one: Finding, _: str) -> bool:
    if one.alteration.type == "deletion":
        return True
    return _is_variant(one) and one.drives and one.direction != "gain"


def _is_altering(one: Finding, _: str) -> bool:
    return one.drives and one.alteration.type in ("variant", "fusion", "amplification", "deletion")


def _of_type(*types: str) -> Callable[[Finding, str], bool]:
    return lambda one, _: one.alteration.type in types


def _drives_as_fusion(one: Finding, gene: str) -> bool:
    return one.alteration.type == "fusion" and one.alteration.gene == gene and one.drives


def _in_class(name: str) -> Callable[[Finding, str], bool]:
    return lambda one, _: name in one.alteration.classes and not one.is_benign


_FITS: dict[str, Callable[[Finding, str], bool]] = {
    "variant": lambda one, _: _is_variant(one),
    "oncogenic": lambda one, _: _is_variant(one) and one.drives,
    "pathogenic": lambda one, _: _is_lost(one, "") and one.alteration.type in ("variant", "deletion"),
    "activating": _is_activating,
    "loss": _is_lost,
    "truncating": _in_class("truncating"),
    "amplification": _of_type("amplification"),
    "deletion": _of_type("deletion"),
    "fusion": _drives_as_fusion,
    "rearranged": _of_type("fusion"),
    "altered": _is_altering,
}


def _fits_change(what: str) -> Callable[[Finding, str], bool]:
    """An exact change, a residue, or a class."""
    if not what.startswith("p."):
        return _in_class(what)
    if not rules.is_residue(what):
        return lambda one, _: _is_variant(one) and one.alteration.protein_change == what
    return lambda one, _: (
        _is_variant(one) and (proteins.residue(one.alteration.protein_change) == what or what in one.alteration.classes)
    )


def _of_fusion(atom: FusionAtom, tumour: Tumour) -> Verdict:
    named = [gene for gene in (atom.five_prime, atom.three_prime) if gene != "*"]
    found = tuple(
        one
        for one in tumour.by_gene.get(named[0], ())
        if one.alteration.fusion is not None
        and one.drives
        and all(
            wanted in ("*", partner)
            for wanted, partner in zip((atom.five_prime, atom.three_prime), one.alteration.fusion, strict=True)
        )
    )
    if found:
        return Verdict(True, found)
    if any(_said_wild_type(gene, tumour) or tumour.tested.was(gene, kind="fusion") for gene in named):
        return Verdict(False)
    return Verdict(None, (), frozenset({str(atom)}))


# -- markers and chromosomes

# Proteins stained for the fusion of their gene: where the fusion was looked for and not found, no stain is due.
_PROTEIN_OF = {"alk_protein": "ALK", "ros1_protein": "ROS1"}


def _of_marker(atom: MarkerAtom, tumour: Tumour) -> Verdict:
    level = tumour.levels.get(atom.marker)
    if level is None and _PROTEIN_OF.get(atom.marker) in tumour.by_gene:
        return Verdict(None, (), frozenset({atom.marker}))
    if level is None and tumour.tested.was(_PROTEIN_OF.get(atom.marker, ""), kind="fusion"):
        return Verdict(False)
    if level is None:
        return Verdict(None, (), frozenset({atom.marker}))
    answers = [level.is_(atom.sign, wanted) for wanted in atom.levels]
    holds = True if True in answers else (None if None in answers else False)
    missing = frozenset({atom.marker}) if holds is None else frozenset()
    return Verdict(holds, level.because if holds is not False else (), missing)


def _of_karyotype(atom: CytogeneticAtom, tumour: Tumour) -> Verdict:
    known = [one for one in tumour.findings if one.alteration.name.startswith("karyotype")]
    found = tuple(one for one in known if one.alteration.value == atom.name)
    if found:
        return Verdict(True, found)
    if any(one.alteration.name == "karyotype" and one.alteration.value == "normal" for one in known):
        return Verdict(False)
    return Verdict(None, (), frozenset({atom.name}))
