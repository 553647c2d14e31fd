"""Every store answers alike: the database this suite runs on, and a real Elasticsearch fed by the worker's service."""

import pytest
from wagtail.models import Page, PageViewRestriction

from search.service import PAGE_SIZE, find
from tests.factories.content import course_with_lessons, home_page

from .conftest import add, law_page, pay_all, titles

pytestmark = pytest.mark.django_db


class Database:
    name = "database"

    def catch_up(self) -> None:
        """Wagtail's index follows each save by itself."""


class Elastic:
    name = "elasticsearch"

    def catch_up(self) -> None:
        pay_all()


@pytest.fixture(params=["database", pytest.param("elasticsearch", marks=pytest.mark.servers)])
def store(request, home):
    if request.param == "database":
        yield Database()
        return
    request.getfixturevalue("elastic")
    yield Elastic()
    assert find(text="没有这个词", language="zh-hans").store == "elasticsearch"  # no answer came from the fallback


def test_the_store_asked_is_the_one_that_answers(store):
    assert find(text="监护", language="zh-hans").store == store.name


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ("留守儿童", True),
        ("农村留守儿童保护工作指引", True),
        ("监护", True),
        ("守", True),
        ("引", True),
        ("童保护工", True),
        ("守留", False),
        ("乡村", False),
        ("留守　儿童", True),
        ("工作 农村", True),
        ("农村 城市", False),
        ("C04", True),
        ("c04", True),
        ("Ｃ０４", True),
        ("C0", False),
        ("C04 监护", True),
        ("C04监护", True),
        ("12355", True),
        ("Rural", True),
        ("rural children", True),
        ("ＲＵＲＡＬ", True),
        ("urban", False),
        ("强制报告", True),
        ("报告强制", False),
        ("3.5", True),
        ("𠮷", True),
    ],
)
def test_words_are_found(store, home, asked, is_found):
    add(
        home,
        "农村留守儿童保护工作指引",
        "C04：Rural left-behind children，监护人的责任，打 12355",
        body="发现情况，强制报告，3.5 小时内，联系𠮷老师",
    )
    add(home, "别的")
    store.catch_up()

    assert titles(asked) == (["农村留守儿童保护工作指引"] if is_found else [])


def test_words_do_not_run_across_a_comma(store, home):
    add(home, "留守，儿童")
    store.catch_up()

    assert titles("留守儿童") == []
    assert titles("留守 儿童") == ["留守，儿童"]


def test_words_may_stand_in_title_and_body_but_no_phrase_runs_from_one_into_the_other(store, home):
    add(home, "农村留守", "儿童的监护")
    store.catch_up()

    assert titles("监护 农村") == ["农村留守"]
    assert titles("留守儿童") == []


@pytest.mark.parametrize("asked", ["", "？！", "%", "'", '"', "AND", "NEAR(", "监护*", "a:b", "title:监护", "监\x00护"])
def test_odd_questions_are_answered(store, home, asked):
    add(home, "学习")
    store.catch_up()

    assert titles(asked) == []


def test_a_hit_in_the_title_comes_first(store, home):
    add(home, "说明", body="保密" + "，保密要紧" * 30)
    add(home, "保密")
    add(home, "要点", "怎样保密")
    store.catch_up()

    assert titles("保密")[0] == "保密"
    assert sorted(titles("保密")) == sorted(["保密", "说明", "要点"])


def test_kinds_are_counted_and_filter(store, home):
    course_with_lessons(lessons=2)
    add(home, "看见孩子", "第1课的题目")
    store.catch_up()

    everything = find(text="看见", language="zh-hans")
    lessons = find(text="题目", language="zh-hans", kind="lesson")

    assert everything.counts == {"lesson": 0, "course": 1, "policy": 0, "info": 1}
    assert {hit.kind for hit in everything.hits} == {"course", "info"}
    assert lessons.counts == {"lesson": 2, "course": 0, "policy": 0, "info": 1}
    assert sorted(hit.page.title for hit in lessons.hits) == ["第1课的题目", "第2课的题目"]
    assert (lessons.total, len(lessons.hits)) == (2, 2)


def test_each_language_has_its_own(store, home):
    add(home, "C04 监护")
    add(home_page("en"), "C04 custody")
    store.catch_up()

    assert titles("C04") == ["C04 监护"]
    assert titles("C04", "en") == ["C04 custody"]
    assert titles("custody") == []


def test_a_draft_is_found_only_while_it_is_published(store, home):
    page = add(home, "监护草稿", live=False)
    store.catch_up()
    before = titles("监护")
    page.save_revision().publish()
    store.catch_up()
    published = titles("监护")
    page.refresh_from_db()
    page.title = "未审的新标题"
    page.save_revision()
    store.catch_up()
    drafted = titles("未审")
    page.refresh_from_db()
    page.unpublish()
    store.catch_up()

    assert (before, published, drafted, titles("监护")) == ([], ["监护草稿"], [], [])


def test_a_restricted_branch_is_never_found(store, home):
    outer = add(home, "内部资料")
    add(outer, "内部名单")
    store.catch_up()
    before = len(titles("内部"))
    restriction = PageViewRestriction.objects.create(page=outer, restriction_type=PageViewRestriction.LOGIN)
    at_once = (titles("内部"), find(text="内部", language="zh-hans").total)  # before any worker hears of it
    store.catch_up()
    later = titles("内部")
    restriction.delete()
    store.catch_up()

    assert (before, at_once, later, len(titles("内部"))) == (2, ([], 0), [], 2)


