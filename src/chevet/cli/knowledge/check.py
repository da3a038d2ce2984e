"""`chevet knowledge check`: whether our tables hold, and what another base says that ours does not."""

from __future__ import annotations

from typing import Any

import click

from chevet.cli.door import Lang, json_option, lang_option
from chevet.errors import Fault
from chevet.store.lake import Lake
from chevet.therapy import saying
from chevet.therapy.knowledge.base import Base
from chevet.therapy.knowledge.checking import problems
from chevet.therapy.knowledge.coverage import coverage
from chevet.therapy.knowledge.importing.kept import current
from chevet.words.labels import label


@click.command("check")
@click.option("--missing", is_flag=True, help="Name every approved treatment of an imported base that ours has not.")
@lang_option
@json_option
def command(missing: bool, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Check every statement, and compare the approved treatments of each imported base with ours."""
    found = problems()
    if found:
        raise Fault("; ".join(found[:20]), next_act="Mend the tables of statements: nothing is advised by broken ones.")
    own = Base.own()
    compared: list[dict[str, Any]] = []
    for kept in current(Lake.from_environment().home):
        result = coverage(own.statements, kept.statements())
        names = [f"{saying.regimen(one.therapy, lang)} – {saying.tumours(one.tumour, lang)}" for one in result.missing]
        compared.append({"base": kept.version.name, "covered": result.covered, "missing": sorted(set(names))})
    if not as_json:
        click.echo(label("knowledge.sound", lang, count=len(own.statements)))
        for one in compared:
            click.echo(
                label("knowledge.covered", lang, base=one["base"], covered=one["covered"], missing=len(one["missing"]))
            )
            for name in one["missing"] if missing else ():
                click.echo(f"  {name}")
    return {"problems": [], "statements": len(own.statements), "compared": compared}
