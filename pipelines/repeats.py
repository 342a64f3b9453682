"""What was printed twice: found by equal clauses, and cut out of the passages that hold it."""

import bisect
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.lexicon import lexicon
from pipelines.pieces import FINAL, Piece, Span, piece_at, trim

BREAKS = r"\s，。；：！？、,;:!?“”\"《》（）()—…"
BREAK, CLAUSE = re.compile(f"[{BREAKS}]"), re.compile(f"[^{BREAKS}]{{6,}}")
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
SENTENCE_ENDS = "。！？\n"
FIRST_WORDS = 2  # characters of a copy that show whether sentences begin with it
MIN_PART = 10  # telling words of a part, to know how it speaks
MIN_LEAN = 1.0  # logarithm of how much likelier a copy's telling words are in one part than in the other
CONTEXT = 60  # characters on each side of a copy that show whether it is at home there


@dataclass(slots=True)
class Stretch:
    """Equal clauses in two places, as far as they are known; a copy stands before what copies it."""

    number: int  # of the last clause
    copy: int  # number of the clause that it equals
    piece: int
    copy_piece: int
    span: Span
    copy_span: Span
    characters: int  # in equal clauses


class Parts:
    """How a report speaks of what was done and of what is to be, to tell of which part a copied text is."""

    def __init__(self, told: Iterable[tuple[Piece, bool | None]]) -> None:
        """Take pieces in print order, each with whether it is of a review (None: of neither part)."""
        self.pieces = list(told)
        self.starts = [piece.start for piece, _ in self.pieces]
        self.counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
        for piece, of_review in self.pieces:
            if of_review is not None:
                self.counts[of_review].update(telling_words().findall(piece.text))

    def home(self, text: str, pair: tuple[Span, Span]) -> int | None:
        """Which of two copies is at home by its number, by what its first words follow elsewhere, or by its words."""
        for told in (self.by_number(pair), by_seam(text, pair), self.by_words(text, pair)):
            if told is not None:
                return told
        return None

    def by_number(self, pair: tuple[Span, Span]) -> int | None:
        """Which of two copies below one numbered heading, printed twice too, stands where the numbers count on."""
        places = [bisect.bisect_right(self.starts, start) - 1 for start, _ in pair]
        one, other = (self.pieces[place][0] for place in places)
        if not one.number or (one.number, one.style) != (other.number, other.style):
            return None
        before = [
            next((piece.number for piece, _ in reversed(self.pieces[:place]) if piece.style == one.style), None)
            for place in places
        ]
        follows = [number == one.number - 1 for number in before]
        return follows.index(True) if sum(follows) == 1 else None

    def side(self, start: int) -> bool | None:
        """Of which part a place is: whether of a review; a passage that begins there does not tell itself."""
        place = bisect.bisect_right(self.starts, start) - 1
        return self.pieces[place - 1 if place and self.starts[place] == start else place][1]

    def by_words(self, text: str, pair: tuple[Span, Span]) -> int | None:
        """Which of two copies, of which one stands in a review and the other in a plan, is at home by its words."""
        sides = [self.side(start) for start, _ in pair]
        if None in sides or sides[0] == sides[1]:
            return None
        own = Counter(telling_words().findall(text[slice(*pair[0])]))
        review, plan = (self.counts[side] - own for side in (True, False))
        if min(review.total(), plan.total()) < MIN_PART:
            return None
        ratio = math.log(plan.total() / review.total())
        lean = sum(count * (math.log((review[word] + 1) / (plan[word] + 1)) + ratio) for word, count in own.items())
        return sides.index(lean > 0) if abs(lean) >= MIN_LEAN else None


