"""The area that a user means: by code, or by a name in Chinese or English."""

from difflib import get_close_matches

import duckdb

from commands.shown import Row, UsageError, clean, fetch
from pipelines.tables.core import AREAS

KINDS_OF_PLACES = (  # left out by those who name a place
    "特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "自治州", "自治县", "地区", "省",
    "市", "区", "县", "盟",
)  # fmt: skip
KINDS_EN = (" Autonomous Region", " Autonomous Prefecture", " Autonomous County", " Prefecture", " District", " County")
NATION = {"全国", "中国", "国务院", "nation", "state council"}
SUGGESTED = 5


def names_of(area: Row) -> set[str]:
    """What an area is called: its code, its names, and these without the kind of place; in small letters."""
    found = {area["ref_area"], area["name_zh"], area["name_en"].casefold()}
    if area["level"] == "nation":
        found |= NATION
    for kind in KINDS_OF_PLACES:
        if len(area["name_zh"]) > len(kind) + 1 and area["name_zh"].endswith(kind):
            found.add(area["name_zh"].removesuffix(kind))
            break
    return found | {area["name_en"].removesuffix(kind).casefold() for kind in KINDS_EN}


def on_file(connection: duckdb.DuckDBPyConnection) -> dict[str, list[int]]:
    """The areas with published reports, each with the years of these."""
    rows = connection.execute("SELECT ref_area, list(report_year ORDER BY report_year) FROM core.reports GROUP BY 1")
    return dict(sorted(rows.fetchall()))


def find_area(connection: duckdb.DuckDBPyConnection, wanted: str) -> Row:
    """The row of core.areas that is meant; of several of a name the one that has reports.

    Raises:
        UsageError: there is none, there are several, or no report of it is published.
    """
    areas = fetch(connection, AREAS, "true")
    wanted = " ".join(clean(wanted).split())
    named = [area for area in areas if wanted.casefold() in names_of(area)]
    years = on_file(connection)
    found = [area for area in named if area["ref_area"] in years]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{wanted!r} is the name of {listed(found)}; give the code")
    there = "; there are reports of " + listed([area for area in areas if area["ref_area"] in years])
    if named:
        raise UsageError(f"no report of {listed(named)} is published{there}; `duixian add` puts one in")
    near = suggestions(wanted, areas, years)
    meant = f"; did you mean {' or '.join(label(area) for area in near)}?" if near else there
    raise UsageError(f"{wanted!r} is no area of seeds/areas.csv, by code or by name{meant}")


def suggestions(wanted: str, areas: list[Row], years: dict[str, list[int]]) -> list[Row]:
    """Areas whose names are near to what was written, or hold it; those with reports first."""
    by_name = {name: area for area in areas for name in names_of(area)}
    # of two areas of a name the one with reports
    by_name |= {name: area for area in areas if area["ref_area"] in years for name in names_of(area)}
    names = get_close_matches(wanted.casefold(), by_name, n=4 * SUGGESTED, cutoff=0.6)
    names += [name for name in by_name if len(wanted) > 1 and wanted.casefold() in name]
    found = {by_name[name]["ref_area"]: by_name[name] for name in names}
    return sorted(found.values(), key=lambda area: area["ref_area"] not in years)[:3]


def label(area: Row) -> str:
    """An area in a line: `140200 大同市 Datong`."""
    return f"{area['ref_area']} {area['name_zh']} {area['name_en']}"


def listed(areas: list[Row]) -> str:
    """Areas in a line, of many the first ones."""
    more = f" and {len(areas) - SUGGESTED} more" if len(areas) > SUGGESTED else ""
    return ", ".join(label(area) for area in areas[:SUGGESTED]) + more
