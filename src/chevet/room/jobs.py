"""Jobs: a researcher's program, run beside the extract, and kept whole with everything it left behind.

A job lies under `CHEVET_HOME/rooms/<project>/jobs/<number>`: the program as it was run, its outputs under numbers,
and `job.json`. The ledger's entry `job_run` is what counts: who, under which permit, which program on which data
(by hash), how it ended, whether it left anything, and one keyed hash of all outputs. The key is drawn for the job and
lies in its folder: of an output as short as one patient's stage a plain hash would tell what it says to whoever tries
all stages. How many outputs there are the ledger does not say, since a program can count with them.

The researcher is told whether it ended well and left anything: what a program printed on real data, the names and
number of its files and its exact exit code are outputs, too.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import os
import secrets
import shutil
import stat
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from chevet.errors import BadInput, Fault
from chevet.room.checking.redraw import pixels_in
from chevet.room.checks import CONSOLE, Output
from chevet.room.checks import MOST_BYTES as MOST_DRAWN
from chevet.room.sandbox import Found, Limits, Program, Ran, run
from chevet.store.ledger import canonical, make_private, replace_file, sha256, sync_folder

MAINS = ("main.py", "main.R")
MOST_BYTES, MOST_FILES = 20 << 20, 500
MOST_PIXELS_TOGETHER = 100_000_000
_PRINTED = (f"{CONSOLE}/stdout.txt", f"{CONSOLE}/stderr.txt")
_STEPS = (0, 10, 100, 1000)
_DRAFT = ".job.json"


@dataclass(frozen=True)
class Kept:
    """An output of a job as it is kept: its name as the program wrote it, and the file's number, if it is a file.

    original   the same of what the program wrote, where `file` is that picture drawn anew
    """

    name: str
    kind: str
    sha256: str
    size: int
    file: str | None
    original: str | None = None
    original_sha256: str | None = None

    def as_json(self) -> dict[str, Any]:
        return vars(self).copy()


@dataclass(frozen=True)
class Job:
    """A job that was run. `id` is `<project>/<number>`; `folder` is where it lies."""

    project: str
    number: int
    permit: str
    study: str
    author: str
    program_sha256: str
    data_sha256: str
    folder: Path
    kept: tuple[Kept, ...]
    key: str

    @property
    def id(self) -> str:
        return f"{self.project}/{self.number}"

    @property
    def digest(self) -> str:
        """Keyed hash of all outputs together, names included: what a checker approves."""
        return self._keyed(canonical({"outputs": [k.as_json() for k in self.kept]}))

    def originals(self) -> list[str]:
        """Keyed hash of each output as the program wrote it: of a picture, before it was drawn anew."""
        return [self._keyed((k.original_sha256 or k.sha256).encode()) for k in self.kept]

    def _keyed(self, text: bytes) -> str:
        return hmac.new(bytes.fromhex(self.key), text, "sha256").hexdigest()

    def outputs(self, only: Container[str] | None = None) -> list[Output]:
        """Every output with its bytes. Raises Fault where the bytes kept are not those that were entered.

        only   SHA-256 of those that are wanted; all of them unless given
        """
        return [self._output(k, whole=only is None) for k in self.kept if only is None or k.sha256 in only]

    def _output(self, kept: Kept, *, whole: bool) -> Output:
        """An output; what its picture was drawn from only with the `whole` of it, since that is not kept for ever."""
        original = self._content(kept.original, kept.original_sha256) if whole and kept.original else None
        return Output(kept.name, self._content(kept.file, kept.sha256), kept.kind, original)

    def _content(self, file: str | None, digest: str | None) -> bytes:
        if file is None:
            return b""
        try:
            content = (self.folder / "outputs" / file).read_bytes()
        except OSError:
            content = b""
        if sha256(content) != digest:
            raise Fault(
                f"output {file} of job {self.id} is not what the program wrote",
                next_act="Nothing is released. Show this to whoever keeps the backups.",
            )
        return content


def read_program(path: Path, arguments: Sequence[str]) -> Program:
    """The program at a path: a script, or a folder with main.py or main.R. Raises BadInput when it is neither."""
    if path.is_file() and path.suffix in (".py", ".R"):
        return Program(path, path.name, tuple(arguments))
    mains = [name for name in MAINS if (path / name).is_file()]
    if len(mains) == 1:
        return Program(path, mains[0], tuple(arguments))
    why = "both main.py and main.R are there" if mains else "nothing there can be started"
    raise BadInput(
        f"{path.name} is no program: {why}",
        next_act="Name a .py or .R file, or a folder that holds one of main.py and main.R.",
    )


def copy_program(program: Program, to: Path) -> tuple[Program, str]:
    """The program copied whole, and its SHA-256 (files, names, arguments).

    Links are not followed. Raises BadInput for a program that is more than a program.
    """
    to.mkdir(mode=0o700)
    hashes: dict[str, str] = {}
    size = 0
    for name, content in _files_of(program):
        size += len(content)
        if size > MOST_BYTES or len(hashes) == MOST_FILES:
            raise _too_large(program.main)
        hashes[name] = sha256(content)
        place = to / name
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        place.write_bytes(content)
    if program.main not in hashes:
        raise BadInput(f"{program.main} is a link", next_act="Give the script itself.")
    digest = sha256(canonical({"files": hashes, "main": program.main, "arguments": list(program.arguments)}))
    return Program(to, program.main, program.arguments), digest


def _files_of(program: Program) -> Iterator[tuple[str, bytes]]:
    """Every file of a program by its name, links left out.

    What a link leads to would be shown by a run on made-up data, to somebody who may not read it. A file is opened
    from its folder, as no link: nobody exchanges one of them between a look and a copy.
    """
    if program.folder.is_file():
        content = _unlinked(program.folder)
        yield from [] if content is None else [(program.main, content)]
        return
    for folder, folders, names, place in os.fwalk(program.folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f != "__pycache__")
        for name in sorted(names):
            content = _unlinked(name, place)
            if content is not None:
                yield Path(folder, name).relative_to(program.folder).as_posix(), content


def _unlinked(path: str | Path, folder: int | None = None) -> bytes | None:
    """The bytes of a file, one more than a program may have at most; None for a link, a pipe, a folder."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read(MOST_BYTES + 1) if stat.S_ISREG(os.fstat(descriptor).st_mode) else None


