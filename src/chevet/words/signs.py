"""Signs that no page, picture or terminal should be given: some end a program, others mislead who reads."""

from __future__ import annotations

import unicodedata

_NOT_WRITTEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))
_KEPT_SPACES = "\u00a0\u202f"  # French puts them before : and inside numbers


def drawable(text: str) -> str:
    """The same words without control or direction signs, and with plain spaces.

    A NUL ends the drawing program; an escape sign gives orders to a terminal; a direction sign turns words around.

    >>> drawable("Hôpital\\n\\u202eNord\\x00\\x1b[2J")
    'Hôpital Nord[2J'
    """
    spaced = (" " if c.isspace() and c not in _KEPT_SPACES else c for c in text)
    return "".join(c for c in spaced if unicodedata.category(c) not in _NOT_WRITTEN)


_LONGEST_NAME = 60


def in_file_name(text: str) -> str:
    """The word as a part of a file's name: letters, digits, points and hyphens; no path, not hidden, not too long.

    >>> in_file_name("NKX2-1"), in_file_name("../../etc/passwd"), in_file_name("")
    ('NKX2-1', '_.._etc_passwd', '_')
    """
    plain = "".join(sign if sign.isalnum() or sign in "-." else "_" for sign in text)[:_LONGEST_NAME]
    return plain.lstrip(".") or "_"
