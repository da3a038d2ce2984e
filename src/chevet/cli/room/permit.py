"""`chevet room permit`: what the committee decided, entered; what ended, ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option, show_table
from chevet.errors import BadInput
from chevet.room.book import Book
from chevet.room.events import ANSWERS, DETAILS, LIMITS
from chevet.room.permits import Conditions, Permit, Permits
from chevet.room.sight import sight_of
from chevet.room.state import last_day as last_day_of
from chevet.room.workspace import Workspaces
from chevet.store.lake import Lake
from chevet.words import duo
from chevet.words.labels import label

reason_option = click.option("--reason", required=True, help="Why, in words; never about a patient.")
decided_option = click.option(
    "--decided-by", multiple=True, required=True, help="A person of the committee, who will confirm it; at least two."
)
until_option = click.option("--until", "last_day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Last day.")
looked_option = click.option("--looked-at", help="What a person found who looked at the purpose, where one must look.")


@click.group("permit")
def command() -> None:
    """Permits: who may use which study for what, until when.

    The committee decides; a steward enters it; those who decided confirm it, each under their own account.
    """


@command.command("use")
@click.argument("study")
@click.option("--allow", "codes", multiple=True, required=True, help="A DUO term (HMB, DS, PUB, ...); repeat.")
@click.option("--tumour-type", "tumour_types", multiple=True, help="With DS: an OncoTree code; repeat.")
@lang_option
@json_option
def use(study: str, codes: Sequence[str], tumour_types: Sequence[str], lang: Lang, as_json: bool) -> dict[str, Any]:
    """Say what STUDY may be used for. Permits whose purpose then lies outside stop at the next question."""
    lake = Lake.from_environment()
    lake.open(study)
    known = terms(codes)
    entry = Permits(lake.ledger).set_use(study, known, tumour_types)
    if not as_json:
        click.echo(label("permit.use_set", lang, study=study, use=in_words(known, tumour_types, lang)))
    return {"study": study, "codes": known, "tumour_types": list(tumour_types), "entry": entry.n}


@command.command("grant")
@click.option("--project", required=True)
@click.option("--study", required=True)
@click.option("--version", type=int, help="Only this version of the study; whichever is current unless given.")
@click.option("--purpose", multiple=True, required=True, help="A DUO term; repeat.")
@click.option("--tumour-type", "tumour_types", multiple=True, help="With DS: an OncoTree code; repeat.")
@click.option("--in-words", "purpose_in_words", required=True, help="The purpose as a patient can read it.")
@click.option("--person", "people", multiple=True, required=True, help="Who may use it; repeat.")
@click.option("--answers", multiple=True, type=click.Choice(ANSWERS), help="Answers without rows; repeat.")
@click.option("--extract", is_flag=True, help="The project's room holds an anonymised extract.")
@click.option("--run", "may_run", is_flag=True, help="Programs may run beside the extract.")
@click.option("--genomic-detail", type=click.Choice(DETAILS), default="none", show_default=True)
@click.option("--limit", "limits", multiple=True, metavar="NAME=NUMBER", help=f"Of {', '.join(LIMITS)}.")
@until_option
@click.option("--legal-basis", required=True, help="The authorisation that this rests on.")
@click.option("--reference", required=True, help="Its number, and where the paper lies.")
@decided_option
@looked_option
@click.option("--id", "permit_id", help="The permit's id; the next P-number unless given.")
@lang_option
@json_option
def grant(
    answers: Sequence[str], extract: bool, may_run: bool, genomic_detail: str, limits: Sequence[str],
    last_day: datetime, purpose: Sequence[str], lang: Lang, as_json: bool, **terms_of: Any,
) -> dict[str, Any]:  # fmt: skip
    """Enter a permit that the committee decided. It gives nothing before each of those named has confirmed it.

    At least two of the committee, none of them on the permit.
    """
    lake = Lake.from_environment()
    lake.open(terms_of["study"], terms_of["version"])
    conditions = Conditions(frozenset(answers), extract or may_run, may_run, genomic_detail, _limits(limits))
    permit = Permits(lake.ledger).grant(
        purpose=terms(purpose), conditions=conditions, until=after(last_day), **terms_of
    )  # fmt: skip
    return _tell(permit, "permit.granted", lang, as_json, people=_awaited(permit))


@command.command("confirm")
@click.argument("permit_id", metavar="PERMIT")
@click.option(
    "--entry", type=click.IntRange(min=1), help="The entry that you read (show tells it); a renewal needs it."
)
@lang_option
@json_option
def confirm(permit_id: str, entry: int | None, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Say that you decided so, as one of those whom the grant or the renewal of PERMIT names; read it first (show)."""
    lake = Lake.from_environment()
    permit = Permits(lake.ledger).confirm(permit_id, entry=entry)
    key = "permit.confirmed_in_part" if permit.pending else "permit.confirmed"
    return _tell(permit, key, lang, as_json, person=lake.ledger.actor, people=_awaited(permit))


