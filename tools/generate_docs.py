"""Print the generated pages of the manual: commands, errors, crosswalk, glossary, import reasons.

`python -m tools.generate_docs` rewrites them; `--check` says which are stale and exits with 1.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from chevet import errors
from chevet.cli import main
from chevet.records import crosswalk
from chevet.words.labels import glossary_markdown
from chevet.words.reasons import reasons_markdown

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"


def commands_markdown() -> str:
    """Every command with its help, in the order of the command line."""
    lines = ["# Commands", "", "*Printed from the program; do not edit.*", ""]

    def walk(command: click.Command, names: tuple[str, ...], parent: click.Context | None = None) -> None:
        context = click.Context(command, parent, info_name=names[-1], terminal_width=100, **command.context_settings)
        lines.extend(["#" * min(len(names) + 1, 4) + f" {' '.join(names)}", "", "```text"])
        lines.extend([command.get_help(context), "```", ""])
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                child = command.get_command(context, name)
                assert child is not None
                walk(child, (*names, name), context)

    walk(main, ("chevet",))
    return "\n".join(lines)


def errors_markdown() -> str:
    """The kinds of error with their exit code and HTTP status."""
    lines = [
        "# Errors",
        "",
        "*Printed from the program; do not edit.*",
        "",
        "| kind | who must act | exit code | HTTP status |",
        "|---|---|---|---|",
    ]
    for kind in (errors.Refused, errors.BadInput, errors.CannotConclude, errors.Fault):
        says = (kind.__doc__ or "").strip().rstrip(".")
        lines.append(f"| `{kind.kind}` | {says} | {kind.exit_code} | {kind.http_status} |")
    lines += [
        "",
        'With `--json` an error is `{"error": {"kind", "message", "next"}}` on standard output.',
        "A wrong option or argument of the command line itself exits with 2.",
        "",
    ]
    return "\n".join(lines)


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_markdown,
    "errors.md": errors_markdown,
    "crosswalk.md": crosswalk.page,
    "glossary.md": glossary_markdown,
    "import-reasons.md": reasons_markdown,
}


def stale_pages() -> list[str]:
    """Names of the pages whose file differs from what the program would print."""
    return [
        name
        for name, page in PAGES.items()
        if not (REFERENCE / name).exists() or (REFERENCE / name).read_text(encoding="utf-8") != page()
    ]


def run(arguments: list[str]) -> int:
    if "--check" in arguments:
        stale = stale_pages()
        if stale:
            sys.stderr.write(f"stale: {', '.join(stale)} (run python -m tools.generate_docs)\n")
        return 1 if stale else 0
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
