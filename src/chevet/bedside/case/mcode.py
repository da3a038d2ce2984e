"""An mCODE bundle (FHIR R4) as a case: patient, primary cancer, stage, medicines, markers and genomic findings.

Read by the codes of mCODE STU3 and the Genomics Reporting guide (LOINC); profiles are not demanded, for hospitals
leave them out.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from chevet.bedside.case.marker_entries import is_marker_name
from chevet.bedside.case.sample import names_purity
from chevet.errors import BadInput
from chevet.words import oncotree

_CANCER = re.compile(
    r"cancer|carcinom|tumou?r|neoplas|lymphom|leuk|leuc|melanom|sarcom|myelom|gliom|malign", re.IGNORECASE
)
_GENE, _PROTEIN, _CODING, _GENOMIC = "48018-6", "48005-3", "48004-6", "81290-9"
_SHARE, _COPIES, _SOURCE, _CHANGE = "81258-6", "82155-3", "48002-0", "48019-4"
_ECOG = frozenset({"89247-1", "89262-0", "42800007"})
_WEIGHT, _HEIGHT = frozenset({"29463-7", "3141-9"}), frozenset({"8302-2"})
_STAGES = frozenset({"21908-9", "21902-2", "21914-7"})
_DISTANT = frozenset({"21907-1", "21901-4", "21912-1"})
_STATUS = "97509-4"
_SKIPPED = frozenset({
    "Practitioner", "Organization", "Encounter", "Appointment", "ResearchSubject", "ResearchStudy", "Specimen",
    "CarePlan", "Provenance", "BodyStructure", "Location", "PractitionerRole",
})  # fmt: skip


def is_bundle(document: object) -> bool:
    """Whether a document is a FHIR bundle."""
    return isinstance(document, dict) and document.get("resourceType") == "Bundle"


def case_of_bundle(bundle: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The bundle in the form of a case file, and what of it was not used, as (reason, detail).

    Raises BadInput for a bundle of several patients.
    """
    resources = [one for entry in _list(bundle, "entry") if (one := _object(entry, "resource"))]
    people = {str(one.get("id") or "") for one in resources if one.get("resourceType") == "Patient"}
    if len(people) > 1:
        raise BadInput(
            f"the bundle speaks of {len(people)} patients",
            next_act="Export the bundle of one patient and give it again.",
        )
    left: list[tuple[str, str]] = []
    clinical: dict[str, Any] = {}
    case: dict[str, Any] = {"case_id": next(iter(people), ""), "diagnosis": {}, "clinical": clinical, "alterations": []}
    for one in resources:
        _READERS.get(str(one.get("resourceType")), _pass)(one, case, left)
    _age(resources, bundle, clinical)
    return case, _counted(left)


def _pass(one: dict[str, Any], case: dict[str, Any], left: list[tuple[str, str]]) -> None:
    kind = str(one.get("resourceType") or "")
    if kind not in _SKIPPED:
        left.append(("part_not_used", kind[:30]))


def _patient(one: dict[str, Any], case: dict[str, Any], left: list[tuple[str, str]]) -> None:
    case["clinical"]["sex"] = str(one.get("gender") or "")


def _condition(one: dict[str, Any], case: dict[str, Any], left: list[tuple[str, str]]) -> None:
    coded = list(_codings(one.get("code")))
    text = _words(one.get("code"))
    profiles = " ".join(str(each) for each in _object(one, "meta").get("profile") or ())
    if "secondary-cancer" in profiles:
        case["clinical"]["extent"] = "metastatic"
        return
    code = next((found for system, value, _ in coded if (found := _oncotree(system, value))), "")
    histology = _object_list(one, "extension", "histology")
    code = next(
        (found for each in histology for system, value, _ in _codings(each) if (found := _oncotree(system, value))),
        code,
    )
    if "primary-cancer" not in profiles and not code and not _CANCER.search(text):
        left.append(("part_not_used", "Condition"))
        return
    known = case["diagnosis"]
    if known.get("text") and (known["text"], known.get("oncotree")) != (text, code):
        left.append(("several_cancers", text[:60]))
        return
    case["diagnosis"] = {"oncotree": code, "text": text}
    for stage in _list(one, "stage"):
        _stage(_words(stage.get("summary")), case)


def _oncotree(system: str, value: str) -> str:
    plain = system.lower()
    if "oncotree" in plain:
        return oncotree.find(value) or ""
    if "ncit" in plain or "nci" in plain or "2.16.840.1.113883.3.26.1.1" in plain:
        return oncotree.from_ncit(value) or ""
    return ""


