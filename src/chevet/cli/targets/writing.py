"""Files of an analysis into a folder, each an entry in the ledger where it tells of a study."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from chevet.cli.answers import PICTURE_EXPORTED, TABLE_EXPORTED
from chevet.errors import BadInput
from chevet.store.lake import Lake
from chevet.store.ledger import sha256

_PICTURES = (".html", ".pdf", ".svg", ".png")


def write_files(out: Path, files: Mapping[str, bytes], *, lake: Lake | None = None, study: str = "") -> list[str]:
    """Write the files, and enter each in the ledger of `lake`; their places come back.

    files   by name, `/` for folders within; `words.signs.in_file_name` makes what a study says into one

    Raises BadInput when the folder cannot be written.
    """
    try:
        for name, content in files.items():
            place = out / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    except OSError as error:
        raise BadInput(
            f"{out.name} cannot be written: {error.strerror}", next_act="Name a folder that you may write to."
        ) from None
    if lake is not None:
        for name, content in files.items():
            if name.endswith(_PICTURES):
                lake.ledger.append(PICTURE_EXPORTED, study=study, file=name, sha256=sha256(content))
            else:
                lake.ledger.append(TABLE_EXPORTED, study=study, file=name, sha256=sha256(content))
    return [str(out / name) for name in files]
