"""Web pages: the article, all of it and nothing else."""

import re
from html import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.formats import RejectedReport
from pipelines.formats.html import MAX_DEPTH, read_html
from tests.pipelines.formats.made_up import BLOCKS, REPORT
from tests.pipelines.formats.skeletons import FOOT, LINKS, MENU, SKELETONS, Skeleton, trs_editor
from tests.pipelines.formats.writers import lines_of


def read(page: str, encoding: str = "utf-8") -> list[str]:
    """The lines of a page's article."""
    return read_html(page.encode(encoding), "x").text.split("\n")


def page_of(body: str) -> str:
    return f"<html><head><title>政府工作报告</title></head><body>{body}</body></html>"


FILLER = f"<p>{REPORT[3]}</p>"


class TestArticles:
    @pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda skeleton: skeleton.__name__)
    def test_each_paragraph_once_in_order_and_nothing_around(self, skeleton: Skeleton) -> None:
        assert read(skeleton(BLOCKS)) == lines_of(BLOCKS)

    @pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda skeleton: skeleton.__name__)
    def test_a_long_article_is_kept_whole(self, skeleton: Skeleton) -> None:
        """Short paragraphs and paragraphs that repeat others are as much of it as long ones."""
        long = [
            BLOCKS[0],
            *(f"（{n}）{text}" for n in range(15) for text in ("立说立行。", *REPORT[:-2], "抓紧抓实。", "立说立行。")),
        ]
        assert sum(map(len, long)) > 28_000
        assert read(skeleton(long)) == long

    def test_a_title_above_its_date_and_source_is_kept(self) -> None:
        body = f"<h1>某市政府工作报告</h1><div>来源：某报　发布时间：2024-01-22</div>{FILLER}"
        assert read(page_of(f"<ul>{MENU}</ul>{body}<ul>{LINKS}</ul>{FOOT}")) == ["某市政府工作报告", REPORT[3]]

    @pytest.mark.parametrize(
        "text",
        [
            "钱从哪里来，靠的是这样几个积累来源：",
            "办事扫一扫，进门少一跑。",
            "用好用活客户端、公众号，方便群众随时登录。",
            "立说立行",
        ],
    )
    def test_words_that_stand_around_articles_are_words_of_articles_too(self, text: str) -> None:
        blocks = [*REPORT[:4], text, *REPORT[4:6]]
        assert read(trs_editor(["政府工作报告", *blocks])) == ["政府工作报告", *blocks]

    def test_a_hidden_copy_for_another_screen_is_not_read_twice(self) -> None:
        body = "".join(f"<p>{escape(text)}</p>" for text in REPORT[:8])
        assert read(page_of(f"<div>{body}</div><div style='display: none'>{body}</div>")) == REPORT[:8]

    @given(st.permutations(range(12)), st.sampled_from(SKELETONS))
    @settings(max_examples=40, deadline=None)
    def test_any_order_of_paragraphs_is_kept(self, order: list[int], skeleton: Skeleton) -> None:
        blocks = [BLOCKS[0], *(REPORT[number] for number in order)]
        assert read(skeleton(blocks)) == blocks


class TestMarkup:
    @pytest.mark.parametrize(
        ("markup", "text"),
        [
            ("增长<b>5</b><span>.</span><font><i>8</i></font>%", "增长5.8%"),
            ("生产<a name=top></a>总<!-- 注 -->值", "生产总值"),
            ("增长5\n   .8%", "增长5 .8%"),  # a blank between Latin characters is one
            ("全市\n      生产总值\r\n增长", "全市生产总值增长"),
            ("完成\n1864.3\n亿元", "完成1864.3亿元"),
            ("增长&#53;.&#x38;%&nbsp;&nbsp; 和", "增长5.8% 和"),
            ("１２．５　万吨", "１２．５　万吨"),
            ("5\u200b.8\ufeff%", "5.8%"),
            ("a&lt;b&amp;c", "a<b&c"),
            ("Public\ndomain", "Public domain"),
            ("“两重”<sup><a href=#n3>[3]</a></sup>和<sup>12</sup>", "“两重”[³]和¹²"),
            ("<ruby>甪<rp>(</rp><rt>lù</rt><rp>)</rp></ruby>直", "甪直"),
        ],
    )
    def test_text_of_a_paragraph(self, markup: str, text: str) -> None:
        assert read(page_of(f"{FILLER}<p>本段{markup}，完</p>{FILLER}"))[1] == f"本段{text}，完"

    def test_breaks_part_paragraphs(self) -> None:
        assert read(page_of(f"<div>{REPORT[3]}<br>　　短行<br/>\n<br>{REPORT[5]}</div>")) == [
            REPORT[3],
            "短行",
            REPORT[5],
        ]

    def test_tables_keep_rows_and_cells(self) -> None:
        table = (
            "<table><tr><th>指标</th><th>实际</th></tr><tr><td><p>增<br>速</p></td><td></td><td>5.8</td></tr></table>"
        )
        assert read(page_of(f"{FILLER}{table}{FILLER}"))[1:3] == ["指标\t实际", "增 速\t\t5.8"]

    def test_scripts_styles_comments_and_forms_say_nothing(self) -> None:
        noise = (
            "<script>脚本，脚本。</script><style>样式，样式。</style><!-- 注释，注释。 --><textarea>框，框。</textarea>"
        )
        assert read(page_of(f"{FILLER}{noise}{FILLER}")) == [REPORT[3], REPORT[3]]

    def test_preformatted_lines_and_their_tabs(self) -> None:
        assert read(page_of(f"<pre>{REPORT[3]}\n　　指标\t实际\n</pre>{FILLER}"))[:2] == [REPORT[3], "指标\t实际"]

    def test_links_within_the_article_are_part_of_it_and_lists_of_them_are_not(self) -> None:
        paragraph = f'<p>见<a href="/w">政策解读</a>，{REPORT[3]}</p>'
        assert read(page_of(f"{FILLER}{paragraph}<ul>{MENU}</ul>{FILLER}")) == [
            REPORT[3],
            f"见政策解读，{REPORT[3]}",
            REPORT[3],
        ]


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-be"])
    @pytest.mark.parametrize("declared", ["utf-8", "gb2312", "gbk", "iso-8859-1", "nonsense", ""])
    def test_whatever_is_declared(self, encoding: str, declared: str) -> None:
        page = trs_editor(BLOCKS).replace("charset=utf-8", f"charset={declared}" if declared else "")
        assert read(page, encoding) == lines_of(BLOCKS)

    def test_characters_that_gb2312_has_not(self) -> None:
        text = REPORT[3].replace("云泽", "镕㐂淏")
        found = read_html(page_of(f"<p>{text}，镕㐂淏</p>").encode("gb18030"), "x")
        assert (found.text, found.encoding) == (f"{text}，镕㐂淏", "gb18030")

    def test_big5(self) -> None:
        text = "現在，我代表市人民政府向大會報告工作，請予審議，全國經濟發展很快，人民生活改善。" * 4
        assert read(f"<html><meta charset=big5><p>{text}</p>", "big5") == [text]

    def test_a_few_broken_bytes_are_flagged(self) -> None:
        data = trs_editor(BLOCKS).encode()
        place = data.index("汛期".encode())
        found = read_html(data[:place] + b"\xff" + data[place + 1 :], "x")
        assert "damaged" in found.flags
        assert len(found.text.split("\n")) == len(lines_of(BLOCKS))

    def test_another_language_is_rejected(self) -> None:
        page = "<p>政府は経済の成長と国民の生活の向上のために努力を続けてまいりました。</p>" * 9
        with pytest.raises(RejectedReport, match="encoding"):
            read_html(page.encode("euc-jp"), "x")


