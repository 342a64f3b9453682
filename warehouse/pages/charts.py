"""The charts: two specifications, made with Altair and compiled from Vega-Lite to Vega, and the rows of each chart.

The pages draw them with their own script. Colours stand in a specification as names of the style sheet, `var(--met)`,
which the script replaces: so a chart has the colours of the page, and on white paper those of print.
"""

import math
from collections.abc import Iterable
from typing import Any

import altair as alt
import vl_convert

from pipelines.quantities import UNITS_EN
from pipelines.tables import UNITS
from warehouse.pages import words
from warehouse.pages.words import Row

INK, SOFT, LINE, TARGET = "var(--ink)", "var(--soft)", "var(--line)", "var(--target)"
PART = "datum.part"
# where an end is open, the bar fades out: down from the top, up from the bottom, to the right, to the left
FADING = {"up": (1, 0, "y"), "down": (0, 1, "y")}
MAX_LABELS = 12  # of years along an axis
SCALES_ZH, SCALES_EN = (
    ((1e12, "万亿"), (1e8, "亿"), (1e4, "万")),
    ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")),
)
CSV_COLUMNS = (
    "ref_area",
    "indicator",
    "transformation",
    "period_start",
    "period_end",
    "target_bound",
    "target_value",
    "target_value_high",
    "outcome_bound",
    "outcome_value",
    "outcome_value_high",
    "latest_outcome_value",
    "unit_measure",
    "count_unit",
    "gap",
    "verdict_strict",
    "verdict",
    "target_id",
    "outcome_id",
    "is_sample",
)


def fade(way: str, sideways: bool) -> alt.Gradient:
    """A fill that is full where the target is and gone where its end is open."""
    start, stop = (1, 0) if way == "up" else (0, 1)
    full, gone = alt.GradientStop(TARGET, 0), alt.GradientStop("var(--target-end)", 1)
    if sideways:
        return alt.LinearGradient("linear", [full, gone], x1=1 - start, x2=1 - stop, y1=0, y2=0)
    return alt.LinearGradient("linear", [full, gone], x1=0, x2=0, y1=start, y2=stop)


def layered(sideways: bool) -> alt.LayerChart | alt.FacetChart:
    """Targets as bars or lines, outcomes as points; along years (values upwards), or by area (values to the right)."""
    place = alt.Axis(
        title=None,
        labelOverlap="greedy",
        ticks=False,
        domain=not sideways,
        labelPadding=6,
        labelLimit=140,
        labelAngle=0,
    )
    at = alt.Y("x:O", sort=None, axis=place) if sideways else alt.X("x:O", axis=place)
    scale, axis = alt.Scale(zero=False, nice=True), alt.Axis(title=None, tickCount=5, domain=False, ticks=False)

    def along(name: str) -> Any:
        make = alt.X if sideways else alt.Y
        return make(f"{name}:Q", scale=scale, axis=axis)

    def to(name: str) -> Any:
        return alt.X2(name) if sideways else alt.Y2(name)

    base = alt.Chart(alt.NamedData("rows"))
    told = [alt.Tooltip("tip:N")]
    width: dict[str, Any] = {"size": 11} if sideways else {"width": alt.RelativeBandSize(0.62)}
    edge: dict[str, Any] = {"size": 15} if sideways else {"width": alt.RelativeBandSize(0.62)}
    beside: dict[str, Any] = {"dx": 12} if sideways else {"dy": -9}

    def aims(condition: str, **mark: Any) -> alt.Chart:
        bars = base.transform_filter(f"{PART} == 'aim' && {condition}").mark_bar(cornerRadius=1, **width, **mark)
        return bars.encode(at, along("low"), to("high"), tooltip=told, href="href:N")

    outcomes = base.transform_filter(f"{PART} == 'outcome'")
    shapes: dict[str, dict[str, Any]] = {
        "met": {"shape": "circle", "filled": True, "color": "var(--met)", "size": 62},
        "missed": {"shape": "cross", "filled": True, "color": "var(--missed)", "size": 90, "angle": 45},
        "told": {"shape": "circle", "filled": True, "color": "var(--told)", "size": 34},
        "incomparable": {
            "shape": "diamond",
            "filled": False,
            "color": "var(--incomparable)",
            "size": 60,
            "strokeWidth": 2,
        },
    }
    layers: list[alt.Chart] = [
        # the years without anything, so that a gap is a gap
        base.transform_filter(f"{PART} == 'year'").mark_point(opacity=0, tooltip=False).encode(at),
        aims("datum.open == ''", color=TARGET),
        aims("datum.open == 'up'", color=fade("up", sideways)),
        aims("datum.open == 'down'", color=fade("down", sideways)),
        base.transform_filter(f"{PART} == 'edge'")
        .mark_tick(
            thickness=2.5,
            color="var(--target-edge)",
            **edge,
        )
        .encode(at, along("value"), tooltip=told, href="href:N"),
    ]
    if not sideways:
        layers.append(
            outcomes.mark_line(color="var(--told)", strokeWidth=1.3, opacity=0.75, tooltip=False).encode(
                at, along("value"), detail="run:N"
            )
        )
    layers += [
        base.transform_filter(f"{PART} == 'span'")
        .mark_rule(color="var(--told)", strokeWidth=2)
        .encode(at, along("low"), to("high")),
        base.transform_filter(f"{PART} == 'later'")
        .mark_rule(color="var(--later)", strokeWidth=1.5, strokeDash=[2, 2])
        .encode(at, along("value"), to("later")),
        base.transform_filter(f"{PART} == 'later'")
        .mark_point(shape="square", filled=False, color="var(--later)", size=42, strokeWidth=1.7)
        .encode(at, along("later"), tooltip=told, href="href:N"),
        *(
            outcomes.transform_filter(f"datum.verdict == '{name}'")
            .mark_point(opacity=1, **mark)
            .encode(at, along("value"), tooltip=told, href="href:N")
            for name, mark in shapes.items()
        ),
        base.transform_filter(f"{PART} == 'silent'")
        .mark_text(fontSize=13, fontWeight="bold", color=SOFT, **beside)
        .encode(at, along("value"), text="sign:N", tooltip=told, href="href:N"),
    ]
    return alt.layer(*layers).properties(width=320, height=alt.Step(24) if sideways else 170)


