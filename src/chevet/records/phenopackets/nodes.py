"""JSON objects read key by key, so that what nobody read can be told at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_PLAIN_KEY = re.compile(r"[A-Za-z][A-Za-z0-9]{0,40}")


@dataclass(frozen=True)
class Term:
    """A concept of a vocabulary: its code, such as NCIT:C9120, and its words."""

    code: str
    label: str

    @property
    def words(self) -> str:
        return self.label or self.code


class Node:
    """One JSON object. Every key is taken once; keys in snake_case are read as camelCase."""

    def __init__(self, content: dict[str, Any], path: str = "") -> None:
        self._left = {_camel(key): value for key, value in content.items()}
        self._path = path
        self._taken: list[Node] = []

    def __contains__(self, key: str) -> bool:
        return key in self._left

    @property
    def is_empty(self) -> bool:
        return not self._left

    def text(self, key: str) -> str | None:
        """The text under `key`; numbers as they are written; None when absent, empty or something else."""
        value = self._left.get(key)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return None
        del self._left[key]
        return _writable(str(value).strip()) or None

    def number(self, key: str) -> float | None:
        """The number under `key`, also when written as text."""
        value = self._left.get(key)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return None
        try:
            found = float(value)
        except (ValueError, OverflowError):
            return None
        if found != found or abs(found) == float("inf"):
            return None
        del self._left[key]
        return found

    def yes(self, key: str) -> bool:
        """True when `key` says true."""
        return self._left.pop(key) if isinstance(self._left.get(key), bool) else False

    def child(self, key: str) -> Node:
        """The object under `key`; an empty one when there is none."""
        if not isinstance(self._left.get(key), dict):
            return Node({})
        return self._take(self._left.pop(key), f"{self._path}{key}.")

    def children(self, key: str) -> list[Node]:
        """The objects of the list under `key`; what is no object there stays untaken."""
        value = self._left.get(key)
        if not isinstance(value, list):
            return []
        strange = [entry for entry in value if not isinstance(entry, dict)]
        if strange:
            self._left[key] = strange
        else:
            del self._left[key]
        return [self._take(entry, f"{self._path}{key}[].") for entry in value if isinstance(entry, dict)]

    def term(self, key: str) -> Term | None:
        """The concept under `key` (id and label), or None when it has neither."""
        return self.child(key).as_term()

    def terms(self, key: str) -> list[Term]:
        """The concepts of the list under `key`."""
        return [term for node in self.children(key) if (term := node.as_term()) is not None]

    def as_term(self) -> Term | None:
        """This object as a concept."""
        code, label = self.text("id") or "", self.text("label") or ""
        return Term(code, label) if code or label else None

    def untaken(self) -> Iterator[str]:
        """Paths of the values that nobody read; keys that are not plain words are not repeated."""
        for key, value in self._left.items():
            yield from _leaves(value, self._path + (key if _PLAIN_KEY.fullmatch(key) else "?"))
        for node in self._taken:
            yield from node.untaken()

    def _take(self, content: dict[str, Any], path: str) -> Node:
        node = Node(content, path)
        self._taken.append(node)
        return node


def _writable(text: str) -> str:
    """The text without halves of characters, which JSON can spell and no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _camel(key: str) -> str:
    head, *rest = key.split("_")
    return head + "".join(word.capitalize() for word in rest) if head and all(rest) else key


def _leaves(value: Any, path: str) -> Iterator[str]:
    """One path per value; whole objects that stand untaken are told leaf by leaf."""
    waiting = [(value, path)]
    while waiting:
        value, path = waiting.pop()
        if isinstance(value, dict):
            waiting += [(inner, f"{path}.{key if _PLAIN_KEY.fullmatch(key) else '?'}") for key, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(inner, f"{path}[]") for inner in value]
        elif value not in (None, ""):
            yield path
