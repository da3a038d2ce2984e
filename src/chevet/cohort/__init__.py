"""Who is meant, and what can be said of them.

A question starts as a sentence. `definition` reads it (through `grammar`, into the frozen `nodes`,
with the old names of genes and medicines resolved by `vocabulary`). For each patient it is true,
false, or unknown because nobody looked (`truth`).

Two ways lead to the answer and are tested to agree. `index` keeps one bit per patient for every
fact (`index_build` writes it once per version of a study) and `evaluate` joins the bits in
microseconds; `query` says the same as one Ibis expression for any engine, and answers what the
index does not hold. `fields` and `alterations` say what each word of the language stands for in the
record, once for both.

`cohort.open` joins a definition and a study into a `Cohort`; each kind of answer is one file beside
this one, and every count that it shows has passed through `privacy`. `studies` brings a study in.
"""

from chevet.cohort.cohort import Cohort, open
from chevet.cohort.definition import (
    Definition,
    Note,
    altered,
    amplified,
    deleted,
    diagnosis_is,
    diagnosis_under,
    everyone,
    field,
    fused,
    known,
    measurement,
    mutated,
    parse,
    tested,
    treated,
    treated_with_class,
)

__all__ = [
    "Cohort",
    "Definition",
    "Note",
    "altered",
    "amplified",
    "deleted",
    "diagnosis_is",
    "diagnosis_under",
    "everyone",
    "field",
    "fused",
    "known",
    "measurement",
    "mutated",
    "open",
    "parse",
    "tested",
    "treated",
    "treated_with_class",
]
