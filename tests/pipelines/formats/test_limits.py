"""Limits: read once, and checked."""

from pathlib import Path

import pytest
import yaml

from pipelines.formats import limits as limits_module
from pipelines.formats.limits import limits, load
from pipelines.seeds import SeedError


def test_each_limit_of_the_file_is_said_in_a_line_of_its_own_with_what_it_limits() -> None:
    lines = limits_module.PATH.read_text(encoding="utf-8").splitlines()
    said = [line for line in lines if line and not line.startswith("#")]
    assert all(" # " in line for line in said)
    assert len(said) == len(yaml.safe_load("\n".join(lines)))
    assert limits() is limits()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("bytes", 0, "bytes is 0; it must be a whole number above 0"),
        ("pages", -3, "pages is -3"),
        ("seconds", "long", "seconds is 'long'"),
        ("members", True, "members is True"),
        ("ratio", 1.5, "ratio is 1.5"),
        ("parts", None, "parts is None"),
        ("colours", 3, "colours is no limit"),
    ],
)
def test_a_wrong_limit_is_named(tmp_path: Path, name: str, value: object, words: str) -> None:
    path = tmp_path / "limits.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(limits_module.PATH.read_text()) | {name: value}))
    with pytest.raises(SeedError, match=words):
        load(path)


@pytest.mark.parametrize("content", [b"bytes: [", b"- 1", b"\xff", b"bytes: 5"])
def test_a_file_that_is_none_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "limits.yaml"
    path.write_bytes(content)
    with pytest.raises(SeedError, match=r"limits\.yaml"):
        load(path)
