"""The genomic criteria of a trial against the findings of one tumour.

The fields of one criterion speak of one finding; an exclamation mark before any of them asks that there be none such.
A gene that was not looked at leaves the answer unknown, for *is there* as for *is there none*.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from chevet.genomics.alteration import Alteration
from chevet.genomics.finding import Finding
from chevet.therapy.case import Tested
from chevet.therapy.measured import Level
from chevet.therapy.safety.advice import Said
from chevet.therapy.trials.answers import Answer, Reason, opposite
from chevet.words import consequences, proteins
from chevet.words import genes as symbols

Kind = Literal["variant", "fusion", "copy_number"]
Types = tuple[str, ...]
_CATEGORIES: dict[str, tuple[Types, tuple[Kind, ...]]] = {
    "mutation": (("variant",), ("variant",)),
    "copy number variation": (("amplification", "deletion", "gain", "loss"), ("copy_number",)),
    "cnv": (("amplification", "deletion", "gain", "loss"), ("copy_number",)),
    "structural variation": (("fusion",), ("fusion",)),
    "sv": (("fusion",), ("fusion",)),
    "any variation": (
        ("variant", "fusion", "amplification", "deletion", "gain", "loss"), ("variant", "fusion", "copy_number"),
    ),
}  # fmt: skip
_CALLS: dict[str, str] = {
    "high amplification": "amplification", "high level amplification": "amplification",
    "amplification": "amplification", "low amplification": "gain", "gain": "gain",
    "homozygous deletion": "deletion", "deletion": "deletion", "heterozygous deletion": "loss",
}  # fmt: skip
_REPAIR = {"mmr-proficient": "proficient", "mmr-deficient": "deficient", "msi-h": "deficient", "msi-l": "proficient",
           "mss": "proficient", "proficient": "proficient", "deficient": "deficient"}  # fmt: skip
_REPAIR_FIELDS = ("mmr_status", "ms_status")
# the signatures of MatchMiner by their names in COSMIC (v3)
_SIGNATURES: dict[str, tuple[str, ...]] = {
    "tobacco_signature": ("tobacco", "sbs4"),
    "temozolomide_signature": ("temozolomide", "sbs11"),
    "pole_signature": ("pole", "sbs10a", "sbs10b"),
    "apobec_signature": ("apobec", "sbs2", "sbs13"),
    "uva_signature": ("uva", "uv", "sbs7a", "sbs7b", "sbs7c", "sbs7d"),
}
_SILENT = ("display_name", "match_all")
_ANY = ("any_gene", "any")


class Tumour:
    """What was found, what was looked at, and the markers."""

    def __init__(self, findings: Iterable[Finding], tested: Tested, levels: Mapping[str, Level]) -> None:
        self.findings = tuple(one for one in findings if not one.is_benign and _matters(one.alteration))
        self.tested = tested
        self.levels = levels

    def says_wild_type(self, gene: str) -> bool:
        """Whether a finding says that the gene bears nothing."""
        return any(one.alteration.type == "wild_type" and one.alteration.gene == gene for one in self.findings)


def _matters(change: Alteration) -> bool:
    """Whether the change alters the protein, or a rule has a name for it; silent changes are nobody's criterion."""
    known = consequences.CONSEQUENCES.get(change.consequence or "")
    return known is None or known.protein_altering or bool(change.classes)


def of_genomic(fields: Mapping[str, object], tumour: Tumour) -> Answer:
    """What one genomic criterion comes to."""
    asked = {key.lower().strip(): value for key, value in fields.items() if key.lower().strip() not in _SILENT}
    criterion = "; ".join(f"{key}: {value}" for key, value in asked.items())
    for name in _REPAIR_FIELDS:
        if name in asked:
            return _told(_repair(asked[name], tumour), criterion)
    signature = next((name for name in asked if name in _SIGNATURES), None)
    if signature is not None:
        return _told(_signature(signature, asked[signature], tumour), criterion)
    plain = {key: _bare(value) for key, value in asked.items()}
    negated = any(str(value).strip().startswith("!") for value in asked.values())
    wild = plain.pop("wildtype", "").lower()
    if wild in ("true", "yes", "y"):
        negated = not negated
    holds, why, values = _exists(plain, tumour)
    if negated:
        holds = opposite(holds)
    key = {"found": "forbidden_found", "not_found": "rightly_absent"}.get(why, why) if negated else why
    return Answer(holds, (Reason(holds, criterion, Said(f"trials.{key}", values)),))


