"""Limits on what a report may be, from `seeds/limits.yaml`."""

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import yaml

from pipelines.seeds import SEEDS, SeedError

PATH = SEEDS / "limits.yaml"


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits, each described beside its value in `seeds/limits.yaml`."""

    bytes: int
    characters: int
    parts: int
    seconds: int
    converter_seconds: int
    pages: int
    ocr_pages: int
    pixels: int
    unpacked_bytes: int
    ratio: int
    provenance_bytes: int
    corrections_bytes: int
    collection_bytes: int
    collection_unpacked_bytes: int
    collection_rows: int
    collection_columns: int
    members: int


def limits() -> Limits:
    """The limits that hold; read and checked once.

    Raises:
        SeedError: the file is not YAML, or a limit is missing, unknown or no whole number above 0.
    """
    return load(PATH)


@cache
def load(path: Path) -> Limits:
    """Read and check a file of limits; see `limits`."""
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise SeedError(f"{path}: not readable as YAML in UTF-8: {error}") from error
    if not isinstance(values, dict):
        raise SeedError(f"{path}: it must hold the limits by name, such as `pages: 500`")
    names = [field.name for field in fields(Limits)]
    for name in names:
        if name not in values:
            raise SeedError(f"{path}: {name} is missing; it must be a whole number above 0")
    for name, value in values.items():
        if name not in names:
            raise SeedError(f"{path}: {name} is no limit; the limits are {', '.join(names)}")
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise SeedError(f"{path}: {name} is {value!r}; it must be a whole number above 0")
    return Limits(**values)


def megabytes(count: int) -> str:
    """A number of bytes as messages show it: `50 MB`."""
    return f"{count / 1_000_000:,.3g} MB" if count < 1_000_000 else f"{count // 1_000_000:,} MB"
