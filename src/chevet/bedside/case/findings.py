"""One alteration of a case file or a row, whatever its spelling, as findings; or why it could not be read."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from chevet.bedside.case.marker_entries import (
    OtherUnit,
    ShareOrPercent,
    is_marker_name,
    marker,
    of_stained_protein,
)
from chevet.bedside.case.places import genomic_of
from chevet.genomics import copy_number
from chevet.genomics.alteration import ALTERATION_TYPES, Alteration, Genomic, Origin, Place
from chevet.genomics.classes import CALLED
from chevet.genomics.fusion_names import driver, usual_order
from chevet.genomics.gene_findings import has_usual_names, is_called
from chevet.genomics.gene_names import symbol, symbols
from chevet.genomics.known_variants import residue_of_any
from chevet.genomics.measured_names import measured
from chevet.genomics.names import all_named, parts_named
from chevet.genomics.predictions import predictions
from chevet.genomics.roles import role_of
from chevet.words import biomarkers, consequences, missing, proteins

_TYPES = {
    "mutation": "variant", "snv": "variant", "indel": "variant", "snp": "variant", "somatic variant": "variant",
    "germline variant": "variant", "small variant": "variant", "short variant": "variant", "mnv": "variant",
    "substitution": "variant", "insertion": "variant", "point mutation": "variant", "missense": "variant",
    "variante": "variant", "rearrangement": "fusion", "translocation": "fusion", "sv": "fusion",
    "réarrangement": "fusion", "structural_variant": "fusion", "structural variant": "fusion",
    "gene fusion": "fusion", "amp": "amplification", "copy_number_gain": "gain", "copy number gain": "gain",
    "homdel": "deletion", "deep_deletion": "deletion", "deep deletion": "deletion", "délétion": "deletion",
    "homozygous_deletion": "deletion", "homozygous deletion": "deletion", "perte": "loss",
    "heterozygous deletion": "loss", "délétion homozygote": "deletion", "délétion hétérozygote": "loss",
    "copy number loss": "loss", "copy_number_loss": "loss", "amplified": "amplification", "amplifié": "amplification",
    "splice": "variant", "splice site": "variant", "splicing": "variant", "frameshift": "variant",
    "nonsense": "variant", "stop gained": "variant", "truncating": "variant", "in-frame deletion": "variant",
    "in-frame insertion": "variant", "faux-sens": "variant", "non-sens": "variant",
    "biomarker": "signature", "biomarqueur": "signature", "mutational signature": "signature",
    "mutational_signature": "signature", "karyotype": "signature", "cytogenetic": "signature",
    "protein": "expression", "ihc": "expression", "protein_expression": "expression",
    "immunohistochemistry": "expression",
    "immunohistochimie": "expression", "wildtype": "wild_type", "wild-type": "wild_type", "wild type": "wild_type",
    "wt": "wild_type", "sauvage": "wild_type",
    # what these words mean is told by the other cells of the entry
    "copy_number": "", "copy number": "", "copy number variation": "", "cnv": "", "cna": "", "cnv/cna": "",
    "unknown": "", "other": "", "autre": "",
}  # fmt: skip
_ORIGINS: dict[str, Origin] = {
    "somatic": "somatic", "somatique": "somatic", "tumour": "somatic", "tumor": "somatic", "tumoral": "somatic",
    "germline": "germline", "constitutional": "germline", "constitutionnel": "germline", "germinal": "germline",
    "constitutionnelle": "germline", "germinale": "germline", "inherited": "germline", "hereditary": "germline",
}  # fmt: skip
_TEXTS = ("protein_change", "cdna", "name", "text", "label", "value", "fusion")
_OF_VARIANT = ("protein_change", "cdna", "name", "text", "label")
_EXON_TYPES = frozenset({"amplification", "deletion", "gain", "loss", "wild_type"})


class NotUnderstood(ValueError):
    """The alteration could not be read: `reason` is a key of `labels_case.tsv`; `found` what of it was understood."""

    def __init__(self, reason: str, detail: str = "", found: tuple[Alteration, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail
        self.found = found


_NOWHERE = Place()


def findings_of(given: object, place: Place = _NOWHERE) -> tuple[Alteration, ...]:
    """The findings that one entry of `alterations` says: usually one. Raises NotUnderstood.

    >>> findings_of({"gene": "HER2", "text": "amplification"})[0].type, findings_of("EML4-ALK")[0].gene
    ('amplification', 'ALK')
    """
    if isinstance(given, str):
        found, left = parts_named(given)
        placed = tuple(replace(one, place=place) for one in found)
        if left or not found:
            raise NotUnderstood("not_understood", (left or (given,))[0][:60], placed)
        return placed
    if not isinstance(given, dict):
        raise NotUnderstood("no_object")
    said = (_text(given, "type") or "").lower()
    kind = "variant" if said in _OF_LENGTH and _is_small(given) else _TYPES.get(said, said)
    if kind and kind not in ALTERATION_TYPES:
        raise NotUnderstood("unknown_type", kind[:40])
    genes = _genes(given)
    made = tuple(dict.fromkeys(one for gene in genes or ("",) for one in _of_kind(kind, gene, given)))
    return tuple(_with_facts(one, given, place) for one in made)


_CUTTING = frozenset({"frameshift", "nonsense", "stop gained", "truncating", "non-sens"})
# Types that stand for a part of a protein, where the entry names a change or an exon, and else for the whole gene.
_OF_LENGTH = {
    "deletion": "deletion", "délétion": "deletion", "del": "deletion", "insertion": "insertion", "ins": "insertion",
    "duplication": "insertion", "dup": "insertion", "skipping": "skipping", "saut": "skipping",
    "exon skipping": "skipping",
}  # fmt: skip


def _is_small(given: dict[str, Any]) -> bool:
    """Whether an entry speaks of a change within a gene that is switched on by it, or writes the change down."""
    if _text(given, "protein_change") or _text(given, "cdna") or consequences.maf_class(_text(given, "consequence")):
        return True
    gene = symbol(_text(given, "gene") or "")
    known = role_of(gene) if gene else None
    return _exon(given) is not None and known is not None and known.role == "oncogene"


def _exon(given: dict[str, Any]) -> int | None:
    return _whole(_before_stroke(_text(given, "exon")))


def origin_of(text: object) -> Origin:
    """Somatic or germline, by the word of a file; unknown when it says neither."""
    return _ORIGINS.get(text.strip().lower(), "unknown") if isinstance(text, str) else "unknown"


def _genes(given: dict[str, Any]) -> tuple[str, ...]:
    text = _text(given, "gene")
    if not text:
        return ()
    found = symbols(text)
    if not found and _joined_genes(text):
        return ()  # two partners: the kind of the entry tells what they do
    if not found and measured(text) is None and not biomarkers.is_marker(_plain(text)):
        raise NotUnderstood("unknown_gene", text[:40])
    return found


def _joined_genes(text: str) -> bool:
    found = all_named(text)
    return len(found) == 1 and found[0].type == "fusion"


def _of_kind(kind: str, gene: str, given: dict[str, Any]) -> tuple[Alteration, ...]:
    if kind in ("signature", "expression"):
        return _measured(kind, gene, given)
    if kind == "fusion":
        return (_fusion(gene, given),)
    if kind in _EXON_TYPES:
        return _of_copies(kind, gene, given)
    if kind == "variant":
        fused = _named_fusion(given)
        return (fused,) if fused is not None else _variant_or_other(gene or _driving(given), given)
    return _untyped(gene, given)


_NO_VARIANT = frozenset({"fusion", "amplification", "deletion", "gain", "loss"})


def _variant_or_other(gene: str, given: dict[str, Any]) -> tuple[Alteration, ...]:
    """The variant; or what its words say where the entry was only called one (SMARCB1 loss, FGFR2 fusion)."""
    try:
        return (_variant(gene, given),)
    except NotUnderstood as unread:
        found = all_named(f"{gene} {_said(given)}") if gene and unread.reason == "change_not_understood" else ()
        if len(found) == 1 and found[0].type in _NO_VARIANT and found[0].gene == gene:
            return found
        raise


def _named_fusion(given: dict[str, Any]) -> Alteration | None:
    """A fusion that was entered as a variant: two partners are named, and no change of one gene."""
    if any(_text(given, key) for key in ("protein_change", "cdna", "genomic")):
        return None
    for key in ("name", "fusion", "text", "label"):
        text = _text(given, key)
        found = all_named(text) if text else ()
        if len(found) == 1 and found[0].type == "fusion" and found[0].fusion:
            return found[0]
    return None


def _untyped(gene: str, given: dict[str, Any]) -> tuple[Alteration, ...]:
    """An entry that does not say what it is: what its texts say, or its copies."""
    copies = _copies(given.get("copy_number"))
    if gene and copies is not None and not any(_text(given, key) for key in (*_TEXTS, "genomic")):
        kind = copy_number.call(copy_number.Segment("", 0, 0, copies), None)
        return (Alteration(kind, gene=gene),) if kind else ()
    if gene and not any(_text(given, key) for key in ("text", "label", "name", "fusion", "value")):
        try:
            return (_variant(gene, given),)
        except NotUnderstood:
            pass  # a column of changes may hold `amplification`
    measured_name = _text(given, "name") or _text(given, "gene") or ""
    if _text(given, "value") and is_marker_name(measured_name):
        try:
            return _measured("expression", "", given)
        except NotUnderstood:
            pass
    for key in ("text", "label", "name", "fusion", "value", "protein_change"):
        text = _text(given, key)
        found = all_named(text, gene=gene) if text else ()
        found = found or (all_named(f"{gene} {text}") if gene and text else ())
        if found and (len(found) > 1 or found[0].type != "variant"):
            return found
    if not gene and _text(given, "gene"):
        found = all_named(_text(given, "gene") or "") if not _text(given, "value") else ()
        if found and found[0].type == "fusion" and (_text(given, "protein_change") or _text(given, "cdna")):
            return (_variant(found[0].gene, given),)
        return found or _measured("expression", "", given)
    if not gene and _text(given, "name") and _text(given, "value"):
        return _measured("signature", gene, given)
    if _text(given, "value") and not _said(given):
        raise NotUnderstood("not_understood", (_text(given, "value") or "")[:60])
    return (_variant(gene, given),)


def _of_copies(kind: str, gene: str, given: dict[str, Any]) -> tuple[Alteration, ...]:
    if gene:
        return (Alteration(kind, gene=gene),)  # type: ignore[arg-type]
    for key in ("gene", "name", "text", "label"):
        text = _text(given, key)
        if text and (named := all_named(f"{text} {kind.replace('_', ' ')}") or all_named(text)):
            return named
    raise NotUnderstood("no_gene")


def _variant(gene: str, given: dict[str, Any]) -> Alteration:
    made = Alteration("variant", gene=gene)
    understood = False
    for key in _OF_VARIANT:
        text = _text(given, key)
        if not text:
            continue
        one = _one_variant(text, gene or made.gene, key)
        if one is None and key == "protein_change" and text.islower():
            one = _one_variant(text.upper().replace("P.", "p.", 1), gene or made.gene, key)
        if one is not None:
            made, understood = _joined(made, one), True
    where = given.get("at") or genomic_of(_text(given, "genomic"))
    if not made.gene and where is None:
        raise NotUnderstood("no_gene" if understood or not _said(given) else "not_understood", _said(given)[:60])
    said_so = any(_REVERSION.search(text) for key in _TEXTS if (text := _text(given, key)))
    if not understood and where is None and not _text(given, "consequence") and _said(given) and not said_so:
        raise NotUnderstood("change_not_understood", _said(given)[:60])
    return made


def _one_variant(text: str, gene: str, key: str) -> Alteration | None:
    plain = _plain_change(text, gene, key)
    if plain is not None:
        return plain
    named = all_named(text, gene=gene) if gene else all_named(text)
    one = next((found for found in named if found.type == "variant"), None)
    if one is None and gene:
        protein = proteins.without_removed(proteins.short(text)) if key == "protein_change" else None
        if protein:
            return Alteration("variant", gene=gene, protein_change=protein)
        if key == "cdna" and text[:1].isdigit():
            return next((found for found in all_named(f"c.{text}", gene=gene) if found.type == "variant"), None)
    return one


_CODING = re.compile(r"(?:((?:NM_|ENST|LRG_)[\w.]+)(?:\([\w-]+\))?:)?(c\.[-*]?\d[^\s(),;]*)")


def _plain_change(text: str, gene: str, key: str) -> Alteration | None:
    """A change that is HGVS and nothing else, as most rows are; genes with names of their own go the long way."""
    if not gene or has_usual_names(gene):
        return None
    if key == "protein_change" and text.startswith("p.") and not residue_of_any(gene, text):
        protein = proteins.without_removed(proteins.short(text))
        return Alteration("variant", gene=gene, protein_change=protein) if protein else None
    coding = _CODING.fullmatch(text) if key == "cdna" else None
    return Alteration("variant", gene=gene, cdna=coding[2], transcript=coding[1]) if coding else None


def _driving(given: dict[str, Any]) -> str:
    """The gene that drives, where the entry's gene is a fusion: the change lies in it (BCR::ABL1 p.T315I)."""
    found = all_named(_text(given, "gene") or "")
    return found[0].gene if len(found) == 1 and found[0].type == "fusion" else ""


