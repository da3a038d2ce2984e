"""From many tumours to the genes that matter in them: is a gene under selection in these patients?

    coding_sites       what a change at each base of each gene would do, from a genome and its coding segments
    mutations          what was found, from a MAF, a plain table or a study, a piece at a time
    placing, cleaning  mutations on genes; what is left out, and what looks wrong
    tested             who was tested for which genes: each panel counts where it looked
    gene_counts        counts and exposures by gene
    rates              how often each substitution occurs, and selection over all genes
    negative_binomial, regression   how rates differ between genes
    gene_tests, indels  the tests of each gene
    drivers            all of it, as one table and one model
    lines              the same as lines of evidence, also from a table that was written

The model is dNdScv: Martincorena et al., Cell 2017, PMID:29056346.
"""
