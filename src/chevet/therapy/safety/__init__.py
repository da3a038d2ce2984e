"""What a patient's genes, organs and other medicines ask before a proposed medicine is given.

    advising            one door: every advice for the medicines proposed, and what is not known (`advise`, `Safety`)
    advice              one advice: what to do, because of what, on whose word
    laboratory          blood tests in one unit each, whatever the unit they were given in
    formulas            clearance, filtration, body surface, carboplatin dose
    genotypes           from a genotype to a phenotype (DPYD, UGT1A1, TPMT, NUDT15 and others)
    pharmacogenetics    from a phenotype to a dose
    organ_function      limits of the kidney and of the liver
    interactions        with the other medicines that the patient takes

Every number stands in `tables/`, with its source and the day on which it was checked. A fact that is not said is told
as not known.
"""
