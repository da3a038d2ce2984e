"""Rows smuggled out in what a program writes: each way works where outputs are copied, and stays inside here.

For every way there is a `hide` and a `find`: `find(hide(rows)) == rows` is what the attacker gets from a room that
hands outputs over as they are. The airlock must refuse the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from chevet.room.checking.extract import Extract
from chevet.room.checks import Against, Output, judge
from tests.room.made_extract import extract_table
from tests.room.made_job import airlock_of, made_job
from tests.room.made_room import made_room

TABLE = extract_table()
EXTRACT = Extract([TABLE])
ROWS = "\n".join(",".join(map(str, row.values())) for row in TABLE.slice(0, 12).to_pylist())
NAMELESS = "\n".join(line.split(",", 1)[1] for line in ROWS.splitlines())
HEADING = ",".join(TABLE.column_names)


class Way(NamedTuple):
    """How rows are hidden in a file of this name, and found again."""

    name: str
    hide: Callable[[str], bytes]
    find: Callable[[bytes], str]
    rows: str = ROWS


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(pixels: np.ndarray, *extra: bytes, behind: bytes = b"") -> bytes:  # type: ignore[type-arg]
    """An 8-bit picture of (height, width, 3 or 4)."""
    height, width, channels = pixels.shape
    head = struct.pack(">IIBBBBB", width, height, 8, 2 if channels == 3 else 6, 0, 0, 0)
    lines = b"".join(b"\0" + line.astype(np.uint8).tobytes() for line in pixels)
    parts = [chunk(b"IHDR", head), *extra, chunk(b"IDAT", zlib.compress(lines)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + behind


WHITE = np.full((60, 80, 3), 255)


def chunk_named(content: bytes, kind: bytes) -> bytes:
    start = content.index(kind)
    (length,) = struct.unpack(">I", content[start - 4 : start])
    return content[start + 4 : start + 4 + length]


def in_unseen_pixels(rows: str) -> bytes:
    """In the colours of pixels that are wholly transparent."""
    secret = rows.encode()
    pixels = np.zeros((60, 80, 4))
    pixels.reshape(-1, 4)[: -(-len(secret) // 3), :3] = np.frombuffer(
        secret + b"\0" * (-len(secret) % 3), np.uint8
    ).reshape(-1, 3)
    return png(pixels)


def of_unseen_pixels(content: bytes) -> str:
    raw = zlib.decompress(chunk_named(content, b"IDAT"))
    lines = np.frombuffer(raw, np.uint8).reshape(60, -1)[:, 1:]
    return lines.reshape(-1, 4)[:, :3].tobytes().rstrip(b"\0").decode()


def archive(rows: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("rows.csv", rows)
    return made.getvalue()


def unarchived(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return file.read("rows.csv").decode()


def in_zero_width(rows: str) -> bytes:
    bits = "".join(f"{byte:08b}" for byte in rows.encode())
    return ("The median is 31 months." + bits.replace("0", "\u200b").replace("1", "\u200c")).encode()


def of_zero_width(content: bytes) -> str:
    bits = content.decode().removeprefix("The median is 31 months.").replace("\u200b", "0").replace("\u200c", "1")
    return bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8)).decode()


def turned(rows: str) -> bytes:
    return "\n".join(map(",".join, zip(*(line.split(",") for line in rows.splitlines()), strict=True))).encode()


def notebook(rows: str) -> bytes:
    lines = [HEADING, *rows.splitlines()]
    cells = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in line.split(",")) + "</tr>" for line in lines)
    output = {"output_type": "execute_result", "data": {"text/html": f"<table>{cells}</table>"}, "metadata": {}}
    cell = {"cell_type": "code", "source": "people.head(12)", "metadata": {}, "outputs": [output]}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def of_notebook(content: bytes) -> str:
    page = json.loads(content)["cells"][0]["outputs"][0]["data"]["text/html"]
    lines = page.removeprefix("<table><tr><td>").removesuffix("</td></tr></table>").split("</td></tr><tr><td>")
    return "\n".join(line.replace("</td><td>", ",") for line in lines[1:])


def points(rows: str) -> bytes:
    """A point per patient: the course in months, readable to the digit."""
    months = [line.split(",")[5] for line in rows.splitlines()]
    marks = "".join(f'<circle cx="{i}" cy="{m}" r="1"/>' for i, m in enumerate(months))
    return f'<svg xmlns="http://www.w3.org/2000/svg">{marks}</svg>'.encode()


def of_points(content: bytes) -> str:
    return ",".join(part.split('"')[0] for part in content.decode().split('cy="')[1:])


EVERYBODY = "\n".join(",".join(map(str, row.values())) for row in TABLE.to_pylist())
MONTHS = ",".join(map(str, TABLE["overall_survival_months"].to_pylist()))

WAYS = {
    "as a table": Way("t.csv", lambda r: f"{HEADING}\n{r}".encode(), lambda b: b.decode().split("\n", 1)[1]),
    "as a table without names and heading": Way("t.csv", str.encode, bytes.decode, NAMELESS),
    "as a table with other headings": Way(
        "t.tsv", lambda r: ("a\tb\tc\td\te\tf\n" + r.replace(",", "\t")).encode(),
        lambda b: b.decode().split("\n", 1)[1].replace("\t", ","), NAMELESS,
    ),
    "with columns as rows": Way("t.csv", turned, lambda b: turned(b.decode()).decode(), NAMELESS),
    "with a column of noise": Way(
        "t.csv", lambda r: "\n".join(f"{line},{n * n + 1000.5}" for n, line in enumerate(r.splitlines())).encode(),
        lambda b: "\n".join(line.rsplit(",", 1)[0] for line in b.decode().splitlines()), NAMELESS,
    ),
    "under headings that say that they are counts": Way(
        "t.csv", lambda r: f"n,n,n,n,n,n\n{r}".encode(), lambda b: b.decode().split("\n", 1)[1], NAMELESS
    ),
    "as pseudonyms alone": Way("note.txt", str.encode, bytes.decode, "\n".join(TABLE["patient_id"].to_pylist()[:6])),
    "as JSON": Way("t.json", lambda r: json.dumps([line.split(",") for line in r.splitlines()]).encode(),
                   lambda b: "\n".join(",".join(line) for line in json.loads(b))),
    "as text in base64": Way("log.txt", lambda r: base64.b64encode(r.encode()), lambda b: base64.b64decode(b).decode()),
    "as text in hexadecimal": Way("log.txt", lambda r: r.encode().hex().encode(),
                                  lambda b: bytes.fromhex(b.decode()).decode()),
    "as one long number": Way("n.txt", lambda r: str(int.from_bytes(r.encode())).encode(),
                              lambda b: int(b).to_bytes(4000).lstrip(b"\0").decode(), ROWS[:1500]),
    "in signs that nobody sees": Way("summary.txt", in_zero_width, of_zero_width),
    "behind the end of a picture": Way("plot.png", lambda r: png(WHITE, behind=r.encode()),
                                       lambda b: b[b.index(b"IEND") + 8 :].decode()),
    "in a picture's words": Way("plot.png", lambda r: png(WHITE, chunk(b"tEXt", b"Comment\0" + r.encode())),
                                lambda b: chunk_named(b, b"tEXt").split(b"\0")[1].decode()),
    "in a picture's compressed words": Way(
        "plot.png", lambda r: png(WHITE, chunk(b"zTXt", b"Comment\0\0" + zlib.compress(r.encode()))),
        lambda b: zlib.decompress(chunk_named(b, b"zTXt").split(b"\0\0", 1)[1]).decode(),
    ),
    "in a picture's EXIF": Way("plot.png", lambda r: png(WHITE, chunk(b"eXIf", r.encode())),
                               lambda b: chunk_named(b, b"eXIf").decode()),
    "in a chunk of its own": Way("plot.png", lambda r: png(WHITE, chunk(b"chVt", r.encode())),
                                 lambda b: chunk_named(b, b"chVt").decode()),
    "in pixels that are not seen": Way("plot.png", in_unseen_pixels, of_unseen_pixels),
    "in a comment of a page": Way("page.html", lambda r: f"<p>See below.</p><!--{r}-->".encode(),
                                  lambda b: b.decode().split("<!--")[1].removesuffix("-->")),
    "in a page's address of data": Way(
        "page.html", lambda r: f'<a href="data:text/plain,{r}">report</a>'.encode(),
        lambda b: b.decode().split("plain,")[1].split('"')[0],
    ),
    "in a drawing's hidden words": Way(
        "plot.svg", lambda r: f'<svg xmlns="http://www.w3.org/2000/svg"><desc>{r}</desc></svg>'.encode(),
        lambda b: b.decode().split("<desc>")[1].split("</desc>")[0],
    ),
    "as a point per patient": Way("plot.svg", lambda r: points(EVERYBODY), of_points, MONTHS),
    "in a notebook": Way("work.ipynb", notebook, of_notebook),
    "in an archive": Way("out.zip", archive, unarchived),
    "in an archive that is called a table": Way("out.csv", archive, unarchived),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_rows_leave_where_outputs_are_copied_and_stay_inside_here(way: Way) -> None:
    content = way.hide(way.rows)
    assert way.find(content) == way.rows
    (judged,) = judge([Output.entered(way.name, content)], Against(EXTRACT))
    assert judged.verdict == "refuse"


def test_a_code_cut_into_short_words_goes_to_a_person() -> None:
    code = base64.b64encode(ROWS.encode()).decode().rstrip("=")
    text = "Results: " + " ".join(code[i : i + 12] for i in range(0, len(code), 12)) + "."
    (judged,) = judge([Output("summary.txt", text.encode())], Against(EXTRACT))
    assert ("perhaps_encoded" in {r.code for r in judged.reasons}, judged.verdict) == (True, "review")


def test_a_name_that_carries_a_pseudonym_or_climbs_is_refused() -> None:
    secret = TABLE["patient_id"][0].as_py()
    for name in (f"{secret}.csv", "../../ledger/entries.csv", "/etc/cron.d/x.csv", "a\u200bb.csv", "x" * 90 + ".csv"):
        (judged,) = judge([Output(name, b"sex,n\nfemale,120\nmale,120\n")], Against(EXTRACT))
        assert [r.code for r in judged.reasons if r.verdict == "refuse"] == ["name"], name


def test_a_second_table_that_leaves_one_patient_out_is_refused() -> None:
    """Each table alone is harmless, and acro lets each pass; together they tell one patient's stage."""

    def counts(left_out: int | None) -> bytes:
        people = [row for i, row in enumerate(TABLE.to_pylist()) if i != left_out]
        cells: dict[tuple[str, str], int] = {}
        for row in people:
            cells[row["sex"], row["stage"]] = cells.get((row["sex"], row["stage"]), 0) + 1
        lines = [f"{sex},{stage},{n}" for (sex, stage), n in sorted(cells.items())]
        return "\n".join(["sex,stage,n", *lines]).encode()

    def cells(content: bytes) -> dict[str, int]:
        return {k: int(n) for k, n in (line.rsplit(",", 1) for line in content.decode().splitlines()[1:])}

    first, second = counts(None), counts(17)
    told = {key for key, n in cells(first).items() if n != cells(second)[key]}
    assert told == {f"{TABLE['sex'][17].as_py()},{TABLE['stage'][17].as_py()}"}

    one, two = judge([Output("all.csv", first), Output("without.csv", second)], Against(EXTRACT))
    assert (one.verdict, two.verdict) == ("pass", "refuse")
    assert {r.code for r in two.reasons} == {"differs_by_few"}


