"""What is computed of the whole tumour, from the files of a laboratory to the annex of the page."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from chevet.bedside.consultation.consult import consult
from chevet.bedside.consultation.telling import tell
from chevet.bedside.views.consultation.annex import sections
from chevet.bedside.views.wording import Wording
from chevet.genomics.coding import reverse_complement
from chevet.genomics.copy_number import arms
from chevet.genomics.reference.installed import References
from chevet.genomics.signatures import CHANNELS
from chevet.words.labels import Lang
from tests.bedside.case.laboratory_files import CASE, VCF_HEAD, read, table, vcf
from tests.genomics.reference.small_genome import CHROMOSOME, write_fasta, write_gff3

DAY = datetime.date(2026, 11, 27)
HEAD = "##fileformat=VCFv4.2\n##reference=file:///ref/GRCh38.fa\n"
BROKEN = ("1|1|20000000|2|1", "1|20000001|50000000|1|0", "1|50000001|248956422|1|1")


def segments(*of_chromosome_one: str) -> str:
    """Two copies along the other autosomes of GRCh38."""
    others = [(name, length) for name, (_, length) in arms("GRCh38").items() if name.isdigit() and name != "1"]
    return table(
        "chromosome|start|end|nMajor|nMinor", *of_chromosome_one, *(f"{name}|1|{end}|1|1" for name, end in others)
    )


def totals(*of_chromosome_one: str) -> str:
    """The same without the copies of each allele."""
    head, *rows = segments(*of_chromosome_one).splitlines()
    cut = ["\t".join([*row.split("\t")[:3], "2"]) for row in rows]
    return "\n".join([head.replace("nMajor\tnMinor", "total_cn"), *cut, ""])


def told(folder: Path, lang: Lang = "en", *, home: Path | None = None, **files: Any) -> dict[str, Any]:
    case = CASE | {"tested_genes": "exome"}
    return tell(consult(read(folder, case__json=case, **files), day=DAY, home=home), lang)


def words(made: dict[str, Any], lang: Lang) -> str:
    """The part of the annex that tells what was computed."""
    (section,) = [one for one in sections(made, Wording(lang)) if one.key == "measures"]
    return " / ".join(f"{cell.text} {cell.note}".strip() for row in section.table.rows for cell in row)


def test_a_burden_is_counted_in_calls_and_never_in_a_report_that_lists_what_matters(tmp_path: Path) -> None:
    listed = told(tmp_path, findings__txt="KRAS G12D\nTP53 R273H\n")
    assert any(one["type"] == "variant" for one in listed["findings"])
    assert listed["measures"]["burden"] is None
    assert not any(one.get("name") == "tmb" for one in listed["findings"])
    assert "a list may leave some out" in words(listed, "en")


def test_scars_are_counted_in_segments_and_are_said_to_be_no_test(tmp_path: Path) -> None:
    made = told(tmp_path, copies__grch38__tsv=segments(*BROKEN))
    found = made["measures"]["scars"]
    assert (found["losses"], found["imbalances"], found["transitions"], found["total"]) == (1, 1, 2, 4)
    assert "scars of homologous recombination / 4 1 losses of heterozygosity" in words(made, "en")
    assert "replaces none" in words(made, "en")


def test_scars_are_told_in_french(tmp_path: Path) -> None:
    text = words(told(tmp_path, "fr", copies__grch38__tsv=segments(*BROKEN)), "fr")
    assert "cicatrices de la recombinaison homologue" in text
    assert "ne remplace aucun test" in text


def test_scars_open_no_medicine_and_leave_the_test_of_recombination_not_done(tmp_path: Path) -> None:
    case = {"diagnosis": {"oncotree": "HGSOC", "text": ""}}
    with_scars = tell(consult(read(tmp_path, case__json=CASE | case, c__grch38__tsv=segments(*BROKEN)), day=DAY), "en")
    without = tell(consult(read(tmp_path, case__json=CASE | case, c__grch38__tsv=segments()), day=DAY), "en")
    for one in (with_scars, without):
        assert "hrd" in {missing["name"] for missing in one["not_tested"]}
    assert [one["therapy"] for one in with_scars["options"]] == [one["therapy"] for one in without["options"]]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [("copies__grch38__tsv", totals(*BROKEN), "do not say the copies of each allele"),
     ("copies__tsv", segments(*BROKEN), "build of the segments is not known"),
     ("copies__grch38__tsv", table("chromosome|start|end|nMajor|nMinor", *BROKEN), "cover too little")],
)  # fmt: skip
def test_segments_that_cannot_tell_scars_are_said_to(name: str, content: str, why: str, tmp_path: Path) -> None:
    made = told(tmp_path, **{name: content})
    assert made["measures"]["scars"] is None
    assert why in " ".join(one["text"] for one in made["measures"]["missing"])


def test_a_case_without_segments_says_nothing_of_scars(tmp_path: Path) -> None:
    made = told(tmp_path)
    assert made["measures"]["scars"] is None
    assert "scars" not in {one["what"] for one in made["measures"]["missing"]}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A site with a genome of one chromosome and two signatures: one of changes from C, one of changes from T."""
    home = tmp_path / "home"
    fasta, genes = write_fasta(tmp_path), write_gff3(tmp_path)
    References(home).add("ours", "GRCh38", fasta=fasta, gff3=genes, cds_table=None, added="2026-11-27T10:00:00+00:00")
    (home / "signatures").mkdir()
    rows = [f"{one}\t{int(one[2] == 'C')}\t{int(one[2] == 'T')}" for one in CHANNELS]
    text = "\n".join(["Type\tSBS5\tSBS4", *rows, ""])
    (home / "signatures" / "COSMIC_v3.5_SBS_GRCh38_exome.txt").write_text(text)
    return home


