"""bcftools csq and our own calls say the same."""

import random

from chevet.genomics.alteration import Genomic
from chevet.genomics.calling import calls
from chevet.genomics.reference.csq import consequences
from chevet.genomics.reference.sources import extract, gff3_segments, opened
from chevet.genomics.transcript import Transcripts
from tests.genomics.reference.small_genome import write_fasta, write_gff3
from tests.shared_data import shared


def test_each_change_gets_the_consequence_of_its_own_row(tmp_path):
    changes = [
        Genomic("GRCh38", "1", 108, "T", "A"),
        Genomic("GRCh38", "chr1", 104, "A", "T"),
        Genomic("GRCh38", "1", 108, "G", "A"),
        Genomic("GRCh38", "2", 108, "T", "A"),
        Genomic("GRCh38", "1", 105, "A", "-"),
        Genomic("GRCh38", "1", 113, "G", "C"),
    ]
    found = consequences(changes, write_fasta(tmp_path), write_gff3(tmp_path))
    assert [[one.consequence for one in several] for several in found] == [
        ["Missense_Mutation"], ["Nonsense_Mutation"], [], [], ["Frame_Shift_Del"], ["Splice_Site"],
    ]  # fmt: skip


def test_on_real_genes_our_calls_and_those_of_bcftools_agree():
    fasta, genes = shared("reference/grch38_mini.fa.gz"), shared("reference/grch38_mini.gff3.gz")
    transcripts = extract("GRCh38", fasta, gff3_segments(genes)).transcripts
    changes = _made_up(transcripts, opened(fasta), 400)
    ours = [calls(one, Transcripts("GRCh38", transcripts)) for one in changes]
    theirs = consequences(changes, fasta, genes)
    pairs = []
    for change, mine, others in zip(changes, ours, theirs, strict=True):
        said = {one.transcript: one.consequence for one in others}
        pairs += [(len(change.ref) == len(change.alt), one.consequence == said[one.transcript])
                  for one in mine if one.transcript in said]  # fmt: skip
    same_length = [agree for same, agree in pairs if same]
    indels = [agree for same, agree in pairs if not same]
    assert (len(same_length) > 500, sum(same_length) / len(same_length)) == (True, 1.0)
    assert (len(indels) > 500, sum(indels) / len(indels) > 0.97) == (True, True)


def _made_up(transcripts, genome, number):
    dice = random.Random(11)
    found = []
    preferred = [one for one in transcripts if one.preferred]
    while len(found) < number:
        one = dice.choice(preferred)
        first, last = dice.choice(one.exons)
        place, size = dice.randint(first - 8, last + 8), dice.choice((0, 0, 1, 2, 3, 6))
        before = genome.fetch(f"chr{one.chromosome}", place - 1, place + size).upper()
        after = "".join(dice.choice("ACGT") for _ in range(dice.choice((0, 1, 3))))
        kind = dice.choice(("substituted", "removed", "put"))
        ref = before if kind == "removed" else before[0]
        alt = {"substituted": dice.choice("ACGT".replace(ref[0], "")), "removed": ref[0], "put": ref[0] + after}[kind]
        if "N" not in before and ref != alt:
            found.append(Genomic("GRCh38", one.chromosome, place, ref, alt))
    return found
