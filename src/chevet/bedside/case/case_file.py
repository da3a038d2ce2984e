"""The case as a document: JSON, or YAML of the same form (`schemas/case.schema.json`)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from chevet.bedside.case.clinical_text import Noted, medicines_in, read_note
from chevet.bedside.case.diagnosis import placed, said_besides
from chevet.bedside.case.findings import NotUnderstood, findings_of
from chevet.bedside.case.panels import tested_of
from chevet.bedside.case.reading import Flag, NotRead, ReadCase
from chevet.errors import BadInput
from chevet.genomics.alteration import Alteration, Place
from chevet.genomics.names import all_named
from chevet.therapy.case import EXTENTS, JURISDICTIONS, Case, Clinical, Jurisdiction
from chevet.therapy.conditions import FEATURES
from chevet.words import missing, sexes

_PIECES = re.compile(r"[,;.()]\s|\s[-–/]\s|/|\band\b|\bet\b", re.IGNORECASE)
_EXTENTS = {
    "local": "localised", "localized": "localised", "early": "localised", "resectable": "localised",
    "adjuvant": "localised", "neoadjuvant": "localised", "unresectable": "advanced", "recurrent": "relapsed",
    "relapse": "relapsed", "relapsed_or_refractory": "relapsed", "relapsed/refractory": "relapsed",
    "locally advanced": "locally_advanced", "newly_diagnosed": "", "stage iv": "metastatic",
    "métastatique": "metastatic",
    "localisé": "localised", "avancé": "advanced", "rechute": "relapsed", "réfractaire": "refractory",
}  # fmt: skip


def case_of(document: object, *, name: str = "", jurisdiction: Jurisdiction | None = None) -> ReadCase:
    """The case of a document, with all that could not be used.

    name          of the file, for what is reported
    jurisdiction  in place of the document's

    Raises BadInput for a document that is no case.
    """
    if not isinstance(document, dict):
        raise BadInput(
            "this document is no case: an object was expected, with case_id, diagnosis and alterations",
            next_act="Look at the schema: chevet bedside schema case.",
        )
    not_read: list[NotRead] = []
    flags: list[Flag] = []
    diagnosis_part = _part(document, "diagnosis", not_read, name)
    code, words = _words(diagnosis_part.get("oncotree")), _words(diagnosis_part.get("text"))
    if isinstance(document.get("diagnosis"), str):
        words = _words(document["diagnosis"])
    diagnosis = placed(code, words)
    clinical_part = _part(document, "clinical", not_read, name)
    note = read_note(" ; ".join(text for text in (words, _words(clinical_part.get("text"))) if text))
    clinical = _clinical(clinical_part, note, flags, not_read, name)
    alterations = _alterations(document.get("alterations"), not_read, name)
    alterations += _from_words((words, _words(clinical_part.get("text"))), alterations, flags)
    tested = tested_of(document.get("tested_genes"), not_read, name)
    said = _words(document.get("jurisdiction"))
    where = jurisdiction or (said.upper() if said else "EU")
    if where not in JURISDICTIONS:
        not_read.append(NotRead(name, 0, "unknown_jurisdiction", str(where)[:20]))
        where = "EU"
    known = ("case_id", "diagnosis", "clinical", "alterations", "tested_genes", "jurisdiction", "form")
    not_read += [NotRead(name, 0, "unknown_field", str(key)[:40]) for key in document if key not in known]
    case = Case(
        case_id=_words(document.get("case_id")) or "", diagnosis=diagnosis, clinical=clinical,
        alterations=tuple(alterations), tested=tested, jurisdiction=where,  # type: ignore[arg-type]
        jurisdiction_said=bool(jurisdiction or said),
    )  # fmt: skip
    return ReadCase(case, tuple(not_read), tuple(flags))


def _part(document: dict[str, Any], key: str, not_read: list[NotRead], name: str) -> dict[str, Any]:
    part = document.get(key)
    if part is None or isinstance(part, str):
        return {}
    if not isinstance(part, dict):
        not_read.append(NotRead(name, 0, "no_object", key))
        return {}
    return part


def _clinical(given: dict[str, Any], note: Noted, flags: list[Flag], not_read: list[NotRead], name: str) -> Clinical:
    extent = _extent(_words(given.get("extent")), not_read, name) or note.extent
    prior = _therapies(given.get("prior_therapies"))
    progressed = _therapies(given.get("progressed_on"))
    features = dict(note.features)
    for key in FEATURES:
        if isinstance(given.get(key), bool):
            features[key] = given[key]
    if _words(given.get("extent")) == "newly_diagnosed":
        features.setdefault("newly_diagnosed", True)
    from_note = [key for key in note.features if not isinstance(given.get(key), bool)]
    if from_note or note.progressed_on or (note.line and given.get("line") is None):
        flags.append(Flag("from_note", ", ".join(FEATURES[key][0] for key in from_note)))
    flags += [Flag("note_unclear", FEATURES[key][0]) for key in note.unclear]
    for key in note.unclear:
        features.pop(key, None)
    line = _count(given.get("line")) or note.line
    fit = given.get("fit_for_intensive")
    return Clinical(
        extent=extent, line=line,  # type: ignore[arg-type]
        prior_therapies=tuple(dict.fromkeys((*prior, *note.given))),
        progressed_on=tuple(dict.fromkeys((*progressed, *note.progressed_on))),
        fit_for_intensive=fit if isinstance(fit, bool) else features.get("fit_for_intensive"),
        ecog=_count(given.get("ecog"), zero=True) if given.get("ecog") is not None else note.ecog,
        age_years=_number(given.get("age_years")) if given.get("age_years") is not None else note.age_years,
        sex=sexes.sex(_words(given.get("sex"))),
        weight_kg=_number(given.get("weight_kg")), height_cm=_number(given.get("height_cm")),
        features=features, labs=_labs(given.get("labs"), not_read, name),
        comedication=tuple(_strings(given.get("comedication"))),
        text=_words(given.get("text")) or "",
        prior_said="prior_therapies" in given,
    )  # fmt: skip


def _extent(text: str | None, not_read: list[NotRead], name: str) -> str | None:
    if text is None:
        return None
    plain = text.lower().strip()
    found = plain if plain in EXTENTS else _EXTENTS.get(plain, _EXTENTS.get(plain.replace("_", " ")))
    if found is None:
        not_read.append(NotRead(name, 0, "unknown_extent", text[:40]))
    return found or None


def _therapies(given: object) -> list[str]:
    """Names of treatments: each medicine of a regimen by itself; a text that is not known stays as it is."""
    found: list[str] = []
    for text in _strings(given):
        known = medicines_in(text)
        found += known or [text]
    return list(dict.fromkeys(found))


def _alterations(given: object, not_read: list[NotRead], name: str) -> list[Alteration]:
    if given is None:
        return []
    if not isinstance(given, list):
        not_read.append(NotRead(name, 0, "no_list", "alterations"))
        return []
    found: list[Alteration] = []
    for row, entry in enumerate(given, 1):
        try:
            found += findings_of(entry, Place(name, row))
        except NotUnderstood as error:
            found += error.found
            not_read.append(NotRead(name, row, error.reason, error.detail))
    return found


def _from_words(texts: Iterable[str | None], alterations: list[Alteration], flags: list[Flag]) -> list[Alteration]:
    """Markers and receptors that the words of the case say, unless the list of findings says them itself."""
    known = {one.name for one in alterations if one.name}
    found: list[Alteration] = []
    for text in texts:
        if not text:
            continue
        candidates = list(said_besides(text))
        for part in _PIECES.split(text):
            candidates += [one for one in all_named(part) if one.type in ("expression", "signature")]
        for one in candidates:
            if one.name not in known:
                known.add(one.name)
                found.append(one)
    if found:
        flags.append(Flag("markers_from_note", ", ".join(one.name for one in found)))
    return found


def _labs(given: object, not_read: list[NotRead], name: str) -> dict[str, float]:
    if not isinstance(given, dict):
        return {}
    found: dict[str, float] = {}
    for key, value in given.items():
        number = _number(value)
        if number is None:
            not_read.append(NotRead(name, 0, "lab_without_number", str(key)[:40]))
        else:
            found[str(key)] = number
    return found


def _words(value: object) -> str | None:
    return value.strip() if isinstance(value, str) and not missing.is_missing(value) else None


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value] if not missing.is_missing(value) else []
    return [one.strip() for one in value if isinstance(one, str) and one.strip()] if isinstance(value, list) else []


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if -1e9 < number < 1e9 else None


def _count(value: object, *, zero: bool = False) -> int | None:
    number = _number(value)
    if number is None or number != int(number) or number < (0 if zero else 1) or number > 20:
        return None
    return int(number)