def specification(sideways: bool) -> dict[str, Any]:
    """A chart in Vega, compiled from Altair's Vega-Lite, for the script to fill."""
    font = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
    chart = (
        layered(sideways)
        .configure(font=font, background="transparent", autosize=alt.AutoSizeParams(type="fit", contains="padding"))
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=SOFT, labelFontSize=11, gridColor=LINE, domainColor=LINE, titleColor=SOFT, gridOpacity=0.8
        )
        .configure_axisX(grid=sideways)
        .configure_axisY(grid=not sideways)
    )
    compiled = vl_convert.vegalite_to_vega(chart.to_dict(), vl_version=chart.to_dict()["$schema"].split("/v")[-1][:3])
    return dict(compiled)


def library() -> str:
    """Vega, Vega-Lite's runtime and Vega-Embed as one script, from the package that ships them."""
    return f"(()=>{{{vl_convert.javascript_bundle('window.vegaEmbed=vegaEmbed;')}\n}})();"


def scale_of(values: Iterable[float], row: Row) -> dict[str, tuple[str, float]]:
    """Of a chart's axis: the unit in Chinese and in English, each with the factor that makes numbers short."""
    most = max((abs(one) for one in values), default=0.0)
    unit = row["unit_measure"]
    found = {}
    for language, scales, units in (("zh", SCALES_ZH, UNITS), ("en", SCALES_EN, UNITS_EN)):
        factor, name = next(((factor, name) for factor, name in scales if most >= factor), (1.0, ""))
        gap = " " if language == "en" and name else ""
        found[language] = (f"{name}{gap}{row['count_unit'] or units[unit]}", factor)
    return found


def aim(row: Row, x: str | int, tip: words.Said, href: str, ends: tuple[float, float]) -> list[Row]:
    """The marks of a target: a bar for what 左右 or a range spans, fading where it is open; a line at its number."""
    bound, value, high = row["target_bound"], row["target_value"], row["target_value_high"]
    low, high = (value, value) if high is None else (min(value, high), max(value, high))
    shared = {"x": x, "tip": tip, "href": href}
    edges = [low] if low == high else [low, high]
    is_fall = high < 0 and bound in ("at_least", "at_most")
    opened = {"at_least": "up", "at_most": "down"}.get(bound, "")
    if is_fall or row["transformation"] == "rank":
        opened = {"up": "down", "down": "up"}.get(opened, opened) if is_fall else "down" if opened else ""
    if bound == "about":
        low, high = low - row["tolerance"], high + row["tolerance"]
    if opened:
        low, high = (low, ends[1]) if opened == "up" else (ends[0], high)
    bars = [{"part": "aim", "low": low, "high": high, "open": opened, **shared}] if low != high else []
    return bars + [{"part": "edge", "value": edge, **shared} for edge in edges]


