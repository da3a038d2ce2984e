"""A first draft of a policy, from a look at the columns: a person reads it, corrects it, and takes the mark away.

A guess errs towards *quasi-identifier*: a column that is wrongly generalised costs utility, one that is
wrongly left free costs privacy.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from chevet.errors import BadInput
from chevet.privacy.anonymity.coding import words_of
from chevet.privacy.hierarchies.registry import built_in
from chevet.records.tables import TREATMENT_CLASS

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?")
_IDENTIFIER = re.compile(r"(^|_)(id|ids|identifier|ipp|nip|nir|ssn|mrn|name|nom|prenom|surname|email|phone|address)$")
_BIRTH, _DEATH = re.compile("birth|naiss"), re.compile("death|deces")
# Who died, and when, is public (France lists its dead by name); of what, an obituary may say.
_DEATH_KNOWN = re.compile("^vital|^(cause_of_death|overall_survival_(occurred|status|event))$")
# A time since diagnosis is a date to whoever knows the diagnosis: in years it says as much as a year of death.
_SINCE = ((re.compile("_(months|mois)$"), "number:12:60:120", 1), (re.compile("_(days|jours)$"), "days", 3))
_FOLLOWS, _FOLLOWED = "birth_year", {"birth_year", "age_at_diagnosis_years", "diagnosis_year"}
_SENSITIVE = re.compile("(death|deces|relapse|recurrence|progression|response|survival|_occurred$|hiv)")
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

# What is called anonymous may be passed on to anybody, so these figures are strict. They are Chevet's own choice:
# groups of 12, hence at most 1 in 12 for anyone (the limit written is 0.09), and 0.05 on average. No rule of law sets
# them; agree on them with your data protection officer, who may accept k = 5 (a highest risk of 0.2) where a contract
# binds the recipient.

[[model]]
kind = "k-anonymity"
k = 12
{sensitive}
[thresholds]
highest_risk = 0.09
average_risk = 0.05
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
# Without a model for it, everybody of a group may share one value of a sensitive column, which is then known of each.
# The dossier counts for how many people that is so. Sensitive here: {names}.
# [[model]]
# kind = "distinct-l-diversity"
# attribute = {first}
# l = 2
"""
_WHY = {
    "identifier": "names a person, or nearly: it does not leave",
    "quasi": "others may know it: generalised",
    "sensitive": "others hardly know it: leaves as it is, for whoever finds the person to read",
    "follows": "follows from the age and the year of diagnosis: left out, so that all other columns keep more detail",
    "since": "a date to whoever knows the diagnosis: never finer than a year",
    "dead": "deaths are public: generalised with the rest, so that groups hold enough people who died",
}


@dataclass(frozen=True)
class Guess:
    """What a column seems to be, and what was seen of it.

    lowest     the finest level that may be shown
    why        what speaks for the role
    distinct   different values
    alone      share of rows that are alone with their value, 0 to 1
    """

    name: str
    role: str
    hierarchy: str
    date: str
    distinct: int
    alone: float
    lowest: int = 0
    why: str = ""


def guesses(table: pa.Table) -> tuple[Guess, ...]:
    """A guess for every column, from its name, its values and how many people share one."""
    return _without_what_follows(tuple(_guess(table, name) for name in table.column_names))


def _without_what_follows(found: tuple[Guess, ...]) -> tuple[Guess, ...]:
    """A year of birth beside an age and the year it is of tells nothing, and costs detail in all other columns."""
    names = {guess.name.lower() for guess in found if guess.role == "quasi"}
    known = names >= _FOLLOWED and any(guess.role == "identifier" for guess in found)
    return tuple(
        replace(g, role="identifier", hierarchy="", why=_WHY["follows"]) if known and g.name.lower() == _FOLLOWS else g
        for g in found
    )


def _guess(table: pa.Table, name: str) -> Guess:
    codes, labels = words_of(table, name)
    counts = np.bincount(codes, minlength=len(labels))
    alone = float((counts == 1).sum()) / max(1, table.num_rows)
    said = [label for label in labels if label]
    low = name.lower()
    role, hierarchy, date, lowest, why = "quasi", "", "", 0, ""
    since = _since(low, labels)
    if said and all(map(_DATE.fullmatch, said)):
        date = "birth" if _BIRTH.search(low) else "death" if _DEATH.search(low) else "event"
        hierarchy = "date" if date == "birth" else "year"
    elif _IDENTIFIER.search(low) or (alone > 0.95 and len(labels) > 20 and not _all_numbers(said)):
        role = "identifier"
    elif since:
        (hierarchy, lowest), why = since, "since"
    elif _DEATH_KNOWN.search(low):
        hierarchy, why = "text", "dead"
    elif _SENSITIVE.search(low) or low in TREATMENT_CLASS:
        role = "sensitive"
    else:
        hierarchy = _fitting(low, labels, said)
    return Guess(name, role, hierarchy, date, len(labels), alone, lowest, _WHY[why or role])


def _since(name: str, labels: tuple[str, ...]) -> tuple[str, int] | None:
    """The hierarchy of a time since diagnosis, and its level of years; None where the column is none."""
    for sign, hierarchy, years in _SINCE:
        if sign.search(name) and _fits(hierarchy, labels):
            return hierarchy, years
    return None


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
    diverse = [g.name for g in found if g.role == "sensitive" and g.distinct > 1]
    sensitive = _DIVERSE.format(names=", ".join(diverse), first=_quoted(diverse[0])) if diverse else ""
    head = _HEAD.format(source=source, rows=table.num_rows, name=_quoted(study))
    events = "year" if dated else "days"
    return head + "".join(map(_column, found)) + _TAIL.format(sensitive=sensitive, events=events, manual=manual)


def _column(guess: Guess) -> str:
    lines = [
        f"# {_seen(guess)}",
        f"# {guess.why}",
        "[[column]]",
        f"name = {_quoted(guess.name)}",
        f'role = "{guess.role}"',
    ]
    lines += [f'hierarchy = "{guess.hierarchy}"'] if guess.hierarchy else []
    lines += [f"lowest = {guess.lowest}"] if guess.lowest else []
    lines += [f'date = "{guess.date}"'] if guess.date else []
    lines += (
        ["# pseudonym = true    # to replace it by the project's pseudonym"]
        if guess.role == "identifier" and guess.alone > 0.5
        else []
    )
    return "\n".join(lines) + "\n\n"


def _seen(guess: Guess) -> str:
    """What was seen of a column, in round figures: the policy goes out with its release, comments and all.

    >>> _seen(Guess("surgery", "sensitive", "", "", 3, 0.0017, 0, ""))
    'up to 10 different values; fewer than 5 % of rows are alone with theirs'
    >>> _seen(Guess("birth_year", "quasi", "year", "", 65, 0.118, 0, ""))
    'about 60 different values; about 10 % of rows are alone with theirs'
    """
    values = "up to 10" if guess.distinct <= 10 else f"about {round(guess.distinct, -1)}"
    alone = "fewer than 5 %" if guess.alone < 0.05 else f"about {5 * round(20 * guess.alone)} %"
    return f"{values} different values; {alone} of rows are alone with theirs"


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's."""
    return json.dumps(text, ensure_ascii=False)
