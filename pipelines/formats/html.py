"""Web pages: the article and nothing that stands around it, a line for each paragraph and for each row of a table.

The page is read as a sequence of blocks in the order of its markup. What reads as prose speaks for the article, links
and the like against it, and the article is the run of blocks for which most speaks. Everything inside that run is
kept, short lines too, so that no paragraph is lost however a site wraps it. (trafilatura, measured on the skeletons of
the tests, melts paragraphs together in layout tables, `<pre>` and lists.)
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from lxml import etree  # type: ignore[import-untyped]

from pipelines.formats import RAISED_DIGITS, Decoded, RejectedReport
from pipelines.formats.text import BYTE_ORDER_MARKS, HANZI, PRIVATE, decoded, is_chinese_prose
from pipelines.seeds import rows

MAX_TAGS = 1_000_000  # a page of a report has some thousands
MAX_DEPTH = 2000  # libxml2 drops what is nested deeper than 2048
MAX_DAMAGE = 0.001  # share of characters that may be undecodable
MAX_PRIVATE = 0.001  # share of private characters: old pages spell a rare character so
MIN_ARTICLE = 100  # hanzi; what holds less says nothing
SHORT_ARTICLE = 400  # characters; what holds less may be an error page or a form that talks
LONG_MARK = 100  # characters; what is longer speaks for itself, whatever words stand in it
MIN_PROSE = 20  # characters of a block that reads as prose
MAX_LINKED = 0.5  # share of a block's characters in links, from which on it leads elsewhere
MAX_INDEX_LINKED = 0.2  # the same of an article
FURNITURE_SHARE = 0.3  # of the page's characters; what holds more is not around the article, whatever its name says
LAYOUT_CELL = 300  # characters of a cell that makes a table a means of layout
NEAR = 3  # blocks among which a title stands twice
MOST = 0.5  # share of a run's prose, more than which the article's own element holds
ITEM = (2, 6)  # blocks of an item of a list of news or comments, of which there are three and more
REACH = 10  # short blocks above and below the prose that still belong to the article

SKIPPED = (
    "script", "style", "noscript", "template", "textarea", "select", "option", "button", "iframe", "object", "svg",
    "canvas", "audio", "video", "map", "datalist", "head", "noframes", "rt", "rp",
)  # fmt: skip
BLOCK_TAGS = frozenset(
    ("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "dialog", "dir",
     "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3", "h4", "h5",
     "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section",
     "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ucapcontent", "ul")
)  # fmt: skip
FURNITURE_TAGS = frozenset(("nav", "footer", "aside"))
FURNITURE_NAME = re.compile(
    r"(?<![a-z])(?:nav\w*|menu|foot|footer|copyright|crumbs?|breadcrumbs?|location|share|sidebar|toolbar|related|xgyd)"
    r"(?![a-z])"
)
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
BLOCK_STYLE = re.compile(r"display\s*:\s*(?:block|flex|grid|table(?!-cell)|list-item)")
PRESERVED = re.compile(r"white-space\s*:\s*pre")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
WIDE = "\u2e80-\u303e\u3040-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6“”‘’…—"
NO_BLANK_BESIDE = re.compile(f"[{WIDE}]")
BLANKS = re.compile("[ \t\r\n\f\xa0]+")
CLAUSE_MARK = re.compile("[，。；！？：]")
SENTENCE_MARK = re.compile("[，。；！？]")  # a colon stands in the lines around an article too
ASCII = re.compile("[\x00-\x7f]+")
DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,20})", re.IGNORECASE)
CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")

CODECS = (
    ("gb", "gb18030"), ("x-gb", "gb18030"), ("cp936", "gb18030"), ("936", "gb18030"),
    ("utf-16", "utf-16"), ("unicode", "utf-16"), ("big5", "big5hkscs"), ("x-big5", "big5hkscs"),
)  # fmt: skip

Kind = Literal["around", "error_page", "login", "script"]


def read_html(data: bytes, relative: str) -> Decoded:
    """The article of a web page.

    Args:
        data: the page, in any of the encodings of Chinese pages, whatever it declares.
        relative: the file's name as messages show it.

    Returns:
        The text, a line for each paragraph and for each row of a table, whose cells tabs separate.

    Raises:
        RejectedReport: the page is none, or holds no article: a login form, an error page, an index of links, frames.
    """
    if data.count(b"<") > MAX_TAGS:
        raise RejectedReport(
            f"{relative} holds far more markup than a report's page can.", "Save the report's page alone."
        )
    markup, encoding, flags = decode_page(data, relative)
    root = parse(markup, relative)
    titles = [clean(title.text or "") for title in root.iter("title")][:1]
    forms = any((field.get("type") or "").lower() == "password" for field in root.iter("input"))
    frames = next(root.iter("frame", "iframe"), None) is not None
    etree.strip_elements(root, etree.Comment, etree.ProcessingInstruction, *SKIPPED, with_tail=False)
    gathered = Blocks(root)  # lxml's elements are the same objects only as long as it keeps them
    blocks = gathered.found
    article = article_of(blocks, titles[0] if titles else "")
    check_article(article, blocks, titles, forms, frames, relative)
    kept = (block.text for block in article if not block.is_noise)
    return Decoded("\n".join(kept), encoding, (), flags)


# --- Bytes to markup ---------------------------------------------------------------------------------------------


def decode_page(data: bytes, relative: str) -> tuple[str, str, tuple[str, ...]]:
    """A page's markup, its encoding and flags: by its mark, as UTF-8, as declared, or by the evidence of its prose."""
    declared = [codec for codec in (codec_named(name) for name in DECLARED.findall(data[:8192])[:3]) if codec]
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            data, declared = data[len(mark) :], [encoding]
            break
    for encoding in dict.fromkeys(("utf-8", *declared, "gb18030", "utf-16-le", "utf-16-be", "big5hkscs")):
        markup = decoded(data, encoding)
        # bytes that are valid UTF-8 are nothing else; other encodings take anything, and the prose decides
        if markup is not None and ((encoding == "utf-8" and b"\0" not in data) or reads_as_chinese(markup)):
            return markup, encoding, ()
    for encoding in dict.fromkeys(("utf-8", *declared, "gb18030")):
        markup = data.decode(encoding, errors="replace")
        if markup.count("\ufffd") <= MAX_DAMAGE * len(markup) and reads_as_chinese(markup):
            return markup, encoding, ("damaged",)
    raise RejectedReport(
        f"The encoding of {relative} could not be told: it is neither UTF-8, UTF-16 nor GB18030 (GBK, GB2312).",
        "Save the page again as UTF-8.",
    )


