"""Where a site's references lie: `CHEVET_HOME/references/<name>/`, and the maps between builds beside them.

The genome itself stays where the site keeps it; its path and its hash are noted. The coding sequences are kept here, so
that a change is named without the genome.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from chevet.errors import BadInput
from chevet.genomics.alteration import Alteration, Build
from chevet.genomics.liftover import IntervalMap, read_map
from chevet.genomics.reference.sources import build_of, extract, gff3_segments, table_segments
from chevet.genomics.transcript import Transcript, Transcripts, plain_chromosome

if TYPE_CHECKING:  # loaded where a reference is read: most consultations start without one
    import polars as pl

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MAPS = "maps"
_AROUND = 100


@dataclass(frozen=True)
class Reference:
    """One installed reference. Paths are where the site's own files lie; hashes are SHA-256."""

    name: str
    build: Build
    added: str
    transcripts: int
    left_out: int
    fasta: str
    fasta_sha256: str
    genes: str
    genes_sha256: str


class References:
    """The references of one installation; `home` is CHEVET_HOME."""

    def __init__(self, home: Path) -> None:
        self._root = home / "references"

    def all(self) -> list[Reference]:
        """Every reference, by name."""
        files = sorted(self._root.glob("*/reference.json"))
        return [Reference(**json.loads(file.read_text("utf-8"))) for file in files]

    def of(self, build: Build) -> Reference | None:
        """The reference of a build, the last one added; None when there is none."""
        return max((one for one in self.all() if one.build == build), key=lambda one: one.added, default=None)

    def add(
        self, name: str, build: Build | None, *, fasta: Path, gff3: Path | None, cds_table: Path | None, added: str
    ) -> Reference:
        """Take a reference in: extract its coding sequences, note where the genome lies.

        build   None: by the lengths of its chromosomes; `other` when they are of no human build
        added   the moment, as ISO 8601

        Raises BadInput for a name that is taken or no name, and for files that do not fit each other.
        """
        genes = gff3 or cds_table
        if genes is None or (gff3 and cds_table):
            raise BadInput("a reference needs its genes once", next_act="Give --gff3 or --cds-table, one of them.")
        folder = self._folder(name)
        if folder.exists():
            raise BadInput(
                f"a reference named {name} is there already",
                next_act=f"Choose another name, or remove it first: chevet reference remove {name}",
            )
        build = build or build_of(fasta)
        found = extract(build, fasta, gff3_segments(genes) if gff3 else table_segments(genes))
        made = Reference(
            name, build, added, len(found.transcripts), found.left_out, str(fasta.absolute()), _sha256(fasta),
            str(genes.absolute()), _sha256(genes),
        )  # fmt: skip
        folder.mkdir(parents=True)
        _frame(found.transcripts).write_parquet(folder / "transcripts.parquet")
        (folder / "reference.json").write_text(json.dumps(asdict(made), indent=1) + "\n", "utf-8")
        return made

    def remove(self, name: str) -> None:
        """Forget a reference, or a map by its name; the site's own files stay. Raises BadInput when there is none."""
        folder, kept = self._folder(name), self._map_file(name)
        if kept.exists():
            kept.unlink()
        elif (folder / "reference.json").exists():
            shutil.rmtree(folder)
        else:
            raise BadInput(f"no reference or map is named {name}", next_act="See them: chevet reference list")

    def add_map(self, file: Path, old: Build, new: Build) -> tuple[str, int]:
        """Take a map between builds in, in the place of the one before; its name, and how many intervals it has."""
        if old == new:
            raise BadInput("a map leads from one build to the other", next_act="Give --from and --to two builds.")
        intervals = len(read_map(file, old, new))
        kept = self._map_file(f"{old}_to_{new}", file.suffix == ".gz")
        kept.parent.mkdir(parents=True, exist_ok=True)
        for other in kept.parent.glob(f"{old}_to_{new}.*"):
            other.unlink()
        shutil.copyfile(file, kept)
        return f"{old}_to_{new}", intervals

    def maps(self) -> list[str]:
        """The names of the maps that are here."""
        return sorted(file.name.partition(".")[0] for file in (self._root / _MAPS).glob("*.tsv*"))

    def map(self, old: Build, new: Build) -> IntervalMap | None:
        """The map from one build to the other, turned round when only the other way is here; None when neither is."""
        there, back = self._map_file(f"{old}_to_{new}"), self._map_file(f"{new}_to_{old}")
        if there.exists():
            return _read(there, old, new, there.stat().st_mtime_ns)
        return _read(back, new, old, back.stat().st_mtime_ns).reversed() if back.exists() else None

    def transcripts(self, reference: Reference, changes: Iterable[Alteration]) -> Transcripts:
        """The transcripts of a reference that these alterations may touch, by place or by gene."""
        import polars as pl

        file = self._folder(reference.name) / "transcripts.parquet"
        places = [change.genomic for change in changes if change.genomic is not None]
        genes = {change.gene for change in changes if change.gene and change.genomic is None}
        wanted = pl.col("gene").is_in(list(genes))
        rows = pl.scan_parquet(file)
        if places:
            asked = pl.LazyFrame(
                {"chromosome": [plain_chromosome(one.chromosome) for one in places],
                 "position": [one.position for one in places]}
            )  # fmt: skip
            near = rows.select("name", "chromosome", "first", "last").join(asked, on="chromosome").filter(
                pl.col("position").is_between(pl.col("first") - _AROUND, pl.col("last") + _AROUND)
            )  # fmt: skip
            wanted |= pl.col("name").is_in(near.select("name").unique().collect()["name"].to_list())
        return Transcripts(reference.build, map(_transcript, rows.filter(wanted).collect().iter_rows(named=True)))

    def _folder(self, name: str) -> Path:
        if not _NAME.fullmatch(name) or name == _MAPS:
            raise BadInput(
                "this is no name for a reference",
                next_act="Use letters, digits, points, hyphens, and at most 64 signs.",
            )
        return self._root / name

    def _map_file(self, name: str, gzipped: bool | None = None) -> Path:
        plain, packed = (self._root / _MAPS / f"{name}.tsv{end}" for end in ("", ".gz"))
        return packed if gzipped or (gzipped is None and packed.exists()) else plain


@cache
def _read(file: Path, old: Build, new: Build, _written: int) -> IntervalMap:
    return read_map(file, old, new)


def _frame(transcripts: Iterable[Transcript]) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(
        [
            {"name": one.name, "gene": one.gene, "build": one.build, "chromosome": one.chromosome, "first": one.span[0],
             "last": one.span[1], "strand": one.strand, "preferred": one.preferred,
             "exons": [place for exon in one.exons for place in exon], "sequence": one.sequence}
            for one in transcripts
        ]
    )  # fmt: skip


def _transcript(row: dict[str, object]) -> Transcript:
    places: list[int] = row["exons"]  # type: ignore[assignment]
    exons = tuple(zip(places[::2], places[1::2], strict=True))
    return Transcript(
        row["name"], row["gene"], row["build"], row["chromosome"], row["strand"], exons, row["sequence"],  # type: ignore[arg-type]
        row["preferred"],  # type: ignore[arg-type]
    )  # fmt: skip


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
