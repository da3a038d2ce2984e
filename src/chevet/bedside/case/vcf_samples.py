"""Which column of a VCF is the tumour's, and the reads that carry a change there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chevet.bedside.case.laboratory import says_germline

_TUMOUR = re.compile(r"tumou?r|tumeur|somatic|cancer|ffpe|[-_.]t\d?$|^t\d?$|primary|metast", re.IGNORECASE)
_NORMAL = re.compile(
    r"normal|germline|constitution|blood|sang|control|pbmc|[-_.]n\d?$|^n\d?$|reference|matched", re.IGNORECASE
)
_FIXED = 9


@dataclass(frozen=True)
class Columns:
    """The samples of a VCF. `tumour` and `normal` are places among them; None where there is none.

    germline   the one sample is not of a tumour
    unclear    several samples, and it is not told which is the tumour's
    """

    names: tuple[str, ...] = ()
    tumour: int | None = None
    normal: int | None = None
    germline: bool = False
    unclear: bool = False

    @property
    def of_patient(self) -> tuple[str, ...]:
        """The names that are the patient's: the tumour's, for laboratories number blood apart."""
        return self.names if self.tumour is None else (self.names[self.tumour],)


@dataclass(frozen=True)
class Reads:
    """Share and number of reads at a change; `absent` when the sample's genotype says that it does not carry it."""

    share: float | None = None
    depth: int | None = None
    absent: bool = False


def columns_of(header: Sequence[str], lines: Sequence[str], *, germline: bool = False) -> Columns:
    """The samples by the line of columns and the header's words on them (`##tumor_sample=`)."""
    names = tuple(name.strip() for name in header[_FIXED:])
    if not names:
        return Columns(germline=germline)
    if len(names) == 1:
        inherited = germline or says_germline(names[0])
        return Columns(names, 0, germline=inherited)
    said = {key: _said(lines, key) for key in ("tumor_sample", "normal_sample")}
    tumour = [at for at, name in enumerate(names) if name == said["tumor_sample"]]
    normal = [at for at, name in enumerate(names) if name == said["normal_sample"]]
    if not tumour and not normal:
        normal = [at for at, name in enumerate(names) if _NORMAL.search(name) and not _TUMOUR.search(name)]
        tumour = [at for at, name in enumerate(names) if _TUMOUR.search(name) and at not in normal]
    if not tumour and len(normal) == len(names) - 1:
        tumour = [at for at in range(len(names)) if at not in normal]
    if germline and len(normal) == 1:
        return Columns(names, normal[0], germline=True)
    if len(tumour) != 1:
        return Columns(names, unclear=True)
    others = [at for at in range(len(names)) if at != tumour[0]]
    return Columns(names, tumour[0], normal[0] if normal else (others[0] if len(others) == 1 else None))


def _said(lines: Sequence[str], key: str) -> str:
    return next((line.partition("=")[2].strip() for line in lines if line.startswith(f"##{key}=")), "")


def sample_of(cells: Sequence[str], columns: Columns) -> dict[str, str]:
    """What the tumour's column says, by the keys of FORMAT; empty where there is none."""
    if columns.tumour is None or len(cells) <= _FIXED + columns.tumour:
        return {}
    return dict(zip(cells[8].split(":"), cells[_FIXED + columns.tumour].split(":"), strict=False))


def reads_of(
    cells: Sequence[str], columns: Columns, info: Mapping[str, str], number: int, ref: str, alts: Sequence[str]
) -> Reads:
    """The reads of allele `number` (1 for the first alternate) in the tumour's column, else what INFO says of them."""
    sample = sample_of(cells, columns)
    genotype = re.split(r"[/|]", sample.get("GT", ""))
    told = [one for one in genotype if one.isdigit()]
    if told and str(number) not in told and (columns.germline or len(alts) > 1 or columns.normal is None):
        return Reads(absent=True)
    counted = _counted(sample, number, ref, alts)
    share = _first(sample, ("AF", "VAF", "FREQ", "FA", "AAF"), number - 1)
    share = share if share is not None else _first(info, ("TVAF", "TUMOR_AF", "VAF", "T_AF"), number - 1)
    depth = _whole(sample.get("DP") or sample.get("DPT") or info.get("TDP") or info.get("DP"))
    if counted is not None:
        carrying, every = counted
        depth = depth if depth is not None else every
        share = share if share is not None or not every else carrying / every
    return Reads(share if share is not None and 0 <= share <= 1 else None, depth)


def _counted(sample: Mapping[str, str], number: int, ref: str, alts: Sequence[str]) -> tuple[int, int] | None:
    """Reads with the change, and reads in all, of the callers' different ways to say so."""
    for key in ("AD", "ADT"):
        counts = [_whole(part) for part in sample.get(key, "").split(",")]
        if len(counts) > number and all(count is not None for count in counts):
            known = [count for count in counts if count is not None]
            return known[number], sum(known)
    carrying, other = _whole(sample.get("AD")), _whole(sample.get("RD"))
    if carrying is not None and other is not None:
        return carrying, carrying + other
    bases = {base: _whole(sample.get(f"{base}U", "").split(",")[0]) for base in "ACGT"}  # Strelka, substitutions
    alt = alts[number - 1].upper()
    if alt in bases and bases[alt] is not None and bases.get(ref.upper()) is not None:
        return bases[alt] or 0, (bases[alt] or 0) + (bases[ref.upper()] or 0)
    with_it, without = _whole(sample.get("TIR", "").split(",")[0]), _whole(sample.get("TAR", "").split(",")[0])
    return (with_it, with_it + without) if with_it is not None and without is not None else None


def _first(values: Mapping[str, str], keys: Sequence[str], at: int) -> float | None:
    for key in keys:
        parts = values.get(key, "").split(",")
        text = parts[at] if at < len(parts) else ""
        try:
            number = float(text.rstrip("%"))
        except ValueError:
            continue
        return number / 100 if text.endswith("%") else number
    return None


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
