"""A law in the search's results: each clause that holds the words, with its number, its heading and its address."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.models import Law
from search.service import find
from tests.factories.content import home_page

from .conftest import law_page

pytestmark = pytest.mark.django_db


def anchors(text: str, language: str = "zh-hans") -> list[list[str]]:
    return [[clause.anchor for clause in hit.clauses] for hit in find(text=text, language=language).hits]


def test_the_page_lists_the_clauses_below_their_law_and_each_link_opens_at_one(home, client):
    law = law_page(home, {str(n): ("谁要报告", f"强制报告，第{n}次说") for n in range(11, 17)})

    html = client.get("/search/", {"q": "强制报告"}).content.decode()
    document = client.get(law.get_url()).content.decode()

    assert html.count(f'href="{law.get_url()}"') == 1
    for clause, said in (
        ("art-11", "第十一条 谁要报告"),
        ("art-12", "第十二条 谁要报告"),
        ("art-13", "第十三条 谁要报告"),
    ):
        assert f'href="{law.get_url()}#{clause}"><span>{said}</span></a>' in html
        assert f'id="{clause}"' in document
    assert "第十四条" not in html
    assert f'href="{law.get_url()}#art-14"><span>还有 3 条<span class="vh">：某意见</span>' in html
    assert "找到 1 项" in html


def test_the_clause_that_holds_most_of_the_words_comes_first_and_one_that_lacks_some_gives_way(home):
    law_page(
        home,
        {"1": ("", "某意见说监护"), "2": ("", "监护和报告"), "3": ("", "某意见说监护和报告"), "4": ("", "报告")},
    )

    assert anchors("监护 报告") == [["art-2", "art-3"]]
    assert anchors("某意见 监护 报告") == [["art-3", "art-2"]]


def test_clauses_that_share_only_a_word_with_the_title_are_not_listed(home):
    law_page(home, {"1": ("", "未成年人的责任"), "2": ("", "未成年人的学校")}, title="未成年人 保护法")

    assert anchors("未成年人 保护法") == [[]]
    assert anchors("未成年人") == [["art-1", "art-2"]]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("养", ["art-1"]),
        ("监护", ["art-1", "art-2"]),
        ("１２３５５", ["art-2"]),
        ("ｃ０４", ["art-3"]),
        ("C04 监护", ["art-1", "art-2", "art-3"]),
        ("hotline", ["art-3"]),
        ("HOT", None),
        ("报告强制", None),
    ],
)
def test_short_words_latin_and_full_width(home, asked, expected):
    law_page(
        home,
        {"1": ("抚养", "谁来监护"), "2": ("监护", "打12355电话"), "3": ("Hotline", "Ｃ０４，说“强制报告”")},
    )

    assert anchors(asked) == ([] if expected is None else [expected])


def test_an_english_law_shows_its_english_clauses(home, client):
    law = law_page(
        home_page("en"),
        {"11.2": ("Who must report", "Staff report at once."), "12": ("Lawyers", "A lawyer is told.")},
        title="Law on Minors",
    )
    law_page(home, {"1": ("", "report 是报告")})

    html = client.get("/en/search/", {"q": "REPORT"}).content.decode()

    assert anchors("report", "en") == [["art-11-2"]]
    assert f'href="{law.get_url()}#art-11-2"><span>Article 11(2) Who must <mark>report</mark></span></a>' in html
    assert "Staff <mark>report</mark> at once." in html
    assert "是报告" not in html
    assert anchors("law", "en") == [[]]  # the title's word; a lawyer is no law


def test_words_are_escaped_the_readers_and_the_laws(home, client):
    asked = "<script>alert(1)</script> 监护"
    law_page(home, {"1": ("<b>监护</b>", '"><script>alert(1)</script>监护'), "2": ("", "监护")})

    html = client.get("/search/", {"q": asked}).content.decode()

    assert anchors(asked) == [["art-1"]]
    assert "<script>alert" not in html
    assert "&lt;b&gt;<mark>监护</mark>&lt;/b&gt;" in html
    assert "&quot;&gt;&lt;<mark>script</mark>&gt;<mark>alert</mark>(<mark>1</mark>)&lt;/<mark>script</mark>&gt;" in html


def test_of_a_hundred_clauses_three_are_shown_and_the_rest_are_counted(home):
    law_page(home, {str(n): ("", f"监护，{'甲' * 300}") for n in range(1, 101)})

    (hit,) = find(text="监护", language="zh-hans").hits

    assert [clause.article for clause in hit.clauses] == ["1", "2", "3"]
    assert (hit.more, hit.more_anchor) == (97, "art-4")
    assert all(len(clause.snippet) < 150 for clause in hit.clauses)


def test_a_clause_without_a_gist_is_found_by_its_heading(home, client):
    law_page(home, {"1": ("强制报告", ""), "2": ("", ""), "Q7": ("", "强制报告")})

    html = client.get("/search/", {"q": "强制报告"}).content.decode()

    assert anchors("强制报告") == [["art-1", "art-q7"]]
    assert "<span>第一条 <mark>强制报告</mark></span></a></li>" in html
    assert '#art-q7"><span>要点 7</span></a>' in html


def test_a_document_number_finds_its_law_and_is_marked(home):
    law = law_page(home, {"1": ("目的", "为了孩子")})
    Law.objects.filter(pk=law.law_id).update(document_number="民发〔2016〕13号")
    law.law.refresh_from_db()
    law.save()

    (hit,) = find(text="民发〔2016〕13号", language="zh-hans").hits

    assert hit.clauses == ()
    assert hit.snippet.startswith("<mark>民发</mark>〔<mark>2016</mark>〕<mark>13</mark><mark>号</mark> ")


@pytest.mark.parametrize(("asked", "expected"), [("监护", 40), ("某意见", 0)])
def test_twenty_laws_cost_no_more_queries_than_one(home, client, asked, expected):
    law_page(home, {str(n): ("", "保密") for n in range(1, 6)}, title="保密法")
    for _ in range(20):
        law_page(home, {"1": ("", "监护"), "2": ("", "监护")})
    client.get("/search/", {"q": "保密法"})  # content types and the site are remembered

    with CaptureQueriesContext(connection) as one:
        assert client.get("/search/", {"q": "保密法"}).content.decode().count("保密法</b>") == 1
    with CaptureQueriesContext(connection) as twenty:
        html = client.get("/search/", {"q": asked}).content.decode()

    assert (html.count("某意见</b>"), html.count("#art-")) == (20, expected)
    assert len(twenty) == len(one)


def test_of_a_law_that_waits_for_its_review_nothing_but_its_title_is_found(home):
    page = law_page(home, {"1": ("谁要报告", "强制报告")})
    Law.objects.filter(pk=page.law_id).update(live=False)

    assert anchors("某意见") == [[]]
