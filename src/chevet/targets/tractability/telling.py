"""Lines on whether a gene can and may be hit, in words: what was found, the details, and whose word it is."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from chevet.paper.pictures import number
from chevet.targets.evidence import Line, Source
from chevet.targets.tractability.role import KnownRole
from chevet.words import treatments
from chevet.words.dates import day_said
from chevet.words.labels import Lang, has_label, label

_MOST = 6
_Detail = Mapping[str, Any]


def told(line: Line, lang: Lang) -> str:
    """One line as a sentence without its full stop, its details after a colon."""
    detail = _DETAILS.get(line.finding, _nothing)(line, lang)
    found = label(f"targets.{line.part}.finding.{line.finding}", lang)
    return label("targets.tractability.told", lang, found=found, detail=detail) if detail else found


def whence(source: Source | None, kept_on: str | None, lang: Lang) -> str:
    """Whose word it is, of which release, kept since when; nothing where no table was asked."""
    if source is None:
        return ""
    if source.released:
        day = day_said(datetime.date.fromisoformat(source.released), lang)
        return label("targets.tractability.whence", lang, name=source.name, day=day)
    day = day_said(datetime.date.fromisoformat(kept_on), lang) if kept_on else ""
    return label("targets.tractability.whence_kept", lang, name=source.name, day=day)


def role_told(known: KnownRole, lang: Lang) -> str:
    """The role of the gene and who says so."""
    role = label(f"targets.role.{known.role or 'unknown'}", lang)
    return label("targets.tractability.role", lang, role=role, source=known.source) if known.role else role


def _nothing(line: Line, lang: Lang) -> str:
    return ""


def _medicines(line: Line, lang: Lang) -> str:
    detail = line.detail
    itself = [one for one in detail["medicines"] if not one["through"]]
    usable = [one for one in itself if one["fit"] != "wrong_way"]
    wrong = [one for one in itself if one["fit"] == "wrong_way"]
    parts = []
    if usable:
        count = detail["count"] - detail["wrong_way"] - detail["on_another"]
        parts.append(_listed([_medicine(one, lang) for one in usable], count, lang))
    if unexpected := [one["name"] for one in usable if one["fit"] == "unexpected"]:
        names = _listed(unexpected, len(unexpected), lang)
        parts.append(label("targets.tractability.unexpected", lang, medicines=names))
    if detail["approved_in"]:
        cancers = _listed(detail["approved_in"], len(detail["approved_in"]), lang)
        parts.append(label("targets.tractability.approved_in", lang, cancers=cancers))
    if wrong:
        names = _listed([_medicine(one, lang) for one in wrong], detail["wrong_way"], lang)
        parts.append(label(f"targets.tractability.wrong_way.{detail['role']}", lang, medicines=names))
    if partners := [one for one in detail["medicines"] if one["through"]]:
        genes = ", ".join(sorted({one["through"] for one in partners}))
        names = _listed([_medicine(one, lang) for one in partners], detail["on_another"], lang)
        parts.append(label("targets.tractability.on_another", lang, genes=genes, medicines=names))
    return "; ".join(parts) if lang == "en" else "\u00a0; ".join(parts)


def _medicine(one: _Detail, lang: Lang) -> str:
    """A name, with its mechanism and how far it has come."""
    name = treatments.name(one["name"].lower(), lang) if treatments.medicine(one["name"]) else one["name"]
    said = [_word("targets.action", one["action"], lang)] if one["action"] else []
    if one["approved"]:
        said.append(label("targets.tractability.approved", lang))
    elif one["phase"] is not None:
        said.append(label("targets.tractability.phase", lang, phase=one["phase"]))
    return f"{name} ({', '.join(said)})" if said else str(name)


def _surface(line: Line, lang: Lang) -> str:
    family = line.detail["family"]
    parts = [_word("targets.surface_family", family, lang)] if family and family != "Unclassified" else []
    if line.effect is not None:
        parts.append(label("targets.tractability.score", lang, score=number(line.effect, lang, 2)))
    return ", ".join(parts)


def _families(line: Line, lang: Lang) -> str:
    return ", ".join(
        f"{_word('targets.family', family, lang)} ({told})" for family, told in line.detail["families"].items()
    )


def _liabilities(line: Line, lang: Lang) -> str:
    """Each organ with what was seen in it, of the way that counts; and how many assays there are."""
    chosen = line.detail["expected"] or line.detail["opposite"]
    parts = [
        label("targets.safety.in_organ", lang, organ=_word("targets.organ", one["organ"] or "unsaid", lang),
              direction=label(f"targets.direction.{one['direction'] or 'unsaid'}", lang),
              events=_listed(one["events"], len(one["events"]), lang))
        for one in chosen[:_MOST]
    ]  # fmt: skip
    if len(chosen) > _MOST:
        parts.append(label("targets.tractability.more", lang, n=number(len(chosen) - _MOST, lang)))
    if assays := line.detail["assays"]:
        parts.append(label("targets.safety.assays", lang, n=number(assays, lang)))
    return "; ".join(parts) if lang == "en" else "\u00a0; ".join(parts)


def _tissue(line: Line, lang: Lang) -> str:
    """The level in each vital organ, and how even it is over the others."""
    detail = line.detail
    if not detail:
        return ""
    unit = label(f"targets.unit.{detail['unit']}", lang)
    organs = [
        f"{_word('targets.organ', organ, lang)} {number(level, lang, 1)}" for organ, level in detail["vital"].items()
    ]
    parts = [f"{', '.join(organs)} {unit}"] if organs else []
    parts.append(label("targets.safety.detected", lang, n=number(detail["detected"], lang),
                       tissues=number(detail["tissues"], lang)))  # fmt: skip
    if detail["specificity"] is not None:
        parts.append(label("targets.safety.specificity", lang, tau=number(detail["specificity"], lang, 2)))
    if detail["unmeasured"] and organs:
        names = ", ".join(_word("targets.organ", organ, lang) for organ in detail["unmeasured"])
        parts.append(label("targets.safety.unmeasured", lang, organs=names))
    return "; ".join(parts) if lang == "en" else "\u00a0; ".join(parts)


def _listed(names: Sequence[str], count: int, lang: Lang) -> str:
    """The first of them, and how many more there are."""
    shown = ", ".join(names[:_MOST])
    more = count - min(len(names), _MOST)
    return f"{shown}, {label('targets.tractability.more', lang, n=number(more, lang))}" if more > 0 else shown


def _word(family: str, word: str, lang: Lang) -> str:
    """A word of a table in the reader's language where it is known, and as the table has it elsewhere."""
    key = f"{family}.{word.lower().replace(' ', '_').replace('/', '_')}"
    return label(key, lang) if has_label(key) else word


_DETAILS = {
    **dict.fromkeys(
        ("medicine_approved", "medicine_phase_3", "medicine_phase_2", "medicine_phase_1", "medicine_early",
         "medicine_wrong_way", "medicine_on_another"), _medicines,
    ),
    "at_the_surface": _surface,
    "ligandable_family": _families,
    **dict.fromkeys(("liabilities_known", "liabilities_of_the_other_way", "no_liability_known"), _liabilities),
    **dict.fromkeys(("vital_tissue_at_risk", "in_vital_tissue", "not_in_vital_tissue", "tissue_unknown"), _tissue),
}  # fmt: skip
