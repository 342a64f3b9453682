"""The making of the pages: what each shows, and which are taken over from the site before."""

import hashlib
import json
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import cache, cached_property
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipelines import comparison
from pipelines.inspection import visible
from pipelines.quantities import both, years
from pipelines.tables import AREA_LEVELS, DESIRED, UNITS, Column
from pipelines.tables.core import OBSERVATIONS, PASSAGES, REPORTS
from pipelines.tables.mart import SCORECARD, TARGET_OUTCOMES, TERM_EMPHASIS, YEAR_OVER_YEAR
from pipelines.tables.ops import BUILDS
from warehouse.pages import charts, content, words
from warehouse.pages.content import OF_AREA, Area, Codes, page_of
from warehouse.pages.words import Row, Said

HERE = Path(__file__).parent
MOST_AREAS = 100  # side by side in one table; of more, the areas below a province stand on a page of theirs
PLACES = ("areas", "reports", "indicators")  # folders of pages of which there are many
PAGE = re.compile(rf"(?P<place>{'|'.join(PLACES)})/(?P<code>[a-z0-9_]{{1,60}})(?:-(?P<part>[0-9]{{1,9}}))?\.html")
DOCUMENTED = (TARGET_OUTCOMES, OBSERVATIONS, REPORTS)
EMPHASIS = {
    ("year_before", "more"): ("比上年说得更多", "More than the year before"),
    ("year_before", "less"): ("比上年说得更少", "Less than the year before"),
    ("peers", "more"): ("比同级地区说得更多", "More than its peers"),
    ("peers", "less"): ("比同级地区说得更少", "Less than its peers"),
}