def codec_named(name: bytes) -> str | None:
    """The codec that a page's declared charset stands for; whatever is called gb2312 or gbk is GB18030."""
    plain = name.decode("ascii").lower()
    return next((codec for beginning, codec in CODECS if plain.startswith(beginning)), None)


def reads_as_chinese(markup: str) -> bool:
    """Whether what is not ASCII, as most markup is, is Chinese prose."""
    words = ASCII.sub("", markup)
    private = len(PRIVATE.findall(words))
    return private <= MAX_PRIVATE * len(words) and is_chinese_prose(PRIVATE.sub("", words))


def parse(markup: str, relative: str) -> Any:
    """The tree of a page; raises RejectedReport where there is none."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True)
    try:
        root = etree.fromstring(CONTROLS.sub("", markup).encode(), parser)
    except etree.LxmlError:
        root = None
    if root is None:
        raise RejectedReport(f"{relative} is no web page.", "Save the report's page again, as HTML.")
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise RejectedReport(f"{relative} nests its markup too deeply to be read.", "Save the report's text alone.")
    return root


# --- Markup to blocks --------------------------------------------------------------------------------------------


@dataclass
class Block:
    """A paragraph, a heading, a row of a table, an item of a menu: what the page shows as a line of its own."""

    text: str
    element: Any = None  # the innermost that holds it, those aside that stand within a line
    linked: int = 0  # characters that lead elsewhere
    is_heading: bool = False
    around: bool = False  # in an element named as what stands around an article
    hidden: bool = False  # in an element that is not shown, or that is for navigation by its kind

    @property
    def leads_elsewhere(self) -> bool:
        """Whether it is mostly links."""
        return self.linked > MAX_LINKED * len(self.text)

    @property
    def is_mark(self) -> bool:
        """Whether its words are those that stand around an article, on any site."""
        length = len(self.text)
        return (length <= LONG_MARK and says("around", self.text)) or (length <= MIN_PROSE and says("login", self.text))

    @property
    def is_plain_mark(self) -> bool:
        """Whether it is such words and no link."""
        return self.is_mark and not (self.linked or self.around or self.hidden)

    @property
    def is_prose(self) -> bool:
        """Whether it reads as a sentence."""
        return len(self.text) >= MIN_PROSE and bool(CLAUSE_MARK.search(self.text))

    @property
    def is_furniture(self) -> bool:
        """Whether it speaks against an article."""
        return self.around or self.hidden or self.leads_elsewhere or self.is_mark

    @property
    def is_noise(self) -> bool:
        """Whether it is no part of the article even where it stands in the midst of it."""
        return self.leads_elsewhere or self.hidden or (self.is_mark and not SENTENCE_MARK.search(self.text))

    def within(self, container: Any) -> bool:
        """Whether an element holds it."""
        return any(element is container for element in (self.element, *self.element.iterancestors()))

    @property
    def weight(self) -> int:
        """How much it speaks for an article, in characters of prose."""
        if self.is_furniture:
            return -20 - len(self.text) - self.linked
        return len(self.text) - 2 * self.linked if self.is_prose else -1


class Blocks:
    """The blocks of a tree in its order, gathered by one walk without recursion."""

    def __init__(self, root: Any) -> None:
        self.found: list[Block] = []
        self.root = root
        self.lengths = text_lengths(root)
        self.parts: list[str] = []
        self.open: list[Any] = []
        self.linked = self.links = self.around = self.hidden = self.headings = self.preserved = self.raised = 0
        self.row: list[str] | None = None
        self.walk(root)

    def walk(self, root: Any) -> None:
        """Gather what stands below an element."""
        data_tables: set[Any] = set()
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if event == "start":
                self.start(element, data_tables)
                self.add(element.text)
            else:
                self.end(element, data_tables)
                if element is not root:
                    self.add(element.tail)
        self.flush()

    def start(self, element: Any, data_tables: set[Any]) -> None:
        """Take in what an element says about the blocks within it."""
        tag = element.tag
        if is_block(element):
            self.cut()
        if tag == "table" and self.row is None and self.is_data(element):
            data_tables.add(element)
        elif tag == "tr" and data_tables:
            self.row = []
        self.count(element, 1)
        if is_block(element):
            self.open.append(element)

    def end(self, element: Any, data_tables: set[Any]) -> None:
        """Leave an element."""
        tag = element.tag
        if tag in ("td", "th") and self.row is not None:
            self.row.append(clean("".join(self.parts)))
            self.parts = []
        elif tag == "tr" and self.row is not None:
            cells, self.row = self.row, None
            self.parts = []
            # one cell that says anything stands between cells that make room
            self.put("\t".join(cells).rstrip("\t") if sum(map(bool, cells)) > 1 else "".join(cells))
        elif is_block(element):
            self.cut()
        data_tables.discard(element)
        if is_block(element):
            self.open.pop()
        self.count(element, -1)

    def count(self, element: Any, step: int) -> None:
        """Keep count of the elements around the place reached that matter."""
        tag = element.tag
        if tag == "a" and element.get("href"):
            self.links += step
        elif tag == "sup":
            self.raised += step
        elif tag == "pre" or PRESERVED.search(element.get("style") or ""):
            self.preserved += step
        elif tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.headings += step
        share = self.lengths[element] / max(1, self.lengths[self.root])
        if share <= MAX_LINKED and (
            element.get("hidden") is not None
            or HIDDEN.search(element.get("style") or "")
            or (tag in FURNITURE_TAGS and share < FURNITURE_SHARE)
        ):
            self.hidden += step
        names = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
        if share < FURNITURE_SHARE and FURNITURE_NAME.search(names):
            self.around += step

    def is_data(self, table: Any) -> bool:
        """Whether a table holds data, and is no means of layout: no table within, no cell that holds most of it."""
        if next(table.iterdescendants("table"), None) is not None:
            return False
        longest = max((self.lengths[cell] for cell in table.iter("td", "th")), default=0)
        return longest <= max(LAYOUT_CELL, self.lengths[table] // 2) and any(
            len(row.findall("td")) + len(row.findall("th")) > 1 for row in table.iter("tr")
        )

    def add(self, text: str | None) -> None:
        """Take in a piece of text."""
        if not text:
            return
        if self.preserved and self.row is None:
            first, *others = re.split(r"\r\n|\r|\n", text)
            self.take(first)
            for line in others:
                self.flush()
                self.take(line)
        else:
            self.take(text)

    def take(self, text: str) -> None:
        """Take in a piece of text within a line."""
        self.parts.append(text.translate(RAISED_DIGITS) if self.raised else text)
        if self.links:
            self.linked += len("".join(text.split()))

    def cut(self) -> None:
        """End a line; within a row of data it is a blank."""
        if self.row is None:
            self.flush()
        elif self.parts:
            self.parts.append(" ")

    def flush(self) -> None:
        """End a block."""
        if self.parts:
            text = "".join(self.parts)
            self.parts = []
            # the columns of a preformatted table keep their tabs
            self.put(INVISIBLE.sub("", text).strip() if self.preserved else clean(text))

    def put(self, text: str) -> None:
        """Keep a block that says anything."""
        if text.strip():
            element = self.open[-1] if self.open else self.root
            self.found.append(Block(text, element, self.linked, self.headings > 0, self.around > 0, self.hidden > 0))
        self.linked = 0


def is_block(element: Any) -> bool:
    """Whether a page shows an element in lines of its own."""
    return element.tag in BLOCK_TAGS or bool(BLOCK_STYLE.search(element.get("style") or ""))


def text_lengths(root: Any) -> dict[Any, int]:
    """The characters of each element, blanks left out."""
    lengths: dict[Any, int] = {}
    for _, element in etree.iterwalk(root, events=("end",)):
        texts = [element.text, *(child.tail for child in element)]
        solid = sum(len("".join(text.split())) for text in texts if text)
        lengths[element] = solid + sum(lengths[child] for child in element)
    return lengths


def clean(text: str) -> str:
    """A text as the page shows it: blanks as one, none where the source only wraps, nothing invisible."""
    text = INVISIBLE.sub("", text).strip()

    def blank(match: re.Match[str]) -> str:
        start, end = match.span()
        wrapped = not set("\r\n\f").isdisjoint(match.group())
        # a line break of the source is a blank, but none beside a character that no blank goes with
        return "" if wrapped and NO_BLANK_BESIDE.search(text[start - 1] + text[end]) else " "

    return BLANKS.sub(blank, text)


# --- Blocks to the article ---------------------------------------------------------------------------------------


@cache
def web_marks(kind: Kind) -> re.Pattern[str]:
    """What pages say around an article, or in place of one: the patterns of `seeds/lexicon/web_marks.csv`."""
    found = rows(
        "lexicon/web_marks.csv", "kind", "pattern", allowed={"kind": ("around", "error_page", "login", "script")}
    )
    return re.compile("|".join(f"(?:{row['pattern']})" for row in found if row["kind"] == kind), re.IGNORECASE)


def says(kind: Kind, text: str) -> bool:
    """Whether a text says such a thing."""
    return bool(web_marks(kind).search(text))


def article_of(blocks: list[Block], title: str) -> list[Block]:
    """The run of blocks for which most speaks, with the short lines above and below and the title of the page."""
    start, end = heaviest_run([block.weight for block in blocks])
    if start == end:
        return []
    start, end = without_lists(blocks, start, end)
    box = common_element(blocks[start], blocks[end - 1])
    first, last = start, end
    # between a title and the text stand the date, the source and the like
    while first > max(0, start - REACH) and belongs(blocks, first - 1, box, marks_too=True):
        first -= 1
    while last < min(len(blocks), end + REACH) and belongs(blocks, last, box):
        last += 1
    said = {squeezed(block.text) for block in blocks[start : start + NEAR] if not block.hidden}
    above: list[Block] = []
    for block in reversed(blocks[first:start]):  # a title that the page shows twice is one
        if squeezed(block.text) not in said:
            above.insert(0, block)
            said.add(squeezed(block.text))
    if not any(is_title(block, title) for block in (*above, *blocks[start : start + NEAR])):
        headings = [block for block in blocks[:first] if is_title(block, title) or block.is_heading]
        above[:0] = [block for block in headings if not block.is_furniture and squeezed(block.text) not in said][-1:]
    return above + blocks[start:last]


def without_lists(blocks: list[Block], start: int, end: int) -> tuple[int, int]:
    """A run without the items of news, comments and the like at its ends, outside of the article's own element."""
    if not (is_item(blocks, start) or is_item(blocks, end - 1)):
        return start, end
    own = own_element(blocks[start:end])

    def stands_apart(place: int) -> bool:
        return not blocks[place].within(own) and (not blocks[place].is_prose or is_item(blocks, place))

    while start < end - 1 and stands_apart(start):
        start += 1
    while start < end - 1 and stands_apart(end - 1):
        end -= 1
    return start, end


