"""What programs predict of a variant, where the laboratory's file says it: nothing is predicted here.

Scores count by the limits of supporting evidence: REVEL 0.644 and 0.290, CADD 25.3 and 22.7 (Pejaver, Am J Hum Genet
2022), AlphaMissense 0.564 and 0.340 (Cheng, Science 2023), SpliceAI 0.2 and 0.1 (Walker, Am J Hum Genet 2023). What
lies between two limits is unclear. SIFT and PolyPhen are taken by their words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

Answer: TypeAlias = Literal["harmful", "harmless", "unclear"]
Prediction: TypeAlias = tuple[str, Answer]
SPLICING = "SpliceAI"
# harmful from the first number, harmless up to the second
_LIMITS = {
    "REVEL": (0.644, 0.290), "CADD": (25.3, 22.7), "AlphaMissense": (0.564, 0.340), SPLICING: (0.2, 0.1),
}  # fmt: skip
_WORDS: tuple[tuple[str, Answer], ...] = (
    (r"low_confidence|unknown|ambiguous", "unclear"),
    (r"deleterious|damaging|likely_pathogenic|^d$|^p$", "harmful"),
    (r"tolerated|benign|^t$|^b$", "harmless"),
)
_NAMES = {
    "sift": "SIFT", "siftpred": "SIFT", "polyphen": "PolyPhen", "polyphen2": "PolyPhen", "revel": "REVEL",
    "revelscore": "REVEL", "cadd": "CADD", "caddphred": "CADD", "alphamissense": "AlphaMissense",
    "amclass": "AlphaMissense", "ampathogenicity": "AlphaMissense", "spliceai": SPLICING, "spliceaipreddsag": SPLICING,
    "spliceaipreddsal": SPLICING, "spliceaipreddsdg": SPLICING, "spliceaipreddsdl": SPLICING,
}  # fmt: skip


def predictor(name: str) -> str | None:
    """The program that a column or field is of; None for another.

    >>> predictor("CADD_PHRED"), predictor("SpliceAI_pred_DS_AG"), predictor("gnomADe_AF")
    ('CADD', 'SpliceAI', None)
    """
    return _NAMES.get(re.sub(r"[^a-z0-9]", "", name.lower()))


def predictions(values: Mapping[str, object] | Iterable[tuple[str, object]]) -> tuple[Prediction, ...]:
    """What each program says, once and in the order of its name; of several values of one, the gravest.

    >>> predictions({"SIFT": "deleterious(0.01)", "REVEL": 0.2, "CADD_PHRED": "24", "ignored": 1})
    (('CADD', 'unclear'), ('REVEL', 'harmless'), ('SIFT', 'harmful'))
    """
    found: dict[str, Answer] = {}
    for key, value in values.items() if isinstance(values, Mapping) else values:
        name = predictor(str(key))
        said = _answer(name, value) if name is not None else None
        if name is not None and said is not None:
            found[name] = max(found.get(name, said), said, key=("harmless", "unclear", "harmful").index)
    return tuple(sorted(found.items()))


def agreed(made: Iterable[Prediction]) -> Answer | None:
    """What all programs agree on, two at least, splicing aside; None where fewer speak, `unclear` where they differ."""
    answers = [answer for name, answer in made if name != SPLICING]
    if len(answers) < 2:
        return None
    return answers[0] if len(set(answers)) == 1 else "unclear"


def _answer(name: str, value: object) -> Answer | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    text = str(value).strip().lower()[:80]
    for pattern, answer in _WORDS:
        if re.search(pattern, text.partition("(")[0].replace(" ", "_")):
            return answer
    try:
        score = float(text)
    except ValueError:
        return None
    limits = _LIMITS.get(name)
    if limits is None or not 0 <= score <= 100:
        return None
    return "harmful" if score >= limits[0] else "harmless" if score <= limits[1] else "unclear"
