"""How well this patient's kidney and liver work: figures, how they were computed, and what is missing for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from chevet.therapy.case import Clinical
from chevet.therapy.safety import formulas
from chevet.therapy.safety.advice import Said, number, say
from chevet.therapy.safety.formulas import SOURCES, Sex
from chevet.therapy.safety.laboratory import CREATININE_UMOL_PER_MG_DL, Laboratory
from chevet.words.labels import Lang, label

Grade: TypeAlias = Literal["normal", "mild", "moderate", "severe"]
# The upper limits of normal taken where the laboratory's own were not given: 1.2 mg/dL and 40 U/L.
BILIRUBIN_ULN_UMOL_PER_L = 20.5
AST_ULN_U_PER_L = 40.0
# NCI Organ Dysfunction Working Group: times the upper limit of bilirubin, up to and with (Patel et al., PMID:15340010).
_NCI: tuple[tuple[float, Grade], ...] = ((1.5, "mild"), (3.0, "moderate"))
NCI_SOURCE = "NCI Organ Dysfunction Working Group, as in Patel et al., Clin Cancer Res 2004, PMID:15340010"
_CHILD: tuple[tuple[int, Grade], ...] = ((6, "mild"), (9, "moderate"))


@dataclass(frozen=True)
class Figure:
    """A number that was computed: its name (`figure.<name>`), unit, the formula filled in, and the source of it."""

    name: str
    value: float
    unit: str
    formula: str
    source: str

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """The figure in words of one language."""
        return {
            "name": self.name, "label": label(f"safety.figure.{self.name}", lang), "value": round(self.value, 2),
            "text": f"{number(round(self.value, 2), lang)} {self.unit}", "unit": self.unit, "formula": self.formula,
            "source": self.source,
        }  # fmt: skip


@dataclass(frozen=True)
class Liver:
    """The grade of the liver's failing, by which scale, and the figures behind it."""

    grade: Grade
    scale: Literal["nci", "child_pugh"]
    because: tuple[Said, ...]
    bilirubin_times_uln: float | None


@dataclass(frozen=True)
class Organs:
    """Clearance in mL/min (low: with the adjusted weight where that is used), surface in m², and the liver.

    missing   names of the facts without which a clearance cannot be had
    """

    figures: tuple[Figure, ...]
    clearance: Figure | None
    clearance_adjusted: Figure | None
    surface: Figure | None
    liver: Liver | None
    missing: tuple[str, ...]
    carboplatin_clearance: Figure | None = None


def organs(clinical: Clinical, laboratory: Laboratory) -> Organs:
    """Everything that can be computed from what the case says."""
    surface = _surface(clinical)
    sex: Sex | None = clinical.sex if clinical.sex in ("female", "male") else None  # type: ignore[assignment]
    figures: list[Figure] = [surface] if surface else []
    measured = laboratory.get("clearance")
    clearance = adjusted = for_carboplatin = None
    missing: tuple[str, ...] = ()
    if measured is not None:
        clearance = Figure("clearance_given", measured, "mL/min", "", "")
        for_carboplatin = clearance
    else:
        missing = _missing(clinical, laboratory, sex)
        if not missing and sex is not None:
            clearance, adjusted, for_carboplatin = _clearances(clinical, laboratory, sex)
    figures += [one for one in (clearance, adjusted) if one is not None]
    if filtration := _filtration(clinical, laboratory, sex):
        figures.append(filtration)
    return Organs(tuple(figures), clearance, adjusted, surface, liver(laboratory), missing, for_carboplatin)


def _missing(clinical: Clinical, laboratory: Laboratory, sex: Sex | None) -> tuple[str, ...]:
    facts = {"creatinine": laboratory.get("creatinine"), "age": clinical.age_years, "weight": clinical.weight_kg,
             "sex": sex}  # fmt: skip
    return tuple(name for name, value in facts.items() if not value)


def _surface(clinical: Clinical) -> Figure | None:
    weight, height = clinical.weight_kg, clinical.height_cm
    if not weight or not height or not (2 < weight < 400 and 40 < height < 260):
        return None
    value = formulas.mosteller(weight, height)
    return Figure("surface", value, "m²", f"√({weight:g} × {height:g} / 3600) = {value:.2f}", SOURCES["mosteller"])