@pytest.mark.parametrize(("first", "second"), [
    ({"I": 110, "II": 85, "III": 60}, {"Stage I": 110, "Stage II": 84, "Stage III": 60}),
    ({"I": 110, "II": 85, "": 60}, {"one": 110, "two": 84, "three": 60}),
    ({"I": 110, "II": 85, "III": 60}, {"c": 60, "b": 86, "a": 110}),
    ({"I": 110, "II": 85, "III": 60, "IV": 41}, {"one": 110, "two": 84, "three": 60}),
    ({"I": 110, "II": 85, "III": 60}, {"one": 109, "two": 86, "three": 60}),
])  # fmt: skip
def test_a_second_table_that_renames_its_groups_and_leaves_one_patient_out_goes_to_a_person(
    first: dict[str, int], second: dict[str, int]
) -> None:
    """The groups are the same to whoever reads both: by their sizes one sees which is which, and who is missing."""

    def table(counts: dict[str, int]) -> bytes:
        return "\n".join(["stage,n", *(f"{label},{n}" for label, n in counts.items())]).encode()

    moved = [abs(a - b) for a in first.values() for b in second.values() if 0 < abs(a - b) < 5]
    assert moved  # there is a patient to tell apart
    one, two = judge([Output("a.csv", table(first)), Output("b.csv", table(second))], Against(EXTRACT))
    assert (one.verdict, two.verdict) == ("pass", "review")
    assert {r.code for r in two.reasons} <= {"renamed_differs_by_few", "totals_differ_by_few"}