def _too_large(name: str) -> BadInput:
    return BadInput(
        f"the folder of {name} is larger than a program: over {MOST_FILES} files, or {MOST_BYTES >> 20} MB",
        next_act="Give a folder with the program alone; data do not come in with it.",
    )


def data_digest(data: Path) -> str:
    """SHA-256 of the data that a program sees: every file's name and hash."""
    files = sorted(p for p in data.rglob("*") if p.is_file()) if data.is_dir() else [data]
    return sha256(canonical({str(p.relative_to(data.parent)): sha256(p.read_bytes()) for p in files}))


class Jobs:
    """The jobs of one installation, as the ledger tells them; `home` is CHEVET_HOME."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def folder(self, project: str) -> Path:
        return self.home / "rooms" / project / "jobs"

    def read(self, facts: Mapping[str, Any]) -> Job:
        """The job that this entry of the ledger tells of. Raises Fault where its folder says something else."""
        folder = self.folder(facts["project"]) / str(facts["job"])
        try:
            told = json.loads((folder / "job.json").read_bytes())
            kept = tuple(Kept(**k) for k in told["outputs"])
            key = bytes.fromhex(told["key"]).hex()
        except (OSError, ValueError, KeyError, TypeError):
            raise _lost(facts) from None
        job = Job(
            facts["project"], facts["job"], facts["permit"], facts["study"], facts["person"], facts["program_sha256"],
            facts["data_sha256"], folder, kept, key,
        )  # fmt: skip
        if job.digest != facts["outputs_sha256"]:
            raise _lost(facts)
        return job

    @contextmanager
    def new(self, project: str) -> Iterator[tuple[int, Path]]:
        """(number, folder) for a job about to be run; the folder is gone again unless the job is kept."""
        root = self.folder(project)
        make_private(root)
        with locked(root / "lock"):
            numbers = [int(p.name) for p in root.iterdir() if p.name.isdigit()]
            number = max(numbers, default=0) + 1
            folder = root / str(number)
            folder.mkdir(mode=0o700)
        try:
            yield number, folder
        finally:
            if not (folder / "job.json").exists():
                shutil.rmtree(folder)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock that all processes share."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _lost(facts: Mapping[str, Any]) -> Fault:
    return Fault(
        f"job {facts['project']}/{facts['job']} is not as the ledger says",
        next_act="Nothing is released. Show this to whoever keeps the backups.",
    )


def run_kept(program: Program, data: Path, limits: Limits, *, home: Path, folder: Path) -> tuple[Ran, tuple[Kept, ...]]:
    """Run a program beside the data, and keep what it left in `folder`: its outputs and what it printed."""
    out = folder / "outputs"
    ran = run(program, data, limits, home=home, out=out)
    kept = kept_of(ran.found)
    for i, (name, printed) in enumerate(zip(_PRINTED, (ran.printed, ran.complained), strict=True)):
        if printed:
            path = out / f"console{i + 1}"
            replace_file(path, printed)
            kept.append(Kept(name, "console", sha256(printed), len(printed), path.name))
    return ran, tuple(kept)


def kept_of(all_found: Sequence[Found]) -> list[Kept]:
    """What a program left, as it is kept; pictures of more pixels than may be decoded, all together, are too large.

    They are decoded outside the sandbox, where no limit of the run holds.
    """
    kept, pixels = [], 0
    for found in all_found:
        own = _pixels(found)
        pixels += own
        beyond = own > 0 and pixels > MOST_PIXELS_TOGETHER
        kept.append(_kept(replace(found, kind="too_large", path=None) if beyond else found))
    return kept


def _pixels(found: Found) -> int:
    """How many pixels are to be decoded for this output."""
    return 0 if found.path is None or found.size > MOST_DRAWN else pixels_in(found.name, found.path.read_bytes())


def _kept(found: Found) -> Kept:
    if found.path is None:
        return Kept(found.name, found.kind, sha256(b""), 0, None)
    return keep_file(found.path, found.name, found.kind)


def keep_file(path: Path, name: str, kind: str = "file") -> Kept:
    """A file that a program left, as it is kept; a picture is drawn anew beside it, and that is what may leave."""
    written = path.read_bytes()
    output = Output.entered(name, written, kind)
    if output.original is None:
        return Kept(name, kind, sha256(written), len(written), path.name)
    drawn = path.with_name(f"{path.name}.drawn")
    replace_file(drawn, output.content)
    return Kept(name, kind, sha256(output.content), len(output.content), drawn.name, path.name, sha256(written))


def drawn_key() -> str:
    """A key for the hashes of one job, in hexadecimal."""
    return secrets.token_hex(32)


def write_job(job: Job) -> None:
    """Write what the outputs are; from then on the folder is a job's."""
    draft_job(job)
    keep_job(job)