def _said(given: dict[str, Any]) -> str:
    """What the entry says of the change in words."""
    return next((text for key in _OF_VARIANT if (text := _text(given, key))), "")


def _joined(one: Alteration, other: Alteration) -> Alteration:
    """What two texts say of one variant, the first one first."""
    return replace(
        one, gene=one.gene or other.gene, protein_change=one.protein_change or other.protein_change,
        cdna=one.cdna or other.cdna, transcript=one.transcript or other.transcript,
        vaf=one.vaf if one.vaf is not None else other.vaf,
        origin=other.origin if one.origin == "unknown" else one.origin, classes=one.classes | other.classes,
    )  # fmt: skip


def _fusion(gene: str, given: dict[str, Any]) -> Alteration:
    partner = symbol(_text(given, "partner") or "")
    for key in ("fusion", "name", "protein_change", "text", "label", "gene"):
        text = _text(given, key)
        if not text or (key == "gene" and partner):
            continue
        named = all_named(text) or all_named(f"{text} fusion")
        one = next((found for found in named if found.type == "fusion"), None)
        if one is not None:
            return _driven(gene, one)
    if gene and partner and partner != gene:
        pair = usual_order(partner, gene)
        return Alteration("fusion", gene=driver(*pair), fusion=pair)
    if not gene:
        raise NotUnderstood("no_gene" if not any(_text(given, key) for key in _TEXTS) else "fusion_not_understood")
    return Alteration("fusion", gene=gene)


