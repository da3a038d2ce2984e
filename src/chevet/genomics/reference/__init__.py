"""The reference that a site installs: its genome, its transcripts, and the map between builds.

    sources     coding sequences from a GFF3 or a table of coding segments, with a FASTA
    installed   where references lie, and reading their transcripts back
    csq         the same question put to `bcftools csq`
    panels, signature_files   which genes a site's panels cover, and its reference signatures

Without one, `genomics.coding_sequences` knows the genes that rules name.
"""
