"""`chevet targets drivers`: genes under selection, with every number and what was left out."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, cast

import click
import pyarrow as pa

from chevet.cli.door import Lang, json_option, lang_option, progress, show_table
from chevet.cli.targets.permitted import of_study
from chevet.cli.targets.writing import write_files
from chevet.cohort import cohort as cohorts
from chevet.errors import BadInput
from chevet.genomics.reference.installed import Reference
from chevet.paper.pictures import number, probability
from chevet.store.lake import Lake
from chevet.targets.selection import by_tumour as by_tumours
from chevet.targets.selection.analysis import Analysis, Settings, of_cohort, of_gene_table, of_mutations, written
from chevet.targets.selection.cleaning import MOST_PER_GENE, MOST_PER_SAMPLE
from chevet.targets.selection.drivers import SIGNIFICANT
from chevet.targets.selection.gene_table import read_names
from chevet.targets.selection.intervals import gene_intervals
from chevet.targets.selection.kept_sites import chosen_reference, sites_of
from chevet.targets.selection.mutations import Mutations
from chevet.targets.selection.rates import MODELS, Model
from chevet.targets.selection.tested import read_panels
from chevet.words.labels import label
from chevet.words.signs import drawable, in_file_name

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_ROWS = 30


@click.command("drivers")
@click.option("--study", help="The study to ask (see: chevet study list).")
@click.option("--maf", type=_FILE, help="A MAF, or a table of sampleID, chr, pos, ref, alt; plain, gzipped or Parquet.")
@click.option("--gene-table", type=_FILE, help="A table of counts and exposures by gene.")
@click.option("--where", default="all", show_default=True, help="Who of the study, in the words of definitions.")
@click.option("--reference", help="The installed reference; unless given, the one of the build.")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder to write.")
@click.option("--covariates", type=_FILE, help="Covariates by gene: gene, then columns of numbers.")
@click.option("--known", type=_FILE, help="Genes known to drive tumours, one a line.")
@click.option("--genes", "genes_file", type=_FILE, help="The only genes to test, one a line.")
@click.option("--panels", type=_FILE, help="With --maf: the genes of each panel (columns panel, gene).")
@click.option("--tested", type=_FILE, help="With --panels: the panels of each sample (columns sample, panel).")
@click.option("--rates", type=click.Choice(MODELS), default="192", show_default=True, help="How many rates.")
@click.option("--max-per-gene", type=click.IntRange(min=1), default=MOST_PER_GENE, show_default=True,
              help="Mutations of a gene that count in one sample.")  # fmt: skip
@click.option("--max-per-sample", type=click.IntRange(min=1), default=MOST_PER_SAMPLE, show_default=True,
              help="Samples with more coding mutations are left out.")  # fmt: skip
@click.option("--q", type=click.FloatRange(0, 1), default=SIGNIFICANT, show_default=True, help="Significant below.")
@click.option("--by-tumour", is_flag=True, help="With --study: each tumour type by itself, in a folder of its own.")
@click.option("--more", is_flag=True, help="Write local.tsv (dNdSloc) and intervals.tsv, too; not for a study.")
@lang_option
@json_option
@of_study("drivers")
def command(
    study: str | None, maf: Path | None, gene_table: Path | None, where: str, reference: str | None, out: Path,
    covariates: Path | None, known: Path | None, genes_file: Path | None, panels: Path | None, tested: Path | None,
    rates: str, max_per_gene: int, max_per_sample: int, q: float, by_tumour: bool, more: bool, lang: Lang,
    as_json: bool,
) -> dict[str, Any]:  # fmt: skip
    """Test every gene for selection (dN/dS), and write genes.tsv and model.json."""
    _check(study, maf, gene_table, where, panels, tested, more, by_tumour)
    settings = Settings(
        covariates, read_names(known) if known else (), read_names(genes_file) if genes_file else (),
        cast("Model", rates), max_per_gene, max_per_sample,
    )  # fmt: skip
    lake = Lake.from_environment()
    if study is not None:
        cohort = cohorts.open(lake, study, where)
        build = str(cohort.version.about.get("assembly") or "")
        chosen = chosen_reference(lake.home, reference, build)
        if by_tumour:
            return _each_tumour(lake, cohort, chosen, settings, q, out, lang, as_json)
        made = of_cohort(cohort, sites_of(lake.home, chosen), chosen, settings)
    elif maf is not None:
        chosen = chosen_reference(lake.home, reference)
        read = read_panels(panels, tested) if panels and tested else None
        made = of_mutations(Mutations(maf.name, maf), sites_of(lake.home, chosen), chosen, settings, panels=read)
    else:
        made = of_gene_table(cast("Path", gene_table), settings)
    files = _files(made, more)
    places = write_files(out, files, lake=lake if study is not None else None, study=study or "")
    if not as_json:
        _say(made, q, out, lang)
    return {"genes": made.significant(q), "model": made.model, "files": places}


def _check(
    study: str | None, maf: Path | None, gene_table: Path | None, where: str, panels: Path | None, tested: Path | None,
    more: bool, by_tumour: bool,
) -> None:  # fmt: skip
    """Raises BadInput when the options do not go together."""
    if sum(one is not None for one in (study, maf, gene_table)) != 1:
        raise BadInput(
            "one source of mutations is needed", next_act="Give --study, --maf or --gene-table, one of them."
        )
    if by_tumour and study is None:
        raise BadInput("tumour types are those of a study", next_act="Give --by-tumour with --study only.")
    if where != "all" and study is None:
        raise BadInput("a definition needs a study", next_act="Give --where with --study only.")
    if (panels is None) != (tested is None) or (panels is not None and maf is None):
        raise BadInput(
            "who was tested for what needs two tables beside a MAF",
            next_act="Give --panels and --tested together, with --maf; a study knows its own panels.",
        )
    if more and study is not None:
        raise BadInput(
            "intervals and local tests of a study are not written: small counts could be solved for",
            next_act="Leave --more out.",
        )


def _files(made: Analysis, more: bool) -> dict[str, bytes]:
    files = {"genes.tsv": written(made.genes), "model.json": _as_text(made.model)}
    if more:
        files |= {"local.tsv": written(made.drivers.local), "intervals.tsv": written(gene_intervals(made.drivers))}
    return files


def _each_tumour(
    lake: Lake, cohort: cohorts.Cohort, reference: Reference, settings: Settings, q: float, out: Path, lang: Lang,
    as_json: bool,
) -> dict[str, Any]:  # fmt: skip
    """A folder for each tumour type, and tumours.tsv over all of them."""
    with progress(label("targets.by_tumour.progress", lang), lang) as tell:
        setting = os.environ.get("CHEVET_ENGINE") or "duckdb"
        found = by_tumours.by_tumour(lake, cohort, reference, settings, setting=setting, tell=tell)
    rows = list(by_tumours.summary(found, q))
    files = {"tumours.tsv": written(pa.Table.from_pylist(rows, schema=_TUMOURS))}
    for one in found:
        if one.genes is not None:
            folder = in_file_name(one.tumour)
            files |= {f"{folder}/genes.tsv": written(one.genes), f"{folder}/model.json": _as_text(one.model)}
    places = write_files(out, files, lake=lake, study=cohort.version.study)
    if not as_json:
        headings = [label(f"targets.by_tumour.{name}", lang) for name in _TUMOURS.names]
        shown = [[_shown_cell(row[name], lang) for name in _TUMOURS.names] for row in rows]
        show_table(headings, shown, title=label("targets.by_tumour.title", lang, n=len(rows)), lang=lang)
        click.echo(label("targets.by_tumour.wrote", lang, folder=out))
    return {
        "tumours": [
            {"tumour": one.tumour, "genes": one.significant(q), "model": one.model,
             "not_concluded": {"kind": one.kind, "message": one.why, "next": one.next_act} if one.kind else None}
            for one in found
        ],
        "files": places,
    }  # fmt: skip


_OF_TUMOUR: tuple[pa.Field[Any], ...] = (
    pa.field("tumour", pa.string()), pa.field("samples", pa.int64()), pa.field("significant", pa.int64()),
    pa.field("genes", pa.string()), pa.field("not_concluded", pa.string()),
)  # fmt: skip
_TUMOURS = pa.schema(_OF_TUMOUR)


def _shown_cell(value: object, lang: Lang) -> str:
    return number(value, lang) if isinstance(value, int) else str(value or "")


def _as_text(model: dict[str, Any]) -> bytes:
    return (json.dumps(model, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _say(made: Analysis, q: float, out: Path, lang: Lang) -> None:
    """The surest genes, selection over all, and every count of what was left out or looks wrong."""
    significant = made.significant(q)
    keys = ("gene", "n_syn", "n_mis", "n_non", "n_spl", "n_ind", "w_mis", "w_non", "p_global", "q_global")
    headings = [label(f"targets.{key}", lang) for key in keys]
    rows = [
        [row[key] if key[0] in "gn" else number(row[key], lang, 1) if key[0] == "w" else probability(row[key], lang)
         for key in keys]
        for row in significant[:_ROWS]
    ]  # fmt: skip
    title = label("targets.title", lang, n=len(significant), genes=made.model["genes"], q=number(q, lang, 2))
    if rows:
        show_table(headings, rows, title=title, lang=lang)
    else:
        click.echo(title)
    for line in _lines(made.model, lang):
        click.echo(drawable(line))
    click.echo(label("targets.wrote", lang, folder=out))


def _lines(model: dict[str, Any], lang: Lang) -> list[str]:
    lines = []
    for name, one in model["global_dnds"].items():
        high = "∞" if one["ci_high"] is None else number(one["ci_high"], lang, 3)
        lines.append(
            label(f"targets.global.{name}", lang, w=number(one["mle"], lang, 3),
                  low=number(one["ci_low"], lang, 3), high=high)
        )  # fmt: skip
    for part in ("left_out", "warnings"):
        for name, many in model.get(part, {}).items():
            if many != 0:
                said = label("targets.few", lang) if many is None else number(many, lang)
                lines.append(label(f"targets.{part}.{name}", lang, n=said))
    absent = model.get("absent_genes", {"genes": 0})
    if absent["genes"]:
        names = ", ".join(absent["names"])
        lines.append(label("targets.absent_genes", lang, n=number(absent["genes"], lang), names=names))
    for name in ("panel_genes_absent", "genes_unreadable"):
        if several := model.get(name):
            few = ", ".join(several[:10]) + (", …" if len(several) > 10 else "")
            lines.append(label(f"targets.{name}", lang, n=number(len(several), lang), names=few))
    if model.get("genes_withheld"):
        lines.append(label("targets.withheld", lang, n=number(model["genes_withheld"], lang)))
    if why := model["without_covariates"]:
        lines.append(label(f"targets.without_covariates.{why}", lang))
    if model["genes_without_covariates"]:
        lines.append(label("targets.genes_without_covariates", lang, n=number(model["genes_without_covariates"], lang)))
    if model["theta_ind"] is None:
        lines.append(label("targets.no_indels", lang))
    return lines
