"""Each kind of table as its makers publish it, in small; and the real files where they are at hand."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from chevet.errors import BadInput
from chevet.targets.sources.reading import read_gene_ids
from tests.shared_data import shared
from tests.targets.sources.made_files import read, written

ROLES = {"suppressor": 1843, "oncogene": 1095, "ambiguous": 391, None: 4}
DRUGS = ("nci_concept_display_name", "molecule_chembl_id", "target_symbol", "drug_action_type", "drug_type",
         "max_ct_phase", "approved", "approved_in", "year_first")  # fmt: skip


def test_a_medicine_keeps_its_mechanism_phase_and_the_cancers_it_is_approved_for(tmp_path: Path) -> None:
    rows = [DRUGS, ("Dabrafenib", "CHEMBL2028663", "BRAF", "INHIBITOR", "Small molecule", "4", "True",
                    "melanoma|Melanoma|cancer", "2013")]  # fmt: skip
    (one,) = read("drugs", written(tmp_path, "drugs.tsv", rows)).table.to_pylist()
    assert one == {
        "gene": "BRAF", "medicine": "Dabrafenib", "identifier": "CHEMBL2028663", "action": "inhibitor",
        "type": "Small molecule", "phase": 4, "approved": True, "approved_in": ["cancer", "melanoma"],
        "year_first": 2013,
    }  # fmt: skip


def test_what_a_table_of_medicines_does_not_say_stays_unsaid_and_is_not_no(tmp_path: Path) -> None:
    rows = [DRUGS, ("X", "", "BRAF", "", "", "5", "perhaps", "", "12")]
    made = read("drugs", written(tmp_path, "drugs.tsv", rows))
    (one,) = made.table.to_pylist()
    assert (one["phase"], one["approved"], one["action"], one["year_first"]) == (None, None, None, None)
    assert made.noted == {"phase_unreadable": 1, "year_first_unreadable": 1}


def test_a_phase_before_the_first_is_nought_and_a_year_is_whole(tmp_path: Path) -> None:
    rows = [DRUGS, ("X", "", "BRAF", "", "", "0.5", "Approved", "melanoma; glioma", "2013.5")]
    made = read("drugs", written(tmp_path, "drugs.tsv", rows))
    (one,) = made.table.to_pylist()
    assert (one["phase"], one["approved"], one["approved_in"], one["year_first"]) == (
        0,
        True,
        ["glioma", "melanoma"],
        None,
    )
    assert made.noted == {"year_first_unreadable": 1}


def test_the_real_table_of_medicines_is_read_whole() -> None:
    made = read("drugs", shared("knowledge/drug_target_2022-05.parquet"))
    assert (made.rows, made.table.num_rows, made.left_out) == (5166, 3650, {"gene_absent": 1516})
    braf = pl.DataFrame(made.table).filter(gene="BRAF", medicine="Dabrafenib").to_dicts()
    assert [(one["action"], one["phase"], one["approved"], one["year_first"]) for one in braf] == [
        ("inhibitor", 4, True, 2013)
    ]
    assert "metastatic melanoma" in braf[0]["approved_in"]


def test_a_protein_that_is_labelled_otherwise_is_not_at_the_surface(tmp_path: Path) -> None:
    rows = [("UniProt gene", "Surfaceome Label", "MachineLearning score"), ("EGFR", "surface", "0.97"),
            ("TP53", "nonsurface", "0.01"), ("MS4A1", "surface", "2")]  # fmt: skip
    made = read("surface", written(tmp_path, "surface.tsv", rows))
    assert made.table["gene"].to_pylist() == ["EGFR", "MS4A1"]
    assert made.left_out == {"not_at_the_surface": 1}
    assert made.noted == {"score_unreadable": 1}
    assert made.table["score"].to_pylist() == [pytest.approx(0.97), None]


def test_a_list_of_genes_alone_does_not_say_what_is_at_the_surface(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="it has genes alone"):
        read("surface", written(tmp_path, "genes.tsv", [("gene",), ("EGFR",)]))


def test_the_real_surfaceome_is_read_whole() -> None:
    made = read("surface", shared("knowledge/surfaceome.parquet"))
    assert (made.rows, made.table.num_rows, made.left_out) == (2886, 2882, {"gene_absent": 4})
    genes = set(made.table["gene"].to_pylist())
    assert {"EGFR", "ERBB2", "MS4A1", "CD19", "TACSTD2"} <= genes
    assert not {"TP53", "KRAS", "RB1"} & genes


def test_essential_genes_come_as_a_table_or_as_a_plain_list(tmp_path: Path) -> None:
    table = written(tmp_path, "table.txt", [("GENE", "HGNC_ID", "ENTREZ_ID"), ("AARS", "HGNC:20", "16")])
    plain = written(tmp_path, "plain.txt", [("# core",), ("AARS",), ("",), ("POLR2A",)])
    assert read("essential", table).table["gene"].to_pylist() == ["AARS1"]
    assert read("essential", plain).table["gene"].to_pylist() == ["AARS1", "POLR2A"]


def test_a_plain_list_is_read_to_its_end(tmp_path: Path) -> None:
    names = ["TP53", *(f"UNNAMED{number:06}" for number in range(120_000)), "EGFR"]
    made = read("essential", written(tmp_path, "long.txt", [(name,) for name in names]))
    assert (made.rows, made.table["gene"].to_pylist()[-1]) == (120_002, "EGFR")


def test_a_table_in_which_genes_merely_occur_is_no_list_of_essential_genes(tmp_path: Path) -> None:
    rows = [("gene", "cohort"), *[("TP53", str(number)) for number in range(9)]]
    with pytest.raises(BadInput, match="names most genes several times"):
        read("essential", written(tmp_path, "calls.tsv", rows))


def test_the_real_lists_of_essential_genes_are_read_whole_and_name_no_gene_both_ways() -> None:
    needed = read("essential", shared("knowledge/essential_genes_CEGv2.txt"))
    spared = read("nonessential", shared("knowledge/nonessential_genes_NEGv1.txt"))
    assert (needed.rows, needed.table.num_rows, needed.left_out) == (684, 684, {})
    assert (spared.rows, spared.table.num_rows, spared.left_out) == (927, 926, {"same_row_twice": 1})
    assert not set(needed.table["gene"].to_pylist()) & set(spared.table["gene"].to_pylist())


def _safety_folder(folder: Path) -> Path:
    written(folder, "adverse_effects.tsv", [
        ("symptom", "biologicalSystem", "effect", "ensemblId", "pmid", "ref", "target"),
        ("hypertension", "cardiovascular", "inhibition_acute", "ENSG00000168398", "1", "A (2012)", "BDKRB2"),
        ("teratogenic", "development", "inhibition_developmental toxicity", "ENSG00000168398", "", "B", "BDKRB2"),
    ])  # fmt: skip
    written(folder, "safety_risks.tsv", [
        ("biologicalSystem", "ensemblId", "event", "pmid", "ref", "target"),
        ("cardiovascular system", "ENSG00000132155", "heart disease", "2", "C", "RAF1"),
    ])  # fmt: skip
    written(folder, "experimental_toxicity.tsv", [
        ("ensembl_gene_id", "tissue", "assay_format", "data_source"),
        ("ENSG00000168398", '"Liver"', "cell line", "Tox21"),
        ("ENSG00000141510.18", "", "cell-free", "Tox21"),
    ])  # fmt: skip
    return folder


def test_the_three_tables_of_safety_become_one_with_organ_and_direction(tmp_path: Path) -> None:
    made = read("liabilities", _safety_folder(tmp_path))
    names = ("gene", "category", "event", "organ", "direction", "dosing", "reference")
    assert [tuple(row[name] for name in names) for row in made.table.to_pylist()] == [
        (
            "BDKRB2",
            "adverse_effect",
            "hypertension",
            "cardiovascular system",
            "inhibition",
            "acute",
            "A (2012), PMID:1",
        ),
        ("BDKRB2", "adverse_effect", "teratogenic", "development", "inhibition", "developmental", "B"),
        ("BDKRB2", "experiment", "cell line", "liver", None, None, "Tox21"),
        ("RAF1", "risk", "heart disease", "cardiovascular system", None, None, "C, PMID:2"),
    ]
    assert (made.rows, made.left_out) == (5, {"gene_identifier_unknown": 1})


def test_a_table_of_identifiers_names_the_genes_that_the_folder_does_not(tmp_path: Path) -> None:
    made = read("liabilities", _safety_folder(tmp_path), ENSG00000141510="TP53")
    assert made.left_out == {}
    assert "TP53" in made.table["gene"].to_pylist()


def test_an_identifier_that_two_symbols_of_the_folder_share_names_no_assay(tmp_path: Path) -> None:
    risks = [("target", "ensemblId", "event"), ("RAF1", "ENSG1", "x"), ("BRAF", "ENSG1", "y")]
    written(tmp_path, "risks.tsv", risks)
    written(tmp_path, "assays.tsv", [("ensembl_gene_id", "assay_format"), ("ENSG1", "cell line")])
    made = read("liabilities", tmp_path)
    assert (made.table.num_rows, made.left_out) == (2, {"gene_identifier_unknown": 1})


def test_a_table_without_an_event_is_no_liability(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="lacks a gene, or a symptom, an event or an assay"):
        read("liabilities", written(tmp_path, "a.tsv", [("gene", "organ"), ("EGFR", "skin")]))
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="empty holds no table"):
        read("liabilities", tmp_path / "empty")


def test_the_real_liabilities_are_read_whole_once_identifiers_are_given() -> None:
    folder = shared("knowledge/opentargets_safety")
    ids = read_gene_ids(shared("reference/hgnc_2023-10.tsv.gz"))
    made = read("liabilities", folder, **ids)
    assert made.rows == 5496
    assert made.table.num_rows + sum(made.left_out.values()) == 5496
    assert "gene_identifier_unknown" not in made.left_out
    assert read("liabilities", folder).left_out["gene_identifier_unknown"] == 388
    heart = pl.DataFrame(made.table).filter(gene="CHRM1", organ="cardiovascular system")
    assert {"inhibition", "activation"} <= set(heart["direction"])


def test_the_roles_of_drivers_are_said_in_our_words(tmp_path: Path) -> None:
    rows = [("SYMBOL", "CANCER_TYPE", "ROLE", "QVALUE_COMBINATION", "%_SAMPLES_COHORT"),
            ("KRAS", "PAAD", "Act", "0", "0.9"), ("RB1", "RB", "LoF", "1e-9", "0.8"),
            ("NOTCH1", "ALL", "ambiguous", "x", "2"), ("TTN", "ALL", "?", "1", "0")]  # fmt: skip
    made = read("drivers", written(tmp_path, "drivers.tsv", rows))
    assert made.table["role"].to_pylist() == ["oncogene", "suppressor", "ambiguous", None]
    assert made.noted == {"role_unreadable": 1, "q_unreadable": 1, "share_unreadable": 1}


def test_the_real_compendium_of_drivers_is_read_whole() -> None:
    made = read("drivers", shared("knowledge/intogen_compendium.tsv"))
    assert (made.rows, made.table.num_rows, made.left_out) == (3333, 3333, {})
    table = pl.DataFrame(made.table)
    assert dict(table["role"].value_counts().iter_rows()) == ROLES
    assert table["gene"].n_unique() == 568


def test_the_medians_of_gtex_become_one_row_a_gene_and_tissue(tmp_path: Path) -> None:
    rows = [("#1.2",), ("4", "2"), ("Name", "Description", "Heart - Left Ventricle", "Liver"),
            ("ENSG00000146648.17", "EGFR", "2.5", "14.25"), ("ENSG00000182378.13", "PLCXD1", "1", "2"),
            ("ENSG00000182378.13_PAR_Y", "PLCXD1", "0", "3"), ("ENSG00000157764.13", "BRAF", "-1", "2")]  # fmt: skip
    made = read("expression", written(tmp_path, "gene_median_tpm.gct.gz", rows))
    assert made.table.to_pylist() == [
        {"gene": "EGFR", "tissue": "Heart - Left Ventricle", "level": 2.5, "unit": "tpm"},
        {"gene": "EGFR", "tissue": "Liver", "level": 14.25, "unit": "tpm"},
        {"gene": "PLCXD1", "tissue": "Heart - Left Ventricle", "level": 1.0, "unit": "tpm"},
        {"gene": "PLCXD1", "tissue": "Liver", "level": 3.0, "unit": "tpm"},
    ]
    assert (made.rows, made.left_out, made.first_rows) == (4, {"level_unreadable": 1}, {"level_unreadable": 7})
    assert made.noted == {"levels_merged": 2}


def test_a_tissue_without_a_level_is_not_measured_and_the_other_tissues_stay(tmp_path: Path) -> None:
    rows = [("gene", "Liver", "Lung"), ("EGFR", "3", "NA"), ("KRAS", "", ""), ("BRAF", "x", "1"), ("KIT", "inf", "1")]
    made = read("expression", written(tmp_path, "levels_tpm.tsv", rows))
    assert made.table.to_pylist() == [{"gene": "EGFR", "tissue": "Liver", "level": 3.0, "unit": "tpm"}]
    assert (made.noted, made.left_out) == ({"level_absent": 1}, {"level_unreadable": 3})


def test_the_protein_atlas_is_read_by_tissue_and_its_normalised_level_preferred(tmp_path: Path) -> None:
    rows = [("Gene", "Gene name", "Tissue", "TPM", "pTPM", "nTPM"), ("ENSG1", "EGFR", "liver", "1", "2", "21.5"),
            ("ENSG1", "EGFR", "", "1", "2", "3"), ("ENSG1", "EGFR", "lung", "1", "2", "")]  # fmt: skip
    made = read("expression", written(tmp_path, "rna_tissue.tsv", rows))
    assert made.table.to_pylist() == [{"gene": "EGFR", "tissue": "liver", "level": 21.5, "unit": "ntpm"}]
    assert made.left_out == {"tissue_absent": 1, "level_unreadable": 1}


def test_a_table_of_genes_by_tissues_of_unsaid_unit_is_said_to_be_so(tmp_path: Path) -> None:
    made = read("expression", written(tmp_path, "levels.csv", [("gene", "Liver"), ("EGFR", "3")], ","))
    assert made.table["unit"].to_pylist() == ["unsaid"]
    with pytest.raises(BadInput, match="is no table of expression that is known here"):
        read("expression", written(tmp_path, "names.csv", [("gene",), ("EGFR",)], ","))
    with pytest.raises(BadInput, match="has tissues and no level"):
        read("expression", written(tmp_path, "long.csv", [("gene", "tissue"), ("EGFR", "liver")], ","))


def test_families_are_read_as_the_guide_to_pharmacology_publishes_them(tmp_path: Path) -> None:
    file = tmp_path / "targets_and_families.csv"
    file.write_text('"# GtoPdb Version: 2026.3"\n"Type","Family id","Family name","HGNC symbol"\n'
                    '"gpcr","1","5-HT, receptors","HTR1A"\n"enzyme","2","",""\n')  # fmt: skip
    made = read("families", file)
    assert made.table.to_pylist() == [
        {"gene": "HTR1A", "family": "5-HT, receptors"}, {"gene": "HTR1A", "family": "gpcr"}
    ]  # fmt: skip
    assert (made.rows, made.left_out) == (2, {"gene_absent": 1})


def test_families_are_read_as_hgnc_publishes_its_gene_groups(tmp_path: Path) -> None:
    rows = [("HGNC ID", "Approved symbol", "Locus type", "NCBI Gene ID", "Group ID", "Group name"),
            ("HGNC:3236", "EGFR", "gene with protein product", "1956", "1096", "Erb-b2 receptor tyrosine kinases"),
            ("HGNC:3236", "EGFR", "gene with protein product", "1956", "", "")]  # fmt: skip
    made = read("families", written(tmp_path, "groups.txt", rows))
    assert made.table.to_pylist() == [{"gene": "EGFR", "family": "Erb-b2 receptor tyrosine kinases"}]
    assert made.left_out == {"family_absent": 1}


def test_domains_lie_within_a_protein_and_end_after_they_start(tmp_path: Path) -> None:
    rows = [("Gene name", "Pfam ID", "Pfam start", "Pfam end"), ("BRAF", "PF07714", "457", "714"),
            ("BRAF", "PF02196", "227", "155"), ("BRAF", "PF00130", "x", "280"), ("BRAF", "PF00130", "0", "280"),
            ("BRAF", "", "1", "2"), ("BRAF", "PF1", "1", "99999")]  # fmt: skip
    made = read("domains", written(tmp_path, "pfam.tsv", rows))
    assert made.table.to_pylist() == [
        {"gene": "BRAF", "protein": None, "start": 457, "end": 714, "name": "PF07714", "accession": "PF07714"}
    ]
    assert made.left_out == {
        "name_absent": 1, "start_unreadable": 2, "end_unreadable": 1, "ends_before_it_starts": 1
    }  # fmt: skip


def test_pathways_are_read_as_gmt_by_symbol_or_number_and_as_a_table(tmp_path: Path) -> None:
    gmt = [("MAPK", "http://x", "BRAF", "5594", "MLL2", ""), ("EMPTY", "http://y")]
    made = read("pathways", written(tmp_path, "sets.gmt", gmt))
    assert made.table.to_pylist() == [
        {"pathway": "MAPK", "gene": gene, "described": "http://x"} for gene in ("BRAF", "MAPK1", "KMT2D")
    ]
    assert (made.left_out, made.first_rows) == ({"pathway_without_genes": 1}, {"pathway_without_genes": 2})
    table = read("pathways", written(tmp_path, "sets.tsv", [("pathway", "gene"), ("MAPK", "BRAF")]))
    assert table.table.to_pylist() == [{"pathway": "MAPK", "gene": "BRAF", "described": None}]


def test_a_file_without_sets_of_genes_is_no_file_of_pathways(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is no file of pathways that is known here"):
        read("pathways", written(tmp_path, "prose.txt", [("There are pathways.",)]))
