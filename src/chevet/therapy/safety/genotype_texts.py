"""A genotype in words: `UGT1A1 *28/*28`, `DPYD: activity score 1`, `déficit partiel en DPD`, `UGT1A1 (TA)6/(TA)7`.

Only what is said plainly is read. A sentence that denies one variant, or that says that a result is awaited, says
nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from chevet.therapy.safety.alleles import GENES, Allele, Haplotype, Phenotype, alleles, haplotype, named, reference

# Beyond these a note is no note; what lies behind is left unread.
LONGEST_NOTE = 50_000
MENTIONS_AT_MOST = 50
_STAR = r"\*\s?\d+[A-Z]?"
_PAIR = re.compile(rf"({_STAR})\s*[/|]\s*({_STAR})", re.IGNORECASE)
_REPEATS = re.compile(r"\(?(?:TA)?\)?\s?([5-8])\s*/\s*\(?(?:TA)?\)?\s?([5-8])(?![\d*])", re.IGNORECASE)
_REPEAT_NAMES = {"5": "*36", "6": "*1", "7": "*28", "8": "*37"}
_SCORE = re.compile(
    r"(?:activity score|score d['’ ]?activité|gene activity|\bGAS\b|\bAS\b)\s*[:=]?\s*([0-2](?:[.,]\d+)?)",
    re.IGNORECASE,
)
_HOMOZYGOUS = re.compile(r"homozyg\w*|\bhom\b|\b1[/|]1\b", re.IGNORECASE)
_HETEROZYGOUS = re.compile(r"h[eé]t[eé]rozyg\w*|\bhet\b|\b0[/|]1\b|\b1[/|]0\b", re.IGNORECASE)
_AWAITED = re.compile(
    r"not (?:yet )?(?:tested|done|available|known|determined|performed)|untested|pending|awaited|unknown|to be tested|"
    r"non (?:testée?|faite?|réalisée?|connue?|déterminée?)|en attente|en cours|inconnue?|à (?:faire|tester)",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"not (?:detected|found|present)|\babsen(?:t|ce)|negative|négati\w+|non (?:détectée?|retrouvée?|trouvée?)|"
    r"\b(?:no|without|aucun|pas de|sans)\b", re.IGNORECASE,
)  # fmt: skip
_DENIES = re.compile(r"\b(?:no|not an?|without|pas de|aucun|sans|absence (?:de|of))\s*$", re.IGNORECASE)
_NORMAL = re.compile(
    r"wild[- ]?type|\bwt\b|\bnormale?\b|\bsauvage\b|"
    r"\b(?:no|without|aucun|pas de|sans|absence de)\s+(?:\w+\s+)?(?:variant|mutation|deficien|déficit)",
    re.IGNORECASE,
)
_PHENOTYPES: tuple[tuple[re.Pattern[str], Phenotype], ...] = (
    (re.compile(r"\b(?:poor|slow) metaboli[sz]er|métaboliseur lent", re.IGNORECASE), "poor"),
    (re.compile(r"\bintermediate metaboli[sz]er|métaboliseur intermédiaire", re.IGNORECASE), "intermediate"),
    (re.compile(r"\b(?:normal|extensive) metaboli[sz]er|métaboliseur (?:normal|rapide)", re.IGNORECASE), "normal"),
    (re.compile(r"\bcomplete (?:DPD )?deficien\w+|déficit (?:complet|total)", re.IGNORECASE), "poor"),
    (re.compile(r"\bpartial (?:DPD )?deficien\w+|déficit partiel", re.IGNORECASE), "intermediate"),
)  # fmt: skip
_NAMES = {"DPYD": r"DPYD|DPD"}
_ANY_GENE = re.compile(rf"\b(?:{'|'.join(_NAMES.get(gene, gene) for gene in GENES)})\b", re.IGNORECASE)
_END = re.compile(r"[;\n]|\.(?=\s|$)")


@dataclass(frozen=True)
class Told:
    """What a text says of a gene: a pair, a score, a phenotype, or alleles with their copies (None: not said)."""

    pair: tuple[Haplotype, Haplotype] | None = None
    score: float | None = None
    phenotype: Phenotype | None = None
    alleles: tuple[Allele, ...] = field(default=())
    copies: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether both chromosomes are told."""
        return self.pair is not None or self.score is not None or self.phenotype is not None