def _told(found: tuple[bool | None, str], criterion: str) -> Answer:
    holds, why = found
    return Answer(holds, (Reason(holds, criterion, Said(f"trials.{why}")),))


def _bare(value: object) -> str:
    return str(value).strip().lstrip("!").strip()


_Values = tuple[tuple[str, str], ...]


def _exists(asked: Mapping[str, str], tumour: Tumour) -> tuple[bool | None, str, _Values]:
    """Whether one finding is all that is asked."""
    category = asked.get("variant_category", "").lower()
    if category and category not in _CATEGORIES:
        return None, "not_understood", ()
    unknown = set(asked) - set(_FIELDS) - {"hugo_symbol", "variant_category", "fusion_partner_hugo_symbol"}
    types, kinds = _CATEGORIES.get(category) or _by_fields(asked)
    genes = [_symbol(asked.get(key, "")) for key in ("hugo_symbol", "fusion_partner_hugo_symbol")]
    answers = {id(one): _is(one, asked, types, genes) for one in tumour.findings}
    for one in tumour.findings:
        if answers[id(one)] is True and not unknown:
            return True, "found", (("what", _name(one.alteration)),)
    named = [gene for gene in genes if gene and gene not in _ANY and gene != "intergenic"]
    if unknown and any(answer is not False for answer in answers.values()):
        return None, "not_understood", ()
    if any(answer is None for answer in answers.values()):
        return None, "not_exact", (("what", ", ".join(named)),)
    if not named:
        return None, "gene_not_named", ()
    gene = named[0]
    said = "copy_number" not in kinds and tumour.says_wild_type(gene)
    if said or any(_looked(one, kinds, tumour.tested) for one in named):
        return False, "not_found", (("what", gene),)
    return None, "not_tested", (("what", gene),)


def _looked(gene: str, kinds: tuple[Kind, ...], tested: Tested) -> bool:
    """Whether every kind of change that is asked for would have been seen."""
    return all(tested.was(gene, kind=kind) is True for kind in kinds)


def _by_fields(asked: Mapping[str, str]) -> tuple[Types, tuple[Kind, ...]]:
    """The kinds of change, where the file leaves the category out."""
    if "cnv_call" in asked:
        return _CATEGORIES["cnv"]
    if "fusion_partner_hugo_symbol" in asked:
        return _CATEGORIES["sv"]
    if {"protein_change", "wildcard_protein_change", "exon", "variant_classification"} & set(asked):
        return _CATEGORIES["mutation"]
    return _CATEGORIES["any variation"]


def _symbol(text: str) -> str:
    if not text or text.lower() in ("none", "intergenic", *_ANY):
        return text.lower() if text.lower() != "none" else ""
    found = symbols.resolve(text) or symbols.resolve(text.upper())
    return found.symbol if found is not None else text.upper()


def _is(one: Finding, asked: Mapping[str, str], types: Types, genes: list[str]) -> bool | None:
    """Whether this finding is what is asked; None where it does not say enough of itself."""
    change = one.alteration
    if change.type not in types:
        return False
    answers: list[bool | None] = [_is_gene(change, genes[0], genes[1])]
    if answers[0] is False:
        return False
    answers += [_FIELDS[key](one, value) for key, value in asked.items() if key in _FIELDS]
    return False if False in answers else None if None in answers else True


def _is_gene(change: Alteration, gene: str, partner: str) -> bool | None:
    if change.type != "fusion":
        return (not gene or gene in _ANY or change.gene == gene) and not partner
    partners = change.fusion or (change.gene, "")
    if not partner or partner == gene:
        return not gene or gene in _ANY or gene in (change.gene, *partners)
    wanted = [one for one in (gene, partner) if one and one not in _ANY]
    if "intergenic" in wanted:
        named = [one for one in wanted if one != "intergenic"]
        return None if all(one in (change.gene, *partners) for one in named) and "" in partners else False
    if all(one in (change.gene, *partners) for one in wanted):
        return True
    # the other partner was not read
    return None if "" in partners and any(one in (change.gene, *partners) for one in wanted) else False


