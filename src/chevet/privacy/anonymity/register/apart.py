"""Word that the people of a table are not those of an earlier release, where their rows or numbers are equal.

Whoever makes the release declares it (`releases_declared_apart`), and a declaration alone changes nothing: a member of
the committee confirms the entry, under their own account. Who may confirm is the data room's to say, one floor up: the
register is given the numbers of the entries that count.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from chevet.errors import BadInput, Refused
from chevet.privacy.anonymity.extract import Source
from chevet.privacy.anonymity.register.kept import Kept
from chevet.privacy.anonymity.register.matching import Match
from chevet.store.ledger import Ledger

DECLARED_APART = "releases_declared_apart"
BECAUSE_AT_MOST = 500
Confirmed = Callable[[], Collection[int]]
"""The numbers of the declarations that were confirmed by somebody who may."""


@dataclass(frozen=True)
class Apart:
    """Word that the people of a table are not those of an earlier release.

    because   how that is known; never about a patient
    """

    release: str
    because: str


def nobody() -> Collection[int]:
    """What counts where there is no committee: no declaration."""
    return ()


def tables(ledger: Ledger, confirmed: Confirmed) -> set[frozenset[str]]:
    """The pairs of tables, by their digests, that were declared to be of different people, and confirmed."""
    count = confirmed()
    return {_pair(entry.facts) for entry in ledger.entries() if entry.act == DECLARED_APART and entry.n in count}


def declare(
    ledger: Ledger, apart: Apart, source: Source, earlier: tuple[Kept, Match] | None, confirmed: Confirmed
) -> None:
    """Return when it was declared and confirmed before; else enter the declaration, and refuse until it is confirmed.

    earlier   the release named, and who of this table is in it

    Raises BadInput when nothing needs saying, Refused while one person alone says it.
    """
    because = " ".join(apart.because.split())
    if earlier is None or not because or len(because) > BECAUSE_AT_MOST or not because.isprintable():
        raise BadInput(
            f"no release {apart.release or 'is named that'} speaks of people of this table"
            if earlier is None
            else f"no reason is given in at most {BECAUSE_AT_MOST} signs",
            next_act="Name a release that a refusal named, and say how it is known that its people are others.",
        )
    one, same = earlier
    if one.source_digest == source.digest:
        raise Refused(
            f"release {one.name} was made from this very table", next_act="Its people are the same: use --like."
        )
    pair = frozenset((source.digest, one.source_digest))
    if pair in tables(ledger, confirmed):
        return
    waits = [e.n for e in ledger.entries() if e.act == DECLARED_APART and e.actor == ledger.actor
             and _pair(e.facts) == pair and e.facts.get("because") == because]  # fmt: skip
    entry = waits[-1] if waits else ledger.append(
        DECLARED_APART, cohort=source.cohort, source_digest=source.digest, release=one.name,
        apart_from_source=one.source_digest, shared=same.shared, compared=list(same.columns), because=because,
    ).n  # fmt: skip
    raise Refused(
        f"that these are other people than those of release {one.name} is declared (entry {entry} of the ledger), and"
        " nobody of the committee has confirmed it",
        next_act=f"A member of the committee besides you confirms it: chevet privacy apart confirm {entry}. Then type"
        " this again.",
    )


def _pair(facts: object) -> frozenset[str]:
    known = facts if isinstance(facts, dict) else {}
    return frozenset((str(known.get("source_digest")), str(known.get("apart_from_source"))))
