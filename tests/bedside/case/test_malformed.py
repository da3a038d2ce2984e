"""Whatever is sent: a case, or a refusal that says what to do; no traceback, no wrong patient, no loss."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chevet.bedside.case.read import read_case
from chevet.bedside.case.reading import ReadCase
from chevet.errors import BadInput
from chevet.words.labels import has_label
from tests.bedside.case.laboratory_files import CASE, CSQ_EGFR, VCF_HEAD, flags, read, reasons, table, told, vcf

# `CHEVET_MALFORMED=1000` runs the thousand that the manual speaks of.
_MANY = int(os.environ.get("CHEVET_MALFORMED", "200"))
_VCF = vcf(
    f"7 55259515 T G PASS {CSQ_EGFR} 0/1:70,30:100",
    "12 25398285 C A PASS . 0/1:50,50:100",
    "17 7577120 C T q10 . 0/1:9,1:10",
).encode()
_MAF = table(
    "Hugo_Symbol|Chromosome|Start_Position|Reference_Allele|Tumor_Seq_Allele2|Tumor_Sample_Barcode|"
    "Variant_Classification|HGVSp_Short|NCBI_Build",
    "EGFR|7|55259515|T|G|P17|Missense_Mutation|p.L858R|GRCh37",
    "TP53|17|7577120|C|T|P17|Missense_Mutation|p.R273H|GRCh37",
).encode()
_TABLE = table(
    "Gène;Changement protéique;VAF".replace(";", "|"), "EGFR|p.L858R|34 %", "KRAS|G12C|0,2", joint=";"
).encode()
_FUSIONS = table("#FusionName|JunctionReadCount|LeftGene|RightGene", "EML4--ALK|12|EML4^ENSG1|ALK^ENSG2").encode()
_SEGMENTS = table("Chromosome|Start|End|nMajor|nMinor", "1|100|2000|1|0", "7|100|2000|9|1").encode()
_CASE = json.dumps(CASE | {"alterations": [{"gene": "EGFR", "protein_change": "L858R"}, "KRAS G12C"]}).encode()
_YAML = b"""case_id: P17
diagnosis:
  oncotree: LUAD
alterations:
  - EGFR L858R
  - {gene: KRAS, protein_change: G12C}
"""
_NOTE = "Femme de 64 ans, adénocarcinome du poumon, ECOG 1, progression sous osimertinib.".encode()
_GOOD = {
    "a.vcf": _VCF,
    "a.maf": _MAF,
    "a.csv": _TABLE,
    "fusions.tsv": _FUSIONS,
    "cna.tsv": _SEGMENTS,
    "case.json": _CASE,
    "case.yaml": _YAML,
    "note.txt": _NOTE,
    "a.vcf.gz": gzip.compress(_VCF, mtime=0),
}


@st.composite
def _damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """A good file that something happened to."""
    name = draw(st.sampled_from(sorted(_GOOD)))
    content = _GOOD[name]
    what = draw(
        st.sampled_from(("cut", "bytes", "shuffle", "nul", "repeat", "huge", "swap", "utf16", "returns", "drop"))
    )
    at = draw(st.integers(0, max(0, len(content) - 1)))
    if what == "cut":
        return name, content[:at]
    if what == "bytes":
        return name, content[:at] + draw(st.binary(min_size=1, max_size=20)) + content[at + draw(st.integers(0, 20)) :]
    if what == "nul":
        return name, content[:at] + b"\0" * draw(st.integers(1, 30)) + content[at:]
    if what == "repeat":
        return name, content * draw(st.integers(2, 4))
    if what == "huge":
        return name, content.replace(b"7", str(10 ** draw(st.integers(9, 400))).encode())
    if what == "swap":
        return draw(st.sampled_from(("x.json", "x.vcf", "x.xlsx", "x.tsv", "x.yaml", "x.gz", "x"))), content
    if what == "utf16" and not name.endswith(".gz"):
        return name, content.decode("utf-8").encode("utf-16")
    if what == "returns":
        return name, content.replace(b"\n", b"\r")
    if what == "drop":
        return name, content.replace(b"\t", b"", draw(st.integers(1, 5))).replace(b"}", b"", draw(st.integers(0, 2)))
    lines = content.split(b"\n")
    return name, b"\n".join(draw(st.permutations(lines)))


def _read_or_refused(path: Path) -> ReadCase | None:
    """The case, or nothing where it was refused as it must be: with what to do, and without the patient's name."""
    refusal: BadInput | None = None
    try:
        return read_case([path])
    except BadInput as error:
        refusal = error
    assert refusal.next_act
    assert "P17" not in refusal.message
    return None


