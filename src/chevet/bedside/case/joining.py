"""The same finding said by two files counts once, with what both say of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chevet.genomics.alteration import Alteration, Genomic, Origin

SAID_AGAIN = "said_by_two_files"  # the flag that counts findings said before


def joined(alterations: Iterable[Alteration]) -> tuple[list[Alteration], int]:
    """The findings, each once and in the order given, and how many were said before."""
    kept: list[Alteration] = []
    places: dict[tuple[object, ...], dict[str, int]] = {}
    again = 0
    for one in alterations:
        keys = _keys(one)
        build = one.genomic.build if one.genomic is not None else ""
        at = next((at for key in keys for at in _candidates(key, build, places) if _is_same(kept[at], one)), None)
        if at is None:
            at = len(kept)
            kept.append(one)
        else:
            kept[at] = _both(kept[at], one)
            again += 1
        for key in keys:
            places.setdefault(key, {}).setdefault(build, at)
    return kept, again


def _candidates(key: tuple[object, ...], build: str, places: dict[tuple[object, ...], dict[str, int]]) -> list[int]:
    """Findings under a key that can be the same: of one build only by their place, for two places are two changes."""
    known = places.get(key, {})
    return [at for of, at in known.items() if key[0] == "place" or not build or of != build]


def _keys(one: Alteration) -> list[tuple[object, ...]]:
    if one.type == "variant":
        keys: list[tuple[object, ...]] = []
        if one.genomic is not None:
            keys.append(("place", *_place(one.genomic)))
            if not one.gene:
                keys.append(("reads", one.genomic.chromosome, one.genomic.ref, one.genomic.alt, one.vaf, one.depth))
        if one.gene and one.protein_change:
            keys.append(("protein", one.gene, one.protein_change))
        if one.gene and one.cdna:
            keys.append(("coding", one.gene, one.cdna))
        if one.gene and not keys:
            keys.append(("class", one.gene, tuple(sorted(one.classes)), one.consequence, one.as_given))
        return keys
    if one.type == "fusion":
        return [("fusion", *(one.fusion or ("", one.gene)))]
    if one.name:
        return [(one.type, one.name, str(one.value))]
    return [(one.type, one.gene)]


def _is_same(one: Alteration, other: Alteration) -> bool:
    """Whether two findings that share a key are the same: two places of one build are two changes."""
    if one.type != "variant" or one.genomic is None or other.genomic is None:
        return True
    if one.genomic.build == other.genomic.build:
        return _place(one.genomic) == _place(other.genomic)
    if one.gene and other.gene:
        return one.gene == other.gene
    return one.genomic.chromosome == other.genomic.chromosome and one.vaf == other.vaf and one.depth == other.depth


def _place(change: Genomic) -> tuple[str, str, int, str, str]:
    """A change without the base that VCF keeps before an insertion or a deletion."""
    ref, alt, position = change.ref, change.alt, change.position
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    shared = 0
    while shared < min(len(ref), len(alt)) and ref[shared] == alt[shared]:
        shared += 1
    ref, alt, position = ref[shared:], alt[shared:], position + shared
    if not ref and not shared and change.ref == "":
        position += 1  # MAF writes an insertion at the base before it
    return change.build, change.chromosome, position, ref, alt


def _both(one: Alteration, other: Alteration) -> Alteration:
    """What both say, the first one first; inherited when one of them found it in what was inherited."""
    if one.type == "variant" and not one.gene and other.gene:
        one, other = replace(other, place=one.place), one
    return replace(
        one,
        protein_change=one.protein_change or other.protein_change, cdna=one.cdna or other.cdna,
        genomic=one.genomic or other.genomic, transcript=one.transcript or other.transcript,
        consequence=one.consequence or other.consequence, exon=one.exon if one.exon is not None else other.exon,
        vaf=one.vaf if one.vaf is not None else other.vaf, depth=one.depth if one.depth is not None else other.depth,
        copy_number=one.copy_number if one.copy_number is not None else other.copy_number,
        in_frame=one.in_frame if one.in_frame is not None else other.in_frame,
        origin=_origin(one, other), classes=one.classes | other.classes,
        predictions=one.predictions or other.predictions,
        population_frequency=max(
            (part for part in (one.population_frequency, other.population_frequency) if part is not None), default=None
        ),
    )  # fmt: skip


def _origin(one: Alteration, other: Alteration) -> Origin:
    if "germline" in (one.origin, other.origin):
        return "germline"
    return other.origin if one.origin == "unknown" else one.origin
