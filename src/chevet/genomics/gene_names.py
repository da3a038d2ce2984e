"""Which gene a text speaks of: by its symbol old or new, by a protein's name, or by a name that stands for several."""

from __future__ import annotations

import re
from functools import cache

from chevet.genomics import facts
from chevet.words import genes

_ALIASES = {
    "HER2": "ERBB2", "HER-2": "ERBB2", "HER2/NEU": "ERBB2", "HER-2/NEU": "ERBB2", "NEU": "ERBB2", "HER3": "ERBB3",
    "HER4": "ERBB4", "HER1": "EGFR", "H3F3A": "H3-3A", "H3F3B": "H3-3B", "H3.3": "H3-3A", "H3.1": "H3C2",
    "HIST1H3B": "H3C2", "HIST1H3C": "H3C3",
    "C-MET": "MET", "CMET": "MET", "PD-L1": "CD274", "PDL1": "CD274", "P53": "TP53", "P16": "CDKN2A",
    "P16INK4A": "CDKN2A", "P14ARF": "CDKN2A", "INI1": "SMARCB1", "SNF5": "SMARCB1", "BRG1": "SMARCA4", "MLL": "KMT2A",
    "MLL1": "KMT2A", "MLL2": "KMT2D", "MLL3": "KMT2C", "C-KIT": "KIT", "CKIT": "KIT", "CD117": "KIT",
    "TRKA": "NTRK1", "TRKB": "NTRK2", "TRKC": "NTRK3", "ABL": "ABL1", "C-MYC": "MYC", "CMYC": "MYC",
    "N-MYC": "MYCN", "NMYC": "MYCN", "L-MYC": "MYCL", "K-RAS": "KRAS", "N-RAS": "NRAS", "H-RAS": "HRAS",
    "KI-RAS": "KRAS", "B-RAF": "BRAF", "C-RAF": "RAF1", "CRAF": "RAF1", "PI3KCA": "PIK3CA", "P110A": "PIK3CA",
    "LKB1": "STK11", "CYCLIND1": "CCND1", "CYCLINE1": "CCNE1", "BCL-2": "BCL2", "BCL-6": "BCL6", "C/EBPA": "CEBPA",
    "CEBPα": "CEBPA", "FLT-3": "FLT3", "NPM-1": "NPM1", "BRCA-1": "BRCA1", "BRCA-2": "BRCA2", "TP-53": "TP53",
    "IDH-1": "IDH1", "IDH-2": "IDH2", "CALRETICULIN": "CALR", "RARALPHA": "RARA",
}  # fmt: skip
_SEVERAL = {
    "RAS": ("KRAS", "NRAS"), "ALL-RAS": ("KRAS", "NRAS"), "ALL RAS": ("KRAS", "NRAS"),
    "CDKN2A/B": ("CDKN2A", "CDKN2B"), "CDKN2AB": ("CDKN2A", "CDKN2B"), "IDH1/2": ("IDH1", "IDH2"),
    "IDH": ("IDH1", "IDH2"), "NTRK": ("NTRK1", "NTRK2", "NTRK3"), "NTRK1/2/3": ("NTRK1", "NTRK2", "NTRK3"),
    "NTRK1-3": ("NTRK1", "NTRK2", "NTRK3"), "BRCA1/2": ("BRCA1", "BRCA2"), "BRCA": ("BRCA1", "BRCA2"),
    "BRCA1-2": ("BRCA1", "BRCA2"), "FGFR2/3": ("FGFR2", "FGFR3"), "RAS/RAF": ("KRAS", "NRAS", "BRAF"),
    "RAS/BRAF": ("KRAS", "NRAS", "BRAF"), "KRAS/NRAS": ("KRAS", "NRAS"), "K/NRAS": ("KRAS", "NRAS"),
    "KRAS/NRAS/BRAF": ("KRAS", "NRAS", "BRAF"),
}  # fmt: skip

