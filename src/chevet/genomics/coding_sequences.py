"""The coding sequences that come with Chevet: of genes that rules and roles name, in both builds."""

from __future__ import annotations

from functools import cache

from chevet.genomics import facts
from chevet.genomics.alteration import Build
from chevet.genomics.transcript import Transcript, Transcripts


@cache
def built_in(build: Build) -> Transcripts:
    """The transcripts of this build, one a gene.

    >>> [one.name for one in built_in("GRCh38").of("BRAF")], len(built_in("GRCh37")) > 100
    (['NM_004333.4'], True)
    """
    column = build.lower()
    return Transcripts(
        build,
        (
            Transcript(
                row["transcript"], row["gene"], build, row["chromosome"], int(row["strand"]),
                exons_of(row[column]), row["sequence"],
            )
            for row in facts.rows("coding_sequences.tsv")
        ),
    )  # fmt: skip


def exons_of(text: str) -> tuple[tuple[int, int], ...]:
    """First and last place of each exon.

    >>> exons_of("10-20,30-35")
    ((10, 20), (30, 35))
    """
    pairs = (part.split("-") for part in text.split(","))
    return tuple((int(first), int(last)) for first, last in pairs)
