"""What was printed twice: found by equal clauses, and cut out of the passages that hold it."""

import bisect
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipelines.pieces import FINAL, Piece, Span, piece_at, trim

CLAUSE = re.compile(r"[^\s，。；：！？、,;:!?“”\"《》（）()—…]{6,}")
MEANT = re.compile(r"[0-9A-Za-z\u4e00-\u9fff%．.]")  # what counts when copies are compared: no blanks, no punctuation
SENTENCE_BREAK = re.compile(r"[。！？]")
CLAUSE_BREAKS = "，。；：！？"
PHRASE_BREAKS = "、”）》"
SNAP = 16  # characters that a copy's beginning may be moved back
MIN_MATCHED = 20  # characters in equal clauses that make two places worth comparing
MIN_REPEAT = 75  # characters of a repeat; less is a phrase used again
MIN_TAIL_REPEAT = 55  # of one that ends both passages
MIN_WHOLE_PASSAGE = 60  # of one that is a whole passage in both places
MIN_THIRD_COPY = 30  # of one that copies what is printed twice already
MIN_WHOLE_SENTENCES = 100  # of one that is made of whole sentences, as a set piece said again on purpose is
MIN_ALIKE = 0.7  # share of the pairs of characters that both copies have
MAX_PAIRS = 500  # the longest repeats of a report that are looked at
MAX_COPIES = 3  # earlier places that a clause is compared with
CLAUSE_GAP = 8  # clauses that may differ between two equal ones
MAX_REACH = 400  # characters that a repeat may reach beyond its equal clauses
RESYNC = 6  # equal characters after a misreading that show that the copies go on
MISREADS = ((1, 1), (0, 1), (1, 0), (2, 2), (0, 2), (2, 0), (1, 2), (2, 1), (3, 3), (0, 3), (3, 0), (4, 4))
CLEARLY = 2  # how many times better a copy must fit where it is at home
CONTEXT = 60  # characters on each side of a copy that show whether it is at home there


@dataclass
class Stretch:
    """Equal clauses in two places, as far as they are known; a copy stands before what copies it."""

    number: int  # of the last clause
    copy: int  # number of the clause that it equals
    piece: int
    copy_piece: int
    span: Span
    copy_span: Span
    characters: int  # in equal clauses


def cut_repeats(text: str, pieces: list[Piece]) -> list[Piece]:
    """Cut out of the pieces what is printed twice, and mark the copies that are not in their true home."""
    copies: list[tuple[int, int, Span, bool]] = []  # start, end, the true copy, whether that is in doubt
    homes: list[tuple[int, int]] = []
    starts = [piece.start for piece in pieces]
    pairs = sorted(repeats_in(text, pieces, starts), key=lambda pair: pair[0][0] - pair[0][1])[:MAX_PAIRS]
    counts: Counter[str] = Counter()
    for pair in pairs:
        inside = [pieces[bisect.bisect_right(starts, span[0]) - 1] for span in pair]
        known = [any(overlap(span, other) for other in (*homes, *copies)) for span in pair]
        if not is_misprint(text, pair, inside, any(known)):
            continue
        counts = counts or Counter(text)
        doubtful = False
        copied = [any(overlap(span, other) for other in copies) for span in pair]
        if all(known) and not any(copied):
            continue  # each is at home where it stands
        if any(known):
            at_home = 0 if known[0] and not (known[1] and copied[0]) else 1
        else:
            fits = [ease(text, piece, span, counts) for piece, span in zip(inside, pair, strict=True)]
            at_home = 0 if fits[0] >= fits[1] else 1
            doubtful = max(fits) < CLEARLY * min(fits)
        home, copy = pair[at_home], pair[1 - at_home]
        if not copied[1 - at_home]:
            copies.append((*copy, trim(text, *home), doubtful))
            if not copied[at_home]:
                homes.append(home)
    for start, copy_end, true_copy, doubtful in copies:
        index = bisect.bisect_right([piece.start for piece in pieces], start) - 1
        piece = pieces[index]
        end = min(copy_end, piece.end)
        parts = [trim(text, *part) for part in ((piece.start, start), (start, end), (end, piece.end))]
        cut = [piece_at(text, *part) for part in parts if part[0] < part[1]]
        for part in cut:
            if part.start == parts[1][0]:
                part.mark("repeated", f"at home at characters {true_copy[0]} to {true_copy[1]}")
                part.home, part.doubtful = true_copy, doubtful
        pieces[index : index + 1] = cut
    return pieces


