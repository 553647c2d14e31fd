"""A change of a law goes the way of a page: a draft, three steps, then public. Nobody goes past them."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse
from wagtail.models import Locale, Revision, TaskState
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from config.review import build_review
from config.roles import build_groups
from content.models import Law, LawClause, PolicyIndexPage, PolicyPage, RoleReview
from courses.models import LessonPage
from people.models import Message, RoleGrant, User
from tests.factories.assessments import QuestionFactory
from tests.factories.content import LawClauseFactory, LawFactory, course_with_lessons, home_page
from tests.factories.people import RoleGrantFactory

pytestmark = pytest.mark.django_db
Role = RoleGrant.Role
OLD, NEW = "工作中发现要报告。", "工作中发现，当天就要报告。"
ADDRESS = "/policies/minors/"


@pytest.fixture
def law(settings):
    settings.MFA_REQUIRED_FOR_STAFF = False
    build_groups()
    build_review()
    law = LawFactory(key="未成年人保护法", title_zh="未成年人保护法", title_en="Law on Minors")
    for article, words in (("11", OLD), ("12", "第十二条的大意。"), ("103", "不说出孩子是谁。")):
        LawClauseFactory(law=law, article=article, gist_zh=words, gist_en=f"Article {article}.")
    home = home_page()
    index = home.add_child(instance=PolicyIndexPage(title="法律", slug="policies", locale=home.locale))
    index.add_child(instance=PolicyPage(title="未成年人保护法", slug="minors", law=law, locale=home.locale))
    return law


@pytest.fixture
def desk(client, law):
    """Somebody of a role posts the law's real form, with the clauses as the editor shows them to her."""
    people = {role: RoleGrantFactory(role=role).user for role in (Role.TRAINER, *RoleReview.STEPS, Role.ADMINISTRATOR)}

    def rows(gists, dropped, renamed, added):
        draft = Law.objects.get(pk=law.pk).get_latest_revision_as_object()
        for clause in draft.clauses.all():
            yield {
                "id": clause.pk or "",
                "article": renamed.get(clause.article, clause.article),
                "heading_zh": clause.heading_zh,
                "heading_en": clause.heading_en,
                "gist_zh": gists.get(clause.article, clause.gist_zh),
                "gist_en": clause.gist_en,
                "DELETE": "on" if clause.article in dropped else "",
            }
        for article in added:
            yield {"id": "", "article": article, "gist_zh": f"新的第 {article} 条。", "gist_en": "New.", "DELETE": ""}

    def post(role, action="", gists=None, dropped=(), renamed=None, added=(), **fields):
        client.force_login(people[role])
        typed = list(rows(gists or {}, dropped, renamed or {}, added))
        data = {
            "key": law.key,
            "version_date": "2024-04-26",
            "is_current": "on",
            "title_zh": law.title_zh,
            "title_en": law.title_en,
            "issuers_zh": "",
            "issuers_en": "",
            "document_number": "",
            "issued_date": "",
            "in_force_date": "",
            "source_url": "",
            "review_note": "",
            "clauses": inline_formset(typed, initial=len(typed) - len(added)),
        } | fields
        if action:
            data[action] = "1"
        return client.post(address("edit", law.pk), nested_form_data(data))

    post.people = people
    post.client = client
    return post


def locale(language):
    return Locale.objects.get(language_code=language)


def address(name, *args):
    return reverse(f"wagtailsnippets_content_law:{name}", args=args)


def decide(desk, role, what, comment=""):
    law = Law.objects.get()
    desk.client.force_login(desk.people[role])
    door = address("workflow_action", law.pk, what, law.current_workflow_task_state.pk)
    return desk.client.post(door, {"comment": comment})


def approve_all(desk):
    for role in RoleReview.STEPS:
        decide(desk, role, "approve")


def public(client):
    client.logout()
    return client.get(ADDRESS).content.decode()


def test_the_whole_way(desk, law):
    saved = desk(Role.TRAINER, gists={"11": NEW})
    assert saved.status_code == 302
    assert OLD in public(desk.client)
    assert NEW not in public(desk.client)

    desk(Role.TRAINER, "action-submit")
    decide(desk, Role.REVIEWER, "approve")
    decide(desk, Role.LEGAL, "approve")
    assert OLD in public(desk.client)

    decide(desk, Role.SAFEGUARDING, "approve")

    assert NEW in public(desk.client)
    assert OLD not in public(desk.client)
    said = Message.objects.filter(channel="app").order_by("pk").values_list("kind", flat=True)
    assert list(said) == ["review_wanted", "review_wanted", "review_wanted", "review_passed"]