def _is_sound(found: ReadCase) -> bool:
    """What every answer keeps: known reasons, known flags, no patient but the one, numbers that can be."""
    for one in found.not_read:
        assert has_label(f"not_read.{one.reason}"), one.reason
        assert {lang: bool(one.as_json(lang)["text"]) for lang in ("en", "fr")} == {"en": True, "fr": True}
    for flag in found.flags:
        assert has_label(f"flag.{flag.key}"), flag.key
    for finding in found.case.alterations:
        assert finding.vaf is None or 0 <= finding.vaf <= 1
        assert finding.gene or finding.name or finding.genomic is not None or finding.fusion
        json.dumps(finding.as_json(), allow_nan=False)
    return True


@settings(max_examples=_MANY, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(_damaged())
def test_a_damaged_file_is_read_or_refused_and_never_breaks(damaged: tuple[str, bytes]) -> None:
    name, content = damaged
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        found = _read_or_refused(path)
    assert found is None or _is_sound(found)


@settings(max_examples=_MANY, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    (
                        "case_id",
                        "diagnosis",
                        "clinical",
                        "alterations",
                        "tested_genes",
                        "type",
                        "gene",
                        "name",
                        "value",
                        "protein_change",
                        "vaf",
                        "text",
                        "line",
                        "labs",
                        "subject",
                        "resourceType",
                        "entry",
                        "fusion",
                        "extent",
                        "genomic",
                        "interpretations",
                        "diseases",
                        "prior_therapies",
                    )
                ),
                inner,
                max_size=6,
            )
        ),
        max_leaves=25,
    )
)
def test_any_document_is_a_case_or_is_refused(document: object) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "case.json"
        path.write_text(json.dumps(document), "utf-8")
        found = _read_or_refused(path)
    assert found is None or _is_sound(found)


def test_rows_of_a_table_are_findings_or_told_none_is_lost(tmp_path: Path) -> None:
    rows = ["EGFR|p.L858R", "EGFR|banana", "NOTAGENE|p.A1B", "KRAS|G12C", "TP53", "A|B|C|D", "|p.V600E"]
    found = read(tmp_path, case__json=CASE, lab__tsv=table("Gene|Protein_Change", *rows))

    assert told(found) == [("variant", "EGFR", "p.L858R"), ("variant", "KRAS", "p.G12C")]
    assert sorted((one.row, one.reason) for one in found.not_read) == [
        (3, "change_not_understood"),
        (4, "unknown_gene"),
        (6, "wrong_number_of_cells"),
        (7, "wrong_number_of_cells"),
        (8, "not_understood"),
    ]


def test_shuffled_columns_and_rows_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    one = read(tmp_path / "1", case__json=CASE, lab__tsv=table("Gene|HGVSp|VAF", "EGFR|p.L858R|0.3", "KRAS|p.G12C|0.1"))
    other = read(
        tmp_path / "2", case__json=CASE, lab__tsv=table("VAF|Gene|HGVSp", "0.1|KRAS|p.G12C", "0.3|EGFR|p.L858R")
    )

    def facts(found: ReadCase) -> set[tuple[str, str | None, float | None]]:
        return {(one.gene, one.protein_change, one.vaf) for one in found.case.alterations}

    assert facts(one) == facts(other) == {("EGFR", "p.L858R", 0.3), ("KRAS", "p.G12C", 0.1)}


