"""From what a laboratory found in one tumour to what it means: names, consequences, oncogenicity, burden, signatures.

    alteration   one finding: a variant, a fusion, a copy-number change, a signature, a measured protein

Nothing here knows of a medicine.
"""
