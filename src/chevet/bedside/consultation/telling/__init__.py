"""The consultation as the published object: words in one language, and every claim with its source.

Its form is `schemas/consultation.schema.json`. Pages, DOCX and PDF are views of this object and know nothing else.

    whole      the object, heading by heading (`tell`)
    headline   the decision in one sentence; where nothing is approved, why
    options    each option: because of what, who approved it for whom, what is still open
    against    what must not be given, what was removed for it, what asks for care
    findings   each finding with its class, and what was and was not tested
    evidence   facts of diagnosis and outlook, and what other bases say
    flags      what a reader must be told of the files, of the findings, of what the case does not say
    steps      what to do next
    sources    on whose word, and how old everything is
"""

from chevet.bedside.consultation.telling.whole import FORM, tell

__all__ = ["FORM", "tell"]
