"""What belongs to the study: lists, resources, tags, recurrent regions, segments, fusions, assays."""

from __future__ import annotations

from pathlib import Path

from chevet.records import read
from chevet.records.record import Record
from tests.records.made_study import EVERY_KIND, FILES, a_study, check_accounts, lines_of, meta


def record_of(folder: Path, **files: str) -> Record:
    changes = {name.replace("__", "."): content for name, content in files.items()}
    record = read(a_study(folder, changes))
    check_accounts(record)
    return record


def of_kind(record: Record, kind: str) -> list[tuple[object, ...]]:
    fields = ("name", "patient_id", "sample_id", "gene", "value_number", "value_text")
    return [tuple(r[f] for f in fields) for r in record.tables["study_file"].to_pylist() if r["kind"] == kind]


def test_case_lists_keep_known_samples_and_reject_others(tmp_path: Path) -> None:
    lists = {"case_lists/cases_x.txt": "stable_id: made_x\ncase_list_name: mine\ncase_list_ids: S2\tS7\n"}
    record = read(a_study(tmp_path, lists))
    check_accounts(record)
    assert of_kind(record, "case_list") == [("made_x", "P2", "S2", None, None, "mine")]
    assert lines_of(record, "unknown_sample") == [1]


def test_resources_point_to_patients_samples_and_the_study(tmp_path: Path) -> None:
    record = record_of(
        tmp_path,
        meta_r__txt="resource_type: SAMPLE\ndata_filename: r.txt\n",
        r__txt="PATIENT_ID\tSAMPLE_ID\tRESOURCE_ID\tURL\nP1\tS1\tSLIDE\thttp://a\nP1\tS9\tSLIDE\thttp://b\n",
        meta_d__txt="resource_type: DEFINITION\ndata_filename: d.txt\n",
        d__txt="RESOURCE_ID\tDISPLAY_NAME\tPRIORITY\nSLIDE\tThe slide\t2\n",
        meta_o__txt="resource_type: DREAM\ndata_filename: o.txt\n",
        o__txt="x\n",
    )
    assert of_kind(record, "resource") == [("SLIDE", "P1", "S1", None, None, "http://a")]
    assert of_kind(record, "resource_definition") == [("SLIDE", None, None, None, 2, "The slide")]
    assert lines_of(record, "unknown_sample") == [3]
    assert lines_of(record, "unknown_data_type") == [1]


def test_recurrent_regions_name_their_genes(tmp_path: Path) -> None:
    header = "chromosome\tpeak_start\tpeak_end\tgenes_in_region\tamp\tcytoband\tq_value"
    record = record_of(
        tmp_path,
        meta_g__txt=meta("GISTIC_GENES_DEL", "Q-VALUE", "g.txt"),
        g__txt=f"{header}\n9\t1\t5\tCDKN2A,[p16],[MLL2],\t0\t9p21\t1e-9\n8\t1\t5\t\t1\t8q\tx\n8\t1\n",
    )
    assert of_kind(record, "recurrent_copy_number") == [
        ("9p21 deleted", None, None, "CDKN2A", 1e-9, "9:1-5"),
        ("9p21 deleted", None, None, "CDKN2A", 1e-9, "9:1-5"),
        ("9p21 deleted", None, None, "MLL2", 1e-9, "9:1-5"),  # lies on 12
        ("8q amplified", None, None, None, None, "8:1-5"),
    ]
    assert lines_of(record, "wrong_column_count") == [4]


def test_cancer_types_may_repeat_their_words(tmp_path: Path) -> None:
    record = record_of(
        tmp_path,
        meta_t__txt=meta("CANCER_TYPE", "CANCER_TYPE", "t.txt"),
        t__txt="lung\tLung\tWhite\tLung\nshort\n",
    )
    assert of_kind(record, "cancer_type") == [("lung", None, None, None, None, "Lung")]
    assert lines_of(record, "wrong_column_count") == [2]


def test_tags_are_flattened(tmp_path: Path) -> None:
    study = f"{FILES['meta_study.txt']!s}tags_file: tags.yml\n"
    tags = "Load id: 34\nwho:\n  - name: A\n  - name: B\nempty:\n"
    record = record_of(tmp_path, meta_study__txt=study, tags__yml=tags)
    assert of_kind(record, "tag") == [
        ("Load id", None, None, None, 34, None),
        ("who.1.name", None, None, None, None, "A"),
        ("who.2.name", None, None, None, None, "B"),
        ("empty", None, None, None, None, None),
    ]


def test_segments_need_a_place_and_a_known_sample(tmp_path: Path) -> None:
    record = record_of(
        tmp_path,
        meta_s__txt=meta("COPY_NUMBER_ALTERATION", "SEG", "x.seg", reference_genome_id="hg38"),
        x__seg="ID\tchrom\tloc.start\tloc.end\tnum.mark\tseg.mean\nS1\tchr1\t5\t9\tx\t-8e-04\nS9\t1\t1\t2\t3\t0\n"
        "S1\t1\t9\t5\t3\t0\nS1\t1\t\t5\t3\t0\n",
    )
    [row] = record.tables["copy_number"].to_pylist()
    assert (
        row["sample_id"],
        row["chromosome"],
        row["start"],
        row["end"],
        row["log2_ratio"],
        row["probes"],
        row["assembly"],
        row["call"],
    ) == ("S1", "1", 5, 9, -8e-04, None, "GRCh38", None)
    assert (lines_of(record, "unknown_sample"), lines_of(record, "segment_without_place")) == ([3], [4, 5])
    assert lines_of(record, "wrong_number") == [2]


def test_structural_variants_keep_both_partners(tmp_path: Path) -> None:
    record = record_of(
        tmp_path,
        meta_sv__txt=meta("STRUCTURAL_VARIANT", "SV", "sv.txt", stable_id="structural_variants"),
        sv__txt="Sample_Id\tSV_Status\tSite1_Hugo_Symbol\tSite2_Hugo_Symbol\tDNA_Support\tTumor_Read_Count\tMyNs.x\n"
        "S1\tSOMATIC\tMLL2\tALK\tyes\t12\tv\nS1\tGERMLINE\tNA\tRET\tno\tmany\t\nS9\tSOMATIC\tA\tB\t\t\t\n"
        "S2\tSOMATIC\tNA\t\t\t\t\n",
    )
    rows = [
        (r["gene_1"], r["gene_2"], r["origin"], r["dna_support"], r["supporting_reads"])
        for r in record.tables["structural_variant"].to_pylist()
    ]
    assert rows == [("KMT2D", "ALK", "somatic", True, 12), (None, "RET", "germline", False, None)]
    found = [
        lines_of(record, reason)
        for reason in ("unknown_sample", "no_gene", "reads_not_a_count", "symbol_updated", "column_not_kept")
    ]
    assert found == [[4], [5], [3], [2], [1]]


def test_assays_keep_bounds_as_words_and_leave_empty_cells_out(tmp_path: Path) -> None:
    record = record_of(
        tmp_path,
        meta_a__txt=EVERY_KIND["meta_assay.txt"],
        data_assay__txt="ENTITY_STABLE_ID\tNAME\tS1\tS2\tS9\ndrug\tn\t> 8\tNA\t1\n\tn\t1\t1\t1\n",
    )
    [row] = record.tables["measurement"].to_pylist()
    assert (row["sample_id"], row["measurement"], row["profile"], row["value_number"], row["value_text"]) == (
        "S1",
        "drug",
        "ic50",
        None,
        "> 8",
    )
    assert (lines_of(record, "unknown_sample"), lines_of(record, "no_entity")) == ([2], [3])
