"""Pseudonyms: the name that a project knows a patient or a sample by.

HMAC-SHA-256 of the identifier under the project's key. Whoever lacks the key can neither make the pseudonym of an
identifier that he can guess, nor tell whether the pseudonyms of two projects are one person's. Whoever holds it (the
key holder, for a permitted link) makes the same pseudonyms again. A pseudonym alone anonymises nothing: the row
beside it still speaks.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute

from chevet.errors import Fault, Refused
from chevet.privacy.keys import Key
from chevet.records.rows import Column

pc: Any = pyarrow.compute

LETTERS = 26
"""5 bits each: 130 bits. Among ten million people, two share a pseudonym with probability below 10**-25."""
PATIENT, SAMPLE = "patient", "sample"
COLUMNS = {"patient_id": PATIENT, "sample_id": SAMPLE, "parent_sample_id": SAMPLE}


def pseudonym(key: Key, project: str, patient_id: str, *, domain: str = PATIENT) -> str:
    """The name of this patient (or sample) in this project: 26 of A-Z and 2-7.

    >>> key = Key(bytes(32), "breast")
    >>> pseudonym(key, "breast", "P-1") == pseudonym(key, "breast", "P-1") != pseudonym(key, "breast", "P-2")
    True
    """
    return pseudonyms(key, project, [patient_id], domain=domain)[0]


def pseudonyms(key: Key, project: str, ids: Sequence[str], *, domain: str = PATIENT) -> list[str]:
    """The names of these patients (or samples), in the same order. Raises Refused for the key of another project."""
    if key.name != project:
        raise Refused(
            f"this is the key of {key.name}, not of {project}",
            next_act="One project's pseudonyms are made with its own key, or extracts could be joined.",
        )
    digests = key.digests(f"pseudonym of {domain}", (project,), ids)
    return [base64.b32encode(digest[:20])[:LETTERS].decode() for digest in digests]


def pseudonym_column(key: Key, project: str, ids: Column, *, domain: str = PATIENT) -> Column:
    """A column of identifiers as a column of pseudonyms; nulls stay null. Raises Fault should two people share one."""
    known = pc.unique(ids).drop_null()
    names = pa.array(pseudonyms(key, project, known.to_pylist(), domain=domain), pa.string())
    if len(pc.unique(names)) != len(names):
        raise Fault(
            f"two {domain}s of {project} got the same pseudonym",
            next_act=f"Nothing was written. Rotate the key: chevet privacy key rotate {project}",
        )
    return names.take(pc.index_in(ids, value_set=known))


def pseudonymise(key: Key, project: str, table: pa.Table) -> pa.Table:
    """The table with pseudonyms for its patients and samples, its rows in the order of the pseudonyms.

    Rows left in the order of the source would let two projects' extracts be laid side by side and joined by row.
    Every other column is as it was: what identifies a person in it is the policy's affair.
    """
    named = [name for name in COLUMNS if name in table.column_names]
    for name in named:
        made = pseudonym_column(key, project, table[name], domain=COLUMNS[name])
        table = table.set_column(table.column_names.index(name), name, made)
    return table.sort_by([(name, "ascending") for name in named]) if named else table
