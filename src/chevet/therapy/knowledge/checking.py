"""What the knowledge must hold before it is used: all names known, a source for each, no silent contradiction."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from chevet.therapy.knowledge import base, label_ages
from chevet.therapy.knowledge.statement import AGAINST, COLUMNS, Statement, StatementError, read
from chevet.words import oncotree, treatments

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9_.]+)+")
_ESCAT = re.compile(r"(?:I-[ABC]|II-[AB]|III-[AB]|IV-[AB]|V|X)")
_SOURCE = re.compile(r"PMID:\d{6,8}|NCT\d{8}|[A-Z].*\d{4}.*|(?:FDA|EMA) .+")


def problems() -> list[str]:
    """Every defect of our tables, as a sentence; none when they may be used."""
    found: list[str] = list(_of_groups())
    statements: list[Statement] = []
    for file in base.files():
        try:
            for number, row in base.rows(file, COLUMNS):
                try:
                    statements.append(read(row))
                except StatementError as error:
                    found.append(f"{file.name}, row {number}: {error}")
        except StatementError as error:
            found.append(str(error))
    if found:
        return found
    return [*_of_names(statements), *_of_sources(statements), *_of_ages(statements), *_contradictions(statements)]


def _of_ages(statements: Sequence[Statement]) -> Iterator[str]:
    brands = {(approval.agency, approval.brand) for one in statements for approval in one.approvals}
    for number, row in base.rows(base.TABLES / "label_ages.tsv", label_ages.COLUMNS):
        at = f"label_ages.tsv, row {number}"
        if (row["agency"], row["brand"]) not in brands:
            yield f"{at}: no statement names {row['brand']} of {row['agency']}"
        if any(oncotree.get(code.strip()) is None and code != "SOLID" for code in row["tumour"].split(",")):
            yield f"{at}: {row['tumour']} holds a code that OncoTree has not"
        if not re.fullmatch(r"\d+(\.\d+)?", row["from_years"]) or not row["source"]:
            yield f"{at}: an age in years, and a source"


def _of_groups() -> Iterator[str]:
    try:
        for group in base.groups().values():
            for member in group.members:
                if treatments.medicine(member) is None:
                    yield f"medicine_groups.tsv, {group.name}: {member} is no medicine of words/tables/medicines.tsv"
    except (KeyError, StatementError) as error:
        yield f"medicine_groups.tsv: {error}"


def _of_names(statements: Sequence[Statement]) -> Iterator[str]:
    seen: set[str] = set()
    for one in statements:
        if not _ID.fullmatch(one.id) or one.id in seen:
            yield f"{one.id}: an id is a slug, and borne by one statement"
        seen.add(one.id)
        for code in one.tumour:
            if code.removeprefix("-") not in ("SOLID", "HEME", "ANY") and oncotree.get(code.removeprefix("-")) is None:
                yield f"{one.id}: {code} is no code of OncoTree"
        earlier = [what for condition in one.requires if condition.kind in _EARLIER for what in condition.what]
        for name in (*one.therapy, *earlier):
            known = name[1:] in base.groups() if name.startswith("@") else _is_treatment(name)
            if not known:
                yield f"{one.id}: {name} is no medicine of words/tables/medicines.tsv, and no group"
        for name in one.therapy:
            found = treatments.medicine(name)
            if found is not None and found.name != name:
                yield f"{one.id}: {name} is named {found.name} internationally"


_EARLIER = ("prior", "progressed_on", "never")


def _is_treatment(name: str) -> bool:
    return treatments.medicine(name) is not None or treatments.treatment_class(name) is not None


def _of_sources(statements: Sequence[Statement]) -> Iterator[str]:
    for one in statements:
        if not one.sources and not one.approvals:
            yield f"{one.id}: no source"
        for source in one.sources:
            if not _SOURCE.fullmatch(source):
                yield f"{one.id}: '{source}' is no source: PMID:…, NCT…, a label, or a guideline with its year"
        if one.escat and not _ESCAT.fullmatch(one.escat):
            yield f"{one.id}: {one.escat} is no tier of ESCAT"
        in_force = any(approval.ended is None for approval in one.approvals)
        if in_force and one.effect == "sensitivity" and one.level != "A":
            yield f"{one.id}: an approved treatment is of level A"
        if one.level == "A" and not one.approvals and not one.sources:
            yield f"{one.id}: level A asks for a label or a guideline"


def _contradictions(statements: Sequence[Statement]) -> Iterator[str]:
    """Same rule, same tumour, same medicine: once for and once against."""
    said: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for one in statements:
        for name in one.therapy:
            for medicine in base.medicines_of(name):
                said[str(one.biomarker), medicine].append(one)
    for group in said.values():
        for good in (one for one in group if one.effect == "sensitivity"):
            for bad in (one for one in group if one.effect in AGAINST - {"toxicity", "reduced_benefit"}):
                shared = base.tumours_of(good.tumour) & base.tumours_of(bad.tumour)
                if shared and len(good.therapy) == 1 and not bad.requires and not good.requires:
                    yield f"{good.id} and {bad.id} contradict each other in {min(shared)}"
