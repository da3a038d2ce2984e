"""Promise: a page opened in a browser draws itself and asks nothing of the network."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from chevet import synth
from chevet.cli import main
from chevet.cohort.studies import import_study
from chevet.paper import pictures
from chevet.store.lake import Lake

OUTSIDE = "http://outside.invalid/x.png"
# Every name resolves to nothing: a request is written in the log, and goes nowhere.
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND",
    "--virtual-time-budget=4000", "--dump-dom",
)  # fmt: skip
QUESTIONS = {
    "count": ["count", "sex = female"],
    "describe": ["describe"],
    "genes": ["genes"],
    "survival": ["survival", "--by", "stage"],
    "compare": ["compare", "sex = female", "sex = male"],
    "cooccurrence": ["cooccurrence"],
    "oncoprint": ["oncoprint"],
    "timeline": ["timeline", "--patient", "SYN-0000001"],
}


@pytest.fixture(scope="module")
def browser() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium is installed: what a page asks of the network was not watched")
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made-up")
    synth.make(400, 7, folder / "record")
    import_study(Lake(folder / "home"), folder / "record", "madeup")
    return folder / "home"


def _opened(browser: str, page: Path, tmp_path: Path) -> tuple[str, set[str]]:
    """The page after its script ran, and the addresses that it asked for (the browser's own errands left out)."""
    log = tmp_path / "net.json"
    words = [browser, *QUIET, f"--user-data-dir={tmp_path / 'browser'}", f"--log-net-log={log}", page.as_uri()]
    seen = subprocess.run(words, capture_output=True, text=True, timeout=120, check=True).stdout
    told = json.loads(log.read_text(encoding="utf-8"))
    start = told["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
    asked = [event.get("params", {}) for event in told["events"] if event["type"] == start]
    return seen, {a["url"] for a in asked if "url" in a and a.get("initiator") != "not an origin"}


def test_the_watch_sees_a_page_that_does_ask(browser: str, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(f'<!doctype html><img src="{OUTSIDE}">', encoding="utf-8")
    assert _opened(browser, page, tmp_path)[1] == {OUTSIDE}


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_an_answers_page_asks_for_nothing(browser: str, home: Path, tmp_path: Path, name: str, lang: str) -> None:
    page = tmp_path / "page.html"
    words = ["cohort", *QUESTIONS[name], "--study", "madeup", "--lang", lang, "--html", str(page)]
    ran = CliRunner(env={"CHEVET_HOME": str(home)}).invoke(main, words)
    assert ran.exit_code == 0, ran.stderr
    seen, asked = _opened(browser, page, tmp_path)
    assert asked == set()
    assert "vega-embed" in seen.split("<script", 1)[0], "the page's own script drew it"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_patients_page_asks_for_nothing(browser: str, home: Path, tmp_path: Path, lang: str) -> None:
    page = tmp_path / "page.html"
    words = ["bedside", "page", "--study", "madeup", "--patient", "SYN-0000001", "--lang", lang, "--html", str(page)]
    ran = CliRunner(env={"CHEVET_HOME": str(home)}).invoke(main, words)
    assert ran.exit_code == 0, ran.stderr
    assert _opened(browser, page, tmp_path)[1] == set()


@pytest.mark.parametrize("option", ["--html", "--patient-sheet"])
def test_a_consultation_asks_for_nothing(browser: str, tmp_path: Path, option: str) -> None:
    case, page = tmp_path / "case.json", tmp_path / "page.html"
    change = {"type": "variant", "gene": "EGFR", "protein_change": "p.L858R", "as_given": f'<img src="{OUTSIDE}">'}
    told = {"diagnosis": {"oncotree": "LUAD", "text": f'<img src="{OUTSIDE}">'}, "alterations": [change]}
    case.write_text(json.dumps(told), encoding="utf-8")
    ran = CliRunner().invoke(main, ["bedside", "consult", str(case), option, str(page)])
    assert ran.exit_code == 0, ran.stderr
    assert _opened(browser, page, tmp_path)[1] == set()


def test_a_crafted_name_asks_for_nothing(browser: str, tmp_path: Path) -> None:
    word = f'<img src="{OUTSIDE}">'
    spec = pictures.picture(
        {"data": {"values": [{"name": word, "at": OUTSIDE}]}, "width": 200,
         "layer": [{"mark": "bar"}, {"mark": {"type": "image", "width": 9, "height": 9}, "encoding": {
             "url": {"field": "at"}}}],
         "encoding": {"y": {"field": "name"}, "x": {"value": 9}, "href": {"field": "at"}}},
        title=word, subtitle=word, alt=word, lang="en",
    )  # fmt: skip
    page = tmp_path / "page.html"
    page.write_text(pictures.html(spec, word, "en", headings=[word], rows=[[word]], notes=[word]), encoding="utf-8")
    assert _opened(browser, page, tmp_path)[1] == set()
