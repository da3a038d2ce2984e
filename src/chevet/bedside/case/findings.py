"""One alteration of a case file, whatever its spelling, as a finding; or the reason why it could not be read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chevet.genomics.alteration import ALTERATION_TYPES, Alteration, Build, Genomic, Origin, Place
from chevet.genomics.measured_names import measured
from chevet.genomics.names import all_named, symbol
from chevet.words import biomarkers, consequences, missing, proteins

_TYPES = {
    "mutation": "variant", "snv": "variant", "indel": "variant", "snp": "variant", "somatic variant": "variant",
    "germline variant": "variant", "rearrangement": "fusion", "translocation": "fusion", "sv": "fusion",
    "structural_variant": "fusion", "amp": "amplification", "copy_number_gain": "gain", "homdel": "deletion",
    "deep_deletion": "deletion", "homozygous_deletion": "deletion", "biomarker": "signature", "protein": "expression",
    "wildtype": "wild_type", "wild-type": "wild_type", "wt": "wild_type",
}  # fmt: skip
_ORIGINS: dict[str, Origin] = {
    "somatic": "somatic", "somatique": "somatic", "tumour": "somatic", "tumor": "somatic",
    "germline": "germline", "constitutional": "germline", "constitutionnel": "germline",
    "constitutionnelle": "germline",
}  # fmt: skip
_BUILDS: dict[str, Build] = {"grch37": "GRCh37", "hg19": "GRCh37", "grch38": "GRCh38", "hg38": "GRCh38"}
_TEXTS = ("name", "protein_change", "cdna", "fusion", "value", "text", "label")


class NotUnderstood(ValueError):
    """The alteration could not be read: `reason` is a key of `labels_case.tsv`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


_NOWHERE = Place()


def findings_of(given: object, place: Place = _NOWHERE) -> tuple[Alteration, ...]:
    """The findings that one entry of `alterations` says: usually one. Raises NotUnderstood."""
    if isinstance(given, str):
        found = all_named(given)
        if not found:
            raise NotUnderstood("not_understood", given[:60])
        return tuple(replace(one, place=place) for one in found)
    if not isinstance(given, dict):
        raise NotUnderstood("no_object")
    kind = str(given.get("type") or "").strip().lower()
    kind = _TYPES.get(kind, kind)
    if kind and kind not in ALTERATION_TYPES:
        raise NotUnderstood("unknown_type", kind[:40])
    gene = _gene(given)
    made = _of_kind(kind, gene, given)
    return tuple(_with_facts(one, given, place) for one in made)


def _gene(given: dict[str, Any]) -> str:
    text = _text(given, "gene")
    if not text:
        return ""
    found = symbol(text)
    if found is None and measured(text) is None and not text.upper() == "RAS":
        raise NotUnderstood("unknown_gene", text[:40])
    return found or ""


def _of_kind(kind: str, gene: str, given: dict[str, Any]) -> tuple[Alteration, ...]:
    if kind in ("signature", "expression"):
        return (_marker(kind, given),)
    if kind == "fusion":
        return (_fusion(gene, given),)
    if kind in ("amplification", "deletion", "gain", "loss", "wild_type"):
        if gene:
            return (Alteration(kind, gene=gene),)  # type: ignore[arg-type]
        named = all_named(f"{_text(given, 'gene') or _text(given, 'name')} {kind.replace('_', ' ')}")
        if not named:
            raise NotUnderstood("no_gene")
        return named
    if not kind and not gene:
        named = tuple(one for key in _TEXTS if (text := _text(given, key)) for one in all_named(text))
        if not named:
            raise NotUnderstood("not_understood")
        return named[:1]
    return (_variant(gene, given),)


def _variant(gene: str, given: dict[str, Any]) -> Alteration:
    made = Alteration("variant", gene=gene)
    for key in ("protein_change", "cdna", "name", "text", "label"):
        text = _text(given, key)
        if not text:
            continue
        named = all_named(text, gene=gene) if gene else all_named(text)
        one = next((found for found in named if found.type == "variant"), None)
        if one is not None:
            made = _joined(made, one)
        elif key == "protein_change" and gene:
            protein = proteins.without_removed(proteins.short(text))
            made = replace(made, protein_change=protein) if protein else made
    if not made.gene:
        raise NotUnderstood("no_gene")
    what = (made.protein_change, made.cdna, made.classes, _text(given, "genomic"), _text(given, "consequence"))
    said = [text for key in ("protein_change", "cdna") if (text := _text(given, key))]
    if said and not any(what):
        raise NotUnderstood("change_not_understood", said[0][:60])
    return made


