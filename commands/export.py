"""`duixian export`: the published tables, or a part of them, as files to take away."""

import os
import shutil
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, get_args

import duckdb
from rich.text import Text

from commands.areas import find_area
from commands.shown import (
    OTHER_VERSION,
    WRONG_USAGE,
    UsageError,
    clean,
    complain,
    counted,
    errors,
    fetch,
    of_other_version,
    out,
    parse_years,
    warehouse_of,
)
from pipelines.tables.core import INDICATORS
from pipelines.tables.ops import BUILDS
from warehouse import pages
from warehouse.exports import Row, Selection, chosen, database, package, rows
from warehouse.publication import LINK, connect
from warehouse.store import WarehouseError

Kind = Literal["xlsx", "csv", "parquet", "sdmx-csv", "duckdb", "site"]
EXPORTED = 0
FILES = ("xlsx", "duckdb")  # the others are folders
NEXT = {
    "xlsx": "its first sheet says what is what",
    "csv": f"{package.DESCRIPTION} describes the tables; `frictionless validate` checks them",
    "parquet": f"{package.DESCRIPTION} describes the tables",
    "sdmx-csv": "structure.xml describes observations.csv, for sdmx.read_sdmx and its like",
    "duckdb": "it needs no other file; open it read-only",
    "site": "open its index.html, or put the folder where people can reach it",
}


def find_indicator(connection: duckdb.DuckDBPyConnection, wanted: str) -> str:
    """The code of the indicator that is meant by code, name or alias.

    Raises:
        UsageError: there is none, or there are several.
    """
    names: dict[str, set[str]] = {}
    for row in fetch(connection, INDICATORS, "true"):
        for name in (row["indicator"], row["name_zh"], row["name_en"], *row["aliases_zh"]):
            names.setdefault(name.casefold(), set()).add(row["indicator"])
    wanted = clean(wanted).strip()
    found = sorted(names.get(wanted.casefold(), ()))
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"--indicator {wanted!r} is a name of {', '.join(found)}; give the code")
    near = [code for name in get_close_matches(wanted.casefold(), names) for code in sorted(names[name])]
    meant = f"did you mean {' or '.join(dict.fromkeys(near))}?" if near else "core.indicators lists them"
    raise UsageError(f"--indicator {wanted!r} is no indicator of the codebook; {meant}")


def place(target: Path, kind: Kind, replace: bool) -> None:
    """Raise UsageError where nothing can be written to, or something stands that must not be written over."""
    if not target.parent.is_dir():
        raise UsageError(f"the folder of --out {target} is not there; make it, or name another")
    if kind in FILES and target.is_dir():
        raise UsageError(f"--out {target} is a folder; name the file that is to be written, such as duixian.{kind}")
    if kind not in FILES and target.exists() and not target.is_dir():
        raise UsageError(f"--out {target} is a file; {kind} makes a folder of files: name one")
    if target.is_symlink() and target.is_dir():
        raise UsageError(f"--out {target} is a link to a folder; name the folder itself")
    if not os.path.lexists(target) or (target.is_dir() and not any(target.iterdir())):
        return
    if not replace:
        raise UsageError(f"{target} is there already; --replace writes it anew, --out names another place")
    if target.is_dir():
        # anybody's site has an index.html
        is_site = kind == "site" and all((target / name).exists() for name in pages.TOP)
        ours = {package.DESCRIPTION, "structure.xml", "observations.csv", *(pages.TOP if is_site else ())}
        foreign = [path.name for path in target.iterdir() if path.name not in ours and not is_table(path)]
        if foreign:
            raise UsageError(f"{target} holds {foreign[0]}, which no export wrote; name another folder with --out")


def is_table(path: Path) -> bool:
    """Whether a file is named as those of tables are."""
    return path.is_file() and path.stem in package.TABLES and path.suffix in (".csv", ".parquet")


def writer(kind: Kind, build: Row, selection: str) -> Callable[[duckdb.DuckDBPyConnection, Path], None]:
    """What writes an export of a kind to a path that is not there yet."""
    if kind == "site":
        return pages.write

    def into_folder(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        folder.mkdir()
        if kind == "sdmx-csv":
            from warehouse.exports import sdmx  # noqa: PLC0415 - takes a second to import

            sdmx.write(connection, folder, build)
        else:
            package.write(connection, folder, kind, build, selection)

    if kind == "xlsx":
        from warehouse.exports import spreadsheet  # noqa: PLC0415 - only what is written

        return lambda connection, path: spreadsheet.write(connection, path, build, selection)
    return database.write if kind == "duckdb" else into_folder


def put(target: Path, write: Callable[[Path], None]) -> None:
    """Write beside the place, then put it there in one step: who looks finds the old or the new."""
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        write(aside)
        if target.is_dir():
            shutil.rmtree(target)
        aside.replace(target)
    finally:
        if aside.is_dir():
            shutil.rmtree(aside)
        aside.unlink(missing_ok=True)


def export(
    kind: Kind,
    target: Path | None,
    areas: list[str],
    years: str | None,
    indicators: list[str],
    replace: bool,
    warehouse: Path | None,
) -> int:
    """Write the chosen tables.

    Returns:
        The exit code: 0 written, 1 the database is of another version, 2 wrong usage, no database, or no place.
    """
    assert kind in get_args(Kind)  # noqa: S101 - typer has seen to it
    source = warehouse_of(warehouse) / LINK
    target = (target or Path(f"duixian.{kind}" if kind in FILES else f"duixian-{kind}")).absolute()
    try:
        if target.resolve().is_relative_to(source.parent.resolve() / "builds"):
            raise UsageError(f"--out {target} is what `duixian run` publishes; name another place")
        place(target, kind, replace)
        span = parse_years(years)
        with connect(source) as connection:
            selection = Selection(
                tuple(find_area(connection, area)["ref_area"] for area in areas),
                (span.start, span.stop - 1) if years else None,
                tuple(find_indicator(connection, indicator) for indicator in indicators),
            )
        with errors.status(f"writing {clean(str(target))}"), chosen(source, selection) as connection:
            [build] = rows(connection, BUILDS)
            counts = [
                connection.execute(f"SELECT count(*) FROM {name}").fetchone() or (0,)  # noqa: S608
                for name in ("core.reports", "core.observations", "mart.target_outcomes")
            ]
            if not counts[0][0]:
                raise UsageError(f"no report is chosen by {selection}; leave out --area, --years or --indicator")
            put(target, lambda path: writer(kind, build, str(selection))(connection, path))
    except (UsageError, WarehouseError, OSError, ValueError) as error:
        complain("cannot export", error)
        return WRONG_USAGE
    except duckdb.Error:
        complain("cannot export", of_other_version(source))
        return OTHER_VERSION
    size = sum(path.stat().st_size for path in (target, *target.rglob("*")) if path.is_file())
    reports, observations, targets = (count for (count,) in counts)
    out.print(
        Text(
            f"{clean(str(target))} ({size / 1000:,.0f} kB): {counted(reports, 'report')}, "
            f"{counted(observations, 'observation')}, {counted(targets, 'target')}; {NEXT[kind]}"
        ),
        soft_wrap=True,
    )
    return EXPORTED
