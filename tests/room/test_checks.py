"""The automatic checks: what results look like passes, or goes to a person; what people look like stays inside."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.room.checking.extract import Extract
from chevet.room.checking.verdict import CODES, Judged, Verdict, reason
from chevet.room.checks import Against, Output, judge, released_sums, safe_name
from chevet.words.labels import has_label
from tests.room.made_extract import extract_table, needs_sandbox, write_extract, write_program

TABLE = extract_table()
EXTRACT = Extract([TABLE])


def judged(name: str, content: str | bytes, *earlier: str, kind: str = "file") -> Judged:
    """The verdict on one file, beside tables that were released before."""
    before = {f"early_lung/{n}: t.csv": released_sums(Output("t.csv", text.encode()), EXTRACT)
              for n, text in enumerate(earlier, start=1)}  # fmt: skip
    body = content.encode() if isinstance(content, str) else content
    return judge([Output.entered(name, body, kind)], Against(EXTRACT, before))[0]


def codes(one: Judged) -> set[str]:
    return {r.code for r in one.reasons}


def test_every_reason_can_be_told_in_both_languages() -> None:
    assert [code for code in CODES if not has_label(f"check.{code}")] == []


@pytest.mark.parametrize(("name", "content", "verdict"), [
    ("t.csv", "sex,stage,n\nfemale,I-II,60\nfemale,III-IV,58\nmale,I-II,70\nmale,III-IV,52\n", "pass"),
    ("t.csv", "stage;female;male;All\nI-II;60;70;130\nIII-IV;58;52;110\nAll;118;122;240\n", "pass"),
    ("km.csv", "month,at_risk,survival\n0,240,1.0\n12,200,0.91\n24,150,0.85\n", "pass"),
    ("note.txt", "Les résultats : 3,2 mois d’écart (n = 240) ; β = 0,31, χ² = 4,2.", "pass"),
    ("t.json", '{"female": {"n": 118, "dead": 40}, "male": {"n": 122, "dead": 31}}', "pass"),
    ("page.html", "<!DOCTYPE html><table><tr><th>sex<th>n<tr><td>female<td>118<tr><td>male<td>122</table>", "pass"),
    ("model.csv", "term,estimate,low,high\nsex,1.31,1.02,1.68\nstage,2.02,1.4,2.9\n", "review"),
    ("share.csv", "sex,alive\nfemale,0.71\nmale,0.69\n", "review"),
    ("t.csv", "statistic,months\nmean,31.2\nmin,0\nmax,119\n", "review"),
    ("empty.txt", "", "pass"),
])  # fmt: skip
def test_results_pass_or_go_to_a_person(name: str, content: str, verdict: Verdict) -> None:
    assert judged(name, content).verdict == verdict


def test_the_first_line_of_a_table_without_heading_is_looked_at_too() -> None:
    assert "perhaps_small_count" in codes(judged("t.csv", "I-II,3\nIII-IV,130\n"))
    assert judged("t.csv", "I-II,110\nIII-IV,130\n").verdict == "pass"


@pytest.mark.parametrize(("content", "code"), [
    ("stage,n\nI-II,3\nIII-IV,130\n", "small_count"),
    ("stage,female,male\nI-II,60,4\nIII-IV,58,52\n", "small_count"),
    ("stage,I-II,III-IV,All\nfemale,,40,43\nmale,50,60,110\n", "small_by_subtraction"),
    ("what,n\nI-II,\nIII-IV,97\nAll,100\n", "small_by_subtraction"),
])  # fmt: skip
def test_counts_below_the_floor_stay_inside(content: str, code: str) -> None:
    found = judged("t.csv", content)
    assert code in codes(found)
    assert found.verdict == "refuse"


def test_small_numbers_that_may_be_no_counts_go_to_a_person() -> None:
    """A model's degrees of freedom, as programs print them."""
    found = judged("model.txt", "Residuals  237\nModel  2\nConverged  yes\n")
    assert ("perhaps_small_count" in codes(found), found.verdict) == (True, "review")


