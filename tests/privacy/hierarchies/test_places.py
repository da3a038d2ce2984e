"""French places and NUTS codes, against facts that anybody can check on a map."""

from __future__ import annotations

from collections import Counter

import pytest

from chevet.privacy.hierarchies.places import countries, departements, of_commune, of_nuts, of_postcode
from chevet.privacy.hierarchies.registry import built_in


def test_there_are_101_departements_in_18_regions_and_eight_overseas_collectivities() -> None:
    whole = [one for one in departements().values() if one.region_code != "COM"]
    assert (len(whole), len({one.region for one in whole})) == (101, 18)
    assert len(departements()) - len(whole) == 8


def test_departements_per_region_add_up_as_in_the_official_code() -> None:
    counts = Counter(one.region for one in departements().values())
    expected = {"Auvergne-Rhône-Alpes": 12, "Bourgogne-Franche-Comté": 8, "Bretagne": 4, "Centre-Val de Loire": 6,
                "Corse": 2, "Grand Est": 10, "Hauts-de-France": 5, "Île-de-France": 8, "Normandie": 5,
                "Nouvelle-Aquitaine": 12, "Occitanie": 13, "Pays de la Loire": 5,
                "Provence-Alpes-Côte d’Azur": 6}  # fmt: skip
    assert {region: counts[region] for region in expected} == expected


def test_each_departement_has_its_own_nuts_3_code_and_each_region_one_nuts_1_code() -> None:
    coded = [one for one in departements().values() if one.nuts3]
    assert len({one.nuts3 for one in coded}) == 101
    metropolitan = {(one.region, one.nuts3[:3]) for one in coded if not one.nuts3.startswith("FRY")}
    assert len(metropolitan) == 13 == len({region for region, _ in metropolitan}) == len({n for _, n in metropolitan})
    # The former regions are NUTS 2: 22 in the metropolis, and five overseas.
    assert len({one.nuts3[:4] for one in coded}) == 27


@pytest.mark.parametrize(
    ("commune", "departement", "region"),
    [
        ("75112", "75", "Île-de-France"),  # the 12th arrondissement of Paris
        ("69387", "69", "Auvergne-Rhône-Alpes"),  # the 7th of Lyon
        ("13208", "13", "Provence-Alpes-Côte d’Azur"),  # the 8th of Marseille
        ("2A004", "2A", "Corse"),  # Ajaccio
        ("2B033", "2B", "Corse"),  # Bastia
        ("94076", "94", "Île-de-France"),  # Villejuif
        ("97411", "974", "La Réunion"),
        ("97502", "975", "Collectivités d’outre-mer"),
        ("98818", "988", "Collectivités d’outre-mer"),  # Nouméa
        ("99109", "99", "99"),  # born abroad
    ],
)
def test_a_commune_lies_in_its_departement_and_region(commune: str, departement: str, region: str) -> None:
    assert of_commune(commune) == (departement, region)


@pytest.mark.parametrize("code", ["20004", "96001", "2C001", "7511", "751122", "97001", "990000", "lyon"])
def test_what_is_no_commune_is_refused(code: str) -> None:
    assert of_commune(code) is None


@pytest.mark.parametrize(
    ("postcode", "departement"),
    [("94800", "94"), ("20000", "2A"), ("20169", "2A"), ("20200", "2B"), ("20600", "2B"), ("97400", "974"),
     ("97133", "977"), ("97150", "978"), ("98800", "988")],
)  # fmt: skip
def test_a_postcode_lies_in_the_departement_that_it_says(postcode: str, departement: str) -> None:
    steps = of_postcode(postcode)
    assert steps is not None
    assert steps[0] == departement


@pytest.mark.parametrize("postcode", ["20300", "00100", "98000", "9480", "96000"])
def test_what_is_no_french_postcode_is_refused(postcode: str) -> None:
    assert of_postcode(postcode) is None


def test_french_nuts_codes_are_checked_and_others_by_country() -> None:
    assert of_nuts("FR107") == ("FR10", "FR1", "FR")
    assert of_nuts("FR109") is None
    assert of_nuts("DE212") == ("DE21", "DE2", "DE")
    assert of_nuts("GR301") is None  # Greece is EL
    assert len(countries()) == 37


def test_all_of_france_rises_from_commune_to_region() -> None:
    made = built_in("commune", ["94076", "75056", "69123", ""])
    assert made.labels[1] == ("94", "75", "69", "")
    assert made.labels[2] == ("Île-de-France", "Auvergne-Rhône-Alpes", "")
