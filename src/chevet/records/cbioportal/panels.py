"""What was tested on each sample: panel files, the panel matrix, case lists, and the data themselves.

A sample counts as tested for a type of alteration when a data file of that type was read, and
either the sample has rows in it or the study says that it was profiled (panel matrix, case list,
`#Sequenced_Samples`). With a panel named, its genes were tested; without one, a sequenced sample
counts as whole exome, as cBioPortal counts it, and a sample of a matrix as tested for the genes
of that matrix. Where a list of sequenced samples exists and a sample with a panel is neither on
it nor in the data, the panel does not count and the report says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from chevet.records.cbioportal.folder import Meta, Study
from chevet.records.genes import named
from chevet.records.maf import WHOLE_EXOME
from chevet.records.rows import said, shaped
from chevet.records.text import Columns, read_properties, read_table
from chevet.words.missing import is_missing

CASE_LIST_TYPE = {"sequenced": "variant", "cna": "copy_number", "sv": "structural_variant"}
CATEGORY_TYPE = {
    "all_cases_with_mutation_data": "variant", "all_cases_with_cna_data": "copy_number",
    "all_cases_with_sv_data": "structural_variant",
}


@dataclass
class Tested:
    """For one type of alteration: panel of each sample (None: not said), and who is said to be profiled."""

    panel: dict[str, str] = field(default_factory=dict)
    profiled: set[str] = field(default_factory=set)
    listed: bool = False


def read_panels(study: Study) -> None:
    """The `panel` and `panel_gene` rows of the study."""
    described = _panel_files(study)
    tested = {kind: Tested() for kind in study.tested}
    _case_lists(study, tested)
    _from_meta_files(study, tested)
    _matrix(study, tested, described)
    for kind, facts in tested.items():
        _add_panels(study, kind, facts)


def _panel_files(study: Study) -> set[str]:
    """Gene panel files are found by their content: a stable_id and a gene_list."""
    described: set[str] = set()
    for path in sorted(study.folder.iterdir()):
        if "panel" not in path.name or path.name in study.seen or not path.is_file() or path.suffix != ".txt":
            continue
        if study.path(path.name, path.name) is None:
            continue
        properties, _ = read_properties(path, file=path.name)
        if "stable_id" not in properties or "gene_list" not in properties:
            study.seen.discard(path.name)
            continue
        panel = properties["stable_id"]
        if panel in described:
            study.report.note("panel_gene", path.name, [1], "panel_described_twice")
            continue
        described.add(panel)
        _add_panel_genes(study, panel, properties["gene_list"].split("\t"), path.name)
    return described


def _add_panel_genes(study: Study, panel: str, symbols: Iterable[str], file: str, line: int = 1) -> None:
    given = [symbol.strip() for symbol in symbols if not is_missing(symbol)]
    genes = named(pa.array(given, pa.string()))
    unique = genes.gene.unique()
    study.report.count_read("panel_gene", len(given))
    study.report.repair("panel_gene", file, [line] * int(genes.updated.sum()), "symbol_updated")
    study.report.note("panel_gene", file, [line] * int(genes.unknown.sum()), "unknown_gene")
    study.report.reject("panel_gene", file, [line] * (len(given) - len(unique)), "gene_twice_in_panel")
    study.add("panel_gene", shaped("panel_gene", len(unique), {"panel_id": panel, "gene": unique}))


def case_list_files(study: Study) -> list[Meta]:
    """The case lists of the study, as properties."""
    folder = study.folder / "case_lists"
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    lists = []
    for path in paths:
        name = f"case_lists/{path.name}"
        if path.suffix == ".txt" and study.path(name, name) is not None:
            lists.append(Meta(name, read_properties(path, file=name)[0]))
    return lists


def _case_lists(study: Study, tested: dict[str, Tested]) -> None:
    for listed in case_list_files(study):
        suffix = listed.properties.get("stable_id", "").removeprefix(f"{study.identifier}_")
        kind = CASE_LIST_TYPE.get(suffix) or CATEGORY_TYPE.get(listed.properties.get("case_list_category", ""))
        if kind in tested:
            tested[kind].listed = True
            tested[kind].profiled.update(listed.properties.get("case_list_ids", "").split())
    if "variant" in tested:
        for samples in study.sequenced.values():
            tested["variant"].listed = True
            tested["variant"].profiled |= samples


def _from_meta_files(study: Study, tested: dict[str, Tested]) -> None:
    for meta in study.metas:
        kind, panel = study.kind_of_profile.get(meta.profile), meta.properties.get("gene_panel")
        if kind in tested and panel:
            for sample in study.tested[kind][meta.profile]:
                tested[kind].panel.setdefault(sample, panel)


def _matrix(study: Study, tested: dict[str, Tested], described: set[str]) -> None:
    for meta, path in study.of_kind(("GENE_PANEL_MATRIX", "")):
        table = read_table(path, Columns(required=("SAMPLE_ID",), others=True), study.report, "panel",
                           file=meta.data_file)
        samples = said(table.column("SAMPLE_ID")).to_pylist()
        _reject(study, meta.data_file, table.wrong, "wrong_column_count")
        for name, column in table.columns.items():
            if name == "SAMPLE_ID":
                continue
            kind = study.kind_of_profile.get(name) or study.kind_of_profile.get(name.removeprefix(f"{study.identifier}_"))
            if kind not in tested:
                study.report.note("panel", meta.data_file, [table.header_line], "panel_without_data")
                continue
            strangers: list[int] = []
            lines: dict[str, list[int]] = {"panel_not_described": [], "panel_not_sequenced": []}
            for sample, panel, line in zip(samples, said(column).to_pylist(), table.lines.tolist(), strict=True):
                if panel is None or sample is None:
                    continue
                if sample not in study.patient_of_sample:
                    strangers.append(line)
                    continue
                if panel not in described:
                    lines["panel_not_described"].append(line)
                facts = tested[kind]
                if facts.listed and sample not in facts.profiled and not _has_rows(study, kind, sample):
                    lines["panel_not_sequenced"].append(line)
                    continue
                facts.profiled.add(sample)
                facts.panel[sample] = panel
            _reject(study, meta.data_file, strangers, "unknown_sample")
            for reason, where in lines.items():
                study.report.note("panel", meta.data_file, where, reason)


def _reject(study: Study, file: str, lines: Sequence[int], reason: str) -> None:
    study.report.count_read("panel", len(lines))
    study.report.reject("panel", file, lines, reason)


def _has_rows(study: Study, kind: str, sample: str) -> bool:
    return any(sample in samples for samples in study.tested[kind].values())


def _add_panels(study: Study, kind: str, facts: Tested) -> None:
    with_rows = set().union(*study.tested[kind].values())
    samples = sorted(sample for sample in facts.profiled | with_rows if sample in study.patient_of_sample)
    strangers = len(facts.profiled) - sum(sample in study.patient_of_sample for sample in facts.profiled)
    if strangers:
        study.report.note("panel", "case_lists", [1] * strangers, "unknown_sample")
    panels = [facts.panel.get(sample, study.own_genes.get(kind, WHOLE_EXOME)) for sample in samples]
    whole = [panel == WHOLE_EXOME for panel in panels]
    study.report.count_read("panel", len(samples))
    study.add("panel", shaped("panel", len(samples), {
        "sample_id": samples, "patient_id": [study.patient_of_sample[s] for s in samples],
        "alteration_type": kind, "panel_id": panels, "whole": whole,
    }))