def test_a_table_by_many_columns_is_no_list_of_people() -> None:
    by = ["sex", "age_at_diagnosis_years", "stage"]
    cells = TABLE.group_by(by).aggregate([([], "count_all")]).to_pylist()
    lines = [",".join([*(str(c[n]) for n in by), str(c["count_all"])]) for c in cells]
    assert min(c["count_all"] for c in cells) >= 5
    for heading in ("sex,age_at_diagnosis_years,stage,n", "who,when,what,n"):
        assert judged("t.csv", "\n".join([heading, *lines])).verdict == "pass"
    more = [line.rsplit(",", 1)[0] + f",{n + 90}" for n, line in enumerate(lines)]  # no group has so many
    assert "rows_of_people" in codes(judged("t.csv", "\n".join(["who,when,what,n", *more])))


def test_a_part_that_leaves_few_of_its_whole_goes_to_a_person() -> None:
    assert codes(judged("t.csv", "sex,n,dead\nfemale,118,115\nmale,122,60\n")) == {"perhaps_small_count"}
    assert codes(judged("t.csv", "sex,n,dead\nfemale,118,118\nmale,122,60\n")) == set()


FIRST = "sex,stage,n\nfemale,I-II,60\nfemale,III-IV,58\nmale,I-II,70\nmale,III-IV,52\n"


@pytest.mark.parametrize(("second", "code", "verdict"), [
    ("sex,stage,n\nfemale,I-II,60\nfemale,III-IV,57\nmale,I-II,70\nmale,III-IV,52\n", "differs_by_few", "refuse"),
    ("stage,female,male\nI-II,60,70\nIII-IV,57,52\n", "differs_by_few", "refuse"),
    ("sex,n\nfemale,117\nmale,122\n", "differs_by_few", "refuse"),
    ("centre,n\nA,100\nB,139\n", "totals_differ_by_few", "review"),
    ("sex,treated\nfemale,117\nmale,90\n", "may_differ_by_few", "review"),
    (FIRST, None, "pass"),
    ("sex,n\nfemale,118\nmale,122\n", None, "pass"),
    ("sex,n\nfemale,90\nmale,80\n", None, "pass"),
])  # fmt: skip
def test_a_table_is_compared_with_what_was_released_before(second: str, code: str | None, verdict: Verdict) -> None:
    found = judged("t.csv", second, FIRST)
    assert codes(found) == ({code} if code else set())
    assert found.verdict == verdict


@given(
    counts=st.lists(st.integers(5, 90), min_size=4, max_size=4), cell=st.integers(0, 3), fewer=st.integers(1, 4),
    crossed=st.booleans(),
)  # fmt: skip
def test_whatever_the_table_the_same_without_one_to_four_people_is_refused(
    counts: list[int], cell: int, fewer: int, crossed: bool
) -> None:
    def table(numbers: list[int], wide: bool) -> str:
        a, b, c, d = numbers
        if wide:
            return f"sex,I-II,III-IV\nfemale,{a},{b}\nmale,{c},{d}\n"
        return f"sex,stage,n\nfemale,I-II,{a}\nfemale,III-IV,{b}\nmale,I-II,{c}\nmale,III-IV,{d}\n"

    less = [n - fewer * (i == cell) for i, n in enumerate(counts)]
    assert judged("t.csv", table(less, crossed), table(counts, False)).verdict == "refuse"


@given(st.lists(st.integers(0, len(TABLE) - 1), min_size=6, max_size=40, unique=True), st.booleans(), st.data())
def test_whichever_rows_of_the_extract_and_in_whatever_order_of_columns_they_stay_inside(
    places: list[int], headed: bool, data: st.DataObject
) -> None:
    names = [n for n in TABLE.column_names if n != "patient_id"]
    order = data.draw(st.permutations(names))
    rows = TABLE.take(places).select(order).to_pylist()
    lines = [",".join(order)] if headed else []
    lines += [",".join(str(v) for v in row.values()) for row in rows]
    assert judged("t.csv", "\n".join(lines)).verdict == "refuse"


