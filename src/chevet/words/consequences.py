"""What a small variant does to the protein: the classes of the MAF format, and Sequence Ontology terms.

`protein_altering` decides what `mutated(GENE)` means: a change of the protein, of an essential splice
site, or of the TERT promoter (the last is a matter of place, told in `cohort.alterations`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Consequence:
    """A MAF class. `truncating` when it is expected to cut the protein short or to abolish it."""

    code: str
    protein_altering: bool
    truncating: bool
    en: str
    fr: str

    def label(self, lang: Literal["en", "fr"]) -> str:
        return self.fr if lang == "fr" else self.en


_ALL = (
    Consequence("Missense_Mutation", True, False, "missense", "faux-sens"),
    Consequence("Nonsense_Mutation", True, True, "nonsense", "non-sens"),
    Consequence("Frame_Shift_Del", True, True, "frameshift deletion", "délétion décalant le cadre de lecture"),
    Consequence("Frame_Shift_Ins", True, True, "frameshift insertion", "insertion décalant le cadre de lecture"),
    Consequence("In_Frame_Del", True, False, "in-frame deletion", "délétion en phase"),
    Consequence("In_Frame_Ins", True, False, "in-frame insertion", "insertion en phase"),
    Consequence("Splice_Site", True, True, "essential splice site", "site d'épissage essentiel"),
    Consequence("Nonstop_Mutation", True, False, "stop codon lost", "perte du codon stop"),
    Consequence("Translation_Start_Site", True, True, "start codon lost", "perte du codon d'initiation"),
    Consequence(
        "De_novo_Start_InFrame", True, False, "new start codon, in frame", "nouveau codon d'initiation, en phase"
    ),
    Consequence(
        "De_novo_Start_OutOfFrame",
        True,
        True,
        "new start codon, out of frame",
        "nouveau codon d'initiation, hors phase",
    ),
    Consequence("Start_Codon_SNP", True, True, "start codon changed", "codon d'initiation modifié"),
    Consequence("Start_Codon_Del", True, True, "start codon deleted", "codon d'initiation délété"),
    Consequence("Start_Codon_Ins", True, True, "insertion in the start codon", "insertion dans le codon d'initiation"),
    Consequence("Stop_Codon_Del", True, False, "stop codon deleted", "codon stop délété"),
    Consequence("Stop_Codon_Ins", True, True, "stop codon inserted", "codon stop inséré"),
    Consequence("Splice_Region", False, False, "splice region", "région d'épissage"),
    Consequence("Silent", False, False, "silent", "silencieux"),
    Consequence("Intron", False, False, "intron", "intron"),
    Consequence("3'UTR", False, False, "3' untranslated region", "région 3' non traduite"),
    Consequence("5'UTR", False, False, "5' untranslated region", "région 5' non traduite"),
    Consequence("3'Flank", False, False, "downstream of the gene", "en aval du gène"),
    Consequence("5'Flank", False, False, "upstream of the gene", "en amont du gène"),
    Consequence("IGR", False, False, "between genes", "entre deux gènes"),
    Consequence("RNA", False, False, "non-coding RNA", "ARN non codant"),
    Consequence("lincRNA", False, False, "long non-coding RNA", "long ARN non codant"),
    Consequence("Targeted_Region", False, False, "targeted region", "région ciblée"),
)

CONSEQUENCES: dict[str, Consequence] = {c.code: c for c in _ALL}

# Sequence Ontology terms (VEP), for files that use them in place of MAF classes. Frameshifts and
# in-frame changes need the alleles to choose between insertion and deletion, so they are not here.
SEQUENCE_ONTOLOGY: dict[str, str] = {
    "missense_variant": "Missense_Mutation",
    "stop_gained": "Nonsense_Mutation",
    "stop_lost": "Nonstop_Mutation",
    "inframe_insertion": "In_Frame_Ins",
    "inframe_deletion": "In_Frame_Del",
    "start_lost": "Translation_Start_Site",
    "splice_acceptor_variant": "Splice_Site",
    "splice_donor_variant": "Splice_Site",
    "splice_region_variant": "Splice_Region",
    "synonymous_variant": "Silent",
    "stop_retained_variant": "Silent",
    "intron_variant": "Intron",
    "3_prime_utr_variant": "3'UTR",
    "5_prime_utr_variant": "5'UTR",
    "downstream_gene_variant": "3'Flank",
    "upstream_gene_variant": "5'Flank",
    "intergenic_variant": "IGR",
    "non_coding_transcript_exon_variant": "RNA",
}


def maf_class(text: str | None) -> str | None:
    """The MAF class that a MAF class (any capitals) or Sequence Ontology term means; None when neither.

    >>> maf_class("missense_mutation"), maf_class("stop_gained"), maf_class("a wish")
    ('Missense_Mutation', 'Nonsense_Mutation', None)
    """
    if not text:
        return None
    lower = text.strip().lower()
    return _LOWER.get(lower) or SEQUENCE_ONTOLOGY.get(lower)


_LOWER = {code.lower(): code for code in CONSEQUENCES}
