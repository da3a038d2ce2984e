"""Fusions by the names of both partners, whatever joins them, and the partner that drives."""

from __future__ import annotations

import re
from functools import cache

from chevet.genomics import facts
from chevet.genomics.alteration import Alteration
from chevet.genomics.gene_names import symbol

WORDS = re.compile(
    r"\b(?:gene fusions?|fusions?|rearrange\w*|réarrang\w*|translocations?|translocated|fused|fusionnée?s?|"
    r"transcrit|transcript|break[- ]apart)\b", re.IGNORECASE,
)  # fmt: skip
_SIGNS = ("::", "--", "–", "-", "/", " et ", " with ", " avec ")
_UNKNOWN = frozenset({"", "?", "*", "v", "x", "unknown", "inconnu", "na", ".", "nan", "intergenic"})
_FILLER = re.compile(
    r"\b(?:positive?|positif|détectée?|detected|présente?|found|retrouvée?|in[- ]frame|en phase|oncogenic|gene|gène|"
    r"p190|p210|p230|de|du|of|the|a|une?|somatic|somatique)\b|\+(?!\d)", re.IGNORECASE,
)  # fmt: skip
# What a report says of the place of the break, beside the names: exons, introns, transcripts, coding places, variants.
_BREAKS = re.compile(
    r"[({\[][^)}\]]*[)}\]]?|:?\b(?:exons?|ex|introns?|int)\.?\s?\d+[a-z]?(?:\s*[-–:;,/]\s*(?:exons?|ex|introns?|int)?\.?\s?\d+"
    r"[a-z]?\b)?|\b(?:NM_|ENST)[\d.]+|:[rc]\.[\d_+?-]+|\b[BbEeVv]\d+(?:[a-c](?:/[a-c])?|[;:-]?[AaEeVv]?\d*)\b|"
    r"\b[A-Z]\d{1,2}[a-z]?[;:]\s?[A-Z]\d{1,2}\b|\bvarian(?:t|te) \d\w*(?:/\w+)?",
    re.IGNORECASE,
)  # fmt: skip
_EXON = re.compile(r"(?:\b|(?<=:))(?:exon|ex|intron)\.?\s?\d+", re.IGNORECASE)

# The partner whose protein is switched on, whichever side it stands on. Kinases and receptors keep their own
# domain; the others keep the one that binds DNA or chromatin. Source: WHO Classification of Tumours, 5th edition.
_DRIVERS = frozenset({
    "ABL1", "ABL2", "AKT3", "ALK", "BRAF", "CSF1R", "EGFR", "ERBB2", "ERBB4", "FGFR1", "FGFR2", "FGFR3", "FGR",
    "FLT3", "IGF1R", "INSR", "JAK2", "LTK", "MERTK", "MET", "MST1R", "MUSK", "NRG1", "NRG2", "NTRK1", "NTRK2",
    "NTRK3", "PDGFRA", "PDGFRB", "PIK3CA", "PRKACA", "PRKACB", "PRKCA", "PRKCB", "PRKD1", "RAF1", "RET", "ROS1",
    "SYK", "TYK2", "RARA", "KMT2A", "MECOM", "NUP98", "TFE3", "TFEB", "YAP1", "PLAG1", "HMGA2", "BEND2", "MAML2",
    "FOXO1",
})  # fmt: skip


def fusion(words: str, *, gene: str = "") -> Alteration | None:
    """The fusion that a text names by both partners; None when it names none.

    A dash or a stroke joins two genes only when both are genes and no gene bears the whole as its name.

    >>> fusion("EML4-ALK").fusion, fusion("FGFR3::TACC3").gene, fusion("NKX2-1") is None, fusion("?::NTRK1").fusion
    (('EML4', 'ALK'), 'FGFR3', True, ('', 'NTRK1'))
    >>> fusion("RET/PTC1").fusion
    ('CCDC6', 'RET')
    """
    legacy = _legacy().get(re.sub(r"[\s/_-]|fusion|réarrangement|rearrangement", "", words.lower()))
    if legacy is not None:
        return _made(*legacy, words, gene)
    body = WORDS.sub(" ", words)
    body = _FILLER.sub(" ", _BREAKS.sub(" ", body))
    body = " ".join(body.split()).strip(" ,;:/-")
    for sign in _SIGNS:
        five, joined, three = body.partition(sign)
        made = _of_partners(five.strip(" :"), three.strip(" :"), sign, body) if joined else None
        if made and (sign in ("::", "--") or _is_told(*made, sign, words)):
            return _made(*made, words, gene)
    pair = body.split(" ")
    if len(pair) == 2 and WORDS.search(words) and (one := symbol(pair[0])) and (other := symbol(pair[1])):
        return _made(one, other, words, gene)
    return None


def _is_told(five: str, three: str, sign: str, words: str) -> bool:
    """Whether two genes with exons beside them are one fusion, and not two findings: `KIT exon 9/PDGFRA exon 18`."""
    if not _EXON.search(words) or WORDS.search(words) or (five, three) in _known():
        return True
    return sign in ("-", "–") and bool({five, three} & _DRIVERS)


@cache
def _known() -> frozenset[tuple[str, str]]:
    return frozenset((row["five_prime"], row["three_prime"]) for row in facts.rows("known_fusions.tsv"))


@cache
def _legacy() -> dict[str, tuple[str, str]]:
    return {row["name"]: (row["five_prime"], row["three_prime"]) for row in facts.rows("legacy_fusions.tsv")}


def of_partners(five: str, three: str, *, as_given: str = "") -> Alteration | None:
    """The fusion of two cells of a table; an unknown partner is empty, and None comes back when both are."""
    left, right = symbol(five.strip()) or "", symbol(three.strip()) or ""
    return _made(left, right, as_given or f"{five}::{three}", "") if left or right else None


def driver(five: str, three: str) -> str:
    """The partner that drives: the one known to, the 3' one where both or neither are.

    >>> driver("EML4", "ALK"), driver("FGFR2", "BICC1"), driver("", "NTRK1"), driver("KMT2A", "AFF1")
    ('ALK', 'FGFR2', 'NTRK1', 'KMT2A')
    """
    if three in _DRIVERS or not five:
        return three or five
    return five if five in _DRIVERS or not three else three


def _of_partners(five: str, three: str, sign: str, body: str) -> tuple[str, str] | None:
    if " " in five or " " in three:
        return None
    left, right = symbol(five), symbol(three)
    plain = sign in ("::", "--")
    if not plain and (left is None or right is None or symbol(body) is not None or left == right):
        return None
    if not (left or right) or not (left or five.lower() in _UNKNOWN) or not (right or three.lower() in _UNKNOWN):
        return None
    return left or "", right or ""


def _made(five: str, three: str, words: str, gene: str) -> Alteration:
    chosen = gene if gene in (five, three) and gene else driver(five, three)
    return Alteration("fusion", gene=chosen, fusion=(five, three), as_given=words)
