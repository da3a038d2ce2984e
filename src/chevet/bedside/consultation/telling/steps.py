"""The next steps in words, with what has to be measured before a proposed medicine is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chevet.bedside.consultation.consult import Consultation
from chevet.bedside.consultation.steps import Step, next_steps
from chevet.therapy import saying
from chevet.therapy.safety.advice import Advice
from chevet.words.labels import Lang, label


def steps(made: Consultation, lang: Lang) -> list[dict[str, Any]]:
    """The steps, with what has to be measured before a proposed medicine is given; the board comes last."""
    trials = None if made.trials is None else len(_open_trials(made))
    steps = [_step(step, lang) for step in next_steps(made.case, made.findings, made.choice, trials=trials)]
    by_text: dict[str, list[Advice]] = {}
    for one in made.safety.to_test:
        by_text.setdefault(one.what.text(lang), []).append(one)
    first = [
        {"kind": "test_first", "text": _before(text, group, lang), "what": [one.medicine for one in group],
         "sources": list(dict.fromkeys(source for one in group for source in one.sources))}
        for text, group in by_text.items()
    ]  # fmt: skip
    return [*steps[:-1], *first, *steps[-1:]]


def _step(step: Step, lang: Lang) -> dict[str, Any]:
    names = [saying.missing(name, lang) if step.kind == "test" else saying.treatment(name, lang) for name in step.what]
    what = ", ".join(names)
    therapies = (" ; " if lang == "fr" else "; ").join(saying.regimen(therapy, lang) for therapy in step.therapies)
    return {
        "kind": step.kind,
        "text": label(f"step.{step.key}", lang, what=what, therapies=therapies),
        "what": list(step.what),
        "sources": list(step.sources),
    }


def _before(text: str, group: Sequence[Advice], lang: Lang) -> str:
    """What to measure first, said once for all the medicines that ask for it."""
    names = ", ".join(saying.treatment(one.medicine, lang) for one in group)
    return label("step.test_first", lang, therapies=names, what=text)


def _open_trials(made: Consultation) -> list[Any]:
    return [one for one in made.trials or () if one.is_for_the_board]
