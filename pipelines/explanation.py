"""How one number was read: where its subject, bound and years stand, and the steps from its surface to its value."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import polars as pl

from pipelines.numerals import Numeral
from pipelines.statements import Reader, Said, readers
from pipelines.tables import BOUNDS, KINDS, SECTIONS, TRANSFORMATIONS, UNITS

LINKS = {
    "direct": "its own clause names the subject",
    "after": "a count stands before what it counts",
    "clause": "a clause before names the subject",
    "list": "it goes on a list of numbers",
    "carried": "it takes over the subject of the number before",
    "other": "its clause names something that the codebook does not know",
}
LINKS_ZH = {
    "direct": "本分句点明主语",
    "after": "数量后接所计之物",
    "clause": "前一分句点明主语",
    "list": "承接并列的数字",
    "carried": "沿用前一数字的主语",
    "other": "所在分句的名称不在指标目录内",
}
DATES = {
    "beside": "a word of time in its sentence",
    "before": "a word of time that opened a sentence before",
    "section": "the section or its heading",
    "year": "the year that its section speaks of",
}
DATES_ZH = {
    "beside": "同句的时间词",
    "before": "前句开头的时间词",
    "section": "所在部分或其标题",
    "year": "所在部分所述年份",
}
SENTENCE_END = re.compile(r"[。！？!?]")


@dataclass(frozen=True)
class Explanation:
    """What was made of one numeral.

    Attributes:
        places: subject, number, unit, bound, period → where each stands in the report's text, half-open.
        steps: from the surface to what is said of it, a line each; in English.
        steps_zh: the same in Chinese.
        value, high: what it came to; None of what is set aside.
    """

    places: dict[str, tuple[int, int]]
    steps: tuple[str, ...]
    steps_zh: tuple[str, ...] = ()
    value: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Run:
    """Characters of a paragraph of which the same holds.

    Attributes:
        text: the characters, as printed.
        inside: whether they belong to the sentence that holds the evidence.
        role: a key of `Explanation.places`, or empty.
    """

    text: str
    inside: bool
    role: str


def explain(passages: pl.DataFrame, statement_id: str) -> Explanation:
    """Read a report again, and tell how one of its numerals was read.

    Args:
        passages: core.passages of the report.
        statement_id: of core.statements.

    Raises:
        KeyError: the report has no such statement, as its text is read now.
    """
    return explain_all(passages, {statement_id})[statement_id]


def explain_all(passages: pl.DataFrame, statement_ids: Collection[str]) -> dict[str, Explanation]:
    """Read reports again, and tell how some of their numerals were read; what is no longer read so is left out."""
    found = {}
    reports = {statement_id.rpartition("@")[0] for statement_id in statement_ids}
    for reader in readers(passages.filter(pl.col("report_id").is_in(reports))):
        report = reader.chain.rows[0]["report_id"]
        for item, said in reader.walk():
            statement_id = f"{report}@{reader.chain.origin(item.start)}"
            if statement_id in statement_ids and statement_id not in found:
                found[statement_id] = explanation(reader, item, said)
    return found


def explanation(reader: Reader, item: Numeral, said: Said | str) -> Explanation:
    """The places and steps of one numeral that has just been read."""
    text, piece = reader.text, reader.chain
    places = {"number": piece.span(item.start, item.end)}
    if isinstance(said, str):
        surface = text[item.start : item.end]
        return Explanation(places, (f"{surface} is set aside: {said}",), (f"{surface} 搁置：{said}",))
    steps = [(value_step(text, item, said),) * 2]
    unit_end = item.end + len(item.unit) if text.startswith(item.unit, item.end) else item.end
    if unit_end > item.end:
        places["unit"] = piece.span(item.end, unit_end)
    bound = (unit_end, item.stop) if item.stop > unit_end else reader.subjects.bound_place(said.gap, item.start)
    if bound and item.bound != "exact":
        places["bound"] = piece.span(*bound)
        words = text[slice(*bound)]
        steps.append((f"{words} → {item.bound}", f"{words} → {BOUNDS[item.bound]}"))
    slot, link, link_zh = said.slot, LINKS[said.rule], LINKS_ZH[said.rule]
    named = ", ".join(said.indicators) or "no indicator of the codebook"
    named_zh = "、".join(said.indicators) or "目录外指标"
    if slot:
        places["subject"] = piece.span(slot.start, slot.end)
        words = text[slot.start : slot.end]
        steps.append((f"{words} → {named}: {link}", f"{words} → {named_zh}：{link_zh}"))
    else:
        steps.append((f"no subject: {link}", f"无主语：{link_zh}"))
    verb = f"{said.state.cues.strip('，、；：')} → " if said.state.cues.strip("，、；：") else ""
    measure, unit = said.measure or "a unit that the lexicon does not know", UNITS.get(said.measure or "")
    steps.append(
        (
            f"{verb}{said.transformation}, in {measure}",
            f"{verb}{TRANSFORMATIONS[said.transformation]}，单位：{unit or said.measure or '未收录'}",
        )
    )
    if said.span:
        places["period"] = piece.span(said.span.start, said.span.end)
    words = f"{text[said.span.start : said.span.end]} → " if said.span else ""
    first, last = said.first, said.last
    steps.append(
        (
            f"{words}{first if first == last else f'{first} to {last}'}: {DATES[said.dated]}",
            f"{words}{first if first == last else f'{first}—{last}'}年：{DATES_ZH[said.dated]}",
        )
    )
    section = SECTIONS.get(said.section, said.section)
    steps.append((f"{said.kind}: section {said.section}", f"{KINDS.get(said.kind, said.kind)}：位于“{section}”部分"))
    english, chinese = zip(*steps, strict=True)
    return Explanation(places, english, chinese, said.value, said.high)


def paragraph(
    passages: list[dict[str, Any]], places: dict[str, tuple[int, int]], evidence: tuple[int, int]
) -> list[Run]:
    """The passages that hold the evidence, with its sentence and the words that were read told apart.

    Args:
        passages: rows of core.passages of the report, in reading order.
        places: role → where its words stand in the report, half-open; a later one goes over an earlier one.
        evidence: where the evidence stands in the report, half-open.
    """
    points = [at for start, end in (evidence, *places.values()) for at in (start, end - 1)]
    held = [at for at, row in enumerate(passages) if any(row["char_start"] <= at < row["char_end"] for at in points)]
    shown = ""
    moved: dict[int, int] = {}  # place in the report → place in what is shown; reading order may not be the text's
    for row in passages[min(held) : max(held) + 1]:
        shown += "\n" if shown else ""
        moved |= {row["char_start"] + at: len(shown) + at for at in range(len(row["text"]))}
        shown += row["text"]
    roles = [""] * len(shown)
    for role, (start, end) in places.items():
        roles[moved[start] : moved[end - 1] + 1] = [role] * (moved[end - 1] + 1 - moved[start])
    first, last = sorted((moved[evidence[0]], moved[evidence[1] - 1]))
    opened = max((end.end() for end in SENTENCE_END.finditer(shown, 0, first)), default=0)
    opened += len(shown[opened:]) - len(shown[opened:].lstrip())
    closing = SENTENCE_END.search(shown, last)
    closed = closing.end() if closing else len(shown.rstrip())
    return [
        Run("".join(shown[at] for at in run), inside, role)
        for (inside, role), run in groupby(range(len(shown)), key=lambda at: (opened <= at < closed, roles[at]))
    ]


def value_step(text: str, item: Numeral, said: Said) -> str:
    """The line that leads from the surface to the value, such as 8.5亿斤 = 8.5 × 100000000 × 0.0005 = 425000 吨."""
    factor = item.word.factor if item.word else 1.0
    parts = [f"{item.base:.12g}"] if item.base else []
    parts += [f"{number:.15g}" for number in (item.scale, factor) if number != 1]
    high = "" if said.high is None else f" to {said.high:.15g}"
    unit = UNITS.get(said.measure or "", said.measure) or said.measure or ""
    surface = text[item.start : item.end] + item.unit * text.startswith(item.unit, item.end)
    if said.value is None:
        return f"{surface}: no value"
    worked = f"{' × '.join(parts)} = " if len(parts) > 1 and not item.parts else ""
    return f"{surface} = {worked}{said.value:.15g}{high} {unit}".rstrip()
