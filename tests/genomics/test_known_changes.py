"""Well-known changes, found by place in either build and by cDNA alone."""

import pytest

from chevet.genomics.alteration import Alteration, Genomic
from chevet.genomics.known_changes import annotate, known_as, known_at, plain_cdna


def of(build, chromosome, position, ref, alt, **more):
    return annotate((Alteration("variant", genomic=Genomic(build, chromosome, position, ref, alt), **more),))[0]


@pytest.mark.parametrize(
    ("gene", "protein_change", "old", "new", "ref", "alt"),
    [
        ("BRAF", "p.V600E", ("7", 140453136), ("7", 140753336), "A", "T"),
        ("KRAS", "p.G12D", ("12", 25398284), ("12", 25245350), "C", "T"),
        ("NRAS", "p.Q61R", ("1", 115256529), ("1", 114713908), "T", "C"),
        ("EGFR", "p.L858R", ("7", 55259515), ("7", 55191822), "T", "G"),
        ("EGFR", "p.T790M", ("7", 55249071), ("7", 55181378), "C", "T"),
        ("PIK3CA", "p.H1047R", ("3", 178952085), ("3", 179234297), "A", "G"),
        ("IDH1", "p.R132H", ("2", 209113112), ("2", 208248388), "C", "T"),
        ("JAK2", "p.V617F", ("9", 5073770), ("9", 5073770), "G", "T"),
        ("TP53", "p.R175H", ("17", 7578406), ("17", 7675088), "C", "T"),
        ("H3-3A", "p.K28M", ("1", 226252135), ("1", 226064434), "A", "T"),
        ("MYD88", "p.L265P", ("3", 38182641), ("3", 38141150), "T", "C"),
        ("ERBB2", "p.S310F", ("17", 37868208), ("17", 39711955), "C", "T"),
        ("ESR1", "p.D538G", ("6", 152419926), ("6", 152098791), "A", "G"),
        ("FGFR3", "p.S249C", ("4", 1803568), ("4", 1801841), "C", "G"),
        ("ROS1", "p.G2032R", ("6", 117638347), ("6", 117317184), "C", "T"),
    ],
)
def test_a_known_change_is_named_from_its_place_in_either_build(gene, protein_change, old, new, ref, alt):
    found = [of("GRCh37", *old, ref, alt), of("GRCh38", *new, ref, alt)]
    assert [(one.gene, one.protein_change, one.consequence) for one in found] == [
        (gene, protein_change, "Missense_Mutation")
    ] * 2


def test_two_bases_changed_together_are_one_change():
    assert of("GRCh37", "7", 140453136, "AC", "TT").protein_change == "p.V600K"


def test_an_insertion_is_found_as_vcf_and_as_maf_write_it_and_wherever_its_repeat_puts_it():
    written = [
        of("GRCh37", "17", 37880981, "A", "AGCATACGTGATG"),
        of("GRCh37", "17", 37880981, "-", "GCATACGTGATG"),
        of("GRCh37", "17", 37880995, "C", "CATACGTGATGGC"),
    ]
    assert [one.protein_change for one in written] == ["p.Y772_A775dup"] * 3
    assert "exon_20_insertion" in written[0].classes


def test_the_terts_promoter_and_the_skipped_exon_14_of_met_are_known_by_place():
    assert of("GRCh38", "5", 1295113, "G", "A").classes == {"promoter"}
    donor = of("GRCh37", "7", 116412044, "G", "T")
    assert (donor.gene, donor.consequence, "exon_14_skipping" in donor.classes) == ("MET", "Splice_Site", True)


def test_a_change_nobody_knows_stays_without_gene():
    assert of("GRCh37", "7", 1000, "A", "T").gene == ""


def test_the_place_of_one_build_is_not_taken_for_that_of_the_other():
    assert known_at(Genomic("GRCh38", "7", 140453136, "A", "T")) is None


def test_a_place_of_another_gene_does_not_rename_the_gene_that_the_file_says():
    assert of("GRCh37", "7", 140453136, "A", "T", gene="EGFR").protein_change is None


