"""A policy says of every column what it is, and is refused whole, with every fault at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.errors import BadInput
from chevet.privacy.anonymity.policy import MODELS, ROLES, Policy
from tests.privacy.anonymity.people import COLUMNS, K5, policy


def faults(text: str) -> list[str]:
    with pytest.raises(BadInput) as refused:
        Policy.parse(text)
    return [line.strip() for line in refused.value.message.splitlines()[1:]]


def test_a_policy_is_read_with_its_columns_models_and_limits() -> None:
    read = policy(K5 + "[thresholds]\naverage_risk = 0.1\n[suppression]\nat_most = 0.05\n[search]\nkind = 'optimal'\n")
    assert [c.name for c in read.quasi] == ["age", "sex", "stage"]
    assert [c.name for c in read.sensitive] == ["outcome"]
    assert (read.models[0].kind, read.models[0].figures) == ("k-anonymity", {"k": 5})
    assert (read.thresholds, read.suppress_at_most, read.search) == ({"average_risk": 0.1}, 0.05, "optimal")
    assert (read.death_dates, read.alterations) == ("year", "none")


def test_every_fault_is_told_at_once_with_the_nearest_right_word() -> None:
    told = faults(
        '[[column]]\nname = "age"\nrol = "quasi"\n[[column]]\nname = "sex"\nrole = "sensitiv"\n'
        '[[model]]\nkind = "k-anonimity"\n[threshold]\naverage_risk = 0.1\n'
    )
    assert told == [
        "[[column]] 1 (age): role is missing; it is one of: identifier, quasi, sensitive, free",
        '[[column]] 1 (age): "rol" is not a key of this table; did you mean "role"?',
        '[[column]] 2 (sex): role cannot be "sensitiv"; it is one of: identifier, quasi, sensitive, free;'
        ' did you mean "sensitive"?',
        f'[[model]] 1: kind cannot be "k-anonimity"; it is one of: {", ".join(MODELS)}; did you mean "k-anonymity"?',
        '"threshold" is not a key of this table; did you mean "thresholds"?',
    ]


def test_what_each_part_says_well_may_contradict_the_whole() -> None:
    told = faults(
        '[[column]]\nname = "age"\nrole = "quasi"\n[[column]]\nname = "age"\nrole = "free"\n'
        '[[model]]\nkind = "t-closeness"\nattribute = "outcom"\nt = 0.2\n'
        '[[model]]\nkind = "k-map"\nk = 5\n[thresholds]\nunique_in_population = 0.01\n'
    )
    assert told == [
        'column "age" has 2 roles',
        'column "age" is quasi and has no hierarchy',
        't-closeness speaks of "outcom", which is not a sensitive column',
        "k-map needs [population] table: the quasi-identifiers of the whole population",
        "[thresholds] unique_in_population needs [population] size",
    ]


def test_dates_of_death_are_never_finer_than_a_month() -> None:
    assert policy('[dates]\ndeath = "month"\n' + K5).death_dates == "month"
    assert faults(COLUMNS + K5 + '[dates]\ndeath = "day"\n') == [
        '[dates]: death cannot be "day"; it is one of: year, month'
    ]


def test_a_column_of_the_table_without_a_role_is_refused_and_so_is_one_that_is_not_there() -> None:
    with pytest.raises(BadInput) as refused:
        policy().check_columns(["patient", "age", "sex", "stagee", "outcome", "postcode"])
    assert refused.value.message.splitlines()[1:] == [
        '  column "stagee" of the table has no role in the policy',
        '  column "postcode" of the table has no role in the policy',
        '  column "stage" of the policy is not in the table; did you mean "stagee"?',
    ]


def test_the_digest_is_of_what_the_policy_means_and_of_the_files_that_it_names(tmp_path: Path) -> None:
    assert policy().digest == policy("# a comment\n" + K5).digest
    assert policy().digest != policy(K5.replace("5", "6")).digest
    (tmp_path / "ages.csv").write_text("1;*\n")
    text = COLUMNS.replace('"age"\n\n', '"ages.csv"\n\n') + K5
    before = Policy.parse(text, folder=tmp_path).digest
    (tmp_path / "ages.csv").write_text("2;*\n")
    assert Policy.parse(text, folder=tmp_path).digest != before


def test_a_hierarchy_file_lies_beside_the_policy_and_nowhere_else() -> None:
    assert faults(COLUMNS.replace('"age"\n\n', '"../ages.csv"\n\n') + K5) == [
        'column "age": a hierarchy file lies beside the policy: give its name alone'
    ]


@given(
    st.recursive(
        st.one_of(st.integers(-5, 5), st.sampled_from([*ROLES, *MODELS, "age", ""]), st.booleans(), st.floats(-1, 2)),
        lambda inner: st.lists(inner, max_size=2),
        max_leaves=3,
    ),
    st.sampled_from(["k", "role", "hierarchy", "lowest", "date", "weight", "name", "pseudonym", "kind", "at_most"]),
)
def test_whatever_stands_in_a_policy_it_is_read_or_refused_in_words(value: Any, key: str) -> None:
    written = repr(value).replace("True", "true").replace("False", "false").replace("'", '"')
    for text in (
        f"[[column]]\n{key} = {written}\n",
        f"[[model]]\n{key} = {written}\n",
        f"[suppression]\n{key} = {written}\n",
    ):
        with pytest.raises(BadInput):
            Policy.parse(text)


@pytest.mark.parametrize(
    ("broken", "line"),
    [('a = 1\n@@@\nb = 2', 2), ('a = 1\nb = """left open\nc = 3\n', 2), ("a = 1\nb = [1,\n2,\n", 2),
     ("a = 1\na = 2", 2), ("a = 1\n\nb = " + "[" * 3000, 3)],
)  # fmt: skip
def test_a_file_that_is_not_toml_is_refused_with_the_line_that_breaks_it(broken: str, line: int) -> None:
    with pytest.raises(BadInput, match=rf"policy.toml is not TOML: line {line}[:,]"):
        Policy.parse(broken)


def test_in_a_long_file_with_something_left_open_the_last_line_is_named() -> None:
    long = "".join(f"a{i} = 1\n" for i in range(1500)) + 'b = """open'
    with pytest.raises(BadInput, match="line 1501, the last: "):
        Policy.parse(long)


def test_a_file_in_another_code_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_bytes("a = 1\n# café\n".encode("latin-1"))
    with pytest.raises(BadInput, match="is not UTF-8 text: line 2"):
        Policy.read(tmp_path / "policy.toml")