def extent(numbers: list[float]) -> tuple[float, float]:
    """From the least to the most that is drawn, with room for what is open at an end."""
    least, most = min(numbers), max(numbers)
    room = (most - least) * 0.3 or abs(most) * 0.1 or 1.0
    return least - room, most + room


def numbers_of(row: Row) -> list[float]:
    """All values of a row that are drawn."""
    names = ("target_value", "target_value_high", "outcome_value", "outcome_value_high", "latest_outcome_value")
    found = [row[name] for name in names if row.get(name) is not None]
    if row.get("target_bound") == "about":
        found += [row["target_value"] - row["tolerance"], row["target_value"] + row["tolerance"]]
    return [one for one in found if math.isfinite(one)]


def at_top(row: Row) -> float:
    """The upper end of a target that is drawn closed."""
    value: float = (
        row["target_value"] if row["target_value_high"] is None else max(row["target_value"], row["target_value_high"])
    )
    return value + row["tolerance"] if row["target_bound"] == "about" else value


def tip(label: str, row: Row) -> words.Said:
    """What is told of a mark: the year or area, target, outcome and verdict."""
    parts = [(label, label)]
    for side, zh, en in (("target", "目标", "target"), ("outcome", "结果", "outcome")):
        if row.get(f"{side}_value") is not None:
            said = words.value(row, side)
            parts.append((f"{zh} {said[0]}", f"{en} {said[1]}"))
    if row.get("verdict"):
        name, english, sign, *_ = words.VERDICTS[row["verdict"]]
        parts.append((f"{sign} {name}", f"{sign} {english}"))
    return " · ".join(zh for zh, _ in parts), " · ".join(en for _, en in parts)


def marks(rows: list[Row], place: str, labels: dict[Any, words.Said] | None = None) -> list[Row]:
    """The rows of a chart: of each target beside its outcome, or an outcome alone, the marks that show it.

    Args:
        rows: with the columns of mart.target_outcomes; target_… and verdict are None where none was aimed at; `href`
            leads to the evidence.
        place: the column that the marks stand at: period_end, or ref_area.
        labels: of areas, their names.
    """
    numbers = [number for row in rows for number in numbers_of(row)]
    if not numbers:
        return []
    ends = extent(numbers)
    found: list[Row] = []
    if place == "period_end":
        shown = sorted({row[place] for row in rows})
        found += [{"part": "year", "x": year} for year in range(shown[0], shown[-1] + 1)]
    told: set[tuple[Any, float]] = set()
    run, last = 0, None
    for row in rows:
        x = row[place]
        label = labels[x] if labels else (str(x), str(x))
        of_it = tip(label[0], row)[0], tip(label[1], row)[1]
        if row.get("target_value") is not None:
            found += aim(row, x, of_it, row["href"], ends)
        value = row.get("outcome_value")
        if value is None:
            sign = words.VERDICTS[row["verdict"]][2]
            found.append(
                {
                    "part": "silent",
                    "x": x,
                    "value": at_top(row),
                    "sign": sign,
                    "tip": of_it,
                    "href": row["href"],
                }
            )
            continue
        verdict = row["verdict"] or "told"
        if (x, value) in told and verdict == "told":
            continue  # of several targets for the year one outcome
        told.add((x, value))
        run += last is not None and isinstance(x, int) and x - last > 1
        last = x
        shared = {"x": x, "tip": of_it, "href": row["href"]}
        if row.get("outcome_value_high") is not None:
            found.append({"part": "span", "low": value, "high": row["outcome_value_high"], **shared})
        found.append({"part": "outcome", "value": value, "verdict": verdict, "run": run, **shared})
        later = row.get("latest_outcome_value")
        if later is not None and later != value:
            found.append({"part": "later", "value": value, "later": later, **shared})
    if labels:
        for item in found:
            if "x" in item:
                item["x"] = labels[item["x"]]
    return found
