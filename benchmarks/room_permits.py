"""What it costs to ask a permit, by how long the ledger is: cold (a new program), warm, and after one more entry.

python -m benchmarks.room_permits --entries 100000
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measuring import arguments, cpu_milliseconds, finish, show
from chevet.cohort.definition import parse
from chevet.room import uses
from chevet.room.book import Book
from chevet.room.people import People
from chevet.room.permits import Conditions, Permits
from chevet.room.tokens import Tokens
from chevet.store.ledger import Entry, Ledger, canonical, replace_file

# milliseconds of CPU, for 100,000 entries
TARGETS = {"a token and its permit, cold": 2_000.0, "warm": 2.0, "after one more entry": 2.0}
PERMITS = 50
QUESTIONS = ("diagnosis under LUNG", "sex = female", "mutated(EGFR) and not treated(osimertinib)")


def main() -> None:
    asked = arguments("Permits and tokens, by the length of the ledger.", entries=100_000, rounds=50).parse_args()
    with tempfile.TemporaryDirectory(prefix="chevet-") as scratch:
        ledger = Ledger(Path(scratch), actor="steward")
        secret = _room(ledger)
        _lengthen(ledger, asked.entries)
        rows = _measured(ledger, secret, asked.rounds)
    if not asked.json:
        show(
            f"{asked.entries:,} entries, {PERMITS} permits", ("act", "CPU ms", "at most, for 100,000"),
            [(row["act"], f"{row['cpu_ms']:,.3f}", row["at_most"] or "") for row in rows],
        )  # fmt: skip
    finish({"entries": asked.entries, "acts": rows}, asked.json)


def _room(ledger: Ledger) -> str:
    """A steward, a committee, fifty permits, one token."""
    book = Book(ledger)
    people, permits = People(ledger, book=book), Permits(ledger, book=book)
    people.give("steward", "steward")
    for person, role in (("carole", "committee"), ("damien", "committee"), ("anna", "researcher")):
        people.give(person, role)
    permits.set_use("demo", ["HMB"])
    end = datetime.now(UTC) + timedelta(days=300)
    conditions = Conditions(frozenset({"cube"}), False, False, "none")
    for _ in range(PERMITS):
        permit = permits.grant(
            project="demo", study="demo", purpose=["HMB"], purpose_in_words="a benchmark", people=["anna"],
            conditions=conditions, until=end, legal_basis="none", reference="none", decided_by=["carole", "damien"],
        )  # fmt: skip
        for person in permit.decided_by:
            permits.confirm(permit.id, actor=person)
        permits.certify_training(permit.id, "anna", end, "none")
        permits.sign_agreement(permit.id, "anna", "none")
    return Tokens(ledger, book=book).issue("P-7", "anna", ["ask"], 600).secret


def _lengthen(ledger: Ledger, entries: int) -> None:
    """Questions up to so many entries, written as the ledger writes them and without waiting for the disk each time."""
    last = list(ledger.entries())[-1]
    lines = []
    for i in range(entries - last.n):
        facts = {
            "study": "demo", "mode": "cube", "permit": f"P-{1 + i % PERMITS}", "project": "demo", "version": 1,
            "kind": "count", "definition": f"{QUESTIONS[i % 3]} and age_at_diagnosis_years >= {i % 90}",
        }  # fmt: skip
        last = Entry.made(last.n + 1, last.at, "room_question_answered", "anna", facts, last.hash)
        lines.append(last.line())
    with (ledger.path / "entries.jsonl").open("ab") as file:
        file.write(b"".join(lines))
    replace_file(ledger.path / "head", canonical({"entries": last.n, "hash": last.hash}) + b"\n")


def _measured(ledger: Ledger, secret: str, rounds: int) -> list[dict[str, Any]]:
    tokens = Tokens(ledger)
    person = parse("diagnosis is LUAD and sex = female")
    acts = {
        "a token and its permit, cold": _once(lambda: Tokens(ledger).identify(secret, "ask")),
        "warm": cpu_milliseconds(partial(tokens.identify, secret, "ask"), rounds),
        "after one more entry": _after_an_entry(ledger, tokens, secret, rounds),
        "the whole ledger verified": _once(lambda: ledger.verify()),
        "what was done with data like mine": _once(lambda: uses.like(Book(ledger), person)),
    }
    return [{"act": act, "cpu_ms": round(spent, 3), "at_most": TARGETS.get(act)} for act, spent in acts.items()]


def _once(run: Callable[[], object]) -> float:
    before = time.process_time_ns()
    run()
    return (time.process_time_ns() - before) / 1e6


def _after_an_entry(ledger: Ledger, tokens: Tokens, secret: str, rounds: int) -> float:
    """The median over `rounds`; the entry itself is not counted."""
    spent = []
    for _ in range(rounds):
        ledger.append("study_import_unchanged", study="demo", version=1, digest="0" * 64)
        spent.append(_once(partial(tokens.identify, secret, "ask")))
    return sorted(spent)[len(spent) // 2]


if __name__ == "__main__":
    main()
