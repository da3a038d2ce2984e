"""From what a laboratory found in one tumour to what it means: names, consequences, oncogenicity, burden, signatures.

    alteration      one finding: a variant, a fusion, a copy-number change, a signature, a measured protein
    names           one finding from any spelling; `measured_names` and `fusion_names` for the others
    known_changes   from a place in the genome, or a coding change alone, to the protein change
    transcript      what a change does to a coding sequence; `calling`, `coding`, `effects`, `protein_change`
    liftover        from one build to the other; `builds` recognises them
    reference       the site's own genomes
    classes         names under which rules ask: exon 19 deletion, exon 14 skipping, tandem duplication
    judging         the one door from findings to what each means by itself (`judge`)
    oncogenicity    points of Horak et al. 2022, from `roles`, `known_variants`, `hotspots`, `polymorphisms`
    fusions         which partner drives; `copy_number`, `clonality`, `contradictions`, `passengers`
    burden          mutations per covered megabase; `scars`: of deficient homologous recombination, in the copies;
                    `instability`: bases slipped in or out, as where mismatch repair fails
    signatures      exposures to mutational processes; `signature_shares` and `signature_fit`

Nothing here knows of a medicine.
"""
