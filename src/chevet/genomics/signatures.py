"""Which mutational processes left their mark in a tumour: exposures to signatures, those of its kind before others.

Reference signatures are not part of Chevet: a site reads its own copy of the files of COSMIC. Which signatures a kind
of tumour has, and how often, is a table of ours (`signature_shares`). Fitted without it, flat signatures take the place
of one another: over all of them, the exposures published for the same tumours are met at a median cosine of 0.5 only.

Source: Alexandrov et al., Nature 2020, PMID:32025018. The fit (`signature_fit`) weighs sets of signatures by the
Poisson likelihood of the 96 counts and by the odds that this kind of tumour has each signature. None that was published
is ruled out: a kind of which few tumours were published would else be read as what it is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chevet.errors import BadInput, CannotConclude
from chevet.genomics.alteration import Build, Genomic
from chevet.genomics.signature_fit import STRICTNESS, Floats, Strictness, averaged
from chevet.genomics.signature_shares import Kind, shares_of

_SUBSTITUTIONS = ("C>A", "C>G", "C>T", "T>A", "T>C", "T>G")
CHANNELS = tuple(f"{five}[{change}]{three}" for change in _SUBSTITUTIONS for five in "ACGT" for three in "ACGT")
_PLACE = {channel: place for place, channel in enumerate(CHANNELS)}
_OTHER = str.maketrans("ACGT", "TGCA")

# With fewer substitutions, a fit tells nothing (Rosenthal 2016, PMID:26899170).
FEWEST = 50
# Of a signature that no such tumour was published with. It takes a spectrum that nothing else explains to find one.
_RAREST = 0.001
_MOST_USUAL = 0.995
_NEGLIGIBLE = 0.005
# Both without a face and growing with age (Alexandrov 2020): how much is of one and how much of the other, no fit of 96
# counts can tell for sure, and nothing in care hangs on it.
FLAT = frozenset({"SBS5", "SBS40", "SBS40a", "SBS40b", "SBS40c"})


@dataclass(frozen=True)
class Reference:
    """Signatures by column, channels in the order of `CHANNELS`; each column sums to 1."""

    names: tuple[str, ...]
    matrix: Floats


@dataclass(frozen=True)
class Exposures:
    """Substitutions by signature, how probable each is, the cosine of what they rebuild with the spectrum, the group.

    counts        those to expect; signatures of less than half a hundredth of the mutations are left out
    probability   that the signature is in this tumour at all, for each of `counts`
    """

    mutations: int
    counts: Mapping[str, float]
    probability: Mapping[str, float]
    cosine: float
    group: str

    @property
    def shares(self) -> dict[str, float]:
        """The share of substitutions of each signature, the largest first."""
        total = sum(self.counts.values()) or 1.0
        return {name: count / total for name, count in sorted(self.counts.items(), key=lambda one: -one[1])}

    @property
    def flat_share(self) -> float:
        """The share of the flat signatures that cannot be told apart, together."""
        return sum(share for name, share in self.shares.items() if name in FLAT)


def reference_file(folder: Path, build: Build, kind: Kind) -> Path | None:
    """The site's newest file of SBS signatures for what was sequenced; None where there is none.

    A file made for exomes (`exome` in its name) goes before others for an exome and is never used for a genome; the
    file of the build goes before one of the other build.
    """
    files = [one for one in sorted(folder.glob("*SBS*")) if kind == "exome" or "exome" not in one.name.lower()]
    return max(
        files,
        key=lambda one: ("exome" in one.name.lower(), build.lower() in one.name.lower(), one.name),
        default=None,
    )


def read_reference(path: Path) -> Reference:
    """The signatures of a file of COSMIC (`Type` as A[C>A]A) or of SigProfiler (substitution and triplet).

    Raises BadInput when a channel is missing or a cell is no number.
    """
    lines = path.read_text("utf-8", errors="replace").splitlines()
    sign = "\t" if lines and "\t" in lines[0] else ","
    rows = [line.split(sign) for line in lines if line.strip()]
    keys = 1 if rows and len(rows) > 1 and "[" in rows[1][0] else 2
    names = tuple(cell.strip() for cell in rows[0][keys:]) if rows else ()
    matrix = np.full((len(CHANNELS), len(names)), np.nan)
    for number, row in enumerate(rows[1:], start=2):
        place = _PLACE.get(_channel(row[:keys]))
        if place is None or len(row) != keys + len(names):
            raise _crooked(path, f"row {number} is not one of the 96 channels with {len(names)} numbers")
        try:
            matrix[place] = [float(cell) for cell in row[keys:]]
        except ValueError:
            raise _crooked(path, f"row {number} holds a cell that is no number") from None
    if not names or np.isnan(matrix).any() or (matrix < 0).any() or (matrix.sum(axis=0) <= 0).any():
        raise _crooked(path, "some of the 96 channels are missing")
    return Reference(names, matrix / matrix.sum(axis=0))


def channel_of(change: Genomic, fetch: Callable[[str, int, int], str]) -> str | None:
    """The channel of a substitution, told by its pyrimidine; None for anything else.

    fetch    bases of the reference: chromosome, first and last place, 1-based
    """
    if len(change.ref) != 1 or len(change.alt) != 1 or change.ref == change.alt:
        return None
    triplet = fetch(change.chromosome, change.position - 1, change.position + 1).upper()
    alt = change.alt.upper()
    if len(triplet) != 3 or triplet[1] != change.ref.upper():
        return None
    if triplet[1] in "AG":
        triplet, alt = triplet.translate(_OTHER)[::-1], alt.translate(_OTHER)
    found = f"{triplet[0]}[{triplet[1]}>{alt}]{triplet[2]}"
    return found if found in _PLACE else None


def spectrum(changes: Iterable[Genomic], fetch: Callable[[str, int, int], str]) -> dict[str, int]:
    """How many substitutions fall into each of the 96 channels."""
    found = Counter(channel for change in changes if (channel := channel_of(change, fetch)) is not None)
    return {channel: found[channel] for channel in CHANNELS}


def exposures(
    counts: Mapping[str, float], reference: Reference, tumour_code: str, *, kind: Kind = "exome"
) -> Exposures:
    """How many substitutions each signature of this kind of tumour explains.

    counts     by channel of `CHANNELS`; channels that are left out count 0
    kind       what was sequenced, and what the reference is for

    Raises CannotConclude with fewer than 50 substitutions.
    """
    observed = np.array([float(counts.get(channel, 0)) for channel in CHANNELS])
    total = int(observed.sum())
    if total < FEWEST:
        raise CannotConclude(
            f"{total} substitutions are too few to tell signatures: {FEWEST} are needed",
            next_act="Use an exome or a genome.",
        )
    found = shares_of(tumour_code, kind, reference.names)
    return fitted(observed, reference, found.by_signature, found.group)


def fitted(
    observed: Floats,
    reference: Reference,
    shares: Mapping[str, float],
    group: str = "",
    strictness: Strictness = STRICTNESS,
) -> Exposures:
    """The exposures to expect when each signature occurs in a share of such tumours.

    observed   (96,) counts in the order of `CHANNELS`, more than none
    shares     by signature of the reference; those that are left out do not occur, 0 stands for 1 tumour in 1,000

    Raises BadInput when no signature is left.
    """
    names = [name for name in reference.names if name in shares]
    if not names:
        raise BadInput(
            "the reference of signatures holds none that such tumours have under a name of COSMIC",
            next_act="Give a file of COSMIC, such as COSMIC_v3.5_SBS_GRCh37.txt.",
        )
    matrix = reference.matrix[:, [reference.names.index(name) for name in names]]
    mixture = averaged(observed, matrix, np.clip([shares[name] for name in names], _RAREST, _MOST_USUAL), strictness)
    kept = np.flatnonzero(mixture.counts > _NEGLIGIBLE * observed.sum()).tolist()
    return Exposures(
        int(observed.sum()),
        {names[place]: float(mixture.counts[place]) for place in kept},
        {names[place]: min(1.0, float(mixture.probability[place])) for place in kept},
        cosine(observed, matrix @ mixture.counts),
        group,
    )


def cosine(one: Floats, other: Floats) -> float:
    """The cosine of two vectors, 0 when one of them is empty."""
    length = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / length if length else 0.0


def _channel(cells: list[str]) -> str:
    cells = [cell.strip() for cell in cells]
    if len(cells) == 1:
        return cells[0]
    change, triplet = cells
    return f"{triplet[0]}[{change}]{triplet[2]}" if len(triplet) == 3 else ""


def _crooked(path: Path, what: str) -> BadInput:
    return BadInput(
        f"{path.name} holds no table of SBS signatures: {what}",
        next_act="Give a file of COSMIC, such as COSMIC_v3.5_SBS_GRCh37.txt.",
    )