def test_a_key_said_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        read(tmp_path, case__json='{"case_id": "A", "case_id": "B", "diagnosis": "melanoma"}')


def test_yaml_aliases_and_deep_documents_are_refused(tmp_path: Path) -> None:
    bomb = "case_id: &a [x]\ndiagnosis: [*a, *a]\n"
    deep = '{"case_id": ' + "[" * 5000 + "]" * 5000 + "}"
    for name, text in (("bomb.yaml", bomb), ("deep.json", deep)):
        path = tmp_path / name
        path.write_text(text)
        with pytest.raises(BadInput):
            read_case([path])


def test_a_line_of_ten_megabytes_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    text = table("Gene|Protein_Change", "EGFR|p.L858R", "KRAS|" + "A" * 10_000_000, "BRAF|p.V600E")

    found = read(tmp_path, case__json=CASE, lab__tsv=text)

    assert told(found) == [("variant", "EGFR", "p.L858R"), ("variant", "BRAF", "p.V600E")]
    assert [(one.row, one.reason) for one in found.not_read] == [(3, "wrong_number_of_cells")]


def test_a_packed_bomb_is_not_unfolded(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.tsv", b"0" * 300_000_000)
    found = read(
        tmp_path,
        case__json=CASE,
        bomb__zip=bomb.getvalue(),
        bomb__tsv__gz=gzip.compress(b"0" * 300_000_000, 9, mtime=0),
    )

    assert sorted(reasons(found)) == ["cannot_unpack", "too_large"]


def test_a_link_in_a_folder_is_left_alone(tmp_path: Path) -> None:
    secret = tmp_path / "secret.tsv"
    secret.write_text(table("Gene|Protein_Change", "EGFR|p.L858R"))
    given_folder = tmp_path / "given"
    given_folder.mkdir()
    (given_folder / "link.tsv").symlink_to(secret)

    found = read(tmp_path, case__json=CASE)

    assert (told(found), reasons(found)) == ([], ["link"])


def test_a_binary_file_and_an_empty_one_are_told(tmp_path: Path) -> None:
    found = read(
        tmp_path, case__json=CASE, scan__pdf=b"%PDF-1.7 ...", empty__tsv=b"", noise__dat=bytes(range(16)) * 400
    )

    assert sorted((one.file, one.reason) for one in found.not_read) == [
        ("empty.tsv", "empty"),
        ("noise.dat", "binary"),
        ("scan.pdf", "kind_not_read"),
    ]


def test_a_table_in_utf16_latin_1_or_with_old_line_ends_says_the_same(tmp_path: Path) -> None:
    text = table("Gène|Changement protéique", "EGFR|p.L858R")
    for number, content in enumerate(
        (
            text.encode("utf-16"),
            text.encode("latin-1"),
            text.encode("utf-8-sig"),
            text.replace("\n", "\r\n").encode(),
            text.replace("\n", "\r").encode(),
            gzip.compress(text.encode(), mtime=0),
        )
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert told(read(folder, case__json=CASE, lab__tsv=content)) == [("variant", "EGFR", "p.L858R")]


def test_nothing_at_all_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        read_case([tmp_path])
    assert refused.value.next_act == "Give a case file (chevet bedside schema case), a VCF, or a table of alterations."
    with pytest.raises(BadInput):
        read_case([tmp_path / "absent.json"])


def test_a_vcf_of_the_wrong_build_is_flagged_beside_one_of_the_other(tmp_path: Path) -> None:
    older = vcf("7 55259515 T G PASS . 0/1:70,30:100")
    newer = vcf("7 55191822 T G PASS . 0/1:70,30:100", head=VCF_HEAD.replace("GRCh37", "GRCh38"))

    found = read(tmp_path, case__json=CASE, a__vcf=older, b__vcf=newer)

    assert "two_builds" in flags(found)
