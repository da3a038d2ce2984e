"""The words of a definition, resolved: old gene symbols, tumour names, protein changes, medicines.

Each function returns the resolved word, and a note when it differs from what was asked in a way
the reader of an answer must know. BadInput names the nearest words we do know.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from chevet.cohort.nodes import Note
from chevet.errors import BadInput
from chevet.records.tables import TREATMENT_CLASS
from chevet.words import genes, oncotree, proteins, treatments
from chevet.words.errors import Words, error, nearest, words


def gene(symbol: str, *, as_given: bool = False) -> tuple[str, Note | None]:
    """The approved HGNC symbol, with a note when `symbol` is an older one or an alias.

    as_given   a symbol that HGNC does not know is kept: the study may use it all the same
    """
    found = genes.resolve(symbol)
    if found is None and as_given:
        return symbol, Note("note.gene_as_given", (("given", symbol),))
    if found is None:
        raise error(BadInput, "not_hgnc", symbol=symbol, near=nearest(genes.suggest(symbol)))
    if found.symbol.upper() == symbol.upper():
        return found.symbol, None
    return found.symbol, Note("note.gene_renamed", (("given", symbol), ("symbol", found.symbol)))


def tumour(text: str) -> str:
    """The OncoTree code of this code or name."""
    code = oncotree.find(text)
    if code is None:
        raise error(BadInput, "not_oncotree", text=text, near=nearest(oncotree.suggest(text)))
    return code


def protein_change(text: str) -> str:
    """The protein change in its one-letter HGVS form, such as p.L858R."""
    change = proteins.short(text)
    if change is None:
        raise error(BadInput, "no_protein_change", text=text)
    return change


def medicine(text: str) -> tuple[str, Note | None]:
    """The international name of the medicine; kept as written, in lower case, when we do not know it."""
    found = treatments.medicine(text)
    if found is None:
        name = " ".join(text.lower().split())
        return name, Note("note.medicine_as_given", (("given", name),))
    if found.name.lower() == text.lower():
        return found.name, None
    return found.name, Note("note.medicine_renamed", (("given", text), ("name", found.name)))


def medicine_class(name: str) -> str | None:
    """The class of a medicine we know; None otherwise."""
    found = treatments.medicine(name)
    return None if found is None else found.treatment_class


def treatment_class(text: str) -> str:
    """The treatment class of this word."""
    found = text if text in TREATMENT_CLASS else treatments.treatment_class(text)
    if found is None:
        these = words("one_of", these=", ".join(TREATMENT_CLASS))
        raise error(BadInput, "no_treatment_class", these, text=text, near=nearest_of(text, TREATMENT_CLASS))
    return found


def nearest_of(text: str, among: Iterable[str]) -> Words | str:
    """`; nearest: A, B`, chosen by likeness, or nothing when there is nothing near."""
    by_lower = {word.lower(): word for word in among}
    near = difflib.get_close_matches(text.lower(), by_lower, n=3, cutoff=0.6)
    return nearest([by_lower[found] for found in near])
