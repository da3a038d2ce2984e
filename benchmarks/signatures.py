"""Signatures against the exposures published for the same tumours (PCAWG genomes, TCGA exomes), and against the truth.

Each tumour is fitted with the shares of the other tumours of its kind: its own exposures are left out. The truth is
known for tumours that are made up: the published exposures with the noise of real spectra.

`--settings` chooses how strict the fit is, in ten folds: a tumour is met with what the other nine tenths chose.
"""

from __future__ import annotations

import csv
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from chevet.genomics import facts, signature_fit, signatures
from chevet.genomics.signature_fit import STRICTNESS, Strictness
from chevet.genomics.signature_shares import Kind, drawn, published_shares

FOLDER = Path(os.environ.get("CHEVET_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data")) / "signatures"
ROOT = FOLDER / "pcawg7"
FILES: dict[Kind, tuple[str, str, str]] = {
    "genome": ("WGS_PCAWG.96.csv", "PCAWG_sigProfiler_SBS_signatures_in_samples.csv",
               "sigProfiler_SBS_signatures_2019_05_22.csv"),
    "exome": ("WES_TCGA.96.csv", "TCGA_WES_sigProfiler_SBS_signatures_in_samples.csv",
              "sigProfiler_exome_SBS_signatures.csv"),
}  # fmt: skip
# Channels of real spectra stray from any mixture of references by so much: made-up ones are then rebuilt as well.
STRAYING = 0.25
SETTINGS = tuple(Strictness(strays, asked) for strays in (100.0, 150.0, 200.0, 300.0) for asked in (0.5, 1.0, 1.5))
FOLDS = 10


@dataclass(frozen=True)
class Published:
    """Tumours with at least 50 substitutions, their spectra, and the exposures that were published for them."""

    kind: Kind
    reference: signatures.Reference
    names: tuple[str, ...]
    given: tuple[str, ...]
    counts: signatures.Floats  # (96, tumours)
    exposed: signatures.Floats  # (tumours, signatures)
    every: dict[str, signatures.Floats]  # exposures of all tumours, those with fewer substitutions too

    @cached_property
    def matrix(self) -> signatures.Floats:
        return self.reference.matrix[:, [self.reference.names.index(name) for name in self.given]]

    def shares(self, name: str) -> dict[str, float]:
        """The share of such tumours with each signature, counted without the tumour itself."""
        group = name.split("::")[0]
        others = {one: found > 0 for one, found in self.every.items() if one != name}
        own = [found for one, found in others.items() if one.split("::")[0] == group]
        towards = [self._by_name(np.mean(list(others.values()), axis=0))]
        near = published_shares(_code(group), "exome")
        if self.kind == "genome" and near.group != "ALL":
            towards.append(dict(near.by_signature))
        mean = np.mean(own, axis=0) if own else np.zeros(len(self.given))
        return drawn(self._by_name(mean), len(own), towards)

    def _by_name(self, values: signatures.Floats) -> dict[str, float]:
        return dict(zip(self.given, values.tolist(), strict=True))


def published(kind: Kind) -> Published:
    spectra, exposures, reference = FILES[kind]
    names, counts = _spectra(ROOT / spectra)
    given, exposed = _exposures(ROOT / exposures)
    kept = [place for place in range(len(names)) if counts[:, place].sum() >= signatures.FEWEST]
    chosen = tuple(names[place] for place in kept)
    known = signatures.read_reference(ROOT / reference)
    return Published(
        kind, known, chosen, tuple(given), counts[:, kept], np.array([exposed[name] for name in chosen]), exposed
    )


@dataclass(frozen=True)
class Agreement:
    """Cosines with the exposures given, each signature apart and flat ones as one; and with the spectra rebuilt."""

    apart: signatures.Floats
    flat_as_one: signatures.Floats
    with_sbs3: signatures.Floats  # SBS3 is nearly as flat
    rebuilt: signatures.Floats

    def line(self) -> str:
        apart, one = self.apart, self.flat_as_one
        return (
            f"mean {apart.mean():.3f}, median {np.median(apart):.3f}, {np.mean(apart >= 0.94):.0%} at 0.94 or above; "
            f"SBS5 with SBS40 {one.mean():.3f}, {np.median(one):.3f}; "
            f"SBS3 with them {self.with_sbs3.mean():.3f}; rebuilt {np.median(self.rebuilt):.3f}"
        )


def agreement(tumours: Published, fit: Callable[[int], signatures.Floats]) -> Agreement:
    """How well the exposures of a fit agree with those of the tumours, by place."""
    apart, as_one, with_sbs3, rebuilt = [], [], [], []
    for place, exposed in enumerate(tumours.exposed):
        found = fit(place)
        apart.append(signatures.cosine(found, exposed))
        for cosines, names in ((as_one, signatures.FLAT), (with_sbs3, signatures.FLAT | {"SBS3"})):
            cosines.append(signatures.cosine(*(_as_one(each, tumours.given, names) for each in (found, exposed))))
        rebuilt.append(signatures.cosine(tumours.matrix @ found, tumours.counts[:, place]))
    return Agreement(np.array(apart), np.array(as_one), np.array(with_sbs3), np.array(rebuilt))


