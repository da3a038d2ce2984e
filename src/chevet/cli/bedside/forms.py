"""The forms in which a consultation can be written. A form that nobody asks for is not even loaded."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

Told = dict[str, Any]


def written(told: Told, form: str, path: Path) -> bytes:
    """The published object in this form; the ending of `path` says whether the patient's sheet is a PDF."""
    if form in ("html", "pdf", "docx"):
        return _page(told, form)
    if form == "patient":
        return _patient(told, path)
    if form == "osiris":
        from chevet.bedside.views.consultation.osiris import osiris

        return osiris(told)
    return _json(_fhir(told) if form == "fhir" else told)


def _page(told: Told, form: str) -> bytes:
    from chevet.bedside.views.consultation.compose import compose

    sheet, day = compose(told), datetime.date.fromisoformat(told["date"])
    if form == "html":
        from chevet.bedside.views.consultation.html import html

        return html(sheet).encode()
    if form == "pdf":
        from chevet.bedside.views.consultation.pdf import pdf

        return pdf(sheet, made_on=day)
    from chevet.bedside.views.consultation.docx import docx

    return docx(sheet, made_on=day)


def _patient(told: Told, path: Path) -> bytes:
    from chevet.bedside.views.consultation import patient

    sheet = patient.patient_sheet(told)
    if path.suffix.lower() == ".pdf":
        return patient.pdf(sheet, made_on=datetime.date.fromisoformat(told["date"]))
    return patient.html(sheet).encode()


def _fhir(told: Told) -> Told:
    from chevet.bedside.views.consultation.fhir import bundle

    return bundle(told)


def _json(content: Told) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False).encode()
