"""The coding sites of an installed reference: made when first asked for, then kept beside it."""

from __future__ import annotations

import secrets
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from chevet.errors import BadInput
from chevet.genomics.reference.installed import Reference, References
from chevet.genomics.reference.sources import gff3_segments, table_segments
from chevet.targets.selection.coding_sites import CodingSites, coding_sites

# To be raised when what is kept means something else.
_FORMAT = 1
_WORDS = ("genes", "chromosomes", "left_out")


def chosen_reference(home: Path, name: str | None, build: str | None = None) -> Reference:
    """The reference of this name; without one, that of the build, or the only one there is.

    Raises BadInput when there is none, or several to choose from.
    """
    every = References(home).all()
    if name is not None:
        found = [one for one in every if one.name == name]
    else:
        found = [one for one in every if build in (None, "", one.build)]
    if len(found) == 1:
        return found[0]
    if name is None and found:
        raise BadInput(
            f"{len(found)} references could be meant: {', '.join(one.name for one in found)}",
            next_act="Say which one with --reference.",
        )
    wanted = f"named {name}" if name is not None else f"of {build}" if build else "installed"
    raise BadInput(
        f"no reference {wanted} is here: without a genome nobody knows where a mutation could have been",
        next_act="Add one: chevet reference add --name N --build B --fasta F --gff3 G",
    )


def sites_of(home: Path, reference: Reference) -> CodingSites:
    """The coding sites of a reference. Raises BadInput when its genome or genes are gone."""
    of = f"{reference.fasta_sha256[:16]}-{reference.genes_sha256[:16]}"
    file = home / "references" / reference.name / f"sites-{_FORMAT}-{of}.npz"
    if file.exists():
        return _load(file)
    fasta, genes = Path(reference.fasta), Path(reference.genes)
    for gone in (one for one in (fasta, genes) if not one.exists()):
        raise BadInput(
            f"the reference {reference.name} lies on {gone.name}, which is gone",
            next_act="Put the file back, or remove the reference and add it again.",
        )
    made = coding_sites(fasta, gff3_segments(genes) if "gff" in genes.name.lower() else table_segments(genes))
    _keep(made, file)
    return made


def _keep(made: CodingSites, file: Path) -> None:
    whole: dict[str, Any] = {one.name: getattr(made, one.name) for one in fields(made) if one.name not in _WORDS}
    whole |= {name: np.array(getattr(made, name), dtype=np.str_) for name in _WORDS}
    draft = file.with_name(f".{secrets.token_hex(4)}.npz")
    np.savez(draft, **whole)
    draft.replace(file)


def _load(file: Path) -> CodingSites:
    with np.load(file, allow_pickle=False) as kept:
        whole: dict[str, Any] = {one.name: kept[one.name] for one in fields(CodingSites)}
    return CodingSites(**whole | {name: tuple(whole[name].tolist()) for name in _WORDS})
