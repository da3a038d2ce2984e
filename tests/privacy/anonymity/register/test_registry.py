"""Releases compose: of one cohort there is one base release, and only what says no more than it."""

from __future__ import annotations

import dataclasses
import datetime
import json
import shutil
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chevet.errors import BadInput, Fault, Refused
from chevet.privacy.anonymity import folder
from chevet.privacy.anonymity.extract import Source
from chevet.privacy.anonymity.policy import Policy
from chevet.privacy.anonymity.register import kept
from chevet.privacy.anonymity.register.apart import DECLARED_APART, Apart
from chevet.privacy.anonymity.register.registry import RELEASE_MADE, RELEASE_REFUSED, Registry
from chevet.privacy.anonymity.release import Release, anonymise
from chevet.privacy.attacks.composition import disclosed_by_both
from chevet.privacy.keys import Keys
from chevet.privacy.risk import dossier
from chevet.store.lake import Lake
from chevet.store.ledger import Ledger
from tests.privacy.anonymity.people import COLUMNS, DAY, K5, ORDER, people, policy, source

K7 = K5.replace("5", "7")
WITHOUT_STAGE = COLUMNS.replace('role = "quasi"\nhierarchy = "stage"', 'role = "identifier"')


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where releases are kept. Dossiers have tests of their own, and take long to set."""
    monkeypatch.setattr(dossier, "pdf", lambda report, lang: b"%PDF")
    monkeypatch.setattr(dossier, "html", lambda report, lang: "<!doctype html>")
    return tmp_path / "home"


def released(
    home: Path, asked: Policy, people_of: Source, *, out: str = "out", like: str = "", apart: Apart | None = None,
    confirmed: Collection[int] = (),
) -> Release:  # fmt: skip
    registry = Registry(Lake(home, actor="steward"), lambda: confirmed)
    return registry.release(people_of, asked, home.parent / out, made_on=DAY, like=like, apart=apart)


def acts(home: Path) -> list[str]:
    return [entry.act for entry in Lake(home).ledger.entries()]


def disclosed(first: Release, second: Release) -> float:
    """Share of people whose outcome two releases together give away, to somebody who knows what both generalise."""
    table = first.released.table
    known = dict(zip(table.names, table.codes, strict=True))
    found = disclosed_by_both(first.table, second.table, table.hierarchies, known, ["outcome", "detail"])
    return float(np.mean(found))


def detailed(n: int, seed: int = 1, first: int = 0) -> Source:
    """People with a second sensitive column, so that an outcome is nearly a fingerprint of its own."""
    table = people(n, seed, first)
    return source(table.append_column("detail", pa.array([f"d{i * 7 % 61}" for i in range(first, first + n)])))


def without(name: str) -> str:
    """The columns, one quasi-identifier shown as `*` only."""
    top = {"sex": 1, "stage": 3}[name]
    return DETAILED.replace(f'hierarchy = "{name}"', f'hierarchy = "{name}"\nlowest = {top}')


DETAILED = COLUMNS + '[[column]]\nname = "detail"\nrole = "sensitive"\n'


def test_two_independent_releases_give_people_away_and_the_register_refuses_the_second(home: Path) -> None:
    table = detailed(300)
    by_sex, by_stage = policy(columns=without("stage")), policy(columns=without("sex"))
    naive = [anonymise(table, asked, made_on=DAY, order_key=ORDER) for asked in (by_sex, by_stage)]
    assert disclosed(naive[0], naive[1]) > 0.05

    base = released(home, by_sex, table)
    with pytest.raises(Refused, match=f"release {base.name} speaks of the same people") as refused:
        released(home, by_stage, table, out="second")
    assert base.name in refused.value.next_act
    assert not (home.parent / "second").exists()
    assert acts(home) == [RELEASE_MADE, RELEASE_REFUSED]


@pytest.mark.parametrize("kind", ["local", "optimal"])
def test_a_coarsening_of_the_base_release_is_allowed_and_gives_nobody_away(home: Path, kind: str) -> None:
    table, search = detailed(300), f"[search]\nkind = '{kind}'\n"
    base = released(home, policy(K5 + search, DETAILED), table)
    coarse_columns = DETAILED.replace('hierarchy = "age"', 'hierarchy = "age"\nlowest = 4')
    again = released(home, policy(K5 + search, coarse_columns), table, out="coarse", like=base.name)
    assert again.name != base.name
    assert again.report["risks"]["after"]["groups"] < base.report["risks"]["after"]["groups"]
    assert disclosed(base, again) == 0


def test_the_same_release_may_be_written_again(home: Path) -> None:
    base = released(home, policy(), source(people(100)))
    assert released(home, policy(), source(people(100)), out="again").name == base.name


def test_columns_that_the_base_release_did_not_show_are_refused(home: Path) -> None:
    released(
        home, policy(columns=WITHOUT_STAGE.replace('role = "sensitive"', 'role = "identifier"')), source(people(100))
    )
    with pytest.raises(Refused, match="columns that it did not show: outcome"):
        released(home, policy(columns=WITHOUT_STAGE), source(people(100)), out="more")


@pytest.mark.parametrize("role", ["sensitive", "free"])
def test_what_the_base_release_generalised_does_not_go_out_as_it_is_under_another_role(home: Path, role: str) -> None:
    released(
        home, policy(columns=COLUMNS.replace('hierarchy = "age"', 'hierarchy = "age"\nlowest = 2')), source(people(300))
    )
    everybody = COLUMNS.replace('hierarchy = "sex"', 'hierarchy = "sex"\nlowest = 1')
    bare = everybody.replace('role = "quasi"\nhierarchy = "age"', f'role = "{role}"')
    bare = bare.replace('role = "quasi"\nhierarchy = "stage"', 'role = "identifier"')
    limits = "[thresholds]\nalone_by_sensitive = 1.0\nalone_by_all_sensitive = 1.0\n"
    with pytest.raises(Refused, match="columns that it did not show: age as it is"):
        released(home, policy(K5 + limits, bare), source(people(300)), out="second")
    assert not (home.parent / "second").exists()


def dated() -> Source:
    """Eighty people with a day of diagnosis and one of death."""
    table = people(80)
    days = [datetime.date(2010, 1, 1) + datetime.timedelta(days=37 * i % 1400) for i in range(80)]
    table = table.append_column("diagnosed", pa.array([str(day) for day in days]))
    return source(table.append_column("died", pa.array([str(day + datetime.timedelta(days=400)) for day in days])))


def on_dates(dates: str, k: int = 5) -> Policy:
    """A policy for them; whoever signs accepts that a date may be somebody's alone."""
    columns = COLUMNS + "".join(
        f'[[column]]\nname = "{name}"\nrole = "sensitive"\ndate = "{kind}"\n'
        for name, kind in (("diagnosed", "event"), ("died", "death"))
    )
    limits = "[thresholds]\nalone_by_sensitive = 1.0\nalone_by_all_sensitive = 1.0\n"
    return policy(f"{K5.replace('5', str(k))}{limits}[dates]\n{dates}\n", columns)