def _driven(gene: str, one: Alteration) -> Alteration:
    """The fusion with the gene that the entry names as the one that drives, where it is a partner."""
    if gene and one.fusion is not None and gene in one.fusion:
        return replace(one, gene=gene)
    return one


def _measured(kind: str, gene: str, given: dict[str, Any]) -> tuple[Alteration, ...]:
    name = _text(given, "name") or _text(given, "gene") or _text(given, "text")
    if not name:
        raise NotUnderstood("no_name")
    try:
        found = marker(kind, name, given.get("value"), _text(given, "unit") or "")
    except OtherUnit as other:
        raise NotUnderstood("unit_of_something_else", f"{name[:40]}, {str(other)[:20]}") from None
    except ShareOrPercent:
        raise NotUnderstood("share_or_percent", name[:40]) from None
    if found is None or (gene and not biomarkers.is_marker(found.name)):
        found = of_stained_protein(gene, name, given.get("value"), _text(given, "unit") or "") or found
    if found is None:
        raise NotUnderstood("marker_not_understood", name[:40])
    return (
        replace(found, gene=gene)
        if gene and found.type == "expression" and not biomarkers.is_marker(found.name)
        else found,
    )


def _with_facts(one: Alteration, given: dict[str, Any], place: Place) -> Alteration:
    """The finding with what else the entry says."""
    origin = origin_of(given.get("origin"))
    where: Genomic | None = given.get("at") or genomic_of(_text(given, "genomic"))
    exon = _exon(given)
    frame = given.get("in_frame")
    return replace(
        one, consequence=consequences.maf_class(_text(given, "consequence")) or one.consequence,
        origin=one.origin if origin == "unknown" else origin,
        vaf=one.vaf if (share := share_of(given.get("vaf"))) is None else share,
        copy_number=one.copy_number if (copies := _copies(given.get("copy_number"))) is None else copies,
        depth=_whole(given.get("depth")), genomic=where if one.type == "variant" else None,
        transcript=one.transcript or _text(given, "transcript") or None, exon=exon if exon else None,
        in_frame=frame if isinstance(frame, bool) else _keeps_frame(one, given),
        population_frequency=share_of(given.get("population_frequency")),
        predictions=predictions(said) if isinstance(said := given.get("predictions"), dict) else (),
        classes=one.classes | _classes(given) | _said_classes(one, given),
        as_given=_as_given(given) or one.as_given, place=place,
    )  # fmt: skip


