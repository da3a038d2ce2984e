"""Whether the past of the checked answers is as long as the ledger says: an older copy put back has forgotten some.

Every checked question is counted on disk before it is looked at (`counted`), and entered in the ledger when it was
answered. So the ledger never tells of more answers than were counted, unless what was counted went back in time: then
the sums told since would be told again as if nothing had been, and people stand in the difference.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from chevet.errors import Fault
from chevet.room.account.counted import questions_of
from chevet.store.following import Follower
from chevet.store.ledger import Ledger

_AT_ONCE = 16
_READ: dict[tuple[Path, Path, str], tuple[Follower, Counter[tuple[str, str, str]]]] = {}


def require_nothing_forgotten(folder: Path, ledger: Ledger, study: str, version: int, answered: str) -> None:
    """Raise Fault where the ledger tells of more checked answers on this version than were counted in `folder`.

    answered   the act of an answer's entry

    To be called while the past of the version is locked: what was read of the ledger is kept for the next question.
    """
    told = _told(folder, ledger, answered)
    lost = [
        project
        for (of_study, of_version, project), answers in sorted(told.items())
        if (of_study, of_version) == (study, str(version)) and answers > questions_of(folder, project)
    ]
    if lost:
        raise Fault(
            f"fewer checked questions are kept of study {study} than the ledger says were answered, for project"
            f" {', '.join(lost)}: an older copy was put back",
            next_act="Ask the cube (--mode cube). Whoever keeps the backups puts CHEVET_HOME/rooms/questions back as it"
            " was last; until then nothing is answered exactly.",
        )


def _told(folder: Path, ledger: Ledger, answered: str) -> Counter[tuple[str, str, str]]:
    """How many checked answers the ledger tells of, by study, version and project."""
    place = (ledger.path, folder, answered)
    if place not in _READ:
        while len(_READ) >= _AT_ONCE:
            _READ.pop(next(iter(_READ)), None)
        _READ[place] = Follower(ledger, {answered}), Counter()
    follower, told = _READ[place]
    for noticed in follower.fresh():
        facts = noticed.entry.facts
        if facts.get("mode") == "checked":
            told[str(facts.get("study")), str(facts.get("version")), str(facts.get("project"))] += 1
    return told
