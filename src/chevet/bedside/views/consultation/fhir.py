"""The consultation as a FHIR R4 bundle by the Genomics Reporting guide (STU3, 3.0.0, 2024-12-12).

One `genomic-report`, the sample of the tumour, one `variant` for each finding of a gene, one `tmb` or `msi` where
measured, and one `therapeutic-implication` for each option and for each medicine that must not be given. The report is
*preliminary*: a clinician decides. The patient is known by the number of the case alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from chevet.bedside.views.consultation.answer_codes import ASSEMBLIES, CHROMOSOMES, ORIGINS
from chevet.words import genes, oncotree
from chevet.words.labels import label
from chevet.words.signs import drawable

Told = dict[str, Any]
Resource = dict[str, Any]

GUIDE = "http://hl7.org/fhir/uv/genomics-reporting"
LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
HGVS, HGNC = "http://varnomen.hgvs.org", "http://www.genenames.org/geneId"
ONTOLOGY, NCIT = "http://www.sequenceontology.org", "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"
CASE = "urn:chevet:case"
TO_BE_DETERMINED = f"{GUIDE}/CodeSystem/tbd-codes-cs"
ARTIFACT = "http://hl7.org/fhir/StructureDefinition/workflow-relatedArtifact"
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, CASE)

KINDS = {
    "fusion": ("SO:0001565", "gene_fusion"), "amplification": ("SO:0001742", "copy_number_gain"),
    "gain": ("SO:0001742", "copy_number_gain"), "deletion": ("SO:0001743", "copy_number_loss"),
    "loss": ("SO:0001743", "copy_number_loss"),
}  # fmt: skip
MSI = {"high": ("LA26203-2", "MSI-H"), "low": ("LA26202-4", "MSI-L"), "stable": ("LA14122-8", "Stable")}
# an effect at level A or B, and below: LOINC answers of LL539-8
EFFECTS = {
    "sensitivity": (("LA6677-4", "Responsive"), ("LA9661-5", "Presumed responsive")),
    "resistance": (("LA6676-6", "Resistant"), ("LA9660-7", "Presumed resistant")),
}
GENDERS = ("female", "male", "other")


def bundle(told: Told) -> Resource:
    """The object as a bundle of the type *collection*; the same object gives the same bundle, identifiers included."""
    made = _Bundle(told)
    patient = made.add("Patient", _patient(told))
    made.add("Condition", {"code": _tumour(told)})
    sample = made.add("Specimen", _sample(told))
    told_findings = [
        (one["label"], made.add("Observation", {**_finding(one, made), "specimen": _of_sample(one, sample)}))
        for one in told["findings"]
    ]
    findings = dict(reversed(told_findings))
    if told["sample"]["purity"] is not None:
        told_findings.append(("", made.add("Observation", _purity(told, sample, made))))
    implied = [made.add("Observation", _option(one, findings, made)) for one in told["options"]]
    implied += [made.add("Observation", _against(one, findings, made)) for one in told["not_to_give"]]
    report = _report(told, [*(name for _, name in told_findings), *implied])
    made.add("DiagnosticReport", {**report, "specimen": [{"reference": sample}]})
    return {
        "resourceType": "Bundle", "type": "collection", "identifier": {"system": CASE, "value": made.name("bundle")},
        "timestamp": f"{told['date']}T12:00:00Z", "entry": [made.with_subject(one, patient) for one in made.entries],
    }  # fmt: skip


class _Bundle:
    """The entries so far, each with a name of its own that follows from the case alone."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self.entries: list[Resource] = []

    def name(self, part: str) -> str:
        return str(uuid.uuid5(_SPACE, f"{self.told['case_id']}|{self.told['date']}|{part}"))

    def add(self, kind: str, content: Resource) -> str:
        """The reference to the resource, which is an entry from now on."""
        name = self.name(str(len(self.entries)))
        self.entries.append(
            {"fullUrl": f"urn:uuid:{name}", "resource": {"resourceType": kind, "id": name, **_written(content)}}
        )
        return f"urn:uuid:{name}"

    def with_subject(self, entry: Resource, patient: str) -> Resource:
        if entry["resource"]["resourceType"] == "Patient":
            return entry
        return {**entry, "resource": {**entry["resource"], "subject": {"reference": patient}}}


def _written(value: Any) -> Any:
    """The same content without what is empty, which FHIR forbids, and without signs that no text holds."""
    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, list):
        return [_written(one) for one in value]
    if isinstance(value, dict):
        return {key: _written(one) for key, one in value.items() if one not in (None, "", [], {})}
    return value


# -- the patient and the tumour


def _patient(told: Told) -> Resource:
    sex = told["clinical"]["sex"]
    return {
        "identifier": [{"system": CASE, "value": told["case_id"] or "-"}],
        "gender": sex if sex in GENDERS else None,
    }


