"""Small files such as laboratories send, made here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from chevet.bedside.case.read import read_case
from chevet.bedside.case.reading import ReadCase
from chevet.genomics.alteration import Alteration

CASE: dict[str, Any] = {
    "case_id": "P17",
    "diagnosis": {"oncotree": "LUAD", "text": "Lung adenocarcinoma"},
    "clinical": {"extent": "metastatic", "line": 1},
    "jurisdiction": "EU",
}

VCF_HEAD = """##fileformat=VCFv4.2
##reference=file:///ref/GRCh37.fa
##FILTER=<ID=q10,Description="Quality below 10">
##INFO=<ID=CSQ,Number=.,Type=String,Description="VEP. Format: {fields}">
""".replace(
    "{fields}",
    "Allele|Consequence|IMPACT|SYMBOL|Gene|Feature_type|Feature|BIOTYPE|EXON|HGVSc|HGVSp|CANONICAL|MANE_SELECT|gnomADe_AF",
)
CSQ_EGFR = (
    "CSQ=G|missense_variant|MODERATE|EGFR|1956|Transcript|ENST00000275493|protein_coding|21/28|"
    "ENST00000275493.2:c.2573T>G|ENSP00000275493.2:p.Leu858Arg|YES|NM_005228.5|0.00002"
)


def vcf(*rows: str, samples: tuple[str, ...] = ("P17_tumor",), head: str = VCF_HEAD) -> str:
    """A VCF of these rows: CHROM POS REF ALT FILTER INFO and one cell per sample, joined by spaces."""
    lines = [head + "\t".join(("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", *samples))]
    for row in rows:
        chrom, position, ref, alt, passed, info, *cells = row.split(" ")
        lines.append("\t".join((chrom, position, ".", ref, alt, ".", passed, info, "GT:AD:DP", *cells)))
    return "\n".join(lines) + "\n"


def table(*rows: str, joint: str = "\t") -> str:
    """A table of these rows, cells parted by `|`."""
    return "\n".join(joint.join(row.split("|")) for row in rows) + "\n"


def read(folder: Path, **files: str | bytes | dict[str, Any]) -> ReadCase:
    """The case of these files; a name's `__` stands for a dot."""
    given = folder / "given"
    given.mkdir(exist_ok=True)
    for name, content in files.items():
        path = given / name.replace("__", ".")
        if isinstance(content, dict):
            content = json.dumps(content)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_case([given])


def told(found: ReadCase) -> list[tuple[str, str, str | None]]:
    """Type, gene and protein change of each finding."""
    return [(one.type, one.gene, one.protein_change) for one in found.case.alterations]


def reasons(found: ReadCase) -> list[str]:
    """Why parts were not read."""
    return [one.reason for one in found.not_read]


def flags(found: ReadCase) -> list[str]:
    """The keys of what must be told."""
    return [one.key for one in found.flags]


def only(found: ReadCase) -> Alteration:
    """The one finding."""
    assert len(found.case.alterations) == 1, told(found)
    return found.case.alterations[0]