def by_seam(text: str, pair: tuple[Span, Span]) -> int | None:
    """Which of two copies is at home, where one follows a sentence's end and the other does not, by its first words.

    Elsewhere in the text these stand either only at the beginning of sentences, or only within them.
    """
    ends = [not text[:start].rstrip() or text[:start].rstrip()[-1] in SENTENCE_ENDS for start, _ in pair]
    if ends[0] == ends[1]:
        return None
    first = re.escape(text[pair[0][0] : pair[0][0] + FIRST_WORDS])
    elsewhere = [
        match.group(1) in SENTENCE_ENDS
        for match in re.finditer(rf"([。！？\n，；、])\s*{first}", text)
        if not any(start - 3 <= match.start() < end for start, end in pair)
    ]
    if not elsewhere or any(elsewhere) != all(elsewhere):
        return None
    return ends.index(elsewhere[0])


@cache
def telling_words() -> re.Pattern[str]:
    """The words that a report speaks of what was done and of what is to be with: those of will and of bounds."""
    words = {*lexicon().modality, *(key.partition(" ")[2] for key in lexicon().bounds)}
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))


def cut_repeats(text: str, pieces: list[Piece], parts_of: Callable[[], Parts]) -> list[Piece]:
    """Cut out of the pieces what is printed twice, and mark the copies that are not in their true home.

    Args:
        text: the report's.
        pieces: in print order.
        parts_of: gives the parts of the report as it is printed; asked only where something is printed twice.
    """
    copies: list[tuple[int, int, Span, bool]] = []  # start, end, the true copy, whether that is in doubt
    homes: list[tuple[int, int]] = []
    starts = [piece.start for piece in pieces]
    pairs = sorted(repeats_in(text, pieces, starts), key=lambda pair: pair[0][0] - pair[0][1])[:MAX_PAIRS]
    counts: Counter[str] = Counter()
    told: Parts | None = None
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
            doubtful = max(fits) < CLEARLY * min(fits)
            told = told or parts_of()
            by_words = told.home(text, pair)
            if by_words is None:
                at_home = 0 if fits[0] >= fits[1] else 1
            else:
                at_home, doubtful = by_words, doubtful and fits[by_words] < fits[1 - by_words]
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
    return set(pairs_in(text))


def pairs_in(text: str) -> list[str]:
    """The same with each as often as it stands there."""
    meant = "".join(MEANT.findall(text))
    return [meant[index : index + 2] for index in range(len(meant) - 1)]


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
    clauses = CLAUSE.findall(text)
    seen: dict[str, list[tuple[int, int, int]]] = {
        clause: [] for clause, count in Counter(clauses).items() if count > 1
    }
    if sum(map(len, seen)) < MIN_MATCHED:
        return
    found: list[Stretch] = []
    open_: list[Stretch] = []
    end = 0
    for number, clause in enumerate(clauses):
        if clause not in seen:  # as hardly any is
            continue
        places = seen[clause]
        start, end = place_of(clause, text, end)
        piece = bisect.bisect_right(starts, start)
        if places:
            length = end - start
            open_ = [stretch for stretch in open_ if stretch.piece == piece and number - stretch.number <= CLAUSE_GAP]
            for copy, copy_start, copy_piece in places[-MAX_COPIES:]:
                copy_end = copy_start + length
                for stretch in open_:
                    fits = stretch.number < number and 0 < copy - stretch.copy <= CLAUSE_GAP
                    if fits and stretch.copy_piece == copy_piece:
                        stretch.number, stretch.copy = number, copy
                        stretch.span, stretch.copy_span = (stretch.span[0], end), (stretch.copy_span[0], copy_end)
                        stretch.characters += length
                        break
                else:
                    spans = (start, end), (copy_start, copy_end)
                    open_.append(Stretch(number, copy, piece, copy_piece, *spans, length))
                    found.append(open_[-1])
        places.append((number, start, piece))
    for stretch in found:
        if stretch.characters >= MIN_MATCHED:
            yield stretch.copy_span, stretch.span


def place_of(clause: str, text: str, after: int) -> Span:
    """Where a clause stands next after a place, and not as part of a longer one."""
    start = text.index(clause, after)
    while True:
        end = start + len(clause)
        if (not start or BREAK.match(text, start - 1)) and (end == len(text) or BREAK.match(text, end)):
            return start, end
        longer = BREAK.search(text, start)
        start = text.index(clause, longer.start() if longer else end)


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
