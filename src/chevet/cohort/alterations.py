"""Which variants count as *mutated*: those whose consequence alters the protein.

A variant falls in one of three classes: *altering*, *not altering* (silent, intronic, untranslated),
or *unclear* when the source says neither consequence nor effect on the protein. A patient with only an
unclear variant in a gene is unknown for that gene, never wild type.
"""

from __future__ import annotations

from chevet.words.consequences import CONSEQUENCES

NOT_ALTERING_CLASS, ALTERING_CLASS, UNCLEAR_CLASS = 0, 1, 2

ALTERING: tuple[str, ...] = tuple(c.code for c in CONSEQUENCES.values() if c.protein_altering)
NOT_ALTERING: tuple[str, ...] = tuple(c.code for c in CONSEQUENCES.values() if not c.protein_altering)

EFFECT_UNKNOWN = "p.?"

# Promoter variants of TERT drive its expression: they count although they lie before the gene.
PROMOTER_GENE = "TERT"
PROMOTER_CONSEQUENCE = "5'Flank"


def altering_class_sql() -> str:
    """SQL over the `variant` table: 1 altering, 0 not altering, 2 unclear."""
    return (
        f"CASE WHEN consequence IN ({_quoted(ALTERING)}) THEN {ALTERING_CLASS} "
        f"WHEN gene = '{PROMOTER_GENE}' AND consequence IN ({_quoted((PROMOTER_CONSEQUENCE,))}) THEN {ALTERING_CLASS} "
        f"WHEN consequence IN ({_quoted(NOT_ALTERING)}) THEN {NOT_ALTERING_CLASS} "
        f"WHEN protein_change IS NULL OR protein_change = '{EFFECT_UNKNOWN}' THEN {UNCLEAR_CLASS} "
        f"WHEN ends_with(protein_change, '=') THEN {NOT_ALTERING_CLASS} ELSE {ALTERING_CLASS} END"
    )


def _quoted(words: tuple[str, ...]) -> str:
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)
