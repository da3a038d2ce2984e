"""Answers of LOINC that both FHIR and OSIRIS ask for: chromosome (LL2938-0), origin (LL378-1), build (LL1040-6)."""

from __future__ import annotations

CHROMOSOMES: dict[str, str] = {
    "1": "LA21254-0", "2": "LA21255-7", "3": "LA21256-5", "4": "LA21257-3", "5": "LA21258-1", "6": "LA21259-9",
    "7": "LA21260-7", "8": "LA21261-5", "9": "LA21262-3", "10": "LA21263-1", "11": "LA21264-9", "12": "LA21265-6",
    "13": "LA21266-4", "14": "LA21267-2", "15": "LA21268-0", "16": "LA21269-8", "17": "LA21270-6", "18": "LA21271-4",
    "19": "LA21272-2", "20": "LA21273-0", "21": "LA21274-8", "22": "LA21275-5", "X": "LA21276-3", "Y": "LA21277-1",
}  # fmt: skip
ORIGINS: dict[str, tuple[str, str]] = {
    "somatic": ("LA6684-0", "Somatic"),
    "germline": ("LA6683-2", "Germline"),
    "unknown": ("LA18197-6", "Unknown genomic origin"),
}
ASSEMBLIES: dict[str, str] = {"GRCh37": "LA14029-5", "GRCh38": "LA26806-2"}