def own_element(run: list[Block]) -> Any:
    """The innermost element that holds most of the prose of a run."""
    held: dict[Any, int] = {}
    for block in run:
        for element in (block.element, *block.element.iterancestors()):
            held[element] = held.get(element, 0) + len(block.text) * block.is_prose
    least = MOST * sum(len(block.text) for block in run if block.is_prose)
    return min((element for element, length in held.items() if length > least), key=lambda element: held[element])


def is_item(blocks: list[Block], place: int) -> bool:
    """Whether a block stands in one of several elements of one kind, each of a few blocks: an item of a list."""
    block = blocks[place]
    near = blocks[max(0, place - ITEM[1]) : place + ITEM[1] + 1]
    for element in (block.element, *block.element.iterancestors()):
        parent, count = element.getparent(), sum(other.within(element) for other in near)
        if parent is None or count > ITEM[1]:
            return False
        kind = element.tag, element.get("class")
        named = kind[1] or element.tag in ("li", "dl")  # pages of an article, one after another, are not
        if named and count >= ITEM[0] and sum((other.tag, other.get("class")) == kind for other in parent) > ITEM[0]:
            return True
    return False


def common_element(one: Block, other: Block) -> Any:
    """The innermost element that holds two blocks."""
    holders = {id(element) for element in (other.element, *other.element.iterancestors())}
    return next(element for element in (one.element, *one.element.iterancestors()) if id(element) in holders)