@cache
def environment() -> Environment:
    """The templates, compiled once in a process."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "ensure_ascii": False}
    return made


class Maker:
    """One making of the site."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        aside: Path,
        before: Path,
        manifest: dict[str, Any],
        code: str,
        log: Callable[[str], None],
    ) -> None:
        self.connection, self.aside, self.before = connection, aside, before
        self.manifest, self.log = manifest, log
        self.by_same_code = manifest.get("code") == code
        self.codes = Codes.of(connection)
        codes = self.codes
        for place in ("assets", *PLACES):
            (aside / place).mkdir(parents=True, exist_ok=True)
        self.shared: dict[str, Any] = {
            "whole": True,
            "areas": codes.areas,
            "indicators": codes.indicators,
            "scores": codes.scores,
            "samples": set() if codes.all_samples else codes.sample_areas,
            "all_samples": codes.all_samples,
            "build": codes.build,
            "verdicts": words.VERDICTS,
            "categories": words.CATEGORIES,
            "signs": words.SIGNS_OF_CHANGE,
            "flags": words.FLAGS,
            "value": words.value,
            "difference": words.difference,
            "measure": words.measure,
            "judged": words.judged,
            "silent": words.silent,
            "progress": words.progress,
            "change": words.change,
            "bare": words.number,
            "years_of": years,
            "number": plain,
            "percent": percent,
            "observed": observed,
            "page_of": page_of,
            "here": "",
        }

    def make(self, whole: bool = True) -> dict[str, list[str]]:
        """Make all pages, or only those of which there is one; area → what its page and its reports' were made from."""
        self.shared["whole"] = whole
        marks = self.marks() if whole else {}
        self.assets()
        for code, mark in marks.items():
            self.area(code, mark)
        if whole:
            for indicator in self.counts_of:
                for group in self.groups:
                    self.indicator(indicator, group)
        self.home()
        self.indicators()
        self.method()
        self.coverage()
        return marks

    def page(self, path: str) -> bool:
        """Make a page of an area, a report or an indicator, and those made with it; whether there is one."""
        found = PAGE.fullmatch(path)
        if not found or (self.aside / path).is_file():
            return bool(found)
        place, code, part = found["place"], found["code"], found["part"] or ""
        if place == "indicators":
            if code in self.counts_of and part in self.groups:
                self.indicator(code, part)
        elif place == "areas" and not part and code in self.shown_areas:
            self.area_page(self.of_area(code))
        elif place == "reports" and f"{code}/{part}" in self.codes.reports:
            self.report_pages(self.of_area(code))
        return (self.aside / path).is_file()

    def marks(self) -> dict[str, list[str]]:
        """Area → a hash of all that its page is made from, and one of all that the pages of its reports are."""
        found: dict[str, list[Any]] = defaultdict(list)
        for table in (*OF_AREA, PASSAGES, OBSERVATIONS, REPORTS):
            names = ", ".join(name for name in table.polars_schema if name not in ("text", "layout"))
            told = f"SELECT {names} FROM {table.full_name}"  # noqa: S608
            query = f"SELECT ref_area, bit_xor(hash(told)), count(*) FROM ({told}) AS told GROUP BY 1"  # noqa: S608
            for area, mark, count in self.connection.execute(query).fetchall():
                found[area].append((table.name, mark, count))
        elsewhere = """SELECT DISTINCT targets.ref_area, other.ref_area FROM mart.target_outcomes AS targets
            JOIN core.observations AS other ON other.observation_id IN (outcome_id, latest_outcome_id)
            WHERE other.ref_area <> targets.ref_area"""
        lent = [(area, found[other]) for area, other in self.connection.execute(elsewhere).fetchall()]
        for area, others in lent:  # an area that was renamed: its outcomes stand in reports of another code
            found[area].append(list(others))
        common = (self.codes.all_samples, sorted(self.codes.indicators.items()))
        marks = {}
        for code in self.shown_areas:
            rows, place = found[code], (self.codes.areas[code], self.above(code), self.below(code), common)
            # words are compared with those of all peers, so that each report changes them; reports' pages are without
            of_reports = [row for row in rows if row[0] != TERM_EMPHASIS.name]
            below = [row for other in self.below(code) for row in found[other] if row[0] == SCORECARD.name]
            marks[code] = [digest(rows, place, below), digest(of_reports, place)]
        return marks

    def write(self, path: str, template: str, title: Said, **values: Any) -> None:
        """Write a page."""
        root = "../" * path.count("/")
        text = environment().get_template(template).render(self.shared | {"title": title, "root": root} | values)
        (self.aside / path).write_text(text, encoding="utf-8")

    def assets(self) -> None:
        """Put styles, scripts and the library of charts there: one file that all pages share and the browser keeps."""
        for path in (HERE / "static").iterdir():
            shutil.copyfile(path, self.aside / "assets" / path.name)
        name = f"vega-{version('vl-convert-python')}.js"
        if not self.take_over(f"assets/{name}"):
            (self.aside / "assets" / name).write_text(library(), encoding="utf-8")
        if not (self.by_same_code and self.take_over("assets/charts.js")):
            (self.aside / "assets" / "charts.js").write_text(chart_script(name), encoding="utf-8")
        found = {
            "areas": [
                [row["ref_area"], row["name_zh"], row["name_en"]]
                for row in map(self.codes.areas.get, self.shown_areas)
                if row
            ],
            "indicators": [
                [row["indicator"], row["name_zh"], row["name_en"], "；".join(row["aliases_zh"])]
                for row in self.codes.indicators.values()
                if row["indicator"] in self.counts_of
            ],
        }
        index = json.dumps(found, ensure_ascii=False)
        (self.aside / "assets" / "search.js").write_text(f"window.duixianIndex = {index};\n", encoding="utf-8")

    def take_over(self, path: str) -> bool:
        """Take a file over from the site before, if it is there."""
        source = self.before / path
        if not source.is_file():
            return False
        try:
            (self.aside / path).hardlink_to(source.resolve())
        except OSError:  # a file system without
            shutil.copyfile(source, self.aside / path)
        return True

    @cached_property
    def shown_areas(self) -> list[str]:
        """The areas that have a page: those with a report, and where there are many, the provinces above them."""
        found = set(self.codes.years_of)
        if len(found) > MOST_AREAS:
            found |= {above[-1] for code in found if (above := self.codes.above(code))}
        return sorted(found)

    def above(self, code: str) -> list[str]:
        """The areas above an area that have a page, the largest first."""
        return [above for above in reversed(self.codes.above(code)) if above in self.shown_areas]

    def below(self, code: str) -> list[str]:
        """The areas on file that an area holds; the nation's are on the first page."""
        return self.held.get(code, [])

    @cached_property
    def held(self) -> dict[str, list[str]]:
        """Area → the areas on file that it holds."""
        found = defaultdict(list)
        for code in self.codes.years_of:
            for above in self.codes.above(code):
                found[above].append(code)
        return found

    def years(self, areas: list[str]) -> list[int]:
        """The years that one of some areas has a report of."""
        return sorted({year for code in areas for year in self.codes.years_of.get(code, ())})

    @cached_property
    def counts_of(self) -> dict[str, tuple[int, int]]:
        """Indicator → in how many areas there is a target or an outcome, and how many targets there are."""
        query = """SELECT indicator, count(DISTINCT ref_area), count(target) FROM (
            SELECT indicator, ref_area, target_id AS target FROM mart.target_outcomes
            UNION ALL SELECT indicator, ref_area, NULL FROM mart.year_over_year) GROUP BY 1"""
        return {code: (places, targets) for code, places, targets in self.connection.execute(query).fetchall()}

    def home(self) -> None:
        """The first page: areas by year."""
        codes = self.codes
        tally = Counter(
            {code: sum(row[code] for row in codes.scores.values()) for code in (*words.VERDICTS, "targets")}
        )
        at_hand = list(codes.years_of)
        many = len(at_hand) > MOST_AREAS
        wide = self.shown_areas if many else at_hand
        levels = (
            ("nation", ("全国", "The whole country")),
            ("province", ("省、自治区、直辖市", "Provinces")),
            ("prefecture", ("市、州、盟", "Cities and prefectures")),
            ("county", ("县、区、旗", "Counties and districts")),
        )
        groups = [
            (title, members)
            for level, title in levels
            if not (many and level in ("prefecture", "county"))
            and (members := [code for code in wide if codes.areas[code]["level"] == level])
        ]
        totals = [
            (f"{len(codes.reports):,}", "份报告", "reports"),
            (f"{len(at_hand):,}", "个地区", "areas"),
            (f"{tally['targets']:,}", "个年度数字目标", "numeric targets for a year"),
            *(
                (f"{tally[code]:,}", words.VERDICTS[code][0], words.VERDICTS[code][1])
                for code in ("met", "missed", "unreported", "pending")
            ),
        ]
        self.write(
            "index.html",
            "home.html",
            ("目标兑现了吗", "Did the targets come true"),
            groups=groups,
            years=self.years(list(codes.years_of)),
            many=many,
            totals=totals,
            here="index.html",
        )

    def area(self, code: str, marks: list[str]) -> None:
        """The pages of an area and of its reports; where nothing of them has changed, those of the site before."""
        there = self.by_same_code and self.are_there(code)
        before = self.manifest["areas"].get(code, ["", ""]) if there else ["", ""]
        found = None if before == marks else self.of_area(code)
        if found and before[0] != marks[0]:
            self.area_page(found)
        else:
            self.take_over(f"areas/{code}.html")
        if found and before[1] != marks[1]:
            self.report_pages(found)
        else:
            for path in self.reports_of(code):
                self.take_over(path)

    def are_there(self, code: str) -> bool:
        """Whether the site before has the pages of an area and of its reports."""
        return all((self.before / path).is_file() for path in (f"areas/{code}.html", *self.reports_of(code)))

    def reports_of(self, code: str) -> dict[str, int]:
        """The pages of an area's reports, with their years."""
        return {f"reports/{code}-{year}.html": year for year in self.codes.years_of.get(code, ())}

    def of_area(self, code: str) -> Area:
        """What the pages of an area and of its reports show."""
        self.log(f"pages of {code}")
        return Area.of(self.connection, self.codes, code)

    def report_pages(self, found: Area) -> None:
        """The pages of an area's reports."""
        for path, year in self.reports_of(found.code).items():
            self.report_page(found, year, path)

    def area_page(self, found: Area) -> None:
        """An area along the years."""
        codes, code = self.codes, found.code
        area = codes.areas[code]
        drawn: dict[str, Any] = {}
        told: list[list[Any]] = []
        shown_series: list[Row] = []
        once: list[Row] = []
        for one in found.series(codes):
            names = codes.indicators[one.indicator]
            caption = (f"{area['name_zh']}：{names['name_zh']}", f"{area['name_en']}: {names['name_en']}")
            measured = one.measure
            (shown_series if one.is_drawn else once).append(
                {
                    "anchor": one.anchor,
                    "indicator": one.indicator,
                    "names": names,
                    "rows": one.rows,
                    "measure": measured,
                    "caption": words_of(caption, measured),
                    "category": names["category"],
                }
            )
            if one.is_drawn:
                tell(one.rows, told)
                drawn[f"{one.anchor}-c"] = chart_of(one.rows, "period_end", caption, measured)
        groups = in_groups(shown_series)
        below = self.below(code)
        self.write(
            f"areas/{code}.html",
            "area.html",
            (area["name_zh"], area["name_en"]),
            found=found,
            area=area,
            series=groups,
            years=codes.years_of.get(code, []),
            is_sample=code in codes.sample_areas,
            above=self.above(code),
            longer=sorted(found.longer(), key=lambda row: -row["target_report_year"]),
            changes=changes(found),
            emphasis=emphasis(found),
            used={code for code in words.VERDICTS if any(score[code] for score in found.scores)},
            below=below,
            below_years=self.years(below),
            once=once,
            charts={"told": told, "charts": drawn},
        )

    def report_page(self, found: Area, year: int, path: str) -> None:
        """A report: each target that it sets beside its outcome, and each outcome that it tells, with evidence."""
        code = found.code
        area, report = self.codes.areas[code], self.codes.reports[f"{code}/{year}"]
        at_hand = self.codes.years_of[code]
        place = at_hand.index(year)
        told = {row[name] for row in found.outcomes for name in ("outcome_id", "latest_outcome_id")}
        told |= {row[name] for row in found.targets for name in ("outcome_id", "latest_outcome_id")}
        outcomes = [
            found.evidence[one]
            for one in told
            if one and found.evidence[one].report["report_id"] == report["report_id"]
        ]
        self.write(
            path,
            "report.html",
            (f"{area['name_zh']}{year}年", f"{area['name_en']} {year}"),
            found=found,
            area=area,
            report=report,
            before=at_hand[place - 1] if place else None,
            after=at_hand[place + 1] if place + 1 < len(at_hand) else None,
            targets=sorted(
                (row for row in found.targets if row["target_report_year"] == year),
                key=lambda row: (
                    row["period_start"] != year or row["period_end"] != year,
                    found.evidence[row["target_id"]].observation["char_start"],
                ),
            ),
            outcomes=sorted(
                outcomes, key=lambda one: (one.observation["char_start"], one.observation["observation_id"])
            ),
            doubts=[row for row in found.doubts if row["report_year"] == year],
        )

    def indicators(self) -> None:
        """The codebook."""
        self.write(
            "indicators.html",
            "indicators.html",
            ("指标", "Indicators"),
            counts_of=self.counts_of,
            groups=in_groups(list(self.codes.indicators.values())),
            here="indicators.html",
        )

    @cached_property
    def groups(self) -> dict[str, list[str]]:
        """What the page of an indicator is divided into, where the areas are many: what lies in which province."""
        codes = self.codes
        at_hand = list(codes.years_of)
        if len(at_hand) <= MOST_AREAS:
            return {"": at_hand}
        large = [code for code in at_hand if codes.areas[code]["level"] in ("nation", "province")]
        return {"": large} | {
            code: below for code in self.shown_areas if (below := self.below(code)) and not codes.above(code)
        }

    def group_name(self, group: str) -> Said:
        """What a group of areas is called."""
        row = self.codes.areas.get(group)
        return (row["name_zh"], row["name_en"]) if row else ("全国和各省", "The country and provinces")

    def indicator(self, indicator: str, group: str) -> None:
        """An indicator over some areas: side by side for a year, and along the years."""
        codes, names, members = self.codes, self.codes.indicators[indicator], self.groups[group]
        where = "indicator = ? AND ref_area IN (SELECT unnest(?))"
        targets, outcomes = (
            content.rows(self.connection, table, where, indicator, members)
            for table in (TARGET_OUTCOMES, YEAR_OVER_YEAR)
        )
        drawn: dict[str, Any] = {}
        told: list[list[Any]] = []
        shown_things = []
        labels = {code: (codes.areas[code]["name_zh"], codes.areas[code]["name_en"]) for code in members}
        for one in content.along(targets, outcomes, codes):
            rows, measured, caption = one.rows, one.measure, (names["name_zh"], names["name_en"])
            tell(rows, told)
            by_year = {
                year: [row for row in rows if row["period_end"] == year]
                for year in sorted({row["period_end"] for row in rows})
            }
            judged = {year: sum(row["verdict"] in ("met", "missed") for row in some) for year, some in by_year.items()}
            shown_year = max(by_year, key=lambda year: (judged[year], len(by_year[year]), year))
            drawn[f"{one.anchor}-c"] = {
                "by": {
                    str(year): chart_of(some, "ref_area", caption, measured, labels, year)
                    for year, some in by_year.items()
                },
                "year": str(shown_year),
            }
            multiples = []
            for code, some in groupby(rows, key=lambda row: row["ref_area"]):
                of_area = list(some)
                if len({row["period_end"] for row in of_area}) > 1:
                    said = (f"{labels[code][0]}：{names['name_zh']}", f"{labels[code][1]}: {names['name_en']}")
                    multiples.append({"code": code, "id": f"{one.anchor}-{code}", "caption": words_of(said, measured)})
                    drawn[f"{one.anchor}-{code}"] = chart_of(of_area, "period_end", said, measured)
            label = capital(measured) if measured[0] else ("水平", "Level")
            shown_things.append(
                {
                    "anchor": one.anchor,
                    "label": label,
                    "rows": rows,
                    "years": list(by_year),
                    "shown": shown_year,
                    "along": multiples,
                    "caption": words_of(caption, measured),
                }
            )
        desired = capital((f"期望方向：{DESIRED[names['desired']]}", words.DESIRED_EN[names["desired"]]))
        self.write(
            f"indicators/{name_of(indicator, group)}.html",
            "indicator.html",
            (names["name_zh"], names["name_en"]),
            indicator=names,
            things=shown_things,
            charts={"told": told, "charts": drawn},
            desired=desired,
            elsewhere=[(f"{name_of(indicator, one)}.html", self.group_name(one)) for one in self.groups]
            if len(self.groups) > 1
            else [],
            group=group,
        )

    def method(self) -> None:
        """How it is judged, from the rules and the registry."""
        tally = dict(
            self.connection.execute("SELECT verdict, count(*) FROM mart.target_outcomes GROUP BY 1").fetchall()
        )
        self.write(
            "method.html",
            "method.html",
            ("方法", "Method"),
            tally=tally,
            rules=comparison.load_rules(),
            units=UNITS,
            bases=words.BASES,
            desired={code: (zh, words.DESIRED_EN[code]) for code, zh in DESIRED.items()},
            documented=DOCUMENTED,
            here="method.html",
        )

    def coverage(self) -> None:
        """What is on file, and what is not."""
        codes = self.codes
        self.write(
            "coverage.html",
            "coverage.html",
            ("收录", "Coverage"),
            reports=codes.reports,
            rejected=codes.rejected,
            failed=codes.failed,
            held_back=codes.build["held_back_years"],
            sample_count=sum(row["is_sample"] for row in codes.reports.values()),
            doubted=[row for row in codes.reports.values() if row["flags"] or row["warnings"]],
            years_of_area=codes.years_of,
            list_all=len(codes.years_of) <= MOST_AREAS,
            build_table=BUILDS,
            here="coverage.html",
            levels={code: (zh, words.LEVELS_EN[code]) for code, zh in AREA_LEVELS.items()},
        )


