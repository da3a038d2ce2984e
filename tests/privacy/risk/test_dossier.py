"""The dossier: everything measured is in it, in both languages, and nothing that was not."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pyarrow as pa
import pytest

from chevet.privacy.anonymity.release import anonymise
from chevet.privacy.risk import dossier
from chevet.privacy.risk.dossier_sections import Words
from chevet.words.dates import day_said
from chevet.words.labels import Lang
from tests.privacy.anonymity.people import COLUMNS, DAY, K5, ORDER, people, policy, source

HEAD = '[study]\npurpose = "a trial <b>of</b> the page"\nrecipient = "R&D"\n'
THRESHOLDS = "[thresholds]\naverage_risk = 0.15\nalone_by_sensitive = 1.0\n"


@cache
def report() -> dict[str, Any]:
    table = people(120).append_column("visit", pa.array(range(120)))
    asked = policy(K5 + THRESHOLDS + HEAD, COLUMNS + '[[column]]\nname = "visit"\nrole = "free"\n')
    return anonymise(source(table), asked, made_on=DAY, order_key=ORDER).report


def text(lang: Lang) -> str:
    """What a reader sees of the page: without the style, the pictures and the tags."""
    page = re.sub(r"(?s)<style>.*?</style>|<svg.*?</svg>", "", dossier.html(report(), lang))
    return re.sub(r"<[^>]+>", " ", page)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_promise_figure_and_hash_is_told(lang: Lang) -> None:
    page, w = text(lang), Words(lang)
    for one in (report()["release"]["digest"], report()["policy_digest"], report()["source"]["table_hmac"]):
        assert one in page
    assert w("called.anonymised") in page
    assert day_said(DAY, lang) in page
    for figure in ("highest_risk", "average_risk", "unique_in_sample"):
        assert w.share(report()["risks"]["after"][figure]) in page
    for name in ("patient", "age", "sex", "stage", "outcome", "visit"):
        assert name in page
    for signer in dossier.SIGNERS:
        assert w(f"sign.{signer}") in page.replace("&#39;", "'")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_was_not_measured_says_so_and_is_never_nil(lang: Lang) -> None:
    page, w = text(lang), Words(lang)
    assert dossier.html(report(), lang).count(f">{w('not_measured')}</td>") == 2 * 2 + 3
    assert w("questions_not") in page


def test_a_free_column_that_singles_people_out_is_named_among_what_remains() -> None:
    remains = next(s for s in dossier.dossier(report(), "en").sections if s.points)
    assert any(point.startswith("visit leaves as it was and 100.0% of people") for point in remains.points)


def test_what_the_policy_says_is_shown_as_text() -> None:
    page = dossier.html(report(), "en")
    assert "a trial &lt;b&gt;of&lt;/b&gt; the page" in page
    assert "R&amp;D" in page
    assert "<script" not in page


def test_the_same_report_gives_the_same_files() -> None:
    assert dossier.pdf(report(), "fr") == dossier.pdf(report(), "fr")
    assert dossier.pdf(report(), "en").startswith(b"%PDF")
    assert dossier.html(report(), "fr") == dossier.html(report(), "fr")


def test_a_release_whose_alterations_single_people_out_is_never_called_anonymised() -> None:
    alterations = {
        "detail": "exact", "at_least": 5, "rows": 40, "people": 120, "joined": True, "singled_out": 0.9, "limit": 0.0,
        "holds": False, "known": {"2": {"random": 0.1, "rarest": 0.5}}, "digest": "d" * 64,
    }  # fmt: skip
    singled = {**report(), "called": "pseudonymised", "alterations": alterations}
    names: dict[Lang, str] = {"en": "Pseudonymised, not anonymised", "fr": "Pseudonymisé, et non anonymisé"}
    for lang, called in names.items():
        page = dossier.html(singled, lang)
        assert called in page
        assert "d" * 64 in page
        assert Words(lang)("called.anonymised") not in page


def test_small_shares_keep_digits_that_say_something() -> None:
    assert [Words("en").share(s) for s in (0.0, 0.00001, 0.0042, 0.2, None)] == [
        "0.0%", "<\u202f0.01%", "0.42%", "20.0%", "not measured",
    ]  # fmt: skip
