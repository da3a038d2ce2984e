"""Counts of one table against those of another: few people that a subtraction would tell apart.

Two tables are compared in three ways. By labels: the same group has another count. By label made of labels: `I-II`
beside `I` and `II`, `50-69` beside `50-59` and `60-69`. By counts alone, whatever the labels say: the counts of one
table are nearly those of the other, or sums of them (merged categories), but for one to `FEW` people. In the last way
chance does the same, so a match counts only where fewer than `BY_CHANCE` of them would be found in any two tables.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from chevet.privacy.disclosure import is_small
from chevet.room.checking.verdict import Reason, reason

Key = frozenset[str]
Listed = tuple[tuple[int, str], ...]
FEW = 9  # two groups that differ by fewer than ten people are too near: as two questions are (`overlap`)
BY_CHANCE = 0.02
ROUNDED = 5  # checked answers are multiples of five
_EVERYBODY: Key = frozenset()
_MOST_ODD, _MOST_TOLD, _MOST_MERGED = 2, 3, 24
_JOINED = re.compile(r"\s*(?:[/+,&;|]|\bor\b|\band\b|\bet\b|\bou\b)\s*")
_SPAN = re.compile(r"(.+?)\s*(?:-|–|\bto\b|\bà\b)\s*(.+)")
_NUMBERS = re.compile(r"\[?(\d+)\s*(?:-|–|to|à|,)\s*(\d+)[\])]?")


@dataclass(frozen=True)
class Sums:
    """Every cell of a table of counts and every sum over whole dimensions, by its set of labels.

    what     the heading that its numbers stand under, where that says no more than that they are counts: nothing
    places   where each stands, as spreadsheets write it (`B3`, `B3+B4` for a sum)
    lists    counts in order, each with its place: those of every subset of its dimensions, and all that stand there
    column   of a label that several columns of the extract have: its column, where the heading names one. Labels of two
             columns are two groups, however they are spelled; where a table does not say, they may be one
    """

    what: str
    cells: Mapping[Key, int | None]
    places: Mapping[Key, str] = field(default_factory=dict)
    lists: tuple[Listed, ...] = ()
    column: Mapping[str, str] = field(default_factory=dict)

    def place(self, key: Key) -> str:
        return self.places.get(key, "?")


def differences(sums: Sums, other: Sums, name: str, *, same_file: bool = False) -> Iterator[Reason]:
    """What a reader of both tables can subtract; `name` is that of the other. The first way that finds something tells.

    Counts under other headings may be of other things (the treated, the dead), and those of one file stand under
    headings of their own (a page per centre): then a person must look.
    """
    found = _same_labels(sums, other)
    if found:
        code = "differs_by_few" if sums.what == other.what and not same_file else "may_differ_by_few"
        yield reason(code, earlier=name, **_told(found))
        return
    merged = _merged_labels(sums, other) or _merged_labels(other, sums, turned=True)
    if merged:
        yield reason("merged_differs_by_few", earlier=name, **_told(merged))
    elif by_counts := _by_counts(sums, other):
        yield reason("renamed_differs_by_few", earlier=name, **_told(by_counts))
    elif totals := _totals(sums, other):
        yield reason("totals_differ_by_few", earlier=name, **_told(totals))


def by_counts_alone(sums: Sums, other: Sums, name: str) -> Iterator[Reason]:
    """The same of two columns of one table, whose labels are the same and whose counts are of different things."""
    found = _renamed(sums, other)
    if found:
        yield reason("renamed_differs_by_few", earlier=name, **_told(found))


def beside_an_answer(sums: Sums, answered: Mapping[Key, int], name: str) -> Iterator[Reason]:
    """Counts that stand beside a rounded answer on the same labels, and cannot be the count that was rounded.

    A rounded number is less than `ROUNDED` away from the count of its group. One that is further away, by no more
    than few people besides, is of another group: who is in one of them only can be told apart. One that is nearer may
    be of the same group, and tells nothing for sure.
    """
    found = [
        (sums.place(key), name)
        for key, n in sums.cells.items()
        if n is not None
        and (told := answered.get(_folded(key))) is not None
        and ROUNDED <= abs(n - told) < ROUNDED + FEW
    ]
    if found and not sums.what:
        yield reason("answer_differs_by_few", earlier=name, count=len(found), cells=", ".join(p for p, _ in found[:3]))


def _folded(key: Key) -> Key:
    return frozenset(label.casefold() for label in key)


def _told(pairs: Sequence[tuple[str, str]]) -> dict[str, object]:
    """How many, and the first of them by place: never a count."""
    once = list(dict.fromkeys(pairs))
    shown = ", ".join(f"{here} / {there}" for here, there in once[:_MOST_TOLD])
    return {"count": len(once), "cells": shown + (", …" if len(once) > _MOST_TOLD else "")}


def _is_few(difference: int) -> bool:
    return 0 < abs(difference) <= FEW


# -- by labels


def _same_labels(sums: Sums, other: Sums) -> list[tuple[str, str]]:
    """Cells of the same labels that differ by one to four; or by up to nine, where nearly all the others are equal."""
    both = _both(sums, other)
    labelled = {key: d for key, d in both.items() if key != _EVERYBODY}
    few = [key for key, d in labelled.items() if is_small(abs(d))]
    if not few and _otherwise_equal(labelled):
        few = [key for key, d in labelled.items() if _is_few(d)]
    if not few and labelled and is_small(abs(both.get(_EVERYBODY, 0))):
        few = [_EVERYBODY]
    return [(sums.place(key), other.place(key)) for key in few]


def _both(sums: Sums, other: Sums) -> dict[Key, int]:
    """By how many each cell differs that both show."""
    other_things = {label for label, name in sums.column.items() if other.column.get(label, name) != name}
    return {
        key: n - m
        for key, n in sums.cells.items()
        if n is not None and (m := other.cells.get(key)) is not None and not key & other_things
    }


def _otherwise_equal(differ: Mapping[Key, int]) -> bool:
    """Whether the smallest groups that both show are equal, but for at most two, all of which are few."""
    widest = max(map(len, differ), default=0)
    smallest = [d for key, d in differ.items() if len(key) == widest]
    odd = [d for d in smallest if d]
    return 0 < len(odd) <= _MOST_ODD and len(odd) < len(smallest) and all(map(_is_few, odd))


def _totals(sums: Sums, other: Sums) -> list[tuple[str, str]]:
    """Everybody in one beside everybody in the other: by one to four, or by up to nine where they share a group.

    Tables of other groups differ by more for another reason: of so many one thing is known, of so many the other.
    """
    both = _both(sums, other)
    differ = both.get(_EVERYBODY, 0)
    few = is_small(abs(differ)) or (_is_few(differ) and len(both) > 1)
    return [(sums.place(_EVERYBODY), other.place(_EVERYBODY))] if few else []


def _merged_labels(coarse: Sums, fine: Sums, *, turned: bool = False) -> list[tuple[str, str]]:
    """Cells whose label is made of labels of the other table, and whose count is nearly the sum of theirs."""
    labels = list(dict.fromkeys(label for key in fine.cells for label in sorted(key)))
    parts = {
        label: made
        for label in {one for key in coarse.cells for one in key} - set(labels)
        if len(made := made_of(label, labels)) > 1
    }
    found = []
    for key, n in coarse.cells.items():
        for label in key & parts.keys():
            cells = [(key - {label}) | {part} for part in parts[label]]
            counts = [fine.cells.get(cell) for cell in cells]
            if n is not None and None not in counts and _is_few(n - sum(m for m in counts if m is not None)):
                places = "+".join(map(fine.place, cells[:_MOST_MERGED]))
                found.append((places, coarse.place(key)) if turned else (coarse.place(key), places))
    return found


def made_of(label: str, labels: Sequence[str]) -> list[str]:
    """The labels that this one puts together, as it is written; none where it is not so written.

    >>> stages = ["I", "II", "III", "IV"]
    >>> made_of("I-III", stages), made_of("III/IV", stages), made_of("stage", stages)
    (['I', 'II', 'III'], ['III', 'IV'], [])
    >>> made_of("50-69", ["40-49", "50-59", "60-69"])
    ['50-59', '60-69']
    """
    known = {one.casefold(): one for one in labels}
    parts = [part.casefold() for part in _JOINED.split(label)]
    if len(parts) > 1 and all(part in known for part in parts):
        return [known[part] for part in parts]
    span = _NUMBERS.fullmatch(label)
    if span:
        low, high = map(int, span.groups())
        inside = [
            (int(found[1]), int(found[2]), one)
            for one in labels
            if (found := _NUMBERS.fullmatch(one)) and low <= int(found[1]) and int(found[2]) <= high
        ]
        ends = {low, high} <= {end for first, last, _ in inside for end in (first, last)}
        return [one for _, _, one in sorted(inside)] if ends else []
    ordered = _SPAN.fullmatch(label)
    if ordered and all(end.casefold() in known for end in ordered.groups()):
        first, last = (labels.index(known[end.casefold()]) for end in ordered.groups())
        return list(labels[first : last + 1])
    return []


# -- by counts alone


def _by_counts(sums: Sums, other: Sums) -> list[tuple[str, str]]:
    found = _renamed(sums, other)
    for some, others in ((a, b) for a in sums.lists for b in other.lists):
        if found:
            break
        found = _merged(some, others) or [(here, there) for there, here in _merged(others, some)]
    return found


def _renamed(sums: Sums, other: Sums) -> list[tuple[str, str]]:
    return next((found for a in sums.lists for b in other.lists if (found := nearly_the_same(a, b))), [])


def nearly_the_same(some: Listed, others: Listed) -> list[tuple[str, str]]:
    """Where two lists of counts, in whatever order, are one but for one or two, of which one is off by few people.

    By five to nine only one may be off, and three others or more must be the same.

    >>> nearly_the_same(((120, "B2"), (88, "B3"), (40, "B4")), ((40, "B2"), (119, "B3"), (88, "B4")))
    [('B2', 'B3')]
    """
    left, right = Counter(n for n, _ in some), Counter(n for n, _ in others)
    common = (left & right).total()
    left, right = left - right, right - left
    if left.total() > _MOST_ODD or right.total() > _MOST_ODD or not common:
        return []
    sure = common > _MOST_ODD and left.total() == right.total() == 1
    at, beside = (dict(reversed(one)) for one in (some, others))
    near = [(n, m) for n in left for m in right if is_small(abs(n - m)) or (sure and _is_few(n - m))]
    return [(at[n], beside[m]) for n, m in near[:1]]


def _merged(coarse: Listed, fine: Listed) -> list[tuple[str, str]]:
    """Neighbouring counts of one list that add up to those of the other, but for few people in one or two of them.

    Told only where chance would hardly do it: categories merge with their neighbours, in the order of their table or
    in the other one, so there are not many ways, and most sums must agree to the person.
    """
    if not 1 < len(coarse) < len(fine) <= _MOST_MERGED:
        return []
    total, others = (sum(n for n, _ in one) for one in (coarse, fine))
    if abs(total - others) > FEW:
        return []
    ways = math.comb(len(fine) - 1, len(coarse) - 1)
    spread = 2.5 * math.sqrt(sum(n * n for n, _ in fine) / len(coarse))  # a sum's chance of one number is 1 / spread
    found: list[tuple[str, str]] = []
    for order in (coarse, coarse[::-1]):
        for cut in _cuts(order, fine):
            odd = [(n, place, group) for (n, place), group in zip(order, cut, strict=True) if n != _sum(group)]
            if not odd:
                return []  # the same people, merged: nobody is told apart
            # All but the last sum are free; each that agrees, or is off by few, divides what chance would find.
            agree, off = len(coarse) - len(odd), len(odd) - (total == others)
            free = len(coarse) - 1
            expected = 2 * ways * math.comb(len(coarse), len(odd)) * (2 * FEW) ** min(off, free) / spread**free
            if not found and agree and expected < BY_CHANCE:
                found = [(place, "+".join(p for _, p in group)) for _, place, group in odd]
    return found


def _cuts(coarse: Listed, fine: Listed) -> Iterator[list[Listed]]:
    """Every way to cut the fine list into one run per coarse count, at most two of which are off, by few people."""

    def onwards(i: int, start: int, odd: int) -> Iterator[list[Listed]]:
        if i == len(coarse):
            if start == len(fine):
                yield []
            return
        added = 0
        for end in range(start + 1, len(fine) + 1):
            added += fine[end - 1][0]
            differ = coarse[i][0] - added
            if differ < -FEW:
                return
            off = odd + (differ != 0)
            if abs(differ) <= FEW and off <= _MOST_ODD:
                for rest in onwards(i + 1, end, off):
                    yield [fine[start:end], *rest]

    yield from onwards(0, 0, 0)


def _sum(group: Listed) -> int:
    return sum(n for n, _ in group)


def subsets(width: int) -> Iterator[tuple[int, ...]]:
    """Every way to keep some of a table's dimensions but not all, the fewest first."""
    for size in range(width):
        yield from combinations(range(width), size)
