"""One finding from any spelling: `EGFR L858R`, `NM_005228.5:c.2573T>G (p.Leu858Arg)`, `METex14`, `EML4-ALK`, `MSI-H`.

What is not understood is None. Nothing is guessed: `EGFR mutation` is a variant of EGFR of which nothing more is known.
"""

from __future__ import annotations

import re
from functools import cache

from chevet.genomics import facts
from chevet.genomics.alteration import Alteration
from chevet.genomics.measured_names import measured
from chevet.words import genes, proteins

_AMPLIFIED = re.compile(r"\b(?:amp|amplif\w*|high[- ]level gain)\b", re.IGNORECASE)
_DELETED = re.compile(
    r"\b(?:homozygous (?:deletion|loss)|homdel|deep del\w*|biallelic (?:deletion|loss)|délétion homozygote|"
    r"two[- ]copy loss|copy[- ]number loss, homozygous|loss|lost|perte)\b", re.IGNORECASE,
)  # fmt: skip
_FUSED = re.compile(r"\b(?:fusion|rearrange\w*|réarrange\w*|translocation|fused|fusionné)\b", re.IGNORECASE)
_WILD = re.compile(r"\b(?:wild[- ]?type|wt|sauvage|non muté[e]?|not mutated|unmutated)\b", re.IGNORECASE)
_VARIANT = re.compile(r"\b(?:mutation|mutated|mutant|muté[e]?|variant|alteration|pathogenic)\b", re.IGNORECASE)
_EXON = re.compile(
    r"\b(?:exon|ex)\.?\s*(\d+)\s*(?:-?\s*)(deletion|del|délétion|insertion|ins|skipping|mutation|variant)?\b",
    re.IGNORECASE,
)
_EXON_FR = re.compile(r"\b(délétion|insertion|mutation|saut)\s+(?:de\s+l['’]|d['’])?exon\s*(\d+)\b", re.IGNORECASE)
_SYMBOL = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-.][A-Za-z0-9]+)?")
_TRANSCRIPT = re.compile(r"\b((?:NM|NR|NP|ENST|ENSP|LRG)_?[0-9]+(?:t\d+)?(?:\.\d+)?)\b(?:\(([A-Z0-9-]+)\))?")
_CDNA = re.compile(r"\bc\.\s?([-*]?\d+[^\s(),;]*)")
_PROTEIN = re.compile(r"\bp\.\s?\(?[A-Za-z*=?][^\s;,]*")
_BARE = re.compile(
    r"\b(?:[A-Z*]\d+(?:[A-Z*]|_[A-Z]\d+)\S*|[A-Z][a-z]{2}\d+(?:[A-Z][a-z]{2}|\*|_)\S*|[A-Z]\d+(?:fs|del|ins|dup)\S*)"
)
_RESIDUE = re.compile(r"\b(?:p\.)?([ACDEFGHIKLMNPQRSTVWY])(\d+)(?:X)?\b")
_FUSION_SIGNS = ("::", "--", "–", "-", "/", " - ")
_ALIASES = {
    "HER2": "ERBB2", "HER-2": "ERBB2", "HER2/NEU": "ERBB2", "HER3": "ERBB3", "H3K27M": "H3-3A", "H3F3A": "H3-3A",
    "H3.3": "H3-3A", "C-MET": "MET", "CMET": "MET", "PD-L1": "CD274", "P53": "TP53", "P16": "CDKN2A", "INI1": "SMARCB1",
    "BRG1": "SMARCA4", "MLL": "KMT2A", "C-KIT": "KIT", "TRKA": "NTRK1", "TRKB": "NTRK2", "TRKC": "NTRK3",
}  # fmt: skip


@cache
def symbol(text: str) -> str | None:
    """The approved symbol that a gene's name, old or new, stands for; None when it is no gene.

    >>> symbol("HER2"), symbol("egfr"), symbol("H3F3A"), symbol("cough")
    ('ERBB2', 'EGFR', 'H3-3A', None)
    """
    name = text.strip()
    known = _ALIASES.get(name.upper())
    if known:
        return known
    found = genes.resolve(name) or genes.resolve(name.upper())
    return found.symbol if found else None


