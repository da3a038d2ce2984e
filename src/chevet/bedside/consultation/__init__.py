"""From one tumour's case to what a board can sign: one object, of which every page is a view.

    call         one case in, the published object out (`consultation`)
    consult      from a case to the consultation (`consult`, `Consultation`)
    telling      the consultation as the published object, in English or French (`schemas/consultation.schema.json`)
    steps        what to do next: tests, counselling, trials, the board
    comparing    what changed between two consultations of one case

A clinician decides. What a source does not say is told as missing, and never taken for *no*.
"""
