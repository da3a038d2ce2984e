"""What a text says of one gene: a small change, an exon, copies, a fusion, or that it is unchanged."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from chevet.genomics import facts
from chevet.genomics.alteration import Alteration, Origin
from chevet.genomics.classes import CALLED
from chevet.genomics.fusion_names import WORDS as FUSED
from chevet.genomics.known_variants import residue_of_any
from chevet.words import proteins

TRANSCRIPT = re.compile(r"\b((?:NM_|NR_|NP_|ENST|ENSP|LRG_)[0-9]+(?:t\d+)?(?:\.\d+)?)(?:\(([A-Z0-9-]+)\))?")
_AMPLIFIED = re.compile(r"\b(?:amp|amplif\w*|high[- ]level gain)\b", re.IGNORECASE)
_DELETED = re.compile(
    r"\b(?:homozygous (?:deletion|loss)|homdel|deep del\w*|biallelic (?:deletion|loss|inactivation)|"
    r"délétion (?:homozygote|biallélique)|two[- ]copy loss|copy[- ]number loss, homozygous|"
    r"loss(?![- ]of[- ]function)|lost|perte(?! de fonction)|null(?! (?:variant|mutation))|"
    r"deletion|deleted|del|délétion|délétée?|deficien\w+|défici\w+)\b", re.IGNORECASE,
)  # fmt: skip
_GAINED = re.compile(r"\b(?:gain|gained|copy[- ]number gain|polysom\w+)\b", re.IGNORECASE)
_ONE_COPY = re.compile(
    r"\b(?:heterozygous|hétérozygote|hemizygous|hémizygote|single[- ]copy|shallow|loh|loss of heterozygosity|"
    r"perte d['’]hétérozygotie|copy[- ]number loss)\b", re.IGNORECASE,
)  # fmt: skip
_EXPRESSED = re.compile(r"\b(?:loss of|lost|perte d['’]?e?|perte de l['’])\s*(?:protein )?expression|expression lost|"
                        r"\bihc loss", re.IGNORECASE)  # fmt: skip
REPAIR = frozenset({"MLH1", "MSH2", "MSH6", "PMS2"})
WILD = re.compile(
    r"\b(?:wild[- ]?type|wt|(?:type )?sauvages?|non[- ]mutée?s?|not mutated|unmutated|no mutation|normal)\b",
    re.IGNORECASE,
)
ABSENT = re.compile(
    r"\b(?:no|not|without|sans|pas|aucune?|absence|absente?|negative|négati\w+|neg|undetected|non)\b"
    r"(?![- ](?:frameshift|sens|sense|coding|codante?|synonym\w+|small|squamous|truncating))",
    re.IGNORECASE,
)
_POSITIVE = re.compile(r"(?:\bpositive?\b|\bpositif\b|\+(?!\d))", re.IGNORECASE)
_VARIANT = re.compile(
    r"\b(?:mutations?|mutated|mutant|mutée?|variants?|alterations?|altération|pathogenic|pathogène|nonsense|non-sens|"
    r"frameshift|truncating|tronquante|inactivation|inactivating|inactivatrice|splice|bi-?all[eé]l\w+|multi-?hit|bzip)\b",
    re.IGNORECASE,
)  # fmt: skip
# The laboratory's own word that a variant counts; ACMG classes 4 and 5.
_CALLED = re.compile(
    r"\b(?:pathogenic|pathogène|(?:acmg )?class(?:e)? ?(?:[45]|iv|v)|deleterious|délétère|oncogenic|oncogénique|"
    r"activating|activatrice|inactivating|inactivatrice|inactivation|loss[- ]of[- ]function|perte de fonction|lof)\b",
    re.IGNORECASE,
)
_DOUBTED = re.compile(
    r"\b(?:vus|benign|bénin\w*|possibly|possiblement|conflicting|class(?:e)? ?(?:[123]|i{1,3})|"
    r"(?:uncertain|unknown) (?:significance|pathogenicity)|(?:signification|pathogénicité) (?:inconnue|incertaine))\b",
    re.IGNORECASE,
)
_CUTTING = re.compile(r"\b(?:nonsense|non-sens|frameshift|truncating|tronquante)\b", re.IGNORECASE)
_GERMLINE = re.compile(
    r"\b(?:germ[- ]?line|germinale?|constitutional|constitutionnel(?:le)?|hereditary|inherited|héréditaire)\b",
    re.IGNORECASE,
)
_SOMATIC = re.compile(r"\b(?:somatic|somatique)\b", re.IGNORECASE)
_EXON = re.compile(
    r"\b(?:exon|ex)\.?\s*(\d+)[\s-]*(deletion|del|délétion|insertion|ins|duplication|skipping|skip|mutation|variant)?\b",
    re.IGNORECASE,
)
_EXON_AFTER = re.compile(
    r"\b(délétion|deletion|del|insertion|ins|mutation|saut|skipping)\s+(?:(?:of|in|dans|de)\s+)?(?:l['’]|d['’])?"
    r"(?:exon|ex)\.?\s*(\d+)\b",
    re.IGNORECASE,
)
_CDNA = re.compile(r"\bc\.\s?([-*]?\d+[^\s(),;]*)")
_PROTEIN = re.compile(r"\bp\.\s?\(?[A-Za-z*=?][^\s;,]*")
_BARE = re.compile(
    r"(?<![\w.])(?:[A-Z*]\d+(?:[A-Z*]+|=|_[A-Z]\d+)\S*|[A-Z][a-z]{2}\d+(?:[A-Z][a-z]{2}|\*|_|=)\S*|"
    r"[A-Z]\d+(?:fs|del|ins|dup)\S*)"
)
_RESIDUE = re.compile(r"(?<![\w.])(?:p\.)?([ACDEFGHIKLMNPQRSTVWY])(\d{2,4})(?:X|mut\b)?(?![\w*])")
STAR = re.compile(r"\*\s?\d+[A-Z]?\b")
_STAR_GENES = frozenset({"DPYD", "UGT1A1", "TPMT", "NUDT15", "CYP2D6", "CYP2C19", "CYP2C9", "CYP2B6", "G6PD"})
_UNCERTAIN = re.compile(r"\bvus\b|unknown significance|uncertain significance|signification (?:inconnue|incertaine)",
                        re.IGNORECASE)  # fmt: skip
_COPIES = re.compile(r"\b(?:cn|copy number|nombre de copies)\s*[:=]?\s*(\d+(?:[.,]\d+)?)|(\d+(?:[.,]\d+)?)\s*copies\b",
                     re.IGNORECASE)  # fmt: skip
_SHARE = re.compile(r"\b(?:v?af|fréquence allélique|allele fraction)\s*[:=]?\s*(\d+(?:[.,]\d+)?)\s?(%?)", re.IGNORECASE)
# Insertions and deletions of one exon that move the frame: NPM1 muté, CALR exon 9. The number of the exon is the one in
# use (NPM1 exon 12). Source: Falini, N Engl J Med 2005; Klampfl, N Engl J Med 2013.
_USUAL = {
    "NPM1": frozenset({"exon_11", "exon_12", "exon_11_insertion", "exon_12_insertion", "truncating"}),
    "CALR": frozenset({"exon_9", "exon_9_insertion", "exon_9_deletion", "truncating"}),
}
# How much of it there is, and how long: FLT3-ITD, allelic ratio 0.7.
_QUANTITY = re.compile(
    r"[(\[]?\b(?:(?:allelic |allélique )?ratio(?: allélique| allelic)?|ar)\b\s*[:=><]?\s*"
    r"(?:\d+(?:[.,]\d+)?\s?%?|high|low|haut|bas|élevée?|faible)?[)\]]?|\b\d+\s?(?:bp|pb|nt)\b|\b(?:high|low|élevée?|faible)$",
    re.IGNORECASE,
)
_REARRANGED = frozenset({"ALK", "ROS1", "RET", "NTRK1", "NTRK2", "NTRK3"})  # "ALK-positive" is what the labels say
_STAINED = re.compile(r"\b(?:ihc|immunohisto\w*|immunomarquage|stain\w*)\b", re.IGNORECASE)


def of_gene(gene: str, rest: str, words: str) -> Alteration | None:
    """What a text says of one gene; None when it says nothing that is understood.

    rest    the text without the gene's name
    words   the whole text, for transcripts and origin

    >>> of_gene("KIT", "exon 11", "KIT exon 11").classes, of_gene("ALK", "negative", "ALK negative").type
    (frozenset({'exon_11'}), 'wild_type')
    """
    told = f"{rest} {words}"
    origin = _origin(told)
    if gene in _STAR_GENES and STAR.search(rest):
        return Alteration("variant", gene=gene, origin=origin, as_given=words)
    bare = _SOMATIC.sub("", _GERMLINE.sub("", rest)).strip(" ,:()")
    if WILD.search(rest):
        return Alteration("wild_type", gene=gene, as_given=words)
    if ABSENT.search(rest):
        return _not_found(gene, bare, words)
    found = _legacy(gene, bare) or _small(gene, bare, words) or _by_exon(gene, bare) or _by_word(gene, bare)
    if found is None:
        return None
    known = _is_the_usual_one(found) and not _DOUBTED.search(words)
    called = CALLED if found.type == "variant" and (known or is_called(words)) else ""
    classes = found.classes | {called} if called else found.classes
    return with_numbers(replace(found, origin=origin, as_given=words, classes=classes), words)


def _is_the_usual_one(change: Alteration) -> bool:
    """Whether a gene is said to be mutated in which laboratories look for one kind of change only."""
    told = change.protein_change or change.cdna
    return not told and change.classes <= _USUAL.get(change.gene, frozenset({""})) and change.gene in _USUAL


def is_called(words: str) -> bool:
    """Whether a text says of a variant that it is pathogenic, or drives; a doubt or a denial beside it takes that back.

    >>> is_called("BRCA2 pathogenic variant"), is_called("classe 5"), is_called("VUS"), is_called("not pathogenic")
    (True, True, False, False)
    """
    return _CALLED.search(words) is not None and not (_DOUBTED.search(words) or ABSENT.search(words))


def _origin(words: str) -> Origin:
    return "germline" if _GERMLINE.search(words) else "somatic" if _SOMATIC.search(words) else "unknown"


def with_origin(change: Alteration, words: str) -> Alteration:
    """The finding with its origin, where only the words beside it say so."""
    return replace(change, origin=_origin(words)) if change.origin == "unknown" else change


def with_call(change: Alteration, words: str) -> Alteration:
    """The variant with the laboratory's word that it is pathogenic, where the words beside it say so."""
    called = change.type == "variant" and is_called(words)
    return replace(change, classes=change.classes | {CALLED}) if called else change


