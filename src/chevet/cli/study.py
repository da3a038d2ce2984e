"""`chevet study`: bring studies in, list, look at, check and remove them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click
import pyarrow.csv

from chevet.cli.door import Lang, json_option, lang_option, progress, show_table
from chevet.cli.ledger import leave_damaged
from chevet.cohort.studies import import_study
from chevet.errors import BadInput
from chevet.store.lake import Lake
from chevet.store.version import Version
from chevet.words.labels import label
from chevet.words.reasons import reason

_LINES_SHOWN = 50
_ACTS = ("rejected", "repaired", "noted")

version_option = click.option(
    "--version", "number", type=int, help="Version of the study; the current one unless said."
)


@click.group("study")
def command() -> None:
    """Studies: what was imported, version by version, and what was not kept."""


@command.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--as", "name", help="The study's name here; made from the file's or folder's name unless said.")
@click.option(
    "--mapping",
    type=click.Path(path_type=Path),
    help="For tables: a mapping file, or the name of a shipped one (tcga).",
)
@lang_option
@json_option
def import_(path: Path, name: str | None, mapping: Path | None, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Bring in the study at PATH, all of it or nothing; the former version stays, and stays readable."""
    lake = Lake.from_environment()
    with progress("chevet study import", lang) as tell:
        written = import_study(lake, path, name, mapping=mapping, progress=tell)
    if not as_json:
        rows = lake.open(written.study, written.version).rows
        click.echo(
            label(
                "study.kept" if written.made else "study.unchanged", lang, study=written.study, version=written.version,
                patients=_number(rows["patient"], lang), samples=_number(rows["sample"], lang),
            )
        )  # fmt: skip
        _show_report(written.study, written.report, lang)
        click.echo(label("study.next", lang, study=written.study))
    return {"study": written.study, "version": written.version, **written.report}


@command.command("list")
@lang_option
@json_option
def list_(lang: Lang, as_json: bool) -> dict[str, Any]:
    """List the studies, with their current version."""
    lines = Lake.from_environment().studies()
    if not as_json and not lines:
        click.echo(label("study.none", lang))
    elif not as_json:
        headings = [
            label(f"study.{key}", lang) for key in ("name", "version", "patients", "samples", "made_at", "title")
        ]
        show_table(
            headings,
            [
                (s.study, s.version, s.patients, s.samples, s.made_at[:10], _title(s.title, s.made_up, lang))
                for s in lines
            ],
        )
    return {"studies": [line.as_json() for line in lines]}


@command.command("show")
@click.argument("study")
@version_option
@click.option("--rejected", is_flag=True, help="Every row not kept as it stood: table, file, line, act and reason.")
@click.option(
    "--csv", "csv_file", type=click.Path(path_type=Path, dir_okay=False), help="With --rejected: write them all."
)
@lang_option
@json_option
def show(
    study: str, number: int | None, rejected: bool, csv_file: Path | None, lang: Lang, as_json: bool
) -> dict[str, Any]:
    """What a study holds, and what its import did."""
    if csv_file is not None and not rejected:
        raise click.UsageError("--csv goes with --rejected")
    lake = Lake.from_environment()
    version = lake.open(study, number)
    if rejected:
        return _rejected(version, csv_file, lang, as_json)
    if not as_json:
        _show_about(version, lang)
        _show_report(study, version.report, lang)
    return {
        "study": study, "version": version.number, "versions": lake.versions(study),
        "made_at": version.manifest["made_at"], "digest": version.digest, "about": version.about,
        "rows": version.rows, **version.report,
    }  # fmt: skip