def named(text: str, *, gene: str = "") -> Alteration | None:
    """The finding that a text names; None when it names none.

    gene   approved symbol, where a column of its own says it

    >>> named("EGFR L858R").protein_change, named("NM_005228.5:c.2573T>G (p.Leu858Arg)", gene="EGFR").cdna
    ('p.L858R', 'c.2573T>G')
    >>> sorted(named("METex14").classes), named("EML4-ALK").fusion, named("HER2 amplification").type
    (['exon_14_skipping'], ('EML4', 'ALK'), 'amplification')
    >>> named("H3 K27M").protein_change, named("MSI-H").value, named("KRAS wild-type").type, named("hello") is None
    ('p.K28M', 'high', 'wild_type', True)
    """
    words = " ".join(text.replace("\u2013", "-").replace("\u2011", "-").split())
    if not words or len(words) > 400:
        return None
    return (
        (_fusion(words, gene))
        or (measured(words) if not gene else None)
        or _of_gene(words, gene)
    )  # fmt: skip


_APART = re.compile(r"\s*(?:[,;]|\band\b|\bet\b|(?<=[+-])/|(?<=negative)/|(?<=positive)/)\s*", re.IGNORECASE)
_RAS = re.compile(r"\b(?:all[- ]?)?RAS\b", re.IGNORECASE)


def all_named(text: str, *, gene: str = "") -> tuple[Alteration, ...]:
    """Every finding that a text names: one, or several joined by commas, `and` or strokes; RAS is KRAS and NRAS.

    >>> [one.gene for one in all_named("RAS wild-type")], [one.value for one in all_named("ER+/PR-/HER2-")]
    (['KRAS', 'NRAS'], ['positive', 'negative', 'negative'])
    """
    if not gene and _RAS.match(text.strip()):
        both = [named(_RAS.sub(one, text.strip(), count=1)) for one in ("KRAS", "NRAS")]
        return tuple(one for one in both if one is not None and one.type == "wild_type")
    parts = [part for part in _APART.split(text) if part]
    if len(parts) > 1 and not gene:
        found = [named(part) for part in parts]
        if all(one is not None for one in found):
            return tuple(one for one in found if one is not None)
    one = named(text, gene=gene)
    return () if one is None else (one,)


def _of_gene(words: str, gene: str) -> Alteration | None:
    found, rest = (gene, words) if gene else _split(words)
    if not found:
        return None
    if gene:
        rest = re.sub(rf"^{re.escape(gene)}[\s:,-]*", "", words)
    legacy = _legacy(found, rest)
    if legacy is not None:
        return legacy
    change = _small(found, rest, words)
    if change is not None:
        return change
    for pattern, kind in ((_AMPLIFIED, "amplification"), (_DELETED, "deletion"), (_WILD, "wild_type")):
        if pattern.search(words):
            return Alteration(kind, gene=found, as_given=words)  # type: ignore[arg-type]
    if _FUSED.search(words):
        return Alteration("fusion", gene=found, as_given=words)
    exon = _exon(rest)
    if exon:
        return Alteration("variant", gene=found, classes=frozenset(exon), as_given=words)
    residue = _RESIDUE.search(rest)
    if residue:
        place = f"p.{residue[1]}{residue[2]}"
        return Alteration("variant", gene=found, classes=frozenset({place}), as_given=words)
    if _VARIANT.search(rest):
        return Alteration("variant", gene=found, as_given=words)
    return None


def _split(words: str) -> tuple[str, str]:
    """The gene that a text begins with (or names in brackets behind a transcript), and what follows."""
    transcript = _TRANSCRIPT.match(words)
    if transcript is not None:
        inside = symbol(transcript[2]) if transcript[2] else None
        return (inside or "", words) if inside else ("", words)
    glued = re.match(r"(MET)\s*(ex(?:on)?\s*14.*)", words, re.IGNORECASE)
    if glued is not None:
        return "MET", glued[2]
    if re.match(r"H3(?:\.[13])?[\s-]*(?:K|G|p\.)", words):
        return "H3-3A", re.sub(r"^H3(?:\.[13])?[\s-]*", "", words)
    for end in [found.end() for found in re.finditer(r"[^\s:,(]+", words)][:2]:
        found = symbol(words[:end].strip(" :,("))
        if found:
            return found, words[end:].strip(" :,")
    dashed = re.match(r"([A-Za-z0-9]+)-(.+)", words)
    if dashed is not None and (found := symbol(dashed[1])):
        return found, dashed[2]
    return "", words


