"""Tables of alterations, MAF, workbooks, copy number, fusions, markers, expression and facts."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import Workbook  # type: ignore[import-untyped]

from chevet.bedside.case.copies import called_of
from chevet.bedside.case.sheets import meaning, sheet_of
from chevet.bedside.case.tables import kind_of
from chevet.errors import BadInput
from tests.bedside.case.laboratory_files import CASE, flags, only, read, reasons, table
from tests.shared_data import shared

MAF = (
    "Hugo_Symbol|Chromosome|Start_Position|Reference_Allele|Tumor_Seq_Allele2|Tumor_Sample_Barcode|"
    "Variant_Classification|HGVSp_Short|NCBI_Build|t_ref_count|t_alt_count"
)


def test_columns_are_known_in_both_languages() -> None:
    assert [
        meaning(name) for name in ("Hugo_Symbol", "Gène", "HGVSp", "AA change", "Fréquence allélique (%)", "shoe")
    ] == [
        "gene",
        "gene",
        "protein_change",
        "protein_change",
        "vaf",
        "",
    ]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Gene\tHGVSp\tVAF", "alterations"),
        ("Hugo_Symbol\tVariant_Classification\tProtein_Change", "alterations"),
        ("Chromosome\tStart\tEnd\tnMajor\tnMinor", "segments"),
        ("ID\tchrom\tloc.start\tloc.end\tseg.mean", "segments"),
        ("Gene\tCopy number", "gene_calls"),
        ("Hugo_Symbol\tGISTIC", "gene_calls"),
        ("#FusionName\tJunctionReadCount\tLeftGene\tRightGene", "fusions"),
        ("#gene1\tgene2\tbreakpoint1\tconfidence", "fusions"),
        ("FusionGene\tLeftBreakpoint\tRightBreakpoint", "fusions"),
        ("Gene_1_symbol(5end_fusion_partner)\tGene_2_symbol(3end_fusion_partner)", "fusions"),
        ("TargetID\tTPM", "expression"),
        ("Signature\tExposure", "measured"),
        ("Biomarqueur\tRésultat\tValeur", "measured"),
        ("Chromosome\tPosition\tRef\tAlt", "alterations"),
    ],
)
def test_the_kind_of_a_table_is_told_by_its_columns(header: str, kind: str) -> None:
    sheet = sheet_of(header + "\n")
    assert sheet is not None
    assert kind_of(sheet) == kind


def test_a_table_with_semicolons_and_french_numbers(tmp_path: Path) -> None:
    text = (
        "Gène;Variation protéique;Fréquence allélique;Origine\nEGFR;p.(Leu858Arg);34,5 %;somatique\n"
        'BRCA1;"p.Glu23fs";51%;constitutionnelle\n'
    )
    found = read(tmp_path, case__json=CASE, lab__csv=text)

    assert [(one.gene, one.protein_change, one.vaf, one.origin) for one in found.case.alterations] == [
        ("EGFR", "p.L858R", 0.345, "somatic"),
        ("BRCA1", "p.E23fs", 0.51, "germline"),
    ]


def test_a_table_of_mixed_findings_in_words(tmp_path: Path) -> None:
    text = table(
        "Gene|Alteration",
        "ERBB2|amplification",
        "MET|exon 14 skipping",
        "EML4-ALK|fusion",
        "KRAS|wild type",
        "MSI|stable",
        "CDKN2A|homozygous deletion",
        "EGFR|not tested",
    )
    found = read(tmp_path, case__json=CASE, lab__tsv=text)

    assert [(one.type, one.gene or one.name) for one in found.case.alterations] == [
        ("amplification", "ERBB2"),
        ("variant", "MET"),
        ("fusion", "ALK"),
        ("wild_type", "KRAS"),
        ("signature", "msi"),
        ("deletion", "CDKN2A"),
    ]
    assert reasons(found) == ["change_not_understood"]


def test_a_maf_of_one_patient_with_counts_and_places(tmp_path: Path) -> None:
    one = only(
        read(
            tmp_path,
            case__json=CASE,
            a__maf=table(
                MAF,
                "EGFR|7|55259515|T|G|P17-T|Missense_Mutation|p.L858R|GRCh37|60|40",
            ),
        )
    )

    assert (one.gene, one.protein_change, one.consequence, one.vaf, one.depth) == (
        "EGFR",
        "p.L858R",
        "Missense_Mutation",
        0.4,
        100,
    )


def test_a_maf_of_two_patients_is_refused_without_naming_them(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        read(
            tmp_path,
            a__maf=table(
                MAF,
                "EGFR|7|1|T|G|ALPHA1|Missense_Mutation|p.L858R|GRCh37|6|4",
                "KRAS|12|1|T|G|BETA22|Missense_Mutation|p.G12C|GRCh37|6|4",
            ),
        )
    assert ("ALPHA1" in refused.value.message, "2 patients" in refused.value.message) == (False, True)


@pytest.mark.parametrize(("one", "other"), [("P-10", "P-101"), ("PAT12", "PAT123"), ("MART", "MARTIN")])
def test_a_patient_whose_name_begins_like_anothers_is_another(tmp_path: Path, one: str, other: str) -> None:
    files = {
        f"{name}__tsv": table("gene|HGVSp|Tumor_Sample_Barcode", f"EGFR|p.L858R|{person}")
        for name, person in (("a", one), ("b", other))
    }
    with pytest.raises(BadInput, match="2 patients"):
        read(tmp_path, **files)
    assert read(tmp_path, b__tsv=files["a__tsv"].replace(one, f"{one}-T")).case.alterations


@pytest.mark.parametrize(("file", "is_told"), [("P17", False), ("P17_copies", False), ("P171", True), ("copies", True)])
def test_a_file_that_is_called_by_the_patients_name_needs_no_name_inside(
    tmp_path: Path, file: str, is_told: bool
) -> None:
    inside = table("gene|HGVSp|Tumor_Sample_Barcode", "EGFR|p.L858R|P17")
    found = read(tmp_path, a__tsv=inside, **{f"{file}__tsv": table("gene|call", "MET|amplification")})
    assert ("files_without_name" in flags(found)) == is_told


def test_two_files_of_two_patients_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        read(
            tmp_path,
            a__tsv=table("Sample|Gene|HGVSp", "ALPHA1|EGFR|p.L858R"),
            b__tsv=table("Sample|Gene|HGVSp", "BETA22|KRAS|p.G12C"),
        )


def test_samples_of_one_patient_in_two_files_are_one_case(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        a__tsv=table("Sample|Gene|HGVSp", "P17_tumor|EGFR|p.L858R"),
        b__tsv=table("Sample|Gene|HGVSp", "P17-RNA|KRAS|p.G12C"),
    )
    assert (found.case.case_id, len(found.case.alterations)) == ("P17", 2)


def test_an_insertion_is_the_same_in_maf_and_vcf(tmp_path: Path) -> None:
    from tests.bedside.case.laboratory_files import vcf

    maf = table(MAF, "EGFR|7|55242465|GGAATTAAGAGAAGC|-|P17|In_Frame_Del|p.E746_A750del|GRCh37|60|40")
    one = only(
        read(tmp_path, case__json=CASE, a__maf=maf, b__vcf=vcf("7 55242464 AGGAATTAAGAGAAGC A PASS . 0/1:60,40:100"))
    )

    assert one.protein_change == "p.E746_A750del"


def test_a_workbook_is_read_like_a_table(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Gène", "HGVSp", "VAF"])
    sheet.append(["EGFR", "p.L858R", 0.34])
    sheet.append(["KRAS", "p.G12C", "12 %"])
    content = io.BytesIO()
    book.save(content)
    found = read(tmp_path, case__json=CASE, results__xlsx=content.getvalue())

    assert [(one.gene, one.vaf) for one in found.case.alterations] == [("EGFR", 0.34), ("KRAS", 0.12)]


def test_gene_calls_are_the_laboratorys_own_and_a_bare_number_is_called_by_its_limits(tmp_path: Path) -> None:
    text = table(
        "Gene|CNV|Copy number",
        "ERBB2|amplification|22",
        "PTEN|-2|0",
        "RB1|shallow deletion|1",
        "EGFR|neutral|2",
        "MYC||6",
        "KRAS||2",
        "TP53||",
    )
    found = read(tmp_path, case__json=CASE, cnv__tsv=text)

    assert [(one.type, one.gene, one.copy_number) for one in found.case.alterations] == [
        ("amplification", "ERBB2", 22.0),
        ("deletion", "PTEN", 0.0),
        ("loss", "RB1", 1.0),
        ("amplification", "MYC", 6.0),
    ]
    assert [(one.reason, one.detail) for one in found.not_read] == [("copies_not_called", "TP53")]


def test_calls_of_copies_in_words() -> None:
    assert [
        called_of(text) for text in ("2", "-1", "0", "Amplified", "not amplified", "Deep Deletion", "délétion", "gain")
    ] == [
        "amplification",
        "loss",
        None,
        "amplification",
        None,
        "deletion",
        "deletion",
        "gain",
    ]


def test_segments_are_kept_with_their_build(tmp_path: Path) -> None:
    text = table("Chromosome|Start|End|nMajor|nMinor", "chr7|100|2000|9|1", "7|x|2|1|1", "X|1|5|1|0")
    found = read(tmp_path, case__json=CASE, P17__grch38__cna__tsv=text)

    assert [(one.chromosome, one.copies, one.minor, one.build) for one in found.segments] == [
        ("7", 10.0, 1.0, "GRCh38"),
        ("X", 1.0, 0.0, "GRCh38"),
    ]
    assert reasons(found) == ["segment_without_place"]


@pytest.mark.parametrize(
    "text",
    [
        table(
            "#FusionName|JunctionReadCount|SpanningFragCount|LeftGene|RightGene", "EML4--ALK|10|2|EML4^ENSG1|ALK^ENSG2"
        ),
        table("#gene1|gene2|split_reads1|reading_frame|confidence", "EML4|ALK|12|in-frame|high"),
        table(
            "Gene_1_symbol(5end_fusion_partner)|Gene_2_symbol(3end_fusion_partner)|Spanning_unique_reads", "EML4|ALK|12"
        ),
        table("FusionGene|LeftBreakpoint|RightBreakpoint|SplitReads", "EML4--ALK|2:42522694|2:29446394|12"),
        table("Fusion|Reads", "EML4::ALK|12"),
    ],
)
def test_fusions_of_every_program_are_one_fusion(tmp_path: Path, text: str) -> None:
    one = only(read(tmp_path, case__json=CASE, fusions__tsv=text))

    assert (one.type, one.gene, one.fusion) == ("fusion", "ALK", ("EML4", "ALK"))


def test_a_fusion_with_an_unknown_partner_keeps_the_place_empty(tmp_path: Path) -> None:
    text = table("FusionGene|LeftBreakpoint|RightBreakpoint", "--ALK|2:1|2:2", "FGFR2--|10:1|3:2", "--|1:1|1:2")
    found = read(tmp_path, case__json=CASE, fusions__tsv=text)

    assert [one.fusion for one in found.case.alterations] == [("", "ALK"), ("FGFR2", "")]
    assert reasons(found) == ["fusion_not_understood"]


def test_more_driver_fusions_than_one_tumour_has_are_told(tmp_path: Path) -> None:
    text = table("Fusion|Reads", "EML4::ALK|1", "BCR::ABL1|1", "EWSR1::FLI1|1", "TMPRSS2::ERG|1")

    assert "fusions_exclude_each_other" in flags(read(tmp_path, case__json=CASE, fusions__tsv=text))


def test_markers_and_signatures_by_name_and_value(tmp_path: Path) -> None:
    text = table(
        "Biomarker|Value|Unit",
        "MSI|MSS|",
        "TMB|14,2|mut/Mb",
        "PD-L1 TPS|<1|%",
        "SBS4|0.42|",
        "HER2|2+|",
        "MSI|unreadable|",
    )
    found = read(tmp_path, case__json=CASE, markers__tsv=text)

    assert [(one.name, one.value) for one in found.case.alterations] == [
        ("msi", "stable"),
        ("tmb", 14.2),
        ("pd_l1_tps", "negative"),
        ("SBS4", 0.42),
        ("her2_ihc", "2+"),
    ]
    assert reasons(found) == ["marker_not_understood"]


def test_expression_is_kept_and_makes_no_finding(tmp_path: Path) -> None:
    found = read(tmp_path, case__json=CASE, expression__tsv=table("TargetID|TPM", "ERBB2|1133.2", "ESR1|x"))

    assert (dict(found.expression), found.case.alterations, reasons(found)) == (
        {"ERBB2": 1133.2},
        (),
        ["value_without_number"],
    )


def test_facts_of_a_table_fill_what_the_case_does_not_say(tmp_path: Path) -> None:
    facts = table(
        "Champ|Valeur",
        "diagnostic|adénocarcinome du poumon",
        "ligne|2",
        "traitements antérieurs|osimertinib; carboplatine",
        "oui|non",
    )
    found = read(tmp_path, clinical__tsv=facts, lab__tsv=table("Gene|HGVSp", "EGFR|p.L858R"))

    assert (found.case.diagnosis.oncotree, found.case.clinical.line, found.case.clinical.prior_therapies) == (
        "LUAD",
        2,
        ("osimertinib", "carboplatin"),
    )
    assert reasons(found) == ["unknown_field"]


def test_a_list_of_findings_in_words_and_a_note(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        findings__txt="EGFR L858R\nMET amplification\nPD-L1 TPS 60 %\na cough\n",
        note__txt="Patiente de 61 ans suivie pour un adénocarcinome bronchique métastatique, ECOG 1, en 1ère ligne.",
    )

    assert [(one.gene or one.name) for one in found.case.alterations] == ["EGFR", "MET", "pd_l1_tps"]
    assert (found.case.clinical.ecog, found.case.clinical.line, found.case.clinical.sex) == (1, 1, "female")
    assert reasons(found) == ["not_understood"]


def test_real_tables_of_every_kind_are_recognised() -> None:
    folder = shared("cohorts/study_es_0")
    kinds = {}
    for name in ("data_mutations_extended.maf", "data_cna_hg19.seg", "data_structural_variants.txt"):
        sheet = sheet_of((folder / name).read_text("utf-8"))
        assert sheet is not None
        kinds[name] = kind_of(sheet)
    assert kinds == {
        "data_mutations_extended.maf": "variants",
        "data_cna_hg19.seg": "segments",
        "data_structural_variants.txt": "fusions",
    }


@pytest.mark.parametrize(
    "facts",
    [
        "diagnosis\tadénocarcinome du poumon",
        "diagnostic\tadénocarcinome du poumon\nligne\t1",
        "Diagnostic : adénocarcinome du poumon\nLigne : 1",
        "case_id;P-1\nligne;1\ndiagnostic;adénocarcinome du poumon",
        "fait;valeur\ndiagnostic;adénocarcinome du poumon",
    ],
)
def test_facts_are_read_with_and_without_a_line_of_column_names(tmp_path: Path, facts: str) -> None:
    made = read(tmp_path, facts__txt=facts, findings__txt="EGFR L858R")
    assert made.case.diagnosis.oncotree == "LUAD"
    assert made.case.clinical.line == (1 if "igne" in facts else None)
    assert made.case.case_id == ("P-1" if "P-1" in facts else "")
    assert reasons(made) == []


def test_a_finding_behind_a_colon_is_no_diagnosis(tmp_path: Path) -> None:
    made = read(tmp_path, findings__txt="Tumeur : EGFR L858R")
    assert made.case.diagnosis.text == ""
