"""A consultation made by hand, small enough to read, with everything that a page can show."""

from __future__ import annotations

import copy
import datetime
from typing import Any

DAY = datetime.date(2026, 3, 1)
Told = dict[str, Any]


def because(label: str, gene: str | None = None, type_: str = "variant") -> Told:
    return {"label": label, "type": type_, "gene": gene, "protein_change": None, "name": None}


def option(rank: int = 1, **changed: Any) -> Told:
    """An option that is approved here and waits for nothing."""
    return {
        "rank": rank, "therapy": ["osimertinib"], "choices": [["osimertinib"]], "therapy_text": "osimertinib",
        "because": [because("EGFR p.L858R", "EGFR")], "tier": {"amp": "A", "escat": "I-A"},
        "approvals": [approval()], "tumour_match": "yes", "agnostic": False, "line_match": "yes", "line": "advanced",
        "jurisdiction_match": "yes", "biomarker_match": "yes", "conditions": [], "to_test": [], "place": "preferred",
        "why": "Found: EGFR p.L858R.", "sources": ["PMID:1"], "statements": ["s1"], **changed,
    }  # fmt: skip


def approval(**changed: Any) -> Told:
    return {
        "agency": "EMA", "status": "approved", "in_force": True, "tumour": "lung cancer", "line": "advanced",
        "date": "2018-06-07", "date_is": "day", "ended": None, "brand": "Tagrisso", "source": "EMA, Tagrisso, 4.1",
        **changed,
    }  # fmt: skip


def against(name: str, label: str, effect: str = "resistance", **changed: Any) -> Told:
    return {
        "therapy": [name], "therapy_text": name, "effect": effect, "why": f"{label}: not {name}.",
        "because": [because(label)], "level": "A", "sources": ["PMID:2"], "statements": ["s2"], **changed,
    }  # fmt: skip


def finding(label: str, gene: str, protein: str | None = None, **changed: Any) -> Told:
    change = {} if protein is None else {"protein_change": protein}
    return {
        **change, "type": "variant", "label": label, "gene": gene, "origin": "somatic",
        "class": "oncogenic", "class_text": "oncogenic", "as_given": label,
        "oncogenicity": {"verdict": "oncogenic", "points": 10, "direction": "gain",
                         "criteria": [{"code": "OS3", "points": 4, "why": "hotspot", "source": "PMID:3"}],
                         "not_judged": [{"code": "OP1", "missing": "prediction"}]},
        "polymorphism": False, "subclonal": None, "flags": [], **changed,
    }  # fmt: skip


def told(lang: str = "en", **changed: Any) -> Told:
    """A lung cancer with one target, one resistance and one absent target."""
    made: Told = {
        "form": "chevet-consultation-1", "case_id": "C-1", "lang": lang, "date": DAY.isoformat(), "jurisdiction": "EU",
        "jurisdiction_said": True,
        "diagnosis": {"oncotree": "LUAD", "name": "Lung Adenocarcinoma", "text": "lung adenocarcinoma"},
        "clinical": {"extent": "metastatic", "line": 1, "prior_therapies": [], "progressed_on": [],
                     "fit_for_intensive": None, "ecog": 1, "age_years": 63.0, "sex": "female", "features": {},
                     "labs": {}, "comedication": []},
        "sample": {"purity": None},
        "headline": "osimertinib: EGFR p.L858R", "options": [option()],
        "not_to_give": [against("gefitinib", "EGFR p.T790M"), against("erlotinib", "EGFR p.T790M"),
                        against("trastuzumab", "HER2: negative", "excluded")],
        "nothing_approved": False, "nothing_approved_because": None, "untargeted": [], "later": [], "evidence": [],
        "elsewhere": [], "removed": [],
        "next_steps": [{"kind": "board", "text": "Discuss in the board.", "what": [], "sources": []}],
        "flags": [], "cautions": [], "facts": [],
        "findings": [finding("EGFR p.L858R", "EGFR", "p.L858R", vaf=0.4),
                     finding("EGFR p.T790M", "EGFR", "p.T790M"),
                     finding("HER2: negative", "", type="expression", name="her2", value="negative",
                             **{"class": "uncertain"})],
        "tested": {"everything": False, "panel": "", "genes": ["EGFR", "KRAS"]},
        "not_tested": [{"what": "MET", "name": "MET", "would_open": ["capmatinib"]},
                       {"what": "RET", "name": "RET", "would_open": ["capmatinib"]}],
        "not_read": [], "safety": {"advice": [], "not_known": []}, "trials": None, "other_bases": [],
        "measures": {"burden": None, "signatures": None, "ploidy": None, "missing": [], "segments": []},
        "sources": [{"statement": "s1", "base": "chevet", "checked": "2026-02-01", "sources": ["PMID:1"]}],
        "provenance": {"chevet": "2026.1", "date": DAY.isoformat(), "files": [],
                       "knowledge": [{"base": "chevet", "sha256": "ab" * 32, "statements": 1200,
                                      "checked": "2026-02-01", "age_days": 28}]},
        "notice": "A clinician decides.",
    }  # fmt: skip
    made.update(copy.deepcopy(changed))
    return made


def everywhere(value: Any, words: str, *, keep: frozenset[str]) -> Any:
    """The same object with `words` after every text that a file or a person can have written."""
    if isinstance(value, dict):
        return {key: one if key in keep else everywhere(one, words, keep=keep) for key, one in value.items()}
    if isinstance(value, list):
        return [everywhere(one, words, keep=keep) for one in value]
    return value + words if isinstance(value, str) else value


# codes and days that the program itself writes
OURS = frozenset(
    ("form", "lang", "date", "jurisdiction", "extent", "sex", "tumour_match", "line_match", "jurisdiction_match",
     "biomarker_match", "match", "place", "amp", "effect", "kind", "class", "type", "origin", "verdict", "checked",
     "ended", "status", "key", "direction", "reason", "code", "missing",
     "date_is")
)  # fmt: skip
