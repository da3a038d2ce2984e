"""Whatever comes to the door of a consultation: no traceback, no other patient, and nothing lost without a word.

`CHEVET_MALFORMED=1000` tries a thousand damaged inputs; a run without it tries a few of each kind.
"""

from __future__ import annotations

import copy
import gzip
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chevet.bedside.case.case_file import case_of
from chevet.bedside.case.read import read_case
from chevet.bedside.case.reading import ReadCase
from chevet.cli import main
from chevet.errors import BadInput
from chevet.words.labels import has_label
from tests.bedside.case.laboratory_files import CSQ_EGFR, VCF_HEAD, table, vcf
from tests.bedside.consultation.tumours_written import told

_MANY = int(os.environ.get("CHEVET_MALFORMED", "0"))
PATIENT = "ZQ4711"
Field = tuple[str | int, ...]

CASE: dict[str, Any] = {
    "case_id": PATIENT,
    "diagnosis": {"oncotree": "LUAD", "text": "Lung adenocarcinoma"},
    "clinical": {
        "extent": "metastatic", "line": 2, "prior_therapies": ["cisplatin"], "progressed_on": ["cisplatin"],
        "fit_for_intensive": True, "ecog": 1, "age_years": 64, "sex": "female", "weight_kg": 60, "height_cm": 165,
        "labs": {"creatinine_umol_per_l": 88}, "comedication": ["omeprazole"], "text": "Never smoked.",
        "features": {"unresectable": True},
    },
    "alterations": [
        {"type": "variant", "gene": "EGFR", "protein_change": "p.L858R", "cdna": "c.2573T>G", "vaf": 0.3, "depth": 100,
         "genomic": "GRCh37:7:55259515:T>G", "consequence": "Missense_Mutation", "origin": "somatic",
         "transcript": "NM_005228.5", "exon": 21, "population_frequency": 0.0001, "classes": ["kinase_domain"]},
        {"type": "amplification", "gene": "MET", "copy_number": 12},
        {"type": "fusion", "gene": "ALK", "fusion": "EML4::ALK", "in_frame": True},
        {"type": "signature", "name": "TMB", "value": 12},
    ],
    "tested_genes": ["EGFR", "MET", "ALK"],
    "jurisdiction": "EU",
}  # fmt: skip
WRONG: tuple[Any, ...] = (
    None, True, 0, -1, 99, 3.5, 10**400, 1e308, float("nan"), float("inf"), "", "banana", "\x00\x1b\u202e",
    "x" * 50_000, [], ["banana"], [None, 1], [[[]]], {}, {"a": {"b": 1}},
)  # fmt: skip


def _fields(part: Any, above: Field = ()) -> Iterator[Field]:
    if above:
        yield above
    if isinstance(part, (dict, list)):
        for key in part if isinstance(part, dict) else range(len(part)):
            yield from _fields(part[key], (*above, key))


def _with(case: dict[str, Any], field: Field, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(case)
    part: Any = changed
    for key in field[:-1]:
        part = part[key]
    part[field[-1]] = value
    return changed


def _without(case: dict[str, Any], field: Field) -> dict[str, Any]:
    changed = copy.deepcopy(case)
    part: Any = changed
    for key in field[:-1]:
        part = part[key]
    del part[field[-1]]
    return changed


FIELDS = tuple(_fields(CASE))


def _says_something(value: Any) -> bool:
    return value not in (None, "", [], {})


# -- one case file with something wrong in it


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: ".".join(map(str, field)))
def test_a_value_of_the_wrong_kind_is_used_or_told(field: Field) -> None:
    without = case_of(_without(CASE, field)).case
    lost = []
    for value in WRONG:
        try:
            read = case_of(_with(CASE, field, value), name="case.json")
        except BadInput:
            continue
        _is_sound(read)
        if _says_something(value) and not read.not_read and read.case == without:
            lost.append(repr(value)[:30])
    assert lost == []


