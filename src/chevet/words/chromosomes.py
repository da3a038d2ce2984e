"""Chromosomes by one name each, however a file writes them."""

from __future__ import annotations

import re

CHROMOSOMES = (*map(str, range(1, 23)), "X", "Y", "MT")

_OTHER_NAMES = {"23": "X", "24": "Y", "25": "MT", "26": "MT", "M": "MT"}  # 25 and 26: two programs' mitochondrion
_PREFIX = re.compile(r"^chr(?:omosome)?", re.IGNORECASE)


def chromosome(text: str) -> str | None:
    """1 to 22, X, Y or MT; None for anything else, such as a piece that no chromosome has yet.

    >>> [chromosome(text) for text in ("chr7", "23", "24.0", "chrM", "GL000220.1")]
    ['7', 'X', 'Y', 'MT', None]
    """
    bare = without_prefix(text).upper().removesuffix(".0")
    bare = _OTHER_NAMES.get(bare, bare)
    return bare if bare in CHROMOSOMES else None


def without_prefix(text: str) -> str:
    """The name without `chr`: what is kept of a chromosome that we do not know.

    >>> without_prefix(" chrUn_gl000220 ")
    'Un_gl000220'
    """
    return _PREFIX.sub("", text.strip())
