"""From statements and a case to what may be given, in order, and what must not be given.

candidate   one statement read against the case: biomarker, tumour, line, conditions
against     medicines taken away, each with the reason (`Withheld`)
option      one regimen with all that speaks for it (`Option`), and the order of regimens
choosing    the whole (`Choice`, `choose`)
"""
