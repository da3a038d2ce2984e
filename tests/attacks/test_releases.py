"""Every attack on released rows succeeds on the naive way and fails on ours: on a made-up cohort, and a real one."""

from __future__ import annotations

import datetime
import json
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import pytest
from click.testing import CliRunner

from chevet import records
from chevet.cli.privacy.attack import command
from chevet.errors import Refused
from chevet.privacy.anonymity.draft import draft
from chevet.privacy.anonymity.extract import Source
from chevet.privacy.anonymity.policy import Policy
from chevet.privacy.anonymity.register.registry import Registry
from chevet.privacy.anonymity.release import Release, prepare
from chevet.privacy.attacks.demonstration import Attacked, attack_releases
from chevet.privacy.attacks.on_release import attack_release
from chevet.privacy.attacks.outcome import Outcome
from chevet.privacy.keys import Keys
from chevet.store.lake import Lake
from tests.room.asked_study import rows
from tests.shared_data import shared
from tests.strategies import record

ATTACKS = {"linkage", "disclosure", "guessed_names", "composition", "join", "dates", "rare"}
ON_ANSWERS = {"differencing", "margins", "membership"}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    folder = tmp_path_factory.mktemp("attacked")
    return attack_releases(Attacked.make(folder, 1500, 1), folder, 1)


@pytest.mark.parametrize("attack", sorted(ATTACKS))
def test_an_attack_succeeds_on_the_naive_way_and_fails_on_ours(outcomes: list[Outcome], attack: str) -> None:
    naive = [o for o in outcomes if (o.attack, o.against) == (attack, "naive")]
    ours = [o for o in outcomes if (o.attack, o.against) == (attack, "ours")]
    assert len(naive) == len(ours) > 0
    assert any(o.succeeds for o in naive), naive
    assert not any(o.succeeds for o in ours), ours


def test_two_releases_of_one_cohort_disclose_nobody(outcomes: list[Outcome]) -> None:
    assert [o.success for o in outcomes if (o.attack, o.against) == ("composition", "ours")] == [0]


def test_a_real_cohort_released_under_its_drafted_policy_withstands_its_own_steward(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "home")
    lake.write("metabric", records.read(shared("cohorts/metabric")))
    source = Source.of_study(lake.open("metabric"))
    text = draft(source.table, source="metabric", study="metabric", manual="the manual").replace("draft = true", "", 1)
    policy = Policy.parse(text)
    made = Registry(lake).release(source, policy, tmp_path / "release", made_on=datetime.date(2026, 1, 1))
    found = attack_release(prepare(source, policy), made.table)
    everything = {o.against: o for o in found if o.attack == "linkage" and o.knows.count(",") > 2}
    assert everything["naive"].success > 0.2
    assert everything["ours"].success == 0


COLUMNS = {"sex": 'role = "quasi"\nhierarchy = "sex"', "vital_status": 'role = "sensitive"'}
IDENTIFIER = 'role = "identifier"'
BESIDE = """
[[model]]
kind = "k-anonymity"
k = 5
[thresholds]
singled_out_by_alterations = 1.0
[suppression]
at_most = 0.9
[search]
kind = "optimal"
[genomic]
detail = "gene"
"""


def lists_of(release: Release) -> Counter[frozenset[str]]:
    """The lists of alterations that go out beside a release, each as often as somebody has it."""
    assert release.alterations is not None
    found: dict[str, set[str]] = defaultdict(set)
    for row in release.alterations.tables["alterations"].to_pylist():
        found[str(row["person"])].add(str(row["alteration"]))
    people = release.alterations.tables["alterations_people"]["person"].to_pylist()
    return Counter(frozenset(found[str(person)]) for person in people)