def ours(tumours: Published, strictness: Strictness = STRICTNESS) -> Callable[[int], signatures.Floats]:
    """The exposures of Chevet, in the order of the published ones."""

    def fit(place: int) -> signatures.Floats:
        found = _fit(tumours, place, strictness).counts
        return np.array([found.get(name, 0.0) for name in tumours.given])

    return fit


def ours_with(tumours: Published, newer: signatures.Reference) -> Callable[[int], signatures.Floats]:
    """The exposures of Chevet with a newer file, whose split signatures are put together again."""

    def fit(place: int) -> signatures.Floats:
        shares = tumours.shares(tumours.names[place])
        named = {name: shares[older] for name in newer.names if (older := _older(name, tumours.given)) is not None}
        found = signatures.fitted(tumours.counts[:, place], newer, named).counts
        return np.array(
            [sum(count for name, count in found.items() if _older(name, tumours.given) == one) for one in tumours.given]
        )

    return fit


def least_squares(tumours: Published, *, of_kind: bool) -> Callable[[int], signatures.Floats]:
    """Plain least squares, over all signatures or over those that other tumours of the kind have."""

    def fit(place: int) -> signatures.Floats:
        name, found = tumours.names[place], np.zeros(len(tumours.given))
        group = name.split("::")[0]
        own = [value > 0 for one, value in tumours.every.items() if one != name and one.split("::")[0] == group]
        used = np.any(own, axis=0) if of_kind and own else np.ones(len(tumours.given), dtype=bool)
        found[used] = signature_fit.non_negative(tumours.matrix[:, used], tumours.counts[:, place])
        return found

    return fit


def of_published_sets(tumours: Published) -> Callable[[int], signatures.Floats]:
    """Least squares over the signatures published for the tumour: what is not met then is no choice of a set."""

    def fit(place: int) -> signatures.Floats:
        used, found = tumours.exposed[place] > 0, np.zeros(len(tumours.given))
        found[used] = signature_fit.non_negative(tumours.matrix[:, used], tumours.counts[:, place])
        return found

    return fit


def undecided(tumours: Published, found: Agreement, within: float) -> float:
    """The share of the disagreement in tumours whose spectrum Chevet rebuilds as well as what was published, or nearly.

    within    cosine by which it may be worse
    """
    theirs = [signatures.cosine(tumours.matrix @ exposed, tumours.counts[:, place])
              for place, exposed in enumerate(tumours.exposed)]  # fmt: skip
    lost = 1 - found.apart
    return float(lost[found.rebuilt >= np.array(theirs) - within].sum() / lost.sum())


def settings(seed: int = 5) -> Iterator[tuple[Kind, Strictness, float, float]]:
    """By fold and kind: what the other folds choose, and the cosines then with published and with made-up tumours.

    The best setting is that of the highest mean, published and made-up genomes and exomes counting alike.
    """
    pairs = {kind: (tumours, made_up(tumours)) for kind in FILES if (tumours := published(kind))}
    cosines = {
        (kind, real): np.array([agreement(one, ours(one, setting)).apart for setting in SETTINGS])
        for kind, both in pairs.items() for real, one in enumerate(both)
    }  # fmt: skip
    order = np.random.default_rng(seed)
    folds = {kind: order.permutation(len(both[0].names)) % FOLDS for kind, both in pairs.items()}
    for fold in range(FOLDS):
        means = [found[:, folds[kind] != fold].mean(axis=1) for (kind, _), found in cosines.items()]
        best = int(np.mean(means, axis=0).argmax())
        for kind in pairs:
            held = [float(cosines[kind, which][best, folds[kind] == fold].mean()) for which in (0, 1)]
            yield kind, SETTINGS[best], held[0], held[1]


def made_up(tumours: Published, seed: int = 5) -> Published:
    """The same tumours with spectra drawn from their published exposures, so that these are the truth."""
    noise = np.random.default_rng(seed)
    expected = tumours.matrix @ tumours.exposed.T
    shape = 1 / STRAYING**2
    counts = noise.poisson(expected * noise.gamma(shape, 1 / shape, size=expected.shape)).astype(float)
    return Published(
        tumours.kind, tumours.reference, tumours.names, tumours.given, counts, tumours.exposed, tumours.every
    )


def presence(tumours: Published) -> Iterator[tuple[float, bool]]:
    """Of each signature that was told: how probable it was said to be, and whether it is there."""
    for place, exposed in enumerate(tumours.exposed):
        for name, probability in _fit(tumours, place).probability.items():
            yield probability, bool(exposed[tumours.given.index(name)] > 0)


