"""What the pages call things, in Chinese and in English, and a verdict in words."""

import math
from typing import Any

import polars as pl

from pipelines.comparison.verdict import has_tolerance, wanted
from pipelines.quantities import both, quantity, quantity_en
from pipelines.tables import TRANSFORMATIONS, UNITS
from pipelines.tables.mart import FINDINGS, PACES, PROGRESS_BASES, TARGET_CHANGES

Row = dict[str, Any]
Said = tuple[str, str]  # in Chinese, in English

VERDICTS: dict[str, tuple[str, str, str, str, str]] = {  # name, sign, meaning, each verdict by its own sign as well
    "met": (
        "兑现",
        "met",
        "✓",
        "后来的报告通报了结果，达到目标",
        "a later report states the outcome, and it meets the target",
    ),
    "missed": (
        "未兑现",
        "missed",
        "✗",
        "后来的报告通报了结果，未达到目标",
        "a later report states the outcome, and it misses the target",
    ),
    "incomparable": (
        "不可比",
        "incomparable",
        "≠",
        "有通报，但不足以判定",
        "what is stated cannot decide; the rule says why",
    ),
    "unreported": (
        "未通报",
        "unreported",
        "?",
        "应当通报的报告在库，但它和以后的报告都没有通报结果",
        "the report that would have said is on file, and neither it nor a later one says",
    ),
    "no_report": (
        "缺报告",
        "no report",
        "∅",
        "应当通报的报告不在库",
        "the report that would have said is not on file, and no later one says",
    ),
    "pending": ("未到期", "pending", "…", "还没有目标期之后的报告", "no report from after the period is on file yet"),
}
TRANSFORMATIONS_EN = {
    "level": "level",
    "yoy": "growth",
    "avg_yoy": "mean annual growth",
    "cum_growth": "total growth",
    "change": "change",
    "rank": "rank",
}
CHANGES_EN = {
    "first": "first report on file",
    "new": "newly set",
    "kept": "kept",
    "raised": "raised",
    "lowered": "lowered",
    "reworded": "reworded",
    "other_form": "in another form",
    "dropped": "silently dropped",
    "no_target": "says that it sets none",
}
SIGNS_OF_CHANGE = {
    "new": "+",
    "raised": "↑",
    "lowered": "↓",
    "dropped": "−",
    "no_target": "∅",
    "reworded": "≈",
    "other_form": "⇄",
    "kept": "=",
    "first": "•",
}
CATEGORIES = {
    "economy": ("经济", "Economy"),
    "prices": ("物价", "Prices"),
    "finance": ("财政金融", "Finance"),
    "livelihood": ("民生", "Livelihood"),
    "agriculture": ("农业", "Agriculture"),
    "energy": ("能源", "Energy"),
    "environment": ("环境", "Environment"),
    "society": ("社会", "Society"),
    "innovation": ("创新", "Innovation"),
}
LEVELS_EN = {"nation": "nation", "province": "province", "prefecture": "prefecture", "county": "county"}
DESIRED_EN = {
    "higher": "more is wanted",
    "lower": "less is wanted",
    "control": "not to be passed",
    "neutral": "near is wanted, on either side",
}
ROLES = {
    "subject": ("主语", "subject"),
    "number": ("数值", "number"),
    "bound": ("界限", "bound"),
    "period": ("时间", "period"),
}
BASES = {"real": ("实际", "real"), "nominal": ("名义", "nominal")}
STAGES = {"started": ("开工", "started"), "completed": ("建成", "completed")}
AGGREGATIONS = {
    "total": ("合计", "in total"),
    "each_year": ("每年", "each year"),
    "mean": ("年均", "a year on average"),
}
FLAGS = {
    "repeated": ("重复印刷", "printed twice"),
    "strayed": ("串位", "strayed from another section"),
    "uncertain": ("存疑", "uncertain"),
    "misread": ("疑误识", "may be misread by the scanner"),
    "corrected": ("人工勘误", "corrected by hand"),
}
PACES_EN = {"below": "below", "equal": "equal to", "above": "above"}
PROGRESS_EN = {
    "level": "the level as stated",
    "total_stated": "the total so far as stated",
    "levels": "the difference of two levels",
    "sum_of_years": "the sum of the years",
    "mean_of_years": "the mean of the years",
}
FINDINGS_EN = {
    "consistent": "consistent",
    "within_rounding": "within rounding",
    "bounds_allow": "bounds allow it",
    "implies_deflator": "implies a change of prices",
    "other_wording": "other wording",
    "other_basis": "other basis",
    "restated": "base restated later",
    "inconsistent": "inconsistent",
}

RATES = ("PERCENT", "PERCENTAGE_POINT")
SHOWN_DECIMALS = 2  # of a rate that statistics give unrounded


def change(code: str) -> Said:
    """What became of a target from one report to the next."""
    return TARGET_CHANGES[code], CHANGES_EN[code]


def finding(code: str) -> Said:
    """What came of reckoning a figure again."""
    return FINDINGS[code], FINDINGS_EN[code]


def measure(row: Row) -> Said:
    """What a value is of its indicator: growth, real; of homes: started."""
    chinese = [] if row["transformation"] == "level" else [TRANSFORMATIONS[row["transformation"]]]
    english = [] if row["transformation"] == "level" else [TRANSFORMATIONS_EN[row["transformation"]]]
    for column, names in (("price_basis", BASES), ("stage", STAGES), ("aggregation", AGGREGATIONS)):
        if row.get(column) and not (column == "aggregation" and row["transformation"] == "avg_yoy"):  # which says it
            chinese.append(names[row[column]][0])
            english.append(names[row[column]][1])
    if row.get("count_unit"):
        chinese.append(row["count_unit"])
        english.append(row["count_unit"])
    elif row["transformation"] == "level" and row["unit_measure"] == "USD":
        chinese.append(UNITS["USD"])
        english.append("US dollars")
    return "，".join(chinese), ", ".join(english)


