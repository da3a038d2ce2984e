"""From a table of people to a release that satisfies its policy, or a refusal.

policy, draft     what each column is, what must hold; a first draft of it   (toml_keys reads the file)
extract           a study as one row per person, and tables that people bring
coding, coded     the table as integers, and back; what a release is         (dating: its calendar dates)
classes           who looks alike: group-by on integers
models            k, l, t, presence, uniqueness, risk                        (asked: those of a policy)
search            lattice: the best, proved; recoding: a level per group
utility           what was lost, for whom                                    (questions: of a cohort)
verify            everything counted again, on what was written, by other code
release           the pipeline; reporting, fingerprints and alterations measure it
folder, checking  a release on disk, and checked from nothing else
register          every release of the same people: only coarsenings of the first
assessing         a table as it stands, before anything is done
"""