def _clearances(
    clinical: Clinical, laboratory: Laboratory, sex: Sex
) -> tuple[Figure | None, Figure | None, Figure | None]:
    """With the weight as it is; with the adjusted weight in obesity; and as carboplatin's dose asks for it."""
    age, weight, creatinine = clinical.age_years, clinical.weight_kg, laboratory.get("creatinine")
    assert age is not None
    assert weight is not None
    assert creatinine is not None
    if not (18 <= age < 130):
        return None, None, None
    plain = _clearance("clearance", age, weight, creatinine, sex)
    height = clinical.height_cm
    index = formulas.body_mass_index(weight, height) if height and 40 < height < 260 else None
    lean = formulas.adjusted_weight(weight, height, sex) if height and index is not None else weight
    adjusted = None
    if index is not None and index >= formulas.OBESE_BMI:
        adjusted = _clearance("clearance_adjusted", age, lean, creatinine, sex)
    # NCCN order templates, carboplatin, 2020-12: adjusted weight from 25 kg/m² on, creatinine not below 0.7 mg/dL
    carboplatin = _clearance(
        "clearance_carboplatin", age, lean if index is not None and index >= 25 else weight,
        max(creatinine, 0.7 * CREATININE_UMOL_PER_MG_DL), sex,
    )  # fmt: skip
    return plain, adjusted, carboplatin


def _clearance(name: str, age: float, weight: float, creatinine: float, sex: Sex) -> Figure:
    value = formulas.cockcroft_gault(age, weight, creatinine, sex)
    mg_per_dl = creatinine / CREATININE_UMOL_PER_MG_DL
    text = f"(140 − {age:g}) × {weight:.1f} / (72 × {mg_per_dl:.2f})" + (" × 0.85" if sex == "female" else "")
    return Figure(name, value, "mL/min", f"{text} = {value:.0f}", SOURCES["cockcroft_gault"])


def _filtration(clinical: Clinical, laboratory: Laboratory, sex: Sex | None) -> Figure | None:
    creatinine, age = laboratory.get("creatinine"), clinical.age_years
    if creatinine is None or age is None or sex is None or not 18 <= age < 130:
        return None
    value = formulas.ckd_epi_2021(age, creatinine, sex)
    return Figure("filtration", value, "mL/min/1.73 m²", "CKD-EPI 2021", SOURCES["ckd_epi_2021"])


def liver(laboratory: Laboratory) -> Liver | None:
    """The grade by Child and Pugh where all five facts are there, else by bilirubin and AST (NCI); None without."""
    times, because = _bilirubin(laboratory)
    points = _child_pugh(laboratory)
    if points is not None:
        grade = next((name for limit, name in _CHILD if points <= limit), "severe")
        told = say("liver.child_pugh", points=points, grade=say(f"grade.{grade}"))
        return Liver(grade, "child_pugh", (told,), times)  # type: ignore[arg-type]
    if times is None:
        return None
    if times > 1:
        grade = next((name for limit, name in _NCI if times <= limit), "severe")
    else:
        ast = laboratory.times_uln.get("ast") or (laboratory.get("ast") or 0) / AST_ULN_U_PER_L
        grade = "mild" if ast > 1 else "normal"
    told = say("liver.nci", grade=say(f"grade.{grade}"))
    return Liver(grade, "nci", (*because, told), times)  # type: ignore[arg-type]


def _bilirubin(laboratory: Laboratory) -> tuple[float | None, tuple[Said, ...]]:
    if "bilirubin" in laboratory.times_uln:
        times = laboratory.times_uln["bilirubin"]
        return times, (say("liver.times", times=times),)
    bilirubin = laboratory.get("bilirubin")
    if bilirubin is None:
        return None, ()
    times = bilirubin / BILIRUBIN_ULN_UMOL_PER_L
    return times, (say("liver.bilirubin", value=bilirubin, limit=BILIRUBIN_ULN_UMOL_PER_L),)


def _child_pugh(laboratory: Laboratory) -> int | None:
    if (given := laboratory.get("child_pugh")) is not None:
        return int(given)
    facts = [laboratory.get(name) for name in ("bilirubin", "albumin", "inr", "ascites", "encephalopathy")]
    if any(one is None for one in facts):
        return None
    bilirubin, albumin, inr, ascites, coma = (one for one in facts if one is not None)
    return formulas.child_pugh(bilirubin, albumin, inr, ascites, coma)
