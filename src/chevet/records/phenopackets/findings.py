"""The interpretations of a packet: which changes were found, in which gene, on which sample."""

from __future__ import annotations

from typing import Any

from chevet.records.phenopackets.effects import choose, consequence
from chevet.records.phenopackets.nodes import Node
from chevet.records.phenopackets.rows import PacketRows
from chevet.words import genes

_ASSEMBLIES = {"grch37": "GRCh37", "hg19": "GRCh37", "grch38": "GRCh38", "hg38": "GRCh38"}


def read_interpretations(packet: Node, patient: str, place: int, rows: PacketRows) -> None:
    """Add a `variant` row for each change that the packet names.

    A change that names the person and no sample gets a sample of the person's own name: which
    tissue was tested is then not said, and the report notes it.
    """
    found: set[tuple[object, ...]] = set()
    for interpretation in packet.children("interpretations"):
        for node in interpretation.child("diagnosis").children("genomicInterpretations"):
            sample = node.text("subjectOrBiosampleId") or node.text("subjectOrBiosample") or patient
            descriptor = node.child("variantInterpretation").child("variationDescriptor")
            if descriptor.is_empty:
                _read_gene(node, patient, place, rows)
            else:
                _read_variant(descriptor, sample, patient, place, rows, found)


def _is_own_sample(sample: str, patient: str, place: int, rows: PacketRows) -> bool:
    """Whether the sample is the patient's; one that nobody described is made, and told."""
    if not rows.has("sample", sample):
        rows.add("sample", place, sample_id=sample, patient_id=patient)
        rows.tell("sample", place, "sample_named_after_patient" if sample == patient else "sample_without_row", "noted")
    return rows.owners[sample] == patient


def _read_gene(node: Node, patient: str, place: int, rows: PacketRows) -> None:
    symbol = node.child("gene").text("symbol")
    if symbol is None:
        rows.refuse("variant", place, "empty_entry")
        return
    rows.add("measurement", place, patient_id=patient, measurement="interpreted gene", value_text=symbol)


def _read_variant(
    node: Node, sample: str, patient: str, place: int, rows: PacketRows, found: set[tuple[object, ...]]
) -> None:
    if not _is_own_sample(sample, patient, place, rows):
        rows.refuse("variant", place, "sample_of_another_patient")
        return
    symbol = node.child("geneContext").text("symbol")
    identity = node.text("id")
    record = node.child("vcfRecord")
    has_place = not record.is_empty
    where = _place(record, place, rows) if has_place else {}
    naming = choose(
        [(syntax, value) for e in node.children("expressions")
         if (syntax := e.text("syntax")) and (value := e.text("value"))]
    )  # fmt: skip
    key = (sample, symbol, *where.values()) if has_place else (sample, symbol, naming.protein, naming.cdna, identity)
    if key in found:
        rows.refuse("variant", place, "duplicate_variant")
        return
    if symbol is None and not has_place and naming.protein is None and naming.cdna is None:
        rows.refuse("variant", place, "variant_not_described")
        return
    found.add(key)
    effect = consequence(naming, where.get("reference_allele"), where.get("alternate_allele"))
    if naming.others:
        rows.tell("variant", place, "other_transcripts_not_kept", "noted")
    if effect is not None:
        rows.tell("variant", place, "consequence_from_hgvs", "noted")
    gene = genes.resolve(symbol) if symbol else None
    rows.add(
        "variant", place, sample_id=sample, patient_id=patient,
        gene=rows.value("variant", "gene", symbol, place), gene_as_given=symbol,
        hgnc_id=gene.hgnc_id if gene else None, consequence=effect,
        protein_change=rows.value("variant", "protein_change", naming.protein, place),
        cdna_change=naming.cdna, transcript=naming.transcript, **where,
    )  # fmt: skip


def _place(record: Node, place: int, rows: PacketRows) -> dict[str, Any]:
    """Where a VCF record says that the change is, with alleles written as MAF does (- for nothing)."""
    assembly = record.text("genomeAssembly") or ""
    position = record.number("pos")
    reference, alternate = (record.text(key) for key in ("ref", "alt"))
    chromosome = record.text("chrom")
    record.text("id")
    if assembly and assembly.lower() not in _ASSEMBLIES:
        rows.tell("variant", place, "unknown_assembly", "noted")
    told: dict[str, Any] = {
        "assembly": _ASSEMBLIES.get(assembly.lower(), assembly or None),
        "chromosome": rows.value("variant", "chromosome", chromosome, place),
    }
    if position is None or not position.is_integer() or not 1 <= position < 2**53 or not reference or not alternate:
        rows.tell("variant", place, "wrong_number", "repaired")
        return told | {"reference_allele": reference, "alternate_allele": alternate}
    return told | maf_alleles(int(position), reference, alternate)


def maf_alleles(position: int, reference: str, alternate: str) -> dict[str, Any]:
    """VCF's anchored alleles as MAF writes them.

    >>> maf_alleles(100, "TGTG", "T")
    {'start': 101, 'end': 103, 'reference_allele': 'GTG', 'alternate_allele': '-'}
    >>> maf_alleles(100, "T", "TA")
    {'start': 100, 'end': 101, 'reference_allele': '-', 'alternate_allele': 'A'}
    """
    shared = 0
    while shared < min(len(reference), len(alternate)) and reference[shared] == alternate[shared]:
        shared += 1
    shared = shared if len(reference) != len(alternate) else 0
    reference, alternate = reference[shared:] or "-", alternate[shared:] or "-"
    start = position + shared
    if reference == "-":
        return {"start": start - 1, "end": start, "reference_allele": "-", "alternate_allele": alternate}
    end = start + len(reference) - 1
    return {"start": start, "end": end, "reference_allele": reference, "alternate_allele": alternate}
