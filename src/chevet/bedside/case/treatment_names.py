"""Treatments by the names that notes and forms give them: medicines, brands, regimens, groups and classes."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from chevet.therapy.knowledge.base import rows
from chevet.words import treatments

_LONGEST = 7
_WORD = re.compile(r"[\w+]+(?:[-/'’][\w+]+)*", re.UNICODE)


def medicines_in(text: str) -> list[str]:
    """Every treatment that a text names: medicines by their international name, groups, classes; each once.

    >>> medicines_in("FOLFOX then Herceptin"), medicines_in("inhibiteur de PARP"), medicines_in("a walk")
    (['fluorouracil', 'folinic acid', 'oxaliplatin', 'trastuzumab'], ['parp_inhibitor', 'targeted therapy'], [])
    """
    found: list[str] = []
    tokens = [token.strip("'’") for token in _WORD.findall(text[:5000].lower().replace("’", "'"))]
    at = 0
    while at < len(tokens):
        step = 1
        for length in range(min(_LONGEST, len(tokens) - at), 0, -1):
            names = _of_phrase(" ".join(tokens[at : at + length]))
            if names:
                found += names
                step = length
                break
        else:
            found += _of_joined(tokens[at])
        at += step
    return list(dict.fromkeys(found))


def _of_joined(token: str) -> list[str]:
    """The medicines of a word such as `carboplatine-pembrolizumab` or `dabrafenib/trametinib`."""
    parts = [part for part in re.split(r"[-/+]", token) if part]
    return [name for part in parts for name in _of_phrase(part)] if len(parts) > 1 else []


@cache
def _of_phrase(phrase: str) -> tuple[str, ...]:
    for spelt in (phrase, phrase.replace(" + ", "-"), phrase.rstrip("s"), _in_english(phrase)):
        medicine = treatments.medicine(spelt)
        if medicine is not None:
            return (medicine.name,)
        regimen = regimens().get(spelt)
        if regimen is not None:
            return regimen
    of_class = treatments.treatment_class(phrase)
    return (of_class,) if of_class and of_class not in ("other", "supportive") else ()


_FRENCH_ENDS = (
    ("platine", "platin"), ("taxel", "taxel"), ("ibe", "ib"), ("abe", "ab"), ("ine", "in"), ("ide", "id"),
    ("ane", "an"),
    ("técan", "tecan"), ("trexed", "trexed"), ("ole", "ol"), ("ène", "ene"), ("one", "on"),
)  # fmt: skip


def _in_english(word: str) -> str:
    """A French name of a medicine as its international one is spelt: without accents, and with its shorter end."""
    bare = word.translate(str.maketrans("éèêïîôûç", "eeeiiouc"))
    for end, short in _FRENCH_ENDS:
        plain = end.translate(str.maketrans("éèêïîôûç", "eeeiiouc"))
        if bare.endswith(plain) and treatments.medicine(bare.removesuffix(plain) + short) is not None:
            return bare.removesuffix(plain) + short
    return bare


@cache
def regimens() -> dict[str, tuple[str, ...]]:
    """Regimens and groups by their usual names, each with its medicines."""
    table = resources.files("chevet.bedside") / "tables" / "regimens.tsv"
    return {
        name.strip().lower(): tuple(_international(medicine.strip()) for medicine in row["medicines"].split("+"))
        for _, row in rows(table)
        for name in row["names"].split("|")
    }


def _international(name: str) -> str:
    medicine = treatments.medicine(name)
    return medicine.name if medicine is not None else name
