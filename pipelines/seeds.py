"""What people edit by hand under `seeds/`: found, read, checked, hashed."""

import csv
import hashlib
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path

import polars as pl

from pipelines.tables import AREA_LEVELS, DESIRED, UNITS
from pipelines.tables.core import AREAS, INDICATORS

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
# what an area's name ends with that tells its kind
KIND_OF_AREA = re.compile(r"(?:特别行政区|自治[区州县旗]|地区|[省市区县旗盟])$")


class SeedError(ValueError):
    """A hand-edited file is wrong; the message names file, line and what to do."""


def rows(name: str, *columns: str, allowed: Mapping[str, Collection[str]] | None = None) -> list[dict[str, str]]:
    """Read `seeds/<name>`, a CSV file with exactly these columns, as dicts of stripped strings.

    Args:
        name: path below `seeds/`, such as `lexicon/units.csv`.
        columns: the header that the file must have.
        allowed: for a column, the values that it may hold.

    Raises:
        SeedError: the header, the number of cells or a value of a line is wrong.
    """
    path = SEEDS / name
    result = []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != columns:
            raise SeedError(f"seeds/{name}:1: the columns must be {','.join(columns)}")
        for row in reader:
            where = f"seeds/{name}:{reader.line_num}"
            if None in row or None in row.values():
                raise SeedError(f"{where}: the line needs {len(columns)} cells; quote a cell that holds a comma")
            clean = {key: value.strip() for key, value in row.items()}
            for column, values in (allowed or {}).items():
                if clean[column] not in values:
                    raise SeedError(f"{where}: {column} is {clean[column]!r}; it must be one of {', '.join(values)}")
            result.append(clean)
    return result


def unique(name: str, column: str, values: list[str]) -> None:
    """Raise SeedError where a value of the key column of `seeds/<name>` stands twice."""
    seen: set[str] = set()
    for line, value in enumerate(values, 2):
        if value in seen:
            raise SeedError(f"seeds/{name}:{line}: {column} {value!r} stands above already; remove one of the two")
        seen.add(value)


def indicators() -> pl.DataFrame:
    """The codebook `seeds/indicators.csv` as the table core.indicators, in the file's order."""
    name = "indicators.csv"
    found = rows(
        name, "indicator", "name_zh", "name_en", "aliases_zh", "unit", "desired", "growth_basis", "category",
        allowed={"desired": DESIRED, "growth_basis": ("real", "nominal", "")},
    )  # fmt: skip
    unique(name, "indicator", [row["indicator"] for row in found])
    for line, row in enumerate(found, 2):
        for unit in row["unit"].split("|"):
            if unit not in UNITS:
                raise SeedError(f"seeds/{name}:{line}: unit {unit!r} is none of {', '.join(UNITS)}")
    return INDICATORS.frame(
        row
        | {
            "aliases_zh": [alias for alias in row["aliases_zh"].split(";") if alias],
            "units": row["unit"].split("|"),
            "growth_basis": row["growth_basis"] or None,
        }
        for row in found
    )


def areas() -> pl.DataFrame:
    """The areas of `seeds/areas.csv` as the table core.areas, ordered by code."""
    path = SEEDS / "areas.csv"
    return areas_of(path.read_bytes() if path.is_file() else b"")


@lru_cache(maxsize=1)
def areas_of(content: bytes) -> pl.DataFrame:
    """The areas, read once for each content of the file: it has thousands of rows, and every step asks for them."""
    name = "areas.csv"
    found = rows(name, "ref_area", "name_zh", "name_en", "level", "parent_area", allowed={"level": AREA_LEVELS})
    unique(name, "ref_area", [row["ref_area"] for row in found])
    return AREAS.frame(row | {"parent_area": row["parent_area"] or None} for row in found).sort("ref_area")


def digest(*names: str) -> str:
    """SHA-256 over the named files and folders below `seeds/`, names and bytes, in sorted order."""
    result = hashlib.sha256()
    for name in names:
        root = SEEDS / name
        files = sorted(path for path in root.rglob("*") if path.is_file()) if root.is_dir() else [root]
        for path in files:
            result.update(path.relative_to(SEEDS).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return result.hexdigest()
