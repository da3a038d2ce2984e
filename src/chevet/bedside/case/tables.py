"""Which kind of table a laboratory sent, told by its columns, and its rows as findings."""

from __future__ import annotations

from collections import Counter
from typing import Any

from chevet.bedside.case.copies import read_gene_calls, read_segments
from chevet.bedside.case.findings import NotUnderstood, findings_of, origin_of
from chevet.bedside.case.fusion_rows import read_fusions
from chevet.bedside.case.laboratory import Laboratory, build_named, build_of_name, says_germline
from chevet.bedside.case.measurements import FACTS, read_expression, read_facts, read_measured
from chevet.bedside.case.not_used import of_entry
from chevet.bedside.case.sheets import Sheet, pairs_of
from chevet.bedside.case.vcf import trimmed
from chevet.genomics.alteration import Build, Genomic, Place
from chevet.words import chromosomes, consequences

_VARIANT = frozenset({"protein_change", "cdna", "text", "type", "consequence", "genomic"})
_NUMBERS = frozenset({"vaf", "copy_number", "depth", "population_frequency"})
_PREDICTORS = ("sift", "polyphen", "revel", "cadd", "alphamissense", "spliceai")
_NOT_VARIANTS = frozenset({"none", "loh", "wildtype", "unknown"})


def kind_of(sheet: Sheet) -> str:
    """What a table holds, by the meanings of its columns; empty when it cannot be told."""
    has = sheet.has
    if {"five_prime", "three_prime"} <= has or (
        "fusion" in has and not has & {"protein_change", "cdna", "text", "type"}
    ):
        return "fusions"
    if {"chromosome", "start", "end"} <= has and "gene" not in has and "ref" not in has:
        return "segments" if has & {"major", "minor", "copy_number", "log2"} else ""
    if "gene" in has and not has & (_VARIANT | {"ref", "fusion", "name"}) and has & {"copy_number", "log2", "call"}:
        return "gene_calls"
    if "gene" in has and "tpm" in has and not has & (_VARIANT | {"ref"}):
        return "expression"
    if "gene" in has and has & (_VARIANT | {"name", "value", "fusion", "call", "copy_number"}):
        return "variants" if {"sample", "ref", "alt"} <= has else "alterations"
    if {"chromosome", "start", "ref", "alt"} <= has:
        return "alterations"
    if "name" in has and "value" in has:
        return "measured"
    return "alterations" if has & {"text", "protein_change", "fusion"} and len(has) >= 1 else ""


def read_table(sheet: Sheet, file: str, laboratory: Laboratory) -> str:
    """Add what a table says; its kind comes back, empty when it is none that is known."""
    if _is_facts(sheet):
        if sheet.names[0].strip().lower() in FACTS:  # no line of names: the first row is a fact, too
            sheet.rows.insert(0, (1, sheet.names))
        read_facts(sheet, file, laboratory)
        return "facts"
    kind = kind_of(sheet)
    if not kind:
        return ""
    for line in sheet.wrong:
        laboratory.leave(file, line, "wrong_number_of_cells")
    for _, entry in sheet.entries():
        for key in ("patient", "sample"):
            if entry.get(key):
                laboratory.names(file, entry[key])
    if kind == "segments":
        read_segments(sheet, file, laboratory)
    elif kind == "gene_calls":
        read_gene_calls(sheet, file, laboratory)
    elif kind == "fusions":
        read_fusions(sheet, file, laboratory)
    elif kind == "expression":
        read_expression(sheet, file, laboratory)
    elif kind == "measured":
        read_measured(sheet, file, laboratory)
    else:
        _read_alterations(sheet, file, laboratory)
    return kind


# In words a colon follows these, too, and what stands behind it is no diagnosis.
_IN_WORDS = frozenset({"tumour", "tumor", "tumeur", "note", "text"})


def read_pairs(text: str, file: str, laboratory: Laboratory) -> str:
    """Add facts that a text lists without a line of column names (*diagnosis: ...*); empty when it is no such list."""
    sheet = pairs_of(text, ("\t", ";"))
    if sheet is None or not _is_facts(sheet):
        sheet = pairs_of(text, (":", "="))
        keys = {cells[0].lower() for _, cells in sheet.rows} if sheet is not None else set()
        if sheet is None or not keys <= FACTS.keys() - _IN_WORDS:
            return ""
    read_facts(sheet, file, laboratory)
    return "facts"