# Words of a report that are also a gene's name or alias: never taken for a gene inside a sentence.
_WORDS = frozenset({
    "A", "AN", "AND", "AS", "AT", "BY", "CAN", "FOR", "FUSION", "IMPACT", "IN", "IS", "IT", "LARGE", "LOSS", "MAX",
    "MICE", "NO", "NOT", "OF", "ON", "OR", "REST", "SET", "SHE", "STAGE", "THE", "TO", "WAS", "WE", "WITH", "GAIN",
    "EXON", "INS", "DEL", "DUP", "HIGH", "LOW", "MUT", "WT", "AMP", "TMB", "MSI", "MSS", "CPS", "TPS", "HRD", "LOH",
    "VAF", "AF", "CN", "DP", "ET", "DE", "DU", "LA", "LE", "LES", "UN", "UNE", "DES", "SUR", "PAS", "AVEC", "SANS",
    "NON", "EN", "PAR", "GENE", "CAT", "FAT", "BAD", "BID", "TANK", "COIL", "ITD", "TKD",
})  # fmt: skip
_NEVER = frozenset({"ALL", "MT", "HRD", "TMB", "MSI", "MSS", "CPS", "TPS", "LOH"})  # not even at the start
_BEFORE = re.compile(
    r"^(?:(?:the|a|an|le|la|les|l['’]|un|une|du|de|des|d['’]|of|in|on|dans|sur|gene|gène|known|activating|activatrice|"
    r"pathogenic|pathogène|likely|probablement|inactivating|inactivatrice|missense|faux-sens|nonsense|non-sens|"
    r"frameshift|truncating|tronquante|deleterious|délétère|oncogenic|oncogénique|detected|détectée?|found|retrouvée?|"
    r"somatic|somatique|tumou?r|tumoral|tumorale|germline|germinale?|constitutionnelle?|constitutional|hotspot|"
    r"mutations?|variants?|alterations?|altérations?|amplifications?|délétions?|deletions?|pertes?|loss|gains?|"
    r"fusions?|réarrangements?|rearrangements?|translocations?|transcrit|transcript|homozygous|homozygote|"
    r"biallelic|biallélique|focal|focale|high-level|no|not|non|pas|sans|without|aucune?|absence|presence|présence)\b"
    r"[\s:,]*)+",
    re.IGNORECASE,
)

# Any unit that is gone takes SDHB from the stain: van Nederveen, Lancet Oncol 2009.
_NO_SDH = re.compile(
    r"SDHx?[\s-]*(?:d[eé]fici\w+|loss\b|lost\b|perdue?\b)|(?:perte|loss) (?:de |d['’]|of )?SDHx?$", re.IGNORECASE
)
_JOINED = re.compile(r"([A-Z][A-Z0-9]{2,5}?)(?:c(?=\+|\s|$)\+?|(?=[A-Z]\d{2,4}[A-Z*]$))(.*)")


@cache
def symbol(text: str) -> str | None:
    """The approved symbol that a gene's name, old or new, stands for; None when it is no gene, or several.

    >>> symbol("HER2"), symbol("egfr"), symbol("H3F3A"), symbol("cough")
    ('ERBB2', 'EGFR', 'H3-3A', None)
    """
    name = text.strip()
    known = _ALIASES.get(name.upper())
    if known:
        return known
    found = genes.resolve(name) or genes.resolve(name.upper())
    return found.symbol if found else None


@cache
def symbols(text: str) -> tuple[str, ...]:
    """Every gene that a name stands for: RAS for KRAS and NRAS, CDKN2A/B for both; none when it is no gene.

    >>> symbols("RAS"), symbols("IDH1/2"), symbols("p53"), symbols("cough")
    (('KRAS', 'NRAS'), ('IDH1', 'IDH2'), ('TP53',), ())
    """
    name = text.strip()
    several = _SEVERAL.get(name.upper())
    if several:
        return several
    one = symbol(name)
    return (one,) if one else ()


@cache
def of_transcript(name: str) -> str | None:
    """The gene of a transcript or protein of RefSeq or Ensembl, whatever its version; None when it is not known.

    >>> of_transcript("NM_005228.5"), of_transcript("ENST00000275493"), of_transcript("NM_1")
    ('EGFR', 'EGFR', None)
    """
    return _transcripts().get(name.partition(".")[0])


@cache
def _transcripts() -> dict[str, str]:
    return {row["accession"]: row["gene"] for row in facts.rows("transcripts.tsv")}


def split(words: str) -> tuple[tuple[str, ...], str]:
    """The genes that a text speaks of and the rest of it; no gene when there is none, or when it cannot be told which.

    >>> split("EGFR L858R"), split("mutation du gène BRAF V600E"), split("METex14"), split("a cough")
    ((('EGFR',), 'L858R'), (('BRAF',), 'mutation du gène V600E'), (('MET',), 'ex14'), ((), 'a cough'))
    """
    glued = _glued(words)
    if glued:
        return glued
    for begin in dict.fromkeys((0, _prefix(words))):
        found = _leading(words, begin)
        if found:
            return found
    return _anywhere(words)


