"""One cube of tables, noised once, read freely: whatever is asked of it afterwards costs nothing.

A cube holds tables of people by one, two or three fields (stage, sex, ...), and tables of *facts* of
which a person may have several (altered genes, classes of treatment) by at most two fields. Each
table gets a share of what may be spent; the more is spent on it, the more exact it is.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from chevet.errors import Fault
from chevet.privacy.noise import consistency
from chevet.privacy.noise.accounting import PER_HISTOGRAM, scale_for
from chevet.privacy.noise.consistency import Fields, Numbers
from chevet.privacy.noise.process import Counts, Noised, ToNoise
from chevet.store import bits
from chevet.store.bits import Matrix
from chevet.store.ledger import make_private, replace_file

NOT_SAID = ""
TURN = 7919  # a prime: persons one after the other begin at different facts
Key = tuple[str, Fields]


@dataclass(frozen=True)
class Axis:
    """A field with one value per person; the first label is always "" (not said)."""

    name: str
    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.labels or self.labels[0] != NOT_SAID or len(set(self.labels)) != len(self.labels):
            raise ValueError(
                "an axis begins with the label of those of whom nothing is said, and names each value once"
            )


@dataclass(frozen=True)
class Facts:
    """Facts of which a person may have several; row `i` of `having` holds those who have `names[i]`.

    at_most   how many of a person's facts are counted: it bounds what one person can move. See `bounded`.
    """

    names: tuple[str, ...]
    having: Matrix
    at_most: int


def bounded(names: tuple[str, ...], having: Matrix, n: int, at_most: int) -> Facts:
    """Facts of which nobody has more than `at_most`.

    Of whoever has more, as many are kept, beginning at another fact for each person, so that no fact loses more
    than others.
    """
    told = bits.unpack(having, n)
    many = np.flatnonzero(told.sum(axis=0) > at_most)
    turns = (np.arange(len(names))[:, None] + many * TURN) % len(names)
    turned = np.take_along_axis(told[:, many], turns, axis=0)
    kept = turned & (turned.cumsum(axis=0) <= at_most)
    clipped = told.copy()
    clipped[:, many] = np.take_along_axis(kept, np.argsort(turns, axis=0), axis=0)
    return Facts(names, bits.pack(clipped), at_most)


@dataclass(frozen=True)
class People:
    """Everybody, by field and by fact. `codes[field]` is (n,), an index into the labels of the axis."""

    n: int
    axes: Mapping[str, Axis]
    codes: Mapping[str, npt.NDArray[np.integer[Any]]]
    facts: Mapping[str, Facts]


@dataclass(frozen=True)
class Plan:
    """A table to be made: facts by fields, or people by fields (`facts` empty). `share` of the whole spending."""

    fields: Fields
    share: float
    facts: str = ""

    def __post_init__(self) -> None:
        if list(self.fields) != sorted(set(self.fields)):
            raise ValueError("a plan names each field once, in the order of the alphabet")


def exact(people: People, plan: Plan) -> Counts:
    """The true table: people per combination of values; with facts, one such table per fact, stacked."""
    shape = tuple(len(people.axes[field].labels) for field in plan.fields)
    place = np.zeros(people.n, dtype=np.int64)
    for field, size in zip(plan.fields, shape, strict=True):
        place = place * size + people.codes[field]
    cells = int(np.prod(shape, dtype=np.int64))
    if not plan.facts:
        return np.bincount(place, minlength=cells).astype(np.int64).reshape(shape)
    rows = people.facts[plan.facts].having
    found = [np.bincount(place[bits.positions(row, people.n)], minlength=cells) for row in rows]
    return np.stack(found).astype(np.int64).reshape((len(rows), *shape))


def squared_sensitivity(people: People, plan: Plan) -> float:
    """The most by which putting another person in one's place moves the table (sum of squares over its cells).

    One histogram: a cell loses one, another gains one. Facts: all that are counted of the one person may go, and
    all of the other come; without fields, a fact that both have stays, so no more than all facts can change.
    """
    if not plan.facts:
        return float(PER_HISTOGRAM)
    facts = people.facts[plan.facts]
    most = min(facts.at_most, len(facts.names))
    return float(2 * most if plan.fields else min(2 * most, len(facts.names)))


def to_noise(people: People, plans: Sequence[Plan], rho: float) -> list[ToNoise]:
    """The true tables with the scales that keep all of them together within `rho`."""
    whole = sum(plan.share for plan in plans)
    found = []
    for plan in plans:
        moved = squared_sensitivity(people, plan)
        found.append(ToNoise(exact(people, plan), moved, scale_for(moved, rho * plan.share / whole)))
    return found


@dataclass(frozen=True)
class Cube:
    """What was drawn, brought to agree. `about` says of what, when, and at what cost."""

    n: int
    axes: Mapping[str, Axis]
    facts: Mapping[str, tuple[str, ...]]
    tables: Mapping[Key, Numbers]
    scales: Mapping[Key, float]
    about: Mapping[str, Any]

    @staticmethod
    def of(
        people: People, plans: Sequence[Plan], asked: Sequence[ToNoise], noised: Noised, about: Mapping[str, Any]
    ) -> Cube:
        """The cube of freshly noised tables. Of `people`, only their number and the names of things are kept."""
        raw: dict[Key, Numbers] = {}
        scales: dict[Key, float] = {}
        for plan, wanted, drawn in zip(plans, asked, noised.tables, strict=True):
            raw[plan.facts, plan.fields] = drawn.astype(np.float64)
            scales[plan.facts, plan.fields] = wanted.scale
        tables: dict[Key, Numbers] = {}
        for facts in dict.fromkeys(key[0] for key in raw):
            of_facts = {fields: table for (name, fields), table in raw.items() if name == facts}
            their_scales = {fields: scales[facts, fields] for fields in of_facts}
            total = None if facts else float(people.n)
            moved = consistency.agreed(of_facts, their_scales, leading=int(bool(facts)), total=total)
            tables |= {(facts, fields): table for fields, table in moved.items()}
        names = {name: people.facts[name].names for name in people.facts}
        return Cube(people.n, dict(people.axes), names, tables, scales, dict(about) | {"rho": noised.rho})

    def counts(self, fields: Fields, facts: str = "") -> Numbers | None:
        """People (or, for each fact, those who have it) by these fields; None when no table holds them together."""
        for (name, held), table in self.tables.items():
            if name == facts and set(fields) <= set(held):
                ordered = consistency.summed(table, held, fields, int(bool(facts)))
                order = [field for field in held if field in fields]
                lead = [0] if facts else []
                return ordered.transpose([*lead, *(len(lead) + order.index(field) for field in fields)])
        return None

    def variance_of_sum(self, weights: Numbers, fields: Fields, facts: str = "") -> float:
        """The variance of a weighted sum over the cells of `counts(fields, facts)` (of one fact)."""
        order = sorted(fields)
        turned = weights.transpose([fields.index(field) for field in order])
        return consistency.variance_of_sum(turned, tuple(order), lambda part: self._variance(part, facts))

    def _variance(self, part: Fields, facts: str) -> float:
        if not part and not facts:
            return 0.0  # how many people there are is known
        if (facts, part) not in self._variances:
            shapes = {
                held: {field: len(self.axes[field].labels) for field in held}
                for name, held in self.tables if name == facts
            }  # fmt: skip
            found = consistency.variance(shapes, {held: self.scales[facts, held] for held in shapes}, part)
            if found is None:
                raise KeyError(f"no table holds {', '.join(part)} together")
            self._variances[facts, part] = found
        return self._variances[facts, part]

    @cached_property
    def _variances(self) -> dict[Key, float]:
        return {}

    # -- on disk

    def write(self, folder: Path) -> str:
        """Keep the cube; returns its checksum. The last file written makes it whole."""
        make_private(folder)
        numbers = io.BytesIO()
        keys = list(self.tables)
        np.savez_compressed(numbers, **{str(i): self.tables[key] for i, key in enumerate(keys)})  # type: ignore[arg-type]
        checksum = hashlib.sha256(numbers.getvalue()).hexdigest()
        described = {
            "n": self.n, "about": dict(self.about), "sha256": checksum,
            "axes": {name: list(axis.labels) for name, axis in self.axes.items()},
            "facts": {name: list(names) for name, names in self.facts.items()},
            "tables": [
                {"facts": key[0], "fields": list(key[1]), "scale": self.scales[key]} for key in keys
            ],
        }  # fmt: skip
        replace_file(folder / "cube.npz", numbers.getvalue())
        replace_file(folder / "cube.json", json.dumps(described, ensure_ascii=False, sort_keys=True).encode())
        return checksum

    @staticmethod
    def read(folder: Path) -> Cube | None:
        """The cube in this folder; None when there is none. Fault when it is not as it was written."""
        if not (folder / "cube.json").exists():
            return None
        try:
            described = json.loads((folder / "cube.json").read_bytes())
            numbers = (folder / "cube.npz").read_bytes()
            if hashlib.sha256(numbers).hexdigest() != described["sha256"]:
                raise ValueError
            stored = np.load(io.BytesIO(numbers), allow_pickle=False)
            keys: list[Key] = [(t["facts"], tuple(t["fields"])) for t in described["tables"]]
            return Cube(
                described["n"],
                {name: Axis(name, tuple(labels)) for name, labels in described["axes"].items()},
                {name: tuple(names) for name, names in described["facts"].items()},
                {key: stored[str(i)] for i, key in enumerate(keys)},
                {key: float(t["scale"]) for key, t in zip(keys, described["tables"], strict=True)},
                described["about"],
            )
        except (OSError, ValueError, KeyError, TypeError):
            raise Fault(
                "the noised cube of this version is damaged",
                next_act="Restore the folder `cubes` from a backup; a second cube would cost as much as the first.",
            ) from None