@cache
def library() -> str:
    """The library of charts, bundled once in a process."""
    from warehouse.pages import specifications  # noqa: PLC0415 - Altair takes a second to import

    return specifications.library()


@cache
def chart_script(library_name: str) -> str:
    """The script that tells the pages how charts are drawn, and by which library."""
    from warehouse.pages import specifications  # noqa: PLC0415 - Altair takes a second to import

    told = {
        "library": library_name,
        "upright": specifications.specification(sideways=False),
        "sideways": specifications.specification(sideways=True),
        "columns": [[column.zh, column.name] for column in map(column_of, charts.CSV_COLUMNS)],
    }
    return f"window.duixian = {json.dumps(told, ensure_ascii=False)};\n"


def column_of(name: str) -> Column:
    """A column of mart.target_outcomes."""
    return next(column for column in TARGET_OUTCOMES.columns if column.name == name)


def shown(value: object) -> object:
    """What a template prints, made visible; what is markup already was."""
    return value if isinstance(value, Markup) or not isinstance(value, str) else visible(value)


def plain(value: float | None) -> str:
    """A number to sort by; empty where there is none."""
    return "" if value is None else f"{value:.12g}"


def percent(value: float | None, digits: int = 0) -> str:
    """A percentage, or a dash."""
    return "—" if value is None else f"{value:.{digits}f} %"


