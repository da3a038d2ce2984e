"""The sections of a dossier, from the report of a release: facts, tables and sentences in one language."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from chevet.paper import pictures
from chevet.paper.document import Grid, Picture, Section, grid
from chevet.words.dates import day_said
from chevet.words.labels import Lang, has_label, label

RISKS = (
    "highest_risk", "average_risk", "journalist_risk", "marketer_risk", "unique_in_sample", "unique_in_population",
)  # fmt: skip
QUESTIONS = ("singling_out", "linkability", "inference")
# Figures that are numbers of people, groups or values; all others are shares.
COUNTED = ("k-anonymity", "k-map", "distinct-l-diversity", "entropy-l-diversity", "recursive-l-diversity")
AT_LEAST = ("k-anonymity", "k-map", "distinct-l-diversity", "entropy-l-diversity")
Report = Mapping[str, Any]


class Words:
    """The labels of the dossier in one language, and how numbers are written in it."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def __call__(self, key: str, **values: object) -> str:
        return label(f"dossier.{key}", self.lang, **values)

    def number(self, value: float, digits: int | None = None) -> str:
        """A number, with the digits that it needs: none for a whole number.

        >>> Words("fr").number(12345), Words("en").number(2.5)
        ('12\\u202f345', '2.50')
        """
        if digits is None:
            digits = 0 if float(value).is_integer() else 2
        return pictures.number(value, self.lang, digits)

    def share(self, value: float | None) -> str:
        """A share of 1 as a percentage; small ones keep two digits that say something."""
        if value is None:
            return self("not_measured")
        if 0 < value < 0.0001:
            return "<\u202f" + pictures.percent(0.0001, self.lang, 2)
        return pictures.percent(value, self.lang, 2 if 0 < value < 0.01 else 1)


def sections(report: Report, w: Words) -> tuple[Section, ...]:
    """Every section, in the order in which they are read."""
    made = [_what(report, w), _policy(report, w), _risks(report, w), _questions(report, w), _utility(report, w)]
    if report["alterations"]:
        made.append(_alterations(report, w))
    return (*made, _remains(report, w), _proof(report, w))


def verdict(report: Report, w: Words) -> str:
    """What the release may be called, and why."""
    if report["called"] == "anonymised":
        return w("verdict.anonymised")
    beside, alone = report["alterations"], report["fingerprints"]
    why = [w("verdict.pseudonymised")] if beside and not beside["holds"] else []
    why += [] if alone["holds"] else [w("verdict.fingerprints")]
    return " ".join(why)


def _what(report: Report, w: Words) -> Section:
    source, policy = report["source"], report["policy"]
    origin = w("study_version", **{k: source[k] for k in ("study", "version")}) if source["study"] else source["file"]
    facts = [
        (w("source"), origin),
        (w("purpose"), policy["purpose"] or w("not_said")),
        (w("recipient"), policy["recipient"] or w("not_said")),
        *([(w("project"), report["project"])] if report["project"] else []),
        (w("made"), day_said(datetime.date.fromisoformat(report["made_on"]), w.lang)),
        (w("rows"), w.number(source["rows"])),
        (w("search"), _search(report, w)),
        (w("rows_order"), w("rows_order_says")),
    ]
    rows = tuple((c["name"], w(f"role.{c['role']}"), _becomes(c, policy, w)) for c in policy["columns"])
    headings = (w("column"), w("role"), w("becomes"))
    return Section(w("section.what"), facts=tuple(facts), grids=(grid(w("columns"), headings, rows, ()),))


def _search(report: Report, w: Words) -> str:
    search = report["search"]
    if search["like"]:
        return w("search.like", release=search["like"])
    return w("search.optimal_proved" if search["proved"] else f"search.{search['kind']}")


def _becomes(column: Mapping[str, Any], policy: Mapping[str, Any], w: Words) -> str:
    if column["role"] == "identifier":
        return w("becomes.pseudonym" if column.get("pseudonym") else "becomes.dropped")
    date = column.get("date")
    dated = ""
    if date:
        finest = policy["death_dates"] if date == "death" else policy["event_dates"]
        dated = (
            w(f"becomes.date.{finest}", origin=policy["origin"]) if finest == "days" else w(f"becomes.date.{finest}")
        )
    if column["role"] == "quasi":
        return ", ".join(filter(None, [dated, w("becomes.generalised", hierarchy=column["hierarchy"])]))
    return dated or w("becomes.kept")


