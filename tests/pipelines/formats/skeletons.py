"""Pages as Chinese government sites make them: the same blocks in the markup of a dozen content systems.

Each skeleton takes blocks (a paragraph, or a table as rows of cells) and gives the page's markup; whatever stands
around the article holds the word 栏外, or is one that a reader knows to stand there.
"""

from collections.abc import Callable, Sequence
from html import escape

Block = str | tuple[tuple[str, ...], ...]
Skeleton = Callable[[Sequence[Block]], str]

LINKS = "".join(f'<li><a href="/c/{n}.html">栏外动态第{n}条：某部门开展了一次活动</a></li>' for n in range(1, 16))
MENU = "".join(f'<li><a href="/{n}/">栏外{name}</a></li>' for n, name in enumerate(("首页", "要闻", "公开", "服务")))
FOOT = """<p>栏外主办：某某市人民政府办公室　承办：某某市大数据中心</p>
<p><a href="http://beian.example">某ICP备00000000号栏外</a>　网站标识码：0000000000　<a href="/map">栏外网站地图</a></p>
<p>栏外联系电话：0000-0000000（仅受理网站建设维护相关事宜）。地址：某某市某某路1号。</p>"""
TITLE = "<title>政府工作报告_某某市人民政府</title>"


def head(charset: str, end: str = ">") -> str:
    return f'<head><meta http-equiv="Content-Type" content="text/html; charset={charset}"{end}{TITLE}</head>'


def cells(rows: tuple[tuple[str, ...], ...], attributes: str = 'border="1"') -> str:
    body = "".join(f"<tr>{''.join(f'<td><p>{escape(cell)}</p></td>' for cell in row)}</tr>" for row in rows)
    return f"<table {attributes}><tbody>{body}</tbody></table>"


def each(blocks: Sequence[Block], paragraph: str, between: str = "\n") -> str:
    """Blocks one after another, a paragraph in the markup whose `{}` it fills."""
    return between.join(paragraph.format(escape(block)) if isinstance(block, str) else cells(block) for block in blocks)


def trs_editor(blocks: Sequence[Block]) -> str:
    body = each(blocks, '<p style="text-indent: 2em">{}</p>')
    return f"""<!DOCTYPE html><html>{head("utf-8")}<body><div class="header"><ul class="nav">{MENU}</ul></div>
<div class="crumb">栏外当前位置：<a href="/">首页</a> &gt; <a href="/zwgk">政务公开</a> &gt; 正文</div>
<div class="article"><h1>{blocks[0]}</h1><div class="info"><span>栏外发布时间：2024-01-22 09:30</span>
<span>来源：市政府办</span><span>字体：[<a>大</a> <a>中</a> <a>小</a>]</span></div>
<div class="TRS_Editor"><style>.TRS_Editor P{{margin-top:0px}}</style>{body}</div>
<div class="tools"><a href="javascript:print()">栏外打印本页</a> <a>栏外关闭窗口</a></div></div>
<div class="related"><h3>栏外相关阅读</h3><ul>{LINKS}</ul></div>
<div class="footer">{FOOT}</div><script>var a = "栏外脚本，不是正文。";</script></body></html>"""


def ucap(blocks: Sequence[Block]) -> str:
    body = each(
        blocks, '<p style="text-align:justify"><span style="font-family:宋体"><span>&emsp;&emsp;{}</span></span></p>'
    )
    return f"""<!DOCTYPE html><html lang="zh">{head("UTF-8")}<body><div class="top">{MENU}</div>
<table class="head_detail"><tr><td>索引号：</td><td>栏外00-2024-0001</td><td>主题分类：</td><td>综合政务</td></tr>
<tr><td>发文机关：</td><td>栏外市政府</td><td>成文日期：</td><td>2024年01月16日</td></tr></table>
<div class="pages_content" id="UCAP-CONTENT"><ucapcontent>{body}</ucapcontent></div>
<p class="share">栏外分享到：<a>微博</a><a>微信</a></p><p>栏外责任编辑：某某</p>
<div id="foot">{FOOT}</div></body></html>"""


def zoom(blocks: Sequence[Block]) -> str:
    body = each(blocks, "　　{}", "<br/>\n<br/>\n")
    return f"""<html>{head("gb2312")}<body><div id="menu"><ul>{MENU}</ul></div><div id="left"><ul>{LINKS}</ul></div>
<div id="right"><div id="zoom">{body}</div></div><div id="bottom">{FOOT}</div></body></html>"""