def test_what_comes_back_is_read_again_by_all(desk, law):
    desk(Role.TRAINER, "action-submit", gists={"11": NEW})
    decide(desk, Role.REVIEWER, "approve")
    decide(desk, Role.LEGAL, "reject", "写明向谁报告")
    assert "写明向谁报告" in Message.objects.get(kind="review_returned", channel="app").body
    desk(Role.TRAINER, "action-submit", gists={"11": NEW + "向公安报告。"})
    decide(desk, Role.LEGAL, "approve")
    decide(desk, Role.REVIEWER, "approve")  # whose yes was to other words
    assert OLD in public(desk.client)

    decide(desk, Role.SAFEGUARDING, "approve")

    assert "向公安报告" in public(desk.client)


def test_a_reviewers_letter_leads_to_the_law(desk, law):
    User.objects.filter(pk=desk.people[Role.REVIEWER].pk).update(email="shen@example.org", language="en")
    desk(Role.TRAINER, "action-submit", gists={"11": NEW})

    letter = Message.objects.get(channel="email")

    assert "Law on Minors" in letter.body, "in her language"
    assert address("edit", law.pk) in letter.body


@pytest.mark.parametrize("role", [Role.TRAINER, *RoleReview.STEPS])
def test_nobody_publishes_past_the_review(desk, law, role):
    desk(role, "action-publish", gists={"11": NEW})
    desk.client.post(address("unpublish", law.pk))

    assert OLD in public(desk.client)


def test_an_administrator_may(desk, law):
    assert desk(Role.ADMINISTRATOR, "action-publish", gists={"11": NEW}).status_code == 302

    assert NEW in public(desk.client)


@pytest.mark.parametrize("role", [Role.TRAINER, Role.LEGAL, Role.SAFEGUARDING, Role.ADMINISTRATOR])
def test_a_step_is_its_roles_alone_and_nobody_writes_meanwhile(desk, law, role):
    desk(Role.TRAINER, "action-submit")

    decide(desk, role, "approve")
    desk(role, gists={"11": NEW})

    assert TaskState.objects.get().status == "in_progress"
    assert Law.objects.get().get_latest_revision_as_object().clauses.get(article="11").gist_zh == OLD


def test_who_writes_at_the_last_step_has_not_published_what_the_others_never_read(desk, law):
    desk(Role.TRAINER, "action-submit")
    decide(desk, Role.REVIEWER, "approve")
    decide(desk, Role.LEGAL, "approve")

    desk(Role.SAFEGUARDING, "action-workflow-action", gists={"11": NEW}, **{"workflow-action-name": "approve"})

    assert OLD in public(desk.client)
    assert Law.objects.get().current_workflow_task.role == Role.REVIEWER


def test_what_is_approved_in_the_editor_as_it_stands_needs_no_second_reading(desk, law):
    desk(Role.TRAINER, gists={"11": NEW}, added=["13"])
    desk(Role.TRAINER, "action-submit", review_note="两行\r\n的话")
    revision = Law.objects.get().latest_revision_id

    for role in RoleReview.STEPS:
        desk(role, "action-workflow-action", review_note="两行\n的话", **{"workflow-action-name": "approve"})

    assert NEW in public(desk.client)
    assert "新的第 13 条" in public(desk.client)
    assert Law.objects.get().live_revision_id == revision


def test_nobody_approves_her_own(desk, law):
    desk(Role.REVIEWER, "action-submit", gists={"11": NEW})

    decide(desk, Role.REVIEWER, "approve")

    assert TaskState.objects.get().status == "in_progress"


@pytest.mark.parametrize("role", [None, Role.STAFF, Role.REGISTRAR, Role.SEAL_KEEPER])
def test_who_has_no_part_in_it_neither_reads_a_draft_nor_writes(desk, law, role, client):
    desk(Role.TRAINER, gists={"11": NEW})
    revision = Law.objects.get().latest_revision_id
    grant = RoleGrantFactory(role=role or Role.STAFF)
    if role is None:
        grant.delete()
    desk.people[role] = grant.user
    client.force_login(grant.user)
    doors = [
        *(address(name, law.pk) for name in ("edit", "history", "workflow_history", "unpublish", "preview_on_edit")),
        address("revisions_view", law.pk, revision),
        address("revisions_revert", law.pk, revision),
        address("revisions_compare", law.pk, "live", revision),
    ]

    seen = [client.get(door) for door in doors]
    desk(role, gists={"11": "改掉了。"})

    assert {answer.status_code for answer in seen} <= {302, 403}
    assert Law.objects.get().latest_revision_id == revision


