"""One finding from any spelling: `EGFR L858R`, `NM_005228.5:c.2573T>G (p.Leu858Arg)`, `METex14`, `EML4-ALK`, `MSI-H`.

What is not understood is None. Nothing is guessed: `EGFR mutation` is a variant of EGFR of which nothing more is known,
and what a text says was *not* found is never a finding: a gene that was looked at and is unchanged is `wild_type`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from chevet.genomics.alteration import Alteration
from chevet.genomics.fusion_names import fusion
from chevet.genomics.gene_findings import (
    ABSENT,
    REPAIR,
    STAR,
    TRANSCRIPT,
    WILD,
    of_gene,
    with_call,
    with_numbers,
    with_origin,
)
from chevet.genomics.gene_names import of_transcript, split, symbol, symbols
from chevet.genomics.measured_names import UNTOLD, measured

__all__ = ["all_named", "named", "parts_named", "symbol"]

_APART = re.compile(
    r"\s*(?:;|,(?!\d)|(?<!\d),|\s[+&/]\s|\band\b|\bet\b|\bor\b|\bou\b|(?<=[+-])/|(?<=negative)/|(?<=positive)/)\s*",
    re.IGNORECASE,
)
_LIST_WORDS = re.compile(
    r"\b(?:wild[- ]?type|wt|(?:type )?sauvages?|non[- ]mutée?s?|not mutated|unmutated|no|not|without|sans|pas|aucune?|"
    r"absence|negative|négati\w+|neg|detected|détectée?s?|actionable|oncogenic|genomic|tumou?r|mutations?|mutated|mutée?s?|"
    r"variants?|alterations?|altérations?|aberrations?|rearrangements?|réarrangements?|fusions?|and|et|or|ou|ni|nor|in|"
    r"of|de|d|du|des|dans|for|pour|the|la|le|les|genes?|gènes?|both|all|non|is|are|est|sont)\b|d['’]", re.IGNORECASE,
)  # fmt: skip
_MUTATED = re.compile(r"(?<!non )(?<!non-)(?<!not )(?<!pas )\b(?:mutée?s?|mutated)(?!\w)", re.IGNORECASE)
_MUTATION = re.compile(r"mutations?\b", re.IGNORECASE)  # "mutation KRAS, NRAS sauvage" says two things
_STROKES = re.compile(r"\s*/\s*")
_RECEPTORS = re.compile(
    r"(?<=[+-])\s+(?=(?:ER|PR|PgR|HR|RE|RP|RH|HER-?2)\b)|(?<=[%\d)])\s+(?=(?:ER|PR|PgR|RE|RP|HER-?2)\b\s*\S)|"
    r"(?<=negative)\s+(?=(?:ER|PR|HER-?2)\b)|(?<=positive)\s+(?=(?:ER|PR|HER-?2)\b)|"
    r"(?<=négatif)s?\s+(?=(?:RE|RP|HER-?2)\b)|(?<=positif)s?\s+(?=(?:RE|RP|HER-?2)\b)", re.IGNORECASE,
)  # fmt: skip
# What stands beside a finding and is none itself: shares of reads, depths, classes, how sure the laboratory is.
_BESIDE = re.compile(
    r"(?:v?af\b|vaf|fréquence|allel\w*|allél\w*|depth|profondeur|reads?\b|copies|copy number|cn\b|nombre de copies|"
    r"tier\b|class[e ]|pathogenic|likely|probablement|oncogenic|somatic|somatique|germline|germinale?|"
    r"constitution\w+|hereditary|inherited|héréditaire|\d+ (?:reads?|lectures?)\b|(?:arn|rna|fish|ngs|rt-?pcr)\b|"
    r"(?:partner|partenaire)\b|(?:allelic |allélique )?ratio\b|ar \d|"
    r"hétérozygote|heterozygous|homozygote|homozygous|exon|transcript|nm_|clonal|subclonal|\d+\s?%|[aev]\d{1,2}[ab]?$|[≈~]?\d+[.,]?\d*$)",
    re.IGNORECASE,
)
_TWO_ACIDS = re.compile(r"\b((?:p\.)?[A-Z]\d{1,4})([A-Z])/([A-Z])\b")  # V600E/K
_HER2_ISH = re.compile(r"(her-?2[^,;/]*\d\s?\+\)?)\s*(?:[,/;]|\bet\b|\band\b)\s*([fcs]?ish)\b", re.IGNORECASE)
_PLACES_OF_BREAK = re.compile(r"\b([A-Z]\d{1,2}[a-z]?);\s?([A-Z]\d{1,2})\b")  # E13;A20 is one place, no list
_NO_PARTNER = re.compile(
    r"[\s,;(-]*\b(?:(?:with (?:an? )?|avec (?:un )?)?(?:unknown|unidentified) partner|"
    r"partner (?:gene )?(?:is )?(?:unknown|unidentified|not (?:known|identified))|"
    r"(?:avec (?:un )?)?partenaire (?:inconnu|non (?:identifié|connu|déterminé))|"
    r"without (?:an? )?(?:known |identified )?partner|sans partenaire(?: identifié| connu| retrouvé)?)\b\)?",
    re.IGNORECASE,
)  # fmt: skip
_BETWEEN = re.compile(r"\b(?:between|entre)\s+([\w-]+)\s+(?:and|et)\s+([\w-]+)", re.IGNORECASE)
_REARRANGED = re.compile(
    r"\b(ABL1|ALK|BCL2|BCL6|FGFR[1-4]|JAK2|KMT2A|MLL|MYC|NTRK[1-3]?|NUP98|RARA|RET|ROS1)(?:-?r|-R)\b"
)
_UNDERSCORED = re.compile(r"\b([A-Z][A-Z0-9]{2,7})_([pc]\.|[A-Z]\d)")  # BRAF_V600E
# A fusion, and a change of the kinase in it: EML4-ALK G1202R.
_CHANGED_FUSION = re.compile(
    r"(?:fusion )?([^\s,]+(?:::|[-/])[^\s,]+)(?: fusion)?[\s,:]+"
    r"(?:(?:with|avec|an?|une|mutation|de|résistance|resistance) )*"
    r"\(?((?:p\.)?\(?[A-Z](?:[a-z]{2})?\d{3,4}(?:[A-Z*]\S*|[A-Z][a-z]{2}\S*))(?: mutation)?\)?"
)
_INTENSITIES = re.compile(r"(?<=[\s(])2\s?\+\s?(?:/|et|and|à)\s?3\s?\+(?!\w)")  # one level of staining: 80 % 2+/3+
_UNTOLD = frozenset({("IDH1", "IDH2"), ("FGFR2", "FGFR3")})  # which of the two decides what may be given


def all_named(text: str, *, gene: str = "") -> tuple[Alteration, ...]:
    """Every finding that a text names, however many it joins; none when any part of it is not understood.

    >>> [one.gene for one in all_named("RAS wild-type")], [one.value for one in all_named("ER+/PR-/HER2-")]
    (['KRAS', 'NRAS'], ['positive', 'negative', 'negative'])
    >>> [one.protein_change for one in all_named("EGFR T790M/C797S")], all_named("KRAS G12C not detected")
    (['p.T790M', 'p.C797S'], ())
    """
    found, left = parts_named(text, gene=gene)
    return () if left else found


def parts_named(text: str, *, gene: str = "") -> tuple[tuple[Alteration, ...], tuple[str, ...]]:
    """The findings that a text names, and the parts of it that name none.

    >>> parts_named("KRAS G12C, a cough")[1], len(parts_named("KRAS G12C (VAF 34 %), STK11 loss")[0])
    (('a cough',), 2)
    """
    words = _clean(text)
    if not words or len(words) > 2000:
        return (), (text[:60],) if text.strip() else ()
    whole = _sides(words, gene) or (() if gene else _unchanged(words)) or _whole(words, gene)
    if whole:
        return whole, ()
    parts = [one for part in _apart(words) for one in _strokes(part, gene)]
    found: list[Alteration] = []
    left: list[str] = []
    for part in parts:
        if found and _BESIDE.match(part.strip(" ()")) and not split(part)[0]:
            found[-1] = with_call(with_origin(with_numbers(found[-1], part), part), part)
            continue
        if found and found[-1].name == "mmr" and symbol(part.strip()) in REPAIR:
            continue  # the other half of the pair that is lost: MLH1 and PMS2
        made = _sides(part, gene) or _named(part, gene)
        if not made and found and found[-1].gene and not symbol(part.split(" ")[0].strip(":,")):
            made = _named(part, found[-1].gene) if found[-1].type == "variant" else ()
        if made:
            found += [one for one in made if not any(_is_same(one, other) for other in found)]
        else:
            left.append(part)
    return tuple(found), tuple(left)


def _is_same(one: Alteration, other: Alteration) -> bool:
    return replace(one, as_given="") == replace(other, as_given="")


def named(text: str, *, gene: str = "") -> Alteration | None:
    """The finding that a text names; None when it names none, or several.

    gene   approved symbol, where a column of its own says it

    >>> named("EGFR L858R").protein_change, named("NM_005228.5:c.2573T>G (p.Leu858Arg)", gene="EGFR").cdna
    ('p.L858R', 'c.2573T>G')
    >>> sorted(named("METex14").classes), named("EML4-ALK").fusion, named("HER2 amplification").type
    (['exon_14_skipping'], ('EML4', 'ALK'), 'amplification')
    >>> named("H3 K27M").protein_change, named("MSI-H").value, named("KRAS wild-type").type, named("hello") is None
    ('p.K28M', 'high', 'wild_type', True)
    """
    found = all_named(text, gene=gene)
    return found[0] if len(found) == 1 else None


def _clean(text: str) -> str:
    plain = " ".join(text.replace("\u2013", "-").replace("\u2011", "-").replace("\u2010", "-").split())
    plain = _INTENSITIES.sub("2-3+", plain)
    plain = _set_apart(_SECOND_CHANGE.sub(r"\1, ", plain))
    plain = _NO_PARTNER.sub("", _PLACES_OF_BREAK.sub(r"\1:\2", plain))
    plain = _UNDERSCORED.sub(lambda found: f"{found[1]} {found[2]}" if symbol(found[1]) else found[0], plain)
    plain = _REARRANGED.sub(r"\1 rearranged", _BETWEEN.sub(r"\1::\2", plain))
    return _HER2_ISH.sub(r"\1 \2", _TWO_ACIDS.sub(r"\1\2/\1\3", plain))


# Two findings with nothing but a space between: `EGFR L858R T790M`, `KRAS G12C TP53 R273H`, `BRAF V600E MSI-H`.
_CHANGE = (
    r"(?:p\.)?\(?(?:[A-Z]\d{2,4}[A-Z*]|[A-Z][a-z]{2}\d{1,4}(?:[A-Z][a-z]{2}|\*)|"
    r"[A-Z]\d+(?:_[A-Z]\d+)?(?:fs|del|ins|dup)\S*)\)?"
)
_SECOND_CHANGE = re.compile(rf"(?<![^\s])({_CHANGE})\s+(?={_CHANGE}(?:\s|$))")
_MARKER = re.compile(r"MSI-[HL]|MSS|[dp]MMR")
_MARKER_BEGINS = re.compile(rf"(?:{_MARKER.pattern}|MSI|TMB\S*|PD-?L1|HRD\S*|ER|PR|RE|RP|HER-?2|CPS|TPS|1p/?19q)\S*")
_TOLD = re.compile(
    rf"{_CHANGE}|\d+(?:[.,]\d+)?%|mut/Mb|{_MARKER.pattern}|(?i:wt|sauvage|wild-type|amplifiée?|amplified|mutée?|mutated)"
)


def _set_apart(words: str) -> str:
    """A comma before the second finding, where it begins with a gene or a marker."""
    tokens = words.split(" ")
    for place in range(1, len(tokens)):
        before, here, behind = tokens[place - 1], tokens[place], tokens[place + 1 :]
        if not _TOLD.fullmatch(before) or (place == 1 and not _MARKER.fullmatch(before)):
            continue
        if _MARKER_BEGINS.fullmatch(here) or (behind and here.isupper() and len(split(f"{here} x")[0]) == 1):
            tokens[place - 1] += ","
    return " ".join(tokens)


def _whole(words: str, gene: str) -> tuple[Alteration, ...]:
    """The text as one finding, where nothing in it speaks of a second one."""
    if len(_apart(words)) != 1:
        return ()
    parts = _strokes(words, gene)
    return _named(words, gene) if len(parts) == 1 else ()


def _unchanged(words: str) -> tuple[Alteration, ...]:
    """The genes of a list of which a text says that none is changed: `KRAS, NRAS and BRAF wild-type`."""
    if (
        UNTOLD.search(words)
        or _MUTATED.search(words)
        or (WILD.search(words) and _MUTATION.match(words))
        or not (WILD.search(words) or ABSENT.search(words))
    ):
        return ()
    named = [one for one in re.split(r"[\s,;/+&]+", _LIST_WORDS.sub(" ", words).strip(" .:")) if one]
    found = [gene for one in named for gene in symbols(one)]
    if len(named) < 2 or not all(symbols(one) for one in named):
        return ()
    return tuple(Alteration("wild_type", gene=gene, as_given=words) for gene in dict.fromkeys(found))


def _apart(words: str) -> list[str]:
    """The pieces between commas and joining words; what stands in brackets is not cut."""
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        held.append(found[0])
        return f"\x00{len(held) - 1}\x00"

    masked = re.sub(r"\([^()]*\)", hold, _RECEPTORS.sub(", ", words.replace("\x00", " ")))
    pieces = [piece.strip() for piece in _APART.split(masked)]
    return [re.sub("\x00(\\d+)\x00", lambda found: held[int(found[1])], piece) for piece in pieces if piece]


def _strokes(part: str, gene: str) -> list[str]:
    """The pieces between strokes, where each is a finding by itself or a change of the gene before."""
    if (
        "/" not in re.sub(r"\([^()]*\)", "", part)
        or STAR.search(part)
        or _named_fusion(part, gene)
        or (split(part)[0] and "/" not in split(part)[1])
    ):
        return [part]
    pieces = [piece for piece in _STROKES.split(part) if piece]
    if not pieces:
        return [part]
    first = pieces[0]
    last = pieces[-1].partition(" ")[2]
    if all(symbol(piece) for piece in (*pieces[:-1], pieces[-1].split(" ")[0])) and last:
        return [f"{piece} {last}" for piece in (*pieces[:-1], pieces[-1].split(" ")[0])]
    if not _named(first, gene):
        return [part]
    genes = (gene,) if gene else split(first)[0]
    for piece in pieces[1:]:
        if not _named(piece, "") and not (len(genes) == 1 and _named(piece, genes[0])):
            return [part]
    return pieces


def _sides(part: str, gene: str) -> tuple[Alteration, ...]:
    """What stands on both sides of a dash, where each is a finding: `KRAS G12C - STK11 loss`."""
    sides = part.split(" - ")
    if gene or len(sides) != 2 or _named_fusion(part, gene) is not None or not all(split(side)[0] for side in sides):
        return ()
    told = [_named(side, "") for side in sides]
    return tuple(one for side in told for one in side) if all(told) else ()


def _named_fusion(words: str, gene: str) -> Alteration | None:
    return None if ABSENT.search(words) else fusion(words, gene=gene)


def _named(words: str, gene: str) -> tuple[Alteration, ...]:
    if UNTOLD.search(words):
        return ()
    joined = _named_fusion(words, gene)
    if joined is not None:
        return (joined,)
    if changed := _changed_fusion(words):
        return changed
    marker = None if gene else measured(words)
    if marker is not None:
        return (marker,)
    genes, rest = ((gene,), _without_gene(words, gene)) if gene else split(words)
    if not genes:
        transcript = TRANSCRIPT.match(words)
        inside = (symbol(transcript[2] or "") or of_transcript(transcript[1])) if transcript else None
        genes, rest = ((inside,), words) if inside else ((), words)
    made = tuple(one for each in genes if (one := of_gene(each, rest, words)) is not None)
    if genes in _UNTOLD and any(one.type != "wild_type" for one in made):
        return ()
    return made if len(made) == len(genes) else ()


def _changed_fusion(words: str) -> tuple[Alteration, ...]:
    """A fusion with a change of the partner that drives; of BCR::ABL1 the change alone, which says it by itself."""
    found = _CHANGED_FUSION.fullmatch(words)
    joined = fusion(found[1]) if found is not None and not ABSENT.search(words) else None
    if found is None or joined is None:
        return ()
    change = of_gene(joined.gene, found[2], words)
    if change is None or change.protein_change is None:
        return ()
    return (change,) if joined.fusion == ("BCR", "ABL1") else (joined, change)


def _without_gene(words: str, gene: str) -> str:
    found, rest = split(words)
    return rest if found == (gene,) else words