def tables_of_2000s(blocks: Sequence[Block]) -> str:
    body = each(blocks, "&nbsp;&nbsp;&nbsp;&nbsp;{}", "<BR>")
    channels = "".join(f"<TD><A href=/{n}>栏外频道{n}</A></TD>" for n in range(9))
    news = "".join(f"<TR><TD><A href=/n{n}>栏外新闻标题第{n}条</A></TD></TR>" for n in range(12))
    return f"""<HTML>{head("gb2312")}<BODY bgcolor=#ffffff>
<TABLE width=778 align=center><TR><TD background=a.gif>栏外今天是2024年1月22日</TD></TR></TABLE>
<TABLE width=778><TR>{channels}</TR></TABLE><TABLE width=778 border=0><TR><TD width=180><TABLE>{news}</TABLE></TD>
<TD width=598 valign=top><TABLE width=100%><TR><TD align=center><B><FONT size=5>{blocks[0]}</FONT></B></TD></TR>
<TR><TD align=center>栏外2024年1月22日　来源：市政府办　浏览次数：100</TD></TR>
<TR><TD><FONT face=宋体 size=3>{body}</FONT></TD></TR>
<TR><TD align=right>栏外【<A href=#>打印</A>】【<A href=#>关闭</A>】</TD></TR></TABLE></TD></TR></TABLE>
<TABLE width=778><TR><TD align=center>{FOOT}</TD></TR></TABLE></BODY></HTML>"""


def word_pasted(blocks: Sequence[Block]) -> str:
    body = each(
        blocks,
        "<p class=MsoNormal style='text-indent:32.0pt;line-height:28.0pt'><span style='font-size:16.0pt;"
        "font-family:仿宋_GB2312'>{}<span lang=EN-US><o:p></o:p></span></span></p>",
    )
    return f"""<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
{head("gb2312")}<body><!--[if gte mso 9]><xml><w:WordDocument><w:View>栏外视图，注释里的话。</w:View></w:WordDocument>
</xml><![endif]--><ul>{MENU}</ul><div class=Section1 style='layout-grid:15.6pt'>{body}</div>
<ul>{LINKS}</ul>{FOOT}</body></html>"""


def word_saved(blocks: Sequence[Block]) -> str:
    body = each(blocks, "<p class=MsoNormal><span lang=EN-US>&nbsp;&nbsp;&nbsp; </span><b><span>{}</span></b></p>")
    return f"<html>{head('gb2312')}<body lang=ZH-CN><div class=WordSection1>{body}</div></body></html>"


def xhtml(blocks: Sequence[Block]) -> str:
    body = each(blocks, "<p>&#160;&#160;&#160;&#160;{}</p>")
    return f"""<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd"><html xmlns="http://www.w3.org/1999/xhtml">
{head("utf-8", "/>")}<body><div id="nav"><ul>{MENU}</ul></div><div id="content"><h2>{blocks[0]}</h2>{body}</div>
<div id="side"><ul>{LINKS}</ul></div><div id="footer">{FOOT}</div></body></html>"""


def paragraphs_in_divs(blocks: Sequence[Block]) -> str:
    body = each(blocks, "<div>　　{}</div>")
    return f"""<!doctype html><html>{head("utf-8")}<body><header><nav>{MENU}</nav></header><main><div class="con-main">
<div class="con-title">{blocks[0]}</div><div class="con-txt" id="vsb_content">{body}</div>
<div>栏外上一篇：<a href="1">关于召开某次会议的通知</a></div>
<div>栏外下一篇：<a href="2">关于报送某项材料的通知</a></div></div>
<aside><ul>{LINKS}</ul></aside></main><footer>{FOOT}</footer></body></html>"""


def fonts_and_sections(blocks: Sequence[Block]) -> str:
    half = len(blocks) // 2
    paragraph = '<section><section><p><font size="4"><span>{}</span></font></p></section></section>'
    first, second = (each(part, paragraph) for part in (blocks[:half], blocks[half:]))
    return f"""<html>{head("utf-8")}<body><div>{MENU}</div><div class="view"><div>{first}</div><div>{second}</div></div>
<div class="list"><ul>{LINKS}</ul></div><div class="bottom">{FOOT}</div></body></html>"""


def everything_in_body(blocks: Sequence[Block]) -> str:
    return f"""<html>{head("gbk")}<body>{MENU}{each(blocks, "<p>{}</p>")}<hr>{FOOT}</body></html>"""


def preformatted(blocks: Sequence[Block]) -> str:
    lines = (f"　　{escape(b)}" if isinstance(b, str) else "\n".join(map("\t".join, b)) for b in blocks)
    body = "\n".join(lines)
    return f"""<html>{head("gb2312")}<body><table><tr><td>{MENU}</td></tr><tr><td><pre>{body}</pre></td></tr>
<tr><td>{FOOT}</td></tr></table></body></html>"""


