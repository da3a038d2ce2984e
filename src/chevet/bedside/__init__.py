"""One patient: the page that a tumour board reads, and where this patient stands in the study.

From a version of a study to paper, one file per step:

    chart             the patient's rows, table by table
    important_genes   what a board looks for in this tumour, for treatment or as its driver
    findings          what was found; found, tested and not found, *not tested*
    markers           receptors and microsatellites, under one name each
    similar           the rule that says which patients are most alike
    standing          frequencies among the tested, and the survival of the most similar
    page              all of it as one object without words (`PatientPage`, `assemble`)
    views             the same object in French or English, as HTML and as PDF
    access            the entry in the ledger, which keeps the patient's name to itself

Nothing is guessed: what the source does not say is null in the object and said to be missing on the page.
"""
