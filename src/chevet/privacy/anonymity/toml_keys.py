"""One TOML table read strictly: each key is taken once, what is left over is a fault, and all faults are kept."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any


class Keys:
    """A table being read.

    where    its place in the file, for messages: `[[column]] 3 (age)`
    faults   the list that every table of one file shares
    """

    def __init__(self, content: Mapping[str, Any], where: str, faults: list[str]) -> None:
        self._content = dict(content)
        self._known: list[str] = []
        self.where = where
        self.faults = faults

    def fault(self, says: str) -> None:
        self.faults.append(f"{self.where}: {says}" if self.where else says)

    def take(self, key: str) -> Any:
        self._known.append(key)
        return self._content.pop(key, None)

    def has(self, key: str) -> bool:
        return key in self._content

    def text(self, key: str, default: str = "") -> str:
        value = self.take(key)
        if value is None:
            return default
        if not isinstance(value, str):
            self.fault(f"{key} should be text")
            return default
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, none twice; empty when there is none."""
        value = self.take(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value) or len(set(value)) != len(value):
            self.fault(f"{key} should be a list of texts, none of them twice")
            return ()
        return tuple(value)

    def yes_no(self, key: str) -> bool:
        value = self.take(key)
        if value is not None and not isinstance(value, bool):
            self.fault(f"{key} should be true or false")
        return value is True

    def choice(self, key: str, among: Sequence[str], default: str | None) -> str:
        """One of these words, or "" after a fault; without a default the key must be there."""
        value = self.take(key)
        if value is None and default is not None:
            return default
        if value not in among:
            found = "is missing" if value is None else f"cannot be {_quoted(value)}"
            self.fault(f"{key} {found}; it is one of: {', '.join(among)}{nearest(value, among)}")
            return default or ""
        return str(value)

    def number(
        self, key: str, low: float, high: float, default: float | None = None, *, required: bool = False
    ) -> float | None:
        """A number from `low` to `high`, both allowed; not a truth value, not infinite."""
        value = self.take(key)
        if value is None:
            if required:
                self.fault(f"{key} is missing")
            return default
        fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not fits or not low <= value <= high:
            self.fault(f"{key} should be a number from {low:g} to {high:g}")
            return default
        return float(value)

    def whole(self, key: str, low: int, high: int, default: int | None = None, *, required: bool = False) -> int | None:
        """A whole number from `low` to `high`, both allowed."""
        value = self.take(key)
        if value is None:
            if required:
                self.fault(f"{key} is missing")
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.fault(f"{key} should be a whole number from {low} to {high}")
            return default
        return value

    def table(self, key: str) -> Keys:
        """The table under this key; an empty one when there is none."""
        value = self.take(key)
        if value is not None and not isinstance(value, dict):
            self.fault(f"{key} should be a table: [{key}]")
        return Keys(value if isinstance(value, dict) else {}, f"[{key}]", self.faults)

    def tables(self, key: str) -> list[Keys]:
        """The tables of `[[key]]`, numbered from 1 in messages."""
        value = self.take(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            self.fault(f"{key} should be written as [[{key}]]")
            return []
        return [Keys(v, f"[[{key}]] {n}", self.faults) for n, v in enumerate(value, start=1)]

    def no_more(self) -> None:
        """Make a fault of every key that nobody took."""
        for key in self._content:
            self.fault(f"{_quoted(key)} is not a key of this table{nearest(key, self._known)}")


def nearest(word: object, among: Sequence[str]) -> str:
    """Words to add to a message: the nearest right word, or nothing.

    >>> nearest("sensitiv", ("quasi", "sensitive"))
    '; did you mean "sensitive"?'
    """
    found = get_close_matches(word, among, n=1, cutoff=0.5) if isinstance(word, str) else []
    return f'; did you mean "{found[0]}"?' if found else ""


def _quoted(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
