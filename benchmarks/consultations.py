"""The open case set: how often the right regimen comes first, resistance is told, and silence is kept where it is due.

python -m benchmarks.consultations            the score table
python -m benchmarks.consultations --misses   and every case that was missed

The cases lie in `benchmarks/cases/*.json`, each with what is expected and the sources that say so; its README says who
wrote them and how. The lines are those in which another program was measured: MOAlmanac 0.8.6, on other cases.
"""

from __future__ import annotations

import datetime
import itertools
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measuring import arguments
from chevet.bedside.case.case_file import case_of
from chevet.bedside.consultation.consult import consult
from chevet.bedside.consultation.telling import tell
from chevet.words import treatments

CASES = Path(__file__).parent / "cases"
DAY = datetime.date(2026, 11, 27)


@dataclass(frozen=True)
class Score:
    """What one case says: of each question None when it does not ask it."""

    name: str
    right_first: bool | None
    right_among: bool | None
    told: int
    to_tell: int
    forbidden_first: bool | None
    silent: bool | None
    seconds: float


def main() -> None:
    parser = arguments("The open case set.")
    parser.add_argument("--misses", action="store_true", help="name every case that was missed, and how")
    parser.add_argument("--cases", type=Path, default=CASES, help="folder of another set")
    asked = parser.parse_args()
    files = sorted(asked.cases.glob("*.json"))
    scores = [_score(file, misses=asked.misses) for file in files]
    _table(scores)


def _score(file: Path, *, misses: bool) -> Score:
    whole = json.loads(file.read_text("utf-8"))
    expected = whole["expected"]
    start = time.process_time()
    told = tell(consult(case_of(whole["case"], name=file.name), day=DAY), "en")
    seconds = time.process_time() - start
    score = _judged(file.stem, told, expected, seconds)
    if misses:
        _name_misses(score, told, expected)
    return score


def _judged(name: str, told: dict[str, Any], expected: dict[str, Any], seconds: float) -> Score:
    regimens = [{frozenset(one) for one in itertools.product(*option["choices"])} for option in told["options"]]
    wanted = {frozenset(_known(medicine) for medicine in one) for one in expected.get("acceptable", [])}
    forbidden = {medicine.lower() for medicine in expected.get("forbidden", [])}
    against = {medicine.lower() for one in told["not_to_give"] for medicine in one["therapy"]}
    to_tell = [medicine.lower() for medicine in expected.get("not_to_give", [])]
    first = regimens[0] if regimens else set()
    named = {medicine for regimen in first for medicine in regimen}
    return Score(
        name=name,
        right_first=bool(first & wanted) if wanted else None,
        right_among=any(one & wanted for one in regimens) if wanted else None,
        told=sum(medicine in against for medicine in to_tell),
        to_tell=len(to_tell),
        forbidden_first=bool(named & forbidden) if forbidden else None,
        silent=(told["nothing_approved"] and not _approved(told["options"]))
        if expected.get("nothing_approved")
        else None,
        seconds=seconds,
    )


def _known(medicine: str) -> str:
    """By its international name: leucovorin is folinic acid."""
    found = treatments.medicine(medicine)
    return found.name if found else medicine.lower()


def _approved(options: Iterable[dict[str, Any]]) -> bool:
    return any(option["jurisdiction_match"] == "yes" for option in options)


def _name_misses(score: Score, told: dict[str, Any], expected: dict[str, Any]) -> None:
    missed = score.right_first is False or score.told < score.to_tell or score.forbidden_first or score.silent is False
    if not missed:
        return
    print(f"{score.name}")
    print(f"  first: {[' + '.join(option['therapy']) for option in told['options'][:3]]}")
    print(f"  expected: {json.dumps(expected, ensure_ascii=False)}")
    against = sorted({medicine for one in told["not_to_give"] for medicine in one["therapy"]})
    print(f"  against: {against}")


def _table(scores: list[Score]) -> None:
    def line(title: str, values: list[bool], wanted: bool = True) -> None:
        print(f"{title:<58}{sum(value is wanted for value in values):>5} of {len(values)}")

    print(f"{len(scores)} cases")
    line("the right regimen as headline", [s.right_first for s in scores if s.right_first is not None])
    line("the right regimen among the options", [s.right_among for s in scores if s.right_among is not None])
    told, to_tell = sum(s.told for s in scores), sum(s.to_tell for s in scores)
    print(f"{'medicines not to give that were told':<58}{told:>5} of {to_tell}")
    line(
        "a forbidden medicine as headline (0 is best)",
        [s.forbidden_first for s in scores if s.forbidden_first is not None],
    )
    line("silence where nothing is approved", [s.silent for s in scores if s.silent is not None])
    print(f"{'CPU seconds a case, median':<58}{sorted(s.seconds for s in scores)[len(scores) // 2]:>8.3f}")


if __name__ == "__main__":
    main()
