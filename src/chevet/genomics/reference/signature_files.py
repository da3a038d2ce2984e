"""The reference signatures of a site, in `CHEVET_HOME/signatures`: files of COSMIC, which Chevet may not bring."""

from __future__ import annotations

import re
from pathlib import Path

from chevet.errors import BadInput
from chevet.genomics.signatures import read_reference
from chevet.store.ledger import make_private, replace_file

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_LARGEST = 50_000_000


class SignatureFiles:
    """The files of signatures of one installation; `home` is CHEVET_HOME."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "signatures"

    def all(self) -> list[Path]:
        """The files of signatures of single bases, by name; `signatures.reference_file` chooses among them."""
        return sorted(one for one in self.folder.glob("*SBS*") if one.is_file() and not one.name.startswith("."))

    def add(self, file: Path) -> tuple[str, int]:
        """Take a file in, in the place of one of the same name; its name here, and how many signatures it has.

        A file for exomes says `exome` in its name, and each its build, for by these it is chosen.

        Raises BadInput for a file that is no table of the 96 channels of single bases.
        """
        if file.stat().st_size > _LARGEST:
            raise BadInput(f"{file.name} is too large for a table of signatures", next_act="Give a file of SBS.")
        signatures = read_reference(file)
        name = file.name if "SBS" in file.name else f"SBS_{file.name}"
        if not _NAME.fullmatch(name):
            raise BadInput("the file's name is no name for signatures", next_act="Use letters, digits and hyphens.")
        make_private(self.folder)
        replace_file(self.folder / name, file.read_bytes())
        return name, len(signatures.names)

    def remove(self, name: str) -> bool:
        """Forget a file by its name; False when there is none."""
        file = next((one for one in self.all() if one.name == name), None)
        if file is None:
            return False
        file.unlink()
        return True