BY_YEAR, BY_MONTH = 'death = "year"\nevents = "year"', 'death = "month"\nevents = "month"'
SINCE = 'death = "year"\nevents = "days"\norigin = "diagnosed"'


@pytest.mark.parametrize(
    ("base", "second", "more"),
    [
        (BY_YEAR, BY_YEAR.replace("year", "month", 1), "died by month"),
        (BY_YEAR, BY_MONTH, "diagnosed by month, died by month"),
        (SINCE, BY_MONTH, "diagnosed by month, died by month"),
    ],
)
def test_a_date_does_not_go_out_in_more_detail_beside_the_base_release(
    home: Path, base: str, second: str, more: str
) -> None:
    first = released(home, on_dates(base), dated())
    with pytest.raises(Refused, match=f"columns that it did not show: {more}\n|{more}$"):
        released(home, on_dates(second), dated(), out="second", like=first.name)


def test_a_date_may_go_out_in_less_detail_beside_the_base_release(home: Path) -> None:
    first = released(home, on_dates(BY_MONTH), dated())
    second = released(home, on_dates(BY_YEAR), dated(), out="second", like=first.name)
    assert {len(str(day)) for day in second.table["died"].to_pylist() if day} == {4}


def test_dates_shifted_by_one_projects_key_are_not_shifted_by_another_ones_too(home: Path) -> None:
    """Each would narrow the other: a date lies within a year of both."""
    keys = Keys.of(Lake(home, actor="steward"))
    shifted = on_dates('death = "year"\nevents = "shifted"')
    for project in ("alpha", "beta"):
        keys.make(project)
    registry = Registry(Lake(home, actor="steward"))
    base = registry.release(dated(), shifted, home.parent / "0", made_on=DAY, project="alpha")
    registry.release(dated(), shifted, home.parent / "1", made_on=DAY, project="alpha", like=base.name)
    with pytest.raises(Refused, match="columns that it did not show: diagnosed shifted by beta 1 per patient"):
        registry.release(dated(), shifted, home.parent / "2", made_on=DAY, project="beta", like=base.name)
    keys.rotate("alpha")
    with pytest.raises(Refused, match="diagnosed shifted by alpha 2"):
        registry.release(dated(), shifted, home.parent / "3", made_on=DAY, project="alpha", like=base.name)


