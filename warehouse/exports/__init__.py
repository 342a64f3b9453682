"""What people take away: the published tables, or a part of them, as files of other kinds.

No text of a report becomes a formula. Spreadsheets hold strings as strings; in CSV, which knows no types, a text that a
spreadsheet program could take for a formula is guarded by an apostrophe, which `unguarded` takes off again.
"""

import json

GUARDED = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "'")  # full-width: as some programs read them
GUARD = "'"


def guarded(text: str) -> str:
    """A text as a cell of a CSV file: with an apostrophe before what could start a formula, or looks like the guard."""
    return GUARD + text if text.startswith(GUARDED) else text


def unguarded(text: str) -> str:
    """The text of a cell that `guarded` made."""
    return text.removeprefix(GUARD)


def cell(value: object) -> object:
    """A value as a cell of a CSV file: NULL as nothing, lists as JSON, texts guarded, truth in lower case."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return guarded(value) if isinstance(value, str) else value
