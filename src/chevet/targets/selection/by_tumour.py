"""Selection in each tumour type of a cohort by itself, on several cores or on the machines of a Spark server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from chevet.cohort import Cohort
from chevet.cohort import cohort as cohorts
from chevet.cohort.definition import diagnosis_is
from chevet.cohort.describe import category_counts
from chevet.cohort.nodes import Everyone
from chevet.errors import ChevetError, Fault
from chevet.genomics.reference.installed import Reference
from chevet.privacy.disclosure import FLOOR
from chevet.store.lake import Lake
from chevet.store.spreading import spread
from chevet.targets.selection.analysis import Settings, of_cohort
from chevet.targets.selection.coding_sites import CodingSites
from chevet.targets.selection.kept_sites import sites_of

Tell = Callable[[str, float], None]


@dataclass(frozen=True)
class OfTumour:
    """One tumour type: its genes and model as they may be shown, or why there are none (`kind`, `why`, `next_act`)."""

    tumour: str
    genes: pa.Table | None
    model: dict[str, Any]
    kind: str = ""
    why: str = ""
    next_act: str = ""

    def significant(self, q: float) -> list[dict[str, Any]]:
        """The genes with a global q below this, the surest first."""
        rows = [] if self.genes is None else self.genes.to_pylist()
        return [row for row in rows if row["q_global"] is not None and row["q_global"] < q]


def tumours_of(cohort: Cohort) -> tuple[str, ...]:
    """The tumour types that at least five patients of the cohort have, by OncoTree code."""
    counts = category_counts(cohort.index, "tumour", cohort.bits)
    return tuple(sorted(code for code, many in counts.items() if code and many >= FLOOR))


def by_tumour(
    lake: Lake, cohort: Cohort, reference: Reference, settings: Settings, *, setting: str = "duckdb",
    tell: Tell = lambda what, part: None,
) -> tuple[OfTumour, ...]:  # fmt: skip
    """Each tumour type of the cohort, analysed as a cohort of its own; the answers are those of `of_cohort`.

    setting  where: as CHEVET_ENGINE

    A tumour type whose data allow no answer is told with its reason and stops none of the others.
    """
    sites_of(lake.home, reference)  # made once, before several want it at a time
    tumours = tumours_of(cohort)
    tasks = []
    for tumour in tumours:
        here = diagnosis_is(tumour)
        who = here if isinstance(cohort.definition, Everyone) else cohort.definition & here
        part = cohorts.open(lake, cohort.version.study, who, cohort.version.number)
        part.asked("drivers")
        tasks.append(_task(lake.home, part, reference, settings))
    found: dict[int, OfTumour] = {}
    for done, (number, answer) in enumerate(spread(tasks, analysed, setting)):
        tell(tumours[number], (done + 1) / len(tumours))
        found[number] = _read(tumours[number], answer)
    return tuple(found[number] for number in range(len(tumours)))


def analysed(task: bytes) -> bytes:
    """One cohort analysed in whatever process this is, from `_task` to what `_read` reads."""
    asked = json.loads(task)
    reference = Reference(**asked["reference"])
    chosen = asked["settings"]
    covariates = Path(chosen.pop("covariates")) if chosen["covariates"] else None
    lists = {name: tuple(chosen.pop(name)) for name in ("known", "genes")}
    settings = Settings(**{**chosen, "covariates": covariates, **lists})
    home = Path(asked["home"])
    opened = cohorts.open(Lake(home), asked["study"], asked["where"], asked["version"])
    try:
        made = of_cohort(replace(opened, ledger=None), _sites(home, reference), reference, settings)
    except Fault:
        raise
    except ChevetError as error:
        return json.dumps(error.as_json()["error"]).encode() + b"\n"
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, made.genes.schema) as writer:
        writer.write_table(made.genes)
    return json.dumps({"model": made.model}).encode() + b"\n" + sink.getvalue().to_pybytes()


@lru_cache(maxsize=1)
def _sites(home: Path, reference: Reference) -> CodingSites:
    return sites_of(home, reference)


def _task(home: Path, cohort: Cohort, reference: Reference, settings: Settings) -> bytes:
    chosen = asdict(settings)
    if settings.covariates is not None:
        chosen["covariates"] = str(settings.covariates.absolute())
    return json.dumps({
        "home": str(home.absolute()), "study": cohort.version.study, "version": cohort.version.number,
        "where": str(cohort.definition), "reference": asdict(reference), "settings": chosen,
    }).encode()  # fmt: skip


def _read(tumour: str, answer: bytes) -> OfTumour:
    head, rows = answer.split(b"\n", 1)
    told = json.loads(head)
    if "model" not in told:
        return OfTumour(tumour, None, {}, told["kind"], told["message"], told["next"])
    return OfTumour(tumour, pa.ipc.open_stream(rows).read_all(), told["model"])


def summary(found: tuple[OfTumour, ...], q: float) -> Iterator[dict[str, Any]]:
    """A row for each tumour type: samples, how many genes are significant, and which."""
    for one in found:
        genes = [row["gene"] for row in one.significant(q)]
        yield {"tumour": one.tumour, "samples": one.model.get("samples"), "significant": len(genes),
               "genes": ", ".join(genes), "not_concluded": one.why}  # fmt: skip
