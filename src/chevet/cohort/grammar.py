"""The parser of the definition language: small, by precedence, and able to point at the character.

    definition :=  definition "and" definition  |  definition "or" definition     ("and" binds tighter)
                |  "not" definition  |  "(" definition ")"  |  fact
    fact       :=  "all"
                |  "diagnosis" ("under" | "is") TUMOUR
                |  ("mutated" "(" GENE ["," CHANGE] | "fused" "(" GENE ["," GENE] | "tested" "(" GENE ["," KIND]
                   | ("amplified" | "deleted" | "altered") "(" GENE) ")"
                |  "treated" "(" (MEDICINE | "class" CLASS) ")"
                |  "known" "(" subject ")"
                |  subject ("=" | "!=" | "<" | "<=" | ">" | ">=") VALUE  |  subject "in" "(" VALUE {"," VALUE} ")"
    subject    :=  FIELD  |  "measurement" "(" NAME ")"

Words may stand bare (`EGFR`, `female`) or between quotes. Every error shows the line and a caret
under the place, says what was expected there, and names the nearest word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NoReturn, TypeVar, cast

from chevet.cohort import vocabulary
from chevet.cohort.fields import FIELDS
from chevet.cohort.nodes import (
    DEPTH_AT_MOST,
    KEYWORDS,
    OPERATORS,
    TEXT_AT_MOST,
    Altered,
    Amplified,
    And,
    Compare,
    Definition,
    Deleted,
    Diagnosis,
    Everyone,
    FieldOf,
    Fused,
    Known,
    MeasurementOf,
    Mutated,
    Not,
    Note,
    Operator,
    Or,
    Tested,
    Treated,
    TreatedWithClass,
    Value,
)
from chevet.errors import BadInput
from chevet.records.tables import ALTERATION_TYPE
from chevet.words import sexes, stages
from chevet.words.errors import Words, error, nearest, words

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<number>[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]))
      | (?P<word>[^\W_][\w.\-]*)
      | (?P<sign><=|>=|!=|<>|==|[()=<>,])""",
    re.VERBOSE | re.DOTALL,
)
_SAME_SIGN = {"<>": "!=", "==": "="}
_SHOWN_AT_MOST = 100

T = TypeVar("T")
TokenKind = Literal["text", "number", "word", "sign", "end"]


@dataclass(frozen=True)
class Token:
    """One piece of the text: `value` is what it means, `written` how it stands, at character `start`."""

    kind: TokenKind
    value: str
    written: str
    start: int


