"""What VEP (CSQ), SnpEff (ANN) and bcftools csq (BCSQ) wrote beside a change: gene, transcript, consequence, HGVS.

Of several genes the one that is hit hardest is kept; of its transcripts the MANE Select one, then the one that the
program chose, then the canonical one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from chevet.genomics.alteration import Alteration
from chevet.genomics.gene_names import symbol
from chevet.genomics.predictions import predictions
from chevet.words import consequences, genes, proteins

_ANN = ("Allele", "Consequence", "IMPACT", "SYMBOL", "Gene", "Feature_type", "Feature", "BIOTYPE", "EXON", "HGVSc",
        "HGVSp", "cDNA_position", "CDS_position", "Protein_position", "DISTANCE", "ERRORS")  # fmt: skip
_BCSQ = ("Consequence", "SYMBOL", "Feature", "BIOTYPE", "STRAND", "AMINO", "DNA")
_FREQUENCIES = re.compile(r"(?:gnomad[a-z0-9_.]*af.*|max_af|.*popmax.*af.*|exac_af|af_popmax)", re.IGNORECASE)
# From the gravest down; terms that are not here weigh least. Order of Ensembl VEP.
_GRAVITY = (
    "transcript_ablation", "splice_acceptor_variant", "splice_donor_variant", "stop_gained", "frameshift_variant",
    "stop_lost", "start_lost", "inframe_insertion", "inframe_deletion", "disruptive_inframe_insertion",
    "disruptive_inframe_deletion", "conservative_inframe_insertion", "conservative_inframe_deletion",
    "missense_variant", "protein_altering_variant", "splice_acceptor", "splice_donor", "frameshift", "missense",
    "splice_region_variant", "splice_region", "splice_polypyrimidine_tract_variant", "synonymous_variant", "synonymous",
    "stop_retained_variant", "stop_retained", "5_prime_utr_variant", "5_prime_utr", "3_prime_utr_variant",
    "3_prime_utr",
    "non_coding_transcript_exon_variant", "non_coding", "upstream_gene_variant", "intron_variant", "intron",
    "downstream_gene_variant", "intergenic_variant", "intergenic_region",
)  # fmt: skip
_RANK = {term: place for place, term in enumerate(_GRAVITY)}
_SHORT = {
    "missense": "missense_variant", "synonymous": "synonymous_variant", "splice_acceptor": "splice_acceptor_variant",
    "splice_donor": "splice_donor_variant", "splice_region": "splice_region_variant", "intron": "intron_variant",
    "stop_retained": "stop_retained_variant", "5_prime_utr": "5_prime_UTR_variant",
    "3_prime_utr": "3_prime_UTR_variant",
    "non_coding": "non_coding_transcript_exon_variant", "intergenic_region": "intergenic_variant",
}  # fmt: skip


@dataclass(frozen=True)
class Annotations:
    """The annotation of a file: INFO key and the names of its fields. `key` is empty where there is none."""

    key: str = ""
    fields: tuple[str, ...] = field(default=())

    @classmethod
    def of_head(cls, lines: list[str]) -> Annotations:
        """The annotation that the header of a VCF declares; the richest of several."""
        found: dict[str, tuple[str, ...]] = {}
        for line in lines:
            declared = re.match(r"##INFO=<ID=(CSQ|ANN|EFF|BCSQ|vep),", line)
            if declared is None:
                continue
            named = re.search(r"Format:\s*([^\">]+)", line)
            if declared[1] == "BCSQ":
                found["BCSQ"] = _BCSQ
            elif named is not None and "HGVSc" in named[1]:
                found[declared[1]] = tuple(part.strip() for part in named[1].split("|"))
            elif declared[1] == "ANN":
                found["ANN"] = _ANN
        key = next((one for one in ("CSQ", "vep", "ANN", "BCSQ") if one in found), "")
        return cls(key, found.get(key, ()))

    def of(self, info: Mapping[str, str], ref: str, alt: str, alleles: int) -> Alteration:
        """The change as its annotation names it; without gene where it has none."""
        frequency = _frequency(info)
        entries = [self._entry(text) for text in info.get(self.key, "").split(",") if text] if self.key else []
        entries = [entry for entry in entries if _is_of(entry, ref, alt, alleles, self.key)]
        chosen = _chosen(entries)
        if chosen is None:
            return Alteration("variant", population_frequency=frequency)
        term = _gravest(chosen)
        protein, coding = _protein(chosen), _coding(chosen.get("HGVSc", ""))
        own = _frequency(chosen)
        return Alteration(
            "variant", gene=symbol(_name(chosen)) or _name(chosen), protein_change=protein, cdna=coding,
            transcript=chosen.get("Feature") or None, consequence=_maf_class(term, ref, alt),
            exon=_exon(chosen.get("EXON", "")),
            population_frequency=max((one for one in (frequency, own) if one is not None), default=None),
            predictions=predictions(said for values in (chosen, info) for said in values.items()),
        )  # fmt: skip

    def _entry(self, text: str) -> dict[str, str]:
        return dict(zip(self.fields, text.split("|"), strict=False))


def _name(entry: Mapping[str, str]) -> str:
    return entry.get("SYMBOL") or entry.get("Gene_Name") or ""


def _is_of(entry: Mapping[str, str], ref: str, alt: str, alleles: int, key: str) -> bool:
    """Whether an annotation speaks of this allele, where the row has several."""
    if not _name(entry) or (key == "BCSQ" and entry.get("Consequence", "").startswith("@")):
        return False
    if alleles == 1:
        return True
    if key == "BCSQ":
        change = entry.get("DNA", "")
        return not change or change.endswith(f">{alt}") or alt in change
    said = entry.get("Allele", "").upper()
    cut = alt[1:] if ref[:1] == alt[:1] else alt
    return said in (alt, cut or "-")


def _chosen(entries: list[dict[str, str]]) -> dict[str, str] | None:
    """The gravest gene's best transcript."""
    by_gene: dict[str, list[dict[str, str]]] = {}
    for entry in entries:
        by_gene.setdefault(_name(entry), []).append(entry)
    best = [min(of_gene, key=_order) for of_gene in by_gene.values()]
    return min(best, key=lambda entry: (_rank(entry), not _is_cancer_gene(_name(entry)))) if best else None