def with_numbers(change: Alteration, words: str) -> Alteration:
    """The finding with its copies and its share of reads, where the text says them beside it."""
    copies, share = _COPIES.search(words), _SHARE.search(words)
    if copies is not None:
        change = replace(change, copy_number=float((copies[1] or copies[2]).replace(",", ".")))
    if share is not None:
        number = float(share[1].replace(",", "."))
        number = number / 100 if share[2] or number > 1 else number
        change = replace(change, vaf=number) if number <= 1 else change
    return change


def _not_found(gene: str, rest: str, words: str) -> Alteration | None:
    """A gene that was looked at and is unchanged; None where only one change of it was excluded."""
    of_one = _small(gene, rest, words) or _legacy(gene, rest) or _by_exon(gene, rest) or _RESIDUE.search(rest)
    of_copies = _AMPLIFIED.search(rest) or _DELETED.search(rest) or _GAINED.search(rest)
    if of_one or of_copies:
        return None
    of_kind = _VARIANT.search(rest) or (FUSED.search(rest) and gene in _REARRANGED) or gene in _REARRANGED
    plain = re.fullmatch(r"\W*(?:is |est )?(?:negative|négati\w+|neg|not detected|undetected)\W*", rest, re.IGNORECASE)
    return Alteration("wild_type", gene=gene, as_given=words) if of_kind or plain else None


