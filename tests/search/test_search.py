"""Search as a person meets it: Chinese words inside a title, one character, Latin and full-width alike."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page

from config.roles import build_groups
from content.models import HomePage, InfoPage
from content.words import indexed
from people.models import RoleGrant
from search.hits import Asked
from search.service import find
from tests.factories.content import LawClauseFactory, LawFactory, home_page
from tests.factories.people import RoleGrantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(db):
    return home_page()


def page(home: HomePage, title: str, summary: str = "", **fields) -> InfoPage:
    return home.add_child(instance=InfoPage(title=title, summary=summary, locale=home.locale, **fields))


def titles(text: str, **options) -> list[str]:
    return [hit.page.title for hit in find(text=text, language="zh-hans", **options).hits]


def test_a_word_inside_a_title_is_found(home):
    page(home, "农村留守儿童保护工作指引")
    page(home, "社会工作和服务")

    assert titles("留守儿童") == ["农村留守儿童保护工作指引"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("监护", True),
        ("监", True),
        ("留守", False),
        ("Ｃ０４", True),
        ("c04", True),
        ("监护 C04", True),
        ("监护 C05", False),
        ("护监", False),
    ],
)
def test_short_words_latin_and_full_width(home, asked, found):
    page(home, "C04 监护人的责任")

    assert bool(titles(asked)) is found


def test_a_draft_and_the_other_language_are_not_found(home):
    page(home, "监护草稿", live=False)
    page(home_page("en"), "监护 in English tree")

    assert titles("监护") == []


@pytest.mark.parametrize("asked", ["", "  ", "？！", "%", "'", '"', "AND", "NEAR(", "监护*", "a:b"])
def test_odd_questions_are_answered(home, client, asked):
    page(home, "监护")

    assert client.get("/search/", {"q": asked, "page": "-1", "kind": "nobody"}).status_code == 200


def test_the_page_marks_the_words_and_escapes_the_rest(home, client):
    page(home, "安全", summary="<b>监护</b>人在外打工")

    html = client.get("/search/", {"q": "监护"}).content.decode()

    assert "<mark>监护</mark>" in html
    assert "<b>监护" not in html


def test_a_snippet_is_cut_around_the_first_hit():
    text = "甲" * 60 + "强制报告" + "乙" * 200

    cut = Asked("强制报告").snippet(text)

    assert cut.startswith("…甲")
    assert cut.endswith("乙…")
    assert "<mark>强制报告</mark>" in cut


def test_a_snippet_cuts_no_latin_word_in_two_unless_it_is_endless():
    cut = Asked("report").snippet("staff somebody " * 9 + "report" + " somebody" * 30)

    assert set(cut.strip("…").split()) == {"staff", "somebody", "<mark>report</mark>"}
    assert Asked("监护").snippet("x" * 99 + "监护") == "…<mark>监护</mark>"
    assert Asked("监护").snippet("x" * 99) == "x" * 90 + "…"


def test_a_latin_word_is_marked_only_where_it_stands_whole():
    cut = Asked("law 12 Ｃ０４").snippet("lawyers know the Law；打12355电话，C04 和 12 条")

    assert cut == "lawyers know the <mark>Law</mark>；打12355电话，<mark>C04</mark> 和 <mark>12</mark> 条"


def test_of_two_words_that_begin_alike_the_longer_is_marked():
    assert Asked("监护 监护人").snippet("监护人的监护") == "<mark>监护人</mark>的<mark>监护</mark>"


def test_nothing_found_says_what_to_do(home, client):
    html = client.get("/search/", {"q": "没有这个词"}).content.decode()

    assert "没有找到" in html
    assert "看课程目录" in html


def test_a_changed_title_is_found_by_its_new_words_only(home):
    changed = page(home, "旧题目")
    changed.title = "新标题"
    changed.save_revision().publish()

    assert titles("新标题") == ["新标题"]
    assert titles("旧题目") == []


def test_common_words_cost_no_more_queries_than_rare_ones(home):
    for number in range(25):
        page(home, f"监护 {number}")
    page(home, "保密")
    titles("保密")  # content types are remembered

    with CaptureQueriesContext(connection) as rare:
        titles("保密")
    with CaptureQueriesContext(connection) as common:
        titles("监护")

    assert len(common) == len(rare) <= 10
    ranking = [query["sql"] for query in common if "bm25" in query["sql"]]
    assert all('LIMIT 1) AS "_score"' not in sql for sql in ranking)  # asked again for each page: seconds at 5,000


def test_the_index_can_be_rebuilt(home):
    page(home, "农村留守儿童")

    call_command("update_index", verbosity=0)

    assert titles("留守儿童") == ["农村留守儿童"]


def test_the_admin_finds_chinese_too(home):
    wanted = page(home, "农村留守儿童保护工作指引")

    assert [p.pk for p in Page.objects.search("留守儿童")] == [wanted.pk]
    assert [p.pk for p in Page.objects.autocomplete("留守")] == [wanted.pk]


def test_a_trainer_finds_laws_and_clauses_in_the_admin_by_their_words(home, client):
    build_groups()
    client.force_login(RoleGrantFactory(role=RoleGrant.Role.TRAINER).user)
    law, other = LawFactory(key="某意见"), LawFactory(key="别的法")
    for article in ("1", "2"):
        LawClauseFactory(law=law, article=article, heading_zh="强制报告", gist_zh="监护人的责任")
    LawClauseFactory(law=other, article="3", gist_zh="乡镇管台账")

    def found(model: str, asked: str) -> list[str]:
        answer = client.get(reverse(f"wagtailsnippets_content_{model}:list"), {"q": asked})
        return [str(row) for row in answer.context["object_list"]]

    assert [found("law", asked) for asked in ("监护", "强制报告", "某意见")] == [[str(law)]] * 3
    assert found("law", "台账") == [str(other)]
    assert [len(found("lawclause", asked)) for asked in ("监护", "台账", "某意见", "没有")] == [2, 1, 2, 0]


def test_a_number_inside_chinese_is_a_word_of_its_own():
    assert indexed("打12355电话") == "打 12355 电话 打 电 话"


def test_text_is_indexed_as_pairs_and_single_characters():
    assert indexed("留守儿童ＡＢ") == "留守 守儿 儿童 ab 留 守 儿 童"


def test_what_goes_to_another_store_is_open_to_everybody(home):
    """The other store answers strangers: what is not published, or is behind a password, never gets there."""
    from wagtail.models import PageViewRestriction

    from search.entries import entries

    page(home, "人人可读")
    page(home, "还是草稿", live=False)
    closed = page(home, "要密码才能读")
    PageViewRestriction.objects.create(page=closed, restriction_type="password", password="x")

    assert "人人可读" in {entry.title for entry in entries()}
    assert {entry.title for entry in entries()} & {"还是草稿", "要密码才能读"} == set()
