"""A marker that an entry names in one cell and values in another: `{"name": "PD-L1 TPS", "value": 60, "unit": "%"}`."""

from __future__ import annotations

import re

from chevet.genomics.alteration import Alteration
from chevet.genomics.marker_units import in_own_unit, score_of
from chevet.genomics.measured_names import measured, type_of
from chevet.words import biomarkers, missing

_NAMES = {
    "microsatellite_instability": "msi", "microsatellites": "msi", "msi_status": "msi",
    "instabilité_microsatellitaire": "msi",
    "mmr_status": "mmr", "mismatch_repair": "mmr", "tumor_mutational_burden": "tmb", "tumour_mutational_burden": "tmb",
    "tumor_mutation_burden": "tmb", "charge_mutationnelle": "tmb", "tmb_per_mb": "tmb", "hrd_status": "hrd",
    "hrd_score": "hrd", "gis": "hrd", "genomic_instability_score": "hrd", "pd_l1": "pd_l1_tps", "pdl1": "pd_l1_tps",
    "tps": "pd_l1_tps", "pdl1_tps": "pd_l1_tps", "cps": "pd_l1_cps", "pdl1_cps": "pd_l1_cps",
    "oestrogen_receptor": "er", "estrogen_receptor": "er", "re": "er", "pgr": "pr", "rp": "pr",
    "progesterone_receptor": "pr", "hormone_receptors": "hr", "hormone_receptor": "hr", "rh": "hr",
    "ki_67": "ki67", "mgmt": "mgmt_methylation", "mgmt_promoter": "mgmt_methylation", "1p_19q": "codeletion_1p19q",
    "1p/19q": "codeletion_1p19q", "1p19q": "codeletion_1p19q", "alpha_fetoprotein": "afp", "cldn18": "cldn18_2",
    "claudin_18_2": "cldn18_2", "her2_status": "her2", "statut_her2": "her2", "ighv_status": "ighv",
}  # fmt: skip
_LEVELS = {
    "+": "positive", "pos": "positive", "positif": "positive", "yes": "positive", "oui": "positive",
    "present": "positive",
    "présent": "positive", "présente": "positive", "détecté": "positive", "detected": "positive", "true": "positive",
    "-": "negative", "neg": "negative", "négatif": "negative", "négative": "negative", "no": "negative",
    "non": "negative", "absent": "negative", "not_detected": "negative", "non_détecté": "negative", "false": "negative",
    "h": "high", "élevé": "high", "élevée": "high", "haute": "high", "instable": "high", "unstable": "high",
    "msi_h": "high",
    "l": "low", "faible": "low", "bas": "low", "basse": "low", "msi_l": "low", "mss": "stable", "s": "stable",
    "dmmr": "deficient", "pmmr": "proficient", "déficient": "deficient", "deficiency": "deficient", "loss": "deficient",
    "intact": "proficient", "codeleted": "present", "codélété": "present", "deleted": "present",
    "non_codeleted": "absent", "intacte": "absent", "méthylé": "methylated", "non_méthylé": "unmethylated",
    "muté": "mutated", "non_muté": "unmutated",
}  # fmt: skip
_NUMBER = re.compile(r"([<>≥≤=~]*)\s*(\d+(?:[.,]\d+)?)\s*(%|[a-zµ/ -]{0,24})", re.IGNORECASE)


class OtherUnit(ValueError):
    """The number of a marker is in a unit of something else."""


class ShareOrPercent(ValueError):
    """A number below 1 without a unit: 0.6 is 0.6 % to one laboratory, and 60 % to another."""


def marker(kind: str, name: str, value: object, unit: str = "") -> Alteration | None:
    """The marker with its level or number; None when a marker that rules ask for has a value that is not understood.

    Raises OtherUnit for a number in a unit that the marker is not measured in, ShareOrPercent for one below 1 that
    may be either.

    >>> marker("expression", "PD-L1 TPS", 60).value, marker("signature", "MSI", "MSI-H").value
    (60.0, 'high')
    >>> marker("signature", "msi", "?") is None
    True
    """
    said = _said(value)
    plain = _plain(name)
    plain = _scored(_NAMES.get(plain, plain), plain, unit)
    if biomarkers.is_marker(plain) and said:
        found = _of_marker(plain, said, unit)
        if found is not None:
            return found
    if not said and value not in (None, ""):
        return None
    known = biomarkers.is_marker(plain)
    bare = measured(name)  # what the name alone would say is not what the value says
    alone = measured(said) if said else None
    if known and alone is not None and alone.name == plain:
        return alone
    for text in _texts(name, said, unit, known):
        spelt = measured(text)
        if spelt is not None and not (known and said and bare is not None and bare.value == spelt.value):
            return spelt
    if known:
        return None
    number = _number(said)
    kept: str | float | None = number if number is not None else (said or None)
    return Alteration(kind, name=name.strip()[:100], value=kept, unit=unit)  # type: ignore[arg-type]