def observed(row: Row) -> Said:
    """The value of an observation in words."""
    return both(
        row["bound"],
        row["obs_value"],
        row["obs_value_high"],
        row["unit_measure"],
        row["count_unit"],
        row["transformation"],
    )


def digest(*told: Any) -> str:
    """A hash of what pages are made from."""
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def name_of(indicator: str, group: str) -> str:
    """What the page of an indicator over a group of areas is called."""
    return f"{indicator}-{group}" if group else indicator


def words_of(caption: Said, measured: Said) -> Said:
    """A caption with the way of measuring."""
    zh, en = (f"（{measured[0]}）", f" ({measured[1]})") if measured[0] else ("", "")
    return caption[0] + zh, caption[1] + en


def capital(said: Said) -> Said:
    """The same as it opens a line."""
    return said[0], said[1][:1].upper() + said[1][1:]


def in_groups(members: list[Row]) -> list[tuple[str, list[Row]]]:
    """Indicators by category, in the order of CATEGORIES; one that stands in none goes last."""
    order = list(words.CATEGORIES)
    place = {code: at for at, code in enumerate(order)}
    ranked = sorted(members, key=lambda one: (place.get(one["category"], len(order)), one["category"]))
    return [(category, list(some)) for category, some in groupby(ranked, key=lambda one: str(one["category"]))]