def _by_exon(gene: str, rest: str) -> Alteration | None:
    exon = _exon(rest)
    return Alteration("variant", gene=gene, classes=frozenset(exon)) if exon else None


def _by_word(gene: str, rest: str) -> Alteration | None:
    """A finding of a gene by a word alone: amplified, lost, fused, mutated."""
    if _UNCERTAIN.search(rest):
        return None  # which change it is would have to be said
    if FUSED.search(rest) or re.fullmatch(r"r\b|rearranged", rest):
        return Alteration("fusion", gene=gene)
    if _AMPLIFIED.search(rest):
        return Alteration("amplification", gene=gene)
    residue = _RESIDUE.search(rest)
    if residue:
        return Alteration("variant", gene=gene, classes=frozenset({f"p.{residue[1]}{residue[2]}"}))
    if gene in REPAIR and _EXPRESSED.search(rest):
        return Alteration("signature", name="mmr", value="deficient")
    if _DELETED.search(rest) or _ONE_COPY.search(rest):
        return Alteration("loss" if _ONE_COPY.search(rest) else "deletion", gene=gene)
    if _GAINED.search(rest):
        return Alteration("gain", gene=gene)
    if _VARIANT.search(rest) or _CALLED.search(rest):
        return Alteration("variant", gene=gene, classes=frozenset({"truncating"} if _CUTTING.search(rest) else ()))
    if gene not in _REARRANGED or not _POSITIVE.search(rest) or _STAINED.search(rest):
        return None  # a stain shows the protein, and has to be confirmed: Marchiò, Annals of Oncology 2019
    return Alteration("fusion", gene=gene)