def _policy(report: Report, w: Words) -> Section:
    headings = (w("measured"), w("required"), w("verdict"))
    models = tuple(
        (_model_name(m, w), _figure(m["kind"], m["figure"], w), _required(m, w), w("holds" if m["holds"] else "fails"))
        for m in report["models"]
    )
    limits = tuple(
        (w(f"threshold.{t['name']}"), w.share(t["measured"]), w("at_most", value=w.share(t["at_most"])),
         w("holds" if t["holds"] else "fails"))
        for t in report["thresholds"]
    )  # fmt: skip
    grids = [grid(w("models"), (w("model"), *headings), models, (1, 2))]
    if limits:
        grids.append(grid(w("thresholds"), (w("threshold"), *headings), limits, (1, 2)))
    return Section(w("section.policy"), grids=tuple(grids))


def _model_name(model: Mapping[str, Any], w: Words) -> str:
    return w(f"model.{model['kind']}", attribute=model["attribute"])


def _figure(kind: str, value: float, w: Words) -> str:
    if kind in COUNTED:
        return w.number(value)
    return w.number(value, 3) if kind == "t-closeness" else w.share(value)


def _required(model: Mapping[str, Any], w: Words) -> str:
    side = "at_least" if model["kind"] in AT_LEAST else "at_most"
    return w(side, value=_figure(model["kind"], model["needed"], w))


def _risks(report: Report, w: Words) -> Section:
    before, after = report["risks"]["before"], report["risks"]["after"]
    rows = [(w(f"risk.{name}"), w.share(before[name]), w.share(after[name])) for name in RISKS]
    rows += [(w(f"risk.{name}"), w.number(before[name]), w.number(after[name])) for name in ("groups", "smallest")]
    table = grid(w("risks"), (w("figure"), w("before"), w("after")), tuple(rows), (1, 2))
    picture = Picture("groups", w("picture.groups"))
    return Section(w("section.risks"), intro=w("risks_intro"), grids=(table,), pictures=(picture,))


def _questions(report: Report, w: Words) -> Section:
    rows = tuple((w(f"question.{name}"), _answered(report["questions"][name], w)) for name in QUESTIONS)
    table = grid("", (w("question"), w("measured")), rows, (1,))
    missing = any(report["questions"][name] is None for name in QUESTIONS)
    tried = len(report["questions"].get("attacks", ()))
    note = w("questions_not") if missing else w("questions_tried", n=w.number(tried))
    return Section(w("section.questions"), intro=w("questions_intro"), grids=(table,), note=note)


def _answered(found: Mapping[str, float] | None, w: Words) -> str:
    if found is None:
        return w("not_measured")
    return w("interval", value=w.share(found["value"]), low=w.share(found["low"]), high=w.share(found["high"]))


def _utility(report: Report, w: Words) -> Section:
    rows = tuple(
        (_named(f"dossier.utility.{m['name']}", m["name"], w.lang), _measure(m, "before", w), _measure(m, "after", w))
        for m in report["utility"]["measures"]
    )
    table = grid(w("utility"), (w("figure"), w("before"), w("after")), rows, (1, 2))
    return Section(w("section.utility"), grids=(table,), pictures=(Picture("losses", w("picture.losses")),))


def _measure(measure: Mapping[str, Any], when: str, w: Words) -> str:
    value = measure[when]
    if value is None:
        return w("not_measured")
    return w.share(value) if measure["unit"] == "share" else w.number(value)


def _named(key: str, name: str, lang: Lang) -> str:
    return label(key, lang) if has_label(key) else name