@pytest.mark.parametrize(("true", "false"), [("True", "False"), ("true", "false"), ("TRUE", "FALSE")])
def test_rows_are_found_however_a_program_spells_truth(true: str, false: str) -> None:
    lines = [",".join(str(v).replace("True", true).replace("False", false) for v in row.values())
             for row in TABLE.slice(0, 8).drop_columns("patient_id").to_pylist()]  # fmt: skip
    assert "rows_of_people" in codes(judged("t.csv", "\n".join(lines)))


@given(st.binary(max_size=300), st.sampled_from(["t.csv", "t.json", "t.txt", "p.png", "p.svg", "n.ipynb", "p.html"]))
def test_no_bytes_upset_the_checks(content: bytes, name: str) -> None:
    judged(name, b"\x89PNG\r\n\x1a\n" + content if name == "p.png" else content)


@given(st.recursive(st.none() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
                    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
                    max_leaves=20))  # fmt: skip
def test_no_json_upsets_the_checks(value: object) -> None:
    for name in ("t.json", "n.ipynb", "results.json"):
        judged(name, json.dumps(value))


def test_a_name_is_plain_or_it_is_refused() -> None:
    assert all(map(safe_name, ["a.csv", "tables/by stage.csv", "Fig-1_b.png"]))
    assert not any(
        map(safe_name, ["", ".hidden", "a//b", "../x", "a/../b", "a\nb", "é.csv", "a" * 81, "a/b/c/d", "-rf"])
    )


def test_what_is_no_file_is_named_for_what_it_is() -> None:
    found = judged("t.csv", "", kind="link")
    assert (found.verdict, found.reasons) == ("refuse", (reason("not_a_file", what="link"),))


def test_what_a_program_printed_always_goes_to_a_person() -> None:
    assert (judged("console/stdout.txt", "done", kind="console").verdict) == "review"


def test_no_reason_repeats_a_value_of_a_patient() -> None:
    secret = TABLE["patient_id"][3].as_py()
    found = judged("t.csv", f"patient_id,x\n{secret},{secret}\n")
    assert found.verdict == "refuse"
    assert secret not in json.dumps([r.as_json() for r in found.reasons])
    assert not any(secret in r.says("fr") for r in found.reasons)


def test_an_extract_without_rows_is_no_trouble() -> None:
    assert judge([Output("t.csv", b"a,n\nx,9\n")], Against(Extract([TABLE.slice(0, 0)])))[0].verdict == "pass"
    assert judge([Output("t.csv", b"a,n\nx,9\n")], Against(Extract([pa.table({"x": []})])))[0].verdict == "pass"


def drawn(name: str) -> bytes:
    """A bar chart as matplotlib writes it."""
    plt = pytest.importorskip("matplotlib.pyplot", reason="matplotlib is not installed")
    figure, axes = plt.subplots()
    axes.bar(["I-II", "III-IV"], [130, 110])
    axes.set_title("Patients by stage")
    content = io.BytesIO()
    figure.savefig(content, format=name)
    plt.close(figure)
    return content.getvalue()


@pytest.mark.parametrize("form", ["png", "svg"])
def test_a_plain_picture_goes_to_a_person(form: str) -> None:
    assert codes(judged(f"p.{form}", drawn(form))) == {"picture", "drawn_anew"}


def test_a_picture_whose_pixels_are_noise_is_refused() -> None:
    plt = pytest.importorskip("matplotlib.pyplot", reason="matplotlib is not installed")
    import numpy as np

    content = io.BytesIO()
    plt.imsave(content, np.random.default_rng(3).integers(0, 255, (200, 300, 3), dtype=np.uint8), format="png")
    found = judged("p.png", content.getvalue())
    assert {"dense_picture", "many_colours"} <= codes(found)
    assert found.verdict == "refuse"


CLAIM = {
    "version": "1.0.2", "tool": {"name": "ACRO"},
    "results": {"output_0": {
        "status": "pass", "type": "table", "files": [{"name": "output_0_0.csv"}],
        "fair": {"dependent": "unknown", "independent": ["sex", "stage"]},
    }},
}  # fmt: skip


def with_claim(table: str, **status: str) -> list[Judged]:
    claim = json.loads(json.dumps(CLAIM))
    claim["results"]["output_0"] |= status
    outputs = [Output("acro/output_0_0.csv", table.encode()), Output("acro/results.json", json.dumps(claim).encode())]
    return judge(outputs, Against(EXTRACT))