def told_with(tumours: Published, name: str) -> tuple[int, int, int, int]:
    """In how many tumours a signature makes a tenth: told, of those published with it; told, of those without."""
    place = tumours.given.index(name)
    there = tumours.exposed[:, place] >= 0.1 * tumours.exposed.sum(axis=1)
    told = np.array([_fit(tumours, one).shares.get(name, 0.0) >= 0.1 for one in range(len(there))])
    return int((told & there).sum()), int(there.sum()), int((told & ~there).sum()), int((~there).sum())


def main() -> None:
    if not ROOT.exists():
        print(f"real data absent: {ROOT.name} (set CHEVET_SHARED_DATA)")
    elif "--settings" in sys.argv:
        _print_settings()
    else:
        _print_agreement()


def _print_settings() -> None:
    chosen = list(settings())
    for kind in FILES:
        of_kind = [one for one in chosen if one[0] == kind]
        real, truth = np.mean([one[2:] for one in of_kind], axis=0)
        print(f"{kind}s, chosen by the other folds: mean {real:.3f}, made up {truth:.3f}")
    for setting, folds in Counter(setting for kind, setting, _, _ in chosen if kind == "genome").items():
        print(f"  {setting.strays:.0f} mutations, {setting.asked} asked of a signature: {folds} of {FOLDS} folds")


def _print_agreement() -> None:
    for kind in FILES:
        tumours = published(kind)
        print(f"{len(tumours.names)} {kind}s with at least {signatures.FEWEST} substitutions")
        _print("least squares, all signatures", agreement(tumours, least_squares(tumours, of_kind=False)))
        _print("least squares, those of the kind", agreement(tumours, least_squares(tumours, of_kind=True)))
        begun = time.process_time()
        found = agreement(tumours, ours(tumours))
        _print("Chevet", found)
        print(f"    {1000 * (time.process_time() - begun) / len(tumours.names):.0f} ms CPU a tumour")
        _print("least squares, the set that was published", agreement(tumours, of_published_sets(tumours)))
        print(
            f"  of what disagrees, {undecided(tumours, found, 0.0):.0%} is in spectra that Chevet rebuilds at least as "
            f"well as what was published, {undecided(tumours, found, 0.01):.0%} within 0.01"
        )
        _print_presence(tumours)
        known = np.median([
            signatures.cosine(tumours.matrix @ exposed, tumours.counts[:, place])
            for place, exposed in enumerate(tumours.exposed)
        ])  # fmt: skip
        print(
            "  SBS3 from a tenth: told in {} of {} published with it, {} of {} without".format(
                *told_with(tumours, "SBS3")
            )
        )
        print(f"  the published exposures rebuild the spectra at {known:.3f}")
        truth = made_up(tumours)
        _print("made up, truth known", agreement(truth, ours(truth)))
        _print_presence(truth)
    newer = FOLDER / "cosmic_v3.5" / "COSMIC_v3.5_SBS_GRCh37.txt"
    if newer.exists():
        tumours = published("genome")
        _print(f"genomes with {newer.stem}", agreement(tumours, ours_with(tumours, signatures.read_reference(newer))))


def _print(what: str, found: Agreement) -> None:
    print(f"  {what}: {found.line()}")


def _print_presence(tumours: Published) -> None:
    told = list(presence(tumours))
    for low, high in ((0.0, 0.5), (0.5, 0.9), (0.9, 1.0)):
        within = [(said, there) for said, there in told if low < said <= high]
        said, there = np.mean(within, axis=0)
        print(f"    {len(within)} told as {low:.0%} to {high:.0%} sure: {said:.0%} on average, {there:.0%} there")


def _fit(tumours: Published, place: int, strictness: Strictness = STRICTNESS) -> signatures.Exposures:
    shares = tumours.shares(tumours.names[place])
    return signatures.fitted(tumours.counts[:, place], tumours.reference, shares, strictness=strictness)


def _as_one(values: signatures.Floats, given: tuple[str, ...], names: frozenset[str]) -> signatures.Floats:
    among = np.array([name in names for name in given])
    return np.append(values[~among], values[among].sum())


def _older(name: str, given: tuple[str, ...]) -> str | None:
    return name if name in given else name.rstrip("abcd") if name.rstrip("abcd") in given else None


def _code(group: str) -> str:
    rows = facts.rows("signature_sets.tsv")
    return next((row["tumours"].split("|")[0] for row in rows if row["kind"] == "genome" and row["group"] == group), "")


def _spectra(path: Path) -> tuple[list[str], signatures.Floats]:
    rows = list(csv.reader(path.open()))
    counts = np.zeros((len(signatures.CHANNELS), len(rows[0]) - 2))
    for row in rows[1:]:
        channel = f"{row[1][0]}[{row[0]}]{row[1][2]}"
        counts[signatures.CHANNELS.index(channel)] = [float(cell) for cell in row[2:]]
    return rows[0][2:], counts


def _exposures(path: Path) -> tuple[list[str], dict[str, signatures.Floats]]:
    rows = list(csv.reader(path.open()))
    return rows[0][3:], {f"{row[0]}::{row[1]}": np.array([float(cell) for cell in row[3:]]) for row in rows[1:]}


if __name__ == "__main__":
    main()
