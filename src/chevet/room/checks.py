"""The automatic checks of an airlock: every file that wants to leave, judged by what is in it.

A file is what its bytes are, not what its name says. Few kinds may leave at all: tables as text, JSON, text,
simple pages, PNG and SVG pictures, notebooks. The checks refuse what they recognise and send what they doubt to
a person; they do not prove a file harmless, which is why two people look in any case.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from chevet.room.checking.across import Key, Sums
from chevet.room.checking.claims import Claims, judge_claims, read_claims
from chevet.room.checking.counts import all_sums, judge_answers, judge_counts
from chevet.room.checking.extract import Extract
from chevet.room.checking.grids import Grid, of_delimited, of_html, of_json, of_text
from chevet.room.checking.notebooks import judge_notebook
from chevet.room.checking.pictures import PNG, judge_drawn, judge_png, judge_svg
from chevet.room.checking.redraw import drawn_anew, is_drawn
from chevet.room.checking.rows import judge_rows
from chevet.room.checking.texts import decoded, judge_precision, judge_words
from chevet.room.checking.verdict import Judged, Reason, reason

MOST_BYTES = 5 << 20
CONSOLE = "console"
_ARCHIVES = (
    b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!",
    b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18",
)  # fmt: skip
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,79}")
_MOST_FOLDERS = 3
_FILES = ("file", "console")
_TEXTS = {".txt", ".md", ".log", ".rst", ".tex"}
_TABLES = {".csv": ",", ".tsv": "\t"}

Read = tuple[list[Reason], list[Grid]]


@dataclass(frozen=True)
class Output:
    """One thing that wants to leave: its bytes, or what it is instead of a file.

    kind       file; console, for what a program printed; or what the sandbox found instead (link, pipe, device, ...)
    original   what the program wrote, where the content is that picture drawn anew; it is judged, and never leaves
    """

    name: str
    content: bytes
    kind: str = "file"
    original: bytes | None = None

    @staticmethod
    def entered(name: str, content: bytes, kind: str = "file") -> Output:
        """An output as it comes into the airlock: its pictures drawn anew, where they can be read as such."""
        drawn = drawn_anew(name, content) if kind in _FILES and len(content) <= MOST_BYTES else None
        return Output(name, content, kind) if drawn is None else Output(name, drawn, kind, content)


@dataclass(frozen=True)
class Against:
    """What outputs are judged against: the extract, and by name the counts that were released or answered before.

    answered   rounded numbers of checked answers, by the labels of their groups
    unread     how many such answers could not be had again
    key        of the job, in hexadecimal, for the names of flags
    """

    extract: Extract
    earlier: Mapping[str, Sequence[Sums]] = field(default_factory=dict)
    answered: Mapping[str, Mapping[Key, int]] = field(default_factory=dict)
    unread: int = 0
    key: str = ""


def judge(outputs: Sequence[Output], against: Against) -> list[Judged]:
    """A verdict on every output, in the same order; the tables of one job are compared with each other, too."""
    claims = read_claims({o.name: o.content for o in outputs if o.kind in _FILES})
    earlier = dict(against.earlier)
    judged = []
    for output in outputs:
        reasons, grids = _judged(output, replace(against, earlier=earlier), claims)
        told = _once([each.flagged(against.key, output.name) for each in reasons])
        judged.append(Judged(output.name, hashlib.sha256(output.content).hexdigest(), len(output.content), told))
        if judged[-1].verdict != "refuse":
            earlier[output.name] = all_sums(grids, against.extract)
    return judged


def released_sums(output: Output, extract: Extract) -> list[Sums]:
    """The counts in a file that was released, for those after it to be compared with."""
    _, grids = _read(output.name, output.content, extract)
    return all_sums(grids, extract)


def safe_name(name: str) -> bool:
    """Whether a name can be kept: plain words and few folders; nothing to climb with, nothing hidden in it.

    >>> safe_name("tables/by stage.csv"), safe_name("../ledger"), safe_name("a\\u200b.csv")
    (True, False, False)
    """
    parts = name.split("/")
    return len(parts) <= _MOST_FOLDERS and all(_NAME.fullmatch(p) is not None and ".." not in p for p in parts)


def _once(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """Each reason once, however many of a file's tables have it."""
    found: dict[str, Reason] = {}
    for each in reasons:
        found.setdefault(json.dumps(each.as_json(), sort_keys=True), each)
    return tuple(found.values())


