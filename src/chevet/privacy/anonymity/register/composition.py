"""Releases compose: what a second release of the same people may show beside the first.

Two releases that are safe each by itself are not safe together: a person's class in one, cut with the class
in the other, may hold that person alone (Ganta, Kasiviswanathan and Smith, KDD 2008). So a later release may
only say what the earlier one said already, or less:

- it shows no column that the earlier one did not show, or showed in less detail, and none as it is that was
  generalised there;
- each of its classes joins whole classes of the earlier release, and its labels are ancestors of theirs;
- people whom the earlier release did not show (newcomers of a later version, or people suppressed there) come
  into a class in a group that keeps the models by itself, since subtracting one release from the other leaves
  just them (Byun et al., SDM 2006); of one and the same table none come at all;
- of a class of the earlier release all members are shown, or none: whoever left would stand in the difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chevet.privacy.anonymity.classes import class_of, classes_of
from chevet.privacy.anonymity.coded import Released
from chevet.privacy.anonymity.models import ClassModel, Model, View, attributes_of
from chevet.privacy.anonymity.models.view import as_shown
from chevet.privacy.anonymity.register.kept import Kept
from chevet.privacy.anonymity.register.matching import Places
from chevet.privacy.hierarchies.hierarchy import Codes, Hierarchy

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Comparison:
    """What stands against releasing beside an earlier release: numbers of people, and columns.

    columns     shown now and not then, or generalised then and not now
    divided     people of earlier classes that are now in several classes, or not all shown
    finer       people now shown with a label that is no ancestor of the earlier one
    newcomers   people not shown then, who come in a group too small, or at all where none may
    """

    columns: tuple[str, ...]
    divided: int
    finer: int
    newcomers: int

    @property
    def holds(self) -> bool:
        return not (self.columns or self.divided or self.finer or self.newcomers)


def compare(
    released: Released,
    place: Places,
    columns: Sequence[str],
    same_table: bool,
    kept: Kept,
    models: Sequence[Model],
) -> Comparison:
    """What stands against releasing this beside the earlier release.

    place        (n,) where each row stands in the earlier release, -1 for nowhere
    columns      what would go out, in such detail
    same_table   both releases are made from one and the same table: nobody can have come
    """
    divided, finer, newcomers = broken(released, place, same_table, kept, models)
    generalised = kept.labels.keys() - {h.name for h in released.table.hierarchies}
    more = [name for name in columns if name not in kept.columns]
    more += [f"{name} as it is" for name in columns if name in generalised]
    return Comparison(tuple(more), int(divided.sum()), int(finer.sum()), int(newcomers.sum()))


def broken(
    released: Released, place: Places, same_table: bool, kept: Kept, models: Sequence[Model]
) -> tuple[Flags, Flags, Flags]:
    """(n,) rows shown that belong to a divided class, show too fine a label, or are newcomers too few.

    Suppressing the rows of the first two, with all others of their earlier class, and of the third mends it.
    """
    released = as_shown(released)
    now, _ = classes_of(released)
    then = np.where(place >= 0, kept.classes()[place], -1)
    both = (now >= 0) & (then >= 0)
    finer = _spread(_finer(released, kept, place, both), then, both)
    divided = _divided(now, then, both, kept)
    come = (now >= 0) & (then < 0)
    newcomers = come if same_table else come & _too_few(released, come, models)
    return divided, finer, newcomers


def mended(released: Released, earlier: Sequence[tuple[Kept, Places]], models: Sequence[Model]) -> Released:
    """The release with more people suppressed, until nothing stands against it beside any earlier release.

    earlier   each with (n,) where each row stands there
    """
    while True:
        hidden = released.suppressed
        for kept, place in earlier:
            divided, finer, newcomers = broken(released, place, False, kept, models)
            more = released.suppressed | divided | finer | newcomers
            released = Released(released.table, released.nodes, more)
        if (released.suppressed == hidden).all():
            return released


def _divided(now: Codes, then: Codes, both: Flags, kept: Kept) -> Flags:
    """Rows of an earlier class that is shown in part, or in several classes."""
    of = kept.classes()
    whole = np.bincount(of[of >= 0])
    pairs = np.unique(np.stack([then[both], now[both]]), axis=1)
    several = np.bincount(pairs[0], minlength=len(whole)) > 1
    here = np.bincount(then[both], minlength=len(whole))
    torn = several | ((here > 0) & (here < whole))
    return both & torn[np.where(both, then, 0)] if len(torn) else both


def _spread(flags: Flags, then: Codes, both: Flags) -> Flags:
    """The rows, and with them all others of their earlier class: the class goes whole or stays whole."""
    return both & np.isin(then, then[flags])


def _finer(released: Released, kept: Kept, place: Places, both: Flags) -> Flags:
    """Rows that show a label which is no ancestor of the earlier one, nor equal to it."""
    found = np.zeros(len(place), dtype=np.bool_)
    for h, nodes in zip(released.table.hierarchies, released.nodes, strict=True):
        if h.name not in kept.labels:
            continue
        shown = np.array(h.flat_labels, dtype=object)[nodes[both]]
        was = kept.labels[h.name][place[both]]
        held = _leaves_by_label(h)
        known = {pair: _is_ancestor(held, *pair) for pair in set(zip(shown, was, strict=True))}
        found[both] |= np.array([not known[pair] for pair in zip(shown, was, strict=True)], dtype=np.bool_)
    return found


def _leaves_by_label(h: Hierarchy) -> Mapping[str, frozenset[int]]:
    """The leaves that each label holds, at whatever level it stands."""
    held: dict[str, set[int]] = {}
    for nodes, labels in zip(h.nodes, h.labels, strict=True):
        for leaf, node in enumerate(nodes.tolist()):
            held.setdefault(labels[node], set()).add(leaf)
    return {label: frozenset(leaves) for label, leaves in held.items()}


def _is_ancestor(held: Mapping[str, frozenset[int]], shown: str, was: str) -> bool:
    """Whether a label holds all that another held; one that no row can have any more is held by its equal and `*`."""
    return shown in (was, "*") or (was in held and held[was] <= held[shown])


def _too_few(released: Released, come: Flags, models: Sequence[Model]) -> Flags:
    """Newcomers who, as a group of their own within their class, break a model of classes."""
    if not come.any():
        return come
    alone = Released(released.table, released.nodes, ~come)
    of_classes = [model for model in models if isinstance(model, ClassModel)]
    view = View.of(alone, attributes_of(of_classes))
    breaks = np.zeros(len(view.sizes), dtype=np.bool_)
    for model in of_classes:
        breaks |= model.breaking(view)
    classes, _ = classes_of(alone)
    return come & breaks[np.where(classes >= 0, classes, 0)]


def boxes(kept: Kept) -> list[tuple[str, ...]]:
    """The classes of an earlier release as the labels they showed, in a fixed order."""
    shown = ~kept.suppressed
    return sorted(set(zip(*(labels[shown] for labels in kept.labels.values()), strict=True)))


def recoded(hierarchies: Sequence[Hierarchy], codes: Sequence[Codes], kept: Kept) -> tuple[list[Codes], Flags]:
    """Rows shown as the classes of an earlier release would show them: (n,) node per attribute, and rows that fit none.

    A row that several classes could hold goes to the one that loses least, the first of equals.
    """
    n = len(codes[0])
    nodes = [np.full(n, h.offsets[-1], dtype=np.int32) for h in hierarchies]
    best = np.full(n, np.inf)
    for levels, members in _by_levels(hierarchies, boxes(kept)).items():
        at = [h.nodes[level][leaf] for h, level, leaf in zip(hierarchies, levels, codes, strict=True)]
        sizes = [len(h.labels[level]) for h, level in zip(hierarchies, levels, strict=True)]
        theirs = [np.array(column, dtype=np.int32) for column in zip(*members, strict=True)]
        joined = class_of([np.concatenate([a, b]) for a, b in zip(at, theirs, strict=True)], sizes)
        fits = np.isin(joined[:n], joined[n:])
        loss = np.sum([h.losses[level][a] for h, level, a in zip(hierarchies, levels, at, strict=True)], axis=0)
        better = fits & (loss < best)
        best[better] = loss[better]
        for i, (h, level) in enumerate(zip(hierarchies, levels, strict=True)):
            nodes[i][better] = at[i][better] + h.offsets[level]
    return nodes, ~np.isfinite(best)


def as_released(hierarchies: Sequence[Hierarchy], place: Places, kept: Kept) -> tuple[list[Codes], Flags]:
    """The same people shown as an earlier release of the same table showed them: (n,) nodes, and who was suppressed."""
    nodes = []
    for h in hierarchies:
        known: dict[str, int] = {}
        for node, name in enumerate(h.flat_labels):
            known.setdefault(name, node)
        nodes.append(np.array([known[name] for name in kept.labels[h.name][place]], dtype=np.int32))
    return nodes, kept.suppressed[place] | (place < 0)


def lifted(hierarchies: Sequence[Hierarchy], nodes: Sequence[Codes], lowest: Sequence[int]) -> tuple[Codes, ...]:
    """The nodes, those below an attribute's lowest level replaced by their ancestor at it."""
    found = []
    for h, shown, level in zip(hierarchies, nodes, lowest, strict=True):
        up = np.arange(len(h.flat_labels), dtype=np.int32)
        for below in range(level):
            up[h.nodes[below] + h.offsets[below]] = h.nodes[level] + h.offsets[level]
        found.append(up[shown])
    return tuple(found)


def _by_levels(
    hierarchies: Sequence[Hierarchy], classes: Sequence[tuple[str, ...]]
) -> dict[tuple[int, ...], list[tuple[int, ...]]]:
    """The classes by the levels of their labels, as nodes of those levels; what no row can have is left out."""
    places = []
    for h in hierarchies:
        known: dict[str, tuple[int, int]] = {}
        for level, labels in enumerate(h.labels):
            for node, name in enumerate(labels):
                known.setdefault(name, (level, node))
        places.append(known)
    found: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
    for labels in classes:
        at = [known.get(name) for known, name in zip(places, labels, strict=True)]
        if all(place is not None for place in at):
            levels, nodes = zip(*(place for place in at if place is not None), strict=True)
            found.setdefault(levels, []).append(nodes)
    return dict(sorted(found.items()))