def belongs(blocks: list[Block], place: int, box: Any, marks_too: bool = False) -> bool:
    """Whether a short line beside the prose, in the same element, is part of the article."""
    block = blocks[place]
    is_part = not (block.is_furniture or is_item(blocks, place))
    return (is_part or (marks_too and block.is_plain_mark)) and block.within(box)


def heaviest_run(weights: list[int]) -> tuple[int, int]:
    """Where the run of the largest sum begins and ends."""
    best = total = start = 0
    found = (0, 0)
    for index, weight in enumerate(weights):
        if total <= 0:
            total, start = 0, index
        total += weight
        if total > best:
            best, found = total, (start, index + 1)
    return found


def squeezed(text: str) -> str:
    """A text without blanks."""
    return "".join(text.split())


def is_title(block: Block, title: str) -> bool:
    """Whether a block is the page's title, or its beginning."""
    words = squeezed(block.text)
    return len(HANZI.findall(words)) > 0 and 4 <= len(words) <= LONG_MARK and words in squeezed(title)


def check_article(
    article: list[Block], blocks: list[Block], titles: list[str], forms: bool, frames: bool, relative: str
) -> None:
    """Raise RejectedReport where a page holds no article, and say what it holds instead."""
    words = "".join(block.text for block in article)
    hanzi = sum(map(len, HANZI.findall(words)))
    linked = sum(block.linked for block in article)
    if hanzi >= MIN_ARTICLE and len(words) >= SHORT_ARTICLE and linked <= MAX_INDEX_LINKED * len(words):
        return
    everything = "\n".join([*titles, *(block.text for block in blocks)])
    remedy = "Open the report in a browser and save the page that shows its text."
    if forms or (len(everything) < SHORT_ARTICLE and says("login", everything)):
        raise RejectedReport(f"{relative} is a login page, and not the report.", remedy)
    if any(says("error_page", title) for title in titles) or (
        len(words) < SHORT_ARTICLE and says("error_page", everything[: 2 * SHORT_ARTICLE])
    ):
        raise RejectedReport(f"{relative} is an error page, and not the report.", remedy)
    if linked > MAX_INDEX_LINKED * len(words) or (
        hanzi < MIN_ARTICLE and sum(block.linked for block in blocks) > MAX_INDEX_LINKED * len(squeezed(everything))
    ):
        raise RejectedReport(f"{relative} is an index of links, and not the report.", remedy)
    if hanzi < MIN_ARTICLE:
        if frames:
            raise RejectedReport(f"{relative} shows another page in a frame, and holds no text itself.", remedy)
        if says("script", everything):
            raise RejectedReport(f"{relative} holds no text before its scripts have run.", remedy)
        raise RejectedReport(f"{relative} holds no article.", remedy)