def _tumour(told: Told) -> Resource:
    diagnosis = told["diagnosis"]
    known = oncotree.get(diagnosis["oncotree"] or "")
    coding = [{"system": NCIT, "code": known.ncit}] if known is not None and known.ncit else []
    return {"coding": coding, "text": diagnosis["name"] or diagnosis["text"] or "?"}


def _sample(told: Told) -> Resource:
    """The sample of the tumour; no other word on it is known to the object."""
    kind = {"system": "http://terminology.hl7.org/CodeSystem/v2-0487", "code": "TUMOR"}
    return {"identifier": [{"system": f"{CASE}:sample", "value": told["case_id"] or "-"}], "type": {"coding": [kind]}}


def _of_sample(one: Told, sample: str) -> Resource:
    """The sample that a finding was made in; what was inherited may have been read in another one."""
    return {} if one.get("origin") == "germline" else {"reference": sample}


def _purity(told: Told, sample: str, made: _Bundle) -> Resource:
    """The share of tumour cells, in per cent."""
    quantity = {"value": round(100 * told["sample"]["purity"], 4), "unit": "%", "system": UCUM, "code": "%"}
    words = {"text": label("change.fact.purity", told["lang"])}
    return {**_observation("", [], made), "code": words, "valueQuantity": quantity, "specimen": {"reference": sample}}


# -- findings


def _finding(one: Told, made: _Bundle) -> Resource:
    if one["type"] in ("signature", "expression"):
        return _marker(one, made)
    absent = one["type"] == "wild_type"
    value = _loinc("LA9634-2", "Absent") if absent else _loinc("LA9633-4", "Present")
    components = [*_genes(one), *_changes(one), *_place(one), *_amounts(one)]
    code, display = ORIGINS[one.get("origin", "unknown")]
    components.append(_component("48002-0", "Genomic source class [Type]", valueCodeableConcept=_loinc(code, display)))
    if one["type"] in KINDS:
        term, name = KINDS[one["type"]]
        kind = {"coding": [{"system": ONTOLOGY, "code": term, "display": name}]}
        components.append(_component("48019-4", "DNA change type", valueCodeableConcept=kind))
    return {
        **_observation("variant", ["GE"], made), "code": _loinc("69548-6", "Genetic variant assessment"),
        "valueCodeableConcept": value, "component": components,
        "note": [{"text": f"{one['label']}: {one['class_text']}, {one['oncogenicity']['points']} (Horak 2022)"}],
    }  # fmt: skip


def _genes(one: Told) -> list[Resource]:
    """The gene, or both partners of a fusion."""
    named = [name for name in one.get("fusion", "").split("::") if name] or [one.get("gene", "")]
    found = []
    for symbol in dict.fromkeys(name for name in named if name):
        gene = genes.resolve(symbol)
        coding = [{"system": HGNC, "code": gene.hgnc_id, "display": gene.symbol}] if gene else []
        value = {"coding": coding, "text": symbol}
        found.append(_component("48018-6", "Gene studied [ID]", valueCodeableConcept=value))
    return found


def _changes(one: Told) -> list[Resource]:
    found = []
    protein, cdna, transcript = one.get("protein_change"), one.get("cdna"), one.get("transcript")
    if protein:
        found.append(_component("48005-3", "Amino acid change (pHGVS)", valueCodeableConcept=_hgvs(protein)))
    if cdna:
        whole = f"{transcript}:{cdna}" if transcript else cdna
        found.append(_component("48004-6", "DNA change (c.HGVS)", valueCodeableConcept=_hgvs(whole)))
    if transcript:
        value = {"coding": [{"system": "http://www.ncbi.nlm.nih.gov/refseq", "code": transcript}]}
        found.append(_component("51958-7", "Transcript reference sequence [ID]", valueCodeableConcept=value))
    return found


def _hgvs(text: str) -> Resource:
    return {"coding": [{"system": HGVS, "code": text, "display": text}]}


def _place(one: Told) -> list[Resource]:
    """Build, chromosome, position and alleles of a change that says them."""
    if not one.get("genomic"):
        return []
    build, chromosome, position, change = one["genomic"].split(":", 3)
    ref, _, alt = change.partition(">")
    found = [_component("62374-4", "Human reference sequence assembly",
                        valueCodeableConcept=_loinc(ASSEMBLIES[build], build))]  # fmt: skip
    if chromosome in CHROMOSOMES:
        value = _loinc(CHROMOSOMES[chromosome], f"Chromosome {chromosome}")
        found.append(_component("48000-4", "Chromosome [Identifier]", valueCodeableConcept=value))
    found += [
        _component("81254-5", "Genomic allele start-end", valueRange={"low": {"value": int(position)}}),
        _component("92822-6", "Genomic coord system",
                   valueCodeableConcept=_loinc("LA30102-0", "1-based character counting")),
        _component("69547-8", "Genomic ref allele [ID]", valueString=ref),
        _component("69551-0", "Genomic alt allele [ID]", valueString=alt),
    ]  # fmt: skip
    return found


