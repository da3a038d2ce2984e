"""A rank in words: what gave the score, what took from it, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chevet.paper.pictures import number, probability
from chevet.targets.evidence import PARTS, Line, Part
from chevet.targets.ranking.analysis import Ranking, Target
from chevet.targets.ranking.contributions import NOT_ASKED
from chevet.targets.ranking.named_changes import Named
from chevet.targets.vulnerability.described import measure_name
from chevet.words.labels import Lang, has_label, label

_LEAST_SAID = 0.005  # what is less stands as 0.00


@dataclass(frozen=True)
class Because:
    """The words for one gene: each entry is a sentence without its full stop."""

    head: str
    given: tuple[str, ...]
    taken: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it in one line."""
        return ". ".join((self.head, *self.given, *self.taken, *self.missing)) + "."


def because(ranking: Ranking, target: Target, lang: Lang) -> Because:
    """Why this gene has its rank."""
    head = label(
        "targets.rank.because.head", lang, gene=target.gene, rank=number(target.rank, lang),
        of=number(len(ranking.scores.genes), lang), score=number(target.score, lang, 2),
        low=number(target.rank_low, lang), high=number(target.rank_high, lang),
    )  # fmt: skip
    given, taken = [], []
    for place, part in enumerate(PARTS):
        found = ranking.evidence.of[target.place].get(part, NOT_ASKED)
        gave, took = (float(side[target.place, place]) for side in (ranking.scores.given, ranking.scores.taken))
        if found.supporting is not None and gave >= _LEAST_SAID:
            given.append(_says("given", part, gave, found.supporting, lang))
        if found.opposing is not None and took >= _LEAST_SAID:
            taken.append(_says("taken", part, took, found.opposing, lang))
    if target.named is not None:
        given.append(_named(target.named, lang))
    return Because(head, tuple(given), tuple(taken), _missing(ranking, target, lang))


def _missing(ranking: Ranking, target: Target, lang: Lang) -> tuple[str, ...]:
    """Parts that did not conclude on the gene, with what they count for, and parts that were not asked."""
    of, given = ranking.evidence.of[target.place], ranking.scores.given[target.place]
    silent = [place for place, part in enumerate(PARTS) if of.get(part, NOT_ASKED).state != "concluded"]
    asked = [place for place in silent if ranking.scores.asked[place]]
    unasked = [place for place in silent if not ranking.scores.asked[place]]
    said = []
    if asked:
        by = number(float(given[asked].sum()), lang, 2)
        said.append(label("targets.rank.because.not_concluded", lang, parts=_names(asked, lang), by=by))
    if unasked:
        said.append(label("targets.rank.because.not_asked", lang, parts=_names(unasked, lang)))
    return tuple(said)


def _names(places: Sequence[int], lang: Lang) -> str:
    return ", ".join(part_name(PARTS[place], lang) for place in places)


def _named(named: Named, lang: Lang) -> str:
    told, key = named.count.patients, "named_here" if named.here else "named_elsewhere"
    many = label("targets.rank.patients", lang, n=number(told, lang))
    many = label("answer.withheld", lang) if told is None else many
    return label(f"targets.rank.because.{key}", lang, changes=", ".join(named.changes), n=many)


def part_name(part: Part, lang: Lang) -> str:
    """A part in the reader's words."""
    return label(f"targets.part.{part}", lang)


def finding_name(line: Line, lang: Lang) -> str:
    """What was found, in the reader's words; the key itself, in plain letters, where no table has it."""
    key = f"targets.{line.part}.finding.{line.finding}"
    return label(key, lang) if has_label(key) else line.finding.replace("_", " ")


def numbers_of(line: Line, lang: Lang) -> str:
    """The numbers of a line: effect with its interval, q or p, patients; empty when it has none."""
    said = []
    if line.effect is not None and line.scale:
        said.append(f"{scale_name(line.scale, lang)} {_figure(line.effect, lang)}" + _interval(line, lang))
    if line.q is not None:
        said.append(f"q {_equals(probability(line.q, lang))}")
    elif line.p is not None:
        said.append(f"p {_equals(probability(line.p, lang))}")
    if line.patients is not None:
        said.append(label("targets.rank.patients", lang, n=number(line.patients, lang)))
    return "\u00a0; ".join(said) if lang == "fr" else "; ".join(said)


def scale_name(scale: str, lang: Lang) -> str:
    """What an effect measures, in the reader's words."""
    for key in (f"targets.scale.{scale}", f"targets.rank.scale.{scale}"):
        if has_label(key):
            return label(key, lang)
    return scale.replace("_", " ")


def _says(side: str, part: Part, amount: float, line: Line, lang: Lang) -> str:
    numbers = numbers_of(line, lang)
    return label(
        f"targets.rank.because.{side}", lang, by=number(amount, lang, 2), part=part_name(part, lang),
        finding=_found(line, lang) + (f" ({numbers})" if numbers else ""),
    )  # fmt: skip


def _found(line: Line, lang: Lang) -> str:
    """What was found, and with which gene, pathway or medicine."""
    name = finding_name(line, lang).rstrip(".")
    if line.part == "shape" and (residue := line.detail.get("residue")):
        return f"{name}, {residue}"
    if line.part == "relations":
        other = line.detail.get("partner") or line.detail.get("pathway")
        return f"{name} {other}" if other else name
    if line.part == "vulnerability" and (pairs := line.detail.get("pairs")):
        return f"{name}, {measure_name(pairs[0]['measure'], pairs[0]['name'], lang)}"
    return name


def _interval(line: Line, lang: Lang) -> str:
    if line.low is None and line.high is None:
        return ""
    low = "0" if line.low is None else _figure(line.low, lang)
    high = "∞" if line.high is None else _figure(line.high, lang)
    return f" ({low}–{high})" if "\u2212" not in low + high else f" ({low} / {high})"


def _figure(value: float, lang: Lang) -> str:
    return number(value, lang, _digits(value)).replace("-", "\u2212")


def _equals(text: str) -> str:
    return text if text.startswith("<") else f"= {text}"


def _digits(value: float) -> int:
    """Digits after the point: three figures for what is below 100, none above, nor for a whole number."""
    return 0 if float(value).is_integer() or abs(value) >= 100 else 1 if abs(value) >= 10 else 2