def _prefix(words: str) -> int:
    found = _BEFORE.match(words)
    return found.end() if found else 0


def _glued(words: str) -> tuple[tuple[str, ...], str] | None:
    """A gene and what it does in one word: METex14, EGFRvIII, H3K27M, gBRCA1."""
    met = re.match(r"(MET|EGFR|ERBB2|HER2|KIT)\s*(ex(?:on)?\.?\s*\d.*|vIII\b.*)", words, re.IGNORECASE)
    if met is not None and (gene := symbol(met[1])):
        return (gene,), met[2]
    histone = re.match(r"H3(?:\.([13])|F3A)?[\s-]*((?:p\.)?[KG]\d.*)", words)
    if histone is not None:
        return ("H3C2" if histone[1] == "1" else "H3-3A",), histone[2]
    if _NO_SDH.match(words) is not None:
        return ("SDHB",), "loss"
    if one_word := _one_word(words):
        return one_word
    # BCR-ABL1 T315I speaks of the kinase
    kinase = re.match(r"BCR\s?(?:::|[-/–])\s?ABL1?\s+((?:p\.)?[A-Z]\w*\d+\w*.*)", words, re.IGNORECASE)
    if kinase is not None and re.search(r"\d{3}", kinase[1]):
        return ("ABL1",), kinase[1]
    return None


def _one_word(words: str) -> tuple[tuple[str, ...], str] | None:
    """A gene of cancer and its change without a space between: JAK2V617F, NPM1c+."""
    found = _JOINED.match(words)
    gene = symbol(found[1]) if found is not None and symbol(words) is None else None
    if found is None or gene is None or not (found[2] or gene == "NPM1") or not _is_gene(found[1]):
        return None
    return (gene,), found[2] or "mutated"


def _leading(words: str, begin: int) -> tuple[tuple[str, ...], str] | None:
    rest = words[begin:]
    inherited = re.match(r"([gst])(BRCA1/2|BRCA[12]?|PALB2|ATM|TP53|CHEK2)m?\b(.*)", rest)
    if inherited is not None:
        # tBRCA was read in the tumour: that does not tell whether it was inherited
        origin = {"g": "germline", "s": "somatic"}.get(inherited[1], "")
        return symbols(inherited[2]), f"{origin} {inherited[3].strip() or 'mutation'}".strip()
    for end in reversed([found.end() for found in re.finditer(r"[^\s:,(]+", rest)][:2]):
        name = rest[:end].strip(" :,(")
        found = symbols(name)
        # a lone T is a translocation's, not the old name of TBXT
        if found and len(name) > 1 and name.upper() not in _NEVER and (begin == 0 or name.upper() not in _WORDS):
            after = rest[end:].strip(" :,")
            return found, f"{words[:begin].strip()} {after}".strip()
    dashed = re.match(r"([A-Za-z0-9]+)-(.+)", rest)
    if dashed is not None and (found := symbols(dashed[1])) and not _is_gene(dashed[2].partition(" ")[0]):
        return found, f"{words[:begin]} {dashed[2]}".strip()
    return None


def _is_gene(token: str) -> bool:
    """Whether a word is a second gene of cancer: `MSH2-MSH6 loss` speaks of two, and is not read as one."""
    found = symbol(token) if token.isupper() and token not in _WORDS else None
    return found is not None and (known := genes.resolve(found)) is not None and known.is_cancer_gene


def _anywhere(words: str) -> tuple[tuple[str, ...], str]:
    """The one cancer gene that stands, spelt exactly, in the text."""
    found: dict[str, str] = {}
    for token in re.findall(r"[A-Za-z][A-Za-z0-9]*(?:[-/][A-Za-z0-9]+)*", words):
        if token.upper() in _WORDS or not re.match(r"[A-Z]+[A-Z0-9/-]*$", token) or len(token) < 3:
            continue
        if token in _SEVERAL:
            return _SEVERAL[token], words.replace(token, " ").strip()
        gene = _ALIASES.get(token) or ((known := genes.resolve(token)) and known.is_cancer_gene and known.symbol) or ""
        if gene:
            found[gene] = token
    if len(found) != 1:
        return (), words
    gene, token = next(iter(found.items()))
    return (gene,), " ".join(words.replace(token, " ", 1).split())
