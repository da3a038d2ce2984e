"""Makes a made-up cohort block by block, so that a million patients need no more memory than one block."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from chevet.errors import BadInput
from chevet.records.record import About, Progress, no_progress
from chevet.records.record_folder import RecordFolderWriter
from chevet.records.tables import TABLES
from chevet.synth import care, facts, findings, people, samples
from chevet.synth.columns import table, text
from chevet.synth.measurements import measurement_rows
from chevet.synth.truth import draw_truth

BLOCK = 20_000
_UNSEEN = 8  # one person in eight more is drawn: about half as many never come under observation
MOST_PATIENTS = 9_999_999


def make(patients: int, seed: int, out: Path, progress: Progress = no_progress) -> dict[str, int]:
    """Write a made-up cohort as a record folder in `out`; the rows of each table come back.

    The same number and seed give the same bytes. Blocks are drawn each from (seed, block), so a
    larger cohort begins with the full blocks of a smaller one. Raises BadInput when `patients` is
    not between 1 and 9,999,999, or when `out` is a folder that holds something else.
    """
    if not 1 <= patients <= MOST_PATIENTS:
        raise BadInput(f"{patients} patients cannot be made", next_act=f"Ask for 1 to {MOST_PATIENTS} patients.")
    if seed < 0:
        raise BadInput("a seed cannot be negative", next_act="Give a seed of 0 or more.")
    _check_free(out)
    rows = dict.fromkeys(TABLES, 0)
    with RecordFolderWriter(out, _about(patients, seed)) as folder:
        for name, of_table in _study_tables().items():
            folder.write(name, of_table)
            rows[name] += of_table.num_rows
        for number, first in enumerate(range(1, patients + 1, BLOCK)):
            progress(f"{first - 1:,} patients", (first - 1) / patients)
            for name, of_table in block(number, seed, first, min(BLOCK, patients + 1 - first)).items():
                folder.write(name, of_table)
                rows[name] += of_table.num_rows
    progress(f"{patients:,} patients", 1.0)
    return {name: count for name, count in rows.items() if count}


def block(number: int, seed: int, first: int, count: int) -> dict[str, pa.Table]:
    """The tables of block `number`: `count` patients, the first of them numbered `first`."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, number]))
    group = people.draw(rng, count + count // _UNSEEN + 100)
    truth = draw_truth(rng, group)
    taken = samples.draw_samples(rng, group)
    found = samples.find(rng, truth, taken)
    plan = care.plan_treatments(rng, group, found)
    course = care.draw_course(rng, group, truth, plan)
    group = people.admit(group, course.last_news_days, first, count)
    drawn = {
        "patient": people.patient_rows(rng, group, course.dead, course.last_news_days),
        "diagnosis": people.diagnosis_rows(rng, group),
        "sample": findings.sample_rows(rng, group, truth, taken, course.last_news_days),
        "panel": findings.panel_rows(group, taken),
        "treatment": care.treatment_rows(rng, group, plan, course),
        "event": care.event_rows(rng, group, course),
        "measurement": measurement_rows(rng, group, truth, course),
        "variant": findings.variant_rows(rng, group, truth, taken, found),
        "copy_number": findings.copy_number_rows(rng, group, truth, taken, found),
        "structural_variant": findings.structural_variant_rows(rng, group, truth, taken, found),
    }
    return {name: rows.filter(rows["patient_id"].is_valid()) for name, rows in drawn.items()}


def _about(patients: int, seed: int) -> About:
    return About(
        title=f"Made-up cohort: {patients:,} patients who do not exist (seed {seed})",
        source_format="chevet",
        description=(
            "Synthetic. Drawn by chance by chevet synth; no row describes a real person, no frequency or survival "
            "may be quoted, and genome positions are made up."
        ),
        citation="none: made up",
        assembly="GRCh38",
        made_up=True,
    )


def _study_tables() -> dict[str, pa.Table]:
    """The genes of each panel, and a tag that says what this is."""
    genes = facts.genes()
    panel, gene = np.nonzero(genes.covered)
    listed = panel != facts.EXOME
    return {
        "panel_gene": table(
            "panel_gene", panel_id=text(facts.PANELS, panel[listed]), gene=text(genes.symbols, gene[listed])
        ),
        "study_file": table(
            "study_file",
            kind=pa.array(["tag"]),
            name=pa.array(["synthetic"]),
            value_text=pa.array(["made up: no real person"]),
        ),
    }


def _check_free(out: Path) -> None:
    """An earlier made-up cohort may be written over; anything else may not."""
    if out.exists() and not out.is_dir():
        raise BadInput(f"{out} is a file", next_act="Name a folder that is new, empty or an earlier made-up cohort.")
    known = {f"{name}.parquet" for name in TABLES} | {"chevet_record.json"}
    if out.is_dir() and any(file.name not in known for file in out.iterdir()):
        raise BadInput(
            f"{out} holds other files", next_act="Name a folder that is new, empty or an earlier made-up cohort."
        )