def test_a_table_by_two_things_is_found_again_under_other_names_in_one_by_one_of_them() -> None:
    first = b"sex,stage,n\nfemale,I,60\nfemale,II,58\nmale,I,72\nmale,II,50\n"  # by stage: 132 and 108
    second = b"group,n\nearly,132\nlate,107\n"
    _, two = judge([Output("a.csv", first), Output("b.csv", second)], Against(EXTRACT))
    assert two.verdict == "review"


def test_other_groups_and_the_same_groups_under_other_names_pass() -> None:
    first = b"stage,n\nI,110\nII,85\nIII,60\n"
    for second in (b"group,n\none,110\ntwo,85\nthree,60\n", b"arm,n\nx,140\ny,75\nz,40\n"):
        _, two = judge([Output("a.csv", first), Output("b.csv", second)], Against(EXTRACT))
        assert two.verdict == "pass"


def test_a_withheld_cell_that_the_margins_give_back_is_refused() -> None:
    table = b"sex,I-II,III-IV,All\nfemale,100,,103\nmale,90,47,137\nAll,190,50,240\n"
    (judged,) = judge([Output("t.csv", table)], Against(EXTRACT))
    assert "small_by_subtraction" in {r.code for r in judged.reasons}
    assert judged.verdict == "refuse"


