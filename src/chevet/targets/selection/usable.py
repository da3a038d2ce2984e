"""The rows of a piece of mutations that can be used: readable, somatic, of this build; alleles in capitals."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa

from chevet.records.maf_rows import assembly
from chevet.records.rows import mask, pc
from chevet.targets.selection import mutations as columns

UNREADABLE, NO_CHANGE, GERMLINE, OTHER_BUILD = "unreadable", "no_change", "germline", "other_build"
_PLACE = r"^\s*\d{1,10}(\.0*)?\s*$"
_ALLELE = r"^([ACGTN]+|-)$"


def usable(piece: pa.Table, build: str, left_out: Counter[str]) -> pa.Table:
    """Columns sample, chromosome, position (whole numbers), reference, alternate, gene; the others are counted.

    left_out   gains the rows left out, each by its first reason
    """
    reference, alternate = (_letters(piece.column(name)) for name in (columns.REFERENCE, columns.ALTERNATE))
    other = _letters(piece.column(columns.OTHER_ALTERNATE))
    nothing_new = pc.or_(pc.equal(alternate, reference), pc.equal(alternate, ""))
    alternate = pc.if_else(pc.and_(nothing_new, pc.not_equal(other, "")), other, alternate)
    given = piece.column(columns.POSITION)
    whole = pc.fill_null(pc.match_substring_regex(given, _PLACE), False)
    texts = pc.if_else(whole, pc.utf8_trim_whitespace(given), pa.scalar("0"))
    position = pc.cast(pc.cast(texts, pa.float64()), pa.int64())
    reasons = {
        UNREADABLE: ~(mask(whole) & _is_allele(reference) & _is_allele(alternate) & _said(piece, columns.SAMPLE)
                      & _said(piece, columns.CHROMOSOME)),
        NO_CHANGE: mask(pc.equal(reference, alternate)),
        GERMLINE: mask(pc.equal(pc.utf8_lower(piece.column(columns.STATUS)), "germline")),
        OTHER_BUILD: _of_other_build(piece.column(columns.ASSEMBLY), build),
    }  # fmt: skip
    kept = np.ones(piece.num_rows, dtype=np.bool_)
    for reason, rows in reasons.items():
        left_out[reason] += int((kept & rows).sum())
        kept &= ~rows
    made = {
        columns.SAMPLE: piece.column(columns.SAMPLE), columns.CHROMOSOME: piece.column(columns.CHROMOSOME),
        columns.POSITION: position, columns.REFERENCE: reference, columns.ALTERNATE: alternate,
        columns.GENE: piece.column(columns.GENE),
    }  # fmt: skip
    return pa.table(made).filter(pa.array(kept)).combine_chunks()


def _letters(column: Any) -> Any:
    return pc.utf8_upper(pc.utf8_trim_whitespace(pc.fill_null(column, "")))


def _is_allele(column: Any) -> Any:
    return mask(pc.match_substring_regex(column, _ALLELE))


def _said(piece: pa.Table, name: str) -> Any:
    return mask(pc.not_equal(pc.utf8_trim_whitespace(piece.column(name)), ""))


def _of_other_build(column: Any, build: str) -> Any:
    """Where a row says that it is of the other build; one that says nothing, or no build we know, may be of this."""
    if build == "other":  # a genome of the site's own: what a file calls it is not compared
        return np.zeros(len(column), dtype=np.bool_)
    others = [text for text in pc.unique(column).to_pylist() if text and assembly(text) not in (build, None)]
    return mask(pc.is_in(column, pa.array(others, pa.string())))
