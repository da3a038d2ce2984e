"""The decision in one sentence; where nothing is approved, why, and what remains."""

from __future__ import annotations

from collections.abc import Iterable

from chevet.bedside.consultation.consult import Consultation
from chevet.therapy import saying
from chevet.therapy.matching.candidate import AGENCY
from chevet.therapy.matching.option import Option
from chevet.words.labels import Lang, label

TESTS = 6


def headline(made: Consultation, lang: Lang) -> str:
    """One sentence: what comes first, or that nothing is approved."""
    options = made.choice.options
    if not options:
        return label(f"consult.headline_{_silence(made)}", lang)
    first = options[0]
    key = "headline_option" if first.lead.is_found and first.is_approved else "headline_if"
    because = ", ".join(saying.finding(one, lang) for one in first.because)
    return label(f"consult.{key}", lang, therapy=saying.regimen(first.therapy, lang), because=because or "–")


def _silence(made: Consultation) -> str:
    """Why there is no option: nothing is approved, the tumour is unknown, nothing was found, given, or readable."""
    tested = made.case.tested
    if made.findings:
        return "nothing" if made.case.diagnosis.oncotree else "unplaced"
    if made.read.not_read:
        return "unread"
    return "clear" if tested.everything or tested.genes else "empty"


def nothing_approved(made: Consultation, lang: Lang) -> str:
    """Why nothing is approved; then what was removed, what comes later, and what a test could open."""
    choice, case = made.choice, made.case
    agency = AGENCY[case.jurisdiction] if case.jurisdiction_said else ", ".join(sorted(set(AGENCY.values())))
    silence = "nothing" if choice.options else _silence(made)
    key = {"nothing": "none", "unplaced": "unplaced"}.get(silence, "no_finding")
    parts = [label(f"nothing.{key}", lang, agency=agency)]
    foreign = [
        option for option in choice.options if any(a.in_force and a.from_years is None for a in option.approvals)
    ]
    if choice.removed:
        removed = ", ".join(saying.regimen(option.therapy, lang) for option, _ in choice.removed[:3])
        parts.append(label("nothing.removed", lang, therapies=removed))
    if choice.later:
        parts.append(label("nothing.later", lang, therapies=_names(choice.later[:3], lang)))
    if choice.untargeted:
        parts.append(label("nothing.untargeted", lang, therapies=_names(choice.untargeted[:3], lang)))
    if foreign:
        parts.append(label("nothing.foreign", lang, therapies=_names(foreign[:3], lang)))
    if choice.to_test:
        tests = ", ".join(saying.missing(name, lang) for name, _ in choice.to_test[:TESTS])
        tests += f" (+{len(choice.to_test) - TESTS})" if len(choice.to_test) > TESTS else ""
        parts.append(label("nothing.to_test", lang, what=tests))
    return " ".join(parts)


def _names(options: Iterable[Option], lang: Lang) -> str:
    return ", ".join(saying.regimen(option.therapy, lang) for option in options)
