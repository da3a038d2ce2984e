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


def short(text: str | None) -> str | None:
    """The change as p. with one-letter amino acids, or None when it is not a protein change.

    Stop is `*`, whatever the file wrote (Ter, X at the end of a substitution); a change without
    effect is `p.=`, or names its residue when the file does.

    >>> short("p.Leu858Arg"), short("L858R"), short("p.(Val600Glu)"), short("p.R213X")
    ('p.L858R', 'p.L858R', 'p.V600E', 'p.R213*')
    >>> short("p.Ala155ArgfsTer59"), short("E746_A750del"), short("X1010_splice"), short("p.=")
    ('p.A155Rfs*59', 'p.E746_A750del', 'p.X1010_splice', 'p.=')
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
    if _THREE_START.match(change) or change.startswith(("Ter", "*")):
        change = _THREE.sub(lambda found: ONE_LETTER[found.group().capitalize()], change)
    change = re.sub(r"fsX", "fs*", change)
    change = re.sub(rf"^({_AA}\d+)X$", r"\1*", change)
    return "p." + change if _CHANGE.fullmatch(change) else None
