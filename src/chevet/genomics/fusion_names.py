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
_SIGNS = ("::", "--", "–", "-", "/", ":", "_", " et ", " with ", " avec ")
_UNKNOWN = frozenset({"", "?", "*", "v", "x", "unknown", "inconnu", "na", ".", "nan", "intergenic"})
_FILLER = re.compile(
    r"\b(?:positive?|positif|détectée?|detected|présente?|found|retrouvée?|in[- ]frame|en phase|oncogenic|gene|gène|"
    r"p190|p210|p230|de|du|of|the|a|une?|somatic|somatique|type|majeure?|mineure?|major|minor|micro)\b|\+(?!\d)",
    re.IGNORECASE,
)  # fmt: skip
# What stands beside the names besides: the chromosomes that are joined, how often it was read, and by what.
_BESIDE = re.compile(
    r"\b(?:t|inv|ins|der)\s?\([^)]*\)(?:\s?\([^)]*\))?|\b(?:\d{1,2}|X)[pq]\d+(?:\.\d+)?\b|\[|\]|"
    r"\b[eb]\d{1,2}a\d{1,2}\b|(?<=\d)ex(?:on)?\.?\s?\d+(?=\b|[-–:;/])|\b\d{1,2}\s?[:;]\s?\d{1,2}\b|"
    r"\b\d+\s?(?:reads?|lectures?)\b|\b\d+(?:[.,]\d+)?\s?%(?:\s?IS\b)?|"
    r"\b(?:(?:by|par|en|via|on|sur|in)\s+)?(?:FISH|RT-?PCR|PCR|NGS|RNA[- ]?seq\w*|RNA sequencing|ARN|RNA|"
    r"caryotype|karyotype|séquençage(?: ARN)?|sequencing)\b",
    re.IGNORECASE,
)
_CHIC2 = re.compile(
    r"\bCHIC2\b.*\b(?:del\w*|délét\w*|loss|perte)|\b(?:del\w*|délét\w*|loss|perte)\b.*\bCHIC2\b", re.IGNORECASE
)
_PARTNER = re.compile(r"\b(?:partner|partenaire)\s*:?\s*([\w-]+)", re.IGNORECASE)
_PAIR = re.compile(r"(?<![\w.-])([A-Z][\w.]*)\s?(::|--|–|-|/)\s?([A-Z][\w.]*)(?![\w-])", re.IGNORECASE)
# A change of one gene, or more than that two genes are joined.
_MORE = re.compile(
    r"\b[A-Z][a-z]{0,2}\d{2,}|\b[pc]\.|\b(?:amp|del|délét|skip|saut|gain|loss|perte|mut)\w*", re.IGNORECASE
)
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
    plain = _BESIDE.sub(" ", words)
    legacy = _legacy().get(_squeezed(words)) or _legacy().get(_squeezed(plain))
    if legacy is None and _CHIC2.search(words):
        legacy = ("FIP1L1", "PDGFRA")  # what is lost between the two joins them: Cools, N Engl J Med 2003
    if legacy is not None:
        return _made(*legacy, words, gene)
    body = WORDS.sub(" ", plain)
    body = _FILLER.sub(" ", _BREAKS.sub(" ", body))
    body = " ".join(body.split()).strip(" ,;:/-")
    for sign in _SIGNS:
        five, joined, three = body.partition(sign)
        made = _of_partners(five.strip(" :"), three.strip(" :"), sign, body) if joined else None
        if made and (sign in ("::", "--") or (_is_told(*made, sign, words) and not _are_two(*made))):
            return _made(*made, words, gene)
    pair = body.split(" ")
    if len(pair) == 2 and WORDS.search(words) and (one := symbol(pair[0])) and (other := symbol(pair[1])):
        return _made(one, other, words, gene)
    found = _with_partner(words) or _pair_in(body, said=WORDS.search(words) is not None)
    return _made(*found, words, gene) if found is not None else None


def _squeezed(words: str) -> str:
    return re.sub(r"[\s/:_-]|fusion|réarrangement|rearrangement", "", words.lower())


def _with_partner(words: str) -> tuple[str, str] | None:
    """The two genes where one is named as the partner: `fusion NTRK1 (partenaire TPM3)`."""
    found = _PARTNER.search(words) if WORDS.search(words) else None
    if found is None or (partner := symbol(found[1])) is None:
        return None
    body = _FILLER.sub(" ", WORDS.sub(" ", words[: found.start()] + words[found.end() :]))
    other = symbol(re.sub(r"[(),;:]", " ", body).strip())
    return (partner, other) if other is not None and other != partner else None


def _pair_in(body: str, *, said: bool) -> tuple[str, str] | None:
    """The two genes that a sentence joins, where it says that they are joined and speaks of nothing else."""
    pairs = [found for found in _PAIR.finditer(body) if said or found[2] == "::"]
    joined = [(one, other, found) for found in pairs if (one := symbol(found[1])) and (other := symbol(found[3]))]
    if len(joined) != 1 or joined[0][0] == joined[0][1] or _are_two(*joined[0][:2]):
        return None
    five, three, found = joined[0]
    rest = f"{body[: found.start()]} {body[found.end() :]}"
    named = [token for token in re.findall(r"[A-Z][A-Za-z0-9-]+", rest) if symbol(token)]
    return None if named or _MORE.search(rest) else (five, three)


def _is_told(five: str, three: str, sign: str, words: str) -> bool:
    """Whether two genes with exons beside them are one fusion, and not two findings: `KIT exon 9/PDGFRA exon 18`."""
    if not _EXON.search(words) or WORDS.search(words) or (five, three) in _known():
        return True
    return sign in ("-", "–") and bool({five, three} & _DRIVERS)


def _are_two(five: str, three: str) -> bool:
    """Whether each is known for a break of its own, and not for one with the other: `MYC/BCL2 rearrangement`."""
    return {five, three} <= _DRIVERS | {"MYC", "BCL2", "BCL6"} and (five, three) not in _known()


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


def usual_order(five: str, three: str) -> tuple[str, str]:
    """Two partners of which nobody said which one is 5', as they are known to be joined; as given where they are not.

    >>> usual_order("BICC1", "FGFR2"), usual_order("KIF5B", "RET")
    (('FGFR2', 'BICC1'), ('KIF5B', 'RET'))
    """
    known = _known()
    return (three, five) if (three, five) in known and (five, three) not in known else (five, three)


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
