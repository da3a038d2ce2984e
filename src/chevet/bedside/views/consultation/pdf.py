"""The consultation as a PDF on A4: tagged for screen readers, the same to the byte for the same object."""

from __future__ import annotations

import datetime
from dataclasses import asdict

from chevet.bedside.views.consultation.html import TEMPLATES
from chevet.bedside.views.consultation.sheet import ConsultationSheet
from chevet.paper import sheets


def pdf(sheet: ConsultationSheet, *, made_on: datetime.date) -> bytes:
    """The sheet as a PDF (PDF/UA-1); `made_on` is its creation date."""
    return sheets.sheet(TEMPLATES.joinpath("consultation.typ"), asdict(sheet), made_on=made_on)
