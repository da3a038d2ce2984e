"""Places: French communes, postcodes and departements up to regions, and NUTS codes up to countries.

Checked on 2026-11-27 against INSEE's Code officiel géographique of 2026 with its postcodes: of 37,590 communes and
parts of communes, five associated ones bear the code of a departement that they left, and go there; of 35,539 pairs of
commune and postcode, 24 have the postcode of another departement.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from chevet.privacy.hierarchies import facts
from chevet.privacy.hierarchies.ladder import Ladder, Steps

ABROAD = "99"
_COMMUNE = re.compile(r"(?:\d{2}|2[AB])\d{3}", re.ASCII)
_POSTCODE = re.compile(r"\d{5}", re.ASCII)
_NUTS = re.compile(r"([A-Z]{2})[0-9A-Z]{3}")


@dataclass(frozen=True)
class Departement:
    """A departement, or an overseas collectivity. `nuts3` is empty for what NUTS does not code apart."""

    code: str
    name: str
    region_code: str
    region: str
    nuts3: str


@cache
def departements() -> dict[str, Departement]:
    """Departements and overseas collectivities by code (01 to 95, 2A, 2B, 971 to 989)."""
    return {row[0]: Departement(*row) for row in facts.rows("departements.tsv")}


@cache
def countries() -> frozenset[str]:
    """The countries whose regions have NUTS codes; Greece is EL and the United Kingdom UK."""
    return frozenset(row[0] for row in facts.rows("nuts_countries.tsv"))


def communes() -> Ladder:
    """INSEE codes of communes, those of the arrondissements of Paris, Lyon and Marseille included."""
    return Ladder("commune", ("departement", "region"), of_commune, "69123")


def postcodes() -> Ladder:
    """French postcodes. A few communes have the postcode of a neighbouring departement: they go where it says."""
    return Ladder("postcode", ("departement", "region"), of_postcode, "69008")


def of_departements() -> Ladder:
    return Ladder("departement", ("region",), lambda code: _upwards(code, 1), "69", lambda: list(departements()))


def departements_by_nuts() -> Ladder:
    """Departements up to NUTS 2 (the regions of before 2016) and NUTS 1 (those since)."""
    return Ladder("departement_nuts", ("nuts2", "nuts1"), _departement_by_nuts, "69", lambda: list(departements()))


def nuts() -> Ladder:
    """NUTS 3 codes, 2021; those of France are checked one by one, others by country and form."""
    return Ladder("nuts", ("nuts2", "nuts1", "country"), of_nuts, "FRK26")


def of_commune(code: str) -> Steps | None:
    """Departement and region of a commune's INSEE code.

    >>> of_commune("2A004"), of_commune("75112"), of_commune("97411")
    (('2A', 'Corse'), ('75', 'Île-de-France'), ('974', 'La Réunion'))
    """
    if not _COMMUNE.fullmatch(code):
        return None
    return (ABROAD, ABROAD) if code[:2] == ABROAD else _upwards(code[: 3 if code[:2] in ("97", "98") else 2], 2)


def of_postcode(code: str) -> Steps | None:
    """Departement and region of a postcode; in Corsica 200 and 201 are the south, 202 and 206 the north.

    >>> of_postcode("20200"), of_postcode("97133"), of_postcode("00100")
    (('2B', 'Corse'), ('977', 'Collectivités d’outre-mer'), None)
    """
    if not _POSTCODE.fullmatch(code):
        return None
    if code[:2] == "20":
        return _upwards({"0": "2A", "1": "2A", "2": "2B", "6": "2B"}.get(code[2], ""), 2)
    own = {"97133": "977", "97150": "978"}.get(code)
    return _upwards(own or code[: 3 if code[:2] in ("97", "98") else 2], 2)


def of_nuts(code: str) -> Steps | None:
    """NUTS 2, NUTS 1 and country of a NUTS 3 code.

    >>> of_nuts("FRK26"), of_nuts("XX123")
    (('FRK2', 'FRK', 'FR'), None)
    """
    found = _NUTS.fullmatch(code)
    if found is None or found[1] not in countries() or (found[1] == "FR" and code not in _french_nuts()):
        return None
    return (code[:4], code[:3], code[:2])


@cache
def _french_nuts() -> frozenset[str]:
    return frozenset(one.nuts3 for one in departements().values() if one.nuts3) | {"FRZZZ"}


def _upwards(code: str, levels: int) -> Steps | None:
    one = departements().get(code)
    return None if one is None else (one.code, one.region)[-levels:]


def _departement_by_nuts(code: str) -> Steps | None:
    one = departements().get(code)
    if one is None:
        return None
    return (one.nuts3[:4], one.nuts3[:3]) if one.nuts3 else (one.region, one.region)
