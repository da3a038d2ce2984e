"""From the published object to the sheet that every page lays out."""

from __future__ import annotations

from typing import Any

from chevet.bedside.views.consultation import annex
from chevet.bedside.views.consultation.drawings import drawings
from chevet.bedside.views.consultation.page_one import page_one
from chevet.bedside.views.consultation.sheet import ConsultationSheet
from chevet.bedside.views.wording import Wording
from chevet.words.labels import label


def compose(told: dict[str, Any]) -> ConsultationSheet:
    """The sheet, in the language of the object."""
    w = Wording(told["lang"])

    def word(key: str, **values: str) -> str:
        return label(f"consultation.{key}", w.lang, **values)

    case = told["case_id"] or word("no_id")
    return ConsultationSheet(
        lang=w.lang, title=word("title", case=case), eyebrow=word("eyebrow"), case=case, made_on=w.date(told["date"]),
        notice=told["notice"], knowledge=annex.knowledge(told, w), one=page_one(told, w),
        annex_heading=word("annex"), options_heading=word("options"), options_none=word("options_none"),
        options=annex.options(told, w), drawings_heading=word("drawings"), drawings=drawings(told, w),
        sections=annex.sections(told, w), provenance_heading=word("provenance"), provenance=annex.provenance(told, w),
    )  # fmt: skip
