"""In what share of the tumours of a kind each mutational signature occurs, from published attributions.

The shares of a kind with few tumours are drawn towards those of all tumours, and those of genomes towards the exomes of
the same kind, too: what shows in an exome shows in a genome, while the reverse does not hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from chevet.genomics import facts
from chevet.words import oncotree

Kind = Literal["genome", "exome"]


@dataclass(frozen=True)
class Shares:
    """A group of tumours of the publication, and the share of its tumours with each signature."""

    group: str
    by_signature: Mapping[str, float]


@dataclass(frozen=True)
class _Group:
    tumours: frozenset[str]
    number: int
    shares: Mapping[str, float]


def shares_of(tumour_code: str, kind: Kind, names: tuple[str, ...]) -> Shares:
    """The shares for a tumour of OncoTree, under the names of a reference; group ALL where its kind was not published.

    names    of the reference; newer files split a signature (SBS40 into SBS40a, SBS40b and SBS40c)
    """
    found = published_shares(tumour_code, kind)
    return Shares(found.group, _as_named(found.by_signature, names))


def published_shares(tumour_code: str, kind: Kind) -> Shares:
    """The shares for a tumour of OncoTree under the names of the publication, 0 for signatures of other kinds only."""
    every = {
        **dict.fromkeys(_groups("genome")["ALL"].shares, 0.0),
        **dict.fromkeys(_groups("exome")["ALL"].shares, 0.0),
    }
    every |= _groups(kind)["ALL"].shares
    group = _group_of(tumour_code, kind)
    if group is None:
        return Shares("ALL", every)
    towards: list[Mapping[str, float]] = [every]
    if kind == "genome" and _group_of(tumour_code, "exome") is not None:
        towards.append(published_shares(tumour_code, "exome").by_signature)
    own = _groups(kind)[group]
    return Shares(group, drawn(own.shares, own.number, towards))


def drawn(shares: Mapping[str, float], number: int, towards: list[Mapping[str, float]]) -> dict[str, float]:
    """Shares of so many tumours, drawn towards others as if one more tumour of each had been seen.

    >>> drawn({"SBS1": 1.0}, 1, [{"SBS1": 0.5, "SBS4": 0.5}])
    {'SBS1': 0.75, 'SBS4': 0.25}
    """
    names = {name for one in towards for name in one} | set(shares)
    return {
        name: (shares.get(name, 0.0) * number + sum(one.get(name, 0.0) for one in towards)) / (number + len(towards))
        for name in sorted(names)
    }


def _group_of(tumour_code: str, kind: Kind) -> str | None:
    above = [tumour_code, *oncotree.ancestors(tumour_code)] if tumour_code else []
    groups = _groups(kind).items()
    return next((name for code in above for name, group in groups if code in group.tumours), None)


def _as_named(shares: Mapping[str, float], names: tuple[str, ...]) -> dict[str, float]:
    found = {}
    for name in names:
        older = name if name in shares else name.rstrip("abcd")
        if older in shares:
            found[name] = shares[older]
    return found


@cache
def _groups(kind: Kind) -> Mapping[str, _Group]:
    found = {}
    for row in facts.rows("signature_sets.tsv"):
        if row["kind"] == kind:
            pairs = (one.split(":") for one in row["shares"].split("|"))
            tumours = frozenset(row["tumours"].split("|")) - {""}
            found[row["group"]] = _Group(tumours, int(row["number"]), {name: float(share) for name, share in pairs})
    return found
