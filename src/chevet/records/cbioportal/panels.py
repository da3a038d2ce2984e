"""What was tested on each sample: panel files, the panel matrix, case lists, and the data themselves.

Only profiles whose data file was read count. In a matrix (copy number, expression) the samples
with a column were tested, for the genes of their panel, else for the genes of the matrix. For
variants and structural variants a sample was tested when it has rows, or when the study lists it
(a `_sequenced` or `_sv` case list, `#Sequenced_Samples`), or, where no list exists, when the panel
matrix names its panel; without a panel it counts as whole exome, as in cBioPortal. A panel given
to a sample that was not tested by these rules is noted and does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa

from chevet.records.cbioportal.folder import Meta, Profile, Study
from chevet.records.genes import named
from chevet.records.maf_rows import WHOLE_EXOME
from chevet.records.rows import by_value, distinct, mask, pc, said, shaped
from chevet.records.text import Columns, TextTable, read_properties, read_table
from chevet.words.missing import is_missing

CASE_LIST_KIND = {"sequenced": "variant", "sv": "structural_variant"}
CATEGORY_KIND = {"all_cases_with_mutation_data": "variant", "all_cases_with_sv_data": "structural_variant"}


def read_panels(study: Study) -> None:
    """The `panel` and `panel_gene` rows of the study."""
    described = _panel_files(study)
    listed = _listed(study)
    for meta, path in study.of_kind(("GENE_PANEL_MATRIX", "")):
        table = read_table(
            path, Columns(required=("SAMPLE_ID",), others=True), study.report, "panel", file=meta.data_file
        )
        _reject(study, meta.data_file, table.wrong, "wrong_column_count")
        _matrix(study, table, listed, described)
    _add_panels(study, listed)
    _say_off_panel(study)


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
        add_panel_genes(study, panel, properties["gene_list"].split("\t"), path.name)
    return described


def add_panel_genes(study: Study, panel: str, symbols: Iterable[str], file: str, line: int = 1) -> None:
    """Add a panel's genes, each once, under their approved symbols."""
    given = [symbol.strip() for symbol in symbols if not is_missing(symbol)]
    genes = named(pa.array(given, pa.string()))
    unique = genes.gene.unique()
    study.report.count_read("panel_gene", len(given))
    genes.tell(study.report, "panel_gene", file, np.full(len(given), line))
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


def _listed(study: Study) -> dict[str, set[str]]:
    """For each kind of alteration, the samples that the study says were profiled; kinds without a list are absent."""
    listed: dict[str, set[str]] = {}
    for case_list in case_list_files(study):
        suffix = case_list.properties.get("stable_id", "").removeprefix(f"{study.identifier}_")
        kind = CASE_LIST_KIND.get(suffix) or CATEGORY_KIND.get(case_list.properties.get("case_list_category", ""))
        if kind is not None:
            listed.setdefault(kind, set()).update(case_list.properties.get("case_list_ids", "").split())
    if study.sequenced:
        listed.setdefault("variant", set()).update(study.sequenced)
    return listed


def _matrix(study: Study, table: TextTable, listed: dict[str, set[str]], described: set[str]) -> None:
    samples = said(table.column("SAMPLE_ID")).to_pylist()
    known = [sample in study.patient_of_sample for sample in samples]
    _reject(
        study,
        table.file,
        [line for line, ok in zip(table.lines.tolist(), known, strict=True) if not ok],
        "unknown_sample",
    )
    for name, column in table.columns.items():
        if name == "SAMPLE_ID":
            continue
        profile = study.profiles.get(name) or study.profiles.get(name.removeprefix(f"{study.identifier}_"))
        if profile is None:
            study.report.note("panel", table.file, [table.header_line], "panel_without_data")
            continue
        lines: dict[str, list[int]] = {"unknown_panel": [], "panel_not_tested": []}
        for sample, panel, line, ok in zip(samples, said(column).to_pylist(), table.lines.tolist(), known, strict=True):
            if panel is None or not ok:
                continue
            if panel not in described:
                lines["unknown_panel"].append(line)
            if _tested(profile, sample, listed):
                profile.panels[sample] = panel
            else:
                lines["panel_not_tested"].append(line)
        for reason, where in lines.items():
            study.report.note("panel", table.file, where, reason)


def _tested(profile: Profile, sample: str, listed: dict[str, set[str]]) -> bool:
    """Whether a sample that the panel matrix names was tested in this profile."""
    if sample in profile.samples or profile.own_panel is not None:
        return sample in profile.samples
    return sample in listed.get(profile.kind, {sample})


def _reject(study: Study, file: str, lines: Sequence[int], reason: str) -> None:
    study.report.count_read("panel", len(lines))
    study.report.reject("panel", file, lines, reason)


def _add_panels(study: Study, listed: dict[str, set[str]]) -> None:
    """One row for each sample, kind of alteration and panel."""
    made: dict[tuple[str, str, str], None] = {}
    for profile in study.profiles.values():
        of_kind = listed.get(profile.kind, set()) if profile.own_panel is None else set()
        for sample in sorted(profile.samples | set(profile.panels) | of_kind):
            if sample in study.patient_of_sample:
                panel = profile.panels.get(sample, profile.own_panel or WHOLE_EXOME)
                made[sample, profile.kind, panel] = None
    study.report.count_read("panel", len(made))
    study.add(
        "panel",
        shaped(
            "panel",
            len(made),
            {
                "sample_id": [sample for sample, _, _ in made],
                "patient_id": [study.patient_of_sample[sample] for sample, _, _ in made],
                "alteration_type": [kind for _, kind, _ in made],
                "panel_id": [panel for *_, panel in made],
                "whole": [panel == WHOLE_EXOME for *_, panel in made],
            },
        ),
    )


def _say_off_panel(study: Study) -> None:
    """Note the variants in genes that no panel of their sample covers (panels without a gene list say nothing)."""
    genes: dict[str, set[str]] = {}
    for table in study.parts.get("panel_gene", []):
        for row in table.to_pylist():
            genes.setdefault(row["panel_id"], set()).add(row["gene"])
    panels: dict[str, str] = {}
    for profile in study.profiles.values():
        if profile.kind == "variant":
            panels.update({sample: panel for sample, panel in profile.panels.items() if panel in genes})
    for file in study.variant_files:
        of_row = by_value(file.rows.column("sample_id"), panels.get)
        for panel in sorted(distinct(of_row)):
            covered = pc.is_in(file.rows.column("gene"), pa.array(sorted(genes[panel]), pa.string()))
            off = mask(pc.equal(of_row, panel)) & ~mask(covered)
            study.report.note("variant", file.text.file, file.lines[off].tolist(), "not_on_panel")
