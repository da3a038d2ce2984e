"""The values of the fields that people are counted by, in the reader's words."""

from __future__ import annotations

from chevet.cohort.answer import field_label, value_label
from chevet.room.questions.axes import AGE, ELSEWHERE, ENTRY, EXIT, NUMBERS, PANELS, REST, TREATMENTS_SAID, TUMOUR
from chevet.room.questions.recipe import GENE, TREATMENT
from chevet.words import oncotree
from chevet.words.labels import Lang, label

# Fields that a cube counts by and that are none of the record: each name is a label of its own.
_LABELS = {name: f"ask.axis.{name}" for name in (PANELS, EXIT, ENTRY, TREATMENTS_SAID)} | {
    GENE: "answer.gene", TREATMENT: "answer.field.treatment_class", AGE: "answer.field.age_band",
}  # fmt: skip


def axis_label(field: str, lang: Lang) -> str:
    """The name of a field, or of a kind of fact, that people are counted by.

    >>> [axis_label(field, "en") for field in ("age_at_diagnosis_years", "exit", "treatment_class", "sex")]
    ['age at diagnosis', 'end of follow-up', 'treatment class', 'sex']
    """
    return label(_LABELS[field], lang) if field in _LABELS else field_label(field, lang)


def value_words(field: str, value: str, lang: Lang) -> str:
    """A value in words.

    >>> value_words("tumour", "LUNG~other", "en"), value_words("age_at_diagnosis_years", "100-", "en")
    ('Lung: other types', '100 and more')
    """
    if value in (ELSEWHERE, REST):
        return label("ask.value.elsewhere", lang)
    if field == TUMOUR and value.endswith(REST):
        tissue = value.removesuffix(REST)
        return label("ask.value.rest_of", lang, tissue=oncotree.name(tissue, lang) or tissue)
    if field in NUMBERS and value.endswith("-"):
        return label("ask.value.and_more", lang, n=value[:-1])
    if field in NUMBERS and value.startswith("-"):
        return label("ask.value.and_less", lang, n=value[1:])
    return value if field in NUMBERS and value else value_label(field, value, lang)
