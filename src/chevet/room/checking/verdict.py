"""A verdict on a file: it may pass, a person must look, or it stays inside; with every reason."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from chevet.words.labels import Lang, label

Verdict = Literal["pass", "review", "refuse"]
_WORSE: tuple[Verdict, ...] = ("pass", "review", "refuse")

# What each reason means for the file that it is found in. Those of `pass` are things a checker should know.
CODES: dict[str, Verdict] = {
    # what it is
    "kind": "refuse", "not_a_file": "refuse", "archive": "refuse", "not_what_it_says": "refuse", "too_large": "refuse",
    "empty": "pass", "name": "refuse", "unreadable": "refuse",
    # its words
    "not_text": "refuse", "hidden_signs": "refuse", "mixed_scripts": "refuse", "encoded": "refuse",
    "perhaps_encoded": "review",
    "many_numbers": "review", "too_many_numbers": "refuse", "odd_spacing": "review", "many_digits": "review",
    # people in it
    "identifier": "refuse", "identifier_column": "refuse", "rows_of_people": "refuse", "perhaps_rows": "review",
    "as_many_rows_as_people": "refuse", "too_many_rows": "refuse", "many_rows": "review", "repeated_rows": "refuse",
    "nearly_unique": "review", "extremes": "review",
    # its counts
    "small_count": "refuse", "perhaps_small_count": "review", "small_by_subtraction": "refuse",
    "differs_by_few": "refuse", "may_differ_by_few": "review", "totals_differ_by_few": "review", "no_counts": "review",
    "renamed_differs_by_few": "review", "merged_differs_by_few": "review",
    "answer_differs_by_few": "review", "answers_not_compared": "review",
    # pictures, pages, notebooks
    "picture": "review", "embedded": "refuse", "after_the_end": "refuse", "dense_picture": "refuse",
    "many_colours": "review", "many_marks": "refuse",
    "drawn_anew": "pass", "not_drawn_anew": "refuse",
    "active_content": "refuse", "notebook": "review",
    # what acro says
    "acro_failed": "refuse", "acro_review": "review", "acro_passed": "pass", "acro_checksum": "refuse",
    "acro_for_checkers": "refuse", "acro_recomputed": "pass", "acro_differs": "review",
    "dominated": "refuse", "sum_unknown": "review",
    # what a program printed
    "console": "review",
}  # fmt: skip

# What both checkers must name before the file may leave: the code, and the first word of the name of its flag.
FLAGS = {
    "may_differ_by_few": "near", "totals_differ_by_few": "total", "renamed_differs_by_few": "renamed",
    "merged_differs_by_few": "merged", "answer_differs_by_few": "answer",
}  # fmt: skip


@dataclass(frozen=True)
class Reason:
    """Why: a code of `CODES`, and facts about it that carry no patient's value (counts, places, names of columns)."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        return CODES[self.code]

    @property
    def flag(self) -> str | None:
        """The name by which a checker accepts it; None where that is not asked."""
        return self.facts.get("flag") if self.code in FLAGS else None

    def flagged(self, key: str, file: str) -> Reason:
        """The same with the name of its flag: one per file, code and what it stands beside.

        key   of the job, in hexadecimal: names of flags are in the ledger, names of files must not be
        """
        if self.code not in FLAGS:
            return self
        told = "\0".join((file, self.code, str(self.facts.get("earlier")))).encode()
        name = hmac.new(bytes.fromhex(key), told, "sha256").hexdigest()[:6]
        return Reason(self.code, {**self.facts, "flag": f"{FLAGS[self.code]}-{name}"})

    def says(self, lang: Lang) -> str:
        return label(f"check.{self.code}", lang, **self.facts)

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "verdict": self.verdict, **self.facts}


def reason(code: str, **facts: Any) -> Reason:
    return Reason(code, facts)


@dataclass(frozen=True)
class Judged:
    """One file (or what was there instead), its hash, and what the checks found."""

    name: str
    sha256: str
    size: int
    reasons: tuple[Reason, ...]

    @property
    def verdict(self) -> Verdict:
        return worst(self.reasons)

    @property
    def flags(self) -> frozenset[str]:
        """The flags that both checkers must accept by name."""
        return frozenset(filter(None, (r.flag for r in self.reasons)))

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name, "sha256": self.sha256, "bytes": self.size, "verdict": self.verdict,
            "reasons": [r.as_json() for r in self.reasons],
        }  # fmt: skip


def worst(reasons: Iterable[Reason]) -> Verdict:
    """The strictest verdict among the reasons; a file without any passes.

    >>> worst([reason("picture"), reason("archive")]), worst([])
    ('refuse', 'pass')
    """
    return max((r.verdict for r in reasons), key=_WORSE.index, default="pass")
