"""A case as it was read: the case, what could not be used, what a reader must be told, and the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from chevet.bedside.views.wording import Wording
from chevet.genomics.alteration import Build
from chevet.therapy import saying
from chevet.therapy.case import Case
from chevet.therapy.conditions import Condition
from chevet.words.labels import Lang, label


@dataclass(frozen=True)
class NotRead:
    """A row, a file or a fact that could not be used. `reason` is a key of `labels_case.tsv`: not_read.<reason>."""

    file: str
    row: int
    reason: str
    detail: str = ""

    def as_json(self, lang: Lang) -> dict[str, Any]:
        return {"file": self.file, "row": self.row or None, "reason": self.reason,
                "text": label(f"not_read.{self.reason}", lang, detail=self.detail)}  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """A fact that the words of a case say, told in either language.

    kind   feature (of `therapy.conditions`), line, extent, ecog, treatment, marker or purity (a share, 0 to 1)
    what   its name or number
    said   False where the words deny it
    """

    kind: Literal["feature", "line", "extent", "ecog", "treatment", "marker", "purity"]
    what: str
    said: bool = True

    def text(self, lang: Lang) -> str:
        """
        >>> Fact("feature", "brain_metastases", said=False).text("fr"), Fact("line", "2").text("en")
        ('pas de métastases cérébrales', 'line 2')
        """
        if self.kind == "feature":
            return saying.condition(Condition("feature", (self.what,), wanted=self.said), lang)
        if self.kind == "treatment":
            return saying.treatment(self.what, lang)
        if self.kind == "marker":
            return saying.missing(self.what, lang)
        if self.kind == "purity":
            return label("sample.purity", lang, share=Wording(lang).percent(float(self.what)))
        if self.kind == "line":
            return label("line.number", lang, line=self.what)
        return f"ECOG {self.what}" if self.kind == "ecog" else label(f"consultation.extent.{self.what}", lang)


@dataclass(frozen=True)
class Flag:
    """What a reader must be told of the files. `key` is a key of `labels_case.tsv`: flag.<key>.

    detail   as the source has it
    facts    instead of it where it is said in the reader's language
    """

    key: str
    detail: str = ""
    facts: tuple[Fact, ...] = ()

    def as_json(self, lang: Lang) -> dict[str, Any]:
        detail = ", ".join(one.text(lang) for one in self.facts) or self.detail
        return {"key": self.key, "text": label(f"flag.{self.key}", lang, detail=detail)}


@dataclass(frozen=True)
class SourceFile:
    """A file that was read: its own name, what it was taken for, and its SHA-256."""

    name: str
    kind: str
    sha256: str

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "kind": self.kind, "sha256": self.sha256}


@dataclass(frozen=True)
class Segment:
    """A stretch of a chromosome and its copies; 1-based, both ends in it. What the file does not say is None.

    copies        in the tumour's cells, absolute
    minor         copies of the rarer of both parents' chromosomes
    log2          logarithm of the ratio to the normal, where the file has no absolute copies
    """

    chromosome: str
    start: int
    end: int
    copies: float | None = None
    minor: float | None = None
    log2: float | None = None
    build: Build | None = None
    file: str = ""


@dataclass(frozen=True)
class ReadCase:
    """The case, and all that was said on the way.

    segments     copy number as the laboratory's file gives it
    expression   values of genes as given, which no rule asks for
    """

    case: Case
    not_read: tuple[NotRead, ...] = ()
    flags: tuple[Flag, ...] = ()
    sources: tuple[SourceFile, ...] = ()
    segments: tuple[Segment, ...] = ()
    expression: Mapping[str, float] = field(default_factory=dict)

    def clinical_as_json(self) -> dict[str, Any]:
        """The clinical facts that were used; what is not said is null."""
        clinical = self.case.clinical
        return {
            "extent": clinical.extent, "line": clinical.line, "prior_therapies": list(clinical.prior_therapies),
            "progressed_on": list(clinical.progressed_on), "fit_for_intensive": clinical.fit_for_intensive,
            "ecog": clinical.ecog, "age_years": clinical.age_years, "sex": clinical.sex,
            "features": dict(clinical.features), "labs": dict(clinical.labs),
            "comedication": list(clinical.comedication),
        }  # fmt: skip
