"""From a change of the genome, or of the coding sequence, to its HGVS names and its class, on one transcript."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chevet.genomics.alteration import Genomic
from chevet.genomics.coding import reverse_complement, translate
from chevet.genomics.protein_change import described
from chevet.genomics.transcript import Transcript, Transcripts

_CODING = re.compile(r"c\.(\d+)(?:_(\d+))?(?:([ACGT])>([ACGT])|(delins|del|dup|ins)([ACGT]*))")
ESSENTIAL, REGION = 2, 8


@dataclass(frozen=True)
class Call:
    """What a change is on a transcript. `protein_change` is None where the messenger is cut or untouched."""

    gene: str
    transcript: str
    cdna: str
    protein_change: str | None
    consequence: str


def calls(place: Genomic, transcripts: Transcripts) -> tuple[Call, ...]:
    """The change on every transcript that it touches, the preferred one first; nothing where none fits its bases."""
    found = (call(place, one) for one in transcripts.at(place))
    return tuple(one for one in found if one is not None)


def call(place: Genomic, transcript: Transcript) -> Call | None:
    """The change on this transcript; None when its bases are not those of the transcript, or it lies outside."""
    trimmed = fewest_bases(place)
    if trimmed is None:
        return None
    start, ref, alt = trimmed
    first, last = transcript.span
    if start > last or start + len(ref) - 1 < first or (not ref and start == first):
        return None
    before, after = (start, start + len(ref) - 1) if ref else (start - 1, start)
    left, right = transcript.locate(before), transcript.locate(after)
    if transcript.strand < 0:
        left, right, ref, alt = right, left, reverse_complement(ref), reverse_complement(alt)
    if not ref:
        return _insertion(transcript, left, right, alt)
    if left[1] or right[1] or right[0] - left[0] + 1 != len(ref):
        return _of_intron(transcript, left, right, ref, alt)
    if transcript.sequence[left[0] : right[0] + 1] != ref:
        return None
    return in_coding(transcript, left[0], right[0] + 1, alt)


def fewest_bases(place: Genomic) -> tuple[int, str, str] | None:
    """Start, removed and put bases without what both have in common; None when they are no bases, or the same.

    Put bases stand before `start` when none are removed. MAF and VCF forms are both understood.

    >>> fewest_bases(Genomic("GRCh37", "1", 10, "AT", "A")), fewest_bases(Genomic("GRCh37", "1", 10, "-", "G"))
    ((11, 'T', ''), (11, '', 'G'))
    """
    ref, alt = (text.upper().replace("-", "").replace(".", "") for text in (place.ref, place.alt))
    # MAF writes an insertion behind the base whose place it gives, VCF repeats that base
    start = place.position if ref else place.position + 1
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while ref and alt and ref[0] == alt[0]:
        ref, alt, start = ref[1:], alt[1:], start + 1
    return (start, ref, alt) if set(ref + alt) <= set("ACGT") and ref != alt else None


def of_cdna(cdna: str, transcript: Transcript) -> Call | None:
    """What a coding change is on this transcript; None for one outside of the coding bases, or that does not fit them.

    >>> gene = Transcript("T", "G", "GRCh37", "1", 1, ((1, 12),), "ATGAAAGTTTGA")
    >>> of_cdna("c.8T>A", gene).protein_change, of_cdna("c.4_6del", gene).consequence
    ('p.V3D', 'In_Frame_Del')
    """
    found = _CODING.fullmatch(cdna)
    if found is None:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    if not 1 <= first <= last <= len(transcript.sequence):
        return None
    old = transcript.sequence[first - 1 : last]
    if found[3]:
        return in_coding(transcript, first - 1, last, found[4]) if old == found[3] and found[3] != found[4] else None
    if found[5] == "ins":
        return in_coding(transcript, first, first, found[6]) if found[6] and last == first + 1 else None
    if found[5] == "dup":
        return in_coding(transcript, last, last, old) if found[6] in ("", old) else None
    if found[5] == "del":
        return in_coding(transcript, first - 1, last, "") if found[6] in ("", old) else None
    return in_coding(transcript, first - 1, last, found[6]) if found[6] and found[6] != old else None


def in_coding(transcript: Transcript, first: int, last: int, put: str) -> Call:
    """The call for coding bases first to last (from 0, the last one not included) replaced by others."""
    change = described(
        transcript.protein, _translated(transcript, first, last, put),
        codon=first // 3 + 1, added=len(put) - (last - first),
    )  # fmt: skip
    cdna = _coding_name(transcript, first, last, put)
    return Call(transcript.gene, transcript.name, cdna, change.text, change.consequence)


def _translated(transcript: Transcript, first: int, last: int, put: str) -> str:
    """The new protein; only what the change touches is translated, and all that follows it when the frame moves."""
    sequence, old = transcript.sequence, transcript.protein
    codon = first // 3
    if (len(put) - (last - first)) % 3 == 0:
        end = -(-last // 3)
        middle = translate(sequence[3 * codon : first] + put + sequence[last : 3 * end])
        return old[:codon] + middle + old[end:]
    return old[:codon] + translate(sequence[3 * codon : first] + put + sequence[last:])


def _coding_name(transcript: Transcript, first: int, last: int, put: str) -> str:
    """HGVS c., moved towards the end of its exon as far as it can be."""
    sequence, end = (
        transcript.sequence,
        transcript.exon_end(max(first, last - 1, 0) if first < last else max(first - 1, 0)),
    )
    if first < last and put:
        if last - first == len(put) == 1:
            return f"c.{first + 1}{sequence[first]}>{put}"
        return f"c.{_places(first, last)}delins{put}"
    if not put:
        while last < end and sequence[first] == sequence[last]:
            first, last = first + 1, last + 1
        return f"c.{_places(first, last)}del"
    while first < end and put[0] == sequence[first]:
        put, first = put[1:] + put[0], first + 1
    if first >= len(put) and sequence[first - len(put) : first] == put:
        return f"c.{_places(first - len(put), first)}dup"
    return f"c.{first}_{'*1' if first == len(sequence) else first + 1}ins{put}"


def _places(first: int, last: int) -> str:
    return f"{first + 1}" if last - first == 1 else f"{first + 1}_{last}"


def _insertion(transcript: Transcript, left: tuple[int, int], right: tuple[int, int], put: str) -> Call | None:
    if not left[1] and not right[1]:
        return in_coding(transcript, right[0], right[0], put)
    # between the last base of an exon and its intron, or the intron and its first base: the exon grows
    if not left[1] and right[1] == 1:
        return in_coding(transcript, left[0] + 1, left[0] + 1, put)
    if not right[1] and left[1] == -1:
        return in_coding(transcript, right[0], right[0], put)
    length = len(transcript.sequence)
    inside = {abs(left[1]), abs(right[1])}
    cut = inside <= {0, 1, 2} and 0 not in inside
    kind = "Splice_Site" if cut else "Splice_Region" if min(inside) <= REGION else "Intron"
    return Call(transcript.gene, transcript.name, f"c.{_name(left, length)}_{_name(right, length)}ins{put}", None, kind)


def _of_intron(transcript: Transcript, left: tuple[int, int], right: tuple[int, int], ref: str, alt: str) -> Call:
    """A change of which at least one base lies in an intron, or before the first coding base, or behind the last."""
    length = len(transcript.sequence)
    where = "_".join(dict.fromkeys(_name(one, length) for one in (left, right)))
    what = f"{ref}>{alt}" if len(ref) == len(alt) == 1 else f"delins{alt}" if alt else "del"
    if _before(left):
        return Call(transcript.gene, transcript.name, f"c.{where}{what}", None, "Translation_Start_Site")
    if _behind(right, length) and left[1] <= 0:
        return Call(transcript.gene, transcript.name, f"c.{where}{what}", None, "Nonstop_Mutation")
    across = left[0] != right[0] or (left[1] == 0) != (right[1] == 0) or left[1] * right[1] < 0
    nearest = min(abs(left[1]), abs(right[1]))
    kind = "Splice_Site" if across or nearest <= ESSENTIAL else "Splice_Region" if nearest <= REGION else "Intron"
    if left[0] != right[0] and left[1] > 0 > right[1] and right[0] == left[0] + 1 and nearest > ESSENTIAL:
        kind = "Intron"  # both ends in one intron, each named from its own exon
    return Call(transcript.gene, transcript.name, f"c.{where}{what}", None, kind)


def _before(located: tuple[int, int]) -> bool:
    return located[0] == 0 and located[1] < 0


def _behind(located: tuple[int, int], length: int) -> bool:
    return located[0] == length - 1 and located[1] > 0


def _name(located: tuple[int, int], length: int) -> str:
    """A place as HGVS c. counts it; what lies outside of the coding bases as if no intron lay between."""
    if _before(located):
        return str(located[1])
    if _behind(located, length):
        return f"*{located[1]}"
    return f"{located[0] + 1}" + (f"{located[1]:+d}" if located[1] else "")
