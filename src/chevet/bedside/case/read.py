"""From what was dropped, a folder, files or one case file, to a case."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from chevet.bedside.case.case_file import case_of
from chevet.bedside.case.reading import ReadCase, SourceFile
from chevet.errors import BadInput
from chevet.therapy.case import Jurisdiction

LARGEST = 200_000_000


def read_case(paths: Sequence[Path], *, jurisdiction: Jurisdiction | None = None) -> ReadCase:
    """The case of these files. Raises BadInput when they hold none."""
    if len(paths) == 1 and paths[0].suffix.lower() in (".json", ".yaml", ".yml"):
        return _document(paths[0], jurisdiction)
    raise BadInput("no case was found in what was given", next_act="Give a case file (JSON or YAML).")


def _document(path: Path, jurisdiction: Jurisdiction | None) -> ReadCase:
    content = _bytes(path)
    read = case_of(parsed(content, path), name=path.name, jurisdiction=jurisdiction)
    source = SourceFile(path.name, "case", hashlib.sha256(content).hexdigest())
    return replace(read, sources=(source,))


def parsed(content: bytes, path: Path) -> Any:
    """A JSON or YAML document. Raises BadInput when it is neither."""
    try:
        text = content.decode("utf-8-sig")
        return json.loads(text) if path.suffix.lower() == ".json" else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError, RecursionError):
        raise BadInput(
            f"{path.name} is no JSON or YAML document", next_act="Write the case again: chevet bedside schema case."
        ) from None


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise BadInput(f"{path.name} is too large for a case file", next_act="Give the laboratory's files apart.")
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read: {error.strerror}", next_act="Check its name and rights.") from None