def _alterations(report: Report, w: Words) -> Section:
    found = report["alterations"]
    facts = (
        (w("alterations.detail"), w(f"alterations.detail.{found['detail']}")),
        (w("alterations.rows"), w.number(found["rows"])),
        (w("alterations.at_least"), w.number(found["at_least"])),
        (w("alterations.joined"), w(f"alterations.joined.{'yes' if found['joined'] else 'no'}")),
        (w("alterations.limit"), w.share(found["limit"])),
    )
    rows = [(w("alterations.list"), w.share(found["singled_out"]), "")]
    rows += [
        (w("alterations.known", n=int(n)), w.share(shares["random"]), w.share(shares["rarest"]))
        for n, shares in found["known"].items()
    ]
    headings = (w("alterations.knows"), w("alterations.alone"), w("alterations.rarest"))
    table = grid(w("alterations.singled_out"), headings, tuple(rows), (1, 2))
    return Section(w("section.alterations"), facts=facts, grids=(table,), note=w("alterations.says"))


def _remains(report: Report, w: Words) -> Section:
    after, policy = report["risks"]["after"], report["policy"]
    alone = report["fingerprints"]
    which = "remains.group" if alone["holds"] and not report["alterations"] else "remains.group_in_the_table"
    group = w(which, smallest=w.number(after["smallest"]), highest=w.share(after["highest_risk"]),
              average=w.share(after["average_risk"]))  # fmt: skip
    points = [group, *([w("remains.alike")] if report["alike"] else [])]
    free = [c["name"] for c in policy["columns"] if c["role"] == "free"]
    points += [w("remains.free", columns=", ".join(free))] if free else []
    points += [w("remains.nearly_unique", column=n, share=w.share(s)) for n, s in report["nearly_unique"].items()]
    points += [w("alterations.says")] if report["alterations"] else []
    points += [
        w("remains.fingerprint", column=c["name"], share=w.share(c["alone"]))
        for c in alone["columns"] if c["fine"] and c["alone"]
    ]  # fmt: skip
    points += [w("remains.fingerprints", share=w.share(alone["together"]))] if alone["together"] else []
    points += [w("remains.sensitive_known")] if report["alike"] else []
    points += [w("remains.population")] if after["journalist_risk"] is None else []
    points += [w("remains.pseudonym")] if report["project"] else []
    return Section(
        w("section.remains"),
        points=(*points, w("remains.compose"), w("remains.unknown")),
        grids=(
            *((_alike(report, w),) if report["alike"] else ()),
            *((_fingerprints(report, w),) if alone["columns"] else ()),
        ),
    )


def _alike(report: Report, w: Words) -> Grid:
    """What protects each sensitive attribute, and for how many people the group alone tells it."""
    protecting: dict[str, list[str]] = {}
    for model in report["models"]:
        protecting.setdefault(model["attribute"], []).append(w(f"short.{model['kind']}"))
    rows = tuple(
        (name, ", ".join(protecting.get(name, [w("alike.nothing")])), w.share(share))
        for name, share in report["alike"].items()
    )
    return grid(w("alike"), (w("alike.attribute"), w("alike.by"), w("alike.share")), rows, (2,))


def _fingerprints(report: Report, w: Words) -> Grid:
    """For how many people a value that leaves as it is, known besides the group, finds the row; and what is allowed."""
    alone = report["fingerprints"]
    allowed = w("at_most", value=w.share(alone["limit"]))
    rows = [
        (c["name"], w.number(c["values"]), w.share(c["alone"]), allowed if c["fine"] else w("fingerprints.few"))
        for c in alone["columns"]
    ]
    if alone["together"] is not None:
        limit = alone["limit_together"]
        told = w("fingerprints.no_limit") if limit is None else w("at_most", value=w.share(limit))
        rows.append((w("fingerprints.together"), "", w.share(alone["together"]), told))
    headings = (w("column"), w("fingerprints.values"), w("fingerprints.alone"), w("required"))
    return grid(w("fingerprints"), headings, tuple(rows), (1, 2))


def _proof(report: Report, w: Words) -> Section:
    source, release = report["source"], report["release"]
    facts = [
        *([(w("proof.study_keyed"), source["study_hmac"])] if source["study"] else []),
        (w("proof.source_keyed"), source["table_hmac"]),
        (w("proof.policy"), report["policy_digest"]),
        (w("proof.release"), release["digest"]),
        *([(w("proof.alterations"), report["alterations"]["digest"])] if report["alterations"] else []),
        (w("proof.verified"), w("proof.verified_says", rows=w.number(release["rows"]))),
        (w("proof.made_with"), report["made_with"]),
    ]
    return Section(w("section.proof"), facts=tuple(facts), note=w("proof.how"))
