"""Numbers: bands of equal width, each level a multiple of the one before, or bands between given cuts."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from chevet.errors import BadInput
from chevet.privacy.hierarchies.ladder import Ladder, Steps

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,2})?", re.ASCII)


def of_widths(widths: Sequence[str]) -> Ladder:
    """Bands of these widths, finest first, that start at 0. Raises BadInput unless each is a multiple of the last.

    >>> of_widths(["5", "10"]).climb("12.5")
    ('10 to <15', '10 to <20')
    """
    sizes = [_number(width) for width in widths]
    nested = all(wide > fine and (wide / fine).denominator == 1 for fine, wide in pairwise(sizes))
    if not sizes or min(sizes) <= 0 or not nested:
        raise BadInput(
            "the widths of number bands must be above 0, each a multiple of the one before",
            next_act="For example: number:5:10:50",
        )
    return Ladder("number", ("band",) * len(sizes), lambda text: _of_number(text, sizes), "12.5")


def of_cuts(levels: Sequence[Sequence[str]]) -> Ladder:
    """Bands between cuts, finest level first. Raises BadInput unless each level keeps only cuts of the one before.

    >>> of_cuts([["18", "40", "65"], ["40"]]).climb("40")
    ('40 to <65', '40 or more')
    """
    cuts = [sorted({_number(cut) for cut in level}) for level in levels]
    if not cuts or not all(cuts) or any(not set(b) <= set(a) for a, b in pairwise(cuts)):
        raise BadInput(
            "a level of bands needs cuts, and a coarser level may only keep cuts of the finer one",
            next_act="For example: 18,40,65 then 40",
        )
    return Ladder("bands", ("band",) * len(cuts), lambda text: _of_cuts(text, cuts), "12.5")


def _of_number(text: str, sizes: Sequence[Fraction]) -> Steps | None:
    if not _NUMBER.fullmatch(text):
        return None
    firsts = [(math.floor(Fraction(text) / size) * size, size) for size in sizes]
    return tuple(f"{_text(first)} to <{_text(first + size)}" for first, size in firsts)


def _of_cuts(text: str, levels: Sequence[Sequence[Fraction]]) -> Steps | None:
    return tuple(_between(Fraction(text), cuts) for cuts in levels) if _NUMBER.fullmatch(text) else None


def _between(number: Fraction, cuts: Sequence[Fraction]) -> str:
    above = bisect_right(cuts, number)
    if above == 0:
        return f"below {_text(cuts[0])}"
    return f"{_text(cuts[-1])} or more" if above == len(cuts) else f"{_text(cuts[above - 1])} to <{_text(cuts[above])}"


def _number(text: str) -> Fraction:
    if not _NUMBER.fullmatch(text.strip()):
        raise BadInput("a width or cut of a number hierarchy is not a number", next_act="For example: number:5:10:50")
    return Fraction(text.strip())


def _text(number: Fraction) -> str:
    return str(number.numerator) if number.denominator == 1 else f"{float(number):.10g}"
