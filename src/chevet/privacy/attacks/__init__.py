"""The known attacks, as programs: each is tried on a naive release and on ours, and says how often it succeeds.

    outcome            what an attack found, and what a guesser would have found
    linkage            a neighbour who knows age, place and month looks for one row
    composition        two releases of the same people, laid one upon the other
    rare_alterations   somebody who knows one to three alterations of a tumour
    pseudonyms         names guessed from a dictionary; two projects' extracts joined
    date_reversal      the shift of dates worked out from what weeks look like
    differencing       two questions that differ by one person
    margins            a withheld cell worked out from the sums beside it
    membership         was this person in the data? told from released frequencies

An attack that fails on the naive release proves nothing, so each must succeed there first.
"""
