"""Findings, rules, conditions and regimens in words that a board reads, in English or French."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from chevet.genomics.alteration import Alteration
from chevet.genomics.classes import CALLED
from chevet.genomics.finding import Finding
from chevet.genomics.gene_names import split
from chevet.therapy import rules
from chevet.therapy.conditions import FEATURES, Condition
from chevet.therapy.evaluating import CHANGE_OF, COPIES_OF
from chevet.therapy.knowledge import base
from chevet.therapy.knowledge.statement import Statement
from chevet.therapy.rules import FusionAtom, GeneAtom, MarkerAtom, Negation, Rule
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
    classes = (_class(name, lang) for name in sorted(change.classes - {CALLED}))
    what = change.protein_change or next(classes, "") or change.cdna or change.consequence
    return f"{change.gene} {what or _untold(change, lang)}".strip()


def _untold(change: Alteration, lang: Lang) -> str:
    """What is said of a variant whose change is not: a name that the field uses (*2A), else that it is not told."""
    named = split(change.as_given)[1]
    return named if re.search(r"[\d*]", named) else label("what.variant", lang)


def _class(name: str, lang: Lang) -> str:
    return label(f"what.{name}", lang) if has_label(f"what.{name}") else name.replace("_", " ")


# Units that only repeat what the marker's name says.
_SILENT_UNITS = frozenset({"points", "score"})


def _marker(change: Alteration, lang: Lang) -> str:
    if change.name.startswith("karyotype") and isinstance(change.value, str):
        return label("found.karyotype_normal", lang) if change.value == "normal" else change.value
    value = change.value
    if value is None:
        return missing(change.name, lang)
    if isinstance(value, str):
        return _at_level(change.name, value, lang)
    unit = change.unit or (biomarkers.get(change.name).unit if biomarkers.is_marker(change.name) else "")
    number = f"{value:g}".replace(".", "," if lang == "fr" else ".")
    return f"{missing(change.name, lang)} {number} {'' if unit in _SILENT_UNITS else unit}".strip()


def _at_level(marker: str, level: str, lang: Lang) -> str:
    """A marker at a level, as a report says it: *MSI-H*, *HER2 negative*.

    >>> _at_level("msi", "stable", "fr"), _at_level("her2", "negative", "en")
    ('microsatellites stables (MSS)', 'HER2 negative')
    """
    if has_label(f"found.{marker}.{level}"):
        return label(f"found.{marker}.{level}", lang)
    return f"{missing(marker, lang)} {_level(level, lang, marker)}"


def _level(value: str, lang: Lang, marker: str) -> str:
    """A level in words, in the gender of its marker where a language has genders."""
    for key in (f"level.{value}.{marker}", f"level.{value}"):
        if has_label(key):
            return label(key, lang)
    return value


def missing(name: str, lang: Lang) -> str:
    """A gene, a marker or a fusion that was not tested, by its name.

    >>> missing("germline VHL", "fr"), missing("*::NTRK1", "en")
    ('VHL constitutionnel', 'NTRK1 fusion')
    """
    for origin in ("germline", "somatic"):
        if name.startswith(f"{origin} "):
            return label(f"found.{origin}", lang, gene=name.removeprefix(f"{origin} "))
    if name.startswith(COPIES_OF):
        return label("found.copies", lang, gene=name.removeprefix(COPIES_OF))
    if name.startswith(CHANGE_OF):
        return label("found.change", lang, gene=name.removeprefix(CHANGE_OF))
    if "::" in name:
        partners = "::".join(gene for gene in name.split("::") if gene != "*")
        return label("found.fusion", lang, partners=partners)
    return biomarkers.get(name).label(lang) if biomarkers.is_marker(name) else name


def rule(one: Rule, lang: Lang) -> str:
    """What a rule asks for, for a sentence in which no finding can be named.

    >>> rule(rules.parse("BRCA1 wild_type and BRCA2 wild_type"), "fr")
    'BRCA1 non muté et BRCA2 non muté'
    """
    if isinstance(one, Negation):
        return label("condition.not", lang, what=rule(one.of, lang))
    if isinstance(one, (rules.All, rules.Any)):
        word = label("rule.and" if isinstance(one, rules.All) else "condition.or", lang)
        return word.join(rule(part, lang) for part in one.parts)
    if isinstance(one, GeneAtom):
        return label("condition.or", lang).join(_what(one.gene, what, lang) for what in one.whats)
    if isinstance(one, FusionAtom):
        return missing(str(one), lang)
    if isinstance(one, MarkerAtom):
        if one.sign == "=":
            return label("condition.or", lang).join(_at_level(one.marker, level, lang) for level in one.levels)
        sign = {">=": "≥", "<=": "≤"}.get(one.sign, one.sign)
        return f"{missing(one.marker, lang)} {sign} {one.levels[0]}"
    return one.name


def _what(gene: str, what: str, lang: Lang) -> str:
    if what in ("amplification", "deletion", "wild_type"):
        return label(f"found.{what}", lang, gene=gene)
    if what in ("fusion", "rearranged"):
        return label("found.fusion", lang, partners=gene)
    return f"{gene} {_class(what, lang)}"


def of(words: str, lang: Lang) -> str:
    """The words after *of*, which French joins to a vowel.

    >>> of("encorafénib", "fr"), of("un sel de platine", "fr"), of("imatinib", "en")
    ('d’encorafénib', 'd’un sel de platine', 'of imatinib')
    """
    if lang == "en":
        return f"of {words}"
    plain = unicodedata.normalize("NFD", words[:1].lower())[:1]
    return f"d’{words}" if plain in tuple("aeiouhœ") else f"de {words}"


def medicine(name: str, lang: Lang) -> str:
    """A medicine, or a group of them, as a sentence names it."""
    if name.startswith("@"):
        group = base.groups()[name[1:]]
        return group.fr if lang == "fr" else group.en
    if treatments.medicine(name) is None:
        return treatment(name, lang)
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


_TUMOURS, _BUT = 2, 1  # named in a sentence; a label's whole list stands in the tables


def tumours(codes: Iterable[str], lang: Lang) -> str:
    """The tumours of a statement as a sentence names them: a long list by its first ones.

    >>> tumours(["NSCLC", "-LUSC"], "en"), tumours(["MEL", "ARMM", "ESMM"], "en")
    ('Non-Small Cell Lung Cancer (but not Lung Squamous Cell Carcinoma)', 'Melanoma and related types')
    """
    every = list(codes)
    named = [_tumour(code, lang) for code in every if not code.startswith("-")]
    but = [_tumour(code[1:], lang) for code in every if code.startswith("-")]
    text = ", ".join(named) if len(named) <= _TUMOURS else label("tumours.related", lang, tumour=named[0])
    if not but:
        return text
    left_out = (
        label("tumours.but", lang, tumours=", ".join(but)) if len(but) <= _BUT else label("tumours.but_some", lang)
    )
    return text + left_out


def _tumour(code: str, lang: Lang) -> str:
    return label(f"tumours.{code}", lang) if has_label(f"tumours.{code}") else oncotree.name(code, lang)


def line(statement: Statement, lang: Lang) -> str:
    """The line and extent that a statement speaks of; a cancer of the blood has no extent of that kind."""
    of_blood = base.tumours_of(statement.tumour) <= base.tumours_of((base.BLOOD,))
    extents = () if of_blood else statement.extent
    extent = " / ".join(label(f"extent.{one}", lang) for one in extents if one != "any")
    asked = statement.line
    if asked == "any":
        return extent or label("line.any", lang)
    words = label("line.maintenance", lang) if asked == "maintenance" else label("line.number", lang, line=asked)
    return f"{extent}, {words}" if extent else words


def condition(one: Condition, lang: Lang) -> str:
    """A condition as a sentence part."""
    if one.kind == "feature":
        words = FEATURES[one.what[0]][lang == "fr"]
        key = f"condition.not.{one.what[0]}"
        return words if one.wanted else label(key, lang) if has_label(key) else label("condition.not", lang, what=words)
    if one.kind in ("age", "ecog"):
        sign = {">=": "≥", "<=": "≤"}.get(one.sign, one.sign)
        return label(f"condition.{one.kind}", lang, sign=sign, number=f"{one.number:g}")
    names = label("condition.or", lang).join(treatment(name, lang) for name in one.what)
    return label(f"condition.{one.kind}", lang, what=names)


def treatment(name: str, lang: Lang) -> str:
    """A treatment that was given or is asked for: a medicine, a group of them, or a whole class."""
    of_class = treatments.treatment_class(name)
    key = f"treatment_class.{of_class}"
    if of_class and treatments.medicine(name) is None and has_label(key):
        return label(key, lang)
    if name in base.groups():
        return medicine(f"@{name}", lang)
    return medicine(name, lang) if name.startswith("@") else treatments.name(name, lang)