@command.command("renew")
@click.argument("permit_id", metavar="PERMIT")
@until_option
@reason_option
@decided_option
@looked_option
@lang_option
@json_option
def renew(
    permit_id: str, last_day: datetime, reason: str, decided_by: Sequence[str], looked_at: str | None,
    lang: Lang, as_json: bool,
) -> dict[str, Any]:  # fmt: skip
    """Enter another end for an active permit, as the committee decided. It counts once those named confirm it."""
    permits = Permits(Lake.from_environment().ledger)
    permit = permits.renew(permit_id, after(last_day), reason, decided_by, looked_at=looked_at)
    entry = permit.pending.since if permit.pending else ""
    return _tell(permit, "permit.renewed", lang, as_json, people=_awaited(permit), new_end=last_day.date(), entry=entry)


@command.command("suspend")
@click.argument("permit_id", metavar="PERMIT")
@reason_option
@lang_option
@json_option
def suspend(permit_id: str, reason: str, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Stop everything under PERMIT until it is resumed; the next question is refused."""
    permit = Permits(Lake.from_environment().ledger).suspend(permit_id, reason)
    return _tell(permit, "permit.suspended", lang, as_json)


@command.command("resume")
@click.argument("permit_id", metavar="PERMIT")
@reason_option
@lang_option
@json_option
def resume(permit_id: str, reason: str, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Lift a suspension."""
    permit = Permits(Lake.from_environment().ledger).resume(permit_id, reason)
    return _tell(permit, "permit.resumed", lang, as_json)


@command.command("revoke")
@click.argument("permit_id", metavar="PERMIT")
@reason_option
@lang_option
@json_option
def revoke(permit_id: str, reason: str, lang: Lang, as_json: bool) -> dict[str, Any]:
    """End PERMIT for good; the next question is refused."""
    permit = Permits(Lake.from_environment().ledger).revoke(permit_id, reason)
    return _tell(permit, "permit.revoked", lang, as_json)


@command.command("surrender")
@click.argument("permit_id", metavar="PERMIT")
@reason_option
@lang_option
@json_option
def surrender(permit_id: str, reason: str, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Give PERMIT back, as one of its people; it ends for all of them, for good."""
    permit = Permits(Lake.from_environment().ledger).surrender(permit_id, reason)
    return _tell(permit, "permit.surrendered", lang, as_json)


@command.command("train")
@click.argument("permit_id", metavar="PERMIT")
@click.argument("person")
@until_option
@click.option("--reference", required=True, help="Which training, and where its certificate lies.")
@lang_option
@json_option
def train(
    permit_id: str, person: str, last_day: datetime, reference: str, lang: Lang, as_json: bool
) -> dict[str, Any]:  # fmt: skip
    """Enter that PERSON is trained for the room, until a day."""
    permits = Permits(Lake.from_environment().ledger)
    permits.certify_training(permit_id, person, after(last_day), reference)
    return _tell(permits.get(permit_id), "permit.trained", lang, as_json, person=person)


@command.command("sign")
@click.argument("permit_id", metavar="PERMIT")
@click.argument("person")
@click.option("--reference", required=True, help="Where the signed agreement lies.")
@lang_option
@json_option
def sign(permit_id: str, person: str, reference: str, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Enter that PERSON signed the data agreement."""
    permits = Permits(Lake.from_environment().ledger)
    permits.sign_agreement(permit_id, person, reference)
    return _tell(permits.get(permit_id), "permit.signed", lang, as_json, person=person)


@command.command("sweep")
@lang_option
@json_option
def sweep(lang: Lang, as_json: bool) -> dict[str, Any]:
    """Enter the end of every permit whose end has come. It counted already; this is for readers of the ledger."""
    ended = Permits(Lake.from_environment().ledger).sweep()
    if not as_json:
        click.echo(label("permit.swept", lang, permits=", ".join(permit.id for permit in ended) or "0"))
    return {"expired": [permit.id for permit in ended]}


@command.command("list")
@lang_option
@json_option
def list_permits(lang: Lang, as_json: bool) -> dict[str, Any]:
    """Every permit there ever was, as it stands now; to who holds no office of the room, those that name them."""
    lake = Lake.from_environment()
    book = Book(lake.ledger)
    sight = sight_of(book, lake.ledger.actor)
    permits = [permit for permit in Permits(lake.ledger, book=book).all() if sight.of(permit.id)]
    if not as_json and not permits:
        click.echo(label("permit.none", lang))
    elif not as_json:
        keys = ("id", "state", "project", "study", "people", "until")
        rows = [
            (p.id, label(f"permit.state.{p.state}", lang), p.project, p.study, ", ".join(p.people), p.last_day)
            for p in permits
        ]
        show_table([label(f"permit.{key}", lang) for key in keys], rows, lang=lang)
    return {"permits": [permit.as_json() for permit in permits]}


@command.command("show")
@click.argument("permit_id", metavar="PERMIT")
@lang_option
@json_option
def show(permit_id: str, lang: Lang, as_json: bool) -> dict[str, Any]:
    """One permit: purpose, people, conditions, who decided, and how its purpose matches the study's use."""
    rooms = Workspaces(Lake.from_environment())
    sight_of(rooms.book, rooms.lake.ledger.actor).require(permit_id)
    permit = rooms.permits.get(permit_id)
    room = rooms.standing(permit_id)
    if not as_json:
        rows = [*_facts(permit, lang), (label("permit.room", lang), label(f"permit.room.{room}", lang))]
        show_table([label("permit.fact", lang), label("permit.says", lang)], rows)
    return {**permit.as_json(), "room": room}


def terms(texts: Sequence[str]) -> list[str]:
    """DUO short names for what was typed; raises BadInput naming every one that DUO does not have."""
    found = {text: duo.find(text) for text in texts}
    unknown = [text for text, term in found.items() if term is None]
    if unknown:
        known = ", ".join(term.code for term in duo.terms())
        raise BadInput(f"not a DUO term: {', '.join(unknown)}", next_act=f"Use one of: {known}")
    return list(dict.fromkeys(term.code for term in found.values() if term is not None))


def in_words(codes: Sequence[str], tumour_types: Sequence[str], lang: Lang) -> str:
    """DUO terms in words, with the tumour types where there are some."""
    said = ", ".join(f"{duo.name(code, lang)} ({code})" for code in codes)
    return f"{said} [{', '.join(tumour_types)}]" if tumour_types else said


def after(day: datetime) -> datetime:
    """The moment from which something no longer holds whose last day is `day` (UTC)."""
    return day.replace(tzinfo=UTC) + timedelta(days=1)


def _limits(texts: Sequence[str]) -> dict[str, int]:
    limits: dict[str, int] = {}
    for text in texts:
        name, _, number = text.partition("=")
        if name not in LIMITS or not number.isdecimal() or int(number) < 1:
            raise BadInput(
                f"`{text}` is no limit", next_act=f"Write NAME=NUMBER with a name of: {', '.join(LIMITS)}"
            )  # fmt: skip
        limits[name] = int(number)
    return limits


def _awaited(permit: Permit) -> str:
    """Those who have not confirmed the grant or the renewal that was entered."""
    return ", ".join(permit.pending.awaits if permit.pending else ())


def _tell(permit: Permit, key: str, lang: Lang, as_json: bool, **values: object) -> dict[str, Any]:
    if not as_json:
        state = label(f"permit.state.{permit.state}", lang)
        click.echo(label(key, lang, permit=permit.id, until=permit.last_day, state=state, **values))
    return permit.as_json()


def _facts(permit: Permit, lang: Lang) -> list[tuple[str, str]]:
    conditions = permit.conditions
    gives = [label(f"permit.answers.{each}", lang) for each in sorted(conditions.answers)]
    gives += [label(f"permit.gives.{name}", lang) for name in ("extract", "run") if getattr(conditions, name)]
    said = {
        "id": permit.id, "state": label(f"permit.state.{permit.state}", lang), "project": permit.project,
        "study": permit.study if permit.version is None else f"{permit.study}, {permit.version}",
        "purpose": in_words(permit.purpose, permit.tumour_types, lang), "in_words": permit.purpose_in_words,
        "match": label(f"permit.match.{permit.match.answer}", lang) + f" ({permit.match.algorithm})",
        "people": ", ".join(permit.people), "gives": ", ".join(gives),
        "genomic_detail": label(f"permit.detail.{conditions.genomic_detail}", lang),
        "limits": ", ".join(f"{name} ≤ {most}" for name, most in sorted(conditions.may_ask.items())),
        "legal_basis": permit.legal_basis, "reference": permit.reference, "until": permit.last_day,
        "decided_by": ", ".join(permit.decided_by), "awaits": _awaited(permit), "reason": permit.reason,
        "renewal": last_day_of(permit.pending.until) if permit.pending and permit.is_confirmed else "",
        "entry": str(permit.pending.since) if permit.pending else "",
    }  # fmt: skip
    return [(label(f"permit.{key}", lang), value) for key, value in said.items() if value]