def test_a_clause_by_itself_is_written_by_nobody(desk, law):
    clause = law.clauses.get(article="11")
    door = reverse("wagtailsnippets_content_lawclause:edit", args=[clause.pk])
    for user in desk.people.values():
        desk.client.force_login(user)
        desk.client.post(door, {"law": law.pk, "article": "11", "gist_zh": NEW})
        desk.client.post(reverse("wagtailsnippets_content_lawclause:delete", args=[clause.pk]))
        desk.client.post(address("delete", law.pk))

    assert LawClause.objects.get(pk=clause.pk).gist_zh == OLD


# ---- what the document says of its review

UNREVIEWED, REVIEWED = "还没有经过法律审核", "2026-11-20 通过了法律审核"


def test_the_page_says_whether_its_words_passed_the_legal_step_and_when(desk, law):
    assert UNREVIEWED in public(desk.client)
    desk(Role.TRAINER, "action-submit", gists={"11": NEW})
    decide(desk, Role.REVIEWER, "approve")
    with time_machine.travel(datetime(2026, 11, 19, 16, 30, tzinfo=UTC), tick=False):  # past midnight in Shanghai
        decide(desk, Role.LEGAL, "approve")
    assert UNREVIEWED in public(desk.client), "what was passed is not public yet"
    decide(desk, Role.SAFEGUARDING, "approve")
    assert REVIEWED in public(desk.client)

    desk(Role.TRAINER, gists={"11": OLD})
    assert REVIEWED in public(desk.client), "a draft is not what is public"
    desk(Role.ADMINISTRATOR, "action-publish", gists={"11": "没有人审过的话。"})
    assert UNREVIEWED in public(desk.client)


def test_a_review_without_a_legal_step_is_none(desk, law):
    RoleReview.objects.filter(role=Role.LEGAL).update(active=False)
    desk(Role.TRAINER, "action-submit", gists={"11": NEW})
    decide(desk, Role.REVIEWER, "approve")
    decide(desk, Role.SAFEGUARDING, "approve")

    page = public(desk.client)

    assert NEW in page
    assert UNREVIEWED in page


def test_what_is_still_to_be_checked_is_for_the_desk_alone(desk, law):
    desk(Role.ADMINISTRATOR, "action-publish", review_note="请律师看第十一条")

    assert "请律师看第十一条" not in public(desk.client)
    desk.client.force_login(desk.people[Role.LEGAL])
    assert "请律师看第十一条" in desk.client.get(address("edit", law.pk)).content.decode()


# ---- rows that lessons cite


def cited(law, article="11"):
    course_with_lessons(lessons=1)
    lesson = LessonPage.objects.get()
    lesson.laws.add(law.clauses.get(article=article))
    return lesson


def test_clauses_stay_the_rows_that_lessons_cite(desk, law):
    lesson = cited(law)
    before = dict(law.clauses.values_list("article", "pk"))
    desk(Role.TRAINER, gists={"11": NEW}, added=["13"])
    desk(Role.TRAINER, "action-submit", dropped=["12"], renamed={"103": "104"})
    approve_all(desk)

    after = dict(law.clauses.values_list("article", "pk"))
    assert list(after) == ["11", "13", "104"]
    assert (after["11"], after["104"]) == (before["11"], before["103"])
    assert list(lesson.laws.all()) == [LawClause.get_by_citation("未成年人保护法@2024-04-26:11")]
    assert lesson.title in public(desk.client)


def test_what_an_old_draft_brings_back_is_the_row_of_its_article(desk, law):
    """A new clause has no row in its draft; published, cited and brought back from history it has one all the same."""
    desk(Role.TRAINER, added=["13"])
    old = Law.objects.get().latest_revision
    old.publish()
    lesson = cited(law, "13")

    old.publish()
    Law.objects.get().save_revision().publish()

    assert list(lesson.laws.all()) == [law.clauses.get(article="13")]


