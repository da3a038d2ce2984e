"""Undoing the splits that are worth least, until few enough classes are left.

Among all ways to cut a tree back, those that cost least for the number of classes left are found by charging a price
for each class: a group is split only where that saves more than its classes cost, and the price is raised until the
classes are few enough. Source: cost-complexity pruning (Breiman, Friedman, Olshen and Stone, Classification and
Regression Trees, 1984, chapter 3), with one move more: a part may be left with the residual of its parent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chevet.privacy.anonymity.search.forest import Flags, Forest
from chevet.privacy.anonymity.search.gain import Figures
from chevet.privacy.hierarchies.hierarchy import Codes

# The price is bisected until two tries differ by this factor.
NEAR = 1.0005


@dataclass(eq=False)
class Cut:
    """What to do with each group at one price.

    costs   (groups,) penalty and price of the cheapest division of the group
    acts    (groups,) WHOLE: one class; SPLIT: as it was split; JOINED: split, but parts that are not worth a class,
            and what was left, make one
    dear    (groups,) True for a part that costs more than leaving its people in a residual of its parent
    """

    costs: Figures
    acts: Codes
    dear: Flags


WHOLE, SPLIT, JOINED = 0, 1, 2


def prune(forest: Forest, penalty: Figures, at_most: int) -> Codes:
    """(groups,) the class that the people of each group go to, at most so many classes being used.

    penalty   (groups,) what its nodes cost a person
    at_most   classes, at least one for each group of the first division

    Classes are numbered like groups; the joined residual of a group is numbered `groups` higher.
    """
    used = np.zeros(forest.n_groups, dtype=np.bool_)
    used[forest.of] = True
    found = _classes(forest, _cut(forest, penalty, 0.0))
    if _count(found, used) <= at_most:
        return found
    low, high = 0.0, max(float((forest.sizes * penalty).max()), 1e-9)
    found = _classes(forest, _cut(forest, penalty, high))
    while high > NEAR * low and high > 1e-9:
        price = (low * high) ** 0.5 if low else high / 64
        tried = _classes(forest, _cut(forest, penalty, price))
        if _count(tried, used) <= at_most:
            high, found = price, tried
        else:
            low = price
    return found


def _count(classes: Codes, used: Flags) -> int:
    return len(np.unique(classes[used]))


def _cut(forest: Forest, penalty: Figures, price: float) -> Cut:
    """The cheapest division of every group, from the last round to the first."""
    n = forest.n_groups
    whole = forest.sizes * penalty + price
    costs, acts, dear = whole.copy(), np.zeros(n, dtype=np.int32), np.zeros(n, dtype=np.bool_)
    is_split, parts, saved = np.zeros(n, dtype=np.bool_), np.zeros(n), np.zeros(n)
    rest, rest_whole = np.zeros(n), np.full(n, price)
    for groups in reversed(list(forest.rounds())):
        inner = groups[is_split[groups]]
        as_split, joined = parts[inner] + rest[inner], parts[inner] - saved[inner] + rest_whole[inner]
        choices = np.stack([whole[inner], as_split, joined])
        acts[inner] = np.argmin(choices, axis=0)
        costs[inner] = choices.min(axis=0)
        below = groups[forest.parents[groups] >= 0]
        above = forest.parents[below]
        is_split[above] = True
        left, part = forest.residual[below], ~forest.residual[below]
        rest[above[left]], rest_whole[above[left]] = costs[below[left]], whole[below[left]]
        below, above = below[part], above[part]
        extra = costs[below] - forest.sizes[below] * penalty[above]
        dear[below] = extra > 0
        np.add.at(parts, above, costs[below])
        np.add.at(saved, above, np.maximum(extra, 0))
    return Cut(costs, acts, dear)


def _classes(forest: Forest, cut: Cut) -> Codes:
    """(groups,) the class that each group's people go to; -1 where they go to several."""
    n = forest.n_groups
    found = np.full(n, -1, dtype=np.int32)
    for groups in forest.rounds():
        above = forest.parents[groups]
        inside = np.where(above >= 0, found[above], -1)
        joins = (above >= 0) & (cut.acts[above] == JOINED) & (cut.dear | forest.residual)[groups]
        own = np.where(cut.acts[groups] == WHOLE, groups, -1)
        found[groups] = np.where(inside >= 0, inside, np.where(joins, n + above, own))
    return found
