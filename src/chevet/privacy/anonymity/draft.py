"""A first draft of a policy, from a look at the columns: a person reads it, corrects it, and takes the mark away.

A guess errs towards *quasi-identifier*: a column that is wrongly generalised costs utility, one that is
wrongly left free costs privacy.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from chevet.errors import BadInput
from chevet.privacy.anonymity.coding import words_of
from chevet.privacy.hierarchies.registry import built_in
from chevet.records.tables import TREATMENT_CLASS

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?")
_IDENTIFIER = re.compile(r"(^|_)(id|ids|identifier|ipp|nip|nir|ssn|mrn|name|nom|prenom|surname|email|phone|address)$")
_BIRTH, _DEATH = re.compile("birth|naiss"), re.compile("death|deces")
_SENSITIVE = re.compile(
    r"(^vital|death|deces|relapse|recurrence|progression|response|survival|_months$|_occurred$|hiv)"
)
# A word in the name, and the built-in hierarchy that it asks for; the first whose values all fit is taken.
_HIERARCHIES = (
    (r"sex|gender|sexe", "sex"), (r"(^|_)age(_|$)", "age"), (r"year|annee", "year"),
    (r"postcode|postal|zip", "postcode"),
    (r"commune|insee", "commune"), (r"departement|department", "departement"), (r"nuts", "nuts"),
    (r"icd_?10|cim_?10", "icd10"), (r"topography|topographie", "icdo_topography"),
    (r"morphology|morphologie", "icdo_morphology"), (r"stage|stade", "stage"), (r"oncotree|tumour|tumor", "oncotree"),
    (r"pcs|profession|occupation", "pcs"), (r"isco", "isco"), (r"days|jours", "days"),
)  # fmt: skip
_HEAD = """\
# A first draft, made by looking at the columns of {source}: {rows} rows.
# Read every line, correct it, and only then take the next line away: nothing is released under a draft.
draft = true

[study]
name = {name}
purpose = ""      # what the release is for
recipient = ""    # who receives it

"""
_TAIL = """\
# ---- what must hold. Take lines away or add: {manual}

[[model]]
kind = "k-anonymity"
k = 5
{sensitive}
[thresholds]
highest_risk = 0.2
average_risk = 0.1
unique_in_sample = 0.0

[suppression]
at_most = 0.05    # share of rows that may be left out

[search]
kind = "local"    # "optimal": one level per attribute, proved best; "local": a level per group, loses less
seconds = 60

[dates]
death = "year"    # or "month": never finer
events = "{events}"
"""
_DIVERSE = """
# {name} is sensitive: without a model, a group may share one value of it.
# [[model]]
# kind = "distinct-l-diversity"
# attribute = {quoted}
# l = 2
"""


@dataclass(frozen=True)
class Guess:
    """What a column seems to be, and what was seen of it.

    distinct   different values
    alone      share of rows that are alone with their value, 0 to 1
    """

    name: str
    role: str
    hierarchy: str
    date: str
    distinct: int
    alone: float


def guesses(table: pa.Table) -> tuple[Guess, ...]:
    """A guess for every column, from its name, its values and how many people share one."""
    return tuple(_guess(table, name) for name in table.column_names)


def _guess(table: pa.Table, name: str) -> Guess:
    codes, labels = words_of(table, name)
    counts = np.bincount(codes, minlength=len(labels))
    alone = float((counts == 1).sum()) / max(1, table.num_rows)
    said = [label for label in labels if label]
    low = name.lower()
    role, hierarchy, date = "quasi", "", ""
    if said and all(map(_DATE.fullmatch, said)):
        date = "birth" if _BIRTH.search(low) else "death" if _DEATH.search(low) else "event"
        hierarchy = "date" if date == "birth" else "year"
    elif _IDENTIFIER.search(low) or (alone > 0.95 and len(labels) > 20 and not _all_numbers(said)):
        role = "identifier"
    elif _SENSITIVE.search(low) or low in TREATMENT_CLASS:
        role = "sensitive"
    else:
        hierarchy = _fitting(low, labels, said)
    return Guess(name, role, hierarchy, date, len(labels), alone)


def _fitting(name: str, labels: tuple[str, ...], said: list[str]) -> str:
    """The hierarchy that the name asks for and the values fit; else of numbers, or of words."""
    for sign, hierarchy in _HIERARCHIES:
        if re.search(sign, name) and _fits(hierarchy, labels):
            return hierarchy
    return "number" if len(said) > 10 and _all_numbers(said) and _fits("number", labels) else "text"


def _fits(hierarchy: str, labels: tuple[str, ...]) -> bool:
    try:
        built_in(hierarchy, labels)
    except BadInput:
        return False
    return True


def _all_numbers(said: list[str]) -> bool:
    try:
        return bool(said) and bool(np.isfinite([float(value) for value in said]).all())
    except ValueError:
        return False


def draft(table: pa.Table, *, source: str, study: str, manual: str) -> str:
    """The draft as TOML, with comments for the person who reads it.

    source   how the head calls the table
    manual   where every key is explained
    """
    found = guesses(table)
    dated = [g for g in found if g.date == "event"]
    sensitive = "".join(
        _DIVERSE.format(name=g.name, quoted=_quoted(g.name)) for g in found if g.role == "sensitive" and g.distinct > 1
    )
    head = _HEAD.format(source=source, rows=table.num_rows, name=_quoted(study))
    events = "year" if dated else "days"
    return head + "".join(map(_column, found)) + _TAIL.format(sensitive=sensitive, events=events, manual=manual)


def _column(guess: Guess) -> str:
    seen = f"# {guess.distinct} different values; {100 * guess.alone:.1f} % of rows are alone with theirs"
    lines = [seen, "[[column]]", f"name = {_quoted(guess.name)}", f'role = "{guess.role}"']
    lines += [f'hierarchy = "{guess.hierarchy}"'] if guess.hierarchy else []
    lines += [f'date = "{guess.date}"'] if guess.date else []
    lines += ["# pseudonym = true    # to replace it by the project's pseudonym"] if guess.role == "identifier" else []
    return "\n".join(lines) + "\n\n"


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's."""
    return json.dumps(text, ensure_ascii=False)
