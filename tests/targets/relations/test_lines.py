"""What relations say of a gene as evidence."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from chevet.targets.evidence import Line, Source
from chevet.targets.relations.asking import Relations, of_carriers
from chevet.targets.relations.lines import lines
from chevet.targets.relations.settings import Settings
from chevet.targets.relations.tables import GROUPS, PAIRS
from chevet.words.labels import has_label
from tests.targets.relations.made import Table, carriers, independent

GENES = ("KRAS", "BRAF", "TP53", "PTEN", *(f"G{number}" for number in range(96)))


def _lines(altered: Table, kind: str = "variant", **more: object) -> list[Line]:
    found = of_carriers(carriers(altered, genes=GENES, kind=kind), Settings(genes=GENES[:8]), **more)  # type: ignore[arg-type]
    return lines(found)


def _exclusive() -> Table:
    altered = independent(np.random.default_rng(61), 100, 1_000, frequency=(3, 25), spread=1.5)
    altered[:2] |= np.random.default_rng(62).random((2, 1_000)) < 0.2
    altered[1] &= ~altered[0]
    return altered


def test_a_gene_has_its_surest_exclusive_partner_as_a_line_for_it() -> None:
    (line,) = [one for one in _lines(_exclusive()) if one.gene == "KRAS" and one.finding == "exclusive"]
    assert (line.part, line.standing, line.scale) == ("relations", "for", "observed_over_expected")
    assert (line.detail["partner"], line.detail["both"], line.effect, line.patients) == ("BRAF", 0, 0.0, 1_000)
    assert line.high is not None
    assert line.high < 1


def test_a_gene_without_partners_has_one_neutral_line() -> None:
    altered = independent(np.random.default_rng(63), 100, 300, frequency=(3, 40), spread=2.0)
    found = _lines(altered)
    assert {line.gene for line in found} == set(GENES[:8])
    assert {(line.finding, line.standing) for line in found} == {("none", "neutral")}


def test_genes_that_are_gained_together_on_one_chromosome_are_no_evidence() -> None:
    altered = independent(np.random.default_rng(64), 100, 600, frequency=(3, 25), spread=1.5)
    altered[0] |= np.random.default_rng(65).random(600) < 0.2
    altered[4] = altered[0] | (np.random.default_rng(66).random(600) < 0.05)
    genes = ("KRAS", "BRAF", "TP53", "PTEN", "KDM5A", *GENES[5:])  # KRAS and KDM5A lie on 12p
    for kind, findings in (("amplification", set()), ("variant", {"together"})):
        made = of_carriers(carriers(altered, genes=genes, kind=kind), Settings(genes=genes[:8]))
        of_kras = {line.finding for line in lines(made) if line.gene == "KRAS"}
        assert of_kras & {"together"} == findings


def test_genes_of_a_pathway_that_excludes_itself_have_a_line_each_with_its_source() -> None:
    found = of_carriers(
        carriers(_exclusive(), genes=GENES), Settings(genes=GENES[:8]), pathways={"RAS": ("KRAS", "BRAF")}
    )
    source = Source("pathways of others", "2026-01-01", "0" * 64)
    made = Relations(found.genes, found.kind, found.pairs, found.pathways, found.about, source=source)
    of_pathway = [line for line in lines(made) if line.finding == "pathway"]
    assert [(line.gene, line.standing, line.source) for line in of_pathway] == [
        ("KRAS", "for", source),
        ("BRAF", "for", source),
    ]


def test_a_gene_whose_pairs_are_all_withheld_is_not_concluded() -> None:
    row = dict.fromkeys(PAIRS.names) | {"gene_a": "A", "gene_b": "B", "tendency": "withheld"}
    made = Relations(("A", "B"), "variant", pa.Table.from_pylist([row], schema=PAIRS), GROUPS.empty_table())
    assert [(line.gene, line.finding, line.standing) for line in lines(made)] == [
        ("A", "withheld", "not_concluded"), ("B", "withheld", "not_concluded"),
    ]  # fmt: skip


def test_every_finding_has_words() -> None:
    for finding in ("exclusive", "together", "pathway", "none", "withheld"):
        assert has_label(f"targets.relations.finding.{finding}")