def value(row: Row, side: str) -> Said:
    """The target, outcome or other side of a row with its unit and bound; — where it is not stated."""
    bound, low = row[f"{side}_bound"], row[f"{side}_value"]
    high = row.get(f"{side}_value_high")
    return both(bound, low, high, row["unit_measure"], row["count_unit"], row["transformation"])


def number(amount: float | None, row: Row) -> Said:
    """A bare value in the unit of a row."""
    if amount is None:
        return "—", "—"
    said = None if math.isinf(amount) else round(amount, SHOWN_DECIMALS) if row["unit_measure"] in RATES else amount
    of = ("exact", said, None, row["unit_measure"], row["count_unit"])
    return quantity(*of), quantity_en(*of)


def difference(amount: float | None, row: Row) -> Said:
    """A signed difference: of per cent in percentage points."""
    if amount is None:
        return "—", "—"
    unit = "PERCENTAGE_POINT" if row["unit_measure"] == "PERCENT" else row["unit_measure"]
    of = ("exact", abs(amount), None, unit, row["count_unit"])
    sign = "+" if amount > 0 else "−" if amount < 0 else ""
    return sign + quantity(*of), sign + quantity_en(*of)


def meeting(targets: pl.DataFrame) -> list[tuple[float, float, float]]:
    """Of each row of mart.target_outcomes: the lower and upper end of what meets it at its word, and what it gives."""
    low, high = wanted()
    give = pl.when(has_tolerance()).then("tolerance").otherwise(0.0)
    return targets.select(low.alias("low"), high.alias("high"), give.alias("give")).rows()


def met_by(low: float, high: float, row: Row) -> Said:
    """What meets a target, as an interval in words."""
    at_least, at_most = number(low, row), number(high, row)
    if row["transformation"] == "rank":
        return f"第{high:g}位或更前", f"place {high:g} or better"
    if math.isinf(high):
        return f"不低于{at_least[0]}", f"{at_least[1]} or more"
    if math.isinf(low):
        return f"不高于{at_most[0]}", f"{at_most[1]} or less"
    if low == high:
        return f"恰为{at_least[0]}", f"exactly {at_least[1]}"
    return f"{at_least[0]}至{at_most[0]}", f"from {at_least[1]} to {at_most[1]}"


def judged(row: Row, meets: tuple[float, float, float]) -> tuple[Said, ...]:
    """The verdict of a row of mart.target_outcomes in sentences: what meets it, what was told, what follows."""
    low, high, give = meets
    strict = met_by(low, high, row)
    lines = [(f"{strict[0]}即为兑现", f"Met by {strict[1]}")]
    if give:
        loose, room = met_by(low - give, high + give, row), difference(give, row)  # which has its own sign
        lines = [
            (f"按字面，{strict[0]}为兑现", f"At its word, met by {strict[1]}"),
            (f"按容差（±{room[0][1:]}），{loose[0]}为兑现", f"with its tolerance (±{room[1][1:]}), met by {loose[1]}"),
        ]
    sentence = "；".join(zh for zh, _ in lines), "; ".join(en for _, en in lines)
    if row["outcome_value"] is None:
        return (sentence,)
    told = value(row, "outcome")
    said = (
        f"{row['outcome_report_year']}年的报告通报：{told[0]}",
        f"The report of {row['outcome_report_year']} states: {told[1]}",
    )
    return sentence, said, concluded(row)


def concluded(row: Row) -> Said:
    """What follows from an outcome that is stated."""
    name, strict = VERDICTS[row["verdict"]], VERDICTS[row["verdict_strict"]]
    if row["verdict"] != row["verdict_strict"]:
        return f"按字面：{strict[0]}；按容差：{name[0]}", f"At its word: {strict[1]}; with its tolerance: {name[1]}"
    if row["verdict"] == "incomparable":
        return "所通报的界限或口径不足以判定", "Its bounds, or what it speaks of, cannot decide"
    return f"结论：{name[0]}", f"So it is {name[1]}"


def silent(row: Row) -> Said:
    """Why there is no outcome."""
    after = row["period_end"] + 1
    return {
        "pending": (f"尚无{row['period_end']}年之后的报告", f"No report from after {row['period_end']} is on file"),
        "no_report": (
            f"{after}年的报告不在库，以后的报告也未通报",
            f"The report of {after} is not on file, and no later one says",
        ),
        "unreported": (
            f"{after}年的报告在库，它和以后的报告都未通报",
            f"The report of {after} is on file; neither it nor a later one says",
        ),
        "incomparable": ("有相近的通报，但不是同一件事", "Something near is stated, but not the same thing"),
    }.get(row["verdict"], ("", ""))


def progress(row: Row) -> Said | None:
    """How far a target of several years has come."""
    if row["progress_value"] is None:
        return None
    now = number(row["progress_value"], row)
    chinese = f"至{row['progress_year']}年：{now[0]}（{PROGRESS_BASES[row['progress_basis']]}）"
    english = f"By {row['progress_year']}: {now[1]} ({PROGRESS_EN[row['progress_basis']]})"
    if row["progress_share"] is not None:
        chinese += f"，完成{row['progress_share']:.0%}"
        english += f", {row['progress_share']:.0%} of the way"
    if row["pace_needed_is"]:
        chinese += f"；所需年均进度{PACES[row['pace_needed_is']]}已有进度"
        english += f"; the pace needed is {PACES_EN[row['pace_needed_is']]} that so far"
    return chinese, english
