"""What a privacy model sees of a release: its classes, counted. And what a model is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from chevet.privacy.anonymity.classes import Histogram, classes_of, histogram
from chevet.privacy.anonymity.coded import CodedTable, Released
from chevet.privacy.hierarchies.hierarchy import Codes

Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class View:
    """The classes of a release, from group-by counts alone; a search makes one without making the release.

    table        the people, all of them: what a class is compared with (t-closeness) counts the suppressed too
    sizes        (classes,) people in each class, at least 1; the suppressed belong to none
    nodes        per quasi-identifier, (classes,) node shown for the class; only models with a population read it
    histograms   per sensitive attribute that a model speaks of, its values in each class
    matching     (classes,) people of the models' population whom each class could be speaking of, where already known
    """

    table: CodedTable
    sizes: Counts
    nodes: tuple[Codes, ...] = ()
    histograms: Mapping[str, Histogram] = field(default_factory=dict)
    matching: Counts | None = None

    @staticmethod
    def of(released: Released, attributes: Iterable[str] = (), *, suppressed_as_class: bool = False) -> View:
        """The classes of a release.

        attributes            the sensitive attributes to count (`attributes_of(models)`)
        suppressed_as_class   also count the suppressed as one class, the last. Whoever knows that a person is in
                              the table and finds no class for them knows that they are among the suppressed: where
                              suppressed rows keep their sensitive values, they are a class like any other. Its
                              nodes mean nothing: for models without a population.
        """
        released = as_shown(released)
        classes, sizes = classes_of(released)
        if suppressed_as_class and released.suppressed.any():
            classes = np.where(released.suppressed, np.int32(len(sizes)), classes)
            sizes = np.append(sizes, released.suppressed.sum())
        one_row = np.zeros(len(sizes), dtype=np.int64)
        one_row[classes[classes >= 0]] = np.flatnonzero(classes >= 0)
        table = released.table
        counted = {
            name: histogram(classes, table.sensitive[name], len(table.sensitive_labels[name]))
            for name in dict.fromkeys(attributes)
        }
        return View(table, sizes.astype(np.int64), tuple(nodes[one_row] for nodes in released.nodes), counted)

    @property
    def people(self) -> int:
        """How many people are in a class: all but the suppressed."""
        return int(self.sizes.sum())


def as_shown(released: Released) -> Released:
    """The same release with one node per label: what a reader sees as equal is equal, whatever its level.

    A group of one leaf often keeps the leaf's label (`ALIVE` at every level but the last); a search that
    mixes levels may show both nodes.
    """
    nodes = []
    for hierarchy, column in zip(released.table.hierarchies, released.nodes, strict=True):
        place: dict[str, int] = {}
        first = [place.setdefault(label, node) for node, label in enumerate(hierarchy.flat_labels)]
        nodes.append(column if len(place) == len(first) else np.array(first, dtype=np.int32)[column])
    return Released(released.table, tuple(nodes), released.suppressed)


@dataclass(frozen=True)
class Found:
    """What a model found.

    figure   what was measured of the whole release: that of the worst class, or of the table
    needed   what it was compared with
    """

    holds: bool
    figure: float
    needed: float


class Model(Protocol):
    """A promise that a release keeps or does not.

    monotone   once it holds, it holds whatever is generalised further (nobody being suppressed or brought back),
               so that a search may prune
    """

    name: ClassVar[str]
    monotone: ClassVar[bool]

    def holds(self, view: View) -> Found:
        """Whether the whole release keeps the promise. A release of nobody does."""


@runtime_checkable
class ClassModel(Model, Protocol):
    """A model that holds where it holds of every class."""

    def breaking(self, view: View) -> Flags:
        """(classes,) True for a class that breaks it: to be joined to others, or suppressed."""


def attributes_of(models: Iterable[Model]) -> tuple[str, ...]:
    """The sensitive attributes that these models speak of, once each."""
    return tuple(dict.fromkeys(model.attribute for model in models if hasattr(model, "attribute")))
