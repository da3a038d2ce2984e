"""A ranking in a few lines: the rows of each list, and what must be known of them, for the terminal and the page."""

from __future__ import annotations

import re

from chevet.paper.pictures import number, percent
from chevet.targets.evidence import PARTS, Part
from chevet.targets.ranking.analysis import Ranking, Target
from chevet.targets.ranking.because import part_name
from chevet.targets.ranking.calibration import Calibration
from chevet.targets.ranking.medicines import Listed
from chevet.targets.ranking.sensitivity import TOP
from chevet.words.labels import Lang, has_label, label

MEDICINES_NAMED = 3
_COMMAND = re.compile(r"chevet [a-z].*")


def shown(ranking: Ranking, name: Listed, top: int) -> tuple[Target, ...]:
    """The first genes of a list that something in these patients speaks for."""
    return tuple(one for one in ranking.of_list(name) if one.evident)[:top]


def heading(ranking: Ranking, name: Listed, top: int, lang: Lang) -> str:
    """What the list is, how many of it are shown, how many have evidence in these patients, how many there are."""
    every = ranking.of_list(name)
    evident = sum(one.evident for one in every)
    return label(
        f"targets.rank.list.{name}", lang, n=number(min(top, evident), lang), evident=number(evident, lang),
        of=number(len(every), lang),
    )  # fmt: skip


def row(ranking: Ranking, one: Target, lang: Lang) -> list[str | int]:
    """Gene, rank, score, bounds, ranks under other weights, carriers, medicines, and what gave the score."""
    return [
        one.gene, one.rank, number(one.score, lang, 2), f"{_bound(one.low, lang)} – {_bound(one.high, lang)}",
        f"{number(one.rank_low, lang)} – {number(one.rank_high, lang)}", carriers(one, lang), medicines(one, lang),
        given(ranking, one, lang),
    ]  # fmt: skip


def carriers(one: Target, lang: Lang) -> str:
    """Carriers of those tested; the word for what is withheld."""
    if one.carried is None:
        return ""
    if one.carried.patients is None or one.carried.tested is None:
        return label("answer.withheld", lang)
    return f"{number(one.carried.patients, lang)} / {number(one.carried.tested, lang)}"


def medicines(one: Target, lang: Lang) -> str:
    """The first medicines, and how many more there are."""
    names = one.standing.names
    more = len(names) - MEDICINES_NAMED
    said = ", ".join(names[:MEDICINES_NAMED])
    return said + label("targets.rank.more", lang, n=number(more, lang)) if more > 0 else said


def given(ranking: Ranking, one: Target, lang: Lang) -> str:
    """What each part gave or took, the largest first: selection +0.30, can it be hit +0.25."""
    made = ranking.scores
    net = made.given[one.place] - made.taken[one.place]
    told = [(float(net[place]), part) for place, part in enumerate(PARTS) if abs(net[place]) >= 0.005]
    ordered = sorted(told, key=lambda pair: -abs(pair[0]))
    return ", ".join(f"{part_name(part, lang)} {_signed(by, lang)}" for by, part in ordered)


def notes(ranking: Ranking, lang: Lang) -> list[str]:
    """What must be known: what is missing, how firm the ranks are, and what they find."""
    firm = (firmness(ranking, lang), *(held(one, lang) for one in ranking.calibrations))
    return missing(ranking, lang) + [text for text in firm if text]


def missing(ranking: Ranking, lang: Lang) -> list[str]:
    """Which genes are shown, parts not asked and why, and what was left out or not looked for."""
    said = [label("targets.rank.evident", lang)]
    said += [_part(ranking, part, lang) for part in PARTS if not ranking.scores.asked[PARTS.index(part)]]
    few = ranking.about.get("left_out", {}).get("genes_of_one_to_four_carriers")
    if few:
        said.append(label("targets.rank.few_carriers", lang, n=number(few, lang)))
    selection = (ranking.told["selection"].notes if "selection" in ranking.told else None) or {}
    if many := selection.get("under_selection_not_ranked"):
        names = ", ".join(selection["names"]) + (", …" if many > len(selection["names"]) else "")
        said.append(label("targets.rank.selected_not_ranked", lang, n=number(many, lang), names=names))
    unseen = [kind for kind, looked in ranking.about.get("looked_for", {}).items() if not looked]
    if unseen:
        kinds = ", ".join(label(f"targets.rank.kind.{kind}", lang) for kind in unseen)
        said.append(label("targets.rank.not_looked_for", lang, kinds=kinds))
    if hidden := ranking.about.get("medicines", {}).get("known_and_not_looked_for"):
        said.append(label("targets.rank.unseen", lang, genes=", ".join(hidden)))
    return said


def firmness(ranking: Ranking, lang: Lang) -> str:
    """How much the ranks rest on the weights; empty when one part alone was asked, where they do not at all."""
    if len(ranking.sensitivity.without) < 2 or ranking.sensitivity.tau[0] is None:
        return ""
    worst = min(((tau, part) for part, tau in ranking.sensitivity.tau_without.items() if tau is not None), default=None)
    said = label(
        "targets.rank.firm", lang, tau=number(ranking.sensitivity.tau[0], lang, 2),
        kept=number(ranking.sensitivity.kept, lang), n=number(min(TOP, len(ranking.scores.genes)), lang),
    )  # fmt: skip
    if worst is None:
        return said
    return said + " " + label(
        "targets.rank.firm_without", lang, part=part_name(worst[1], lang), tau=number(worst[0], lang, 2)
    )  # fmt: skip


def held(one: Calibration, lang: Lang) -> str:
    """What a list of known genes says of the score; empty when too few of it, or fewer than ten genes, were ranked."""
    if one.area is None or one.low is None or one.high is None or not one.precision:
        return ""
    first, near = max(one.precision), min(one.precision)
    return label(
        "targets.rank.held", lang, against=label(f"targets.rank.against.{one.against}", lang, source=one.source),
        known=number(one.known, lang), area=number(one.area, lang, 2), low=number(one.low, lang, 2),
        high=number(one.high, lang, 2), near=near, at_near=percent(one.precision.get(near), lang, 0), first=first,
        at_first=percent(one.precision.get(first), lang, 0), all=percent(one.known / one.ranked, lang, 1),
    )  # fmt: skip


def _part(ranking: Ranking, part: Part, lang: Lang) -> str:
    """One sentence on a part that gave nothing: not asked, or asked in vain."""
    told = ranking.told.get(part)
    name = part_name(part, lang).capitalize()
    if told is None or not told.kind:
        key = "targets.rank.nothing" if told is not None and told.lines else "targets.rank.not_asked"
        return label(key, lang, part=name)
    why = f"targets.rank.why_not.{told.kind}"
    said = label(why, lang, part=name) if has_label(why) else label("targets.rank.not_asked", lang, part=name)
    if lang == "en":
        return f"{said} {told.why}. → {told.next_act}"
    command = _COMMAND.search(told.next_act)  # errors are in English: what to type needs no translation
    return f"{said} → {command[0]}" if command else said


def _bound(value: float, lang: Lang) -> str:
    return number(round(value, 2) + 0.0, lang, 2).replace("-", "\u2212")


def _signed(by: float, lang: Lang) -> str:
    return ("+" if by >= 0 else "\u2212") + number(abs(by), lang, 2)
