"""The doors of access: roles, permits, tokens, the room, the audit, the anchor; as people and scripts call them."""

from __future__ import annotations

import csv
import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chevet import synth
from chevet.bedside.access import record_page
from chevet.cli import main
from chevet.cohort.cohort import QUESTION_ASKED
from chevet.cohort.studies import import_study
from chevet.room.audit import ANSWERED, REFUSED
from chevet.store.lake import Lake

SOON = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
GRANT = (
    "permit", "grant", "--project", "early_lung", "--study", "demo", "--purpose", "HMB", "--in-words",
    "Why some tumours come back", "--person", "anna", "--answers", "checked", "--until", SOON, "--legal-basis",
    "MR-004", "--reference", "17", "--decided-by", "carole", "--decided-by", "damien", "--limit", "questions=500",
)  # fmt: skip
PEOPLE = {"carole": "committee", "damien": "committee", "anna": "researcher", "aude": "auditor", "chloe": "checker"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A room with people in it, and one permit for anna, all made at the doors."""
    folder = tmp_path_factory.mktemp("made")
    synth.make(60, 5, folder / "study")
    import_study(Lake(folder / "home"), folder / "study", "demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHEVET_HOME", str(folder / "home"))
        patch.delenv("CHEVET_LANG", raising=False)
        said("role", "give", "steward", "steward")
        for person, role in PEOPLE.items():
            said("role", "give", person, role)
        said("permit", "use", "demo", "--allow", "hmb")
        said(*GRANT)
        for decider in ("carole", "damien"):
            said("permit", "confirm", "P-1", who=decider)
        said("permit", "train", "P-1", "anna", "--until", SOON, "--reference", "course 12")
        said("permit", "sign", "P-1", "anna", "--reference", "cabinet 3")
    return folder / "home"


@pytest.fixture
def home(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that room, of which each test may do what it likes."""
    home = tmp_path / "home"
    shutil.copytree(made, home)
    monkeypatch.setenv("CHEVET_HOME", str(home))
    for name in ("CHEVET_LANG", "CHEVET_TOKEN", "CHEVET_ACTOR"):
        monkeypatch.delenv(name, raising=False)
    return home


def run(*words: str | Path, who: str = "steward", noun: str = "room") -> Result:
    return CliRunner(env={"CHEVET_ACTOR": who}).invoke(main, [noun, *map(str, words)])


def said(*words: str | Path, who: str = "steward") -> str:
    ran = run(*words, who=who)
    assert ran.exit_code == 0, ran.output
    return ran.stdout


def answer(*words: str | Path, who: str = "steward", noun: str = "room") -> dict[str, Any]:
    ran = run(*words, "--json", who=who, noun=noun)
    assert ran.exit_code == 0, ran.output
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def test_roles_are_given_listed_and_taken(home: Path) -> None:
    said("role", "affiliate", "anna", "institut_x")
    people = {person["person"]: person for person in answer("role", "list")["people"]}
    assert people["anna"] == {
        "person": "anna", "roles": ["researcher"], "organisation": "institut_x", "permits": ["P-1"],
    }  # fmt: skip
    assert "n’est plus vérificateur" in said("role", "take", "chloe", "checker", "--reason", "left", "--lang", "fr")
    refused = run("role", "give", "zoe", "checker", who="zoe")
    assert (refused.exit_code, refused.stdout) == (3, "")
    assert "Stewards are: steward" in refused.stderr


def test_a_permit_is_shown_with_what_it_gives_and_whether_its_room_is_open(home: Path) -> None:
    shown = answer("permit", "show", "P-1")
    assert (shown["state"], shown["room"], shown["match"]["answer"]) == ("active", "not_opened", "yes")
    assert shown["conditions"]["may_ask"] == {"questions": 500}
    assert shown["until"][:10] > SOON
    french = said("permit", "show", "P-1", "--lang", "fr")
    assert "recherche en santé, médicale ou biomédicale (HMB)" in french
    assert SOON in french


def test_lists_are_for_people_with_a_role_and_show_a_researcher_their_own(home: Path, tmp_path: Path) -> None:
    lists = (("permit", "list"), ("token", "list"), ("check", "list", "--all"), ("role", "list"))
    for who in ("steward", "carole", "chloe"):
        assert [permit["permit"] for permit in answer("permit", "list", who=who)["permits"]] == ["P-1"]
    said("token", "issue", "--permit", "P-1", "--person", "anna", "--to", tmp_path / "anna.token")
    said("role", "give", "zoe", "researcher")
    assert [len(answer("token", "list", who=who)["tokens"]) for who in ("steward", "anna", "zoe")] == [1, 1, 0]
    assert [len(answer("permit", "list", who=who)["permits"]) for who in ("anna", "zoe")] == [1, 0]
    permits = {person["person"]: person["permits"] for person in answer("role", "list", who="zoe")["people"]}
    assert permits["anna"] == []
    for words in (*lists, ("permit", "show", "P-1")):
        refused = run(*words, who="walter")
        assert (refused.exit_code, refused.stdout) == (3, "")
        assert "walter has no role in the data room, and is on no permit" in refused.stderr
    told = [run("permit", "show", permit, who="zoe").stderr.replace(permit, "P") for permit in ("P-1", "P-9")]
    assert told[0] == told[1]


def test_every_move_of_a_permit_has_a_door(home: Path) -> None:
    decided = ("--decided-by", "carole", "--decided-by", "damien")
    assert answer("permit", "suspend", "P-1", "--reason", "why")["state"] == "suspended"
    assert answer("permit", "resume", "P-1", "--reason", "why")["state"] == "active"
    renewed = answer("permit", "renew", "P-1", "--until", "2099-01-01", "--reason", "more", *decided)
    assert (renewed["renewal_until"], renewed["awaits"]) == ("2099-01-02T00:00:00+00:00", ["carole", "damien"])
    assert answer("permit", "show", "P-1")["until"][:4] != "2099"
    entry = ("--entry", str(renewed["awaits_entry"]))
    assert entry[1] in said("permit", "show", "P-1")
    assert "Still to confirm: damien" in said("permit", "confirm", "P-1", *entry, who="carole")
    assert answer("permit", "confirm", "P-1", *entry, who="damien")["until"] == "2099-01-02T00:00:00+00:00"
    assert answer("permit", "revoke", "P-1", "--reason", "why")["state"] == "revoked"
    assert answer("permit", "sweep") == {"expired": []}
    assert [permit["state"] for permit in answer("permit", "list")["permits"]] == ["revoked"]


@pytest.mark.parametrize(
    ("more", "fact"),
    [
        (("--purpose", "FUN"), "not a DUO term: FUN"),
        (("--limit", "questions=0"), "`questions=0` is no limit"),
        (("--limit", "hours=3"), "`hours=3` is no limit"),
        (("--study", "absent"), "no study is called absent"),
        (("--id", "../P"), "permit must be a permit's id"),
    ],
)
def test_a_grant_with_a_wrong_word_is_bad_input_that_names_it(home: Path, more: tuple[str, ...], fact: str) -> None:
    ran = run(*GRANT, *more)
    assert ran.exit_code == 4
    assert fact in ran.stderr


def test_a_token_is_written_to_a_private_new_file_and_its_secret_told_nowhere_else(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "anna.token"
    told = run("token", "issue", "--permit", "P-1", "--person", "anna", "--to", file)
    assert told.exit_code == 0
    secret = file.read_text().strip()
    assert file.stat().st_mode & 0o777 == 0o600
    assert secret.split(".")[2] not in told.output
    assert run("token", "issue", "--permit", "P-1", "--person", "anna", "--to", file).exit_code == 4
    (living,) = answer("token", "list")["tokens"]
    assert (living["token"], living["person"]) == (secret.split(".")[1], "anna")
    assert answer("token", "revoke", living["token"], "--reason", "lost", who="anna")["token"] == living["token"]
    assert answer("token", "list")["tokens"] == []


def test_a_token_that_is_refused_leaves_no_file(home: Path, tmp_path: Path) -> None:
    ran = run("token", "issue", "--permit", "P-1", "--person", "zoe", "--to", tmp_path / "token")
    assert ran.exit_code == 3
    assert not (tmp_path / "token").exists()


def test_a_permit_that_is_revoked_stops_the_next_question_and_the_auditor_sees_both(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "anna.token"
    said("token", "issue", "--permit", "P-1", "--person", "anna", "--to", file)
    question = ("ask", "count", "sex = female", "--mode", "checked", "--token-file", file)
    assert run(*question, who="anna").exit_code == 5  # let in; a study of sixty is too small for this mode
    other = run(*question, "--study", "other", who="anna")  # the permit's own study needs no name; another is refused
    assert (other.exit_code, "it is for study demo" in other.stderr) == (3, True)
    said("permit", "revoke", "P-1", "--reason", "withdrawn")
    stopped = run(*question, who="anna")
    assert stopped.exit_code == 3
    assert "permit P-1 was revoked" in stopped.stderr
    acts = [line["act"] for line in answer("audit", "--permit", "P-1", "--person", "anna", who="aude")["entries"]]
    assert acts == [REFUSED, REFUSED, "access_refused"]
    told = ("audit", "--permit", "P-1", "--kind", "question", "--lang", "fr", "--csv", tmp_path / "list.csv")
    said(*told, who="aude")
    reasons = [row[8] for row in csv.reader((tmp_path / "list.csv").read_text("utf-8-sig").splitlines())][1:]
    assert [reason.partition("\u00a0:")[0] for reason in reasons] == [
        "les données ne permettent pas de réponse", "non permis",
    ]  # fmt: skip


def test_a_secret_without_a_file_is_shown_once(home: Path) -> None:
    printed = said("token", "issue", "--permit", "P-1", "--person", "anna")
    assert len(re.findall(r"chevet\.T-[0-9a-f]{12}\.[\w-]{43}", printed)) == 1


def test_a_room_for_answers_alone_is_opened_and_freezes(home: Path) -> None:
    assert answer("open", "--permit", "P-1") == {
        "permit": "P-1", "project": "early_lung", "study": "demo", "version": 1, "gives": [], "release": None,
    }  # fmt: skip
    assert "ouverte" in said("permit", "show", "P-1", "--lang", "fr")
    said("permit", "suspend", "P-1", "--reason", "why")
    assert "gelée" in said("permit", "show", "P-1", "--lang", "fr")


def asked(home: Path, *definitions: str) -> None:
    for definition in definitions:
        Lake(home).ledger.append(
            ANSWERED, actor="anna", study="demo", version=1, mode="checked", permit="P-1", project="early_lung",
            kind="count", definition=definition,
        )  # fmt: skip


def test_the_auditors_list_is_for_auditors_and_filters_what_they_ask_for(home: Path, tmp_path: Path) -> None:
    asked(home, "sex = female", "sex = male")
    closed = run("audit")
    assert (closed.exit_code, closed.stdout) == (3, "")
    entries = answer("audit", "--kind", "question", "--permit", "P-1", who="aude")["entries"]
    assert [entry["what"] for entry in entries] == ["count [checked]: sex = female", "count [checked]: sex = male"]
    said("audit", "--person", "anna", "--csv", tmp_path / "a.csv", "--html", tmp_path / "a.html", who="aude")
    rows = list(csv.reader((tmp_path / "a.csv").read_text("utf-8-sig").splitlines()))
    assert [row[2] for row in rows] == ["who", "anna", "anna"]
    assert "sex = female" in (tmp_path / "a.html").read_text()
    assert "Aucune entrée" in said("audit", "--project", "none", "--lang", "fr", who="aude")


def test_a_patient_is_told_the_uses_that_could_have_included_somebody_like_them(home: Path, tmp_path: Path) -> None:
    asked(home, "sex = female", "sex = male", "all")
    told = answer("audit", "--like-me", "sex = female", "--study", "demo", who="anybody")
    assert [use["sentence"].partition(" about ")[2].partition(":")[0] for use in told["uses"]] == [
        "all patients", "the patients whose sex is female",
    ]  # fmt: skip
    said("audit", "--like-me", "sex = female", "--lang", "fr", "--html", tmp_path / "page.html", who="anybody")
    page = (tmp_path / "page.html").read_text()
    assert '<html lang="fr">' in page
    assert "Ce qui a été fait de données comme les miennes" in page
    assert "anna" not in page


def test_one_patients_uses_are_told_to_staff_and_the_ledger_names_the_patient_under_a_key(home: Path) -> None:
    lake = Lake(home)
    people = lake.open("demo").table("patient", ["patient_id", "sex"]).to_pylist()
    woman = next(row["patient_id"] for row in people if row["sex"] == "female")
    asked(home, "sex = female", "sex = male")
    lake.ledger.append(QUESTION_ASKED, study="demo", version=9, definition="all", answer="count", patients=None)
    record_page(lake, lake.open("demo"), woman, lang="en", forms=["html"])
    told = answer("audit", "--patient", woman, "--study", "demo")
    assert [use["form"] for use in told["uses"]] == ["page", "question", "question"]
    assert not any("male:" in use["sentence"].replace("female:", "") for use in told["uses"])
    assert woman not in json.dumps(told)
    assert woman not in (home / "ledger" / "entries.jsonl").read_text()
    last = list(Lake(home).ledger.entries())[-1]
    assert last.act == "patient_uses_told"
    unknown = run("audit", "--patient", "P-nobody", "--study", "demo")
    assert unknown.exit_code == 4
    assert "P-nobody" not in unknown.output


def test_who_asks_questions_does_not_read_off_the_uses_of_one_patient_which_were_true_of_them(home: Path) -> None:
    """Ask `sex = female` and `sex = male`, then look which of the two is told as a use of P: that is P's sex."""
    patient = Lake(home).open("demo").table("patient", ["patient_id"]).to_pylist()[0]["patient_id"]
    asked(home, "sex = female", "sex = male")
    for who in ("anna", "anybody", "chloe", "carole"):
        told = run("audit", "--patient", patient, "--study", "demo", who=who)
        assert (told.exit_code, told.stdout) == (3, "")
        assert told.output == run("audit", "--patient", "P-nobody", "--study", "demo", who=who).output
    assert answer("audit", "--patient", patient, "--study", "demo", who="aude")["uses"]
    said("role", "give", "sylvie", "steward")
    said("role", "give", "sylvie", "researcher")
    assert run("audit", "--patient", patient, "--study", "demo", who="sylvie").exit_code == 3


def test_what_is_told_to_a_patient_does_not_go_with_the_auditors_filters(home: Path) -> None:
    for words in (("--permit", "P-1"), ("--refused",), ("--patient", "x"), ("--kind", "access")):
        assert run("audit", "--like-me", "all", *words).exit_code == 4


def test_a_signed_head_is_checked_offline_on_a_copy_of_the_ledger(home: Path, tmp_path: Path) -> None:
    head, witnessed = tmp_path / "head.json", tmp_path / "witnessed.json"
    made = answer("anchor", "--out", head, noun="ledger")
    key = made["public_key"]
    (tmp_path / "key").write_text(key + "\n")
    witness = CliRunner(env={"CHEVET_HOME": str(tmp_path / "elsewhere")}).invoke(
        main, ["ledger", "countersign", str(head), "--out", str(witnessed), "--json"]
    )
    assert json.loads(witness.stdout)["public_key"] != key
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("entries.jsonl", "head"):
        (copy / name).write_bytes((home / "ledger" / name).read_bytes())
    offline = CliRunner(env={"CHEVET_HOME": str(tmp_path / "nowhere")})
    words = ["ledger", "verify", "--ledger", str(copy), "--anchor", str(witnessed), "--public-key"]
    for given in (key, key.upper(), str(tmp_path / "key")):
        checked = offline.invoke(main, [*words, given, "--json"])
        assert checked.exit_code == 0, checked.output
    told = json.loads(checked.stdout)
    assert (told["anchored_entries"], told["witnesses"]) == (
        made["entries"],
        [json.loads(witness.stdout)["public_key"]],
    )
    assert offline.invoke(main, [*words, "0" * 64]).exit_code == 70
    assert offline.invoke(main, [*words, "no key"]).exit_code == 4
    assert offline.invoke(main, words[:-1]).exit_code == 4
    (copy / "entries.jsonl").write_bytes((copy / "entries.jsonl").read_bytes().replace(b"carole", b"mallor"))
    broken = offline.invoke(main, [*words, key, "--json"])
    assert broken.exit_code == 70
    assert json.loads(broken.stdout)["intact"] is False
