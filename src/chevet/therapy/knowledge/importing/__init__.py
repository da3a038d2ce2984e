"""Knowledge bases of others, brought in by a site that may use them: CIViC, the almanac, OncoKB.

    civic, moalmanac, oncokb   one reader per base: rows of ours from its own, and what could not be read
    kept                       where they lie: apart from ours, one folder a version, with its hash and day

They stand beside our statements and never among them: a report shows them as what they are, with their age.
"""
