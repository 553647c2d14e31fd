"""Laws and policies as documents: a clause has an address, says where it is taught, and is found by its words."""

from datetime import UTC, datetime

import pytest
from wagtail.models import PageViewRestriction

from content.models import Law, LawClause, PolicyIndexPage, PolicyPage
from content.models.law import article_order
from courses.models import LessonPage
from search.service import find

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ADDRESS = "/policies/minors-protection-law/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def content(planted):
    return planted


def test_who_looks_for_mandatory_reporting_opens_the_clause_and_the_lesson_that_teaches_it(client, content):
    page = client.get("/search/?q=强制报告&kind=policy").content.decode()
    assert "/policies/state-council-2016-13/#art-p4-1" in page

    document = client.get("/policies/state-council-2016-13/").content.decode()
    assert 'id="art-p4-1"' in document
    assert "第四部分（一） 强制报告" in document
    law = client.get(ADDRESS).content.decode()
    clause = law.split('id="art-11-2"')[1].split("</section>")[0]
    lesson = LessonPage.objects.filter(laws__article="11.2", locale__language_code="zh-hans").first()
    assert f'href="{lesson.get_url()}"' in clause
    assert "第十一条第二款" in clause


def test_the_english_document_is_english_and_leads_to_english_lessons(client, content):
    document = client.get("/en/policies/guidance-2017/").content.decode()

    task = document.split('id="art-t1-3"')[1].split("</section>")[0]
    assert "Notice and report harm" in task
    assert "/en/courses/c04/" in task
    assert "Ministries of Civil Affairs" in document


def test_every_task_of_the_guidance_is_a_clause_and_is_taught_where_lessons_name_it(content):
    from content.models import GuidanceTask

    clauses = LawClause.objects.filter(law__key="2017年五部门意见")
    assert set(GuidanceTask.objects.values_list("code", flat=True)) <= set(clauses.values_list("article", flat=True))
    for lesson in LessonPage.objects.all():
        named = {code for code in lesson.guidance.replace(" ", "").split(",") if code}
        assert named == set(lesson.laws.filter(law__key="2017年五部门意见").values_list("article", flat=True))


def test_a_lessons_excerpt_leads_to_the_clause(content):
    lesson = LessonPage.objects.get(number=1, locale__language_code="zh-hans", guidance="T1.3")
    (first, *_rest) = [block for block in lesson.body if block.block_type == "law"]

    assert f'<a href="/policies/minors-protection-law/#{first.value["clause"].anchor}">' in first.render()


def test_clauses_stand_in_the_order_of_their_numbers():
    articles = ["103", "11", "11.2", "T1.1", "P1", "B1", "p4.1", "p3.1", "附则"]

    assert sorted(articles, key=article_order) == ["11", "11.2", "103", "p3.1", "p4.1", "P1", "T1.1", "B1", "附则"]


def test_what_is_not_published_or_is_closed_is_not_found(content):
    page = PolicyPage.objects.get(slug="guidance-2017", locale__language_code="zh-hans")

    def found():
        return {hit.page.pk for hit in find(text="乡镇站点", language="zh-hans", kind="policy").hits}

    assert page.pk in found()
    restriction = PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert page.pk not in found()
    restriction.delete()
    page.unpublish()
    assert page.pk not in found()


def test_a_changed_clause_is_found_by_its_new_words_at_once(content):
    clause = LawClause.objects.get(law__key="未成年人保护法", article="43")
    clause.gist_zh = "这里写进一个谁也没用过的词：蓝萤石"
    clause.save()

    (hit,) = find(text="蓝萤石", language="zh-hans").hits
    assert (hit.kind, [clause.anchor for clause in hit.clauses]) == ("policy", ["art-43"])


def test_a_lesson_is_found_by_the_title_of_the_law_it_cites(content):
    hits = find(text="反家庭暴力法", language="zh-hans", kind="lesson").hits

    assert hits


def test_the_register_has_the_guidance_and_at_least_five_laws(content):
    assert Law.objects.count() >= 6
    for law in Law.objects.all():
        assert law.issuers_zh
        assert law.issuers_en
        assert law.issued_date
        assert law.review_note
        assert law.pages.count() == 2
        for clause in law.clauses.all():
            assert clause.gist_zh
            assert clause.gist_en


def test_the_foot_leads_to_the_documents_in_both_languages(client, content):
    for prefix in ("", "/en"):
        page = client.get(f"{prefix}/laws/", follow=True)
        assert page.redirect_chain[-1][0].endswith(f"{prefix}/policies/")
        assert page.content.decode().count("/policies/") >= 7
        assert f'href="{prefix}/laws/"' in client.get(f"{prefix}/about/").content.decode()


def test_before_anything_is_planted_the_foot_leads_home(client, db):
    assert client.get("/laws/").status_code == 302


def test_an_index_that_is_itself_called_laws_is_shown_and_its_documents_are_found_below_it(client, content):
    for index in PolicyIndexPage.objects.all():
        index.slug = "laws"
        index.save_revision().publish()

    for prefix in ("", "/en"):
        page = client.get(f"{prefix}/laws/")
        assert page.status_code == 200
        assert f'href="{prefix}/laws/minors-protection-law/"' in page.content.decode()
        assert client.get(f"{prefix}/laws/minors-protection-law/").status_code == 200


def test_an_index_called_laws_that_is_closed_asks_who_is_there(client, content):
    index = PolicyIndexPage.objects.get(locale__language_code="zh-hans")
    index.slug = "laws"
    index.save_revision().publish()
    PageViewRestriction.objects.create(page=index, restriction_type="login")

    assert "login" in client.get("/laws/").url