def paragraph_left_open(blocks: Sequence[Block]) -> str:
    return f"""<html>{head("GB2312")}<body><center>{MENU}</center>
<td class=content><FONT id=zoom>{each(blocks, "<P>　　{}")}</FONT></td>{FOOT}</body></html>"""


def nested_headings(blocks: Sequence[Block]) -> str:
    def one(block: Block) -> str:
        if not isinstance(block, str):
            return cells(block)
        if len(block) < 30:
            return f"<h3><strong>{escape(block)}</strong></h3>"
        before, bold, after = escape(block[:9]), escape(block[9:14]), escape(block[14:])
        return f"<blockquote><p>{before}<strong>{bold}</strong>{after}</p></blockquote>"

    return f"""<html>{head("utf-8")}<body><div class="wrap"><div class="location">栏外您的位置：<a>首页</a></div>
<article>{"".join(map(one, blocks))}</article><div class="fujian">栏外附件：<a href="a.pdf">栏外图解.pdf</a></div></div>
<iframe src="/count.html">栏外框架</iframe><noscript>栏外请打开脚本。</noscript>
<div class="copyright">{FOOT}</div></body></html>"""


def list_items(blocks: Sequence[Block]) -> str:
    body = "".join(f"<li>{escape(block) if isinstance(block, str) else cells(block)}</li>" for block in blocks)
    return f"""<html>{head("utf-8")}<body><ul>{MENU}</ul><div class="text"><ol>{body}</ol></div><ul>{LINKS}</ul>{FOOT}
</body></html>"""


NEWS = "".join(
    f'<div class="item"><h4>栏外要闻第{n}条</h4><p>栏外某部门日前召开会议，研究第{n}项工作，要求抓好落实。</p></div>'
    for n in range(1, 9)
)
COMMENTS = "".join(
    f'<div class="c"><b>栏外网友{n}</b><p>栏外写得真好，今年的目标很实在，希望早日实现。</p></div>' for n in range(9)
)


def among_articles(blocks: Sequence[Block]) -> str:
    return f"""<html>{head("utf-8")}<body><div class="news">{NEWS}</div><div class="main"><h1>{blocks[0]}</h1>
<div class="text">{each(blocks[1:], "<p>{}</p>")}</div></div><div class="news">{NEWS}</div>
<div><h3>栏外评论</h3>{COMMENTS}</div>{FOOT}</body></html>"""


def articles_in_a_side_cell(blocks: Sequence[Block]) -> str:
    return f"""<html>{head("utf-8")}<body><table><tr><td width=200>{NEWS}</td><td><h1>{blocks[0]}</h1>
{each(blocks[1:], "<p>{}</p>")}</td></tr></table>{FOOT}</body></html>"""


def elements_of_its_own(blocks: Sequence[Block]) -> str:
    body = each(blocks, '<app-line style="display: block">{}</app-line>')
    return f"""<html>{head("utf-8")}<body><app-root><app-nav><ul>{MENU}</ul></app-nav>
<app-text>{body}</app-text></app-root>{FOOT}</body></html>"""


def read_page_by_page(blocks: Sequence[Block]) -> str:
    half = len(blocks) // 2
    first, rest = (each(part, "<p>{}</p>") for part in (blocks[:half], blocks[half:]))
    return f"""<html>{head("utf-8")}<body><div id="page1">{first}</div><div id="page2">{rest}</div>
<p><a href="1">栏外上一页</a> <b>1</b> <a href="2">2</a> <a href="2">栏外下一页</a></p>{FOOT}</body></html>"""


def a_row_a_paragraph(blocks: Sequence[Block]) -> str:
    rows = (escape(block) if isinstance(block, str) else cells(block) for block in blocks)
    body = "".join(f"<tr><td width=10>&nbsp;</td><td>{row}</td><td>&nbsp;</td></tr>" for row in rows)
    return f"<html>{head('gb2312')}<body><table>{body}</table>{FOOT}</body></html>"


SKELETONS: tuple[Skeleton, ...] = (
    trs_editor, ucap, zoom, tables_of_2000s, word_pasted, word_saved, xhtml, paragraphs_in_divs, fonts_and_sections,
    everything_in_body, preformatted, paragraph_left_open, nested_headings, list_items,
    among_articles, articles_in_a_side_cell, elements_of_its_own, read_page_by_page, a_row_a_paragraph,
)  # fmt: skip
