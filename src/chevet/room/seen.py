"""What of this machine a researcher's program sees: the system's programs, Python's and R's libraries, nothing else.

Every folder is bound read-only at its own path. An environment of Python may consist of links into other
places (uv and conda make them so); where the links lead is found and bound, too.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from functools import cache
from pathlib import Path

from chevet.errors import Refused
from chevet.privacy.keys import Keys

R = "/usr/bin/Rscript"
_TOP = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_OF_ETC = ("ld.so.cache", "alternatives", "R", "fonts", "localtime")


def system_options() -> list[str]:
    """bubblewrap's options for /usr, the folders that belong to it, and the few files of /etc that libraries read."""
    options = ["--ro-bind", "/usr", "/usr"]
    for name in _TOP:
        path = Path("/", name)
        if path.is_symlink():
            options += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            options += ["--ro-bind", str(path), str(path)]
    for name in _OF_ETC:
        options += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    return options


def python_options(home: Path) -> list[str]:
    """bubblewrap's options for the Python that runs this, and its libraries.

    home   CHEVET_HOME. Raises Refused where it, or the folder of the keys, lies in a folder that programs see.
    """
    folders = python_folders()
    for name, place in (("CHEVET_HOME", home), ("CHEVET_KEYS", Keys(home).folder)):
        for folder in (Path("/usr"), *folders):
            if place.resolve().is_relative_to(folder.resolve()):
                raise Refused(
                    f"programs are not run: {name} lies in {folder}, which every program sees",
                    next_act=f"Move {name} to a folder of its own, outside of /usr and of Python's folders.",
                )
    return [word for folder in folders for word in ("--ro-bind", str(folder), str(folder))]


@cache
def python_folders() -> tuple[Path, ...]:
    """The folders that this Python and its libraries lie in, those that links lead to included, none twice."""
    named = [Path(sys.prefix), Path(sys.base_prefix), Path(sysconfig.get_paths()["stdlib"])]
    found = _outermost([*named, Path(sys.executable).resolve().parents[1]])
    site = Path(sysconfig.get_paths()["purelib"])
    return _outermost([*found, *_led_to(site, found)])


def _led_to(site: Path, known: tuple[Path, ...]) -> list[Path]:
    """Where the links below a folder of libraries lead, as the folders that their own names begin in."""
    found: set[Path] = set()
    for folder, folders, files in os.walk(site):
        for name in (*folders, *files):
            link = Path(folder, name)
            if link.is_symlink() and link.exists():
                target, inside = link.resolve(), link.relative_to(site)
                if not any(target.is_relative_to(k) for k in (Path("/usr"), *known, *found)):
                    same = target.parts[-len(inside.parts) :] == inside.parts
                    found.add(target.parents[len(inside.parts) - 1] if same else target)
    return sorted(found)


def _outermost(folders: list[Path]) -> tuple[Path, ...]:
    """Without those below /usr or below another one of them."""
    kept: list[Path] = []
    for folder in sorted(set(folders), key=lambda f: len(f.parts)):
        if not any(folder.is_relative_to(k) for k in (Path("/usr"), *kept)):
            kept.append(folder)
    return tuple(kept)


def interpreter(main: str) -> list[str]:
    """The words that start a program, by its ending. Raises Refused where R is not installed."""
    if main.endswith(".py"):
        return [sys.executable, "-B"]
    if shutil.which(R) is None:
        raise Refused(
            f"{main} cannot be run: R is not installed on this machine",
            next_act="Ask the people who run Chevet to install Debian's package r-base-core.",
        )
    return [R, "--no-save", "--no-restore", "--no-environ", "--no-site-file", "--no-init-file"]
