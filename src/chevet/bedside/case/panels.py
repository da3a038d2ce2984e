"""Which genes were tested, and for what: a list, a panel of the site, or a whole exome or genome."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from chevet.bedside.case.reading import NotRead
from chevet.genomics.alteration import Alteration
from chevet.genomics.names import symbol
from chevet.genomics.reference.panels import SitePanels
from chevet.store.home import home_folder
from chevet.therapy.case import Tested

_EVERYTHING = frozenset(
    {"wes", "wgs", "exome", "genome", "whole exome", "whole genome", "exome entier", "génome entier"}
)


def tested_of(given: object, not_read: list[NotRead], name: str) -> Tested:
    """What was tested; `Tested()` when it is not said, or when the panel is not known here, which is reported."""
    if isinstance(given, str) and given.strip():
        return _of_panel(given.strip(), not_read, name)
    if isinstance(given, list):
        if len(given) == 1 and isinstance(given[0], str) and given[0].strip().lower() in _EVERYTHING:
            return Tested(everything=True, panel=given[0].strip())
        known: set[str] = set()
        for row, gene in enumerate(given, 1):
            text = gene if isinstance(gene, str) else ""
            found = {"KRAS", "NRAS"} if text.upper() == "RAS" else {one for one in (symbol(text),) if one}
            if not found:
                not_read.append(NotRead(name, row, "unknown_gene", text[:40]))
            known |= found
        return Tested(genes=frozenset(known))
    return Tested()


_OF_COPIES = frozenset({"amplification", "deletion", "gain", "loss"})
_KINDS = {
    "variants": "variants", "variant": "variants", "mutations": "variants", "copy_number": "copy_number",
    "copy number": "copy_number", "cnv": "copy_number", "nombre de copies": "copy_number", "fusions": "fusions",
    "fusion": "fusions", "rearrangements": "fusions", "réarrangements": "fusions",
}  # fmt: skip


def looked_for(
    tested: Tested, kinds: Sequence[str], alterations: Iterable[Alteration], not_read: list[NotRead], name: str
) -> Tested:
    """The same with the kinds of change that the laboratory looked for: as the case says, else as its findings show."""
    known = {_KINDS[one.strip().lower()] for one in kinds if one.strip().lower() in _KINDS}
    not_read += [
        NotRead(name, 0, "unknown_kind_tested", one[:40]) for one in kinds if one.strip().lower() not in _KINDS
    ]
    if known:
        return replace(tested, copy_number="copy_number" in known, fusions="fusions" in known)
    if tested.copy_number is None and any(one.type in _OF_COPIES for one in alterations):
        return replace(tested, copy_number=True)
    return tested


def _of_panel(panel: str, not_read: list[NotRead], name: str) -> Tested:
    if panel.lower() in _EVERYTHING:
        return Tested(everything=True, panel=panel)
    known = SitePanels(home_folder()).get(panel)
    if known is None:
        not_read.append(NotRead(name, 0, "unknown_panel", panel[:60]))
        return Tested(panel=panel)
    return Tested(
        genes=frozenset(known.genes), panel=panel, covered_megabases=known.megabases, copy_number=known.copy_number,
        fusions=known.fusions,
    )  # fmt: skip