def substitutions(of_pyrimidine: str, number: int) -> list[str]:
    """So many rows of a VCF that change one pyrimidine, on whichever strand it lies."""
    either = {of_pyrimidine: "G", reverse_complement(of_pyrimidine): "C"}
    places = [place for place in range(1, len(CHROMOSOME) - 1) if CHROMOSOME[place] in either]
    bases = [(place, CHROMOSOME[place], either[CHROMOSOME[place]]) for place in places]
    return [f"1 {place + 1} {ref} {alt} PASS . 0/1:40,20:60" for place, ref, alt in bases if ref != alt][:number]


def test_signatures_are_told_with_the_sites_own_file(home: Path, tmp_path: Path) -> None:
    rows = substitutions("C", 60)
    made = told(tmp_path, home=home, small__vcf=vcf(*rows, head=HEAD))
    found = made["measures"]["signatures"]
    assert (found["mutations"], found["shares"], found["flat"]) == (len(rows), {"SBS5": 1.0}, 1.0)
    assert found["probability"]["SBS5"] > 0.99
    assert "SBS5 100% of 60 mutations" in words(made, "en")
    assert "SBS5 et SBS40, que l’on ne peut distinguer avec certitude, en font ensemble" in words(made, "fr")


def test_a_signature_that_may_not_be_there_is_told_with_its_probability(tmp_path: Path) -> None:
    made = told(tmp_path)
    made["measures"]["signatures"] = {
        "mutations": 80, "cosine": 0.9, "group": "ALL", "shares": {"SBS4": 0.905, "SBS13": 0.095},
        "probability": {"SBS4": 1.0, "SBS13": 0.6}, "flat": 0.0,
    }  # fmt: skip
    assert "SBS4 90.5%, SBS13 9.5% (present with a probability of 60%)" in words(made, "en")
    assert "SBS40" not in words(made, "en")


def test_slipped_bases_of_an_exome_are_told_and_stand_for_no_test_of_microsatellites(tmp_path: Path) -> None:
    info = "CSQ=-|frameshift_variant|HIGH|APC|324|Transcript|ENST1|protein_coding|16/16|||YES||"
    rows = [f"5 {1000 + 10 * place} CA C PASS {info} 0/1:40,20:60" for place in range(70)]
    made = told(tmp_path, exome__vcf=vcf(*rows, head=VCF_HEAD))
    assert made["measures"]["slips"] == {"per_megabase": 2.33, "counted": 70, "megabases": 30.0, "amount": "many"}
    assert "2.33 70 mutations over 30 megabases. As many as in tumours with unstable microsatellites" in words(
        made, "en"
    )
    assert "Ceci n’est pas le résultat de ce test" in words(made, "fr")
    assert "msi" not in {one.get("name") for one in made["findings"]}


def test_slipped_bases_are_not_told_where_only_some_genes_were_looked_at(tmp_path: Path) -> None:
    info = "CSQ=-|frameshift_variant|HIGH|APC|324|Transcript|ENST1|protein_coding|16/16|||YES||"
    rows = [f"5 {1000 + 10 * place} CA C PASS {info} 0/1:40,20:60" for place in range(70)]
    given = read(tmp_path, case__json=CASE | {"tested_genes": ["APC", "KRAS"]}, panel__vcf=vcf(*rows, head=VCF_HEAD))
    assert tell(consult(given, day=DAY), "en")["measures"]["slips"] is None