def test_the_lists_of_alterations_of_two_versions_that_differ_by_one_person_do_not_leave_hers(tmp_path: Path) -> None:
    lake, patients = Lake(tmp_path / "home"), rows(200)
    gone = patients["patient"][0]["patient_id"]
    lake.write("demo", record(patients))
    lake.write("demo", record({name: [r for r in of if r["patient_id"] != gone] for name, of in patients.items()}))
    first, second = (Source.of_study(lake.open("demo", version)) for version in (1, 2))
    columns = (f'[[column]]\nname = "{name}"\n{COLUMNS.get(name, IDENTIFIER)}' for name in first.table.column_names)
    policy, registry = Policy.parse("\n".join(['[study]\nname = "demo"', *columns, BESIDE])), Registry(lake)
    base = registry.release(first, policy, tmp_path / "first", made_on=datetime.date(2026, 1, 1))
    after = registry.release(second, policy, tmp_path / "second", made_on=datetime.date(2026, 1, 1), like=base.name)
    assert first.table.num_rows == second.table.num_rows + 1
    assert sum((lists_of(base) - lists_of(after)).values()) >= 5  # the group that lost her is not told of at all
    assert not lists_of(after) - lists_of(base)


def test_a_second_list_of_alterations_with_fewer_carriers_tells_no_names_that_the_first_kept(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "home")
    lake.write("demo", record(rows(200)))
    source, registry = Source.of_study(lake.open("demo")), Registry(lake)
    columns = (f'[[column]]\nname = "{name}"\n{COLUMNS.get(name, IDENTIFIER)}' for name in source.table.column_names)
    text, day = "\n".join(['[study]\nname = "demo"', *columns, BESIDE]), datetime.date(2026, 1, 1)
    many, few = (Policy.parse(f"{text}\nat_least = {least}") for least in (30, 5))
    base = registry.release(source, many, tmp_path / "first", made_on=day)
    told = {name for names in lists_of(base) for name in names}
    alone = Registry(Lake(tmp_path / "other"))
    assert {
        name for names in lists_of(alone.release(source, few, tmp_path / "x", made_on=day)) for name in names
    } - told
    with pytest.raises(Refused, match=r"columns that it did not show: alterations \(gene, apart, of at least 5\)"):
        registry.release(source, few, tmp_path / "second", made_on=day, like=base.name)


def test_two_projects_are_not_given_the_same_people_in_the_same_order_under_one_policy(tmp_path: Path) -> None:
    """Their pseudonyms differ; by the number of the row every one of them could be joined to the other's."""
    lake = Lake(tmp_path / "home")
    lake.write("demo", record(rows(200)))
    keys, registry, source = Keys.of(lake), Registry(lake), Source.of_study(lake.open("demo"))
    how = COLUMNS | {"patient_id": IDENTIFIER + "\npseudonym = true"}
    columns = [f'[[column]]\nname = "{name}"\n{how.get(name, IDENTIFIER)}' for name in source.table.column_names]
    policy = Policy.parse("\n".join(['[study]\nname = "demo"', *columns, BESIDE.replace('"gene"', '"none"')]))
    made: list[Release] = []
    for place, project in enumerate(("alpha", "beta", "beta")):
        (keys.make if place < 2 else keys.rotate)(project)  # a key in another's place links nothing, either
        like = made[0].name if made else ""
        day, out = datetime.date(2026, 1, 1), tmp_path / str(place)
        made.append(registry.release(source, policy, out, made_on=day, project=project, like=like))
    for one, other in combinations(made, 2):
        assert not set(one.table["patient_id"].to_pylist()) & set(other.table["patient_id"].to_pylist())
        assert sum(a == b for a, b in zip(one.order.tolist(), other.order.tolist(), strict=True)) < 20


def test_the_command_tells_each_attack_and_how_many_succeed() -> None:
    ran = CliRunner().invoke(command, ["--patients", "800", "--json"])
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert {o["attack"] for o in told["attacks"]} == ATTACKS | ON_ANSWERS
    for attack in ON_ANSWERS:
        naive, ours = (o for o in told["attacks"] if o["attack"] == attack)
        assert (naive["against"], naive["succeeds"]) == ("naive", True)
        assert ours["success"] <= 0.55 + ours["error"]
    assert told["succeed"] == sum(o["succeeds"] for o in told["attacks"] if o["against"] == "ours")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_source_without_a_release_is_turned_away(lang: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("age\n61\n")
    ran = CliRunner().invoke(command, ["--table", str(tmp_path / "t.csv"), "--lang", lang])
    assert ran.exit_code == 4
