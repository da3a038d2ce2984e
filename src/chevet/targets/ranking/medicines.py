"""Which medicines are known for a gene, and so the list that it belongs to: known, repurposable, new."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from chevet.cohort import Cohort
from chevet.privacy.disclosure import FLOOR
from chevet.store import bits
from chevet.targets.tractability.medicines import Medicines
from chevet.words import oncotree

Listed = Literal["known", "repurposable", "new", "not_asked"]
LISTS: tuple[Listed, ...] = get_args(Listed)
FIRST_CLINICAL_PHASE = 1
# What else an authorisation may ask for is to be found among variants.
_KINDS = {"fusion": "fusion", "rearranged": "fusion", "amplification": "amplification", "deletion": "deletion"}
_SWITCHED_ON = frozenset({"activating", "amplification", "fusion", "rearranged", "itd", "tkd"})


@dataclass(frozen=True)
class KnownPair:
    """A gene, and medicines authorised because of an alteration of it, as the caller's base of knowledge has them.

    tumours      every OncoTree code that the authorisation covers
    alterations  which alterations of the gene it asks for, in the words of that base: p.G12C, activating, fusion
    source       whose word it is: an agency and a brand
    since        ISO day of the authorisation
    for_loss     every gene that the authorisation names must be lost: what is given because of it acts elsewhere
    """

    gene: str
    medicines: tuple[str, ...]
    tumours: frozenset[str]
    alterations: tuple[str, ...]
    source: str
    since: str
    for_loss: bool = False


@dataclass(frozen=True)
class Medicine:
    """One medicine as one source has it for one gene.

    here     the tumours of this cohort for which it is authorised
    phase    the highest phase of any trial, 4 for authorised; None when not said
    """

    name: str
    source: str
    since: str = ""
    alterations: tuple[str, ...] = ()
    here: tuple[str, ...] = ()
    phase: int | None = None
    approved: bool = False
    for_loss: bool = False

    def as_json(self) -> dict[str, Any]:
        """The medicine for machines."""
        return {
            "name": self.name, "source": self.source, "since": self.since or None,
            "alterations": list(self.alterations), "authorised_here_for": list(self.here), "phase": self.phase,
            "approved": self.approved,
        }  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """The list of a gene, and the medicines that put it there, the most advanced first."""

    listed: Listed
    medicines: tuple[Medicine, ...] = field(default=())

    @property
    def names(self) -> tuple[str, ...]:
        """Each medicine once."""
        return tuple(dict.fromkeys(one.name for one in self.medicines))


def tumours_of(cohort: Cohort) -> tuple[str, ...]:
    """The OncoTree codes that at least five patients of the cohort have as their first tumour, most frequent first."""
    category = cohort.index.category("tumour")
    many = bits.count_rows(cohort.index.category_bits("tumour"), cohort.bits).tolist()
    told = [(-count, name) for count, name in zip(many, category.labels, strict=True) if name and count >= FLOOR]
    return tuple(name for _, name in sorted(told))


def standings(
    genes: Iterable[str], tumours: Sequence[str], pairs: Iterable[KnownPair] | None,
    on: Mapping[str, Medicines] | None, name: str,
) -> dict[str, Standing]:  # fmt: skip
    """The list of each gene.

    A gene is *known* when a medicine is authorised for one of these tumours because of it, or on it; *repurposable*
    when a medicine on it is authorised for something else, or is or was in trials; *new* when a table of medicines was
    asked and holds none that helps; *not_asked* when there is neither a pair nor a table.

    What is given elsewhere because of a gene, and does not act on it (ibrutinib where TP53 is altered), is nothing to
    carry over: such pairs are left out, unless they ask for the loss of the gene, which nothing can act on.

    tumours  OncoTree codes of the cohort
    pairs    None when no base of knowledge was asked
    on       what the kept table of medicines, called `name`, has on each gene; None when none is kept
    """
    wanted = set(genes)
    known = _of_pairs(pairs or (), tumours, wanted)
    in_table = {gene: _of_table(on[gene], tumours, name) for gene in wanted} if on is not None else {}
    return {
        gene: _standing(
            [one for one in known.get(gene, []) if _carries_over(one, in_table.get(gene))] + in_table.get(gene, []),
            {one.name for one in in_table.get(gene, [])}, on is not None,
        )
        for gene in wanted
    }  # fmt: skip


def _carries_over(of_pair: Medicine, in_table: Sequence[Medicine] | None) -> bool:
    """Whether a medicine of a pair is one for this gene: authorised here, given for its loss, or acting on it.

    in_table   medicines that act on the gene; None when no table was asked: then what is switched on is taken to be hit
    """
    if of_pair.here or of_pair.for_loss:
        return True
    if in_table is None:
        return any(one in _SWITCHED_ON or one[:2] == "p." or "exon" in one for one in of_pair.alterations)
    acting = [one.name for one in in_table]
    return any(f"{name} ".startswith(f"{part} ") for part in of_pair.name.split(" + ") for name in acting)


def _standing(medicines: Sequence[Medicine], acting: Collection[str], table_asked: bool) -> Standing:
    """acting   the medicines that a table says act on the gene; empty when none was asked"""
    if any(one.here for one in medicines):
        listed: Listed = "known"
    elif any(one.approved or (one.phase or 0) >= FIRST_CLINICAL_PHASE for one in medicines):
        listed = "repurposable"
    else:
        listed = "new" if table_asked else "not_asked"
    return Standing(listed, tuple(sorted(medicines, key=lambda one: _place(one, acting))))


def _place(one: Medicine, acting: Collection[str]) -> tuple[bool, bool, int, bool, bool]:
    """Authorised here first; of these what acts on the gene, and what is given alone."""
    on_gene = any(part.startswith(acting_name) for part in one.name.split(" + ") for acting_name in acting)
    return not one.here, not one.approved, -(one.phase or 0), bool(acting) and not on_gene, "+" in one.name


def _of_pairs(
    pairs: Iterable[KnownPair], tumours: Sequence[str], wanted: Collection[str]
) -> dict[str, list[Medicine]]:  # fmt: skip
    found: dict[str, list[Medicine]] = {}
    for pair in pairs:
        if pair.gene in wanted:
            here = tuple(code for code in tumours if code in pair.tumours)
            medicine = Medicine(
                " + ".join(pair.medicines), pair.source, pair.since, pair.alterations, here, phase=4, approved=True,
                for_loss=pair.for_loss,
            )  # fmt: skip
            found.setdefault(pair.gene, []).append(medicine)
    return found


def _of_table(on: Medicines, tumours: Sequence[str], name: str) -> list[Medicine]:
    """What the table has, without those that would help the tumour."""
    made = []
    for one in on.usable:
        covered = covered_by(one.approved_in)
        here = tuple(code for code in tumours if code in covered)
        made.append(Medicine(one.name.lower(), name, here=here, phase=one.phase, approved=one.approved))
    return made


def unseen(
    pairs: Iterable[KnownPair] | None, tumours: Sequence[str], looked_for: Mapping[str, bool]
) -> tuple[str, ...]:  # fmt: skip
    """Genes with a medicine authorised for these tumours because of alterations that the study did not look for, only.

    looked_for   by kind of alteration: somebody was tested for it

    >>> ros1 = KnownPair("ROS1", ("crizotinib",), frozenset({"LUAD"}), ("fusion",), "FDA Xalkori", "2016-03-11")
    >>> unseen([ros1], ["LUAD"], {"variant": True, "fusion": False})
    ('ROS1',)
    """
    of: dict[str, bool] = {}
    for pair in pairs or ():
        if pair.tumours & set(tumours):
            seen = any(looked_for.get(_KINDS.get(what, "variant"), True) for what in pair.alterations)
            of[pair.gene] = of.get(pair.gene, False) or seen
    return tuple(sorted(gene for gene, seen in of.items() if not seen))


def covered_by(cancers: Iterable[str]) -> frozenset[str]:
    """Every OncoTree code under these names of cancers; a name that OncoTree lacks, or a wide one, covers nothing.

    >>> sorted(covered_by(["non-small cell lung carcinoma"]) & {"LUAD", "LUSC", "BRCA"}), covered_by(["cancer"])
    (['LUAD', 'LUSC'], frozenset())
    """
    codes: set[str] = set()
    for cancer in cancers:
        found = oncotree.find(cancer) or oncotree.find(cancer.replace("carcinoma", "cancer"))
        codes |= oncotree.descendants(found) if found else frozenset()
    return frozenset(codes)


def tumours_said(cancer_type: str | None) -> frozenset[str]:
    """Every OncoTree code under what a table of drivers calls a tumour: a code, a cohort of TCGA, or a name.

    >>> "HGSOC" in tumours_said("OV"), "LUAD" in tumours_said("NSCLC"), tumours_said(None)
    (True, True, frozenset())
    """
    if not cancer_type:
        return frozenset()
    found = oncotree.find(cancer_type) or oncotree.from_tcga(cancer_type)
    return oncotree.descendants(found) if found else frozenset()


def listed(of: Mapping[str, Standing]) -> dict[Listed, int]:
    """How many genes each list holds."""
    return {name: sum(one.listed == name for one in of.values()) for name in LISTS}