def _protein(one: Finding, value: str) -> bool | None:
    change = one.alteration.protein_change
    wanted = proteins.short(value if value.startswith("p.") else f"p.{value}") or value
    return None if change is None else change == wanted


def _wildcard(one: Finding, value: str) -> bool | None:
    change = one.alteration
    wanted = value if value.startswith("p.") else f"p.{value}"
    if wanted in change.classes:
        return True
    if change.protein_change is None:
        return None
    return re.fullmatch(rf"{re.escape(wanted)}[ACDEFGHIKLMNPQRSTVWY]", change.protein_change) is not None


def _exon(one: Finding, value: str) -> bool | None:
    found = one.alteration
    if found.exon is not None:
        return str(found.exon) == value
    known = {name for name in found.classes if re.fullmatch(r"exon_\d+", name)}
    return f"exon_{value}" in known if known else None


def _classification(one: Finding, value: str) -> bool | None:
    """Of MAF; from the protein change where the source gives none and it can only be one."""
    wanted = consequences.maf_class(value)
    if wanted is None:
        return None
    known = one.alteration.consequence or _class_of(one.alteration.protein_change)
    if known is None:
        return None
    if known == "Frame_Shift":
        return None if wanted in ("Frame_Shift_Del", "Frame_Shift_Ins") else False
    return known == wanted


def _class_of(change: str | None) -> str | None:
    text = change or ""
    if re.fullmatch(r"p\.[A-Z]\d+[A-Z]", text):
        return "Missense_Mutation"
    if re.fullmatch(r"p\.[A-Z]\d+\*", text):
        return "Nonsense_Mutation"
    if "fs" in text:
        return "Frame_Shift"
    if re.fullmatch(r"p\.[A-Z]\d+(?:_[A-Z]\d+)?del", text):
        return "In_Frame_Del"
    return "In_Frame_Ins" if re.fullmatch(r"p\.[A-Z]\d+(?:_[A-Z]\d+)?(?:dup|ins[A-Z]+)", text) else None


def _call(one: Finding, value: str) -> bool | None:
    wanted = _CALLS.get(value.lower())
    return None if wanted is None else one.alteration.type == wanted


def _function(one: Finding, value: str) -> bool | None:
    wanted = {"activating": "gain", "gain-of-function": "gain", "inactivating": "loss",
              "loss-of-function": "loss"}.get(value.lower())  # fmt: skip
    return None if wanted is None or one.direction == "unknown" else one.direction == wanted


_FIELDS = {
    "protein_change": _protein, "wildcard_protein_change": _wildcard, "exon": _exon,
    "variant_classification": _classification, "cnv_call": _call, "molecular_function": _function,
}  # fmt: skip


def _name(change: Alteration) -> str:
    if change.type == "fusion":
        return "::".join(partner or "?" for partner in change.fusion) if change.fusion else change.gene
    what = change.protein_change or change.cdna or ("" if change.type == "variant" else change.type)
    return f"{change.gene} {what}".strip()


def _repair(value: object, tumour: Tumour) -> tuple[bool | None, str]:
    wanted = _REPAIR.get(_bare(value).lower())
    if wanted is None:
        return None, "not_understood"
    level = tumour.levels.get("mmr")
    holds = level.is_("=", wanted) if level is not None else None
    if str(value).strip().startswith("!"):
        holds = opposite(holds)
    return holds, "repair" if holds is not None else "repair_missing"


def _signature(name: str, value: object, tumour: Tumour) -> tuple[bool | None, str]:
    wanted = {"yes": True, "true": True, "no": False, "false": False}.get(_bare(value).lower())
    if wanted is None:
        return None, "not_understood"
    if str(value).strip().startswith("!"):
        wanted = not wanted
    known = [
        _is_present(one.alteration)
        for one in tumour.findings
        if one.alteration.type == "signature"
        and set(re.split(r"[\s_-]+", one.alteration.name.lower())) & set(_SIGNATURES[name])
    ]
    if not known or all(one is None for one in known):
        return None, "signature_missing"
    return (True in known) == wanted, "signature"


def _is_present(change: Alteration) -> bool | None:
    if isinstance(change.value, str):
        word = change.value.strip().lower()
        return (
            True
            if word in ("positive", "yes", "present", "high")
            else False
            if word in ("negative", "no", "absent")
            else None
        )
    return None if change.value is None else change.value > 0
