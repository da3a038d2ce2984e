"""The consultation as one call: a case in, the published object out."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chevet.bedside.case.case_file import case_of
from chevet.bedside.case.read import read_case
from chevet.bedside.consultation.consult import consult
from chevet.bedside.consultation.telling import tell
from chevet.therapy.case import Jurisdiction
from chevet.words.labels import Lang


def consultation(
    case: dict[str, Any] | Path | Sequence[Path],
    *,
    day: datetime.date,
    lang: Lang = "en",
    jurisdiction: Jurisdiction | None = None,
    home: Path | None = None,
    trials: Path | None = None,
) -> dict[str, Any]:
    """What may be given, what must not, and what is not known: `schemas/consultation.schema.json`.

    case           a document of the form `schemas/case.schema.json`, or the files of a laboratory
    day            approvals and withdrawals are those of this day
    jurisdiction   whose approvals count; the case's own unless given
    home           CHEVET_HOME, for the site's references; `trials`: a folder of CTML files

    Raises BadInput for what is no case.

    >>> told = consultation({"case_id": "P-1", "diagnosis": {"oncotree": "LUAD"}, "alterations": ["EGFR L858R"],
    ...     "clinical": {"extent": "metastatic", "line": 1}, "jurisdiction": "EU"}, day=datetime.date(2026, 11, 27))
    >>> told["options"][0]["therapy"], told["nothing_approved"]
    (['osimertinib'], False)
    """
    if isinstance(case, dict):
        read = case_of(case, jurisdiction=jurisdiction)
    else:
        read = read_case([case] if isinstance(case, Path) else list(case), jurisdiction=jurisdiction)
    return tell(consult(read, day=day, home=home, trials=trials), lang)
