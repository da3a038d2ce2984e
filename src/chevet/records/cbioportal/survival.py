"""Survival times and vital status, from the `_STATUS` and `_MONTHS` pairs of a clinical file."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from chevet.records.cbioportal import attributes
from chevet.records.cbioportal.clinical_rows import NO_WORDS, ClinicalRows
from chevet.records.cbioportal.folder import Study
from chevet.records.rows import Column, by_value, emptied, mask, numbers, pc, shaped
from chevet.records.tables import DAYS_PER_MONTH

OVERALL = "OS"


@dataclass(frozen=True)
class LastNews:
    """What a clinical file says of each patient at last news."""

    vital_status: Column
    cause_of_death: Column
    days: Column


def endpoints(names: list[str]) -> list[str]:
    """The endpoints (OS, DFS, ...) for which both a status and a number of months are there.

    >>> endpoints(["OS_STATUS", "OS_MONTHS", "ER_STATUS", "PFS_MONTHS"])
    ['OS']
    """
    prefixes = [name.removesuffix("_STATUS") for name in names if name.endswith("_STATUS")]
    return [prefix for prefix in prefixes if f"{prefix}_MONTHS" in names]


def read_survival(study: Study, rows: ClinicalRows) -> LastNews:
    """Adds one event row for each survival time that is whole, and says how the patients were at last news.

    A status without months, or months without a status, make no survival time; they stay as
    measurements and a note names their line. Overall survival decides over the vital status.
    """
    status, days = pa.nulls(rows.rows, pa.string()), pa.nulls(rows.rows, pa.float64())
    for prefix in endpoints(list(rows.left)):
        has_occurred, until = _endpoint(study, rows, prefix)
        if prefix == OVERALL:
            status, days = pc.if_else(has_occurred, "dead", "alive"), until
    words = rows.take(
        attributes.VITAL,
        lambda column: by_value(column, lambda text: None if attributes.vital_status(text) is None else text),
    )
    of_words = by_value(words, attributes.vital_status)
    rows.note(mask(pc.not_equal(status, of_words)), "vital_status_contradicts")
    causes = by_value(words, attributes.cause_of_death)
    special = mask(by_value(words, lambda text: text.casefold() not in attributes.PLAIN_VITAL, pa.bool_()))
    more = special & mask(pc.is_null(causes))
    if more.any():  # words beyond alive, dead and a cause are kept
        rows.left[attributes.VITAL[0]] = pc.if_else(pa.array(more), words, NO_WORDS)
    return LastNews(pc.coalesce(status, of_words), causes, days)


def _endpoint(study: Study, rows: ClinicalRows, prefix: str) -> tuple[Column, Column]:
    words, months = rows.take([f"{prefix}_STATUS"]), rows.take([f"{prefix}_MONTHS"])
    has_occurred = by_value(words, attributes.occurred, pa.bool_())
    days = pc.multiply(numbers(months)[0], DAYS_PER_MONTH)
    negative = mask(pc.less(days, 0))
    whole = mask(pc.and_(pc.is_valid(has_occurred), pc.is_valid(days)))
    study.report.count_read("event", int(whole.sum()))
    study.report.reject("event", rows.file, rows.lines[whole & negative].tolist(), "negative_survival")
    rows.note(~whole, "survival_missing" if prefix == OVERALL else "endpoint_missing")
    rows.note(mask(pc.and_(pc.is_valid(words), pc.is_null(has_occurred))), "unknown_status")
    kept = whole & ~negative
    chosen = pa.array(kept)
    rows.left[f"{prefix}_STATUS"] = pc.if_else(chosen, NO_WORDS, words)
    rows.left[f"{prefix}_MONTHS"] = pc.if_else(chosen, NO_WORDS, months)
    endpoint = attributes.ENDPOINT.get(prefix)
    study.add(
        "event",
        shaped(
            "event",
            int(kept.sum()),
            {
                "patient_id": rows.patients.filter(chosen),
                "event": endpoint or prefix,
                "endpoint": endpoint,
                "occurred": has_occurred.filter(chosen),
                "start_days": days.filter(chosen),
            },
        ),
    )
    return has_occurred, emptied(days, negative)
