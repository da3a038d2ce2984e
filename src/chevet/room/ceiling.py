"""How much one program may use at most: the site's word, not its author's.

A researcher chooses the limits of a run below these. A site says others in `room.toml` of CHEVET_HOME:

    most_seconds = 86400
    most_memory_gb = 64
    most_processes = 512
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from chevet.room.refusals import NotPermitted
from chevet.room.sandbox import Limits
from chevet.room.settings import SETTINGS, Setting

SECONDS = Setting("most_seconds", 4 * 3600, 1, 86_400)
MEMORY_GB = Setting("most_memory_gb", 16, 0.1, 4096, whole=False)
PROCESSES = Setting("most_processes", 256, 1, 4096)
_GB = 1 << 30


@dataclass(frozen=True)
class Ceiling:
    """The most that any program of this installation may use; memory in GB."""

    seconds: int
    memory_gb: float
    processes: int

    @classmethod
    def of(cls, home: Path) -> Ceiling:
        """The ceiling of an installation. Raises BadInput for settings that are no such numbers."""
        return cls(int(SECONDS.of(home)), MEMORY_GB.of(home), int(PROCESSES.of(home)))

    def limits(self, seconds: int | None, memory_gb: float | None, processes: int | None) -> Limits:
        """The limits that were asked for; for what was not, the usual ones, or the ceiling where that is lower.

        Raises NotPermitted, telling every limit above the ceiling.
        """
        usual = Limits()
        seconds = seconds or min(usual.seconds, self.seconds)
        asked = memory_gb or min(usual.memory / _GB, self.memory_gb)
        memory = int(asked * _GB) if asked <= self.memory_gb else int(self.memory_gb * _GB) + 1
        processes = processes or min(usual.processes, self.processes)
        limits = replace(usual, seconds=seconds, cpu_seconds=2 * seconds, memory=memory, processes=processes)
        self.require(limits)
        return limits

    def require(self, limits: Limits) -> None:
        """Raise NotPermitted, telling every limit that is above the ceiling."""
        above = []
        if limits.seconds > self.seconds or limits.cpu_seconds > 2 * self.seconds:
            above.append(f"{self.seconds:,} seconds ({SECONDS.name})")
        if limits.memory > self.memory_gb * _GB:
            above.append(f"{self.memory_gb:g} GB of memory ({MEMORY_GB.name})")
        if limits.processes > self.processes:
            above.append(f"{self.processes:,} processes ({PROCESSES.name})")
        if above:
            raise NotPermitted(
                f"more was asked for than a program may use here: {'; '.join(above)} at most",
                next_act=f"Ask for less, or ask the people who run Chevet to say another number in {SETTINGS}.",
            )
