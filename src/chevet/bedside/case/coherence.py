"""Whether the files of a case can be of one patient: names inside and outside, builds, sex, what excludes itself.

Two patients' names inside the files are refused. Whatever else does not fit is told, for a person must look.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from chevet.bedside.case.laboratory import Laboratory
from chevet.errors import BadInput
from chevet.genomics.alteration import Alteration, Build
from chevet.genomics.known_changes import known_at
from chevet.words.errors import error

_IDENTIFIER = re.compile(r"[A-Za-z]{1,8}[-_]?\d{2,}")
_OF_PATIENT = ("vcf", "variants", "alterations", "segments", "gene_calls", "fusions", "expression", "measured")
# Transcripts of the Y chromosome that every male tissue has, and none without a Y. Units as given (TPM).
_OF_Y = ("RPS4Y1", "DDX3Y", "EIF1AY", "KDM5D")
_OF_INACTIVE_X = "XIST"
_MANY_FUSIONS = 3


def check_one_patient(laboratory: Laboratory) -> None:
    """Raises BadInput, naming the files and never the patients, when the files speak of several."""
    groups: list[tuple[str, set[str]]] = []
    for file, people in laboratory.people.items():
        for person in people:
            known = next((group for group in groups if _is_same(group[0], person)), None)
            if known is None:
                groups.append((person, {file}))
            else:
                known[1].add(file)
    if len(groups) > 1:
        files = sorted({file for _, named in groups for file in named})
        raise error(BadInput, "several_patients", n=len(groups), files=", ".join(files[:6]))


def _is_same(one: str, other: str) -> bool:
    """Whether two names are of one patient: alike, or one with an ending of its own (P-10 and P-10-T, never P-101).

    >>> _is_same("TCGA-A2-A04W", "tcga-a2-a04w-01a"), _is_same("P-10", "P-101"), _is_same("PAT12", "PAT12T")
    (True, False, True)
    """
    shorter, longer = sorted((one.upper(), other.upper()), key=len)
    if shorter == longer or len(shorter) < 4 or not longer.startswith(shorter):
        return shorter == longer
    after = longer[len(shorter)]
    is_word = not any(sign.isdigit() for sign in shorter)
    return not (shorter[-1].isdigit() and after.isdigit()) and not (is_word and after.isalpha())


def tell_what_does_not_fit(
    laboratory: Laboratory, case_id: str, sex: str | None, alterations: Iterable[Alteration]
) -> None:
    """Flag every sign that a file may not be of this patient, or not of the build that another is in."""
    people = sorted({person for named in laboratory.people.values() for person in named})
    _tell_names(laboratory, case_id, people)
    _tell_builds(laboratory)
    found = tuple(alterations)
    _tell_places(laboratory, found)
    _tell_sex(laboratory, sex, found)
    _tell_fusions(laboratory, found)
    _tell_contradictions(laboratory, found)


def _tell_names(laboratory: Laboratory, case_id: str, people: Sequence[str]) -> None:
    if not people:
        return
    nameless = [
        file for file, kind in laboratory.kinds.items()
        if kind in _OF_PATIENT and file not in laboratory.people and not _bears_a_name(file, people)
    ]  # fmt: skip
    if nameless:
        laboratory.flag("files_without_name", ", ".join(nameless[:8]))
    if case_id and not any(_is_same(case_id, person) for person in people):
        laboratory.flag("case_id_differs", ", ".join(sorted(laboratory.people)[:8]))
    strange = []
    for file, kind in laboratory.kinds.items():
        if kind in _OF_PATIENT and (said := _IDENTIFIER.match(file)):
            stem = re.split(r"[.\s]", file)[0]
            named = laboratory.people.get(file, set(people))
            if not any(_shares(stem, person) or _shares(said[0], person) for person in named):
                strange.append(file)
    if strange:
        laboratory.flag("file_name_differs", ", ".join(strange[:8]))


def _bears_a_name(file: str, people: Sequence[str]) -> bool:
    """Whether the file itself is called by the name of a patient: P9.copies.tsv."""
    first = {re.split(joint, file)[0] for joint in (r"[.\s]", r"[.\s_]")}
    return any(_is_same(name, person) for name in first for person in people)


def _shares(one: str, other: str) -> bool:
    bare = [re.sub(r"[^A-Z0-9]", "", text.upper()) for text in (one, other)]
    return bool(bare[0]) and (bare[0] in bare[1] or bare[1] in bare[0])


def _tell_builds(laboratory: Laboratory) -> None:
    known = {file: build for file, build in laboratory.builds.items() if build is not None}
    if len(set(known.values())) > 1:
        older = [file for file, build in known.items() if build == "GRCh37"]
        laboratory.flag("two_builds", ", ".join(sorted(older)[:8]))


_OTHER: dict[Build, Build] = {"GRCh37": "GRCh38", "GRCh38": "GRCh37"}


def _tell_places(laboratory: Laboratory, alterations: Sequence[Alteration]) -> None:
    """A file whose well-known changes lie where the other build has them names the wrong build."""
    own: Counter[str] = Counter()
    other: Counter[str] = Counter()
    for one in alterations:
        place = one.genomic
        if place is None or place.build not in _OTHER:
            continue
        if known_at(place) is not None:
            own[one.place.file] += 1
        elif known_at(replace(place, build=_OTHER[place.build])) is not None:
            other[one.place.file] += 1
    files = sorted(file for file, count in other.items() if count > own[file])
    if files:
        laboratory.flag("places_of_other_build", ", ".join(files[:8]))


def _tell_sex(laboratory: Laboratory, sex: str | None, alterations: Sequence[Alteration]) -> None:
    values = laboratory.expression
    has_y = None
    if all(gene in values for gene in _OF_Y[:2]):
        has_y = sum(values[gene] > 1 for gene in _OF_Y if gene in values) >= 2
    if has_y is None and _OF_INACTIVE_X in values and values[_OF_INACTIVE_X] > 10:
        has_y = False
    on_y = any(one.genomic is not None and one.genomic.chromosome == "Y" for one in alterations)
    if sex == "female" and (has_y or on_y):
        laboratory.flag("sex_differs")
    if has_y is False and on_y:
        laboratory.flag("sex_of_files_differs")
    # a man's tumour may lose its Y: what is absent there says nothing


def _tell_fusions(laboratory: Laboratory, alterations: Sequence[Alteration]) -> None:
    drivers = {one.gene for one in alterations if one.type == "fusion" and one.fusion and one.gene}
    if len(drivers) > _MANY_FUSIONS:
        files = {one.place.file for one in alterations if one.type == "fusion"}
        laboratory.flag("fusions_exclude_each_other", f"{len(drivers)} ({', '.join(sorted(files)[:4])})")


def _tell_contradictions(laboratory: Laboratory, alterations: Sequence[Alteration]) -> None:
    wild = {one.gene for one in alterations if one.type == "wild_type"}
    changed = {
        one.gene for one in alterations
        if one.type == "variant" and one.consequence not in ("Silent", "Intron") and one.protein_change != "p.="
    }  # fmt: skip
    both = sorted(wild & changed)
    if both:
        laboratory.flag("wild_type_and_variant", ", ".join(both))
