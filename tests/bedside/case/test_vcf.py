"""VCF files: builds, samples, filters, alleles and annotations."""

from __future__ import annotations

from pathlib import Path

import pytest

from chevet.bedside.case.joining import joined
from chevet.bedside.case.vcf import build_of_head
from chevet.genomics.alteration import Genomic
from tests.bedside.case.laboratory_files import CASE, CSQ_EGFR, VCF_HEAD, flags, only, read, reasons, told, vcf
from tests.shared_data import shared


def test_an_annotated_row_gives_gene_change_transcript_reads_and_frequency(tmp_path: Path) -> None:
    one = only(read(tmp_path, case__json=CASE, a__vcf=vcf(f"7 55259515 T G PASS {CSQ_EGFR} 0/1:70,30:100")))

    assert (one.gene, one.protein_change, one.cdna, one.transcript) == (
        "EGFR",
        "p.L858R",
        "c.2573T>G",
        "ENST00000275493",
    )
    assert (one.vaf, one.depth, one.exon, one.consequence) == (0.3, 100, 21, "Missense_Mutation")
    assert (one.population_frequency, one.genomic) == (0.00002, Genomic("GRCh37", "7", 55259515, "T", "G"))


def test_the_mane_transcript_goes_before_a_graver_effect_on_another(tmp_path: Path) -> None:
    graver = (
        CSQ_EGFR + ",G|stop_gained|HIGH|EGFR|1956|Transcript|ENST9|protein_coding|2/3|ENST9:c.1A>T|ENSP9:p.Lys1Ter|||"
    )

    assert only(
        read(tmp_path, case__json=CASE, a__vcf=vcf(f"7 55259515 T G PASS {graver} 0/1:70,30:100"))
    ).protein_change == ("p.L858R")


def test_the_gene_that_is_hit_hardest_goes_before_its_neighbour(tmp_path: Path) -> None:
    beside = (
        "CSQ=G|intron_variant|MODIFIER|OTHER|1|Transcript|ENST8|protein_coding||||YES|NM_1.1|,"
        + CSQ_EGFR.removeprefix("CSQ=")
    )

    assert (
        only(read(tmp_path, case__json=CASE, a__vcf=vcf(f"7 55259515 T G PASS {beside} 0/1:70,30:100"))).gene == "EGFR"
    )


def test_each_allele_of_a_row_has_its_own_annotation_and_reads(tmp_path: Path) -> None:
    both = (
        "CSQ=A|missense_variant|MODERATE|KRAS|1|Transcript|ENST1|protein_coding|2/5|ENST1:c.35G>T|ENSP1:p.Gly12Val|YES|NM_1|,"
        "T|missense_variant|MODERATE|KRAS|1|Transcript|ENST1|protein_coding|2/5|ENST1:c.35G>A|ENSP1:p.Gly12Asp|YES|NM_1|"
    )
    found = read(tmp_path, case__json=CASE, a__vcf=vcf(f"12 25398284 C A,T PASS {both} 1/2:50,30,20:100"))

    assert [(one.protein_change, one.vaf) for one in found.case.alterations] == [("p.G12V", 0.3), ("p.G12D", 0.2)]


def test_snpeff_and_bcftools_annotations_are_read(tmp_path: Path) -> None:
    snpeff = VCF_HEAD.split("##INFO")[0] + '##INFO=<ID=ANN,Number=.,Type=String,Description="Functional annotations">\n'
    ann = (
        "ANN=G|missense_variant|MODERATE|EGFR|1|transcript|NM_005228.5|protein_coding|21/28|c.2573T>G|p.Leu858Arg|||||"
    )
    bcsq = (
        VCF_HEAD.split("##INFO")[0]
        + '##INFO=<ID=BCSQ,Number=.,Type=String,Description="Local consequence. Format: x">\n'
    )
    called = "BCSQ=missense|EGFR|ENST00000275493|protein_coding|+|858L>858R|55259515T>G"
    for name, head, info in (("1", snpeff, ann), ("2", bcsq, called)):
        (tmp_path / name).mkdir()
        row = vcf(f"7 55259515 T G PASS {info} 0/1:70,30:100", head=head)
        assert told(read(tmp_path / name, case__json=CASE, a__vcf=row)) == [("variant", "EGFR", "p.L858R")]


def test_rows_that_failed_a_filter_are_counted_and_not_used(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        case__json=CASE,
        a__vcf=vcf("1 100 A C q10 . 0/1:9,1:10", "1 200 A C q10 . 0/1:9,1:10", "1 300 A C LowQual . 0/1:9,1:10"),
    )

    assert [(one.reason, one.detail) for one in found.not_read] == [
        ("filtered", "q10 × 2"),
        ("filtered", "LowQual × 1"),
    ]


def test_structural_rows_of_no_gene_are_counted_and_an_absent_allele_is_not_carried(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        case__json=CASE,
        a__vcf=vcf(
            "1 100 A <DEL> PASS . 0/1:9,1:10",
            "1 200 A C PASS . 0/0:10,0:10",
            "2 321681 G G]17:198982] PASS . 0/1:9,1:10",
        ),
    )

    assert sorted(reasons(found)) == ["not_carried", "sv_no_end", "sv_no_gene"]
    assert found.case.alterations == ()


