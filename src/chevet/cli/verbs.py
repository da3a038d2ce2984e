"""A group of commands, each in a module of its own that is loaded when the command is called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, cast

import click

# A verb that is a word of Python has another name as a module.
_MODULES = {"import": "import_base"}


class Verbs(click.Group):
    """Knows the names of its commands, and what each is for, before any of their modules is loaded.

    package   where the modules lie; each holds a click `command`
    verbs     name of each command (`-` for `_` in its module), and one line about it
    """

    def __init__(self, *args: Any, package: str, verbs: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._package = package
        self._verbs = verbs

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._verbs)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._verbs:
            return None
        module = _MODULES.get(cmd_name, cmd_name.replace("-", "_"))
        return cast(click.Command, import_module(f"{self._package}.{module}").command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(self._verbs.items()))
