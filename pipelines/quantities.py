"""A value as people write it, with its unit and bound, in Chinese and in English."""

from pipelines.tables import BOUNDS, UNITS

UNITS_EN = {
    "CNY": "yuan",
    "USD": "US dollars",
    "PERCENT": "%",
    "PERCENTAGE_POINT": "percentage points",
    "PERSON": "people",
    "TONNE": "tonnes",
    "KM": "km",
    "M2": "m²",
    "DAY": "days",
    "UNIT": "",
    "UG_M3": "µg/m³",
    "RANK": "",
}
BOUNDS_EN = {"exact": "", "about": "about ", "at_least": "at least ", "at_most": "at most ", "range": ""}
SCALES_EN = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
CHANGES = ("yoy", "avg_yoy", "cum_growth", "change")  # of which a negative value is a fall


def amount(value: float) -> tuple[str, str]:
    """A number as reports write it: digits, and 万, 亿 or 万亿 (1361 万, 2.18 万亿)."""
    for factor, name in ((1e12, "万亿"), (1e8, "亿"), (1e4, "万")):
        if abs(value) >= factor:
            return f"{value / factor:.6g}", name
    return f"{value:.6g}", ""


def quantity(
    bound: str | None, value: float | None, high: float | None, unit: str, count_unit: str | None = None
) -> str:
    """A value with its unit and bound, in Chinese: `6.5–7%`, `1100万人以上`."""
    if bound is None or value is None:
        return "—"
    digits, scale = amount(value)
    if high is not None:
        digits = (
            f"{amount(value)[0]}{'' if amount(value)[1] == amount(high)[1] else amount(value)[1]}–{amount(high)[0]}"
        )
        scale = amount(high)[1]
    return f"{digits}{scale}{count_unit or UNITS[unit]}{'' if bound == 'range' else BOUNDS[bound]}"


def amount_en(value: float) -> tuple[str, str]:
    """A number as English writes it: digits, and million, billion or trillion; smaller ones with commas."""
    for factor, name in SCALES_EN:
        if abs(value) >= factor:
            return f"{value / factor:.6g}", name
    return (f"{value:,.6g}" if abs(value) < 1e5 else f"{value:,.0f}"), ""


def quantity_en(
    bound: str | None, value: float | None, high: float | None, unit: str, count_unit: str | None = None
) -> str:
    """A value with its unit and bound, in English: `6.5–7 %`, `at least 11 million people`."""
    if bound is None or value is None:
        return "—"
    digits, scale = amount_en(value)
    if high is not None:
        low_scale = f" {scale}" if scale and scale != amount_en(high)[1] else ""
        digits, scale = f"{digits}{low_scale}–{amount_en(high)[0]}", amount_en(high)[1]
    name = count_unit or UNITS_EN[unit]
    rank = "place " if unit == "RANK" else ""
    return f"{BOUNDS_EN[bound]}{rank}{' '.join(part for part in (digits, scale, name) if part)}"


def both(
    bound: str | None, value: float | None, high: float | None, unit: str, count_unit: str | None, transformation: str
) -> tuple[str, str]:
    """A value in Chinese and in English; of a change that is negative, the size of the fall: 下降3.9%以上."""
    if value is not None and value < 0 and (high is None or high < 0) and transformation in CHANGES:
        sizes = sorted((abs(value), abs(high))) if high is not None else [abs(value)]
        low, high = sizes[0], sizes[1] if high is not None else None
        return (
            f"下降{quantity(bound, low, high, unit, count_unit)}",
            f"down by {quantity_en(bound, low, high, unit, count_unit)}",
        )
    return quantity(bound, value, high, unit, count_unit), quantity_en(bound, value, high, unit, count_unit)


def years(first: int, last: int) -> str:
    """A period of whole years: `2025`, `2021–2025`."""
    return str(first) if first == last else f"{first}–{last}"
