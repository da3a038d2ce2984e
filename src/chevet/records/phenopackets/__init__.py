"""GA4GH Phenopackets, version 2: one JSON or YAML file per person, in a folder, a zip or a tar.

`packet` reads one of them; `findings` its variants; `moments` its ages and dates; `effects` what a
variant does when only HGVS says it; `nodes` remembers what was not read, and `rows` what was.

Survival is the standard's own: `survivalTimeInDays` counts from the diagnosis, and the vital status
says whether the person died then. The age at the last encounter never makes a survival time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from chevet.errors import BadInput
from chevet.records.archives import Member, is_archive, members
from chevet.records.phenopackets.packet import Packet
from chevet.records.phenopackets.rows import PacketRows
from chevet.records.record import About, Progress, Record, no_progress

_ENDINGS = (".json", ".yaml", ".yml")
_LOOKED_AT = 50
_FIRST_VERSION = {"genes", "variants", "htsFiles", "hts_files"}


def recognises(path: Path) -> bool:
    """Whether the first readable JSON or YAML file of the folder, archive (or the file itself) is a packet."""
    if path.is_file() and not is_archive(path):
        return path.suffix in _ENDINGS and _kind(path.read_bytes(), path.name) is not None
    if not path.is_dir() and not is_archive(path):
        return False
    if path.is_dir() and not any(file.suffix in _ENDINGS for file in path.rglob("*")):
        return False
    try:
        for looked_at, member in enumerate(members(path)):
            if _is_packet_file(member.name) and _kind(member.content, member.name) is not None:
                return True
            if looked_at >= _LOOKED_AT:
                break
    except BadInput:
        return False
    return False


def read(path: Path, progress: Progress = no_progress) -> Record:
    """The record of all packets in folder, archive or file `path`.

    In the import report, `line` is the place of the packet's file in the folder or archive. Raises
    BadInput for an archive that is not safe, a file of families or cohorts, packets of version 1,
    and when nothing is a packet.
    """
    rows = PacketRows(path.name)
    packets = 0
    for member in _members(path):
        if _is_junk(member.name):
            rows.report.note("study_file", member.name, [1], "junk_file")
        elif not _is_packet_file(member.name):
            rows.report.note("study_file", member.name, [1], "stray_file")
        else:
            packets += _read_member(member, rows)
        if member.place % 100 == 0:
            progress(path.name, 0.5)
    if not packets:
        raise BadInput(
            f"{path.name} holds no phenopacket that can be read",
            next_act="Give a folder, zip or tar.gz of version 2 packets, one JSON or YAML file per person.",
        )
    tables = rows.finish()
    progress(path.name, 1.0)
    return Record(About(title=path.name.split(".")[0], source_format="phenopackets"), tables, rows.report)


def _members(path: Path) -> Iterator[Member]:
    if path.is_file() and not is_archive(path):
        yield Member(path.name, 1, path.read_bytes())
    else:
        yield from members(path)


def _is_junk(name: str) -> bool:
    """Files that a computer left beside the real ones."""
    last = name.split("/")[-1]
    return last.startswith("._") or last in (".DS_Store", "Thumbs.db", "desktop.ini") or "__MACOSX/" in name


def _is_packet_file(name: str) -> bool:
    return name.lower().endswith(_ENDINGS) and not _is_junk(name)


def _read_member(member: Member, rows: PacketRows) -> int:
    try:
        content = _parsed(member.content, member.name)
    except (ValueError, RecursionError, yaml.YAMLError):
        rows.refuse("patient", member.place, "unreadable_packet")
        return 0
    packets = content if isinstance(content, list) else [content]
    read = 0
    for packet in packets:
        if not isinstance(packet, dict) or not _looks_like_packet(packet):
            _refuse_other_kinds(packet, member)
            rows.refuse("patient", member.place, "not_a_phenopacket")
            continue
        _refuse_first_version(packet, member)
        Packet(packet, member.place, rows).read()
        read += 1
    return read


def _looks_like_packet(content: dict[str, Any]) -> bool:
    return isinstance(content.get("subject"), dict) and "resourceType" not in content


def _refuse_other_kinds(content: Any, member: Member) -> None:
    if not isinstance(content, dict):
        return
    kind = "a family" if "proband" in content else "a cohort" if isinstance(content.get("members"), list) else ""
    if kind:
        raise BadInput(
            f"file {member.place} ({member.name}) holds {kind} of phenopackets, which is not read yet",
            next_act="Export one phenopacket per person, and import these.",
        )


def _refuse_first_version(packet: dict[str, Any], member: Member) -> None:
    said = packet.get("metaData") or packet.get("meta_data")
    version = (
        said.get("phenopacketSchemaVersion") or said.get("phenopacket_schema_version")
        if isinstance(said, dict)
        else None
    )
    if (isinstance(version, str) and version.split(".")[0] in ("0", "1")) or _FIRST_VERSION & set(packet):
        raise BadInput(
            f"file {member.place} ({member.name}) is a phenopacket of version 1, whose parts mean other things",
            next_act="Convert the packets to version 2 (phenopacket-tools does) and import them again.",
        )


def _kind(content: bytes, name: str) -> str | None:
    """What a file looks like, told cheaply: packet, family, cohort, or None."""
    try:
        parsed = _parsed(content, name)
    except (ValueError, RecursionError, yaml.YAMLError):
        return None
    first = parsed[0] if isinstance(parsed, list) and parsed else parsed
    if not isinstance(first, dict):
        return None
    if _looks_like_packet(first):
        return "packet"
    if isinstance(first.get("proband"), dict):
        return "family"
    listed = first.get("members")
    return (
        "cohort" if isinstance(listed, list) and any(isinstance(m, dict) and "subject" in m for m in listed) else None
    )


def _parsed(content: bytes, name: str) -> Any:
    text = content.decode("utf-8-sig")
    if name.lower().endswith(".json"):
        return json.loads(text, parse_constant=_no_constant)
    return yaml.load(text, Loader=_PlainYaml)  # noqa: S506  (a safe loader, made stricter)


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is no JSON number")


class _PlainYaml(yaml.SafeLoader):
    """YAML without aliases, which can make a small file unfold into a huge one."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)