def _as_given(given: dict[str, Any]) -> str:
    texts = [text for key in ("gene", *_TEXTS) if (text := _text(given, key))]
    return " ".join(dict.fromkeys(texts))[:400]


# What a laboratory writes of a fusion whose part that drives is not there, or not read.
_LOST = re.compile(
    r"out[- ]of[- ]frame|hors (?:phase|cadre)|(?:domain|domaine)\b[^.;,]{0,20}\b(?:not retained|lost|absent|perdu)|"
    r"\b(?:without|sans)\b[^.;,]{0,12}\b(?:kinase domain|domaine kinase|domaine tyrosine)|"
    r"no fusion transcript|pas de transcrit de fusion",
    re.IGNORECASE,
)
_REVERSION = re.compile(r"\br[eé]version\b|restor\w+ the (?:reading )?frame|cadre de lecture rétabli", re.IGNORECASE)


def _keeps_frame(one: Alteration, given: dict[str, Any]) -> bool | None:
    """False where the words say that the fusion is out of frame, or that its driving domain is lost."""
    if one.type == "fusion" and any(_LOST.search(text) for key in _TEXTS if (text := _text(given, key))):
        return False
    return one.in_frame


def _said_classes(one: Alteration, given: dict[str, Any]) -> frozenset[str]:
    """A second variant that gives the protein back, and the laboratory's judgement, are told in words only."""
    if one.type != "variant":
        return frozenset()
    texts = [text for key in _TEXTS if (text := _text(given, key))]
    called = CALLED if any(is_called(text) for text in texts) else ""
    reversion = "reversion" if any(map(_REVERSION.search, texts)) else ""
    kind = (_text(given, "type") or "").lower()
    cut = "truncating" if kind in _CUTTING else ""
    return frozenset({reversion, called, cut, _of_exon(one, _OF_LENGTH.get(kind, ""), _exon(given))}) - {""}