def _judged(output: Output, against: Against, claims: Sequence[Claims]) -> Read:
    if output.kind not in _FILES:
        return [reason("not_a_file", what=output.kind)], []
    if any(claim.is_for_checkers(output.name) for claim in claims):
        return [reason("acro_for_checkers")], []
    written = output.content if output.original is None else output.original
    reasons, grids = _read(output.name, written, against.extract)
    reasons += _drawn(output)
    reasons += _named(output, against.extract)
    if len(output.content) > MOST_BYTES:
        reasons.append(reason("too_large", bytes=len(output.content)))
        return reasons, []
    for grid in grids:
        reasons += judge_rows(grid, against.extract)
    reasons += judge_counts(grids, against.extract, against.earlier, output.name)
    reasons += judge_answers(grids, against.extract, against.answered, against.unread)
    reasons += judge_claims(output.name, output.content, grids, claims, against.extract)
    if output.kind == "console":
        reasons.append(reason("console"))
    return reasons, grids


def _named(output: Output, extract: Extract) -> list[Reason]:
    """A name is an output, too; and what a program printed is under `console/`, where it writes nothing itself."""
    words = list(judge_words(output.name, extract))
    posed = output.kind != "console" and output.name.casefold().split("/")[0] == CONSOLE
    return [reason("name")] if words or posed or not safe_name(output.name) else []


def _drawn(output: Output) -> list[Reason]:
    """A picture leaves as it was drawn anew on entry, and in no other way."""
    if output.original is None:
        return [reason("not_drawn_anew")] if is_drawn(output.name, output.content) else []
    dense = list(judge_drawn(output.content)) if output.content.startswith(PNG) else []
    return [reason("drawn_anew"), *dense]


def _read(name: str, content: bytes, extract: Extract) -> Read:
    """What is wrong with a file by itself, and the tables in it."""
    ending = PurePosixPath(name).suffix.lower()
    if not content:
        return [reason("empty")], []
    if content.startswith(_ARCHIVES) or content[257:262] == b"ustar":
        return [reason("archive")], []
    if len(content) > MOST_BYTES:
        return [], []
    if ending == ".png" or content.startswith(PNG):
        wrong = ending != ".png" or not content.startswith(PNG)
        return ([reason("not_what_it_says")] if wrong else list(judge_png(content))), []
    read = _READERS.get(ending)
    if read is None:
        return [reason("kind", ending=ending[:10] if re.fullmatch(r"\.[a-z0-9]{1,9}", ending) else "?")], []
    text = decoded(content)
    if text is None:
        return [reason("not_text")], []
    try:
        return read(text, ending, extract)
    except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError):
        return [reason("unreadable")], []


def _table(text: str, ending: str, extract: Extract) -> Read:
    grid = of_delimited(text, _TABLES[ending])
    reasons = [*judge_words(text, extract, numbers=False), *judge_precision(text)]
    return reasons, [grid] if grid else []


def _text(text: str, ending: str, extract: Extract) -> Read:
    return list(judge_words(text, extract)), list(of_text(text))


def _json(text: str, ending: str, extract: Extract) -> Read:
    value = json.loads(text)
    return [*judge_words(text, extract)], list(of_json(value))


def _html(text: str, ending: str, extract: Extract) -> Read:
    page = of_html(text)
    reasons = list(judge_words("\n".join(page.words), extract, spacing=False))
    if page.active:
        reasons.append(reason("active_content", what=", ".join(sorted(page.active))))
    return reasons, page.grids


def _svg(text: str, ending: str, extract: Extract) -> Read:
    return list(judge_svg(text, extract)), []


def _notebook(text: str, ending: str, extract: Extract) -> Read:
    return judge_notebook(json.loads(text), extract)


_READERS: dict[str, Callable[[str, str, Extract], Read]] = {
    **dict.fromkeys(_TABLES, _table), **dict.fromkeys(_TEXTS, _text),
    ".json": _json, ".html": _html, ".htm": _html, ".svg": _svg, ".ipynb": _notebook,
}  # fmt: skip
