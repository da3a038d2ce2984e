"""`chevet reference`: the genome and the transcripts by which a site names changes, and the map between builds."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option, show_table
from chevet.genomics.alteration import Build
from chevet.genomics.coding_sequences import built_in
from chevet.genomics.reference.installed import References
from chevet.genomics.reference.panels import SitePanels
from chevet.genomics.reference.signature_files import SignatureFiles
from chevet.store.lake import Lake
from chevet.words.labels import label

REFERENCE_ADDED, MAP_ADDED, REFERENCE_REMOVED = "reference_added", "reference_map_added", "reference_removed"
PANELS_ADDED, SIGNATURES_ADDED = "panels_added", "signatures_added"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_BUILD = click.Choice(["GRCh37", "GRCh38"])


@click.group("reference")
def command() -> None:
    """The genome and transcripts by which changes are named, and the map between builds."""


@command.command("add")
@click.option("--name", required=True, help="What this reference is called here.")
@click.option(
    "--build", type=click.Choice(["GRCh37", "GRCh38", "other"]),
    help="The build of the human genome; by the lengths of its chromosomes unless said.",
)  # fmt: skip
@click.option("--fasta", type=_FILE, required=True, help="The genome, plain or compressed by bgzip.")
@click.option("--gff3", type=_FILE, help="Its genes, as GFF3 with coding segments.")
@click.option("--cds-table", type=_FILE, help="Its genes, as a table of coding segments.")
@lang_option
@json_option
def add(
    name: str, build: Build | None, fasta: Path, gff3: Path | None, cds_table: Path | None, lang: Lang, as_json: bool
) -> dict[str, Any]:  # fmt: skip
    """Take in a genome and its genes, and keep their coding sequences."""
    lake = Lake.from_environment()
    made = References(lake.home).add(
        name, build, fasta=fasta, gff3=gff3, cds_table=cds_table, added=datetime.now(UTC).isoformat(timespec="seconds")
    )
    build = made.build
    lake.ledger.append(
        REFERENCE_ADDED, reference=name, build=build, sha256=made.genes_sha256, fasta_sha256=made.fasta_sha256
    )
    if not as_json:
        click.echo(
            label("reference.added", lang, name=name, build=build, transcripts=made.transcripts, left_out=made.left_out)
        )
    return asdict(made)


@command.command("add-map")
@click.argument("file", type=_FILE)
@click.option("--from", "old", type=_BUILD, default="GRCh37", show_default=True, help="The build of the first columns.")
@click.option("--to", "new", type=_BUILD, default="GRCh38", show_default=True, help="The build of the others.")
@lang_option
@json_option
def add_map(file: Path, old: Build, new: Build, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Take in a map of intervals, by which a place of one build is found in the other, both ways."""
    lake = Lake.from_environment()
    name, intervals = References(lake.home).add_map(file, old, new)
    lake.ledger.append(MAP_ADDED, reference=name, intervals=intervals)
    if not as_json:
        click.echo(label("reference.map_added", lang, name=name, intervals=intervals))
    return {"name": name, "intervals": intervals}


@command.command("add-panel")
@click.argument("file", type=_FILE)
@lang_option
@json_option
def add_panel(file: Path, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Take in the panels of a table (columns panel and gene; megabases, copy_number and fusions where known)."""
    lake = Lake.from_environment()
    panels = SitePanels(lake.home).add(file)
    lake.ledger.append(PANELS_ADDED, panels=[one.name for one in panels], sha256=_sha256(file))
    if not as_json:
        for one in panels:
            click.echo(label("reference.panel_added", lang, name=one.name, genes=len(one.genes)))
    return {"panels": [{"name": one.name, "genes": len(one.genes)} for one in panels]}


@command.command("add-signatures")
@click.argument("file", type=_FILE)
@lang_option
@json_option
def add_signatures(file: Path, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Take in reference signatures of single bases (a file of COSMIC or SigProfiler), to count exposures by.

    Its name says for what it is: SBS, the build, and exome where it was made for exomes.
    """
    lake = Lake.from_environment()
    name, signatures = SignatureFiles(lake.home).add(file)
    lake.ledger.append(SIGNATURES_ADDED, file=name, signatures=signatures, sha256=_sha256(file))
    if not as_json:
        click.echo(label("reference.signatures_added", lang, name=name, signatures=signatures))
    return {"name": name, "signatures": signatures}


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@command.command("list")
@lang_option
@json_option
def list_(lang: Lang, as_json: bool) -> dict[str, Any]:
    """List the references, maps, panels and signatures of this installation."""
    home = Lake.from_environment().home
    references = References(home)
    found, maps = references.all(), references.maps()
    panels = {file: [one.name for one in every] for file, every in SitePanels(home).all().items()}
    signatures = [file.name for file in SignatureFiles(home).all()]
    if not as_json and found:
        headings = [
            label(f"reference.{key}", lang)
            for key in ("name", "build", "transcripts", "left_out", "added_on", "genome")
        ]
        rows = [
            (one.name, one.build, str(one.transcripts), str(one.left_out), one.added[:10], Path(one.fasta).name)
            for one in found
        ]
        show_table(headings, rows, title=label("reference.title", lang))
    elif not as_json:
        click.echo(label("reference.none", lang, genes=len(built_in("GRCh38"))))
    if not as_json and maps:
        click.echo(label("reference.maps", lang, names=", ".join(maps)))
    if not as_json:
        for file, names in panels.items():
            click.echo(label("reference.panels", lang, file=file, names=", ".join(names) or "–"))
    if not as_json and signatures:
        click.echo(label("reference.signatures", lang, names=", ".join(signatures)))
    return {"references": [asdict(one) for one in found], "maps": maps, "panels": panels, "signatures": signatures}


@command.command("remove")
@click.argument("name")
@lang_option
@json_option
def remove(name: str, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Forget a reference, a map, a file of panels or of signatures; the files of the site stay."""
    lake = Lake.from_environment()
    if not (SitePanels(lake.home).remove(name) or SignatureFiles(lake.home).remove(name)):
        References(lake.home).remove(name)
    lake.ledger.append(REFERENCE_REMOVED, reference=name)
    if not as_json:
        click.echo(label("reference.removed", lang, name=name))
    return {"removed": name}
