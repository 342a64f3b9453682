"""The API of a wiki: continuation, patience, redirects, missing pages, and answers that are none."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources import PassingError, SourceError
from sources.declared import WikiSource
from sources.mediawiki import Page, Wiki
from sources.network import Client
from tests.sources.prose import rendered
from tests.sources.server import TITLE, MediaWiki, Revision, Site, said, status

CATEGORY = "Category:中华人民共和国国务院政府工作报告"


@pytest.fixture
def pages(site: Site) -> MediaWiki:
    wiki = MediaWiki()
    for year in range(2001, 2018):
        wiki.add(year)
    site.routes["/w/api.php"] = wiki
    return wiki


@pytest.fixture
def source(site: Site) -> WikiSource:
    return WikiSource("council", f"{site.url}/w/api.php", "100000", TITLE, None, 2001, 2020, None)


@pytest.fixture
def wiki(client: Client, source: WikiSource) -> Wiki:
    return Wiki(client, source)


def title(year: int) -> str:
    return TITLE.format(year=year)


@pytest.mark.usefixtures("pages")
def test_the_pages_of_all_years_are_found_over_several_answers(wiki: Wiki, site: Site) -> None:
    titles = wiki.titles(range(2001, 2021))
    assert titles[2003] == title(2003)
    found = wiki.pages(list(titles.values()))
    assert list(found) == [title(year) for year in range(2001, 2018)]  # and none for 2018 to 2020
    assert found[title(2016)] == Page(title(2016), 20160, "2024-03-06T01:02:03Z")
    assert len(site.requests) == 7  # as many titles as fit, three of them in one answer
    assert all("maxlag=5" in request.path for request in site.requests)


def test_the_longest_titles_fit_into_an_address(
    client: Client, source: WikiSource, site: Site, pages: MediaWiki
) -> None:
    long = "报" * 80 + "{year}"
    pages.at_once = 50
    pages.pages = {long.format(year=year): Revision(year, "x") for year in range(2001, 2018)}
    wiki = Wiki(client, replace(source, title=long))
    assert len(wiki.pages(list(wiki.titles(range(2001, 2018)).values()))) == 17
    assert max(len(request.path) for request in site.requests) < 4000


def test_redirects_and_the_other_script_are_followed(wiki: Wiki, pages: MediaWiki) -> None:
    pages.redirects = {title(1999): "一九九九年的报告", "a": "b", "b": "a"}
    pages.pages["一九九九年的报告"] = Revision(7, "x")
    pages.converted = {title(1998): "1998年中華人民共和國國務院政府工作報告"}
    pages.pages["1998年中華人民共和國國務院政府工作報告"] = Revision(8, "x")
    found = wiki.pages([title(1998), title(1999), "a"])
    assert {asked: page.revision for asked, page in found.items()} == {title(1998): 8, title(1999): 7}
    assert found[title(1999)].title == "一九九九年的报告"


def test_a_category_is_taken_page_by_page_as_far_as_its_titles_fit(
    client: Client, source: WikiSource, pages: MediaWiki
) -> None:
    others = ["关于报告的决议", title(20011), f"{title(2005)}/附件", "Portal:报告"]
    pages.categories[CATEGORY] = [*others, *(title(year) for year in (2005, 2001, 2017, 1990))]
    wiki = Wiki(client, replace(source, category=CATEGORY))
    assert wiki.titles(range(2001, 2018)) == {year: title(year) for year in (2001, 2005, 2017)}
    with pytest.raises(SourceError, match="0 pages, none with a title as declared"):
        Wiki(client, replace(source, category="Category:x")).titles(range(2001, 2018))


def test_a_wiki_that_lags_is_waited_for(wiki: Wiki, pages: MediaWiki) -> None:
    pages.lagging = 2
    assert wiki.pages([title(2001)])
    pages.lagging = 99
    with pytest.raises(PassingError, match="lagged") as caught:
        wiki.pages([title(2001)])
    assert "maxlag" in caught.value.reason


def test_a_page_comes_as_the_wiki_shows_it_by_its_revision(wiki: Wiki, site: Site, pages: MediaWiki) -> None:
    page = wiki.pages([title(2001)])[title(2001)]
    assert wiki.html(page) == rendered(2001).encode()
    asked = parse_qs(urlsplit(site.requests[-1].path).query)
    assert asked["oldid"] == ["20010"]
    assert asked["disableeditsection"] == ["1"]
    del pages.pages[title(2001)]
    with pytest.raises(SourceError, match="nosuchrevid"):
        wiki.html(page)


@pytest.mark.usefixtures("pages")
def test_the_licence_is_the_wikis(wiki: Wiki) -> None:
    assert wiki.licence() == (
        "Creative Commons Attribution-Share Alike 4.0 https://creativecommons.org/licenses/by-sa/4.0/"
    )


def test_a_licence_that_would_steer_a_terminal_is_left_out(wiki: Wiki, pages: MediaWiki) -> None:
    pages.rights = {"text": "free\x1b[2J", "url": ""}
    assert wiki.licence() is None


def test_addresses_are_those_that_people_see(wiki: Wiki, site: Site) -> None:
    assert wiki.address("a b&c", 7) == f"{site.url}/w/index.php?title=a_b%26c&oldid=7"


PAGE = '{"query": {"pages": [{"title": "T", "revisions": [{"revid": 1, "timestamp": "2024"}]}]}}'
PARSED = {"parse": {"revid": 2, "text": "x"}}


@pytest.mark.parametrize(
    "body",
    [
        "", "<html>", "[]", "null", "7", "{}", '{"error": 1}', '{"error": {}}', '{"query": []}',
        '{"query": {"pages": 1}}',
        '{"query": {"pages": [1]}}', PAGE.replace('"T"', '""'), PAGE.replace("T", "\\u001b[2J"),
        PAGE.replace("T", "x" * 300), '{"query": {"pages": [{"revisions": [{}]}]}}', '{"parse": {"revid": 1}}',
        '{"parse": {"revid": 1, "text": {"*": "x"}}}', '{"parse": {"revid": 1, "text": null}}', json.dumps(PARSED),
        '{"query": {"pages": [], "redirects": [{"from": 1}]}}', "[" * 100_000,
        '{"query": {"pages": [], "rightsinfo": {}}, "continue": {"x": "1"}}',  # for ever and ever
        '{"query": {"pages": [], "rightsinfo": {}}, "continue": 7}',
    ],
)  # fmt: skip
def test_what_is_no_answer_of_the_api_is_refused_in_words(site: Site, wiki: Wiki, body: str) -> None:
    site.routes["/w/api.php"] = lambda exchange: exchange.answer(200, body.encode())
    asks: list[Callable[[], Any]] = [lambda: wiki.pages(["x"]), lambda: wiki.html(Page("x", 1, ""))]
    for ask in asks:
        with pytest.raises(SourceError) as caught:
            ask()
        assert str(caught.value).isprintable()


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "query",
                        "pages",
                        "revisions",
                        "title",
                        "revid",
                        "timestamp",
                        "redirects",
                        "from",
                        "to",
                        "continue",
                        "error",
                        "code",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_no_answer_does_harm(site: Site, wiki: Wiki, body: Any) -> None:
    site.routes["/w/api.php"] = lambda exchange: exchange.answer(200, json.dumps(body).encode())
    try:
        assert all(isinstance(page, Page) for page in wiki.pages(["x"]).values())
    except SourceError as error:
        assert error.remedy


def test_an_error_of_the_wiki_is_told_and_steers_nothing(site: Site, wiki: Wiki) -> None:
    error = {"error": {"code": "invalidcategory", "info": "The category\x1b[2J is none"}}
    site.routes["/w/api.php"] = lambda exchange: exchange.answer(200, json.dumps(error).encode())
    with pytest.raises(SourceError, match="invalidcategory") as caught:
        wiki.pages(["x"])
    assert not isinstance(caught.value, PassingError)
    assert len(site.requests) == 1


@pytest.mark.parametrize("handler", [status(404), said(b"SSH-2.0\r\n")])
def test_a_wiki_that_is_not_there_fails(site: Site, wiki: Wiki, handler: Any) -> None:
    site.routes["/w/api.php"] = handler
    with pytest.raises(SourceError):
        wiki.pages(["x"])
