"""Every number that leaves the cohort passes here.

    disclosure      small counts are withheld, and those that would give them away by subtraction

Today the rule is a floor: a count of one to four people is never shown, nor is another count from
which it could be had by subtraction within the same answer. Subtraction *between* answers is
recorded in the ledger; it is not yet prevented.
"""
