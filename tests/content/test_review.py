"""Content, law, children's safety: each step asks its role, and nothing is published past them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, TaskState
from wagtail.users.models import UserProfile

from config.tasks import publish_what_is_scheduled
from content.models import InfoPage, RoleReview
from courses.models import LessonPage
from people.models import Message, RoleGrant, User
from people.services import end_role
from tests.content.editor_desk import SENTENCE, decide
from tests.factories.content import home_page
from tests.factories.people import RoleGrantFactory

pytestmark = pytest.mark.django_db
Role = RoleGrant.Role


@pytest.fixture
def desk(editor):
    return editor


def live_words(lesson):
    return str(LessonPage.objects.get(pk=lesson.pk).body)


def test_the_whole_way(desk, lesson):
    assert desk(Role.TRAINER, action_submit="1").status_code == 302
    decide(desk, Role.REVIEWER, "approve")
    decide(desk, Role.LEGAL, "approve")
    decide(desk, Role.SAFEGUARDING, "reject", "再写清楚一点")
    assert SENTENCE not in live_words(lesson)
    assert TaskState.objects.get(status="rejected").comment == "再写清楚一点"
    assert desk(Role.TRAINER, words=SENTENCE + "现在就说。", action_submit="1").status_code == 302
    decide(desk, Role.SAFEGUARDING, "approve")
    assert SENTENCE not in live_words(lesson), "content and law read other words"
    decide(desk, Role.REVIEWER, "approve")
    decide(desk, Role.LEGAL, "approve")

    said = list(TaskState.objects.order_by("pk").values_list("task__name", "status", "revision_id"))
    assert SENTENCE + "现在就说。" in live_words(lesson), said


@pytest.mark.parametrize("role", [Role.TRAINER, Role.LEGAL, Role.SAFEGUARDING])
def test_a_step_is_its_roles_alone(desk, lesson, role):
    desk(Role.TRAINER, action_submit="1")

    decide(desk, role, "approve")

    assert TaskState.objects.get().status == "in_progress"


def test_an_ended_grant_has_no_say(desk, lesson):
    desk(Role.TRAINER, action_submit="1")
    grant = RoleGrant.objects.get(role=Role.REVIEWER)
    end_role(grant=grant, to_date=timezone.localdate(), ended_by=None)

    decide(desk, Role.REVIEWER, "approve")

    assert TaskState.objects.get().status == "in_progress"


def test_nobody_approves_her_own(desk, lesson):
    desk(Role.REVIEWER, action_submit="1")

    decide(desk, Role.REVIEWER, "approve")

    assert TaskState.objects.get().status == "in_progress"


@pytest.mark.parametrize("role", [Role.TRAINER, *RoleReview.STEPS])
def test_nobody_publishes_past_the_review(desk, lesson, role):
    desk(role, action_publish="1")

    assert SENTENCE not in live_words(lesson)


def test_an_administrator_may(desk, lesson):
    assert desk(Role.ADMINISTRATOR, action_publish="1").status_code == 302

    assert SENTENCE in live_words(lesson)


@pytest.mark.parametrize("words", ["身份证11010519491231002X", "打13800138000", "石岭村小学的学生李小明没来"])
def test_what_tells_who_a_child_is_stays_a_draft_and_says_where(desk, lesson, words):
    refused = desk(Role.TRAINER, words=words, action_submit="1")
    saved = desk(Role.TRAINER, words=words)
    again = desk.client.get(saved.headers["Location"]).content.decode()

    assert refused.status_code == 200
    assert "正文第 1 块" in refused.content.decode()
    assert not TaskState.objects.exists()
    assert saved.status_code == 302
    assert "不改不能发布" in again
    assert "正文第 1 块，要点" in again


def test_a_step_cannot_approve_what_came_in_another_way(desk, lesson):
    desk(Role.TRAINER, words="打13800138000")
    lesson.refresh_from_db()
    lesson.get_workflow().start(lesson, desk.people[Role.TRAINER])

    decide(desk, Role.REVIEWER, "approve")

    assert TaskState.objects.get().status == "in_progress"


def test_what_waits_for_whom_stands_behind_the_menu(desk, lesson):
    desk(Role.TRAINER, action_submit="1")
    there = {}
    for role in (Role.REVIEWER, Role.LEGAL):
        desk.client.force_login(desk.people[role])
        page = desk.client.get(reverse("wagtailadmin_reports:workflow_tasks") + "?reviewable=true")
        there[role] = (page.status_code, lesson.title in page.content.decode())

    assert there == {Role.REVIEWER: (200, True), Role.LEGAL: (200, False)}


def test_a_scheduled_page_is_published_by_the_sweep(desk, lesson):
    now = timezone.now()
    lesson.go_live_at = now + timedelta(days=1)
    lesson.summary = SENTENCE
    lesson.save_revision().publish()
    lesson.refresh_from_db()
    assert lesson.summary != SENTENCE
    revision = lesson.scheduled_revision
    revision.approved_go_live_at = now - timedelta(minutes=1)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()  # as if the day had come
    revision.save()

    publish_what_is_scheduled()

    lesson.refresh_from_db()
    assert lesson.summary == SENTENCE


# ---- who is told


def told(kind=""):
    rows = Message.objects.filter(kind__startswith="review_", **({"kind": kind} if kind else {})).order_by("pk")
    return [(row.user.name, row.kind, row.channel) for row in rows.select_related("user")]


@pytest.fixture
def named(desk):
    for role, user in desk.people.items():
        user.name = str(RoleGrant.Role(role).label)
        user.email = f"{role}@example.org"
        user.save()
    return desk


def test_each_step_tells_its_own_people_once_and_the_end_tells_the_author(named, lesson, mailoutbox):
    named(Role.TRAINER, action_submit="1")
    assert told() == [("审核人", "review_wanted", "app"), ("审核人", "review_wanted", "email")]
    for role in RoleReview.STEPS:
        decide(named, role, "approve")

    whom = [(name, kind) for name, kind, channel in told() if channel == "app"]
    assert whom == [
        ("审核人", "review_wanted"),
        ("法律审核人", "review_wanted"),
        ("儿童安全审核人", "review_wanted"),
        ("培训师", "review_passed"),
    ]
    assert [one.subject for one in mailoutbox] == []  # nothing leaves inside the request, Wagtail's own letters neither


def test_who_must_mend_reads_what_and_from_whom_and_finds_the_way(named, lesson, client):
    named(Role.TRAINER, action_submit="1")
    decide(named, Role.REVIEWER, "reject", "第 2 段写具体一点")

    assert told("review_returned") == [("培训师", "review_returned", "app"), ("培训师", "review_returned", "email")]
    mail = Message.objects.get(kind="review_returned", channel="email")
    assert "第 2 段写具体一点" in mail.body
    assert "审核人" in mail.body
    assert f"/admin/pages/{lesson.pk}/edit/" in mail.body
    client.force_login(named.people[Role.TRAINER])
    inbox = client.get(reverse("account_messages")).content.decode()
    assert "第 2 段写具体一点" in inbox
    assert client.get(reverse("wagtailadmin_home")).status_code == 200


def test_a_page_of_a_later_day_is_not_said_to_be_published(named, lesson):
    later = timezone.now() + timedelta(days=3)
    named(Role.TRAINER, action_submit="1", go_live_at=f"{timezone.localtime(later):%Y-%m-%d %H:%M}")
    for role in RoleReview.STEPS:
        decide(named, role, "approve")

    said = Message.objects.get(kind="review_passed", channel="app")
    assert SENTENCE not in live_words(lesson)
    assert f"{timezone.localtime(later):%Y-%m-%d %H:%M} 自动发布" in said.body
    assert "已经发布" not in said.body + said.subject


def test_what_reviewers_wrote_with_their_yes_reaches_the_author(named, lesson):
    named(Role.TRAINER, action_submit="1")
    for role, words in zip(RoleReview.STEPS, ("写得清楚", "", "下次配一张图"), strict=True):
        decide(named, role, "approve", words)

    assert "写得清楚；下次配一张图" in Message.objects.get(kind="review_passed", channel="app").body


def test_a_cancelled_review_is_told(named, lesson):
    named(Role.TRAINER, action_submit="1")
    named(Role.REVIEWER, action_cancel_workflow="1")

    assert told("review_cancelled") == [("培训师", "review_cancelled", "app"), ("培训师", "review_cancelled", "email")]
    assert "再提交一次" in Message.objects.get(kind="review_cancelled", channel="app").body
    assert told("review_passed") == []


def test_nobody_is_asked_to_review_her_own_and_an_ended_grant_is_not_asked(named, lesson):
    end_role(grant=RoleGrant.objects.get(role=Role.LEGAL), to_date=timezone.localdate(), ended_by=None)
    named(Role.REVIEWER, action_submit="1")
    second = RoleGrantFactory(role=Role.REVIEWER).user
    assert told() == []
    named.people[Role.REVIEWER] = second
    decide(named, Role.REVIEWER, "approve")

    assert told() == []  # the step of the law has nobody today


def test_a_message_speaks_its_reader_s_language(named, lesson):
    User.objects.filter(pk=named.people[Role.REVIEWER].pk).update(language="en")
    named(Role.TRAINER, action_submit="1")

    assert Message.objects.get(kind="review_wanted", channel="app").body.startswith("“")


# ---- where what was said leads


def led(named, role) -> list[str]:
    """The addresses on her list of messages, as they lead now, the newest first."""
    named.client.force_login(named.people[role])
    listed = named.client.get(reverse("account_messages")).content.decode()
    return re.findall(r'<a class="line" href="([^"]*)">去看看', listed)


def test_a_message_opens_the_editor_of_what_it_speaks_of(named, lesson):
    editor = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    named(Role.TRAINER, action_submit="1")
    decide(named, Role.REVIEWER, "reject", "再改改")

    assert led(named, Role.REVIEWER) == led(named, Role.TRAINER) == [editor]
    assert named.client.get(editor).status_code == 200
    named(Role.TRAINER, action_submit="1")
    for role in RoleReview.STEPS:
        decide(named, role, "approve")
    # published, and yet a lesson is read by who is enrolled: the editor is hers
    assert led(named, Role.TRAINER) == [editor, editor]


def test_a_page_for_everybody_opens_itself_once_all_of_it_is_public(named):
    page = home_page().add_child(
        instance=InfoPage(title="新的说明", slug="news", locale=home_page().locale, live=False)
    )
    page.save_revision()
    editor = reverse("wagtailadmin_pages:edit", args=[page.pk])
    page.get_workflow().start(page, named.people[Role.TRAINER])
    assert led(named, Role.REVIEWER) == [editor]

    for role in RoleReview.STEPS:
        page.refresh_from_db()
        state = page.current_workflow_task_state
        named.client.force_login(named.people[role])
        address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
        named.client.post(address, {"comment": ""})
    page.refresh_from_db()

    assert led(named, Role.TRAINER) == led(named, Role.REVIEWER) == [page.url]
    assert named.client.get(page.url).status_code == 200
    page.title = "又改了"
    page.save_revision()  # a draft waits: the editor again, but for who works there no longer
    end_role(grant=RoleGrant.objects.get(role=Role.REVIEWER), to_date=timezone.localdate(), ended_by=None)
    assert led(named, Role.TRAINER) == [editor]
    assert led(named, Role.REVIEWER) == [page.url]


def test_of_a_deleted_page_the_words_stay_without_a_link(named, lesson):
    named(Role.TRAINER, action_submit="1")
    decide(named, Role.REVIEWER, "reject", "再改改")
    page = home_page().add_child(instance=InfoPage(title="要删的说明", slug="gone", locale=home_page().locale))
    page.save_revision()
    page.get_workflow().start(page, named.people[Role.TRAINER])

    Page.objects.get(pk=page.pk).delete()

    assert led(named, Role.REVIEWER) == [reverse("wagtailadmin_pages:edit", args=[lesson.pk])]
    assert "要删的说明" in named.client.get(reverse("account_messages")).content.decode()


def test_who_holds_no_role_any_more_is_led_to_no_desk(named, lesson):
    named(Role.TRAINER, action_submit="1")
    end_role(grant=RoleGrant.objects.get(role=Role.REVIEWER), to_date=timezone.localdate(), ended_by=None)

    assert led(named, Role.REVIEWER) == []


def test_many_messages_ask_as_few_questions_as_one(named, lesson):
    def questions() -> int:
        led(named, Role.REVIEWER)
        with CaptureQueriesContext(connection) as asked:
            led(named, Role.REVIEWER)
        return len(asked)

    def hand_in(number):
        words = {"title": f"说明{number}", "slug": f"many-{number}", "locale": home_page().locale}
        page = home_page().add_child(instance=InfoPage(**words))
        page.save_revision()
        page.get_workflow().start(page, named.people[Role.TRAINER])

    hand_in(0)
    few = questions()
    for number in range(1, 4):
        hand_in(number)

    assert questions() == few
    assert len(led(named, Role.REVIEWER)) == 4


def test_the_menu_leads_each_reader_on_in_her_own_language(client):
    """The items are one for everybody: who came first must not leave her language in them."""
    trainer = RoleGrantFactory(role=Role.TRAINER).user
    client.force_login(trainer)

    for language, front in (("en", "/en"), ("zh-hans", ""), ("en", "/en")):
        UserProfile.objects.update_or_create(user=trainer, defaults={"preferred_language": language})
        page = client.get("/admin/disputes/").text

        assert f'"{front}/help/trainer/"' in page
        assert f'"{front}/desk/cohorts/"' in page
        assert '"/admin/figures/"' in page
        assert '"/admin/disputes/"' in page
        assert '"/admin/reports/workflow_tasks/?reviewable=true"' in page
