"""Which genes exclude each other, or go together, when each tumour's own number of altered genes is allowed for.

    tumours           tumours that no test can tell apart
    background        how probable an alteration is for each gene in each tumour
    overlap           how probable it is that one tumour has several of them
    poisson_binomial  how probable so many such tumours are
    pairs, groups     every pair of genes; pathways
    disclosing        what of it may leave a study
    asking            all of it, from carriers or from a cohort
    answer, lines     as people, the ranking and the dossier read it

The background is that of DISCOVER: Canisius, Martens and Wessels, Genome Biology 2016, PMID:27986087.
"""
