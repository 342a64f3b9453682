"""Folders of reports at random: nothing crashes, hangs or is written anywhere, and a good report is always read."""

import json
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from pipelines.reports import fingerprint, reports, survey
from tests.packing import PROSE, docx_of, odt_of, rtf_of, xlsx_of, zip_of

AREAS = {"100000", "140200", "330000"}
GOOD = "330000/2020.txt"
ENDINGS = [
    "txt",
    "md",
    "docx",
    "doc",
    "wps",
    "odt",
    "rtf",
    "zip",
    "csv",
    "jsonl",
    "xlsx",
    "yaml",
    "html",
    "pdf",
    "xyz",
    "",
]
SECONDS = 20.0  # for one folder; most take a hundredth of one

SHEET = [["ref_area", "report_year", "text"], ["140200", 2020, PROSE], ["大同市", "2021年", "文"], ["x", "y", ""]]
TABLE = "ref_area,report_year,text\n" + "".join(f'{area},{year},"{text}"\n' for area, year, text in SHEET[1:])
LINES = "".join(json.dumps(dict(zip(SHEET[0], row, strict=True))) + "\n" for row in SHEET[1:])
MAPPING = "columns: {ref_area: ref_area, report_year: report_year, text: text}"
WHOLE: list[bytes] = [
    PROSE.encode(), PROSE.encode("gb18030"), PROSE.encode("utf-16"), PROSE.encode("gb18030").decode("latin-1").encode(),
    PROSE.encode() + PROSE.encode("gb18030"), docx_of(PROSE), odt_of(f"<text:p>{PROSE}</text:p>"), rtf_of("各位代表"),
    xlsx_of(SHEET), TABLE.encode(), TABLE.encode("gb18030"), LINES.encode(), MAPPING.encode(), b"title: x\nsha256: 12",
    zip_of({"1.txt": PROSE, "2.txt": PROSE}), bytes(1000), b"",
    zip_of({"140200/2020.txt": PROSE, "collection.yaml": MAPPING, "r.csv": TABLE}),
    zip_of({"../1.txt": PROSE, "in.zip": zip_of({"1.txt": PROSE})}), zip_of({"1.txt": bytes(20_000_000)}),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "<!DOCTYPE html><html>登录 密码</html>".encode(),
]  # fmt: skip


@st.composite
def contents(draw: st.DrawFn) -> bytes:
    """Bytes of a file: a whole one of some format, one that is cut or changed, or any."""
    kind = draw(st.sampled_from(["whole", "whole", "changed", "cut", "any"]))
    event(kind)
    if kind == "any":
        return draw(st.binary(max_size=300))
    data = bytearray(draw(st.sampled_from(WHOLE)))
    if kind == "cut":
        return bytes(data[: draw(st.integers(0, len(data)))])
    if kind == "changed" and data:
        for place, value in draw(st.lists(st.tuples(st.integers(0, len(data) - 1), st.integers(0, 255)), max_size=5)):
            data[place] = value
    return bytes(data)


NAMES = st.one_of(
    st.sampled_from(["100000", "140200", "330000", "2020", "2021", "1", "10", "collection", "README", "__MACOSX"]),
    st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=8),
).filter(lambda name: name not in (".", ".."))  # fmt: skip


@st.composite
def trees(draw: st.DrawFn) -> dict[str, bytes]:
    """Paths and contents of some files."""
    found = {}
    for _ in range(draw(st.integers(0, 7))):
        folders = draw(st.lists(NAMES, max_size=2))
        ending = draw(st.sampled_from(ENDINGS))
        name = draw(NAMES) + (f".{ending}" if ending else "")
        found["/".join([*folders, name])] = draw(contents())
    return found


def everything(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def read_tree(files: dict[str, bytes]) -> None:
    """Lay files out, read them, and check what must hold whatever they are."""
    with tempfile.TemporaryDirectory() as outer:
        root = Path(outer) / "reports"
        files = {name: data for name, data in files.items() if name != GOOD}
        for name, data in {GOOD: PROSE.encode(), **files}.items():
            path = root / name
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            except OSError:  # a name that is too long, or a file where a folder would be
                continue
        before = everything(Path(outer))
        start = time.monotonic()
        found, rejected = survey(root, AREAS, 2030)
        marks = [fingerprint(file) for file in found]
        read, failed = reports(found)
        assert time.monotonic() - start < SECONDS
        assert everything(Path(outer)) == before
        assert len(read) + len(failed) == len(found) == len(marks)
        assert len(set(read["report_id"])) == len(read)
        for row in [*rejected, *failed.to_dicts()]:
            assert row["path"].isprintable() and row["reason"].isprintable() and row["remedy"].isprintable()
            assert row["path"] and row["reason"] and row["remedy"]
        for row in read.to_dicts():
            assert len(row["flags"]) == len(row["warnings"])
            assert all(sentence.isprintable() for sentence in row["warnings"])
        again = survey(root, AREAS, 2030)[0]
        assert [fingerprint(file) for file in again] == marks
        others = [row for row in rejected if row["ref_area"] == "330000" and row["report_year"] == 2020]
        assert GOOD in [*read["path"], *(row["path"] for row in others)]  # unless another file is of the same year
        assert others or PROSE in list(read["text"])


@given(trees())
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_a_folder_of_anything(files: dict[str, bytes]) -> None:
    read_tree(files)


@given(trees(), st.booleans(), st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_an_archive_of_anything(files: dict[str, bytes], of_year: bool, data: st.DataObject) -> None:
    packed = bytearray(zip_of(files))
    for place, value in data.draw(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=3)):
        packed[place % len(packed)] = value
    read_tree({"140200/2022.zip" if of_year else "all.zip": bytes(packed)})
