"""The panels of a site, in `CHEVET_HOME/panels/*.tsv`: which genes each covers, and which kinds of change it can see.

A table with the columns `panel` and `gene`, a row a gene, and, where they are known, `megabases` (how much of the
genome is covered, from which a burden is counted), `copy_number` and `fusions` (yes or no: what the method sees).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from chevet.errors import BadInput
from chevet.genomics.gene_names import symbol
from chevet.store.ledger import make_private, replace_file

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,63}")
_ANSWERS = {"yes": True, "oui": True, "true": True, "1": True, "no": False, "non": False, "false": False, "0": False}
_LARGEST = 20_000_000


@dataclass
class Panel:
    """One panel. None where the table does not say it.

    unknown   names of genes that are none
    """

    name: str
    genes: set[str] = field(default_factory=set)
    megabases: float | None = None
    copy_number: bool | None = None
    fusions: bool | None = None
    unknown: list[str] = field(default_factory=list)


class SitePanels:
    """The panels of one installation; `home` is CHEVET_HOME."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "panels"

    def all(self) -> dict[str, list[Panel]]:
        """The panels of each file, by the file's name; a file that is no table of panels has none."""
        files = sorted(self.folder.glob("*.tsv")) if self.folder.is_dir() else []
        return {file.name: list(read_panels(file).values()) for file in files}

    def get(self, name: str) -> Panel | None:
        """The panel of this name, whatever its capitals; None when it is not here, or has no gene."""
        found = [one for panels in self.all().values() for one in panels if one.name.lower() == name.strip().lower()]
        return found[0] if found and found[0].genes else None

    def add(self, file: Path) -> list[Panel]:
        """Take the panels of a file in, in the place of a file of the same name; they are copied.

        Raises BadInput for a file without a panel, for a gene that is none, and for a panel that another file has.
        """
        if file.stat().st_size > _LARGEST:
            raise BadInput(f"{file.name} is too large for a table of panels", next_act="Give a row a gene.")
        panels = list(read_panels(file).values())
        if not panels:
            raise BadInput(
                f"{file.name} holds no panel",
                next_act="Give a table apart by tabs with the columns panel and gene, and a row a gene.",
            )
        unknown = sorted({name for one in panels for name in one.unknown})
        if unknown:
            raise BadInput(
                f"{file.name}: {len(unknown)} names are no genes: {', '.join(unknown[:8])}",
                next_act="Give approved symbols, or names that genes had before.",
            )
        kept = self.folder / f"{file.name.partition('.')[0]}.tsv"
        if not _NAME.fullmatch(kept.stem):
            raise BadInput("the file's name is no name for panels", next_act="Use letters, digits, points and hyphens.")
        self._check_not_elsewhere(panels, kept)
        make_private(self.folder)
        replace_file(kept, file.read_bytes())
        return panels

    def remove(self, name: str) -> bool:
        """Forget a file of panels by its name; False when there is none."""
        file = self.folder / f"{name.removesuffix('.tsv')}.tsv"
        if not _NAME.fullmatch(file.stem) or not file.is_file():
            return False
        file.unlink()
        return True

    def _check_not_elsewhere(self, panels: list[Panel], kept: Path) -> None:
        wanted = {one.name.lower() for one in panels}
        for other, found in self.all().items():
            again = sorted(one.name for one in found if one.name.lower() in wanted)
            if again and other != kept.name:
                raise BadInput(
                    f"{', '.join(again[:4])}: {other} has a panel of this name already",
                    next_act=f"Remove it first: chevet reference remove {other.removesuffix('.tsv')}",
                )


def read_panels(file: Path) -> dict[str, Panel]:
    """The panels of a table, by name in small letters; none where the two columns are missing."""
    lines = file.read_text("utf-8-sig", errors="replace").splitlines()
    header = [name.strip().lower() for name in lines[0].split("\t")] if lines else []
    panels: dict[str, Panel] = {}
    for line in lines[1:] if {"panel", "gene"} <= set(header) else []:
        row = {key: cell.strip() for key, cell in zip(header, line.split("\t"), strict=False)}
        name = row.get("panel", "")
        if name:
            _take(panels.setdefault(name.lower(), Panel(name)), row)
    return panels


def _take(panel: Panel, row: dict[str, str]) -> None:
    """Add what a row says; of numbers and answers the first row that says one counts."""
    gene = row.get("gene", "")
    if known := symbol(gene):
        panel.genes.add(known)
    elif gene:
        panel.unknown.append(gene[:40])
    panel.megabases = panel.megabases if panel.megabases is not None else _megabases(row.get("megabases", ""))
    if panel.copy_number is None:
        panel.copy_number = _ANSWERS.get(row.get("copy_number", "").lower())
    if panel.fusions is None:
        panel.fusions = _ANSWERS.get(row.get("fusions", "").lower())


def _megabases(text: str) -> float | None:
    try:
        size = float(text.replace(",", "."))
    except ValueError:
        return None
    return size if 0 < size < 4000 else None