# The protein that pathologists stain for, by its gene; its receptors and repair proteins stand for their marker.
_STAINED = {
    "ERBB2": "HER2", "CD274": "PD-L1", "ESR1": "ER", "PGR": "PR", "MET": "c-Met", "FOLR1": "FOLR1",
    "CLDN18": "CLDN18.2", "KIT": "CD117", "MS4A1": "CD20", "TNFRSF8": "CD30", "CD19": "CD19", "CD22": "CD22",
    "CD33": "CD33", "CD38": "CD38", "IL3RA": "CD123", "TNFRSF17": "BCMA", "EGFR": "EGFR IHC", "ALK": "ALK IHC",
    "ROS1": "ROS1 IHC", "FOLH1": "PSMA", "AR": "androgen receptor", "MLH1": "MLH1 IHC", "MSH2": "MSH2 IHC",
    "MSH6": "MSH6 IHC", "PMS2": "PMS2 IHC",
}  # fmt: skip
_BY_STAIN = re.compile(r"ihc|immunohist|stain|marquage|tps|cps|%|\+", re.IGNORECASE)


def of_stained_protein(gene: str, name: str, value: object, unit: str = "") -> Alteration | None:
    """The marker of a protein that the entry names by its gene: `{"gene": "ERBB2", "value": "3+"}` is HER2 3+.

    None for a gene whose protein is no marker, and for a bare number, which may as well be of RNA.
    """
    said, of_gene = _said(value), _STAINED.get(gene)
    besides = "" if name == gene else name
    if of_gene is None or not (said or besides):
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool) and not _BY_STAIN.search(f"{besides} {unit}"):
        return None
    if of_gene == "HER2":
        said = _with_plus(said)
    result = f"{unit} {said}" if score_of(unit) else f"{said}{unit}"
    for text in (f"{of_gene} {besides} {result}", f"{of_gene} {result}" if "%" in result else ""):
        found = measured(text) if text else None
        if found is not None and biomarkers.is_marker(found.name):
            return found
    return None


def _with_plus(said: str) -> str:
    """The score of a stain as pathologists write it: 3+ for 3."""
    return f"{said}+" if said in ("1", "2", "3") else said


def is_marker_name(name: str) -> bool:
    """Whether a cell names a marker that rules ask for, in any of its spellings."""
    plain = _plain(name)
    return biomarkers.is_marker(_NAMES.get(plain, plain))


def _of_marker(name: str, said: str, unit: str) -> Alteration | None:
    levels = biomarkers.levels(name)
    exact = _plain(said) if said not in ("+", "-") else said
    for word in (said.strip().lower(), exact, _LEVELS.get(exact, "")):
        if word in levels:
            return Alteration(type_of(name), name=name, value=word)
    word = _LEVELS.get(exact, "")
    if word == "positive" and "present" in levels:
        return Alteration(type_of(name), name=name, value="present")
    if word == "negative" and "absent" in levels:
        return Alteration(type_of(name), name=name, value="absent")
    if name == "her2_ihc" and _with_plus(said) in levels:
        return Alteration(type_of(name), name=name, value=_with_plus(said))
    number = _number(said)
    own = biomarkers.get(name).unit
    if number is None or not own:
        return None
    given = unit.strip() or said.lstrip("<>≥≤=~0123456789.,").strip()
    if own == "%" and not given and 0 < number < 1:
        raise ShareOrPercent
    measured_in = in_own_unit(number, "" if score_of(given) == name else given, own)
    if measured_in is None:
        raise OtherUnit(given)
    return Alteration(type_of(name), name=name, value=measured_in, unit=own)


def _scored(name: str, as_named: str, unit: str) -> str:
    """The marker of a PD-L1 result whose score stands with the unit only: `PD-L1`, 10, `CPS`."""
    score = score_of(unit)
    if score is None or not name.startswith("pd_l1"):
        return name
    if as_named not in ("pd_l1", "pdl1") and score != name:
        raise OtherUnit(unit)
    return score


def _texts(name: str, said: str, unit: str, known: bool) -> tuple[str, ...]:
    together = (
        (f"{name} {said}{unit}", f"{name} {said} {unit}", f"{name}: {said}", f"{name}{said}") if said else (name,)
    )
    return together if known or not said else (*together, said)


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "positive" if value else "negative"
    if isinstance(value, (int, float)):
        return f"{value:g}" if value == value and abs(value) < 1e12 else ""
    return (
        ""
        if not isinstance(value, str) or (missing.is_missing(value) and value.strip() != "-")
        else value.strip()[:200]
    )


def _number(said: str) -> float | None:
    found = _NUMBER.fullmatch(said)
    if found is None or "<" in found[1] or "≤" in found[1]:
        return None
    return float(found[2].replace(",", "."))


def _plain(text: str) -> str:
    return re.sub(r"[\s.-]+", "_", text.strip().lower())