def counted() -> str:
    cells = TABLE.group_by(["sex", "stage"]).aggregate([([], "count_all")]).to_pylist()
    number = {(c["sex"], c["stage"]): c["count_all"] for c in cells}
    lines = [f"{s},{number[s, 'I-II']},{number[s, 'III-IV']}" for s in ("female", "male")]
    return "\n".join(["sex,I-II,III-IV", *lines])


def test_a_table_that_acro_lets_pass_is_counted_again_from_the_extract() -> None:
    table, claim = with_claim(counted())
    assert [r.as_json() for r in table.reasons] == [
        {"code": "acro_passed", "verdict": "pass"},
        {"code": "acro_recomputed", "verdict": "pass", "count": 4, "of": 4},
    ]
    assert codes(claim) == {"acro_for_checkers"}


def test_a_table_of_some_patients_says_so() -> None:
    table, _ = with_claim("sex,I-II,III-IV\nfemale,20,30\nmale,20,30\n")
    assert "acro_differs" in codes(table)


def test_a_sum_of_which_one_person_makes_nearly_all_is_refused_whatever_acro_says() -> None:
    people = 120
    cost = [float(10 + i % 7) for i in range(people)]
    extract = Extract([pa.table({"sex": ["F", "M"] * (people // 2), "cost": cost})])
    dear = Extract([pa.table({"sex": ["F", "M"] * (people // 2), "cost": [*cost[:-1], 1e6]})])
    fair = {"statbarn": "LinearAggregations", "dependent": "cost", "independent": ["sex"]}
    result = {"type": "table", "status": "pass", "files": [{"name": "sums.csv"}], "fair": fair}
    claim = {"tool": {"name": "ACRO"}, "results": {"output_0": result}}
    outputs = [Output("sums.csv", b"sex,mean\nF,13.0\nM,13.1\n"), Output("results.json", json.dumps(claim).encode())]
    assert not codes(judge(outputs, Against(extract))[0]) & {"dominated", "sum_unknown"}
    assert "dominated" in codes(judge(outputs, Against(dear))[0])
    elsewhere = Extract([pa.table({"sex": ["F", "M"] * (people // 2)})])
    assert "sum_unknown" in codes(judge(outputs, Against(elsewhere))[0])


def test_acros_pass_makes_no_verdict_of_ours_milder_and_its_refusal_counts() -> None:
    forged, _ = with_claim("sex,I-II,III-IV\nfemale,3,58\nmale,70,52\n")
    assert ({"acro_passed", "small_count"} <= codes(forged), forged.verdict) == (True, "refuse")
    failed, _ = with_claim(counted(), status="fail")
    assert ("acro_failed" in codes(failed), failed.verdict) == (True, "refuse")


ACRO = """
import pandas as pd
from acro import ACRO
people = pd.read_parquet("/data/release.parquet")
session = ACRO(suppress=False)
session.crosstab(people.sex, people.stage)
session.finalise("/outputs/acro", "json")
"""


@needs_sandbox
def test_acro_runs_inside_and_its_table_is_read_with_what_it_says(tmp_path: Path) -> None:
    pytest.importorskip("acro", reason="acro is not installed (pip install 'chevet[room]')")
    from chevet.room.sandbox import Limits, Program, run

    program = write_program(tmp_path / "job", ACRO)
    data = write_extract(tmp_path / "extract")
    limits = Limits(seconds=300)
    ran = run(Program(program.parent, "main.py"), data, limits, home=tmp_path / "home", out=tmp_path / "out")
    assert ran.exit == 0, ran.complained.decode()
    found = {f.name: f.path.read_bytes() for f in ran.found if f.path}
    verdicts = {j.name: j for j in judge([Output(n, c) for n, c in found.items()], Against(EXTRACT))}
    assert {"acro_passed", "acro_recomputed"} <= codes(verdicts["acro/output_0_0.csv"])
    assert verdicts["acro/output_0_0.csv"].verdict == "pass"
    assert {n for n, j in verdicts.items() if codes(j) == {"acro_for_checkers"}} == set(found) - {"acro/output_0_0.csv"}