def test_a_release_entered_before_the_ledger_told_of_detail_is_known_by_its_policy(home: Path) -> None:
    first = released(home, on_dates(BY_YEAR), dated())
    (entry,) = Lake(home).ledger.entries()
    older = {name: value for name, value in entry.facts.items() if name != "in_detail"}
    older["columns"] = [str(column).removesuffix(" by year") for column in entry.facts["columns"]]
    one = kept.read(first.name, older, home)
    assert one.columns == tuple(entry.facts["columns"])
    assert [name for name in one.columns if name.endswith("by year")] == ["diagnosed by year", "died by year"]


def test_an_older_ledger_put_back_is_noticed_by_the_releases_that_it_does_not_know(home: Path) -> None:
    released(home, policy(), source(people(100)), out="first")
    shutil.copytree(home / "ledger", home.parent / "older")
    second = released(home, policy(), source(people(100, seed=2, first=500)), out="second")
    shutil.rmtree(home / "ledger")
    shutil.copytree(home.parent / "older", home / "ledger")
    with pytest.raises(Fault, match=f"does not know of release {second.name}"):
        released(home, policy(columns=WITHOUT_STAGE), source(people(100, seed=2, first=500)), out="third")
    assert not (home.parent / "third").exists()


def test_a_release_that_could_not_be_written_keeps_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "append", full)
        with pytest.raises(BadInput, match="cannot be written"):
            released(home, policy(), source(people(100)))
    assert not list((home / "releases").glob("*/people.parquet"))
    released(home, policy(), source(people(100)))


def test_a_new_version_is_refused_unless_it_follows_the_base_release(home: Path) -> None:
    base = released(home, policy(K7), source(people(300)))
    grown = source(pa.concat_tables([people(300), people(200, seed=2, first=300)]))
    with pytest.raises(Refused, match=f"release {base.name} speaks of the same people") as refused:
        released(home, policy(K7), grown, out="second")
    assert f"--like {base.name}" in refused.value.next_act
    loose = policy(K7 + "[suppression]\nat_most = 0.6\n")
    after = released(home, loose, grown, out="second", like=base.name)
    assert after.report["search"] == {"kind": "like", "proved": False, "bound": None, "levels": [], "like": base.name}
    assert after.report["release"]["people"] > 300


def test_subtracting_one_version_from_the_next_never_leaves_fewer_than_k_people(home: Path) -> None:
    first, joined = people(300), people(200, seed=2, first=300)
    base = released(home, policy(K7), source(first))
    loose = policy(K7 + "[suppression]\nat_most = 0.9\n")
    # Two have left, one has another stage than before, and two hundred have come.
    changed = first.slice(0, 298).to_pylist()
    changed[0]["stage"] = "IV" if changed[0]["stage"] != "IV" else "I"
    second = source(pa.concat_tables([pa.Table.from_pylist(changed, schema=first.schema), joined]))
    after = released(home, loose, second, out="second", like=base.name)
    patients = [p for table in (second.table,) for p in table["patient"].to_pylist()]
    now = {p: g for p, g in zip(patients, groups(after), strict=True) if g is not None}
    then = {p: g for p, g in zip(first["patient"].to_pylist(), groups(base), strict=True) if g is not None}
    assert now
    for group in set(now.values()):
        members = {p for p, g in now.items() if g == group}
        come = {p for p in members if p not in then}
        assert len(come) == 0 or len(come) >= 7
        for old in {then[p] for p in members if p in then}:
            assert {p for p, g in then.items() if g == old} <= members


