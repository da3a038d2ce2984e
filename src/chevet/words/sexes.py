"""Sex, as files spell it."""

from __future__ import annotations

SPELLINGS: dict[str, str] = {
    "female": "female",
    "f": "female",
    "woman": "female",
    "femme": "female",
    "féminin": "female",
    "feminin": "female",
    "male": "male",
    "m": "male",
    "man": "male",
    "homme": "male",
    "h": "male",
    "masculin": "male",
    "other": "other",
    "other_sex": "other",
    "intersex": "other",
    "autre": "other",
}


def sex(text: str | None) -> str | None:
    """`female`, `male` or `other`; None when the word is not one of these. A bare number is never guessed.

    >>> sex("FEMALE"), sex("h"), sex("1")
    ('female', 'male', None)
    """
    return SPELLINGS.get(text.strip().lower()) if text else None