class TestRejections:
    @pytest.mark.parametrize(
        ("body", "words"),
        [
            ("<form>用户名<input name=u>密码<input type='password'></form><p>请登录后查看。</p>", "login page"),
            ("<div>统一身份认证</div><div>请输入验证码</div>", "login page"),
            ("<h1>404</h1><p>很抱歉，您要访问的页面不存在，可能已被删除，请返回首页。</p>", "error page"),
            ("<p>对不起，系统繁忙，请稍后再试，给您带来的不便敬请谅解。</p>", "error page"),
            (f"<ul>{MENU}</ul><ul>{LINKS}</ul>{FOOT}", "index of links"),
            (
                "".join(
                    f'<li><a href="/{n}">某项工作会议召开第{n}号通报</a><p>会议要求，各单位要抓好落实。</p></li>'
                    for n in range(30)
                ),
                "index of links",
            ),
            ('<iframe src="a.html"></iframe>', "frame"),
            ("<div id=app>页面加载中……</div><script>x()</script>", "scripts"),
            ("<p>短。</p>", "no article"),
            ("", "no article"),
        ],
    )
    def test_pages_that_hold_no_article(self, body: str, words: str) -> None:
        with pytest.raises(RejectedReport, match=words) as caught:
            read_html(page_of(body).encode(), "2020.html")
        assert "2020.html" in caught.value.reason
        assert caught.value.remedy

    def test_a_login_form_beside_an_article_is_no_reason(self) -> None:
        login = "<form>用户名<input name=u>密码<input type=password></form>"
        assert read(page_of(login + "".join(f"<p>{text}</p>" for text in REPORT[3:7]))) == REPORT[3:7]

    @pytest.mark.parametrize("data", [b"", b"   ", b"<!-- -->", b"\0\0\0", b"\xef\xbb\xbf", b"<p", b"<" * 100])
    def test_no_page(self, data: bytes) -> None:
        with pytest.raises(RejectedReport):
            read_html(data, "x")

    def test_more_markup_than_a_page_can_hold(self) -> None:
        with pytest.raises(RejectedReport, match="markup"):
            read_html(b"<b>" * 1_000_001, "x")

    def test_nesting(self) -> None:
        """As deep as libxml2 reads it is read; deeper it is rejected, and not cut off."""
        for depth in (MAX_DEPTH // 2, 2 * MAX_DEPTH):
            page = page_of(f"{'<div>' * depth}{FILLER}{'</div>' * depth}{FILLER}")
            if depth < MAX_DEPTH:
                assert read(page) == [REPORT[3], REPORT[3]]
            else:
                with pytest.raises(RejectedReport, match="deeply"):
                    read(page)


PAGE = trs_editor(BLOCKS[:9])


@given(
    st.lists(
        st.tuples(st.integers(0, len(PAGE)), st.sampled_from([*re.findall("<[^<>]+>", PAGE), "<", "\0", "&#0;"])),
        max_size=8,
    )
)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_no_markup_breaks_the_reader(changes: list[tuple[int, str]]) -> None:
    page = PAGE
    for place, tag in changes:
        page = page[:place] + tag + page[place:]
    reads_or_rejects(page.encode())


@given(st.binary(max_size=300), st.integers(0, 3000), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_no_bytes_break_the_reader(noise: bytes, place: int, encoding: str) -> None:
    reads_or_rejects(noise)
    data = PAGE.encode(encoding)
    reads_or_rejects(data[:place] + noise + data[place:])


def reads_or_rejects(data: bytes) -> None:
    try:
        read_html(data, "x").text.encode()
    except RejectedReport as error:
        assert error.reason
        assert error.remedy
