"""The formulas of doses: clearance, filtration, body surface, carboplatin.

Each returns a number and nothing else; whoever shows it says which formula it was (`SOURCES`).
"""

from __future__ import annotations

from math import sqrt
from typing import Literal, TypeAlias

from chevet.therapy.safety.laboratory import CREATININE_UMOL_PER_MG_DL

Sex: TypeAlias = Literal["female", "male"]

SOURCES: dict[str, str] = {
    "cockcroft_gault": "Cockcroft and Gault, Nephron 1976;16:31-41, PMID:1244564",
    "ckd_epi_2021": "CKD-EPI 2021 without race: Inker et al., N Engl J Med 2021;385:1737-1749, PMID:34554658",
    "calvert": "Calvert et al., J Clin Oncol 1989;7:1748-1756, PMID:2681557",
    "carboplatin_cap": "FDA, Carboplatin dosing, 2010-10-08: GFR capped at 125 mL/min",
    "mosteller": "Mosteller, N Engl J Med 1987;317:1098, PMID:3657876",
    "du_bois": "Du Bois and Du Bois, Arch Intern Med 1916;17:863-871",
    "devine": "Devine, Drug Intell Clin Pharm 1974;8:650-655",
}
# FDA, Carboplatin dosing, 2010-10-08: an estimate above this is not used for the dose.
CARBOPLATIN_GFR_CAP = 125.0
OBESE_BMI = 30.0


def cockcroft_gault(age_years: float, weight_kg: float, creatinine_umol_per_l: float, sex: Sex) -> float:
    """Clearance of creatinine in mL/min, not for one surface.

    >>> round(cockcroft_gault(60, 72, 88.4, "male"), 1), round(cockcroft_gault(60, 72, 88.4, "female"), 1)
    (80.0, 68.0)
    """
    creatinine_mg_per_dl = creatinine_umol_per_l / CREATININE_UMOL_PER_MG_DL
    clearance = (140 - age_years) * weight_kg / (72 * creatinine_mg_per_dl)
    return clearance * 0.85 if sex == "female" else clearance


def ckd_epi_2021(age_years: float, creatinine_umol_per_l: float, sex: Sex) -> float:
    """Glomerular filtration in mL/min for 1.73 m² of body surface.

    >>> round(ckd_epi_2021(50, 88.4, "female"))
    69
    """
    ratio = creatinine_umol_per_l / CREATININE_UMOL_PER_MG_DL / (0.7 if sex == "female" else 0.9)
    power = -0.241 if sex == "female" else -0.302
    filtration: float = 142 * min(ratio, 1) ** power * max(ratio, 1) ** -1.2 * 0.9938**age_years
    return filtration * 1.012 if sex == "female" else filtration


def without_surface(filtration: float, surface_m2: float) -> float:
    """A filtration for 1.73 m² as this body's own, in mL/min: what a dose needs.

    >>> without_surface(100.0, 1.73)
    100.0
    """
    return filtration * surface_m2 / 1.73


def mosteller(weight_kg: float, height_cm: float) -> float:
    """Body surface in m².

    >>> round(mosteller(70, 170), 2)
    1.82
    """
    return sqrt(weight_kg * height_cm / 3600)


def du_bois(weight_kg: float, height_cm: float) -> float:
    """Body surface in m², by the older formula.

    >>> round(du_bois(70, 170), 2)
    1.81
    """
    surface: float = 0.007184 * weight_kg**0.425 * height_cm**0.725
    return surface


def body_mass_index(weight_kg: float, height_cm: float) -> float:
    """Weight over squared height, kg/m².

    >>> round(body_mass_index(81, 180), 1)
    25.0
    """
    return weight_kg / (height_cm / 100) ** 2


def ideal_weight(height_cm: float, sex: Sex) -> float:
    """Devine's ideal body weight in kg.

    >>> round(ideal_weight(177.8, "male")), round(ideal_weight(165.1, "female"))
    (73, 57)
    """
    return (45.5 if sex == "female" else 50.0) + 2.3 * (height_cm / 2.54 - 60)


def adjusted_weight(weight_kg: float, height_cm: float, sex: Sex) -> float:
    """Ideal weight and four tenths of what is above it, in kg; the weight itself where nothing is above.

    >>> round(adjusted_weight(120, 177.8, "male"), 1)
    91.8
    """
    ideal = ideal_weight(height_cm, sex)
    return ideal + 0.4 * (weight_kg - ideal) if weight_kg > ideal else weight_kg


def calvert(target_auc: float, gfr_ml_per_min: float) -> float:
    """Dose of carboplatin in mg for this area under the curve (mg/mL.min), the filtration capped at 125 mL/min.

    >>> calvert(5, 75.0), calvert(6, 180.0)
    (500.0, 900.0)
    """
    return target_auc * (min(gfr_ml_per_min, CARBOPLATIN_GFR_CAP) + 25)


def child_pugh(bilirubin_umol_per_l: float, albumin_g_per_l: float, inr: float, ascites: float, coma: float) -> int:
    """Points of Child and Pugh, 5 to 15: A to 6, B to 9, C from 10 (Pugh et al., Br J Surg 1973, PMID:4541913).

    ascites   0 none, 1 slight or controlled, 2 more
    coma      grade of hepatic encephalopathy, 0 to 4

    >>> child_pugh(20, 40, 1.0, 0, 0), child_pugh(60, 25, 2.5, 2, 3)
    (5, 15)
    """
    points = 1 + (bilirubin_umol_per_l >= 34) + (bilirubin_umol_per_l > 51)
    points += 1 + (albumin_g_per_l <= 35) + (albumin_g_per_l < 28)
    points += 1 + (inr >= 1.7) + (inr > 2.3)
    points += 1 + (ascites >= 1) + (ascites >= 2)
    return points + 1 + (coma >= 1) + (coma >= 3)
