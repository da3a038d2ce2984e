"""Tokens: a pass for one person and one permit, for hours. The ledger keeps a hash, never the secret.

A secret is 256 random bits, so its SHA-256 needs no salt and no slow hash: nobody can try them all. A token is
looked up by its public number and compared in constant time. It gives nothing by itself: every use asks the
permit again, so a token dies with its permit, its holder's role, or their training.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from chevet.errors import BadInput, Refused
from chevet.room import events, rules
from chevet.room.book import Book
from chevet.room.state import Permit, State, Token
from chevet.store.ledger import Clock, Entry, Ledger

ACCESS_REFUSED = "access_refused"
SECRET_BYTES = 32
MINUTES_AT_MOST = 12 * 60
_NUMBER_BYTES = 6
_START = "chevet"


@dataclass(frozen=True)
class Issued:
    """A new token. `secret` is shown once and kept nowhere; it never shows in a `repr`."""

    secret: str = field(repr=False)
    token: Token


@dataclass(frozen=True)
class Pass:
    """Who is at the door, under which permit, with which token (its public number)."""

    person: str
    permit: Permit
    token: str


class Tokens:
    """Passes of one installation."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock | None = None,
        *,
        book: Book | None = None,
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self.book = book or Book(ledger, clock)
        self._random = random

    def issue(
        self, permit_id: str, person: str, scopes: Sequence[str], minutes: int, *, actor: str | None = None
    ) -> Issued:
        """A new token for a person of this permit, made by a steward.

        scopes    of `ask`, `run`, `release`; only what the permit gives
        minutes   1 to 720

        Raises Refused with all that is missing; the secret is in nobody's hands then.
        """
        if not 0 < minutes <= MINUTES_AT_MOST:
            raise BadInput(
                f"a token lives for 1 to {MINUTES_AT_MOST} minutes; {minutes} were asked for",
                next_act="Give minutes within that: --minutes 480",
            )
        number = f"T-{self._random(_NUMBER_BYTES).hex()}"
        secret = f"{_START}.{number}.{base64.urlsafe_b64encode(self._random(SECRET_BYTES)).rstrip(b'=').decode()}"
        with self.book.now() as (_, moment):
            until = moment.replace(microsecond=0) + timedelta(minutes=minutes)
        self.book.enter(
            "token_issued", actor=actor, token=number, sha256=_hash(secret), person=person, permit=permit_id,
            scopes=list(scopes), until=events.spelled(until),
        )  # fmt: skip
        with self.book.now() as (state, _):
            return Issued(secret, state.tokens[number])

    def identify(self, secret: str, scope: str, *, actor: str | None = None) -> Pass:
        """Who holds this secret, if it lets them do this now.

        scope   `ask`, `run` or `release`
        actor   who the machine says is there (CHEVET_ACTOR), where it says so; another person's token is refused

        Raises Refused; a wrong secret is refused in the same words whatever is wrong with it. A known token that is
        refused leaves an entry, with all that was missing: somebody held it.
        """
        with self.book.now() as (state, moment):
            token = _found(state, secret)
            missing, new = [], _new(token.permit, token.person)
            if token.revoked:
                missing.append(rules.Missing(f"token {token.id} was revoked", new))
            if moment >= token.until:
                missing.append(rules.Missing(f"token {token.id} has ended", new))
            if scope not in token.scopes:
                missing.append(rules.Missing(f"token {token.id} is not for `{scope}`", f"{new} --scope {scope}"))
            if actor is not None and not _same(actor, token.person):
                missing.append(
                    rules.Missing(f"token {token.id} was issued to somebody else", _new(token.permit, actor))
                )
            missing += rules.missing_to_use(state, token.permit, token.person, scope, moment)
            permit = state.permits[token.permit].at(moment)
        if missing:
            self.book.ledger.append(
                ACCESS_REFUSED, actor=actor or token.person, token=token.id, permit=token.permit, scope=scope,
                reason="; ".join(each.fact for each in missing),
            )  # fmt: skip
        rules.refuse("the token opens nothing", missing)
        return Pass(token.person, permit, token.id)

    def revoke(self, number: str, reason: str, *, actor: str | None = None) -> Entry:
        """End a token at once; for a steward, and for the person it was issued to."""
        return self.book.enter("token_revoked", actor=actor, token=number, reason=reason)

    def living(self) -> list[Token]:
        """Tokens that have neither ended nor been revoked, by number."""
        with self.book.now() as (state, moment):
            alive = [t for t in state.tokens.values() if not t.revoked and moment < t.until]
        return sorted(alive, key=lambda token: token.id)


def _new(permit: str, person: str) -> str:
    return f"Ask a steward for a new one: chevet room token issue --permit {permit} --person {person}"


def _found(state: State, secret: str) -> Token:
    """The token with this secret. Unknown number, wrong secret, wrong form: one answer, one way through the code."""
    given = secret.strip()
    number = given.split(".")[1] if given.count(".") == 2 else ""
    token = state.tokens.get(number)
    expected = token.sha256 if token else "0" * 64
    if not hmac.compare_digest(_hash(given), expected) or token is None:
        raise Refused("the token is not known here", next_act=f"{_new('PERMIT', 'PERSON')}.")
    return token


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _same(actor: str, person: str) -> bool:
    return unicodedata.normalize("NFC", actor) == person