def test_who_brings_an_old_version_back_brings_back_a_draft(desk, law):
    desk(Role.ADMINISTRATOR, "action-publish", gists={"12": "改过的第十二条。"})
    old = Law.objects.get().latest_revision_id
    desk(Role.ADMINISTRATOR, "action-publish", dropped=["12"])
    desk.client.force_login(desk.people[Role.TRAINER])
    door = address("revisions_revert", law.pk, old)
    assert desk.client.get(door).status_code == 200

    brought = Revision.objects.get(pk=old).as_object().clauses.all()
    typed = [{"id": c.pk or "", "article": c.article, "gist_zh": c.gist_zh, "gist_en": ""} for c in brought]
    data = {
        "key": law.key,
        "version_date": "2024-04-26",
        "title_zh": law.title_zh,
        "title_en": law.title_en,
        "clauses": inline_formset(typed, initial=3),
        "action-publish": "1",
    }
    assert desk.client.post(door, nested_form_data(data)).status_code == 302
    assert "改过的第十二条" not in public(desk.client)
    assert [c.article for c in Law.objects.get().get_latest_revision_as_object().clauses.all()] == ["11", "12", "103"]


def test_two_articles_that_change_places_collide_with_nothing(desk, law):
    assert desk(Role.ADMINISTRATOR, "action-publish", renamed={"11": "12", "12": "11"}).status_code == 302

    assert law.clauses.get(article="12").gist_zh == OLD


def test_one_article_twice_is_refused_in_the_form(desk, law):
    assert desk(Role.TRAINER, added=["11"]).status_code == 200
    assert desk(Role.ADMINISTRATOR, "action-publish", added=["11"]).status_code == 200


def test_what_two_wrote_unseen_by_each_other_is_refused(desk, law):
    """The second one's page was opened before the first one's article was public: it does not post that one."""
    LawClauseFactory(law=law, article="13")
    seen = law.clauses.exclude(article="13")
    typed = [{"id": c.pk, "article": c.article, "gist_zh": c.gist_zh, "gist_en": ""} for c in seen]
    typed.append({"id": "", "article": "13", "gist_zh": "新的。", "gist_en": ""})
    data = {
        "key": law.key,
        "version_date": "2024-04-26",
        "title_zh": law.title_zh,
        "title_en": law.title_en,
        "clauses": inline_formset(typed, initial=3),
    }
    desk.client.force_login(desk.people[Role.TRAINER])

    refused = desk.client.post(address("edit", law.pk), nested_form_data(data))

    assert refused.status_code == 200
    assert "这一条写了两遍" in refused.content.decode()


@pytest.mark.parametrize("how", [{"dropped": ["11"]}, {"renamed": {"11": "14"}}])
def test_a_clause_that_is_cited_does_not_go_and_the_form_names_who_cites_it(desk, law, how):
    cited(law)
    QuestionFactory(code="C04-Q7")

    refused = desk(Role.TRAINER, "action-submit", **how).content.decode()
    desk(Role.TRAINER, **how)
    kept = desk.client.get(address("edit", law.pk)).content.decode()

    for page in (refused, kept):
        assert "第十一条" in page
        assert "C04 第 1 课" in page
        assert "题目 C04-Q7" in page
        assert "还有人引用" in page
    assert not TaskState.objects.exists()


def test_a_version_that_is_cited_keeps_its_name(desk, law):
    QuestionFactory(code="C04-Q7")

    refused = desk(Role.ADMINISTRATOR, "action-publish", version_date="2027-01-01").content.decode()

    assert "C04-Q7" in refused
    assert str(Law.objects.get().version_date) == "2024-04-26"


def test_what_came_to_be_cited_meanwhile_is_not_approved_away(desk, law):
    desk(Role.TRAINER, "action-submit", dropped=["11"])
    cited(law)

    decide(desk, Role.REVIEWER, "approve")

    assert TaskState.objects.get().status == "in_progress"


def test_what_tells_who_a_child_is_stays_a_draft(desk, law):
    refused = desk(Role.TRAINER, "action-submit", gists={"12": "打13800138000"})

    assert refused.status_code == 200
    assert "第十二条" in refused.content.decode()
    assert not TaskState.objects.exists()


# ---- a law that never was public