def _small(gene: str, rest: str, words: str) -> Alteration | None:
    """A small variant by its protein or coding change."""
    transcript = _TRANSCRIPT.search(words)
    cdna = _CDNA.search(rest)
    protein = None
    for pattern in (_PROTEIN, _BARE):
        for found in pattern.finditer(rest):
            protein = proteins.without_removed(proteins.short(_trimmed(found[0])))
            if protein is not None:
                break
        if protein is not None:
            break
    if protein is None and cdna is None:
        return None
    return Alteration(
        "variant", gene=gene, protein_change=protein, cdna=f"c.{_trimmed(cdna[1])}" if cdna else None,
        transcript=transcript[1] if transcript else None, as_given=words,
    )  # fmt: skip


def _trimmed(text: str) -> str:
    """Without the bracket or stop that the sentence put after it."""
    stripped = text.rstrip(".,;")
    while stripped.endswith(")") and stripped.count("(") < stripped.count(")"):
        stripped = stripped[:-1]
    return stripped


def _exon(rest: str) -> set[str]:
    found, french = _EXON.search(rest), _EXON_FR.search(rest)
    if found is None and french is None:
        return set()
    number, kind = (found[1], (found[2] or "").lower()) if found else (french[2], french[1].lower())  # type: ignore[index]
    classes = {f"exon_{number}"}
    if kind.startswith(("del", "dél")):
        classes.add(f"exon_{number}_deletion")
    elif kind.startswith("ins"):
        classes.add(f"exon_{number}_insertion")
    elif kind in ("skipping", "saut"):
        classes.add(f"exon_{number}_skipping")
    return classes


def _legacy(gene: str, rest: str) -> Alteration | None:
    """A name that the field uses beside HGVS."""
    squeezed = re.sub(r"[\s'’()\[\]_-]|mutations?$|variants?$|positive$", "", rest.lower()).removeprefix("p.")
    kept = re.sub(r"[\s()\[\]]", "", rest.lower())
    row = _legacy_rows().get((gene, squeezed)) or _legacy_rows().get((gene, kept))
    if row is None:
        return None
    return Alteration(
        "variant", gene=gene, protein_change=row["protein_change"] or None, cdna=row["cdna"] or None,
        classes=frozenset(row["classes"].split("|")) if row["classes"] else frozenset(), as_given=f"{gene} {rest}",
    )  # fmt: skip


@cache
def _legacy_rows() -> dict[tuple[str, str], dict[str, str]]:
    return {(row["gene"], row["name"]): row for row in facts.rows("legacy_names.tsv")}


def _fusion(words: str, gene: str) -> Alteration | None:
    """Two genes joined by a sign; a dash only when both are genes and no gene bears the whole as its name."""
    body = re.sub(_FUSED, "", words).strip(" ,;:")
    body = re.sub(r"\s*\((?:[^)]*)\)\s*$", "", body)
    for sign in _FUSION_SIGNS:
        five, joined, three = body.partition(sign)
        if not joined or " " in five.strip() or " " in three.strip():
            continue
        unknown = {"", "?", "*", "v", "x", "unknown", "inconnu"}
        left, right = symbol(five.strip()), symbol(three.strip())
        if sign not in ("::", "--") and (left is None or right is None or symbol(body)):
            continue
        if (
            (left or five.strip().lower() in unknown)
            and (right or three.strip().lower() in unknown)
            and (left or right)
        ):
            return Alteration(
                "fusion", gene=gene or right or left or "", fusion=(left or "", right or ""), as_given=words
            )
    return None