def parse(text: str) -> Definition:
    """The definition that this text states. BadInput points at the character where it goes wrong.

    >>> str(parse("not (sex=female and age_at_diagnosis_years>=65)"))
    'not (sex = female and age_at_diagnosis_years >= 65)'
    """
    if len(text) > TEXT_AT_MOST:
        raise error(BadInput, "definition_long", n=len(text), most=TEXT_AT_MOST)
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = self.cut()
        self.at = 0
        self.depth = 0

    # -- cutting into pieces

    def cut(self) -> list[Token]:
        tokens: list[Token] = []
        at = 0
        while at < len(self.text):
            match = _TOKEN.match(self.text, at)
            if match is None:
                self.refuse(self.what_is_wrong_at(at), at)
            kind, written = cast("TokenKind", match.lastgroup), match.group()
            if kind == "text":
                tokens.append(Token("text", re.sub(r"\\(.)", r"\1", written[1:-1], flags=re.DOTALL), written, at))
            elif match.lastgroup != "space":
                tokens.append(Token(kind, _SAME_SIGN.get(written, written), written, at))
            at = match.end()
        tokens.append(Token("end", "", "", len(self.text)))
        return tokens

    def what_is_wrong_at(self, at: int) -> Words:
        character = self.text[at]
        if character in "\"'":
            return words("sign.never_closed")
        if character in "“”„«»‘’":
            return words("sign.quotation")
        if character in "&|~!":
            return words("sign.of_python")
        return words("sign.no_meaning")

    # -- errors

    def refuse(self, message: str | Words, at: int, next_act: str | Words = "see_the_language") -> NoReturn:
        """BadInput with the line and a caret under character `at`."""
        before = self.text.rfind("\n", 0, at) + 1
        after = self.text.find("\n", at)
        line = self.text[before : after if after >= 0 else len(self.text)]
        column = at - before
        first = max(0, column - _SHOWN_AT_MOST // 2)
        shown = re.sub(r"\s", " ", line[first : first + _SHOWN_AT_MOST])
        left, right = "…" if first else "", "…" if first + _SHOWN_AT_MOST < len(line) else ""
        caret = " " * (len(left) + column - first) + "^"
        where = f"\n  {left}{shown}{right}\n  {caret}"
        raise error(BadInput, "definition", next_act, at=at + 1, message=message, where=where) from None

    def expected(self, what: str | Words, token: Token, near: str | Words = "") -> NoReturn:
        found = words("expected.end") if token.kind == "end" else f"`{token.written[:40]}`"
        self.refuse(words("expected", what=what, found=found, near=near), token.start)

    def resolved(self, resolve: Callable[[], T], token: Token) -> T:
        """What `resolve` gives; its refusal pointed at the token."""
        try:
            return resolve()
        except BadInput as refused:
            what, act = refused.words or (refused.message, words("as_it_is", text=refused.next_act))
            self.refuse(what, token.start, act)
        except ValueError as refused:
            self.refuse(str(refused), token.start)

    # -- moving on

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += token.kind != "end"
        return token

    def is_end(self) -> bool:
        return self.next.kind == "end"

    def is_word(self, *words: str) -> bool:
        return self.next.kind == "word" and self.next.value.lower() in words

    def is_sign(self, sign: str) -> bool:
        return self.next.kind == "sign" and self.next.value == sign

    def need(self, sign: str, what: str | Words = "") -> Token:
        if not self.is_sign(sign):
            self.expected(what or f"`{sign}`", self.next)
        return self.take()

    # -- the grammar

    def whole(self) -> Definition:
        if self.is_end():
            self.refuse(words("definition_empty"), 0, words("definition_empty.next"))
        definition = self.expression(0)
        if not self.is_end():
            self.expected(words("expected.and_or"), self.next)
        return definition

    def expression(self, tighter_than: int) -> Definition:
        """Facts joined by whatever binds tighter: 1 for `or`, 2 for `and`."""
        parts = [self.operand()]
        while self.is_word("and", "or"):
            joins: type[And] | type[Or] = And if self.is_word("and") else Or
            binds = 2 if joins is And else 1
            if binds <= tighter_than:
                break
            word = self.next.value.lower()
            while self.is_word(word):
                self.take()
                parts.append(self.expression(binds))
            parts = [joins(tuple(parts))]
        return parts[0]

    def operand(self) -> Definition:
        token = self.next
        if self.is_word("not") or self.is_sign("("):
            self.depth += 1
            if self.depth > DEPTH_AT_MOST:
                self.refuse(words("nested", most=DEPTH_AT_MOST), token.start, words("nested.next"))
            self.take()
            inner: Definition
            if token.kind == "word":
                inner = Not(self.operand())
            else:
                inner = self.expression(0)
                self.need(")", words("expected.and_or_close"))
            self.depth -= 1
            return inner
        return self.fact()

    def fact(self) -> Definition:
        token = self.take()
        if token.kind != "word" or token.value.lower() in KEYWORDS - {"all", "diagnosis"}:
            self.expected(words("expected.fact"), token)
        name = token.value.lower()
        if name == "all":
            return Everyone()
        if name == "diagnosis":
            return self.diagnosis()
        if name in _FUNCTIONS:
            if not self.is_sign("("):
                self.expected(words("expected.open_after", word=name), self.next)
            self.take()
            return _FUNCTIONS[name](self)
        return self.comparison(self.subject(token))

    def diagnosis(self) -> Definition:
        if not self.is_word("under", "is"):
            self.expected(words("expected.under"), self.next)
        under = self.take().value.lower() == "under"
        token = self.word_or_text(words("expected.code"))
        return Diagnosis(self.resolved(lambda: vocabulary.tumour(token.value), token), under)

    def word_or_text(self, what: Words) -> Token:
        token = self.take()
        if token.kind not in ("word", "text"):
            self.expected(what, token)
        return token

    def gene(self) -> tuple[str, Note | None]:
        token = self.word_or_text(words("expected.gene"))
        return self.resolved(lambda: vocabulary.gene(token.value, as_given=token.kind == "text"), token)

    def comma(self, may_follow: str) -> bool:
        """Whether another argument follows; otherwise the parenthesis closes."""
        if self.is_sign(","):
            self.take()
            return True
        self.need(")", words("expected.comma", what=words(f"expected.comma.{may_follow}")))
        return False

    def mutated(self) -> Definition:
        gene, note = self.gene()
        if not self.comma("change"):
            return Mutated(gene, note=note)
        token = self.word_or_text(words("expected.change"))
        change = self.resolved(lambda: vocabulary.protein_change(token.value), token)
        self.need(")")
        return Mutated(gene, change, note=note)

    def fused(self) -> Definition:
        gene, note = self.gene()
        if not self.comma("gene"):
            return Fused(gene, note=note)
        partner, partner_note = self.gene()
        self.need(")")
        return Fused(gene, partner, note=note or partner_note)

    def tested(self) -> Definition:
        gene, note = self.gene()
        if not self.comma("tested"):
            return Tested(gene, note=note)
        token = self.take()
        if token.value not in ALTERATION_TYPE:
            these = words("expected.one_of", these=", ".join(ALTERATION_TYPE))
            self.expected(these, token, vocabulary.nearest_of(token.value, ALTERATION_TYPE))
        self.need(")")
        return Tested(gene, token.value, note=note)

    def of_one_gene(self, node: type[Amplified] | type[Deleted] | type[Altered]) -> Definition:
        gene, note = self.gene()
        self.need(")")
        return node(gene, note=note)

    def treated(self) -> Definition:
        if self.is_word("class"):
            self.take()
            token = self.word_or_text(words("expected.class"))
            treatment_class = self.resolved(lambda: vocabulary.treatment_class(token.value), token)
            self.need(")")
            return TreatedWithClass(treatment_class)
        token = self.word_or_text(words("expected.medicine"))
        medicine, note = self.resolved(lambda: vocabulary.medicine(token.value), token)
        self.need(")")
        return self.resolved(lambda: Treated(medicine, note=note), token)

    # -- fields and measurements

    def known(self) -> Definition:
        token = self.word_or_text(words("expected.field"))
        subject = FieldOf("tumour") if token.value.lower() == "diagnosis" else self.subject(token)
        self.need(")")
        return Known(subject)

    def subject(self, token: Token) -> FieldOf | MeasurementOf:
        """The field or the measurement whose first word is `token` (already taken)."""
        name = token.value.lower()
        if token.kind == "word" and name == "measurement":
            self.need("(", words("expected.open_after", word="measurement"))
            named = self.word_or_text(words("expected.measurement"))
            subject = self.resolved(lambda: MeasurementOf(named.value), named)
            self.need(")")
            return subject
        if name in ("tumour", "oncotree_code"):
            self.refuse(words("tumour_by_diagnosis"), token.start, words("tumour_by_diagnosis.next"))
        if name in FIELDS:
            return FieldOf(name)
        known = [*FIELDS, *_FUNCTIONS, "diagnosis", "measurement"]
        neither = words("neither", word=token.written[:40], near=vocabulary.nearest_of(name, known))
        return self.refuse(neither, token.start, words("neither.next"))

    def comparison(self, subject: FieldOf | MeasurementOf) -> Definition:
        token = self.next
        operator = next((o for o in OPERATORS if token.kind in ("sign", "word") and token.value.lower() == o), None)
        if operator is None:
            self.expected(words("expected.one_of", these="= != < <= > >= in"), token)
        self.take()
        if operator == "in":
            self.need("(", words("expected.open_after", word="in"))
            values = [self.value(subject, operator)]
            while self.comma("value"):
                values.append(self.value(subject, operator))
            return self.resolved(lambda: Compare(subject, operator, tuple(values)), token)
        value = self.value(subject, operator)
        return self.resolved(lambda: Compare(subject, operator, value), token)

    def value(self, subject: FieldOf | MeasurementOf, operator: Operator) -> Value:
        token = self.take()
        is_keyword = token.kind == "word" and token.value.lower() in KEYWORDS
        if token.kind not in ("word", "text", "number") or is_keyword:
            self.expected(words("expected.value"), token)
        field = FIELDS[subject.name] if isinstance(subject, FieldOf) else None
        ordered = operator in ("<", "<=", ">", ">=")
        if field is not None and field.kind == "text":
            if ordered:
                self.refuse(words("no_order", field=field.name), token.start, words("no_order.next", field=field.name))
            return self.word_of(field.name, field.values, token)
        if token.kind == "number":
            return self.number(token)
        if field is not None or ordered:
            self.expected(words("expected.number"), token)
        return token.value

    def number(self, token: Token) -> float:
        number = float(token.value)
        if number in (float("inf"), float("-inf")):
            self.refuse(words("number_too_large"), token.start)
        return number

    def word_of(self, name: str, values: tuple[str, ...], token: Token) -> str:
        """One of the words the field may hold; any word when its list is open."""
        if not values:
            return token.value
        other = {"sex": sexes.sex, "stage": stages.stage}.get(name)
        found = next((v for v in values if v.lower() == token.value.lower()), None)
        if found is not None:
            return found
        guess = other(token.value) if other else None
        near = nearest([guess]) if guess else vocabulary.nearest_of(token.value, values)
        return self.expected(words("expected.one_of_for", these=", ".join(values), name=name), token, near)


_FUNCTIONS: dict[str, Callable[[_Parser], Definition]] = {
    "mutated": _Parser.mutated,
    "amplified": lambda parser: parser.of_one_gene(Amplified),
    "deleted": lambda parser: parser.of_one_gene(Deleted),
    "altered": lambda parser: parser.of_one_gene(Altered),
    "fused": _Parser.fused,
    "tested": _Parser.tested,
    "treated": _Parser.treated,
    "known": _Parser.known,
}
