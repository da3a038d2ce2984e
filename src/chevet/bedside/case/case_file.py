"""The case as a document: JSON, or YAML of the same form (`schemas/case.schema.json`)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from chevet.bedside.case.cells import strings, words
from chevet.bedside.case.clinical import clinical_of
from chevet.bedside.case.clinical_text import read_note
from chevet.bedside.case.diagnosis import placed, said_besides
from chevet.bedside.case.findings import NotUnderstood, findings_of
from chevet.bedside.case.joining import SAID_AGAIN, joined
from chevet.bedside.case.not_used import of_case, of_entry
from chevet.bedside.case.panels import looked_for, tested_of
from chevet.bedside.case.places import build_shown, genomic_of
from chevet.bedside.case.reading import Fact, Flag, NotRead, ReadCase
from chevet.bedside.case.sample import sample_purity
from chevet.errors import BadInput
from chevet.genomics.alteration import Alteration, Place
from chevet.genomics.known_changes import annotate
from chevet.genomics.names import all_named
from chevet.therapy.case import JURISDICTIONS, Case, Jurisdiction
from chevet.words import biomarkers
from chevet.words.errors import error

_PIECES = re.compile(r"[,;.()]\s|\s[-–/]\s|/|\band\b|\bet\b", re.IGNORECASE)

_OTHER_NAMES = {
    "EMA": "EU", "EUROPE": "EU", "EUROPEAN UNION": "EU", "UE": "EU", "UNION EUROPÉENNE": "EU", "FRANCE": "FR",
    "FDA": "US", "USA": "US", "UNITED STATES": "US", "ÉTATS-UNIS": "US",
}  # fmt: skip


def case_of(document: object, *, name: str = "", jurisdiction: Jurisdiction | None = None) -> ReadCase:
    """The case of a document, with all that could not be used.

    name          of the file, for what is reported
    jurisdiction  in place of the document's

    Raises BadInput for a document that is no case.
    """
    if not isinstance(document, dict):
        raise error(BadInput, "no_case")
    not_read: list[NotRead] = []
    flags: list[Flag] = []
    diagnosis_part = _part(document, "diagnosis", not_read, name)
    code, said = words(diagnosis_part.get("oncotree")), words(diagnosis_part.get("text"))
    if isinstance(document.get("diagnosis"), str):
        said = words(document["diagnosis"])
    diagnosis = placed(code, said)
    clinical_part = _part(document, "clinical", not_read, name)
    texts = [text for text in (said, words(clinical_part.get("text"))) if text]
    note = read_note(" ; ".join(texts))
    clinical = clinical_of(clinical_part, note, flags, not_read, name)
    purity = sample_purity(_part(document, "sample", not_read, name), texts, flags, not_read, name)
    alterations = _alterations(document.get("alterations"), flags, not_read, name)
    alterations += _from_words(texts, alterations, flags)
    tested = tested_of(document.get("tested_genes"), not_read, name)
    tested = looked_for(tested, strings(document.get("tested_for")), alterations, not_read, name)
    named = words(document.get("jurisdiction"))
    where = jurisdiction or (_OTHER_NAMES.get(named.upper(), named.upper()) if named else "EU")
    if where not in JURISDICTIONS:
        not_read.append(NotRead(name, 0, "unknown_jurisdiction", str(where)[:20]))
        where = "EU"
    not_read += [NotRead(name, 0, "fact_not_understood", field) for field in of_case(document)]
    if code and said and not placed(code, None).oncotree:
        not_read.append(NotRead(name, 0, "fact_not_understood", "diagnosis.oncotree"))
    known = ("case_id", "diagnosis", "clinical", "sample", "alterations", "tested_genes", "tested_for", "jurisdiction",
             "form")  # fmt: skip
    not_read += [NotRead(name, 0, "unknown_field", str(key)[:40]) for key in document if key not in known]
    found, again = joined(annotate(tuple(alterations)))
    if again:
        flags.append(Flag(SAID_AGAIN, str(again)))
    case = Case(
        case_id=words(document.get("case_id")) or "", diagnosis=diagnosis, clinical=clinical,
        alterations=tuple(found), tested=tested, jurisdiction=where,  # type: ignore[arg-type]
        jurisdiction_said=bool(jurisdiction or named), purity=purity,
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


def _alterations(given: object, flags: list[Flag], not_read: list[NotRead], name: str) -> list[Alteration]:
    if given is None:
        return []
    if not isinstance(given, list):
        not_read.append(NotRead(name, 0, "no_list", "alterations"))
        return []
    found: list[Alteration] = []
    places = [one["genomic"] for one in given if isinstance(one, dict) and isinstance(one.get("genomic"), str)]
    build = build_shown(places[:10_000])
    if build:
        flags.append(Flag("build_from_places", build))
    for row, entry in enumerate(given, 1):
        if build and isinstance(entry, dict) and isinstance(where := entry.get("genomic"), str):
            entry = entry if genomic_of(where) else {**entry, "genomic": f"{where} ({build})"}
        try:
            found += findings_of(entry, Place(name, row))
            if isinstance(entry, dict):
                not_read += [NotRead(name, row, "value_not_understood", field) for field in of_entry(entry)]
        except NotUnderstood as error:
            found += error.found
            not_read.append(NotRead(name, row, error.reason, error.detail))
    return found


def _from_words(texts: Iterable[str], alterations: list[Alteration], flags: list[Flag]) -> list[Alteration]:
    """Markers and receptors that the words of the case say, unless the list of findings says them itself.

    A change of a gene that only the words name is no finding: it is told, for a person must look at the report.
    """
    known = {one.name for one in alterations if one.name}
    genes = {gene for one in alterations for gene in (one.gene, *(one.fusion or ())) if gene}
    found: list[Alteration] = []
    beside: list[str] = []
    for text in texts:
        candidates = list(said_besides(text))
        for part in _PIECES.split(text[:20_000]):
            candidates += all_named(part) if 1 < len(part) < 200 else ()
        for one in candidates:
            if one.name and one.name not in known and one.name in biomarkers.names():
                known.add(one.name)
                found.append(one)
            elif one.gene and one.gene not in genes and one.type in ("variant", "fusion", "amplification", "deletion"):
                beside.append(one.as_given[:60])
    if found:
        flags.append(Flag("markers_from_note", facts=tuple(Fact("marker", one.name) for one in found)))
    if beside:
        flags.append(Flag("findings_in_note", ", ".join(dict.fromkeys(beside))))
    return found