def test_a_cdna_alone_says_the_protein_and_the_transcript_alone_the_gene():
    egfr, braf = annotate(
        (
            Alteration("variant", gene="EGFR", cdna="c.2573T>G"),
            Alteration("variant", transcript="NM_004333.6", cdna="c.1799T>A"),
        )
    )
    assert (egfr.protein_change, braf.gene, braf.protein_change) == ("p.L858R", "BRAF", "p.V600E")


def test_a_transcript_that_counts_otherwise_is_brought_to_the_numbers_of_the_field():
    written = (
        Alteration("variant", gene="BRAF", transcript="NM_001374258.1", cdna="c.1919T>A"),
        Alteration("variant", gene="MET", transcript="NM_001127500.3", protein_change="p.Y1248C"),
        Alteration("variant", gene="MYD88", transcript="NM_002468.5", cdna="c.755T>C"),
        Alteration("variant", gene="MYD88", transcript="NM_002468.4", cdna="c.794T>C"),
    )
    assert [one.protein_change for one in annotate(written)] == ["p.V600E", "p.Y1230C", "p.L265P", "p.L265P"]


def test_what_the_file_says_is_not_replaced():
    kept = of("GRCh37", "7", 140453136, "A", "T", gene="BRAF", protein_change="p.V640E")
    assert (kept.protein_change, kept.cdna) == ("p.V640E", None)


def test_other_findings_pass_as_they_are():
    fusion = Alteration("fusion", gene="ALK", fusion=("EML4", "ALK"))
    assert annotate((fusion,)) == (fusion,)


def test_older_spellings_of_a_coding_change_are_one():
    assert plain_cdna("c.2236_2250delGAATTAAGAGAAGCA") == "c.2236_2250del"
    assert known_as("BRAF", "c.1798_1799GT>AA") == known_as("BRAF", "c.1798_1799delGTinsAA")


@pytest.mark.parametrize(
    ("gene", "cdna", "protein_change", "classed"),
    [
        ("BRCA1", "c.68_69delAG", "p.E23Vfs*17", "truncating"),
        ("BRCA1", "c.5266dupC", "p.Q1756Pfs*74", "truncating"),
        ("BRCA2", "c.5946delT", "p.S1982Rfs*22", "truncating"),
        ("EGFR", "c.2235_2249del15", "p.E746_A750del", "exon_19_deletion"),
        ("EGFR", "c.2290_2291insTCCAGGAAGCCT", "p.A763_Y764insFQEA", "exon_20_insertion"),
        ("KIT", "c.1669_1674del", "p.W557_K558del", "exon_11_deletion"),
        ("APC", "c.4348C>T", "p.R1450*", "truncating"),
    ],
)
def test_a_cdna_of_a_gene_that_rules_name_is_counted_on_its_coding_sequence(gene, cdna, protein_change, classed):
    found = annotate((Alteration("variant", gene=gene, cdna=cdna),))[0]
    assert (found.protein_change, classed in found.classes) == (protein_change, True)


def test_a_cdna_that_does_not_fit_the_bases_or_is_of_another_transcript_is_not_translated():
    odd = (
        Alteration("variant", gene="TP53", cdna="c.524A>T"),
        Alteration("variant", gene="TP53", cdna="c.407del", transcript="NM_001126115.1"),
    )
    assert [one.protein_change for one in annotate(odd)] == [None, None]


def test_the_same_indel_has_one_name_in_both_builds_and_wherever_its_repeat_puts_it():
    written = [
        of("GRCh37", "7", 55242464, "AGGAATTAAGAGAAGC", "A"),
        of("GRCh37", "chr7", 55242465, "GGAATTAAGAGAAGC", "-"),
        of("GRCh38", "7", 55174771, "AGGAATTAAGAGAAGC", "A"),
    ]
    assert [(one.cdna, one.protein_change) for one in written] == [("c.2235_2249del", "p.E746_A750del")] * 3


def test_the_bases_must_be_those_of_the_build():
    assert of("GRCh37", "4", 55593603, "CAGTGGAAGG", "C").gene == ""
