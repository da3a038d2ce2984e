"""A value that leaves as it is and is nobody else's in its group is a fingerprint; it decides the name of a release."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from chevet.privacy.anonymity import folder
from chevet.privacy.anonymity.checking import check
from chevet.privacy.anonymity.fingerprints import FEW, fingerprints
from chevet.privacy.anonymity.policy import Policy
from chevet.privacy.anonymity.release import Release, anonymise, prepare
from chevet.privacy.attacks.on_release import attack_release
from chevet.privacy.risk.dossier import dossier
from tests.privacy.anonymity.people import COLUMNS, DAY, K5, ORDER, people, policy, source

MONTHS = COLUMNS + '[[column]]\nname = "months"\nrole = "sensitive"\n'
SMALL = """
[[column]]
name = "sex"
role = "quasi"
hierarchy = "sex"

[[column]]
name = "months"
role = "sensitive"

[[column]]
name = "visits"
role = "free"

[[model]]
kind = "k-anonymity"
k = 2
"""


def with_months(n: int = 300, most: int = 120) -> pa.Table:
    drawn = np.random.default_rng(5).integers(0, most, n)
    return people(n).append_column("months", pa.array(drawn))


def released(columns: str = MONTHS, more: str = "", most: int = 120) -> Release:
    return anonymise(source(with_months(most=most)), policy(K5 + more, columns), made_on=DAY, order_key=ORDER)


@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["female", "male", "*"]), st.none() | st.integers(0, 14), st.none() | st.booleans()),
        min_size=1, max_size=60,
    )
)  # fmt: skip
def test_whoever_is_counted_alone_is_alone(rows: list[tuple[str, int | None, bool | None]]) -> None:
    sex, months, visits = (list(column) for column in zip(*rows, strict=True))
    table = pa.table({
        "sex": sex, "months": pa.array(months, pa.int64()), "visits": pa.array(visits, pa.bool_()),
    })  # fmt: skip
    found = fingerprints(table, Policy.parse(SMALL))
    people = max(1, sum(row != ("*", None, None) for row in rows))
    by_months, by_visits = found["columns"]
    pairs = [(s, m) for s, m, _ in rows]
    alone = sum(m is not None and pairs.count((s, m)) == 1 for s, m, _ in rows)
    assert by_months["alone"] == alone / people
    assert by_months["values"] == len({m for m in months if m is not None})
    assert by_months["fine"] == (by_months["values"] > FEW)
    assert not by_visits["fine"]
    assert found["together"] == sum(rows.count(r) == 1 and r[1:] != (None, None) for r in rows) / people
    assert found["holds"] == (not by_months["fine"] or alone == 0)


def test_a_release_with_survival_to_the_month_is_pseudonymised_and_the_dossier_says_why_in_both_languages() -> None:
    made = released()
    (_, months), together = made.report["fingerprints"]["columns"], made.report["fingerprints"]["together"]
    assert made.report["called"] == "pseudonymised"
    assert months["alone"] > 0.5
    assert together >= months["alone"]
    for lang, alone, allowed in (
        ("en", "alone in their group", "at most 0.0%"),
        ("fr", "seules dans leur groupe", "0,0"),
    ):
        told = dossier(made.report, lang)  # type: ignore[arg-type]
        assert not told.good
        assert alone in told.verdict
        remains = next(s for s in told.sections if s.points)
        assert any(point.startswith("months") and alone in point for point in remains.points)
        row = next(row for row in remains.grids[-1].rows if row[0] == "months")
        assert allowed in row[-1]


def test_few_values_are_told_and_judged_only_where_the_policy_names_a_limit_for_all_of_them() -> None:
    made = released(most=4)
    assert made.report["called"] == "anonymised"
    assert [c["fine"] for c in made.report["fingerprints"]["columns"]] == [False, False]
    assert made.report["fingerprints"]["together"] > 0
    assert released(most=4, more="[thresholds]\nalone_by_all_sensitive = 0.0\n").report["called"] == "pseudonymised"


def test_a_column_called_free_is_a_fingerprint_all_the_same_and_one_that_is_generalised_is_none() -> None:
    free = MONTHS.replace('name = "months"\nrole = "sensitive"', 'name = "months"\nrole = "free"')
    quasi = MONTHS.replace('name = "months"\nrole = "sensitive"',
                           'name = "months"\nrole = "quasi"\nhierarchy = "number:12:60"\nlowest = 1')  # fmt: skip
    assert released(free).report["called"] == "pseudonymised"
    assert released(quasi).report["called"] == "anonymised"


def test_a_limit_that_the_policy_names_is_kept_and_printed() -> None:
    made = released(more="[thresholds]\nalone_by_sensitive = 1.0\n")
    assert made.report["called"] == "anonymised"
    assert "at most 100.0%" in dossier(made.report, "en").sections[-2].grids[-1].rows[1][-1]


def test_a_report_that_calls_a_fingerprint_anonymised_is_found_out(tmp_path: Path) -> None:
    folder.write(released(), tmp_path / "out")
    assert check(folder.read(tmp_path / "out")).holds
    path = tmp_path / "out" / "report.json"
    report = json.loads(path.read_text())
    path.write_text(json.dumps({**report, "called": "anonymised"}))
    assert check(folder.read(tmp_path / "out")).differing == ("called",)
    path.write_text(json.dumps({**report, "fingerprints": {**report["fingerprints"], "holds": True}}))
    assert check(folder.read(tmp_path / "out")).differing == ("fingerprints",)


def test_the_attack_with_one_more_fact_finds_people_in_a_fine_release_and_has_nothing_to_try_on_a_coarse_one() -> None:
    def attacks(columns: str) -> dict[str, bool]:
        made = released(columns)
        ready = prepare(source(with_months()), made.policy)
        found = attack_release(ready, made.table)
        return {o.against: o.succeeds for o in found if o.attack == "fingerprint"}

    assert attacks(MONTHS) == {"naive": True, "ours": True}
    assert attacks(MONTHS.replace('name = "months"\nrole = "sensitive"', 'name = "months"\nrole = "identifier"')) == {}
