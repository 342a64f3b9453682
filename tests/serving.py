"""What the tests of the site share: a report that would do harm, and the site served as `duixian open` serves it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from commands.open import server

SCRIPT = "<script>document.title='taken'</script>"
HANDLER = "<img src=x onerror=document.title='taken'>"
MARKUP = "</p></main>{{ 7 * 7 }}{% raw %}"
TEXT = """政府工作报告

各位代表：

一、{past}年工作回顾

过去一年，地区生产总值增长5.5%（{script}），城镇新增就业2.3万人。一般公共预算收入增长4.1%（{handler}）。居民消费价格上涨1.2%（\u202e反\u202c）。

二、{year}年工作安排

今年的主要预期目标是：地区生产总值增长6%左右（{script}），城镇新增就业2万人以上。居民消费价格涨幅控制在3%以内（{markup}）。
"""
TITLE = "</title><script>document.title='taken'</script>=1+1"
SOURCE = "javascript:document.title='taken'"


def hostile_reports(folder: Path) -> Path:
    """Two reports of a city whose words, title and source are code."""
    for year in (2021, 2022):
        path = folder / f"140200/{year}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        words = {"script": SCRIPT, "handler": HANDLER, "markup": MARKUP}
        path.write_text(TEXT.format(past=year - 1, year=year, **words), encoding="utf-8")
        said = "\n".join(
            f"{name}: '{text.replace(chr(39), chr(39) * 2)}'" for name, text in (("title", TITLE), ("source", SOURCE))
        )
        path.with_suffix(".yaml").write_text(said, encoding="utf-8")
    return folder


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The address that the site is served at, while it is."""
    with server(site, 0) as serving:
        thread = threading.Thread(target=serving.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{serving.server_port}/"
        finally:
            serving.shutdown()
            thread.join()
