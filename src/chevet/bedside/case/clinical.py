"""The clinical facts of a case: what its fields say, and what its note says where they are silent."""

from __future__ import annotations

import re
from typing import Any

from chevet.bedside.case.cells import count, number, strings, words
from chevet.bedside.case.clinical_text import Noted
from chevet.bedside.case.extent import Extent, line_of, maintained, read_extent
from chevet.bedside.case.reading import Fact, Flag, NotRead
from chevet.bedside.case.treatment_names import medicines_in
from chevet.therapy.case import Clinical
from chevet.therapy.conditions import FEATURES
from chevet.words import sexes

_NO_TREATMENT = re.compile(
    r"(?:none|no|nil|aucune?s?|néant|no (?:prior|previous) (?:treatment|therap\w+)|aucun traitement(?: antérieur)?|"
    r"treatment[- ]na[iï]ve|naïf de traitement|observation|(?:active )?surveillance|watch(?:ful)? (?:and )?wait\w*|"
    r"abstention|(?:best )?supportive care|bsc|soins de support|-)",
    re.IGNORECASE,
)
_KNOWN = frozenset({
    "extent", "line", "prior_therapies", "progressed_on", "fit_for_intensive", "ecog", "age_years", "sex", "weight_kg",
    "height_cm", "labs", "comedication", "text", "features", *FEATURES,
})  # fmt: skip


def clinical_of(given: dict[str, Any], note: Noted, flags: list[Flag], not_read: list[NotRead], name: str) -> Clinical:
    """The facts of a case's `clinical`; those that come from the note are flagged, those not understood told."""
    extent = _extent(given, not_read, name)
    prior, progressed = (_therapies(given.get(key), not_read, name) for key in ("prior_therapies", "progressed_on"))
    features = _features(given, note, extent)
    line = line_of(given.get("line")) or note.line or (1 if note.untreated else None)
    not_read += [NotRead(name, 0, "unknown_field", f"clinical.{key}"[:50]) for key in given if key not in _KNOWN]
    fit = given.get("fit_for_intensive")
    _tell(given, note, flags)
    ecog, age = count(given.get("ecog"), zero=True), _age(given.get("age_years"))
    return Clinical(
        extent=extent.name or note.extent, line=line,  # type: ignore[arg-type]
        prior_therapies=tuple(dict.fromkeys((*prior, *note.given))),
        progressed_on=tuple(dict.fromkeys((*progressed, *note.progressed_on))),
        fit_for_intensive=fit if isinstance(fit, bool) else features.get("fit_for_intensive"),
        ecog=note.ecog if ecog is None or ecog > 5 else ecog, age_years=note.age_years if age is None else age,
        sex=sexes.sex(words(given.get("sex"))) or note.sex,
        weight_kg=_within(given.get("weight_kg"), 1, 400), height_cm=_within(given.get("height_cm"), 30, 260),
        features=features, labs=_labs(given.get("labs"), not_read, name),
        comedication=tuple(strings(given.get("comedication"))), text=words(given.get("text")) or "",
        prior_said="prior_therapies" in given or note.untreated,
    )  # fmt: skip


def _features(given: dict[str, Any], note: Noted, extent: Extent) -> dict[str, bool]:
    """The note's features, over them those in the words of the extent, and over all those that the case says itself."""
    features = {key: said for key, said in note.features.items() if key not in note.unclear} | extent.features
    features |= maintained(words(given.get("line")) or "")
    own = given.get("features")
    for source in (own if isinstance(own, dict) else {}, given):
        features |= {key: source[key] for key in FEATURES if isinstance(source.get(key), bool)}
    return features


def _tell(given: dict[str, Any], note: Noted, flags: list[Flag]) -> None:
    """Flag each fact that the note alone says, and each on which it contradicts itself."""
    told = [
        Fact("feature", key, said)
        for key, said in note.features.items()
        if not isinstance(given.get(key), bool) and key not in note.unclear
    ]
    told += [Fact("line", str(note.line))] if note.line and given.get("line") is None else []
    told += [Fact("extent", note.extent)] if note.extent and not words(given.get("extent")) else []
    told += [Fact("ecog", str(note.ecog))] if note.ecog is not None and given.get("ecog") is None else []
    earlier = [*strings(given.get("prior_therapies")), *strings(given.get("progressed_on"))]
    told += [
        Fact("treatment", name) for name in dict.fromkeys((*note.given, *note.progressed_on)) if name not in earlier
    ]
    if told:
        flags.append(Flag("from_note", facts=tuple(told)))
    flags += [Flag("note_unclear", facts=(Fact("feature", key),)) for key in dict.fromkeys(note.unclear)]


def _extent(given: dict[str, Any], not_read: list[NotRead], name: str) -> Extent:
    text = words(given.get("extent"))
    if text is None:
        return Extent()
    found = read_extent(text)
    if not found.understood:
        not_read.append(NotRead(name, 0, "unknown_extent", text[:40]))
    return found


def _therapies(given: object, not_read: list[NotRead], name: str) -> list[str]:
    """Names of treatments: each medicine of a regimen by itself; a text that is not known stays, and is told."""
    found: list[str] = []
    for text in strings(given):
        if _NO_TREATMENT.fullmatch(text.strip()):
            continue
        known = medicines_in(text)
        if not known:
            not_read.append(NotRead(name, 0, "treatment_not_known", text[:40]))
        found += known or [text]
    return list(dict.fromkeys(found))


def _labs(given: object, not_read: list[NotRead], name: str) -> dict[str, float]:
    if not isinstance(given, dict):
        return {}
    found: dict[str, float] = {}
    for key, value in given.items():
        measured = number(value)
        if measured is None and value is not None:
            not_read.append(NotRead(name, 0, "lab_without_number", str(key)[:40]))
        elif measured is not None:
            found[str(key)] = measured
    return found


def _age(value: object) -> float | None:
    return _within(value, 0, 120)


def _within(value: object, low: float, high: float) -> float | None:
    """The number, where it can be what it is said to be."""
    found = number(value)
    return found if found is not None and low <= found <= high else None