def test_the_case_without_anything_wrong_is_read_whole() -> None:
    read = case_of(CASE)
    assert (read.not_read, len(read.case.alterations)) == ((), 4)
    assert len(FIELDS) * len(WRONG) > 900


@pytest.mark.parametrize("number", range(max(24, _MANY // 2)))
def test_a_case_with_several_wrong_values_is_consulted_or_refused(number: int, tmp_path: Path) -> None:
    chance = random.Random(number)
    case = CASE
    for field in chance.sample(FIELDS, 3):
        if field not in set(_fields(case)):
            continue  # it went with the part that held it
        case = _with(case, field, chance.choice(WRONG))
    file = tmp_path / "case.json"
    file.write_text(json.dumps(case), "utf-8")
    _is_answered(_consult(file, "--lang", chance.choice(["en", "fr"])))


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"case_id": ' * 20_000, '{"a":' * 2_000 + "1" + "}" * 2_000, "", "null", "[]", "{}", "0", '"case"',
     '{"case_id": 1e999}', '{"alterations": [' + '{"gene": "KRAS"},' * 5 + "]}", '{"diagnosis": "LUAD"} trailing',
     '{"diagnosis": NaN, "alterations": Infinity}', '\ufeff{"diagnosis": "melanoma"}', '{"diagnosis": "\\ud800"}',
     '{"diagnosis": "melanoma", "clinical": {"line": ' + "9" * 5_000 + "}}"],
    ids=range(16),
)  # fmt: skip
def test_a_crooked_document_is_consulted_or_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_text(text, "utf-8")
    _is_answered(_consult(file))


# -- the files of a laboratory, damaged

_VCF = vcf(
    f"7 55259515 T G PASS {CSQ_EGFR} 0/1:70,30:100", "12 25398285 C A PASS . 0/1:50,50:100",
    "17 7577120 C T q10 . 0/1:9,1:10", samples=(f"{PATIENT}_tumor",),
)  # fmt: skip
_MAF = table(
    "Hugo_Symbol|Chromosome|Start_Position|Reference_Allele|Tumor_Seq_Allele2|Tumor_Sample_Barcode|HGVSp_Short|NCBI_Build",
    f"EGFR|7|55259515|T|G|{PATIENT}|p.L858R|GRCh37", f"TP53|17|7577120|C|T|{PATIENT}|p.R273H|GRCh37",
)  # fmt: skip
_TABLE = table("Gene|HGVSp|VAF", "EGFR|p.L858R|0.3", "KRAS|p.G12C|0.2")
_GOOD = {
    "a.vcf": _VCF.encode(), "a.vcf.gz": gzip.compress(_VCF.encode(), mtime=0), "a.maf": _MAF.encode(),
    "a.tsv": _TABLE.encode(), "case.json": json.dumps(CASE).encode(),
    "fusions.tsv": table("#FusionName|JunctionReadCount|LeftGene|RightGene", "EML4--ALK|12|EML4^E|ALK^E").encode(),
    "copies.tsv": table("Chromosome|Start|End|nMajor|nMinor", "1|100|2000|1|0", "7|100|2000|9|1").encode(),
}  # fmt: skip


def _damaged(chance: random.Random) -> tuple[str, bytes]:
    """A good file that something happened to."""
    name = chance.choice(sorted(_GOOD))
    content = _GOOD[name]
    at = chance.randrange(len(content))
    what = chance.choice(("cut", "bytes", "nul", "columns", "build", "name", "huge", "line", "twice", "utf16", "flip"))
    if what == "cut":
        return name, content[:at]
    if what == "bytes":
        return name, content[:at] + chance.randbytes(chance.randrange(1, 200)) + content[at + chance.randrange(30) :]
    if what == "nul":
        return name, content[:at] + b"\0" * chance.randrange(1, 50) + content[at:]
    if what == "columns" and not name.endswith(".gz"):
        rows = [line.split(b"\t") for line in content.split(b"\n")]
        order = list(range(max(map(len, rows))))
        chance.shuffle(order)
        return name, b"\n".join(b"\t".join(row[i] for i in order if i < len(row)) for row in rows)
    if what == "build":
        return name, content.replace(b"GRCh37", b"GRCh38")
    if what == "name":
        return chance.choice(("x.json", "x.vcf", "x.xlsx", "x.tsv", "x.yaml", "x.gz", "x.pdf", "x")), content
    if what == "huge":
        return name, content.replace(b"7", str(10 ** chance.randrange(9, 400)).encode())
    if what == "line":
        return name, content[:at] + b"A" * 200_000 + content[at:]
    if what == "utf16" and not name.endswith(".gz"):
        return name, content.decode().encode("utf-16")
    if what == "flip":
        return name, bytes(byte ^ (1 << chance.randrange(8)) if chance.random() < 0.02 else byte for byte in content)
    return name, content * 2


@pytest.mark.parametrize("number", range(max(40, _MANY)))
def test_a_damaged_file_is_consulted_or_refused_and_names_no_other_patient(number: int, tmp_path: Path) -> None:
    chance = random.Random(number)
    given = tmp_path / "given"
    given.mkdir()
    name, content = _damaged(chance)
    (given / name).write_bytes(content)
    if not name.endswith(".json") and chance.random() < 0.7:
        (given / "case.json").write_text(json.dumps(CASE), "utf-8")
    told_file = tmp_path / "told.json"
    ran = _consult(given, "--json", str(told_file))
    _is_answered(ran)
    if ran.exit_code == 0:
        of = json.loads(told_file.read_text("utf-8"))
        assert len(of["provenance"]["files"]) + len({one["file"] for one in of["not_read"]}) > 0
        read_or_told = {one["name"] for one in of["provenance"]["files"]} | {one["file"] for one in of["not_read"]}
        assert {file.name for file in given.iterdir()} <= read_or_told


@pytest.mark.parametrize("number", range(max(12, _MANY // 20)))
def test_every_row_of_a_table_is_a_finding_or_is_told(number: int, tmp_path: Path) -> None:
    chance = random.Random(number)
    genes = ("EGFR", "KRAS", "TP53", "BRAF", "NOTAGENE", "", "\x00", "PIK3CA")
    changes = ("p.L858R", "G12C", "banana", "", "p.Gly12Asp", "-", "9" * 400, "c.35G>A", "p.E746_A750del")
    rows = [
        f"{chance.choice(genes)}|{chance.choice(changes)}|{chance.choice(('0.3', 'x', '', '1e999'))}" for _ in range(40)
    ]
    rows[5:5] = ["only one cell", "a|b|c|d|e|f"]
    (tmp_path / "lab.tsv").write_text(table("Gene|HGVSp|VAF", "EGFR|p.L858R|0.1", *rows), "utf-8")
    (tmp_path / "case.json").write_text(json.dumps(CASE | {"alterations": []}), "utf-8")
    read = read_case([tmp_path])
    found = {one.place.row for one in read.case.alterations} | {
        one.row for one in read.not_read if one.file == "lab.tsv"
    }
    again = sum(int(one.detail) for one in read.flags if one.key == "said_by_two_files")
    said = [line for line, row in enumerate(rows, 3) if any(cell.strip("\x00 -") for cell in row.split("|"))]
    assert len([line for line in said if line not in found]) <= again
    _is_sound(read)


@pytest.mark.parametrize("name", ["a.vcf", "a.maf", "a.tsv", "case.json", "note.txt", "case.yaml", "noise.bin"])
def test_ten_megabytes_on_one_line_are_told(name: str, tmp_path: Path) -> None:
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "clinic.json").write_text(json.dumps(CASE), "utf-8")
    content = _GOOD.get(name, b"diagnosis: ").replace(b"}", b"") + b"A" * 10_000_000 + b"\n"
    (tmp_path / "given" / name).write_bytes(content)
    told_file = tmp_path / "told.json"
    _is_answered(_consult(tmp_path / "given", "--json", str(told_file)))
    of = json.loads(told_file.read_text("utf-8"))
    assert name in {one["file"] for one in of["not_read"]}
    assert told_file.stat().st_size < 1_000_000


# -- two patients

_OTHER = "XK0815"


@pytest.mark.parametrize(
    "files",
    [
        {"a.vcf": _VCF, "b.vcf": _VCF.replace(PATIENT, _OTHER)},
        {"a.vcf": _VCF, "b.maf": _MAF.replace(PATIENT, _OTHER)},
        {"a.maf": _MAF + _MAF.splitlines()[1].replace(PATIENT, _OTHER) + "\n"},
        {"a.json": json.dumps(CASE), "b.json": json.dumps(CASE | {"case_id": _OTHER})},
        {"a.json": json.dumps(CASE), "b.yaml": f"case_id: {_OTHER}\ndiagnosis: melanoma\n"},
        {"a.tsv": table("Patient|Gene|HGVSp", f"{PATIENT}|KRAS|p.G12C", f"{_OTHER}|EGFR|p.L858R")},
        {"a.vcf": vcf("7 55259515 T G PASS . 0/1:70,30:100 0/1:70,30:100", samples=(f"{PATIENT}_T", f"{_OTHER}_T"))},
    ],
    ids=["two VCF", "VCF and MAF", "one MAF", "two case files", "JSON and YAML", "one table", "two tumours in a VCF"],
)  # fmt: skip
def test_two_patients_in_one_case_are_refused_without_their_names(files: dict[str, str], tmp_path: Path) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    ran = _consult(tmp_path)
    assert ran.exit_code == BadInput.exit_code
    assert [name for name in (PATIENT, _OTHER) if name in ran.output + ran.stderr] == []


def test_a_case_file_beside_the_file_of_another_patient_says_so_first(tmp_path: Path) -> None:
    (tmp_path / "case.json").write_text(json.dumps(CASE), "utf-8")
    (tmp_path / "a.vcf").write_text(_VCF.replace(PATIENT, _OTHER), "utf-8")
    read = read_case([tmp_path])
    assert "case_id_differs" in [one.key for one in read.flags]


def test_a_vcf_in_the_wrong_build_names_no_change_of_its_own(tmp_path: Path) -> None:
    """The place of EGFR L858R in GRCh37, under a header that says GRCh38, is another base: no finding is made of it."""
    head = VCF_HEAD.replace("GRCh37", "GRCh38")
    (tmp_path / "a.vcf").write_text(vcf("7 55259515 T G PASS . 0/1:70,30:100", head=head), "utf-8")
    read = read_case([tmp_path])
    assert [one.protein_change for one in read.case.alterations] == [None]
    assert [one.reason for one in read.not_read] == ["no_annotation"]


# -- what every answer keeps


def _consult(path: Path, *more: str) -> Result:
    return CliRunner().invoke(main, ["bedside", "consult", str(path), "--date", "2026-11-27", *more])


def _is_answered(ran: Result) -> None:
    """An answer, or a refusal that says what to do; no traceback, and no patient's name where people look over."""
    assert ran.exception is None or isinstance(ran.exception, SystemExit), repr(ran.exception)
    assert ran.exit_code in (0, BadInput.exit_code)
    assert "Traceback" not in ran.output + ran.stderr
    if ran.exit_code:
        assert "→" in ran.stderr
        assert PATIENT not in ran.stderr


def _is_sound(read: ReadCase) -> None:
    """Words for all that is told, and an object that JSON can hold, in both languages."""
    assert [one.reason for one in read.not_read if not has_label(f"not_read.{one.reason}")] == []
    assert [one.key for one in read.flags if not has_label(f"flag.{one.key}")] == []
    assert all(one.vaf is None or 0 <= one.vaf <= 1 for one in read.case.alterations)
    json.dumps([one.as_json() for one in read.case.alterations], allow_nan=False)


def test_the_object_of_a_case_with_huge_numbers_is_json() -> None:
    for number, field in enumerate(FIELDS[::9]):
        of = told(case_of(_with(CASE, field, WRONG[6 + number % 4])))
        assert json.loads(json.dumps(of, allow_nan=False))["form"] == of["form"]