def _stage(text: str, case: dict[str, Any]) -> None:
    if re.search(r"\bIV[A-C]?\b|\bc?p?M1[abc]?\b|metasta", text):
        case["clinical"]["extent"] = "metastatic"
    elif re.search(r"\bI{1,3}[ABC]?\b", text):
        case["clinical"].setdefault("extent", "localised")


def _medicine(one: dict[str, Any], case: dict[str, Any], left: list[tuple[str, str]]) -> None:
    name = _words(one.get("medicationCodeableConcept")) or _words(_object(one, "medication").get("concept"))
    status = str(one.get("status") or "")
    if status in ("cancelled", "entered-in-error", "not-done", "draft", "on-hold"):
        left.append(("medicine_not_given", status))
    elif name:
        given = case["clinical"].setdefault("prior_therapies", [])
        if name not in given:
            given.append(name)
        reason = _words(one.get("statusReason")) or " ".join(
            _words(each) for each in one.get("statusReason") or () if isinstance(each, dict)
        )
        if re.search(r"progress", reason, re.IGNORECASE):
            case["clinical"].setdefault("progressed_on", []).append(name)
    else:
        left.append(("part_not_used", "Medication"))


def _procedure(one: dict[str, Any], case: dict[str, Any], left: list[tuple[str, str]]) -> None:
    text = _words(one.get("code"))
    kind = "radiotherapy" if re.search(r"radi(?:ation|other)|teletherapy|brachy", text, re.IGNORECASE) else ""
    if not kind:
        left.append(("part_not_used", "Procedure"))
    elif kind not in case["clinical"].setdefault("prior_therapies", []):
        case["clinical"]["prior_therapies"].append(kind)


def _observation(one: dict[str, Any], case: dict[str, Any], left: list[tuple[str, str]]) -> None:
    codes = {value for _, value, _ in _codings(one.get("code"))}
    status = str(one.get("status") or "")
    if status in ("cancelled", "entered-in-error"):
        left.append(("rejected_by_source", status))
        return
    parts = {value: part for part in _list(one, "component") for _, value, _ in _codings(part.get("code"))}
    clinical = case["clinical"]
    if _GENE in parts or _PROTEIN in parts or "69548-6" in codes:
        _variant(one, parts, case, left)
    elif codes & _ECOG:
        number = one.get("valueInteger", _object(one, "valueQuantity").get("value"))
        found = re.search(r"[0-4]", str(number if number is not None else _words(one.get("valueCodeableConcept"))))
        clinical["ecog"] = int(found[0]) if found else None
    elif codes & _WEIGHT or codes & _HEIGHT:
        clinical["weight_kg" if codes & _WEIGHT else "height_cm"] = _object(one, "valueQuantity").get("value")
    elif codes & _STAGES or codes & _DISTANT:
        _stage(_words(one.get("valueCodeableConcept")), case)
    elif _STATUS in codes:
        _disease_status(_words(one.get("valueCodeableConcept")), case)
    else:
        _marker(one, case, left)


def _disease_status(text: str, case: dict[str, Any]) -> None:
    if re.search(r"remission", text, re.IGNORECASE):
        case["clinical"]["extent"] = "remission"


def _variant(one: dict[str, Any], parts: dict[str, Any], case: dict[str, Any], left: list[tuple[str, str]]) -> None:
    verdict = _words(one.get("valueCodeableConcept")).lower()
    if verdict in ("absent", "negative", "no call", "not detected"):
        left.append(("rejected_by_source", verdict))
        return
    entry: dict[str, Any] = {"type": "variant", "gene": _words(_value(parts.get(_GENE)))}
    for code, key in ((_PROTEIN, "protein_change"), (_CODING, "cdna"), (_GENOMIC, "genomic")):
        text = _code(_value(parts.get(code)))
        if text:
            entry[key] = text
    entry["vaf"] = _object(_wrapped(parts.get(_SHARE)), "valueQuantity").get("value")
    copies = _object(_wrapped(parts.get(_COPIES)), "valueQuantity").get("value")
    change = _words(_value(parts.get(_CHANGE))).lower()
    if copies is not None or "copy" in change or "amplif" in change:
        entry = {
            "gene": entry["gene"],
            "copy_number": copies,
            "text": "amplification"
            if "gain" in change or "amplif" in change
            else "deletion"
            if "loss" in change
            else f"CN {copies}",
        }
    source = _words(_value(parts.get(_SOURCE))).lower()
    entry["origin"] = "germline" if "germline" in source else "somatic" if "somatic" in source else ""
    case["alterations"].append({key: value for key, value in entry.items() if value not in (None, "")})


