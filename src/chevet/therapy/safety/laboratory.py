"""Blood tests in one unit each, whatever the unit that they were given in. A test without its unit is not read.

The case names a test with its unit, as `creatinine_umol_per_l`; `creatinine (mg/dL)` and French names are read, too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

# One mole of creatinine weighs 113.12 g, of bilirubin 584.66 g, so that 1 mg/dL is 88.4 and 17.1 micromoles per litre.
CREATININE_UMOL_PER_MG_DL = 88.4
BILIRUBIN_UMOL_PER_MG_DL = 17.1
ALBUMIN_G_L_PER_G_DL = 10.0

_TESTS: dict[str, tuple[str, ...]] = {
    "creatinine": ("creatinine", "serum_creatinine", "scr", "creatininemie", "creat"),
    "clearance": ("creatinine_clearance", "clearance", "crcl", "clcr", "clairance", "clairance_creatinine"),
    "egfr": ("egfr", "gfr", "dfg", "estimated_gfr"),
    "bilirubin": ("bilirubin", "total_bilirubin", "bilirubine", "bilirubine_totale"),
    "ast": ("ast", "asat", "sgot"),
    "alt": ("alt", "alat", "sgpt"),
    "albumin": ("albumin", "serum_albumin", "albumine", "albuminemie"),
    "inr": ("inr",),
    "ascites": ("ascites", "ascite"),
    "encephalopathy": ("encephalopathy", "encephalopathie", "hepatic_encephalopathy"),
    "child_pugh": ("child_pugh", "child_pugh_score"),
    "uracil": ("uracil", "uracilemia", "uracilemie", "plasma_uracil"),
    "dpyd_activity": ("dpyd_activity_score", "dpyd_score", "dpyd_gas", "dpyd_activity"),
}
# how much of the unit kept here one unit as given is
_UNITS: dict[str, dict[str, float]] = {
    "creatinine": {"umol_l": 1, "mg_dl": CREATININE_UMOL_PER_MG_DL, "mg_l": CREATININE_UMOL_PER_MG_DL / 10,
                   "mmol_l": 1000},
    "clearance": {"ml_min": 1, "ml_s": 60},
    "egfr": {"ml_min_1_73": 1, "ml_min_1_73m2": 1, "ml_min_1_73_m2": 1, "ml_min": 1},
    "bilirubin": {"umol_l": 1, "mg_dl": BILIRUBIN_UMOL_PER_MG_DL, "mg_l": BILIRUBIN_UMOL_PER_MG_DL / 10},
    "albumin": {"g_l": 1, "g_dl": ALBUMIN_G_L_PER_G_DL},
    "uracil": {"ng_ml": 1, "ug_l": 1},
    "ast": {"u_l": 1, "ui_l": 1, "iu_l": 1},
    "alt": {"u_l": 1, "ui_l": 1, "iu_l": 1},
}  # fmt: skip
_PLAIN = ("inr", "ascites", "encephalopathy", "child_pugh", "dpyd_activity")
# Laboratories give these in one unit only; creatinine, bilirubin and albumin come in several.
_ONE_UNIT = ("clearance", "egfr", "ast", "alt")
_LIMITS = {"creatinine": (10, 3000), "clearance": (1, 400), "egfr": (1, 250), "bilirubin": (0.5, 1500),
           "albumin": (5, 80), "uracil": (0.1, 2000), "inr": (0.5, 20), "dpyd_activity": (0, 2),
           "ascites": (0, 2), "encephalopathy": (0, 4), "child_pugh": (5, 15)}  # fmt: skip
LONGEST_NOTE = 50_000
_NOTED = re.compile(
    r"\b((?:creatinine|creatinin\w*|cr[ée]atinin[ée]\w*|bilirubin\w*|albumin\w*|uracil\w*|crcl|clearance|clairance)"
    r"(?: (?:clearance|totale?|total))?)\s*(?:is|was|at|of|à|de|est|[:=])?\s*"
    r"(\d{1,4}(?:[.,]\d{1,3})?)\s*([µμu]mol/l|mg/dl|mg/l|ng/ml|ml/min|g/l|g/dl)(?![\w/])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Laboratory:
    """Tests by name: creatinine and bilirubin in micromoles per litre, albumin in g/L, clearance in mL/min.

    times_uln   of bilirubin, AST and ALT that were given as multiples of the upper limit of normal
    unread      names of tests that are ours, but whose unit is missing, unknown, or makes the number impossible
    """

    values: Mapping[str, float]
    times_uln: Mapping[str, float]
    unread: tuple[str, ...] = ()

    def get(self, test: str) -> float | None:
        """The number of a test, None when it was not given."""
        return self.values.get(test)


def read(labs: Mapping[str, float]) -> Laboratory:
    """The tests of a case that are of use here.

    >>> read({"creatinine_mg_per_dl": 1.0}).get("creatinine"), read({"Créatinine (µmol/L)": 88}).get("creatinine")
    (88.4, 88.0)
    >>> read({"creatinine": 88}).unread
    ('creatinine',)
    """
    values: dict[str, float] = {}
    times: dict[str, float] = {}
    unread: list[str] = []
    for name, number in labs.items():
        found = _named(name)
        if found is None:
            continue
        test, unit = found
        if unit in ("uln", "x_uln", "xuln", "lsn", "x_lsn", "times_uln", "n") and test in ("bilirubin", "ast", "alt"):
            times[test] = float(number)
            continue
        factor = 1.0 if test in (*_PLAIN, *_ONE_UNIT) and not unit else _UNITS.get(test, {}).get(unit)
        low, high = _LIMITS.get(test, (0, 1e6))
        if factor is None or not low <= number * factor <= high:
            unread.append(name)
        else:
            values[test] = round(float(number * factor), 6)
    return Laboratory(values, times, tuple(unread))


def noted(text: str) -> dict[str, float]:
    """Tests that a note says with their unit, as a case names them; one that it gives two numbers of is left.

    >>> noted("Uracilémie 18 ng/mL, créatinine : 95 µmol/L"), noted("creatinine 1.0 mg/dL then 1.4 mg/dL; bilirubin 12")
    ({'uracilémie_ng_ml': 18.0, 'créatinine_umol_l': 95.0}, {'creatinine_mg_dl': 1.0})
    """
    found: dict[str, float] = {}
    twice: set[str] = set()
    for one in _NOTED.finditer(text[:LONGEST_NOTE]):
        name = f"{one[1].lower()}_{_plain(one[3])}"
        value = float(one[2].replace(",", "."))
        if found.setdefault(name, value) != value:
            twice.add(name)
    return {name: value for name, value in found.items() if name not in twice}


def _named(name: str) -> tuple[str, str] | None:
    """The test that a name begins with, and the unit behind it, both in plain letters."""
    plain = _plain(name)
    best: tuple[str, str] | None = None
    longest = 0
    for test, names in _TESTS.items():
        for one in names:
            if (plain == one or plain.startswith(one + "_")) and len(one) > longest:
                best, longest = (test, plain[len(one) :].strip("_")), len(one)
    return best


def _plain(text: str) -> str:
    words = unicodedata.normalize("NFKD", text.replace("µ", "u").replace("μ", "u")).lower()
    words = "".join(letter for letter in words if not unicodedata.combining(letter))
    words = re.sub(r"[^a-z0-9]+", "_", words).strip("_")
    return re.sub(r"_per_", "_", words)
