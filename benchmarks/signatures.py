"""Signatures against the exposures published for the same tumours (PCAWG genomes, TCGA exomes).

Each tumour is fitted with the shares of the other tumours of its kind: its own exposures are left out.
"""

from __future__ import annotations

import csv
import os
import statistics
import time
from pathlib import Path

import numpy as np

from chevet.genomics import signatures

ROOT = (
    Path(os.environ.get("CHEVET_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data")) / "signatures" / "pcawg7"
)
SETS = {
    "286 genomes": ("WGS_PCAWG.96.csv", "PCAWG_sigProfiler_SBS_signatures_in_samples.csv",
                    "sigProfiler_SBS_signatures_2019_05_22.csv"),
    "896 exomes": ("WES_TCGA.96.csv", "TCGA_WES_sigProfiler_SBS_signatures_in_samples.csv",
                   "sigProfiler_exome_SBS_signatures.csv"),
}  # fmt: skip


def cosines(spectra: str, published: str, reference: str) -> list[float]:
    """The cosine of each tumour's exposures with the published ones."""
    known = signatures.read_reference(ROOT / reference)
    names, counts = _spectra(ROOT / spectra)
    given, exposed = _published(ROOT / published)
    present = {name: exposed[name] > 0 for name in names}
    everywhere = np.mean(list(present.values()), axis=0)
    found = []
    for place, name in enumerate(names):
        kind = name.split("::")[0]
        others = [present[one] for one in names if one != name and one.split("::")[0] == kind]
        drawn = (np.sum(others, axis=0) + everywhere) / (len(others) + 1)
        fit = signatures.fitted(counts[:, place], known, dict(zip(given, drawn, strict=True)))
        found.append(signatures.cosine(np.array([fit.counts.get(one, 0.0) for one in given]), exposed[name]))
    return found


def main() -> None:
    if not ROOT.exists():
        print(f"real data absent: {ROOT.name} (set CHEVET_SHARED_DATA)")
        return
    for what, files in SETS.items():
        begun = time.process_time()
        found = cosines(*files)
        spent = 1000 * (time.process_time() - begun) / len(found)
        near = sum(one >= 0.94 for one in found)
        print(f"{what}: median cosine {statistics.median(found):.3f}, mean {statistics.mean(found):.3f}")
        print(f"  {near} of {len(found)} at 0.94 or above; {spent:.0f} ms CPU a tumour")


def _spectra(path: Path) -> tuple[list[str], signatures.Floats]:
    rows = list(csv.reader(path.open()))
    counts = np.zeros((len(signatures.CHANNELS), len(rows[0]) - 2))
    for row in rows[1:]:
        channel = f"{row[1][0]}[{row[0]}]{row[1][2]}"
        counts[signatures.CHANNELS.index(channel)] = [float(cell) for cell in row[2:]]
    return rows[0][2:], counts


def _published(path: Path) -> tuple[list[str], dict[str, signatures.Floats]]:
    rows = list(csv.reader(path.open()))
    return rows[0][3:], {f"{row[0]}::{row[1]}": np.array([float(cell) for cell in row[3:]]) for row in rows[1:]}


if __name__ == "__main__":
    main()