@command.command("verify")
@click.argument("study")
@lang_option
@json_option
def verify(study: str, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Recompute every checksum, count and digest of a study, and compare them with the manifest and the ledger."""
    with progress("chevet study verify", lang) as tell:
        tell("reading every file", 0.0)
        checked = Lake.from_environment().verify(study)
    if not as_json:
        if checked.intact:
            click.echo(label("study.whole", lang, study=study, versions=len(checked.versions)))
        else:
            click.echo(label("study.damaged", lang, study=study, problems=len(checked.problems())))
            for problem in checked.problems():
                click.echo(f"  {problem}")
    if not checked.intact:
        leave_damaged(checked.as_json() if as_json else None)
    return checked.as_json()


@command.command("remove")
@click.argument("study")
@click.option("--version", "number", type=int, help="Only this version; the whole study unless said.")
@click.option("--yes", is_flag=True, help="Do not ask (nothing is asked when this is not a terminal).")
@lang_option
@json_option
def remove(study: str, number: int | None, yes: bool, lang: Lang, as_json: bool) -> dict[str, Any]:
    """Remove a study, or one of its versions, for good. The ledger keeps the fact."""
    lake = Lake.from_environment()
    going = lake.versions(lake.open(study, number).study) if number is None else [number]
    if not yes and not as_json and sys.stdin.isatty():
        click.confirm(label("study.confirm", lang, study=study, versions=_joined(going)), abort=True)
    removed = lake.remove(study, number)
    if not as_json:
        click.echo(label("study.removed", lang, study=study, versions=_joined(removed)))
    return {"study": study, "removed": removed}


def _joined(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))


def _number(n: int, lang: Lang) -> str:
    return f"{n:,}" if lang == "en" else f"{n:,}".replace(",", "\u202f")


def _title(title: str, made_up: bool, lang: Lang) -> str:
    return f"{label('study.made_up', lang)} {title}" if made_up else title


def _show_about(version: Version, lang: Lang) -> None:
    about = version.about
    click.echo(f"{version.study}, {label('study.version', lang)} {version.number} ({version.manifest['made_at']})")
    for line in (_title(about["title"], version.made_up, lang), about["description"], about["citation"]):
        if line:
            click.echo(f"  {line}")
    held = [(name, rows) for name, rows in version.rows.items() if rows]
    show_table([label("study.table", lang), label("study.count", lang)], held, lang=lang)


def _show_report(study: str, report: dict[str, Any], lang: Lang) -> None:
    columns = ("read", "kept", "repaired", "rejected")
    headings = ("study.table", "study.read", "study.kept_rows", "study.repaired", "study.rejected")
    rows = [(name, *(tally[column] for column in columns)) for name, tally in report["tables"].items()]
    show_table([label(key, lang) for key in headings], rows, title=label("study.rows", lang), lang=lang)
    if report["reasons"]:
        click.echo(label("study.reasons", lang))
        for told in _by_reason(report["reasons"]):
            click.echo("  " + _in_words(told, lang))
        click.echo(label("study.all_lines", lang, study=study))
    else:
        click.echo(label("study.nothing_to_say", lang))
    if report["missing_files"]:
        click.echo(label("study.missing", lang, files=", ".join(report["missing_files"])))


def _by_reason(reasons: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One entry per act, table and reason, with the first of its files and how many more there are."""
    told: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in sorted(reasons, key=lambda r: (_ACTS.index(r["act"]), r["table"], r["file"])):
        entry = told.setdefault((one["act"], one["table"], one["reason"]), {**one, "count": 0, "more_files": -1})
        entry["count"] += one["count"]
        entry["more_files"] += 1
    return list(told.values())


def _in_words(told: dict[str, Any], lang: Lang) -> str:
    more = told["more_files"]
    return label(
        "study.one_reason", lang, count=_number(told["count"], lang), act=label(f"study.act_{told['act']}", lang),
        table=told["table"], file=told["file"], line=told["example_line"], reason=reason(told["reason"], lang),
        more=label("study.more_files", lang, files=_number(more, lang)) if more else "",
    )  # fmt: skip


def _rejected(version: Version, csv_file: Path | None, lang: Lang, as_json: bool) -> dict[str, Any]:
    rows = version.rejected()
    if csv_file is not None:
        try:
            pyarrow.csv.write_csv(rows, csv_file)
        except OSError as error:
            raise BadInput(
                f"{csv_file} cannot be written: {error.strerror}", next_act="Choose a folder that you may write to."
            ) from None
    if as_json:
        lines = rows.to_pylist() if csv_file is None else []
        return {"study": version.study, "version": version.number, "rows": rows.num_rows, "rejected": lines}
    if csv_file is not None:
        click.echo(label("study.lines_written", lang, all=_number(rows.num_rows, lang), file=csv_file))
    else:
        first = rows.slice(0, _LINES_SHOWN).to_pylist()
        show_table(
            [label(f"study.{key}", lang) for key in ("table", "file", "line", "act", "reason")],
            [
                (r["table"], r["file"], r["line"], label(f"study.act_{r['act']}", lang), reason(r["reason"], lang))
                for r in first
            ],
        )
        every = _number(rows.num_rows, lang)
        click.echo(label("study.lines_shown", lang, shown=len(first), all=every, study=version.study))
    return {}
