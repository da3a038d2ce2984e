"""Findings, rules, conditions and regimens in words that a board reads, in English or French."""

from __future__ import annotations

from collections.abc import Iterable

from chevet.genomics.alteration import Alteration
from chevet.genomics.finding import Finding
from chevet.therapy.conditions import FEATURES, Condition
from chevet.therapy.knowledge import base
from chevet.therapy.knowledge.statement import Statement
from chevet.words import biomarkers, oncotree, treatments
from chevet.words.labels import Lang, has_label, label


def finding(one: Finding | Alteration, lang: Lang) -> str:
    """A finding as a board says it.

    >>> finding(Alteration("variant", gene="BRAF", protein_change="p.V600E"), "en")
    'BRAF p.V600E'
    >>> finding(Alteration("amplification", gene="ERBB2"), "fr")
    'ERBB2 amplifié'
    """
    change = one.alteration if isinstance(one, Finding) else one
    if change.type == "fusion":
        partners = "::".join(partner or "?" for partner in change.fusion) if change.fusion else change.gene
        return label("found.fusion", lang, partners=partners)
    if change.type in ("amplification", "deletion", "gain", "loss", "wild_type"):
        return label(f"found.{change.type}", lang, gene=change.gene)
    if change.type in ("signature", "expression"):
        return _marker(change, lang)
    what = change.protein_change or next((_class(name, lang) for name in sorted(change.classes)), "") or change.cdna
    return f"{change.gene} {what or change.consequence or change.as_given}".strip()


def _class(name: str, lang: Lang) -> str:
    return label(f"what.{name}", lang) if has_label(f"what.{name}") else name.replace("_", " ")


def _marker(change: Alteration, lang: Lang) -> str:
    name = biomarkers.get(change.name).label(lang) if biomarkers.is_marker(change.name) else change.name
    if change.value is None:
        return name
    value = change.value
    if isinstance(value, str):
        return f"{name}: {_level(value, lang)}"
    unit = change.unit or (biomarkers.get(change.name).unit if biomarkers.is_marker(change.name) else "")
    number = f"{value:g}".replace(".", "," if lang == "fr" else ".")
    return f"{name}: {number} {unit}".strip()


def _level(value: str, lang: Lang) -> str:
    return label(f"level.{value}", lang) if has_label(f"level.{value}") else value


def missing(name: str, lang: Lang) -> str:
    """A gene or a marker that was not tested, by its name."""
    return biomarkers.get(name).label(lang) if biomarkers.is_marker(name) else name


def medicine(name: str, lang: Lang) -> str:
    """A medicine, or a group of them, as a sentence names it."""
    if name.startswith("@"):
        group = base.groups()[name[1:]]
        return group.fr if lang == "fr" else group.en
    return treatments.name(name, lang)


def regimen(therapy: Iterable[str], lang: Lang) -> str:
    """A regimen, joined by plus signs."""
    return " + ".join(medicine(name, lang) for name in therapy)


def medicines(therapy: Iterable[str]) -> list[str]:
    """The medicines of a regimen as the published schema names them; of a group, the one that is usual in regimens."""
    return [_usual(name) for name in therapy]


def choices(therapy: Iterable[str]) -> list[list[str]]:
    """For each part of a regimen every medicine that it may be.

    >>> choices(["adagrasib", "@anti_egfr_antibody"])
    [['adagrasib'], ['cetuximab', 'panitumumab']]
    """
    return [list(base.groups()[name[1:]].members) if name.startswith("@") else [name] for name in therapy]


def _usual(name: str) -> str:
    if not name.startswith("@"):
        return name
    group = base.groups()[name[1:]]
    return group.usual or group.members[0]


def tumours(codes: Iterable[str], lang: Lang) -> str:
    """The tumours of a statement."""
    every = list(codes)
    named = [_tumour(code, lang) for code in every if not code.startswith("-")]
    but = [_tumour(code[1:], lang) for code in every if code.startswith("-")]
    return ", ".join(named) + (label("tumours.but", lang, tumours=", ".join(but)) if but else "")


def _tumour(code: str, lang: Lang) -> str:
    return label(f"tumours.{code}", lang) if has_label(f"tumours.{code}") else oncotree.name(code, lang)


def line(statement: Statement, lang: Lang) -> str:
    """The line and extent that a statement speaks of."""
    extent = " / ".join(label(f"extent.{one}", lang) for one in statement.extent if one != "any")
    asked = statement.line
    if asked == "any":
        return extent or label("line.any", lang)
    words = label("line.maintenance", lang) if asked == "maintenance" else label("line.number", lang, line=asked)
    return f"{extent}, {words}" if extent else words


def condition(one: Condition, lang: Lang) -> str:
    """A condition as a sentence part."""
    if one.kind == "feature":
        words = FEATURES[one.what[0]][lang == "fr"]
        return words if one.wanted else label("condition.not", lang, what=words)
    if one.kind in ("age", "ecog"):
        sign = {">=": "≥", "<=": "≤"}.get(one.sign, one.sign)
        return label(f"condition.{one.kind}", lang, sign=sign, number=f"{one.number:g}")
    names = label("condition.or", lang).join(_treatment(name, lang) for name in one.what)
    return label(f"condition.{one.kind}", lang, what=names)


def _treatment(name: str, lang: Lang) -> str:
    of_class = treatments.treatment_class(name)
    key = f"treatment_class.{of_class}"
    return label(key, lang) if of_class and has_label(key) else medicine(name, lang)