def groups(release: Release) -> list[tuple[str, ...] | None]:
    """Per row of the source, the labels it is shown with; None for a suppressed row."""
    rows = zip(*(release.table[c.name].to_pylist() for c in release.policy.quasi), strict=True)
    of_source: list[tuple[str, ...] | None] = [None] * len(release.order)
    for place, row in zip(release.order.tolist(), rows, strict=True):
        of_source[place] = None if release.released.suppressed[place] else row
    return of_source


def test_other_people_may_be_released_freely(home: Path) -> None:
    first = released(home, policy(), source(people(100)))
    assert released(home, policy(), source(people(100, seed=3, first=100)), out="others").name != first.name


def test_people_without_identifiers_are_known_by_their_rows(home: Path) -> None:
    columns = COLUMNS.replace('[[column]]\nname = "patient"\nrole = "identifier"\n', "")
    table = people(200).drop_columns(["patient"])
    released(home, policy(columns=columns), source(table))
    with pytest.raises(Refused, match="speaks of the same people"):
        released(home, policy(K5 + "[search]\nkind = 'optimal'\n", columns), source(table), out="second")


NO_NAMES = COLUMNS.replace('[[column]]\nname = "patient"\nrole = "identifier"\n', "")
OTHER_RECODING = K5 + "[search]\nkind = 'optimal'\n[suppression]\nat_most = 0.2\n"


def renamed(columns: str, old: str, new: str) -> str:
    return columns.replace(f'name = "{old}"', f'name = "{new}"')


OTHER_LOOKS = {
    "under another study's name": lambda t: (Source(t, study="beta", version=1), COLUMNS),
    "in a file of another name": lambda t: (Source(t, file="else.csv"), COLUMNS),
    "with its identifiers renamed": lambda t: (
        source(t.rename_columns(["ipp", *t.column_names[1:]])), renamed(COLUMNS, "patient", "ipp")
    ),
    "with one more column": lambda t: (
        source(t.append_column("ward", pa.array(["w"] * t.num_rows))),
        COLUMNS + '[[column]]\nname = "ward"\nrole = "identifier"\n',
    ),
    "with its identifiers dropped": lambda t: (source(t.drop_columns(["patient"])), NO_NAMES),
    "under other identifiers": lambda t: (
        source(t.set_column(0, "patient", pa.array([f"Q-{i}" for i in range(t.num_rows)]))), COLUMNS
    ),
    "with its identifiers called free": lambda t: (source(t), COLUMNS.replace('"identifier"', '"free"')),
    "with a tenth of its people": lambda t: (
        source(pa.concat_tables([t.slice(0, 30), people(270, seed=9, first=900)])), COLUMNS
    ),
}  # fmt: skip


@pytest.mark.parametrize("look", OTHER_LOOKS)
def test_the_same_people_get_no_independent_release_however_their_table_looks(home: Path, look: str) -> None:
    table = people(300)
    base = released(home, policy(), Source(table, study="alpha", version=1))
    again, columns = OTHER_LOOKS[look](table)
    with pytest.raises(Refused, match=f"release {base.name} speaks of the same people"):
        released(home, policy(OTHER_RECODING, columns), again, out="second")


def test_an_added_or_dropped_column_hides_nobody_in_tables_without_identifiers(home: Path) -> None:
    table = people(200).drop_columns(["patient"])
    base = released(home, policy(columns=NO_NAMES), source(table))
    more = source(table.append_column("ward", pa.array([f"w{i}" for i in range(200)])))
    columns = NO_NAMES + '[[column]]\nname = "ward"\nrole = "free"\n'
    less = NO_NAMES.replace('[[column]]\nname = "stage"\nrole = "quasi"\nhierarchy = "stage"\n', "")
    for again, asked in ((more, columns), (source(table.drop_columns(["stage"])), less)):
        with pytest.raises(Refused, match=r"known by what age, .*sex.* say") as refused:
            released(home, policy(OTHER_RECODING, asked), again, out="second")
        assert f"--apart-from {base.name}" in refused.value.next_act


