"""How charts are drawn: two specifications, made with Altair and compiled from Vega-Lite to Vega, and their library.

Colours stand in a specification as names of the style sheet, `var(--met)`, which the script of the pages replaces: so a
chart has the colours of the page, and on white paper those of print. What is drawn are the rows of `charts.marks`.
"""

from typing import Any

import altair as alt
import vl_convert

SOFT, LINE, TARGET = "var(--soft)", "var(--line)", "var(--target)"
PART = "datum.part"


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
    told = chart.to_dict(validate=False)  # which would take longer than all else, each time for the same chart
    return dict(vl_convert.vegalite_to_vega(told, vl_version=told["$schema"].split("/v")[-1][:3]))


def library() -> str:
    """Vega and Vega-Embed as one script, from the package that ships them."""
    return f"(()=>{{{vl_convert.javascript_bundle('window.vegaEmbed=vegaEmbed;')}\n}})();"