def test_the_tumour_is_told_from_the_normal_by_the_header_and_by_names(tmp_path: Path) -> None:
    said = VCF_HEAD + "##tumor_sample=B2\n##normal_sample=B1\n"
    for number, (samples, head) in enumerate(
        (
            (("B1", "B2"), said),
            (("P17_normal", "P17_tumor"), VCF_HEAD),
            (("NORMAL", "TUMOR"), VCF_HEAD),
            (("P17-N", "P17-T"), VCF_HEAD),
        )
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        text = vcf(f"7 55259515 T G PASS {CSQ_EGFR} 0/0:100,0:100 0/1:60,40:100", samples=samples, head=head)
        document = CASE | {"case_id": ""}
        one = only(read(folder, case__json=document, a__vcf=text))
        assert (one.vaf, one.origin) == (0.4, "somatic")


def test_two_samples_of_which_none_is_said_to_be_the_tumour_are_left_with_the_reason(tmp_path: Path) -> None:
    text = vcf("7 55259515 T G PASS . 0/1:1,1:2 0/1:1,1:2", samples=("P17A", "P17AB"))

    assert reasons(read(tmp_path, case__json=CASE, a__vcf=text)) == ["several_samples"]


def test_a_germline_file_gives_inherited_findings(tmp_path: Path) -> None:
    text = vcf(f"7 55259515 T G PASS {CSQ_EGFR} 0/1:70,30:100", samples=("P17",))
    assert only(read(tmp_path, case__json=CASE, P17__germline__vcf=text)).origin == "germline"


def test_the_same_change_in_tumour_and_blood_counts_once_and_is_inherited(tmp_path: Path) -> None:
    tumour = vcf(f"7 55259515 T G PASS {CSQ_EGFR} 0/1:30,70:100")
    blood = vcf(f"7 55259515 T G PASS {CSQ_EGFR} 0/1:50,50:100", samples=("P17_blood",))
    one = only(read(tmp_path, case__json=CASE, a__vcf=tumour, b__germline__vcf=blood))

    assert (one.origin, one.vaf) == ("germline", 0.7)


def test_the_build_is_read_from_lengths_references_and_liftover() -> None:
    assert build_of_head(["##contig=<ID=chr1,length=248956422>"]) == "GRCh38"
    assert build_of_head(["##contig=<ID=1,length=249250621>"]) == "GRCh37"
    assert build_of_head(["##reference=/data/hg19.fa"]) == "GRCh37"
    assert build_of_head(["##liftOverChainFile=/x/hg19Tohg38.over.chain.gz"]) == "GRCh38"
    assert build_of_head(["##source=caller"]) is None


def test_without_a_build_an_unannotated_row_is_told_and_an_annotated_one_is_kept(tmp_path: Path) -> None:
    head = VCF_HEAD.replace("##reference=file:///ref/GRCh37.fa\n", "")
    text = vcf("1 100 A C PASS . 0/1:9,1:10", f"7 55259515 T G PASS {CSQ_EGFR} 0/1:70,30:100", head=head)
    found = read(tmp_path, case__json=CASE, a__vcf=text)

    assert (told(found), reasons(found)) == ([("variant", "EGFR", "p.L858R")], ["build_unknown"])


def test_a_well_known_place_is_understood_without_annotation(tmp_path: Path) -> None:
    one = only(read(tmp_path, case__json=CASE, a__vcf=vcf("7 140453136 A T PASS . 0/1:70,30:100")))

    assert (one.gene, one.protein_change) == ("BRAF", "p.V600E")


def test_a_variant_in_vcf_and_table_counts_once(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        case__json=CASE | {"alterations": ["EGFR L858R"]},
        a__vcf=vcf(f"7 55259515 T G PASS {CSQ_EGFR} 0/1:70,30:100"),
    )
    one = only(found)

    assert (one.vaf, one.genomic is not None, "said_by_two_files" in flags(found)) == (0.3, True, True)


def test_reads_of_strelka_and_varscan_are_understood(tmp_path: Path) -> None:
    strelka = (
        VCF_HEAD + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tNORMAL\tTUMOR\n"
        "7\t55259515\t.\tT\tG\t.\tPASS\t"
        + CSQ_EGFR
        + "\tDP:AU:CU:GU:TU\t50:0,0:0,0:0,0:50,50\t100:0,0:0,0:25,25:75,75\n"
    )
    varscan = (
        strelka.replace("DP:AU:CU:GU:TU", "DP:RD:AD:FREQ")
        .replace("50:0,0:0,0:0,0:50,50", "50:50:0:0%")
        .replace("100:0,0:0,0:25,25:75,75", "100:75:25:25%")
    )
    for number, text in enumerate((strelka, varscan)):
        folder = tmp_path / str(number)
        folder.mkdir()
        one = only(read(folder, case__json=CASE, a__vcf=text))
        assert (one.vaf, one.depth) == (0.25, 100)


def test_the_real_case_is_read_whole_in_both_builds_and_its_trap_is_told(tmp_path: Path) -> None:
    from chevet.bedside.case.read import read_case

    found = read_case([shared("cases/brca")])

    variants = [one for one in found.case.alterations if one.type == "variant"]
    assert (len(variants), len(found.segments), len(found.expression)) == (196, 512, 19306)
    assert joined(variants)[1] == 0
    assert {"files_without_name", "file_name_differs", "two_builds", "fusions_exclude_each_other"} <= set(flags(found))
    assert set(reasons(found)) <= {"no_annotation"}


@pytest.mark.parametrize(("named", "is_told"), [("GRCh37", False), ("GRCh38", True)])
def test_a_vcf_whose_well_known_changes_lie_at_places_of_the_other_build_is_told(
    tmp_path: Path, named: str, is_told: bool
) -> None:
    rows = ("7 55259515 T G PASS . 0/1:60,40:100", "7 140453136 A T PASS . 0/1:60,40:100")
    found = read(tmp_path, tumour__vcf=vcf(*rows, head=VCF_HEAD.replace("GRCh37", named)))
    assert ("places_of_other_build" in flags(found)) == is_told
    assert {one.gene for one in found.case.alterations} == ({""} if is_told else {"EGFR", "BRAF"})