def _small(gene: str, rest: str, words: str) -> Alteration | None:
    """A small variant by its protein or coding change."""
    transcript = TRANSCRIPT.search(words)
    cdna = _CDNA.search(rest)
    protein = next((one for pattern in (_PROTEIN, _BARE) if (one := _protein(pattern, rest, gene))), None)
    if protein is None and cdna is None:
        every = [one[0] for pattern in (_PROTEIN, _BARE) for one in pattern.finditer(rest)]
        residue = next((told for one in every if (told := residue_of_any(gene, _trimmed(one)))), None)
        return Alteration("variant", gene=gene, classes=frozenset({residue})) if residue else None
    coding = f"c.{_trimmed(cdna[1])}" if cdna else None
    return Alteration(
        "variant", gene=gene, protein_change=protein, cdna=coding, transcript=transcript[1] if transcript else None
    )


def _protein(pattern: re.Pattern[str], rest: str, gene: str) -> str | None:
    for found in pattern.finditer(rest):
        if residue_of_any(gene, _trimmed(found[0])):
            continue  # the residue alone is told
        text = re.sub(r"(?<=\d)Ter(?=\)?$)", "*", _trimmed(found[0].replace("p. ", "p.")))
        change = proteins.without_removed(proteins.short(text))
        if change is not None:
            return change
    return None


def _trimmed(text: str) -> str:
    """Without the bracket or stop that the sentence put after it."""
    stripped = text.rstrip(".,;")
    while stripped.endswith(")") and stripped.count("(") < stripped.count(")"):
        stripped = stripped[:-1]
    return stripped


def _exon(rest: str) -> set[str]:
    after, before = _EXON_AFTER.search(rest), _EXON.search(rest)
    if after is None and before is None:
        return set()
    number, kind = (after[2], after[1].lower()) if after else (before[1], (before[2] or "").lower())  # type: ignore[index]
    classes = {f"exon_{number}"}
    if kind.startswith(("del", "dél")):
        classes.add(f"exon_{number}_deletion")
    elif kind.startswith(("ins", "dup")):
        classes.add(f"exon_{number}_insertion")
    elif kind.startswith("skip") or kind == "saut":
        classes.add(f"exon_{number}_skipping")
    return classes


def _legacy(gene: str, rest: str) -> Alteration | None:
    """A name that the field uses beside HGVS."""
    plain = rest.lower().replace("promotor", "promoter").replace("promoteur", "promoter")
    kept = re.sub(r"[\s()\[\]]", "", plain)
    squeezed = re.sub(r"[\s'’()\[\]_-]", "", plain)
    squeezed = re.sub(
        r"(?:mutations?|variants?|mutante?s?|mutated|positive?|positif|detected|mutée?|altered|altérée?|présente?|\+)$",
        "",
        squeezed,
    ).removeprefix("p.")
    squeezed = re.sub(r"^(?:mutations?|variants?)(?:du|de|of|in)?", "", squeezed)
    row = _legacy_rows().get((gene, squeezed)) or _legacy_rows().get((gene, kept))
    if row is None:
        shorter = _QUANTITY.sub("", plain)
        return _legacy(gene, shorter) if shorter != plain else None
    return Alteration(
        "variant", gene=gene, protein_change=row["protein_change"] or None, cdna=row["cdna"] or None,
        classes=frozenset(row["classes"].split("|")) if row["classes"] else frozenset(),
    )  # fmt: skip


@cache
def _legacy_rows() -> dict[tuple[str, str], dict[str, str]]:
    return {(row["gene"], row["name"]): row for row in facts.rows("legacy_names.tsv")}


@cache
def has_usual_names(gene: str) -> bool:
    """Whether the field has names of its own for changes of this gene, beside HGVS."""
    return any(of == gene for of, _ in _legacy_rows())
