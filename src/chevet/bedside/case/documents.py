"""JSON and YAML without what can hurt: aliases that unfold, depth without end, keys said twice."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import yaml

from chevet.bedside.case.content import Unreadable

_DEEPEST = 40
_LARGEST = 50_000_000
_LARGEST_YAML = 1_000_000  # read sign by sign: a larger one would keep the reader waiting for minutes


def document_of(text: str, *, is_yaml: bool) -> Any:
    """The document; numbers without end, keys said twice and aliases are refused. Raises Unreadable."""
    if len(text) > (_LARGEST_YAML if is_yaml else _LARGEST):
        raise Unreadable("too_large")
    try:
        read = yaml.load(text, Loader=_PlainYaml) if is_yaml else json.loads(  # noqa: S506  (a safe loader, made stricter)
            text, object_pairs_hook=_once, parse_constant=_no_constant
        )  # fmt: skip
    except _TwiceError as error:
        raise Unreadable("key_twice", str(error)) from None
    except (ValueError, yaml.YAMLError, RecursionError, AttributeError, TypeError, OverflowError):
        raise Unreadable("no_document") from None
    if _is_too_deep(read):
        raise Unreadable("too_deep")
    return read


class _TwiceError(ValueError):
    """A key stands twice in one object: which one is meant cannot be told."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _twice(key for key, _ in pairs)
    return found


def _twice(keys: Iterable[str]) -> _TwiceError:
    return _TwiceError(next(key for key, times in Counter(keys).items() if times > 1)[:40])


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is no JSON number")


def _is_too_deep(read: Any) -> bool:
    waiting = [(read, 1)]
    while waiting:
        one, depth = waiting.pop()
        if depth > _DEEPEST:
            return True
        if isinstance(one, dict):
            waiting += [(value, depth + 1) for value in one.values()]
        elif isinstance(one, list):
            waiting += [(value, depth + 1) for value in one]
    return False


class _PlainYaml(yaml.SafeLoader):
    """YAML without aliases and without a key twice; dates stay words."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        named = [str(key) for key in keys]
        if len(set(named)) != len(named):
            raise _twice(named)
        return {str(key): value for key, value in super().construct_mapping(node, deep=deep).items()}


_PlainYaml.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