def _joined(one: Alteration, other: Alteration) -> Alteration:
    """What two texts say of one variant, the first one first."""
    return replace(
        one, gene=one.gene or other.gene, protein_change=one.protein_change or other.protein_change,
        cdna=one.cdna or other.cdna, transcript=one.transcript or other.transcript,
        classes=one.classes | other.classes,
    )  # fmt: skip


def _fusion(gene: str, given: dict[str, Any]) -> Alteration:
    for key in ("fusion", "name", "protein_change", "text", "label", "gene"):
        text = _text(given, key)
        if not text:
            continue
        named = all_named(text) or all_named(f"{text} fusion")
        one = next((found for found in named if found.type == "fusion"), None)
        if one is not None:
            return replace(one, gene=gene or one.gene) if gene in (one.fusion or (gene,)) or not one.fusion else one
    if not gene:
        raise NotUnderstood("no_gene")
    return Alteration("fusion", gene=gene)


def _marker(kind: str, given: dict[str, Any]) -> Alteration:
    name = _text(given, "name") or _text(given, "gene")
    value = given.get("value")
    said = value if isinstance(value, str) else ("" if value is None or isinstance(value, bool) else f"{value:g}")
    if isinstance(value, bool):
        said = "positive" if value else "negative"
    if not name:
        raise NotUnderstood("no_name")
    plain = name.strip().lower().replace("-", "_").replace(" ", "_").replace(".", "_")
    if biomarkers.is_marker(plain) and said:
        exact = said.strip().lower().replace(" ", "_")
        if exact in biomarkers.levels(plain):
            return Alteration(kind, name=plain, value=exact)  # type: ignore[arg-type]
        number = _number(said)
        if number is not None and biomarkers.get(plain).unit:
            return Alteration(kind, name=plain, value=number, unit=_text(given, "unit") or biomarkers.get(plain).unit)  # type: ignore[arg-type]
    unit = _text(given, "unit") or ""
    for text in (
        f"{name} {said}{unit}",
        f"{name} {said} {unit}",
        f"{name}: {said}",
        said if not biomarkers.is_marker(plain) else "",
        name if not said else "",
    ):
        found = measured(text) if text.strip() else None
        if found is not None:
            return found
    # a signature or a protein that no rule asks for is kept as it is
    number = _number(said)
    return Alteration(kind, name=name.strip(), value=number if number is not None else (said or None), unit=unit)  # type: ignore[arg-type]


def _with_facts(one: Alteration, given: dict[str, Any], place: Place) -> Alteration:
    """The finding with what else the entry says."""
    consequence = consequences.maf_class(_text(given, "consequence")) or one.consequence
    origin = _ORIGINS.get((_text(given, "origin") or "").lower(), "unknown")
    return replace(
        one, consequence=consequence, origin=origin, vaf=_share(given.get("vaf")),
        copy_number=_number(given.get("copy_number")), depth=_whole(given.get("depth")),
        genomic=_genomic(_text(given, "genomic")), transcript=one.transcript or _text(given, "transcript") or None,
        in_frame=given.get("in_frame") if isinstance(given.get("in_frame"), bool) else None,
        as_given=one.as_given or " ".join(text for key in ("gene", *_TEXTS) if (text := _text(given, key))),
        place=place,
    )  # fmt: skip


def _genomic(text: str | None) -> Genomic | None:
    """`GRCh37:7:140453136:A>T` or `chr7-140453136-A-T (hg38)`; None when it is neither, or names no build."""
    if not text:
        return None
    parts = [
        part for part in text.replace(">", ":").replace("-", ":").replace("_", ":").replace(" ", ":").split(":") if part
    ]
    build = next((known for part in parts if (known := _BUILDS.get(part.strip("()").lower()))), None)
    rest = [part for part in parts if part.strip("()").lower() not in _BUILDS]
    if len(rest) != 4 or build is None or not rest[1].removeprefix("g.").isdigit():
        return None
    return Genomic(
        build, rest[0].removeprefix("chr"), int(rest[1].removeprefix("g.")), rest[2].upper(), rest[3].upper()
    )


def _text(given: dict[str, Any], key: str) -> str | None:
    value = given.get(key)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:g}"
    return value.strip() if isinstance(value, str) and not missing.is_missing(value) else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(str(value).replace(",", ".").rstrip(" %"))
    except ValueError:
        return None
    return number if abs(number) < 1e9 and number == number else None


def _whole(value: object) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number >= 0 else None


def _share(value: object) -> float | None:
    """A share of 0 to 1, from a share or a percentage."""
    number = _number(value)
    if number is None or number < 0:
        return None
    if number > 1 or (isinstance(value, str) and value.strip().endswith("%")):
        number /= 100
    return number if number <= 1 else None
