"""Numbers, dates and labels as people of one language read them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

from chevet.words import oncotree
from chevet.words.dates import day_said
from chevet.words.labels import label

Lang = Literal["fr", "en"]

THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Wording:
    """One language. Every method returns text for people; `none` is what is said when nothing is said."""

    lang: Lang

    def word(self, key: str, **values: str) -> str:
        """The label of the page with this key, its blanks filled."""
        return label(f"page.{key}", self.lang).format(**values)

    def coded(self, group: str, code: str | None) -> str | None:
        """The word for a code of a closed list, such as `("sex", "female")`."""
        return None if code is None else self.word(f"{group}.{code}")

    def tumour(self, code: str) -> str:
        """The name of an OncoTree code, and the code."""
        return f"{oncotree.name(code, self.lang)} ({code})"

    def number(self, value: float, digits: int = 0) -> str:
        """A number with this language's marks; trailing zeros after the mark go.

        >>> Wording("fr").number(17272), Wording("en").number(17272.5, 2), Wording("fr").number(-0.25, 2)
        ('17\u202f272', '17,272.5', '\u22120,25')
        """
        text = f"{abs(value):,.{digits}f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        if self.lang == "fr":
            text = text.replace(",", THIN_SPACE).replace(".", ",")
        return (MINUS if value < 0 and text.strip("0,.") else "") + text

    def percent(self, fraction: float, digits: int = 0) -> str:
        """
        >>> Wording("fr").percent(0.255, 1), Wording("en").percent(0.255, 1)
        ('25,5\u202f%', '25.5%')
        """
        number = self.number(100 * fraction, digits)
        return f"{number}{THIN_SPACE}%" if self.lang == "fr" else f"{number}%"

    def months(self, days: float) -> str:
        """Days as months, to one place: the unit of the curves."""
        from chevet.records.tables import DAYS_PER_MONTH  # loads Arrow, which a consultation does without

        return self.word("unit.months", n=self.number(days / DAYS_PER_MONTH, 1))

    def date(self, iso: str) -> str:
        """
        >>> Wording("fr").date("2026-03-01"), Wording("en").date("2026-03-01")
        ('1er mars 2026', '1 March 2026')
        """
        return day_said(datetime.date.fromisoformat(iso), self.lang)

    def joined(self, parts: list[str]) -> str:
        """
        >>> Wording("fr").joined(["stade", "âge", "sexe"])
        'stade, âge et sexe'
        """
        if len(parts) < 2:
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {'et' if self.lang == 'fr' else 'and'} {parts[-1]}"