def test_a_page_moved_below_a_restricted_one_is_not_found(store, home):
    closed = add(home, "关着")
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    page = add(home, "监护")
    store.catch_up()
    before = titles("监护")
    page.move(closed, pos="last-child")
    store.catch_up()

    assert (before, titles("监护")) == (["监护"], [])


def test_a_changed_page_is_found_by_its_new_words_only(store, home):
    page = add(home, "旧题目")
    store.catch_up()
    page.title = "新标题"
    page.save_revision().publish()
    store.catch_up()

    assert (titles("新标题"), titles("旧题目")) == (["新标题"], [])


def test_a_deleted_page_is_gone(store, home):
    page = add(home, "监护")
    child = add(page, "监护人")
    store.catch_up()
    Page.objects.get(pk=page.pk).delete()
    store.catch_up()

    assert child.pk
    assert find(text="监护", language="zh-hans").total == 0


def test_the_snippet_marks_the_words_and_escapes_the_rest(store, home):
    add(home, "安全", "<b>监护</b>人在外打工")
    store.catch_up()

    snippet = find(text="监护", language="zh-hans").hits[0].snippet

    assert "<mark>监护</mark>人在外打工" in snippet
    assert "<b>" not in snippet


def test_a_hit_opens_at_the_part_that_holds_it(store, home, client):
    page = add(home, "办法", body="第一条讲目的")
    clause = {"type": "section", "id": "5f0c", "value": {"heading": "第十一条", "text": "<p>发现了要强制报告</p>"}}
    page.body = [*page.body.raw_data, clause]
    page.save_revision().publish()
    store.catch_up()

    hit = find(text="强制报告", language="zh-hans").hits[0]
    html = client.get("/search/", {"q": "强制报告"}).content.decode()
    title_only = find(text="办法", language="zh-hans").hits[0]

    assert (hit.anchor, "第十一条" in hit.snippet) == ("5f0c", True)
    assert '#5f0c"' in html
    assert title_only.anchor == ""


def test_results_come_in_pages(store, home):
    for number in range(PAGE_SIZE + 3):
        add(home, f"监护 {number}")
    store.catch_up()

    first, second = (find(text="监护", language="zh-hans", number=number) for number in (1, 2))
    shown = [hit.page.pk for found in (first, second) for hit in found.hits]

    assert (first.total, first.page_count, len(first.hits), len(second.hits)) == (PAGE_SIZE + 3, 2, PAGE_SIZE, 3)
    assert len(set(shown)) == PAGE_SIZE + 3


def test_the_page_is_the_same(store, home, client):
    add(home, "农村留守儿童保护工作指引", "怎样守护")
    store.catch_up()

    html = client.get("/search/", {"q": "守护"}).content.decode()

    assert "农村留守儿童保护工作指引" in html
    assert "<mark>守护</mark>" in html


def test_nothing_found_says_what_to_do(store, home, client):
    html = client.get("/search/", {"q": "没有这个词"}).content.decode()

    assert "没有找到" in html
    assert "看课程目录" in html


def test_a_law_shows_the_clauses_that_hold_the_words_each_with_its_address(store, home):
    law = law_page(
        home,
        {
            "3": ("台账", "乡镇管台账。"),
            "4": ("强制报告", "发现危险马上说。"),
            "11": ("谁要报告", "这叫强制报告，人人都要强制报告。"),
            "12": ("", "没有强制报告的后果。"),
            "13": ("结果", "强制报告以后，告诉报告的人。"),
            "14.2": ("再说一次", "强制报告。"),
        },
    )
    add(home, "说明", "什么是强制报告")
    store.catch_up()

    document, page = sorted(find(text="强制报告", language="zh-hans").hits, key=lambda hit: hit.kind, reverse=True)

    assert (document.page.pk, document.kind, document.anchor, document.snippet) == (law.pk, "policy", "", "")
    assert [(clause.article, clause.anchor) for clause in document.clauses] == [
        ("4", "art-4"),
        ("11", "art-11"),
        ("12", "art-12"),
    ]
    assert document.clauses[0].heading == "<mark>强制报告</mark>"
    assert document.clauses[1].snippet == "这叫<mark>强制报告</mark>，人人都要<mark>强制报告</mark>。"
    assert (document.more, document.more_anchor) == (2, "art-13")
    assert (page.clauses, page.more) == ((), 0)


def test_words_in_different_clauses_find_each_of_them(store, home):
    law_page(home, {"1": ("", "监护人的责任"), "2": ("", "村里建档案"), "3": ("", "报告以后")})
    store.catch_up()

    apart = find(text="档案 监护", language="zh-hans").hits
    with_title = find(text="某意见 报告", language="zh-hans").hits

    assert [[clause.anchor for clause in hit.clauses] for hit in apart] == [["art-1", "art-2"]]
    assert [[clause.anchor for clause in hit.clauses] for hit in with_title] == [["art-3"]]


def test_a_law_found_by_its_title_or_summary_alone_is_a_row_as_any_page(store, home):
    law_page(home, {"1": ("目的", "为了孩子")}, summary="从强制报告说起")
    store.catch_up()

    (by_title,) = find(text="某意见", language="zh-hans").hits
    (by_summary,) = find(text="强制报告", language="zh-hans").hits

    assert (by_title.clauses, by_title.anchor, by_title.snippet) == ((), "", "从强制报告说起")
    assert (by_summary.clauses, by_summary.anchor) == ((), "")
    assert by_summary.snippet == "从<mark>强制报告</mark>说起"