def _order(entry: Mapping[str, str]) -> tuple[bool, bool, bool, bool, int]:
    return (
        not (entry.get("MANE_SELECT") or entry.get("MANE", "").startswith("MANE_Select")),
        entry.get("PICK") != "1",
        entry.get("CANONICAL") != "YES",
        entry.get("BIOTYPE", entry.get("Transcript_BioType", "protein_coding")) != "protein_coding",
        _rank(entry),
    )


def _gravest(entry: Mapping[str, str]) -> str:
    text = entry.get("Consequence") or entry.get("Annotation") or ""
    return min(text.lstrip("*").split("&"), key=lambda term: _RANK.get(term.lower(), 99))


def _rank(entry: Mapping[str, str]) -> int:
    return _RANK.get(_gravest(entry).lower(), 99)


def _is_cancer_gene(name: str) -> bool:
    found = genes.resolve(name)
    return found is not None and found.is_cancer_gene


def _maf_class(term: str, ref: str, alt: str) -> str | None:
    plain = term.lower()
    if plain.startswith("frameshift"):
        return "Frame_Shift_Del" if len(ref) > len(alt) else "Frame_Shift_Ins"
    if "inframe_insertion" in plain:
        return "In_Frame_Ins"
    if "inframe_deletion" in plain:
        return "In_Frame_Del"
    if plain in ("inframe_altering", "protein_altering_variant"):
        return "In_Frame_Del" if len(ref) > len(alt) else "In_Frame_Ins" if len(alt) > len(ref) else "Missense_Mutation"
    return consequences.maf_class(_SHORT.get(plain, plain))


def _protein(entry: Mapping[str, str]) -> str | None:
    given = entry.get("HGVSp") or entry.get("HGVS.p") or ""
    if given:
        return proteins.without_removed(proteins.short(given))
    amino = re.fullmatch(r"(\d+)([A-Z*]+)>(\d+)?([A-Z*]+)", entry.get("AMINO", ""))
    if amino is None or len(amino[2]) != 1 or len(amino[4]) != 1 or amino[2] == amino[4]:
        return None
    return proteins.short(f"p.{amino[2]}{amino[1]}{amino[4]}")


def _coding(text: str) -> str | None:
    bare = text.rpartition(":")[2].replace("%3D", "=")
    return bare if bare.startswith("c.") else None


def _exon(text: str) -> int | None:
    first = re.match(r"(\d{1,4})(?:-\d+)?/", text)
    return int(first[1]) if first else None


def _frequency(values: Mapping[str, str]) -> float | None:
    """The highest share of alleles that a population database has."""
    found = []
    for key, text in values.items():
        if _FREQUENCIES.fullmatch(key):
            for part in re.split(r"[,&]", text):
                try:
                    number = float(part)
                except ValueError:
                    continue
                if 0 <= number <= 1:
                    found.append(number)
    return max(found, default=None)
