"""The decision in one sentence; where nothing is approved, why, and what remains."""

from __future__ import annotations

from collections.abc import Iterable

from chevet.bedside.consultation.consult import Consultation
from chevet.therapy import saying
from chevet.therapy.matching.candidate import AGENCY
from chevet.therapy.matching.option import Option
from chevet.words.labels import Lang, label


def headline(made: Consultation, lang: Lang) -> str:
    """One sentence: what comes first, or that nothing is approved."""
    options = made.choice.options
    if not options:
        placed, found = bool(made.case.diagnosis.oncotree), bool(made.findings)
        return label(f"consult.headline_{'nothing' if placed and found else 'unplaced' if found else 'empty'}", lang)
    first = options[0]
    key = "headline_option" if first.lead.is_found and first.is_approved else "headline_if"
    because = ", ".join(saying.finding(one, lang) for one in first.because)
    return label(f"consult.{key}", lang, therapy=saying.regimen(first.therapy, lang), because=because or "–")


def nothing_approved(made: Consultation, lang: Lang) -> str:
    """Why nothing is approved; then what was removed, what comes later, and what a test could open."""
    choice, case = made.choice, made.case
    agency = AGENCY[case.jurisdiction] if case.jurisdiction_said else ", ".join(sorted(set(AGENCY.values())))
    parts = [label("nothing.none", lang, agency=agency)]
    foreign = [option for option in choice.options if any(a.in_force for a in option.approvals)]
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
        tests = ", ".join(saying.missing(name, lang) for name, _ in choice.to_test[:6])
        parts.append(label("nothing.to_test", lang, what=tests))
    return " ".join(parts)


def _names(options: Iterable[Option], lang: Lang) -> str:
    return ", ".join(saying.regimen(option.therapy, lang) for option in options)
