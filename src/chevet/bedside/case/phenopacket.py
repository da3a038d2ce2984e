"""A GA4GH Phenopacket (version 2) as a case: disease, stage, sex, treatments, measurements and interpretations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from chevet.bedside.case.sample import names_purity
from chevet.words import oncotree

_AGE = re.compile(r"P(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)D)?")
_FOUND = frozenset({"CAUSATIVE", "CONTRIBUTORY", "CANDIDATE", "UNKNOWN_STATUS", ""})
_METASTATIC = re.compile(r"\bM1[a-c]?\b|stage IV|metasta", re.IGNORECASE)


def is_phenopacket(document: object) -> bool:
    """Whether a document is one packet."""
    return isinstance(document, dict) and isinstance(document.get("subject"), dict) and "resourceType" not in document


def case_of_packet(packet: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The packet in the form of a case file, and what of it was not used, as (reason, detail)."""
    left: list[tuple[str, str]] = []
    subject = _object(packet, "subject")
    diagnosis, extent = _disease(packet)
    clinical: dict[str, Any] = {"sex": str(subject.get("sex") or "").lower().replace("unknown_sex", "")}
    age = _years(_object(subject, "timeAtLastEncounter")) or _years(_object(_first(packet, "diseases"), "onset"))
    if age is not None:
        clinical["age_years"] = age
    if extent:
        clinical["extent"] = extent
    given = list(_treatments(packet))
    if given:
        clinical["prior_therapies"] = given
    measured = list(_measurements(packet, left))
    shares = [f"{one['value']}{one['unit']}" for one in measured if names_purity(one["name"])]
    case = {
        "case_id": str(subject.get("id") or packet.get("id") or ""), "diagnosis": diagnosis, "clinical": clinical,
        "alterations": [*_alterations(packet, left), *(one for one in measured if not names_purity(one["name"]))],
    }  # fmt: skip
    if len(set(shares)) == 1:
        case["sample"] = {"purity": shares[0]}
    elif shares:
        left.append(("part_not_used", "tumour purity of several samples"))
    known = {"id", "subject", "diseases", "interpretations", "measurements", "medicalActions", "metaData", "biosamples"}
    left += [("part_not_used", key) for key in packet if key not in known and packet[key]]
    return case, left


def _disease(packet: dict[str, Any]) -> tuple[dict[str, str], str]:
    diseases = [one for one in _list(packet, "diseases") if not one.get("excluded")]
    for one in diseases:
        term = _object(one, "term")
        code = oncotree.from_ncit(str(term.get("id") or "")) or ""
        if len(diseases) == 1 or code:
            stages = [
                str(stage.get("label") or "")
                for key in ("diseaseStage", "clinicalTnmFinding")
                for stage in _list(one, key)
            ]
            spread = any(_METASTATIC.search(stage) for stage in stages)
            return {"oncotree": code, "text": str(term.get("label") or "")}, "metastatic" if spread else ""
    samples = (_object(sample, "histologicalDiagnosis") for sample in _list(packet, "biosamples"))
    named = next((one for one in samples if one.get("label")), {})
    return {"oncotree": oncotree.from_ncit(str(named.get("id") or "")) or "", "text": str(named.get("label") or "")}, ""


def _alterations(packet: dict[str, Any], left: list[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    for interpretation in _list(packet, "interpretations"):
        for found in _list(_object(interpretation, "diagnosis"), "genomicInterpretations"):
            status = str(found.get("interpretationStatus") or "")
            if status not in _FOUND:
                left.append(("rejected_by_source", status[:30]))
                continue
            variant = _object(found, "variantInterpretation")
            descriptor = _object(variant, "variationDescriptor")
            if descriptor:
                yield _variant(descriptor, variant)
            elif gene := _object(found, "gene").get("symbol"):
                yield {"type": "variant", "gene": gene}
            else:
                left.append(("part_not_used", "genomicInterpretation"))


def _variant(descriptor: dict[str, Any], variant: dict[str, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = {"gene": _object(descriptor, "geneContext").get("symbol") or ""}
    for expression in _list(descriptor, "expressions"):
        syntax, value = str(expression.get("syntax") or ""), str(expression.get("value") or "")
        if syntax == "hgvs.p":
            entry.setdefault("protein_change", value)
        elif syntax == "hgvs.c":
            entry.setdefault("cdna", value)
        elif syntax == "hgvs.g":
            entry.setdefault("genomic", value)
    record = _object(descriptor, "vcfRecord")
    if record.get("genomeAssembly") and "genomic" not in entry:
        entry["genomic"] = (
            ":".join(str(record.get(key) or "") for key in ("genomeAssembly", "chrom", "pos", "ref"))
            + f">{record.get('alt')}"
        )
    copies = _object(_object(_object(descriptor, "variation"), "copyNumber"), "number").get("value")
    if copies is not None:
        entry["copy_number"] = copies
    if not {"protein_change", "cdna"} & set(entry):
        entry["text"] = str(descriptor.get("label") or descriptor.get("description") or "")
    origin = str(_object(descriptor, "allelicState").get("label") or "").lower()
    if "germline" in str(variant.get("acmgPathogenicityClassification") or "").lower() or "germline" in origin:
        entry["origin"] = "germline"
    for extension in _list(descriptor, "extensions"):
        name, said = str(extension.get("name") or "").lower(), extension.get("value")
        if name in ("allele-frequency", "vaf", "allele_frequency"):
            entry["vaf"] = said
        elif name in ("origin", "variant-origin") and isinstance(said, str):
            entry["origin"] = said
    return {key: value for key, value in entry.items() if value not in ("", None)}


def _measurements(packet: dict[str, Any], left: list[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    of_samples = (one for sample in _list(packet, "biosamples") for one in _list(sample, "measurements"))
    for one in (*_list(packet, "measurements"), *of_samples):
        name = str(_object(one, "assay").get("label") or "")
        value = _object(one, "value")
        quantity = _object(value, "quantity")
        said = quantity.get("value") if quantity else _object(value, "ontologyClass").get("label")
        if not name or said is None:
            left.append(("part_not_used", "measurement"))
            continue
        yield {
            "type": "signature",
            "name": name,
            "value": said,
            "unit": str(_object(quantity, "unit").get("label") or ""),
        }


def _treatments(packet: dict[str, Any]) -> Iterator[str]:
    for action in _list(packet, "medicalActions"):
        agent = _object(_object(action, "treatment"), "agent").get("label")
        if agent:
            yield str(agent)
        if _object(action, "radiationTherapy"):
            yield "radiotherapy"


def _years(moment: dict[str, Any]) -> float | None:
    text = _object(moment, "age").get("iso8601duration") or moment.get("iso8601duration")
    found = _AGE.fullmatch(str(text or ""))
    if found is None or not any(found.groups()):
        return None
    years, months, days = (float(part or 0) for part in found.groups())
    total = years + months / 12 + days / 365.25
    return round(total, 1) if total < 130 else None


def _object(parent: dict[str, Any], key: str) -> dict[str, Any]:
    value = parent.get(key)
    if value is None:
        value = parent.get(re.sub(r"([A-Z])", lambda found: f"_{found[1].lower()}", key))
    return value if isinstance(value, dict) else {}


def _list(parent: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = parent.get(key)
    if value is None:
        value = parent.get(re.sub(r"([A-Z])", lambda found: f"_{found[1].lower()}", key))
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _first(parent: dict[str, Any], key: str) -> dict[str, Any]:
    return next(iter(_list(parent, key)), {})