def overlap(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Whether two spans share a character."""
    return one[0] < other[1] and other[0] < one[1]


def is_misprint(text: str, pair: tuple[Span, Span], inside: list[Piece], third: bool) -> bool:
    """Whether what stands in two places was printed twice by mistake, and not said again on purpose."""
    first, second = (pairs_of_characters(text[start:end]) for start, end in pair)
    if len(first & second) < MIN_ALIKE * len(first | second):
        return False
    length = min(len(MEANT.findall(text, *span)) for span in pair)
    if third:
        return length >= MIN_THIRD_COPY
    tails = all(span[1] == piece.end for span, piece in zip(pair, inside, strict=True))
    whole = all(
        (span[0] == piece.start or text[span[0] - 1] in FINAL) and text[span[1] - 1] in FINAL
        for span, piece in zip(pair, inside, strict=True)
    )
    if all(span == (piece.start, piece.end) for span, piece in zip(pair, inside, strict=True)):
        return length >= MIN_WHOLE_PASSAGE
    return length >= (MIN_WHOLE_SENTENCES if whole else MIN_TAIL_REPEAT if tails else MIN_REPEAT)


def ease(text: str, piece: Piece, span: Span, counts: Counter[str]) -> float:
    """How much the words around a copy, in its passage, are those of the copy itself: most where it is at home."""
    words = set(MEANT.findall(text, *span))
    around = {*MEANT.findall(text, max(piece.start, span[0] - CONTEXT), span[0])}
    around.update(MEANT.findall(text, span[1], min(piece.end, span[1] + CONTEXT)))
    return sum(1 / counts[character] for character in words & around)  # a rare character tells more


def pairs_of_characters(text: str) -> set[str]:
    """The pairs of neighbouring characters of a text, punctuation left out."""
    meant = "".join(MEANT.findall(text))
    return {meant[index : index + 2] for index in range(len(meant) - 1)}


def repeats_in(text: str, pieces: list[Piece], starts: list[int]) -> Iterator[tuple[Span, Span]]:
    """The pairs of places that say the same: found by equal clauses, then followed character by character."""
    for stretch in equal_stretches(text, starts):
        homes = [pieces[bisect.bisect_right(starts, span[0]) - 1] for span in stretch]
        before = [
            meant_places(text, max(piece.start, span[0] - MAX_REACH), span[0])[::-1]
            for span, piece in zip(stretch, homes, strict=True)
        ]
        after = [
            meant_places(text, span[1], min(piece.end, span[1] + MAX_REACH))
            for span, piece in zip(stretch, homes, strict=True)
        ]
        back = reach(*("".join(text[place] for place in places) for places in before))
        on = reach(*("".join(text[place] for place in places) for places in after))
        one, other = (
            snap(
                text,
                before[side][back[side] - 1] if back[side] else stretch[side][0],
                after[side][on[side] - 1] + 1 if on[side] else stretch[side][1],
                homes[side],
            )
            for side in (0, 1)
        )
        if one[1] <= other[0] or other[1] <= one[0]:
            yield one, other


def meant_places(text: str, start: int, end: int) -> list[int]:
    """Where in a span the characters stand that count when copies are compared."""
    return [match.start() for match in MEANT.finditer(text, start, end)]


def equal_stretches(text: str, starts: list[int]) -> Iterator[tuple[Span, Span]]:
    """Pairs of stretches of equal clauses, near one another and in the same order, each within one passage."""
    seen: dict[str, list[tuple[int, int]]] = {
        clause: [] for clause, count in Counter(CLAUSE.findall(text)).items() if count > 1
    }
    if sum(map(len, seen)) < MIN_MATCHED:
        return
    found: list[Stretch] = []
    open_: list[Stretch] = []
    for number, clause in enumerate(CLAUSE.finditer(text)):
        places = seen.get(clause.group())
        if places is None:
            continue
        if places:
            start, end = clause.span()
            piece = bisect.bisect_right(starts, start)
            open_ = [stretch for stretch in open_ if stretch.piece == piece and number - stretch.number <= CLAUSE_GAP]
            for copy, copy_start in places[-MAX_COPIES:]:
                copy_end = copy_start + end - start
                copy_piece = bisect.bisect_right(starts, copy_start)
                for stretch in open_:
                    fits = stretch.number < number and 0 < copy - stretch.copy <= CLAUSE_GAP
                    if fits and stretch.copy_piece == copy_piece:
                        stretch.number, stretch.copy = number, copy
                        stretch.span, stretch.copy_span = (stretch.span[0], end), (stretch.copy_span[0], copy_end)
                        stretch.characters += end - start
                        break
                else:
                    spans = (start, end), (copy_start, copy_end)
                    open_.append(Stretch(number, copy, piece, copy_piece, *spans, end - start))
                    found.append(open_[-1])
        places.append((number, clause.start()))
    for stretch in found:
        if stretch.characters >= MIN_MATCHED:
            yield stretch.copy_span, stretch.span


def reach(one: str, other: str) -> tuple[int, int]:
    """How far two texts say the same from their beginning, with a few characters misread."""
    a = b = 0
    while a < len(one) and b < len(other):
        if one[a] == other[b]:
            a, b = a + 1, b + 1
            continue
        for skip_a, skip_b in MISREADS:
            ahead = one[a + skip_a : a + skip_a + RESYNC]
            if len(ahead) == RESYNC and ahead == other[b + skip_b : b + skip_b + RESYNC]:
                a, b = a + skip_a, b + skip_b
                break
        else:
            break
    return a, b


def snap(text: str, start: int, end: int, piece: Piece) -> Span:
    """A span that begins where a clause does, at the nearest mark that ends one, and takes in the marks after it."""
    topic = text.find("。", start, min(piece.start + SNAP, end))
    if topic >= 0:  # the copy took the passage's place below the words that head it
        start = topic + 1
    before = text[max(piece.start, start - SNAP) : start]
    if start - piece.start < SNAP:
        before = "。" + before  # the passage's beginning ends a clause too
    back = len(before)
    for marks in (CLAUSE_BREAKS, PHRASE_BREAKS):
        place = max(before.rfind(mark) for mark in marks)
        if place >= 0:
            back = len(before) - 1 - place
            break
    on = next((place for place, character in enumerate(text[start : start + back]) if character in CLAUSE_BREAKS), back)
    if on < back:  # both clauses happen to end alike
        start += on + 1
    elif back < len(before):
        start -= back
    while end < piece.end and not MEANT.match(text[end]) and text[end] not in "（《“":
        end += 1
    return start, end
