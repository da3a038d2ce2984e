"""Protein changes in one normal form: HGVS p., one-letter amino acids, no parentheses."""

from __future__ import annotations

import re

ONE_LETTER: dict[str, str] = {
    "Ala": "A",
    "Arg": "R",
    "Asn": "N",
    "Asp": "D",
    "Cys": "C",
    "Gln": "Q",
    "Glu": "E",
    "Gly": "G",
    "His": "H",
    "Ile": "I",
    "Leu": "L",
    "Lys": "K",
    "Met": "M",
    "Phe": "F",
    "Pro": "P",
    "Ser": "S",
    "Thr": "T",
    "Trp": "W",
    "Tyr": "Y",
    "Val": "V",
    "Sec": "U",
    "Pyl": "O",
    "Ter": "*",
    "Xaa": "X",
}

_THREE = re.compile("|".join(ONE_LETTER), re.IGNORECASE)
_THREE_START = re.compile(rf"\(?(?:{'|'.join(ONE_LETTER)})\d", re.IGNORECASE)
_AA = r"[ACDEFGHIKLMNPQRSTUVWYXO*]"
_SPAN = rf"{_AA}\d+(?:_{_AA}\d+)?"
_CHANGE = re.compile(
    rf"(?:{_AA}\d+(?:{_AA}+|=|\?)"  # substitution by one amino acid, or by several as older files write
    rf"|{_AA}\d+{_AA}?fs(?:\*(?:\d+|\?)?)?"  # frameshift
    rf"|{_SPAN}(?:del{_AA}*|dup{_AA}*|ins(?:{_AA}+|\d+)|delins{_AA}+|>{_AA}+)"
    rf"|\*\d+{_AA}?ext\*?(?:\d+|\?)?"  # extension
    rf"|M1(?:\?|ext-?\d+)"
    rf"|X?\d+_splice|{_AA}\d+_splice)"
)

# Older MAF files list the amino acids from a place on (p.ELREA746del) or beside their places (p.554_555PW>R).
_ACIDS = r"[ACDEFGHIKLMNPQRSTUVWYO]+"
_LISTED = re.compile(rf"({_ACIDS})([1-9][0-9]*)(?:del|({_ACIDS}))")
_RANGED = re.compile(rf"([1-9][0-9]*)_([1-9][0-9]*)({_ACIDS})>({_ACIDS})")
# ALA12del can be one alanine, or alanine, leucine and alanine: not told.
_CODE_OR_LIST = re.compile(rf"({'|'.join(code.upper() for code in ONE_LETTER)})[0-9]+(?:del|fs)")


def short(text: str | None) -> str | None:
    """The change as p. with one-letter amino acids, or None when it is not a protein change.

    Stop is `*`, whatever the file wrote (Ter, X at the end of a substitution); a change without
    effect is `p.=`, or names its residue when the file does. Amino acids listed as older MAF files do are
    named as HGVS does, without moving the change along a repeat, whose sequence is not known here. A listed
    frameshift (p.EV109fs) does not say which of its amino acids is the first to change: None.

    >>> short("p.Leu858Arg"), short("L858R"), short("p.(Val600Glu)"), short("p.R213X")
    ('p.L858R', 'p.L858R', 'p.V600E', 'p.R213*')
    >>> short("p.Ala155ArgfsTer59"), short("E746_A750del"), short("X1010_splice"), short("p.=")
    ('p.A155Rfs*59', 'p.E746_A750del', 'p.X1010_splice', 'p.=')
    >>> short("p.ELREA746del"), short("p.554_555PW>R"), short("p.EV109fs")
    ('p.E746_A750del', 'p.P554_W555delinsR', None)
    >>> short("c.2573T>G") is None, short("") is None
    (True, True)
    """
    if not text:
        return None
    change = text.strip()
    if len(change) > 400:
        return None
    change = change.rsplit(":", 1)[-1].replace("%3D", "=")  # GFF and VCF escape the equals sign
    if change[:2] in ("p.", "P."):
        change = change[2:]
    if change.startswith("(") and change.endswith(")"):
        change = change[1:-1]
    if change in ("=", "?", "0", "0?"):
        return "p." + change if text.strip().lower().startswith("p.") or ":" in text else None
    if _CODE_OR_LIST.fullmatch(change):
        return None
    if _THREE_START.match(change) or change.startswith(("Ter", "*")):
        change = _THREE.sub(lambda found: ONE_LETTER[found.group().capitalize()], change)
    change = re.sub(r"fsX", "fs*", change)
    change = re.sub(rf"^({_AA}\d+)X$", r"\1*", change)
    normal = change if _CHANGE.fullmatch(change) else _of_listed(change)
    return None if normal is None else "p." + normal


_REMOVED = re.compile(r"(p\.[A-Z*]\d+(?:_[A-Z*]\d+)?(?:del|dup))[A-Z]+")


def without_removed(change: str | None) -> str | None:
    """The change without the amino acids that it removes or doubles, which its places say already.

    >>> without_removed("p.E746_A750delELREA"), without_removed("p.L747_P753delinsS"), without_removed(None)
    ('p.E746_A750del', 'p.L747_P753delinsS', None)
    """
    found = _REMOVED.fullmatch(change) if change else None
    return found[1] if found else change


_RESIDUE = re.compile(r"(p\.[A-Z*]\d+)[A-Z*]")


def residue(change: str | None) -> str | None:
    """The residue that a substitution by one amino acid changes; None for every other change.

    >>> residue("p.V600E"), residue("p.E746_A750del"), residue("p.R213*")
    ('p.V600', None, 'p.R213')
    """
    found = _RESIDUE.fullmatch(change) if change else None
    return found[1] if found else None


def _of_listed(change: str) -> str | None:
    listed, ranged = _LISTED.fullmatch(change), _RANGED.fullmatch(change)
    if listed is not None:
        return _described(listed[1], int(listed[2]), listed[3] or "")
    if ranged is not None and int(ranged[2]) - int(ranged[1]) + 1 == len(ranged[3]):
        return _described(ranged[3], int(ranged[1]), ranged[4])
    return None


def _described(before: str, first: int, after: str) -> str | None:
    """What HGVS calls the change of amino acids `before`, from place `first` on, into `after`.

    None when nothing changes, or when the amino acid that follows an insertion is not known.
    """
    start = _shared(before, after)
    end = _shared(before[start:][::-1], after[start:][::-1])
    removed, added = before[start : len(before) - end], after[start : len(after) - end]
    place = first + start
    if len(removed) == len(added) == 1:
        return f"{removed}{place}{added}"
    if removed:
        return _span(removed, place) + (f"delins{added}" if added else "del")
    if added and before[:start].endswith(added):
        return _span(added, place - len(added)) + "dup"
    if added and 0 < start < len(before):
        return f"{_span(before[start - 1 : start + 1], place - 1)}ins{added}"
    return None


def _shared(one: str, other: str) -> int:
    """How many signs two texts begin with in common."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _span(acids: str, first: int) -> str:
    """The first of some amino acids and, when there are several, the last."""
    return f"{acids[0]}{first}" + (f"_{acids[-1]}{first + len(acids) - 1}" if len(acids) > 1 else "")