def _marker(one: dict[str, Any], case: dict[str, Any], left: list[tuple[str, str]]) -> None:
    name = _words(one.get("code"))
    quantity = _object(one, "valueQuantity")
    value = quantity.get("value") if quantity else _words(one.get("valueCodeableConcept")) or one.get("valueString")
    spelt = _named_marker(name)
    if names_purity(name) and value not in (None, ""):
        if case.setdefault("sample", {}).setdefault("purity", (said := f"{value}{quantity.get('unit') or ''}")) != said:
            left.append(("part_not_used", "tumour purity of several samples"))
    elif spelt and value not in (None, ""):
        case["alterations"].append(
            {"type": "expression", "name": spelt, "value": value, "unit": str(quantity.get("unit") or "")}
        )
    else:
        left.append(("part_not_used", "Observation"))


_MARKERS = (
    (r"HER-?2|ERBB2", "HER2"), (r"o?estrogen receptor", "ER"), (r"progesterone receptor", "PR"),
    (r"microsatellite", "MSI"), (r"mismatch repair", "MMR"), (r"mutational burden|mutation burden", "TMB"),
    (r"PD-?L1.*tumou?r proportion|PD-?L1.*TPS|PD-?L1 by", "PD-L1 TPS"), (r"PD-?L1.*(?:CPS|combined)", "PD-L1 CPS"),
    (r"homologous recombination", "HRD"), (r"Ki-?67", "Ki-67"), (r"MGMT", "MGMT"),
)  # fmt: skip


def _named_marker(name: str) -> str:
    if is_marker_name(name):
        return name
    return next((spelt for pattern, spelt in _MARKERS if re.search(pattern, name, re.IGNORECASE)), "")


def _age(resources: list[dict[str, Any]], bundle: dict[str, Any], clinical: dict[str, Any]) -> None:
    """The age on the day of the bundle, which says its own; without one it stays unsaid."""
    born = next((str(one.get("birthDate") or "") for one in resources if one.get("resourceType") == "Patient"), "")
    stamp = str(bundle.get("timestamp") or "")[:10]
    try:
        day, birth = datetime.date.fromisoformat(stamp), datetime.date.fromisoformat(born)
    except ValueError:
        return
    years = (day - birth).days / 365.25
    if 0 <= years < 130:
        clinical["age_years"] = round(years, 1)


def _counted(left: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [
        (reason, f"{detail} × {times}" if times > 1 else detail) for (reason, detail), times in Counter(left).items()
    ]


def _codings(concept: object) -> Iterator[tuple[str, str, str]]:
    for one in _list(concept if isinstance(concept, dict) else {}, "coding"):
        yield str(one.get("system") or ""), str(one.get("code") or ""), str(one.get("display") or "")


def _words(concept: object) -> str:
    if isinstance(concept, str):
        return concept
    if not isinstance(concept, dict):
        return ""
    text = concept.get("text")
    if isinstance(text, str) and text:
        return text
    coded = list(_codings(concept))
    return next((display for *_, display in coded if display), "") or next((code for _, code, _ in coded if code), "")


def _code(concept: object) -> str:
    """The code of a concept where it is a change in HGVS, else its words."""
    for _, code, display in _codings(concept):
        for text in (code, display):
            if re.search(r"(?:^|:)[pcg]\.", text):
                return text
    return _words(concept)


def _wrapped(part: object) -> dict[str, Any]:
    return part if isinstance(part, dict) else {}


def _value(part: object) -> object:
    inner = _wrapped(part)
    return inner.get("valueCodeableConcept") or inner.get("valueString")


def _object(parent: dict[str, Any], key: str) -> dict[str, Any]:
    value = parent.get(key)
    return value if isinstance(value, dict) else {}


def _list(parent: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = parent.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _object_list(parent: dict[str, Any], key: str, named: str) -> list[dict[str, Any]]:
    """The concepts of the extensions whose address holds a word."""
    return [_object(one, "valueCodeableConcept") for one in _list(parent, key) if named in str(one.get("url") or "")]


_READERS = {
    "Patient": _patient, "Condition": _condition, "MedicationRequest": _medicine, "MedicationStatement": _medicine,
    "MedicationAdministration": _medicine, "Procedure": _procedure, "Observation": _observation,
}  # fmt: skip