def _amounts(one: Told) -> list[Resource]:
    found = []
    if one.get("vaf") is not None:
        quantity = {"value": one["vaf"], "unit": "1", "system": UCUM, "code": "1"}
        found.append(_component("81258-6", "Sample variant allelic frequency [NFr]", valueQuantity=quantity))
    if one.get("copy_number") is not None:
        quantity = {"value": one["copy_number"], "unit": "1", "system": UCUM, "code": "1"}
        found.append(_component("82155-3", "Genomic structural variant copy number", valueQuantity=quantity))
    return found


def _marker(one: Told, made: _Bundle) -> Resource:
    """A measured marker; those with a profile of the guide by that profile."""
    name, value = one.get("name"), one.get("value")
    if name == "tmb" and isinstance(value, int | float):
        quantity = {"value": value, "unit": "Mutations/Megabase", "system": UCUM, "code": "1/1000000{Base}"}
        code = _loinc("94076-7", "Mutations/Megabase [# Ratio] in Tumor")
        return {**_observation("tmb", ["GE", "biomarker-category"], made), "code": code, "valueQuantity": quantity}
    if name == "msi" and value in MSI:
        code = _loinc("81695-9", "Microsatellite instability [Interpretation] in Cancer specimen Qualitative")
        return {**_observation("msi", ["GE", "biomarker-category"], made), "code": code,
                "valueCodeableConcept": _loinc(*MSI[value])}  # fmt: skip
    return {**_observation("", [], made), "code": {"text": name or one["label"]}, "valueString": one["label"]}


# -- what follows


def _option(one: Told, findings: dict[str, str], made: _Bundle) -> Resource:
    level = [f"AMP {one['tier']['amp']}"] + ([f"ESCAT {one['tier']['escat']}"] if one["tier"]["escat"] else [])
    return _implication(one, "sensitivity", one["tier"]["amp"], level, findings, made)


def _against(one: Told, findings: dict[str, str], made: _Bundle) -> Resource:
    level = [f"AMP {one['level']}"] if one["level"] else []
    return _implication(one, one["effect"], one["level"] or "", level, findings, made)


def _implication(
    one: Told, effect: str, amp: str, levels: Sequence[str], findings: dict[str, str], made: _Bundle
) -> Resource:
    known = EFFECTS.get(effect)
    meant = {"text": effect} if known is None else _loinc(*known[0 if amp in ("A", "B") else 1])
    derived = [{"reference": findings[each["label"]]} for each in one["because"] if each["label"] in findings]
    components = [
        {"code": _to_be_determined("therapeutic-implication"), "valueCodeableConcept": meant},
        _component("81259-4", "Associated phenotype", valueCodeableConcept=_tumour(made.told)),
        *(_component("51963-7", "Medication assessed [ID]", valueCodeableConcept={"text": name})
          for name in one["therapy"]),
        *(_component("93044-6", "Level of evidence", valueCodeableConcept={"text": level}) for level in levels),
    ]  # fmt: skip
    # The guide wants what an implication is derived from: without a finding it is an observation of no profile.
    return {
        **_observation("therapeutic-implication" if derived else "", ["GE"], made),
        "extension": [_citation(source) for source in one["sources"]],
        "code": _to_be_determined("therapeutic-implication"), "derivedFrom": derived, "component": components,
        "note": [{"text": one["why"]}],
    }  # fmt: skip


def _citation(source: str) -> Resource:
    return {"url": ARTIFACT, "valueRelatedArtifact": {"type": "citation", "citation": source}}


def _report(told: Told, results: Iterable[str]) -> Resource:
    return {
        "meta": {"profile": [f"{GUIDE}/StructureDefinition/genomic-report"]}, "status": "preliminary",
        "category": [_category("GE")], "code": _loinc("51969-4", "Genetic analysis report"),
        "effectiveDateTime": told["date"], "result": [{"reference": one} for one in results],
        "conclusion": f"{told['headline']} {told['notice']}",
    }  # fmt: skip


# -- parts


def _observation(profile: str, categories: Sequence[str], made: _Bundle) -> Resource:
    """What every observation says; `profile` empty for one that claims none."""
    laboratory = {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}
    return {
        "meta": {"profile": [f"{GUIDE}/StructureDefinition/{profile}"]} if profile else {}, "status": "preliminary",
        "category": [{"coding": [laboratory]}, *(_category(one) for one in categories)],
        "effectiveDateTime": made.told["date"],
    }  # fmt: skip


def _category(code: str) -> Resource:
    system = "http://terminology.hl7.org/CodeSystem/v2-0074" if code == "GE" else TO_BE_DETERMINED
    return {"coding": [{"system": system, "code": code}]}


def _component(code: str, display: str, **value: Any) -> Resource:
    return {"code": _loinc(code, display), **value}


def _loinc(code: str, display: str) -> Resource:
    return {"coding": [{"system": LOINC, "code": code, "display": display}]}


def _to_be_determined(code: str) -> Resource:
    return {"coding": [{"system": TO_BE_DETERMINED, "code": code}]}