@pytest.mark.parametrize("name", ["model.pkl", "model.rds", "t.parquet", "t.xlsx", "plot.pdf", "plot.jpg", "program"])
def test_kinds_of_file_that_nobody_can_read_whole_do_not_leave(name: str) -> None:
    (judged,) = judge([Output(name, b"anything at all")], Against(EXTRACT))
    assert (judged.verdict, judged.reasons[0].code) == ("refuse", "kind")


def test_a_picture_that_is_a_bomb_is_not_unpacked() -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(bytes(1 << 20))), chunk(b"IEND", b"")]
    )
    (judged,) = judge([Output.entered("plot.png", bomb)], Against(EXTRACT))
    assert "unreadable" in {r.code for r in judged.reasons}


def test_a_deeply_nested_file_is_refused_and_harms_nobody() -> None:
    (judged,) = judge([Output("t.json", b"[" * 100_000 + b"]" * 100_000)], Against(EXTRACT))
    assert judged.verdict == "refuse"


def test_an_entity_that_grows_is_not_expanded() -> None:
    bomb = b'<!DOCTYPE s [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><svg><text>&b;</text></svg>'
    (judged,) = judge([Output.entered("plot.svg", bomb)], Against(EXTRACT))
    assert {r.code for r in judged.reasons} == {"active_content", "not_drawn_anew"}


def in_low_bits(rows: str, white: int = 255) -> bytes:
    """In the last bit of each colour of a white picture: no eye sees it."""
    secret = np.unpackbits(np.frombuffer(rows.encode(), np.uint8))
    pixels = np.full(200 * 200 * 3, white, dtype=np.int64)
    pixels[: len(secret)] -= secret
    return png(pixels.reshape(200, 200, 3))


def of_low_bits(pixels: np.ndarray, length: int) -> bytes:  # type: ignore[type-arg]
    """What one reads who takes each colour that is not the commonest for a one."""
    colours = pixels.reshape(-1)[: length * 8]
    return np.packbits(colours != np.bincount(pixels.reshape(-1)).argmax()).tobytes()


def pixels_of(content: bytes) -> np.ndarray:  # type: ignore[type-arg]
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed (pip install 'chevet[room]')")
    return np.asarray(image.open(io.BytesIO(content)).convert("RGB"), dtype=np.int64)


def test_rows_in_the_low_bits_of_a_picture_leave_where_it_is_copied_and_are_gone_once_it_is_drawn_anew() -> None:
    hidden = in_low_bits(ROWS)
    assert of_low_bits(pixels_of(hidden), len(ROWS.encode())) == ROWS.encode()
    entered = Output.entered("plot.png", hidden)
    (naive,), (judged,) = (judge([one], Against(EXTRACT)) for one in (Output("plot.png", hidden), entered))
    assert (naive.verdict, judged.verdict) == ("refuse", "review")  # as it was written it does not leave at all
    drawn = pixels_of(entered.content)
    assert np.unique(drawn).tolist() == [255]
    assert of_low_bits(drawn, len(ROWS.encode())) == bytes(len(ROWS.encode()))