def chart_of(
    rows: list[Row],
    place: str,
    caption: Said,
    measured: Said,
    labels: dict[Any, Said] | None = None,
    year: int | None = None,
) -> dict[str, Any]:
    """What the script draws: title, unit, marks, and which rows it tells of (see `tell`)."""
    title = words_of(caption, measured)
    if year:
        title = f"{title[0]}，{year}年", f"{title[1]}, {year}"
    numbers = [number for row in rows for number in charts.numbers_of(row)]
    return {
        "title": title,
        "unit": charts.scale_of(numbers, rows[0]),
        "rows": charts.marks(rows, place, labels),
        "sample": any(row["is_sample"] for row in rows),
        "of": [row["at"] for row in rows],
    }


def tell(rows: list[Row], told: list[list[Any]]) -> None:
    """Put what rows tell into what the page tells of its charts, once each, and note in each where it stands."""
    for row in rows:
        row["at"] = len(told)
        told.append(charts.told_of(row))


def changes(found: Area) -> list[tuple[int, dict[str, Any]]]:
    """Report year → its targets that came, went or changed, the newest first; what was kept is only counted."""
    result = []
    for year, some in groupby(
        sorted(found.coverage, key=lambda row: -row["report_year"]), key=lambda row: row["report_year"]
    ):
        rows = list(some)
        counts = Counter(row["change"] for row in rows)
        told = [row for row in rows if row["change"] not in ("kept", "first")]
        order = list(words.CHANGES_EN)
        told.sort(key=lambda row: order.index(row["change"]))
        if told:
            result.append((year, {"rows": told, "counts": [(code, counts[code]) for code in order if code in counts]}))
    return result


def emphasis(found: Area) -> list[tuple[int, list[dict[str, Any]]]]:
    """Report year → what it says more and less of, the newest first."""
    by_year: dict[int, dict[tuple[str, str], list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in found.emphasis:
        by_year[row["report_year"]][row["against"], row["direction"]].append(row)
    return [
        (year, [{"title": title, "rows": sides[side]} for side, title in EMPHASIS.items() if side in sides])
        for year, sides in sorted(by_year.items(), reverse=True)
    ]