def told(gene: str, text: str) -> Told:
    """What a text about this gene says.

    >>> told("UGT1A1", "UGT1A1 *28/*28").pair[0].name, told("DPYD", "DPYD activity score 1,5").score
    ('*28', 1.5)
    >>> [one.name for one in told("DPYD", "DPYD c.1905+1G>A heterozygous").alleles], told("DPYD", "DPYD pending")
    (['*2A'], Told(pair=None, score=None, phenotype=None, alleles=(), copies=None))
    """
    if _AWAITED.search(text):
        return Told()
    pair = _pair(gene, text)
    if pair is not None:
        return Told(pair=pair)
    score = _SCORE.search(text)
    if score is not None and gene in ("DPYD", "CYP2D6", "CYP2C9"):
        return Told(score=float(score[1].replace(",", ".")))
    for pattern, phenotype in _PHENOTYPES:
        named_so = pattern.search(text)
        if named_so is not None:
            # "no complete deficiency" leaves a partial one open: it says nothing
            return Told() if _DENIES.search(text[: named_so.start()]) else Told(phenotype=phenotype)
    found = _alleles(gene, text)
    if found:
        return Told() if _DENIED.search(text) else Told(alleles=found, copies=copies(text))
    if _NORMAL.search(text):
        return Told(pair=(reference(gene), reference(gene)))
    return Told()


def copies(text: str) -> int | None:
    """On how many chromosomes a text says that a variant is; None when it does not say.

    >>> copies("DPYD *2A, hétérozygote"), copies("1/1"), copies("DPYD *2A")
    (1, 2, None)
    """
    both, one = _HOMOZYGOUS.search(text) is not None, _HETEROZYGOUS.search(text) is not None
    return None if both == one else (2 if both else 1)


def parts(gene: str, text: str) -> Iterator[str]:
    """The parts of a note that speak of this gene: from its name (with what stands just before) to the next gene.

    >>> list(parts("UGT1A1", "DPYD *1/*1, UGT1A1 *28/*28. Well."))
    ['UGT1A1 *28/*28']
    """
    for sentence in _END.split(text[:LONGEST_NOTE]):
        found = list(_ANY_GENE.finditer(sentence))[:MENTIONS_AT_MOST]
        for number, one in enumerate(found):
            if re.fullmatch(_NAMES.get(gene, gene), one[0], re.IGNORECASE) is None:
                continue
            # "no DPYD variant", "partial DPD deficiency": the words before belong to the first gene of a sentence
            start = 0 if number == 0 else one.start()
            end = found[number + 1].start() if number + 1 < len(found) else len(sentence)
            yield _before(sentence[start : one.start()]) + sentence[one.start() : end].strip(" ,")


def _before(words: str) -> str:
    """The last words before a gene, up to a comma."""
    near = words.rpartition(",")[2].split()[-8:]
    return " ".join(near) + " " if near else ""


def _pair(gene: str, text: str) -> tuple[Haplotype, Haplotype] | None:
    stars = _PAIR.search(text)
    names = [stars[1], stars[2]] if stars is not None else []
    if not names and gene == "UGT1A1" and (repeats := _REPEATS.search(text)) is not None:
        names = [_REPEAT_NAMES[repeats[1]], _REPEAT_NAMES[repeats[2]]]
    found = [_haplotype(gene, name) for name in names]
    if len(found) != 2 or found[0] is None or found[1] is None:
        return None
    return found[0], found[1]


def _haplotype(gene: str, name: str) -> Haplotype | None:
    plain = name.replace(" ", "").upper()
    if plain in ("*1", "*1A"):
        return reference(gene)
    one = named(gene, plain)
    return None if one is None else haplotype(gene, [one])


def _alleles(gene: str, text: str) -> tuple[Allele, ...]:
    """Every allele that a text names by its star, its rs number or its change."""
    plain = re.sub(r"(?<=c\.)\s", "", text)
    found = [one for one in alleles(gene) if any(_names(word, plain) for word in _words(one))]
    return tuple({one.name: one for one in found}.values())


def _words(one: Allele) -> tuple[str, ...]:
    # several alleles of a repeat share one rs number, which then says nothing
    shared = one.alt.startswith("alt")
    return tuple(word for word in (one.name, *one.other_names, "" if shared else one.rs, one.cdna, one.protein) if word)


def _names(word: str, text: str) -> bool:
    # a star may follow its gene without a space
    before = r"(?<!\*)" if word.startswith("*") else r"(?<![\w*])"
    return re.search(rf"{before}{re.escape(word)}(?![\w*])", text, re.IGNORECASE) is not None
