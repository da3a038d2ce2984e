"""Every attack that needs no more than a release and somebody's knowledge, tried on one release and on its source.

The steward has both tables, so the attacker is given the truth about his targets: worse than any real
one. The source as it stands is the naive release; what fails there is no proof of anything here.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chevet.privacy.anonymity.fingerprints import is_fine
from chevet.privacy.anonymity.policy import Policy
from chevet.privacy.anonymity.release import Prepared
from chevet.privacy.attacks import pseudonyms
from chevet.privacy.attacks.linkage import Linked, candidates, link
from chevet.privacy.attacks.outcome import Outcome
from chevet.privacy.hierarchies.hierarchy import Codes, Hierarchy

TARGETS = 400
FACTS_KNOWN = 3  # a neighbour's knowledge; all of them is a colleague's
DICTIONARY_AT_MOST = 5_000


@dataclass(frozen=True)
class Knowledge:
    """What an attacker knows of each target: these columns, exactly."""

    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        return ", ".join(self.columns)


def attack_release(ready: Prepared, release: pa.Table, *, project: str = "", seed: int = 0) -> list[Outcome]:
    """The attacks of linkage, disclosure and guessed names, each against the source ("naive") and the release ("ours").

    ready     the table the release was made from, prepared under the same policy
    release   the table that is to leave
    project   whose pseudonyms the release holds, or nothing

    Linkage is tried with every one to three quasi-identifiers and with all of them; the most telling three, two and
    one, and all, are kept. Targets are drawn from `seed`.
    """
    coded, policy = ready.coded, ready.policy
    chosen = np.random.default_rng(seed).choice(coded.n, min(TARGETS, coded.n), replace=False)
    known = {h.name: codes[chosen] for h, codes in zip(coded.hierarchies, coded.codes, strict=True)}
    naive = as_it_stands(ready)
    sides = {"naive": naive, "ours": release}
    secret = policy.sensitive[0].name if policy.sensitive else None
    outcomes: list[Outcome] = []
    for knowledge in _most_telling(naive, coded.hierarchies, known):
        names = [h for h in coded.hierarchies if h.name in knowledge.columns]
        part = {h.name: known[h.name] for h in names}
        found = {side: link(table, names, part, secret) for side, table in sides.items()}
        outcomes += _linked(knowledge, found, coded.n, secret is not None)
    outcomes += _fingerprinted(ready, sides, known, chosen)
    return outcomes + _guessed(ready.table, release, policy, project)


def as_it_stands(ready: Prepared) -> pa.Table:
    """The source with its quasi-identifiers as they are: what goes out when only names are removed."""
    columns = {
        h.name: pa.array([h.labels[0][leaf] for leaf in codes.tolist()])
        for h, codes in zip(ready.coded.hierarchies, ready.coded.codes, strict=True)
    }
    as_it_is = {c.name: ready.table[c.name] for c in ready.policy.columns if c.role in ("sensitive", "free")}
    return pa.table({**columns, **as_it_is})


def _linked(knowledge: Knowledge, found: Mapping[str, Linked], people: int, secret: bool) -> list[Outcome]:
    """Guesses: for linkage, anybody at random; for disclosure, what others with the same facts all have in common.

    That all patients above ninety have died is no secret of one of them: it is told by the others alone.
    """
    made = []
    naive = found["naive"]
    by_others = float((naive.disclosed & (naive.candidates > 1)).mean())
    for side, linked in found.items():
        targets = len(linked.candidates)
        made.append(Outcome("linkage", side, "share", linked.singled_out, 1 / people, targets, knowledge.name))
        if secret:
            told = float(linked.disclosed.mean())
            made.append(Outcome("disclosure", side, "share", told, by_others, targets, knowledge.name))
    return made


def _most_telling(naive: pa.Table, hierarchies: Sequence[Hierarchy], known: Mapping[str, Codes]) -> list[Knowledge]:
    """The one, two and three columns that single most targets out of the source, and all columns together."""
    found: list[Knowledge] = []
    for size in range(1, min(FACTS_KNOWN, len(hierarchies)) + 1):
        best: tuple[float, tuple[str, ...]] = (-1.0, ())
        for some in itertools.combinations(hierarchies, size):
            linked = link(naive, some, {h.name: known[h.name] for h in some})
            best = max(best, (linked.mean_certainty, tuple(h.name for h in some)), key=lambda pair: pair[0])
        found.append(Knowledge(best[1]))
    everything = Knowledge(tuple(h.name for h in hierarchies))
    return found if found[-1] == everything else [*found, everything]


def _fingerprinted(
    ready: Prepared, sides: Mapping[str, pa.Table], known: Mapping[str, Codes], chosen: npt.NDArray[np.intp]
) -> list[Outcome]:
    """Linkage with every quasi-identifier and one more fact: a fine value that leaves as it is, such as months."""
    coded, made = ready.coded, []
    for column in ready.policy.columns:
        if column.role not in ("sensitive", "free") or not is_fine(sides["ours"], column.name):
            continue
        truth = ready.table[column.name].take(chosen).to_pylist()
        said = np.array([value is not None for value in truth], dtype=np.bool_)
        targets = int(said.sum())
        for side, table in sides.items():
            fits, class_of_row = candidates(table, coded.hierarchies, known)
            rows: dict[object, list[int]] = {}
            for row, value in enumerate(table[column.name].to_pylist()):
                rows.setdefault(value, []).append(row)
            left = [fits[t, class_of_row[rows.get(truth[t], [])]].sum() for t in np.flatnonzero(said)]
            found = float(np.mean(np.array(left) == 1)) if targets else 0.0
            made.append(Outcome("fingerprint", side, "share", found, 1 / coded.n, targets, column.name))
    return made


def _guessed(source: pa.Table, release: pa.Table, policy: Policy, project: str) -> list[Outcome]:
    """Names in the release looked up in a dictionary of the very identifiers they were made from."""
    made = []
    for column in policy.of_role("identifier"):
        if not column.pseudonym or column.name not in release.column_names:
            continue
        everybody = [str(value) for value in source[column.name].to_pylist()[:DICTIONARY_AT_MOST]]
        names = {"naive": [pseudonyms.naive(value) for value in everybody],
                 "ours": [str(v) for v in release[column.name].to_pylist() if v is not None]}  # fmt: skip
        for side, listed in names.items():
            found = len(pseudonyms.found_in_dictionary(listed, everybody, project))
            share = found / len(listed) if listed else 0.0
            made.append(Outcome("guessed_names", side, "share", share, 0.0, len(listed), column.name))
    return made
