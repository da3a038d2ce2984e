"""What a site says of its data room: numbers in `room.toml` of CHEVET_HOME, each with its bounds and a usual value."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from chevet.errors import BadInput

SETTINGS = "room.toml"


@dataclass(frozen=True)
class Setting:
    """A number that a site may say. `usual` where it says none; `whole` where it has no fraction."""

    name: str
    usual: float
    least: float
    most: float
    whole: bool = True

    def of(self, home: Path) -> float:
        """What this installation says, or the usual. Raises BadInput for what is no such number."""
        path = home / SETTINGS
        if not path.exists():
            return self.usual
        try:
            told = tomllib.loads(path.read_text(encoding="utf-8")).get(self.name, self.usual)
        except (OSError, ValueError):
            told = None
        fits = isinstance(told, int | float) and not isinstance(told, bool) and self.least <= told <= self.most
        if not fits or (self.whole and told != int(told)):
            raise BadInput(
                f"{SETTINGS} says no number of {self.name.rsplit('_', 1)[-1]}: {self.name}",
                next_act=f"Write: {self.name} = {self.usual:g} (from {self.least:g} to {self.most:g}).",
            )
        return float(told)
