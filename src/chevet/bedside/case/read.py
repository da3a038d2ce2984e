"""From what was dropped, a folder, files or one case file, to a case."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from chevet.bedside.case.case_file import case_of
from chevet.bedside.case.coherence import check_one_patient, tell_what_does_not_fit
from chevet.bedside.case.content import GivenFile, Unreadable, collected, text_of
from chevet.bedside.case.documents import document_of
from chevet.bedside.case.findings import NotUnderstood, findings_of
from chevet.bedside.case.joining import SAID_AGAIN, joined
from chevet.bedside.case.laboratory import Laboratory
from chevet.bedside.case.mcode import case_of_bundle, is_bundle
from chevet.bedside.case.phenopacket import case_of_packet, is_phenopacket
from chevet.bedside.case.reading import NotRead, ReadCase, SourceFile
from chevet.bedside.case.sample import purity_of
from chevet.bedside.case.sheets import sheet_of, sheets_of_workbook
from chevet.bedside.case.tables import read_pairs, read_table
from chevet.bedside.case.vcf import is_vcf, read_vcf
from chevet.errors import BadInput
from chevet.genomics.alteration import Alteration, Place
from chevet.genomics.known_changes import annotate
from chevet.therapy.case import Jurisdiction, Tested
from chevet.words.errors import error
from chevet.words.labels import label

_OF_CASE = frozenset({"case_id", "diagnosis", "clinical", "sample", "alterations", "tested_genes", "tested_for",
                      "jurisdiction"})  # fmt: skip
_YAML = re.compile(r"^(?:---\s*\n)?(?:#.*\n)*(?:case_id|diagnosis|clinical|alterations|subject)\s*:", re.MULTILINE)
_LISTS = ("prior_therapies", "progressed_on", "comedication", "tested_for")
_LONGEST_NOTE = 100_000


@dataclass
class _Documents:
    """The case files among what was given, by the name of each."""

    found: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


def read_case(
    paths: Sequence[Path], *, jurisdiction: Jurisdiction | None = None, diagnosis: str | None = None
) -> ReadCase:
    """The case of these files.

    jurisdiction  in place of the one that the case names
    diagnosis     in words or as a code, in place of the one that the files name

    Raises BadInput when they hold no case, or speak of several patients.
    """
    laboratory = Laboratory()
    files = collected(paths, laboratory.not_read)
    documents = _Documents()
    sources = []
    for file in files:
        try:
            kind = _read_file(file, laboratory, documents)
        except Unreadable as error:
            laboratory.leave(file.name, 0, error.reason, error.detail)
            continue
        laboratory.kinds[file.name] = kind
        sources.append(SourceFile(file.name, kind, file.sha256))
    if not sources:
        raise _no_case(laboratory)
    check_one_patient(laboratory)
    name, document = _one_document(documents, laboratory)
    if diagnosis:
        document["diagnosis"] = {"text": diagnosis}
    read = case_of(document, name=name, jurisdiction=jurisdiction)
    return _completed(read, laboratory, tuple(sources))


def _no_case(laboratory: Laboratory) -> BadInput:
    reasons = Counter(one.reason for one in laboratory.not_read)
    told = "; ".join(
        f"{label(f'not_read.{one}', 'en', detail='').rstrip(' :')} ({count})" for one, count in reasons.most_common(4)
    )
    return BadInput(
        f"no case was found in what was given{': ' if told else ''}{told}",
        next_act="Give a case file (chevet bedside schema case), a VCF, or a table of alterations.",
    )


def _read_file(file: GivenFile, laboratory: Laboratory, documents: _Documents) -> str:
    """Read one file by what it holds; its kind comes back. Raises Unreadable."""
    if file.is_workbook:
        kinds = [
            kind for title, sheet in sheets_of_workbook(file) if (kind := read_table(sheet, file.name, laboratory))
        ]  # fmt: skip
        if not kinds:
            raise Unreadable("kind_not_read")
        return kinds[0]
    text = text_of(file)
    if is_vcf(text):
        read_vcf(text, file.name, laboratory)
        return "vcf"
    start = text.lstrip()[:1]
    if start in ("{", "["):
        return _read_document(document_of(text, is_yaml=False), file.name, laboratory, documents)
    if file.name.lower().endswith((".yaml", ".yml")) or _YAML.search(text[:5000]):
        return _read_document(document_of(text, is_yaml=True), file.name, laboratory, documents)
    if file.name.lower().endswith(".json"):
        raise Unreadable("no_document")
    sheet = sheet_of(text)
    kind = read_table(sheet, file.name, laboratory) if sheet is not None else ""
    return kind or read_pairs(text, file.name, laboratory) or _read_lines(text, file.name, laboratory)


def _read_document(document: object, name: str, laboratory: Laboratory, documents: _Documents) -> str:
    if is_phenopacket(document):
        case, left = case_of_packet(document)  # type: ignore[arg-type]
        kind = "phenopacket"
    elif is_bundle(document):
        case, left = case_of_bundle(document)  # type: ignore[arg-type]
        kind = "mcode"
    elif isinstance(document, list) and document and all(isinstance(one, (dict, str)) for one in document):
        case, left, kind = {"alterations": document}, [], "alterations"
    elif isinstance(document, dict) and _OF_CASE & set(document):
        case, left, kind = document, [], "case"
    else:
        raise Unreadable("no_case")
    for reason, detail in left:
        laboratory.leave(name, 0, reason, detail)
    documents.found.append((name, case))
    return kind


def _read_lines(text: str, name: str, laboratory: Laboratory) -> str:
    """A list of findings, one a line; else a clinical note."""
    lines = [(row, line.strip(" \t-•*")) for row, line in enumerate(text.split("\n"), 1) if line.strip(" \t-•*")]
    if len(text) > _LONGEST_NOTE or any(len(line) > 5_000 for _, line in lines):
        raise Unreadable("kind_not_read")
    found: list[Alteration] = []
    left = []
    for row, line in lines:
        try:
            found += findings_of(line, Place(name, row))
        except NotUnderstood as error:
            left.append((row, error.reason, error.detail))
    if found and len(left) <= len(lines) // 2:
        laboratory.alterations += found
        for row, reason, detail in left:
            laboratory.leave(name, row, reason, detail)
        return "findings"
    if not re.search(r"[^\W\d_]{3,} [^\W\d_]{2,}", text):
        raise Unreadable("kind_not_read")
    laboratory.notes.append((name, text))
    return "note"


def _one_document(documents: _Documents, laboratory: Laboratory) -> tuple[str, dict[str, Any]]:
    """The one case file, with the facts and notes of the other files where it says nothing itself."""
    lists = [
        one for one in documents.found if set(one[1]) == {"alterations"} and isinstance(one[1]["alterations"], list)
    ]
    cases = [one for one in documents.found if one not in lists]
    if len(cases) > 1:
        raise error(BadInput, "several_cases", n=len(cases), files=", ".join(name for name, _ in cases[:6]))
    name, document = cases[0] if cases else ((lists[0][0] if lists else ""), {})
    document = dict(document)
    for _, other in lists:
        own = document.get("alterations")
        document["alterations"] = [*(own if isinstance(own, list) else []), *other["alterations"]]
    _add_facts(document, laboratory)
    if laboratory.notes:
        clinical = document.get("clinical")
        clinical = dict(clinical) if isinstance(clinical, dict) else {}
        own = clinical.get("text") if isinstance(clinical.get("text"), str) else ""
        clinical["text"] = "\n".join([*([own] if own else []), *(text for _, text in laboratory.notes)])
        document["clinical"] = clinical
    people = sorted({person for named in laboratory.people.values() for person in named})
    if not document.get("case_id") and people:
        document["case_id"] = min(people, key=len)
    return name, document


def _add_facts(document: dict[str, Any], laboratory: Laboratory) -> None:
    clinical = dict(document["clinical"]) if isinstance(document.get("clinical"), dict) else {}
    sample = dict(document["sample"]) if isinstance(document.get("sample"), dict) else {}
    for _, key, value in laboratory.facts:
        place = document if key in _OF_CASE | {"oncotree"} else clinical
        place = sample if key == "purity" else place
        if key == "oncotree":
            said = document.get("diagnosis")
            document["diagnosis"] = (
                {"text": said, "oncotree": value} if isinstance(said, str) else {**(said or {}), "oncotree": value}
            )
        elif place.get(key) in (None, "", []):
            place[key] = _fact(key, value)
        elif not _is_same(key, place[key], value):
            laboratory.flag("fact_said_twice", key)
    if clinical:
        document["clinical"] = clinical
    if sample:
        document["sample"] = sample


def _is_same(key: str, one: object, other: str) -> bool:
    """Whether two files say one fact alike; a share may be written in hundredths."""
    return str(one) == other or (key == "purity" and purity_of(one) == purity_of(other))


def _fact(key: str, value: str) -> Any:
    if key in _LISTS or (key == "tested_genes" and re.search(r"[,;]", value)):
        return [part.strip() for part in re.split(r"[,;]", value) if part.strip()]
    if key == "fit_for_intensive":
        return {"yes": True, "oui": True, "true": True, "no": False, "non": False, "false": False}.get(value.lower())
    return value


def _completed(read: ReadCase, laboratory: Laboratory, sources: tuple[SourceFile, ...]) -> ReadCase:
    """The case with the findings of the laboratory's files, each once, and all that must be told."""
    found, again = joined((*read.case.alterations, *annotate(tuple(laboratory.alterations))))
    for file in {one.place.file for one in found if one.type == "variant" and not one.gene}:
        without = sum(one.type == "variant" and not one.gene and one.place.file == file for one in found)
        laboratory.leave(file, 0, "no_annotation", str(without))
    again += sum(int(flag.detail) for flag in read.flags if flag.key == SAID_AGAIN)
    if again:
        laboratory.flag(SAID_AGAIN, str(again))
    if laboratory.segments:
        laboratory.flag("segments_kept", str(len(laboratory.segments)))
    if not read.case.diagnosis.oncotree:
        laboratory.flag("diagnosis_not_placed")
    tell_what_does_not_fit(laboratory, read.case.case_id, read.case.clinical.sex, found)
    return ReadCase(
        replace(read.case, alterations=tuple(found), tested=_tested(read, laboratory)),
        tuple(_once([*laboratory.not_read, *read.not_read])),
        (*(flag for flag in read.flags if flag.key != SAID_AGAIN), *laboratory.flags), sources,
        tuple(laboratory.segments), dict(laboratory.expression),
    )  # fmt: skip


_OF_COPIES = frozenset({"segments", "gene_calls"})


def _tested(read: ReadCase, laboratory: Laboratory) -> Tested:
    """What was tested, a file of copy number among it: with one, a gene that is not called has its usual copies."""
    tested = read.case.tested
    if tested.copy_number is None and _OF_COPIES & set(laboratory.kinds.values()):
        return replace(tested, copy_number=True)
    return tested


def _once(not_read: Sequence[NotRead]) -> list[NotRead]:
    return list(dict.fromkeys(not_read))