def test_low_bits_on_the_line_between_two_levels_survive_as_speckles_that_everybody_sees() -> None:
    """The attacker knows how we draw: he puts his bit where it decides the level. Then it is no low bit any more."""
    entered = Output.entered("plot.png", in_low_bits(EVERYBODY, white=128))
    drawn = pixels_of(entered.content)
    assert np.unique(drawn).tolist() == [85, 170]
    (judged,) = judge([entered], Against(EXTRACT))
    assert ("dense_picture" in {r.code for r in judged.reasons}, judged.verdict) == (True, "refuse")


def test_a_drawing_loses_what_is_smaller_than_half_a_point() -> None:
    secret = [line.split(",")[5] for line in ROWS.splitlines()]
    lines = "".join(f'<path d="M {10 * i}.0{int(month):03} 20 L 30 40"/>' for i, month in enumerate(secret))
    written = f'<svg xmlns="http://www.w3.org/2000/svg">{lines}</svg>'.encode()
    assert [part[:3] for part in written.decode().split(".0")[1:]] == [f"{int(m):03}" for m in secret]
    entered = Output.entered("plot.svg", written)
    assert b"M 10 20 L 30 40" in entered.content
    assert not any(f".0{int(month):03}".encode() in entered.content for month in secret)


def test_a_picture_in_a_notebook_is_drawn_anew_too() -> None:
    shown = {"output_type": "display_data", "metadata": {}}
    hidden = base64.b64encode(in_low_bits(ROWS)).decode()
    cell = {"cell_type": "code", "source": "plot()", "metadata": {},
            "outputs": [shown | {"data": {"image/png": hidden}}]}  # fmt: skip
    written = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
    entered = Output.entered("work.ipynb", written)
    left = json.loads(entered.content)["cells"][0]["outputs"][0]["data"]["image/png"]
    assert np.unique(pixels_of(base64.b64decode(left))).tolist() == [255]


def test_an_output_that_the_ledger_names_cannot_be_guessed_from_it(tmp_path: Path) -> None:
    """A file that says one patient's stage: who reads the ledger tries all stages, and finds none by a plain hash."""
    room = made_room(tmp_path / "home")
    case = made_job(room, room.granted(), {"t.txt": "III-IV"})
    guesses = {hashlib.sha256(stage.encode()).hexdigest(): stage for stage in ("I-II", "III-IV")}
    assert hashlib.sha256(airlock_of(room, "chloe").job(case).outputs()[0].content).hexdigest() in guesses
    ledger = "".join(json.dumps(entry.as_json()) for entry in room.ledger.entries())
    assert not any(guess in ledger for guess in guesses)


@pytest.mark.parametrize("hidden", [
    '<path id="{}" d="M 0 0"/>', '<path class="{}" d="M 0 0"/>', '<g style="font-family: \'{}\'"/>', "<desc>{}</desc>",
    '<metadata>{}</metadata>', '<g fill="{}"/>', '<g clip-path="url(#{})"/>', "<!-- {} -->",
    '<g stroke-dasharray="{}"/>', "<style>{}</style>", "<g>{}</g>",
    '<use href="#{}"/>', '<g aria-label="{}"/>', '<script>{}</script>',
])  # fmt: skip
def test_no_word_of_a_drawing_leaves_but_those_that_it_shows(hidden: str) -> None:
    written = '<svg xmlns="http://www.w3.org/2000/svg">' + hidden.format("secretword") + "<text>Stage II</text></svg>"
    drawn = Output.entered("plot.svg", written.encode()).content
    assert (b"secretword" in written.encode(), b"secretword" in drawn, b"Stage II" in drawn) == (True, False, True)


def test_the_low_bits_of_a_drawings_colours_and_numbers_do_not_leave() -> None:
    def drawing(colour: str, opacity: str) -> bytes:
        path = f'<path d="M 1 1 L 2 2" style="stroke: {colour}; opacity: {opacity}"/>'
        return f'<svg xmlns="http://www.w3.org/2000/svg">{path}</svg>'.encode()

    written = [drawing(*each) for each in (("#1f77b4", "0.5"), ("#1e76b5", "0.500017"), ("rgb(30,118,181)", ".5"))]
    assert len(set(written)) == 3
    assert len({Output.entered("plot.svg", each).content for each in written}) == 1
