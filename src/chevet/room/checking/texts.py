"""Words in what a program wrote: signs that hide something, codes that are no words, identifiers, long lists."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from chevet.room.checking.extract import Extract
from chevet.room.checking.verdict import Reason, reason

MANY_NUMBERS, TOO_MANY_NUMBERS = 200, 1000
MANY_PRECISE = 20
MANY_PIECES = 10
_HIDDEN = {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"}
_SPACES = {" ", "\u00a0", "\u202f"}
_TOKEN = re.compile(r"[A-Za-z0-9_+/=.@-]{5,}")
_SHORT = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{8,19}(?![A-Za-z0-9+/])")
_LONG = re.compile(r"[A-Za-z0-9+/_=-]{20,}")
_NUMBER = re.compile(r"(?<![A-Za-z0-9_])[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?")
_PRECISE = re.compile(r"\d*\.\d{7,}")
_DIGITS = re.compile(r"(?<![.\d])\d{18,}|\.\d{26,}")
_SPACED = re.compile(r"[ \t]+$|\t |\S {12,}\S", re.MULTILINE)
_ODD_LINES = 20


def decoded(content: bytes) -> str | None:
    """The text, or None where it is not UTF-8; a mark at its beginning is taken away."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def judge_words(text: str, extract: Extract, *, numbers: bool = True, spacing: bool = True) -> Iterator[Reason]:
    """What is wrong with this text.

    numbers   False for a table, whose numbers are judged as cells
    spacing   False where spaces do not show, as in a page's or a drawing's source
    """
    yield from judge_signs(text)
    yield from _codes(text)
    named = sum(1 for token in set(_tokens(text)) if token in extract.identifiers)
    if named:
        yield reason("identifier", count=named)
    if numbers:
        yield from _numbers(text)
    if spacing and len(_SPACED.findall(text)) > _ODD_LINES:
        yield reason("odd_spacing")


def judge_signs(text: str) -> Iterator[Reason]:
    """Signs that nobody sees, spaces of other widths, and words of mixed alphabets: each can carry a message."""
    hidden = sum(n for sign, n in Counter(text).items() if _is_hidden(sign))
    if hidden:
        yield reason("hidden_signs", count=hidden)
    if not text.isascii() and any(_mixed(word) for word in re.findall(r"[^\W\d_]+", text)):
        yield reason("mixed_scripts")


def _is_hidden(sign: str) -> bool:
    if sign in "\n\r\t" or sign in _SPACES:
        return False
    kind = unicodedata.category(sign)
    return kind in _HIDDEN or kind == "Zs" or "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"


def _mixed(word: str) -> bool:
    """Whether a word has letters of the Latin alphabet beside some that look like them."""
    names = {unicodedata.name(sign, "").split(" ", 1)[0] for sign in word}
    return "LATIN" in names and bool(names & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "FULLWIDTH", "MATHEMATICAL"})


def _codes(text: str) -> Iterator[Reason]:
    found = sum(1 for run in _LONG.findall(text) if _is_code(run)) + len(_DIGITS.findall(text))
    if found:
        yield reason("encoded", count=found)
    pieces = sum(1 for run in _SHORT.findall(text) if _is_mixed(run))
    if pieces > MANY_PIECES:
        yield reason("perhaps_encoded", count=pieces)


def _is_mixed(run: str) -> bool:
    """Whether a short run of letters and digits is like no word and no number: small, large and digits together."""
    return any(map(str.isdigit, run)) and run != run.lower() and run != run.upper()


def _is_code(run: str) -> bool:
    """Whether a long run of letters and digits is no word: base64, base32, hexadecimal.

    >>> _is_code("age_at_diagnosis_years"), _is_code("c2VjcmV0OiA1OCwgRiwgSUk="), _is_code("MinimumThresholdCheck")
    (False, True, False)
    """
    if re.fullmatch(r"[-=_+]+", run):
        return False
    digits, upper, lower = (sum(map(test, run)) for test in (str.isdigit, str.isupper, str.islower))
    counts = Counter(run).values()
    entropy = -sum(n / len(run) * math.log2(n / len(run)) for n in counts)
    hexadecimal = re.fullmatch(r"[0-9a-fA-F]{24,}", run) is not None and digits >= 4
    base32 = re.fullmatch(r"[A-Z2-7]{20,}=*", run) is not None and digits >= 2
    changes = sum(1 for a, b in pairwise(run) if a.islower() and b.isupper())
    mixed = upper >= 3 and lower >= 3 and (digits >= 2 or changes >= len(run) / 6) and entropy > 3.2
    return hexadecimal or base32 or mixed


def _tokens(text: str) -> Iterator[str]:
    for token in _TOKEN.findall(text):
        yield token
        yield token.strip(".-/=+@")


def _numbers(text: str) -> Iterator[Reason]:
    count = len(_NUMBER.findall(text))
    if count > MANY_NUMBERS:
        yield reason("too_many_numbers" if count > TOO_MANY_NUMBERS else "many_numbers", count=count)
    yield from judge_precision(text)


def judge_precision(text: str) -> Iterator[Reason]:
    """Numbers with more digits than any result has: each can carry some of a row."""
    precise = len(_PRECISE.findall(text))
    if precise > MANY_PRECISE:
        yield reason("many_digits", count=precise)
