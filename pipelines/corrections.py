"""What is read otherwise than it is printed: slips of print and scan that the lexicon knows, and corrections by hand.

The report's text stays as it is; an edit says where in it something else is read.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import ahocorasick_rs
import yaml

from pipelines.formats import RejectedReport
from pipelines.lexicon import automaton
from pipelines.seeds import SeedError, rows
from pipelines.tables import SECTIONS

NUMERAL = re.compile(r"[0-9０-９〇零一二三四五六七八九十百千万亿两半%％‰.．]")
FIELDS = {"expected", "occurrence", "read_as", "section", "why"}
MOST_SHOWN = 30  # characters of a text in a message


@dataclass(frozen=True)
class Edit:
    """A span of a report's text that is read as something else, or as of another section, with the reason."""

    start: int
    end: int
    fault: str  # misread, note_mark (both from the lexicon) or corrected (by hand)
    why: str
    read_as: str | None = None
    section: str | None = None


@cache
def slips() -> tuple[ahocorasick_rs.AhoCorasick, list[str], list[str]]:
    """The slips of `seeds/lexicon/slips.csv`: an automaton over what is printed, that, and what is meant.

    Raises:
        SeedError: a row touches a number, changes nothing, or stands twice.
    """
    name = "lexicon/slips.csv"
    found = rows(name, "printed", "meant")
    printed = [row["printed"] for row in found]
    for line, row in enumerate(found, 2):
        if NUMERAL.findall(row["printed"]) != NUMERAL.findall(row["meant"]):
            raise SeedError(f"seeds/{name}:{line}: {row['printed']!r} changes a number, and none is ever corrected")
        if not row["printed"] or row["printed"] == row["meant"] or printed.index(row["printed"]) != line - 2:
            raise SeedError(f"seeds/{name}:{line}: {row['printed']!r} is empty, stands above, or changes nothing")
    return automaton(printed), printed, [row["meant"] for row in found]


def slips_in(text: str) -> list[Edit]:
    """The known slips of a text."""
    finder, printed, meant = slips()
    if not finder.find_matches_as_strings(text):
        return []  # as of most; to be told where they stand takes four times as long
    return [
        Edit(start, end, "misread", f"{printed[which]} read as {meant[which]}", meant[which])
        for which, start, end in finder.find_matches_as_indexes(text)
    ]


def corrections(data: bytes, text: str, name: str) -> list[Edit]:
    """Corrections by hand, from the file beside a report.

    Args:
        data: the file, YAML: `corrections`, a list of `expected` (what the text says), `read_as` or `section`, `why`
            and, where the words stand more than once, `occurrence` (from 1).
        text: the report's text.
        name: the file's name, as messages show it.

    Raises:
        RejectedReport: the file is wrong, or the text is no longer as it expects.
    """
    entries = entries_of(data, name)
    found: list[Edit] = []
    for number, entry in enumerate(entries, 1):
        where = f"Correction {number} of {name}"
        expected, occurrence = entry["expected"], entry.get("occurrence")
        places = [match.start() for match in re.finditer(re.escape(expected), text)]
        if not places or (occurrence or 1) > len(places):
            raise RejectedReport(
                f"{where} expects “{expected[:MOST_SHOWN]}”, which the text does not say{' so often' * bool(places)}.",
                "The text has changed: remove the correction, or renew what it expects.",
            )
        if len(places) > 1 and occurrence is None:
            raise RejectedReport(
                f"{where} expects “{expected[:MOST_SHOWN]}”, which stands {len(places)} times in the text.",
                f"Say which is meant with occurrence: 1 to {len(places)}, or expect more words.",
            )
        start = places[(occurrence or 1) - 1]
        edit = Edit(start, start + len(expected), "corrected", entry["why"], entry.get("read_as"), entry.get("section"))
        if any(edit.start < other.end and other.start < edit.end for other in found):
            raise RejectedReport(f"{where} overlaps one above it.", "Make one correction of both.")
        found.append(edit)
    return sorted(found, key=lambda edit: edit.start)


def entries_of(data: bytes, name: str) -> list[dict[str, Any]]:
    """The entries of a file of corrections, each checked; see `corrections`."""
    remedy = "Write a list `corrections` of expected, read_as or section, and why."
    try:
        values = yaml.safe_load(data)
    except Exception as error:  # bad YAML raises many kinds
        raise RejectedReport(f"{name} is no YAML that can be read.", remedy) from error
    entries = values.get("corrections") if isinstance(values, dict) else None
    if not isinstance(entries, list):
        raise RejectedReport(f"{name} has no list `corrections`.", remedy)
    for number, entry in enumerate(entries, 1):
        problem = problem_of(entry)
        if problem:
            raise RejectedReport(f"Correction {number} of {name} {problem}.", remedy)
    return entries


def problem_of(entry: Any) -> str | None:
    """What is wrong with one entry, or None."""
    if not isinstance(entry, dict) or not set(entry) <= FIELDS:
        return f"may have only {', '.join(sorted(FIELDS))}"
    texts = {"expected", "why"} | (set(entry) - {"occurrence"})
    if any(not isinstance(entry.get(field), str) for field in texts) or not entry["expected"] or not entry["why"]:
        return "needs expected and why, as text (in quotation marks where it is a number)"
    if ("read_as" in entry) == ("section" in entry):
        return "needs either read_as or section"
    if entry.get("section", "unknown") not in SECTIONS:
        return f"names a section that is none of {', '.join(SECTIONS)}"
    occurrence = entry.get("occurrence", 1)
    return None if type(occurrence) is int and occurrence > 0 else "needs an occurrence from 1"


def as_json(edits: Iterable[Edit]) -> str | None:
    """Edits as tables keep them; None where there are none."""
    return json.dumps([vars(edit) for edit in edits], ensure_ascii=False, separators=(",", ":")) if edits else None


def from_json(text: str | None) -> list[Edit]:
    """Edits as `as_json` wrote them."""
    return [Edit(**edit) for edit in json.loads(text)] if text else []


def runs(text: str, start: int, edits: Iterable[Edit]) -> list[tuple[str, int]]:
    """A passage as it is read: runs of characters, each with the place in the report of its first.

    Args:
        text: the passage as printed.
        start: its place in the report.
        edits: what is read otherwise in it, by place.
    """
    found: list[tuple[str, int]] = []
    at = start
    for edit in edits:
        if edit.read_as is None:
            continue
        found.append((text[at - start : edit.start - start], at))
        last = edit.end - edit.start - 1
        found += [(character, edit.start + min(place, last)) for place, character in enumerate(edit.read_as)]
        at = edit.end
    found.append((text[at - start :], at))
    return [run for run in found if run[0]]