def _of_exon(one: Alteration, length: str, exon: int | None) -> str:
    """The class of a change of which only the exon and the kind are told; MET without its exon 14 skips it."""
    if not length or exon is None or one.protein_change or one.cdna:
        return ""
    return f"exon_{exon}_{'skipping' if (one.gene, exon) == ('MET', 14) else length}"


def _classes(given: dict[str, Any]) -> frozenset[str]:
    """Classes that the entry names in our own words."""
    listed = given.get("classes")
    return (
        frozenset(one for one in listed if isinstance(one, str) and len(one) < 60)
        if isinstance(listed, list)
        else frozenset()
    )


def _text(given: dict[str, Any], key: str) -> str | None:
    value = given.get(key)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:g}" if abs(value) < 1e15 else None
    return " ".join(value[:2000].split()) if isinstance(value, str) and not missing.is_missing(value) else None


def _plain(name: str) -> str:
    return name.strip().lower().replace("-", "_").replace(" ", "_").replace(".", "_")


def _before_stroke(text: str | None) -> str | None:
    return text.partition("/")[0].lower().removeprefix("exon").strip() if text else None


def number_of(value: object) -> float | None:
    """A number, also when written as text with a comma; None for what is none."""
    if isinstance(value, bool) or value is None or (isinstance(value, (str, bytes)) and len(value) > 40):
        return None
    try:
        number = float(str(value).replace(",", ".").rstrip(" %"))
    except ValueError:
        return None
    return number if abs(number) < 1e9 and number == number else None


def _whole(value: object) -> int | None:
    number = number_of(value)
    return int(number) if number is not None and number >= 0 else None


def _copies(value: object) -> float | None:
    number = number_of(value)
    return number if number is not None and number >= 0 else None


def share_of(value: object) -> float | None:
    """A share of 0 to 1, from a share or a percentage; None for what is neither.

    >>> share_of(0.34), share_of("34 %"), share_of("34,5"), share_of(340)
    (0.34, 0.34, 0.345, None)
    """
    number = number_of(value)
    if number is None or number < 0:
        return None
    if number > 1 or (isinstance(value, str) and value.strip().endswith("%")):
        number /= 100
    return round(number, 10) if number <= 1 else None