def draft_job(job: Job) -> None:
    """Write what the outputs are, with all that takes longer for more of them: every file of the job is on the disk."""
    told = {"outputs": [k.as_json() for k in job.kept], "key": job.key}
    (job.folder / _DRAFT).write_bytes(json.dumps(told, indent=1).encode())
    for folder, _, names in os.walk(job.folder, topdown=False):
        for name in names:
            descriptor = os.open(Path(folder, name), os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)
        sync_folder(Path(folder))


def keep_job(job: Job) -> None:
    """Make the folder a job's, in as little time whatever is in it."""
    (job.folder / _DRAFT).rename(job.folder / "job.json")
    sync_folder(job.folder)


@dataclass(frozen=True)
class Told:
    """What a researcher is told of a run on real data, and no more: two answers of yes or no.

    Which limit stopped it, how much it printed and what the checks say of its outputs would each carry part of a row;
    a checker sees them.
    """

    well: bool
    left: bool

    def as_json(self) -> dict[str, Any]:
        return {"well": self.well, "left": self.left}


def told(ran: Ran, kept: Sequence[Kept]) -> Told:
    """The little that may be told: whether it ran to its end without an error, and whether it left anything."""
    return Told(ran.exit == 0, bool(kept))


def about(number: int) -> str:
    """How many, as it may be told.

    >>> about(0), about(7), about(8_000)
    ('0', '1-10', '>1000')
    """
    for low, high in pairwise(_STEPS):
        if number <= low:
            return "0"
        if number <= high:
            return f"{low + 1}-{high}"
    return f">{_STEPS[-1]}"