def test_a_new_law_is_seen_by_nobody_until_it_is_through(desk, law):
    Law.objects.filter(pk=law.pk).update(live=False, has_unpublished_changes=True)
    desk(Role.TRAINER, gists={"11": NEW})  # nothing public stands beside it, so the row itself is written

    page, index = public(desk.client), desk.client.get("/policies/").content.decode()
    assert "条文还没有登记" in page
    assert NEW not in page
    assert "minors" not in index
    assert PolicyPage.objects.get().get_passages() == []

    desk(Role.TRAINER, "action-submit")
    approve_all(desk)

    assert NEW in public(desk.client)
    assert "minors" in desk.client.get("/policies/").content.decode()


def test_search_finds_what_is_public_and_no_draft(desk, law):
    def found(word):
        page = desk.client.get("/search/", {"q": word}).content.decode()
        return "/policies/minors/#art-11" in page, "没有找到" in page

    desk(Role.TRAINER, gists={"11": "写进蓝萤石。"})
    assert found("蓝萤石") == (False, True)
    desk(Role.TRAINER, "action-submit", dropped=["12"])
    approve_all(desk)

    assert found("蓝萤石") == (True, False)
    assert found("第十二条的大意") == (False, True)


def test_a_law_is_begun_as_a_draft_and_what_is_wrong_with_it_is_said(desk, law):
    desk.client.force_login(desk.people[Role.TRAINER])
    begun = {
        "key": "家庭教育促进法",
        "version_date": "2022-01-01",
        "is_current": "on",
        "title_zh": "家庭教育促进法",
        "title_en": "Law on Family Education",
        "clauses": inline_formset([{"article": "14", "gist_zh": "父母要教。", "gist_en": "Parents teach."}]),
        "action-submit": "1",
    }

    def post(**changed):
        return desk.client.post(address("add"), nested_form_data(begun | changed)).status_code

    assert post(version_date="") == 200
    assert post(key=law.key, version_date="2024-04-26") == 200
    assert post(clauses={}) == 200
    assert post() == 302
    new = Law.objects.get(key="家庭教育促进法")
    assert (new.live, new.current_workflow_task.role) == (False, Role.REVIEWER)
    chooser = desk.client.get(reverse("wagtailsnippetchoosers_content_lawclause:choose")).json()["html"]
    assert "未成年人保护法@2024-04-26:11" in chooser
    assert "家庭教育促进法" not in chooser


# ---- what the desk shows


def test_a_preview_is_the_document_with_the_drafts_words(desk, law):
    desk(Role.TRAINER, gists={"11": NEW}, added=["13"])
    revision = Law.objects.get().latest_revision_id
    page = desk.client.get(address("revisions_view", law.pk, revision)).content.decode()

    english = home_page("en").add_child(instance=PolicyIndexPage(title="Laws", slug="policies", locale=locale("en")))
    english.add_child(instance=PolicyPage(title="Law on Minors", slug="minors", law=law, locale=locale("en")))
    in_english = desk.client.get(address("revisions_view", law.pk, revision) + "?mode=en").content.decode()

    assert "Article 13" in in_english
    assert NEW not in in_english
    assert NEW in page
    assert 'id="art-13"' in page
    assert page.index('id="art-13"') < page.index('id="art-103"')


def test_a_preview_that_there_is_none_of_is_not_found(desk, law):
    desk(Role.TRAINER, "action-submit", gists={"11": NEW})
    revision = Law.objects.get().latest_revision_id
    door = address("revisions_view", law.pk, revision)

    assert desk.client.get(door + "?mode=fr").status_code == 404
    PolicyPage.objects.get().delete()
    assert desk.client.get(door).status_code == 404
    assert desk.client.get(address("preview_on_edit", law.pk)).status_code < 500
    assert desk.client.get(address("history", law.pk)).status_code == 200
    desk.client.force_login(desk.people[Role.REVIEWER])
    assert desk.client.get(address("edit", law.pk)).status_code == 200


def test_history_and_comparison_name_what_changed(desk, law):
    desk(Role.TRAINER, gists={"11": NEW})
    revision = Law.objects.get().latest_revision_id

    assert desk.client.get(address("history", law.pk)).status_code == 200
    compared = desk.client.get(address("revisions_compare", law.pk, "live", revision)).content.decode()
    assert "当天就" in compared


def test_what_waits_stands_behind_the_menu(desk, law):
    desk(Role.TRAINER, "action-submit", gists={"11": NEW})
    desk.client.force_login(desk.people[Role.REVIEWER])

    page = desk.client.get(reverse("wagtailadmin_reports:workflow_tasks") + "?reviewable=true").content.decode()

    assert law.title in page