def _is_facts(sheet: Sheet) -> bool:
    """Whether it is a table of two columns with the names of clinical facts down the first."""
    if len(sheet.names) != 2:
        return False
    keys = [cells[0].strip().lower() for _, cells in sheet.rows]
    return bool(keys) and sum(key in FACTS for key in keys) * 2 > len(keys)


def _read_alterations(sheet: Sheet, file: str, laboratory: Laboratory) -> None:
    inherited = says_germline(file)
    builds: set[Build] = set()
    unused: Counter[str] = Counter()
    for line, entry in sheet.entries():
        if not entry:
            continue
        if entry.get("filter", "PASS").upper() not in ("PASS", ".", "OK", "TRUE"):
            laboratory.leave(file, line, "filtered", entry["filter"][:40])
            continue
        if entry.get("origin", "").lower() in _NOT_VARIANTS and entry.get("origin", "").lower() != "unknown":
            laboratory.leave(file, line, "no_variant", entry["origin"][:20])
            continue
        given = _given(entry)
        if inherited and origin_of(given.get("origin")) == "unknown":
            given["origin"] = "germline"
        where = _where(entry, build_of_name(file))
        if where is not None:
            given["at"] = where
            builds.add(where.build)
        try:
            laboratory.alterations += findings_of(given, Place(file, line))
            unused.update(set(of_entry(given)) & _NUMBERS)
        except NotUnderstood as error:
            laboratory.leave(file, line, error.reason, error.detail)
    for field, times in sorted(unused.items()):
        laboratory.leave(file, 0, "value_not_understood", f"{field} × {times}")
    laboratory.builds[file] = next(iter(builds)) if len(builds) == 1 else None
    if len(builds) > 1:
        laboratory.flag("two_builds_in_file", file)


def _given(entry: dict[str, str]) -> dict[str, Any]:
    """A row as an entry of a case file's `alterations`."""
    given: dict[str, Any] = {
        key: entry[key]
        for key in (
            "gene", "protein_change", "cdna", "text", "type", "consequence", "vaf", "depth", "transcript", "name",
            "value", "unit", "fusion", "copy_number", "exon", "population_frequency", "genomic",
        )
        if key in entry
    }  # fmt: skip
    if "type" in given and consequences.maf_class(given["type"]):
        given.setdefault("consequence", given.pop("type"))
    if given.get("type", "").upper() in ("SNP", "SNV", "INS", "DEL", "DNP", "TNP", "ONP", "INDEL", "MNV"):
        del given["type"]
    said = {name: entry[name] for name in _PREDICTORS if name in entry}
    if said:
        given["predictions"] = said
    given["origin"] = entry.get("origin", "")
    if "call" in entry and "type" not in given and not {"protein_change", "cdna"} & set(given):
        given.setdefault("text", entry["call"])
    carrying, other = entry.get("alt_reads", ""), entry.get("ref_reads", "")
    if carrying.isdigit() and other.isdigit() and len(carrying + other) < 16 and int(carrying) + int(other):
        given.setdefault("vaf", f"{int(carrying) / (int(carrying) + int(other)):.4f}")
        given.setdefault("depth", str(int(carrying) + int(other)))
    return given


def _where(entry: dict[str, str], named: Build | None) -> Genomic | None:
    """The place in the genome, where chromosome, position, alleles and build are all said."""
    build = build_named(entry.get("build")) or named
    chromosome = chromosomes.chromosome(entry.get("chromosome", ""))
    start = entry.get("start", "").removesuffix(".0").replace(",", "")
    ref, alt = (_allele(entry.get(key, "")) for key in ("ref", "alt"))
    if alt in (None, ref) and "alt_1" in entry:
        alt = _allele(entry["alt_1"])
    if build is None or chromosome is None or not start.isdigit() or len(start) > 10 or ref is None or alt is None:
        return None
    if not ref or not alt:
        return Genomic(build, chromosome, int(start), ref, alt)
    return trimmed(chromosome, int(start), ref, alt, build)


def _allele(text: str) -> str | None:
    """The bases, none of them for a dash; None for what is no allele."""
    bare = text.strip().upper()
    if bare == "-":
        return ""
    return bare if bare and set(bare) <= set("ACGTN") else None