def test_a_declaration_that_equal_rows_are_other_people_counts_once_it_is_confirmed(home: Path) -> None:
    base = released(home, policy(), source(people(100)))
    # Another hospital's numbers begin at nought, too.
    others, word = source(people(100, seed=3)), Apart(base.name, "numbers begin anew")
    with pytest.raises(Refused, match="100 rows, known by their identifiers"):
        released(home, policy(), others, out="second")
    for _ in range(2):
        with pytest.raises(Refused, match=r"is declared \(entry 3 of the ledger\), and nobody of the committee has"):
            released(home, policy(), others, out="second", apart=word)
    (entry,) = (entry for entry in Lake(home).ledger.entries() if entry.act == DECLARED_APART)
    assert (entry.n, entry.actor, entry.facts["shared"]) == (3, "steward", 100)
    with pytest.raises(Refused, match="100 rows, known by their identifiers"):
        released(home, policy(), others, out="second")
    made = released(home, policy(), others, out="second", apart=word, confirmed=[entry.n])
    # It holds for these two tables, whichever of them is released again, and for no other.
    assert released(home, policy(), others, out="again", confirmed=[entry.n]).name == made.name
    assert released(home, policy(), source(people(100)), out="first again", confirmed=[entry.n]).name == base.name
    with pytest.raises(Refused, match="known by their identifiers"):
        released(home, policy(), source(people(100, seed=4)), out="third", confirmed=[entry.n])


def test_nobody_declares_a_table_apart_from_its_own_release_or_from_one_of_nobody_in_it(home: Path) -> None:
    base = released(home, policy(), source(people(100)))
    with pytest.raises(Refused, match="made from this very table"):
        released(home, policy(), source(people(100)), out="second", apart=Apart(base.name, "why"))
    with pytest.raises(BadInput, match=f"no release {base.name} speaks of people"):
        released(home, policy(), source(people(50, first=500)), out="second", apart=Apart(base.name, "why"))
    for unsaid in ("", " ", "x" * 501):
        with pytest.raises(BadInput, match="no reason is given in at most 500 signs"):
            released(home, policy(), source(people(100, seed=3)), out="second", apart=Apart(base.name, unsaid))
    assert DECLARED_APART not in acts(home)


def test_the_ledger_vouches_for_every_file_of_a_release_folder(home: Path) -> None:
    released(home, policy(), source(people(100)))
    registry, out = Registry(Lake(home)), home.parent / "out"
    entry = next(entry for entry in Lake(home).ledger.entries() if entry.act == RELEASE_MADE)
    there = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    assert set(entry.facts["files"]) == there
    assert registry.handed_over(folder.read(out))
    report = out / "report.json"
    report.write_text(report.read_text().replace('"made_with"', '"made_by"'))
    assert not registry.handed_over(folder.read(out))


def test_like_needs_a_release_of_these_people_and_its_own_quasi_identifiers(home: Path) -> None:
    base = released(home, policy(), source(people(100)))
    with pytest.raises(BadInput, match="no release abc speaks of people of this table"):
        released(home, policy(), source(people(100)), out="second", like="abc")
    with pytest.raises(Refused, match="does not have the quasi-identifiers"):
        released(home, policy(columns=WITHOUT_STAGE), source(people(100)), out="second", like=base.name)


def test_what_the_house_keeps_names_nobody_and_a_change_to_it_is_seen(home: Path) -> None:
    base = released(home, policy(), source(people(100)))
    kept = home / "releases" / base.name / "people.parquet"
    assert kept.stat().st_mode & 0o077 == 0
    there = pq.read_table(kept)
    assert {name.partition(":")[0] for name in there.column_names} == {"suppressed", "who", "cell", "quasi"}
    for name in there.column_names:
        assert not name.startswith(("who", "cell")) or str(there[name].type) == "uint64"
    told = json.dumps([dataclasses.asdict(entry) for entry in Lake(home).ledger.entries()])
    assert not any(person in told for person in map(str, people(100)["patient"].to_pylist()))
    kept.write_bytes(kept.read_bytes()[:-1])
    with pytest.raises(Fault, match="missing or changed"):
        released(home, policy(), source(people(100)), out="second")


def test_a_refusal_is_entered_and_leaves_no_folder(home: Path) -> None:
    with pytest.raises(Refused):
        released(home, policy(K5 + "[thresholds]\nmarketer_risk = 0.0001\n"), source(people(100)))
    assert acts(home) == [RELEASE_REFUSED]
    assert not (home.parent / "out").exists()
    released(home, policy(), source(people(100)))
    with pytest.raises(Refused, match="never written over another"):
        released(home, policy(), source(people(100)))
