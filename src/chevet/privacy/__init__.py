"""Everything that leaves passes here.

    disclosure      small counts are withheld, and those that would give them away by subtraction
    tables          tables with margins: no sum or difference gives a small cell away
    noise           counts with a noise drawn once, and the budget that pays for it
    anonymity       a table of people becomes a release that satisfies its policy, or is refused
    hierarchies     how values become coarser: ages to bands, communes to departements, codes to chapters
    genomic         alterations at a chosen detail, and how far a list of them is a name
    risk            how easily people are found, the European three questions, the dossier that is signed
    keys            held apart, in versions, never shown; pseudonyms and dates rest on them
    attacks         the known attacks: each succeeds on the naive way, and fails on ours

Which people may ask for what is told above, in `room`.
"""
