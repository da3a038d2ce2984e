"""From carriers, or a cohort, to every relation as tables: `of_carriers` for Arrow tables, `of_cohort` for a study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa

from chevet.cohort import Cohort
from chevet.cohort.answer import gene_in
from chevet.errors import BadInput, CannotConclude
from chevet.privacy.disclosure import FLOOR, is_small, released_count, require_releasable
from chevet.privacy.subtraction import Marks, few, pairs_to_tell, sets_to_tell
from chevet.records.record import Progress, no_progress
from chevet.store import bits
from chevet.store.bits import Bits
from chevet.targets.carriers import Carriers
from chevet.targets.carriers import of_cohort as carriers_of_cohort
from chevet.targets.evidence import Source
from chevet.targets.relations.background import Background, background
from chevet.targets.relations.disclosing import tendencies_of_hidden
from chevet.targets.relations.groups import Group, groups_of
from chevet.targets.relations.pairs import Pairs, pairs_of
from chevet.targets.relations.pathways import MOST_GENES, Pathways
from chevet.targets.relations.settings import MOST, Settings
from chevet.targets.relations.tables import group_table, hidden_groups, pair_table
from chevet.targets.relations.tumours import Whole
from chevet.words import genes as known_genes


@dataclass(frozen=True)
class Relations:
    """What was asked, and what may be shown of it.

    pairs       one row a pair of genes, the surest first; see `tables.PAIRS`
    pathways    one row a pathway, the surest first; see `tables.GROUPS`
    genes       those compared, by falling number of tumours
    about       what was fitted and left out, for scripts
    source      where the pathways come from, when they were kept
    """

    genes: tuple[str, ...]
    kind: str
    pairs: pa.Table
    pathways: pa.Table
    about: dict[str, Any] = field(default_factory=dict)
    cohort: Cohort | None = None
    source: Source | None = None


def of_carriers(
    carriers: Carriers, settings: Settings, *, strata: Whole | None = None, pathways: Pathways | None = None
) -> Relations:
    """Every relation between the chosen genes, nothing withheld: for tables whose owner asks.

    strata   (patients,) the stratum of each, such as the tumour type, from 0; negative for those to leave out
    """
    rows = _chosen(carriers, settings)
    usable, too_large = _usable(pathways)
    fitted = background(carriers, strata)
    pairs = pairs_of(carriers, rows, fitted, settings.burden)
    shown = pairs.open
    groups = groups_of(carriers, usable, fitted, settings.burden)
    return Relations(
        pairs.genes, carriers.kind, pair_table(pairs, shown, {}, _same_chromosome(pairs)),
        group_table(groups, [False] * len(groups)), _about(fitted, settings) | too_large,
    )  # fmt: skip


def of_cohort(
    cohort: Cohort, settings: Settings, *, kind: str = "variant", within: str = "",
    pathways: Pathways | None = None, source: Source | None = None, tell: Progress = no_progress,
) -> Relations:  # fmt: skip
    """Every relation between the chosen genes in the patients of a cohort, as it may be shown.

    within   a field or measurement of words, such as `tumour`: compared only within each of its values

    Raises CannotConclude for an empty cohort or fewer than two genes, Refused for one of fewer patients than the floor,
    BadInput for a gene or a field that the study does not know.
    """
    cohort.asked("relations")
    require_releasable(cohort.size, "cohort")
    chosen = replace(settings, genes=tuple(gene_in(cohort, gene) for gene in settings.genes))
    strata, about = _strata(cohort, within)
    carriers = carriers_of_cohort(cohort, kind)
    made = released(carriers, chosen, strata=strata, pathways=pathways, tell=tell)
    study = {"name": cohort.version.study, "version": cohort.version.number, "where": str(cohort.definition)}
    return replace(made, about=made.about | about | {"study": study}, cohort=cohort, source=source)


def released(
    carriers: Carriers, settings: Settings, *, strata: Whole | None = None, pathways: Pathways | None = None,
    tell: Progress = no_progress,
) -> Relations:  # fmt: skip
    """Every relation between the chosen genes, as it may be shown of patients: see `disclosing`.

    Raises CannotConclude or Refused where no stratum holds enough patients, or fewer than two genes can be compared.
    """
    rows = _chosen(carriers, settings, floor=True)
    usable, too_large = _usable(pathways)
    fitted = background(carriers, strata)
    require_releasable(int(fitted.tumours.times.sum()), "within")
    pairs = pairs_of(carriers, rows, fitted, settings.burden, tell)
    small = few(pairs.both, pairs.only_a, pairs.only_b, pairs.neither, pairs.tested)
    shown = _side_by_side(carriers, rows, fitted, pairs, pairs.open & ~small)
    hidden = np.flatnonzero(pairs.open & small)
    words = tendencies_of_hidden(pairs, hidden, int(pairs.open.sum()))
    tendencies = dict.fromkeys(np.flatnonzero(pairs.open & ~shown).tolist(), "withheld")
    tendencies |= dict(zip(hidden.tolist(), words, strict=True))
    groups = groups_of(carriers, usable, fitted, settings.burden)
    of_pair = [
        small or beside
        for small, beside in zip(
            small_pairs(carriers, groups, fitted), _beside_pairs(carriers, groups, fitted, pairs, shown),
            strict=True,
        )
    ]  # fmt: skip
    return Relations(
        pairs.genes, carriers.kind,
        pair_table(pairs, shown, tendencies, _same_chromosome(pairs), cut=True),
        group_table(groups, hidden_groups(groups, of_pair), cut=True),
        _about(fitted, settings) | too_large,
    )  # fmt: skip


def _side_by_side(carriers: Carriers, rows: Whole, fitted: Background, pairs: Pairs, wanted: Marks) -> Marks:
    """(pairs,) which of the wanted pairs may show their numbers beside one another."""
    everyone = np.bitwise_or.reduce(fitted.tumours.members)
    used, of_gene = np.unique(carriers.classes[rows], return_inverse=True)
    shown = wanted.copy()
    shown[wanted] = pairs_to_tell(
        carriers.altered[rows], of_gene, carriers.sets[used], everyone, pairs.a[wanted], pairs.b[wanted]
    )
    return shown


def _beside_pairs(
    carriers: Carriers, groups: Sequence[Group], fitted: Background, pairs: Pairs, shown: Marks
) -> list[bool]:
    """Which groups' numbers would tell, beside those of the pairs, of one to four; or what a pair withholds.

    A group of two genes is a pair; one of three shares its tumours with its pairs.
    """
    if not groups:
        return []
    everyone = np.bitwise_or.reduce(fitted.tumours.members)
    classes = carriers.classes[[carriers.genes.index(gene) for gene in pairs.genes]]
    of_pairs = np.unique(np.stack([classes[pairs.a[shown]], classes[pairs.b[shown]]]), axis=1).T
    told = [carriers.sets[a] & carriers.sets[b] & everyone for a, b in of_pairs]
    of_groups = [_tested_for_two(carriers, group) & everyone for group in groups]
    sets = np.unique(np.stack([*told, *of_groups]), axis=0)
    before = np.isin(list(map(bytes, sets)), list(map(bytes, told)))
    borne = dict(zip(map(bytes, sets), sets_to_tell(sets, everyone, before.astype(np.int64)).tolist(), strict=True))
    not_shown, compared = (_named(pairs, which) for which in (~shown, pairs.open & ~shown))
    return [
        not borne[bytes(who)]
        or frozenset(group.genes) in not_shown
        or (len(group.genes) == 3 and any(pair < frozenset(group.genes) for pair in compared))
        for group, who in zip(groups, of_groups, strict=True)
    ]


def _named(pairs: Pairs, which: Marks) -> frozenset[frozenset[str]]:
    return frozenset(
        frozenset((pairs.genes[a], pairs.genes[b])) for a, b in zip(pairs.a[which], pairs.b[which], strict=True)
    )


def _tested_for_two(carriers: Carriers, group: Group) -> Bits:
    """Whoever was tested for two genes of the group, or more."""
    sets = carriers.sets[carriers.classes[list(group.rows)]]
    return bits.pack(bits.unpack(sets, carriers.patients).sum(axis=0, dtype=np.int64) >= 2)


def _chosen(carriers: Carriers, settings: Settings, *, floor: bool = False) -> Whole:
    """The rows of the genes to compare, by falling number of carriers.

    floor   leave out genes of one to four carriers, unless they are named
    """
    found = carriers.n_altered
    if settings.genes:
        rows = list(dict.fromkeys(_row(carriers, gene) for gene in settings.genes))
    else:
        rows = [row for row in np.flatnonzero(found).tolist() if not (floor and is_small(int(found[row])))]
        if settings.cancer_genes:
            known = set(known_genes.cancer_genes())
            rows = [row for row in rows if carriers.genes[row] in known]
    told = np.where(floor & (found < FLOOR), 0, found)  # the order of genes must not tell small counts apart
    rows.sort(key=lambda row: (-int(told[row]), carriers.genes[row]))
    rows = rows if settings.genes else rows[: settings.top]
    if len(rows) > MOST:
        raise BadInput(f"{len(rows)} genes are more than the {MOST} that are compared", next_act="Name fewer genes.")
    if len(rows) < 2:
        raise CannotConclude(
            "fewer than two genes to compare were found altered", next_act="Widen the definition, or name the genes."
        )
    return np.array(rows, dtype=np.int64)


def _row(carriers: Carriers, gene: str) -> int:
    row = carriers.row(gene)
    if row is None:
        raise BadInput(f"nobody was tested for {gene}, nor found altered in it", next_act="Check the symbol.")
    return row


def _strata(cohort: Cohort, within: str) -> tuple[Whole | None, dict[str, Any]]:
    """The stratum of each patient of the cohort, and what is to be said of them."""
    if not within:
        return None, {"within": None}
    category = cohort.index.category(within)
    codes = np.asarray(category.codes)[bits.positions(cohort.bits, cohort.index.n_patients)].astype(np.int64)
    not_said = int((codes == 0).sum())
    # Tumours of whom nothing is said (code 0) are of many types, and are left out. A few of them stay, as a stratum:
    # to leave them out would tell, beside the cohort, what these few have.
    strata = codes if is_small(not_said) else codes - 1
    return strata, {"within": within, "not_said": released_count(not_said)}


def _usable(pathways: Pathways | None) -> tuple[Pathways, dict[str, int]]:
    """The pathways but those of more than a hundred genes, of which nearly every tumour has one altered."""
    usable = {name: genes for name, genes in (pathways or {}).items() if len(genes) <= MOST_GENES}
    return usable, {"pathways_too_large": len(pathways or {}) - len(usable)}


def _about(fitted: Background, settings: Settings) -> dict[str, Any]:
    return {"burden": settings.burden, "strata": fitted.tumours.strata, "groups": len(fitted.tumours.times)}


def _same_chromosome(pairs: Pairs) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """(pairs,) whether both genes lie on one chromosome, so that one gain or loss may take both."""
    names = np.array([_chromosome(gene) for gene in pairs.genes])
    return np.asarray((names[pairs.a] == names[pairs.b]) & (names[pairs.a] != ""))


def _chromosome(gene: str) -> str:
    found = known_genes.resolve(gene)
    location = found.location if found else ""
    return location.split("p")[0].split("q")[0] if location[:1].isalnum() else ""


def small_pairs(carriers: Carriers, groups: Sequence[Group], fitted: Background) -> list[bool]:
    """Whether some pair of a group's genes has a count of one to four; only of groups of two or three genes."""
    told = []
    for group in groups:
        if not 2 <= len(group.genes) <= 3:
            told.append(False)
            continue
        pairs = pairs_of(carriers, np.array(group.rows), fitted, "expected")
        told.append(bool(few(pairs.both, pairs.only_a, pairs.only_b, pairs.neither).any()))
    return told
