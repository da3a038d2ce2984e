"""What HGVS calls the difference of two proteins, in the normal form of `words.proteins`, and its class."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ProteinChange:
    """`text` in HGVS p. with one letter; `consequence` a MAF class."""

    text: str
    consequence: str


def described(old: str, new: str, *, codon: int, added: int) -> ProteinChange:
    """The change from one protein to another.

    A stop that a shift of the frame makes at once is called a stop, and its class stays that of the shift.

    old, new   amino acids with `*` for each stop; `new` may go on behind its first stop, or have none
    codon      the first codon that the bases touch, from 1: named when bases change and the protein does not
    added      bases added, below 0 when some are taken away

    Source: HGVS nomenclature 21.0, protein recommendations; a change is moved as far towards the end as it can be.

    >>> described("MKVR*", "MKER*", codon=3, added=0).text, described("MKVR*", "M*", codon=2, added=0).text
    ('p.V3E', 'p.K2*')
    >>> described("MKVLR*", "MKSGT*", codon=3, added=-1).text, described("MKKVR*", "MKVR*", codon=2, added=-3).text
    ('p.V3Sfs*4', 'p.K3del')
    """
    stop = new.find("*")
    new = new if stop < 0 else new[: stop + 1]
    if old == new:
        return ProteinChange("p.=" if added else f"p.{old[codon - 1]}{codon}=", "Silent")
    if not new.startswith(old[:1]):
        return ProteinChange(f"p.{old[0]}1?", "Translation_Start_Site")
    first = _shared(old, new)
    before, after = old[first : first + 1], new[first : first + 1]
    shifted = ("Frame_Shift_Ins" if added > 0 else "Frame_Shift_Del") if added % 3 else ""
    if before == "*":
        return ProteinChange(f"p.*{first + 1}{after}ext*{_distance(new, first)}", shifted or "Nonstop_Mutation")
    if after == "*":
        return ProteinChange(f"p.{before}{first + 1}*", shifted or "Nonsense_Mutation")
    if shifted:
        rest = f"{after}fs*{_distance(new, first, from_one=True)}" if after else "fs"
        return ProteinChange(f"p.{before}{first + 1}{rest}", shifted)
    return _in_frame(old, new, first, added)


def _distance(new: str, first: int, *, from_one: bool = False) -> str:
    stop = new.find("*", first)
    return "?" if stop < 0 else str(stop - first + from_one)


def _in_frame(old: str, new: str, first: int, added: int) -> ProteinChange:
    kind = "In_Frame_Ins" if added > 0 else "In_Frame_Del" if added < 0 else "Missense_Mutation"
    if len(new) != len(old) + added // 3:  # a stop among what was added
        return ProteinChange(f"p.{old[first]}{first + 1}delins{new[first:]}", "Nonsense_Mutation")
    end = _shared(old[first:][::-1], new[first:][::-1])
    removed, put = old[first : len(old) - end], new[first : len(new) - end]
    if not removed:
        return ProteinChange(_inserted(old, first, put), kind)
    span = _span(removed, first + 1)
    if not put:
        return ProteinChange(f"p.{span}del", kind)
    return ProteinChange(f"p.{span}{put}" if len(removed) == len(put) == 1 else f"p.{span}delins{put}", kind)


def _shared(one: str, other: str) -> int:
    """How many signs two texts begin with in common, by halving: proteins are long and differ late."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _inserted(old: str, first: int, put: str) -> str:
    if first >= len(put) and old[first - len(put) : first] == put:
        return f"p.{_span(put, first - len(put) + 1)}dup"
    return f"p.{_span(old[first - 1 : first + 1], first)}ins{put}"


def _span(acids: str, first: int) -> str:
    return f"{acids[0]}{first}" + (f"_{acids[-1]}{first + len(acids) - 1}" if len(acids) > 1 else "")
