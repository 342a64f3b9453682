"""How one number was read: where its subject, bound and years stand, and the steps from its surface to its value."""

from dataclasses import dataclass

import polars as pl

from pipelines.numerals import Numeral
from pipelines.statements import Chain, Reader, Said, readers
from pipelines.tables import UNITS

LINKS = {
    "direct": "its own clause names the subject",
    "after": "a count stands before what it counts",
    "clause": "a clause before names the subject",
    "list": "it goes on a list of numbers",
    "carried": "it takes over the subject of the number before",
    "other": "its clause names something that the codebook does not know",
}
DATES = {
    "beside": "a word of time in its sentence",
    "before": "a word of time that opened a sentence before",
    "section": "the section or its heading",
    "year": "the year that its section speaks of",
}


@dataclass(frozen=True)
class Explanation:
    """What was made of one numeral.

    Attributes:
        places: subject, number, unit, bound, period → where each stands in the report's text, half-open.
        steps: from the surface to what is said of it, a line each.
    """

    places: dict[str, tuple[int, int]]
    steps: tuple[str, ...]


def explain(passages: pl.DataFrame, statement_id: str) -> Explanation:
    """Read a report again, and tell how one of its numerals was read.

    Args:
        passages: core.passages of the report.
        statement_id: of core.statements.

    Raises:
        KeyError: the report has no such statement, as its text is read now.
    """
    report, _, start = statement_id.rpartition("@")
    for reader in readers(passages.filter(pl.col("report_id") == report)):
        for item, said in reader.walk():
            if str(reader.chain.origin(item.start)) == start:
                return explanation(reader, item, said)
    raise KeyError(statement_id)


def explanation(reader: Reader, item: Numeral, said: Said | str) -> Explanation:
    """The places and steps of one numeral that has just been read."""
    text, piece = reader.text, reader.chain
    places = {"number": place(piece, item.start, item.end)}
    if isinstance(said, str):
        return Explanation(places, (f"{text[item.start : item.end]} is set aside: {said}",))
    steps = [value_step(text, item, said)]
    unit_end = item.end + len(item.unit) if text.startswith(item.unit, item.end) else item.end
    if unit_end > item.end:
        places["unit"] = place(piece, item.end, unit_end)
    bound = (unit_end, item.stop) if item.stop > unit_end else reader.subjects.bound_place(said.gap, item.start)
    if bound and item.bound != "exact":
        places["bound"] = place(piece, *bound)
        steps.append(f"{text[slice(*bound)]} → {item.bound}")
    slot, link = said.slot, LINKS[said.rule]
    named = ", ".join(said.indicators) or "no indicator of the codebook"
    if slot:
        places["subject"] = place(piece, slot.start, slot.end)
        steps.append(f"{text[slot.start : slot.end]} → {named}: {link}")
    else:
        steps.append(f"no subject: {link}")
    verb = f"{said.state.cues.strip('，、；：')} → " if said.state.cues.strip("，、；：") else ""
    steps.append(f"{verb}{said.transformation}, in {said.measure or 'a unit that the lexicon does not know'}")
    if said.span:
        places["period"] = place(piece, said.span.start, said.span.end)
    words = f"{text[said.span.start : said.span.end]} → " if said.span else ""
    years = f"{said.first}" if said.first == said.last else f"{said.first} to {said.last}"
    steps.append(f"{words}{years}: {DATES[said.dated]}")
    steps.append(f"{said.kind}: section {said.section}")
    return Explanation(places, tuple(steps))


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


def place(piece: Chain, start: int, end: int) -> tuple[int, int]:
    """A run of the normalised text → its place in the report."""
    return piece.origin(start), piece.origin(end - 1) + 1
