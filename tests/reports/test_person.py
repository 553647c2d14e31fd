"""One learner for her officer, through the door: everything of hers, and nobody else's people."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certificates.models import Certificate
from courses.models import Allocation, Standing
from courses.services import allocate, close_enrolment, enrol_learner, finish_lesson
from people.models import AuditEntry, Membership
from people.scope import Scope
from reports.person import learner as learner_page
from reports.reminding import remind
from tests.factories.courses import CourseFactory, CourseReleaseFactory, ProgrammeFactory
from tests.factories.people import MembershipFactory, UserFactory
from tests.factories.reports import Country
from tests.reports.test_pages import officer, text

pytestmark = pytest.mark.django_db
State = Standing.State


@pytest.fixture
def country():
    return Country()


def finish(enrolment, count=None):
    for lesson in enrolment.release.lessons[:count]:
        finish_lesson(
            enrolment=enrolment,
            lesson_key=uuid.UUID(lesson["key"]),
            event_uuid=uuid.uuid4(),
            recorded_at=timezone.now(),
        )


@pytest.fixture
def somebody(country):
    """In post at 青禾1镇, moved there from 青禾2镇; one course done and certified, one begun."""
    user = UserFactory(name="田春梅", phone="13912345678", email="chunmei@example.org")
    MembershipFactory(
        user=user,
        organisation=country.stations[1],
        village="旧村",
        ended_date=timezone.localdate() - timedelta(days=90),
    )
    MembershipFactory(
        user=user,
        organisation=country.stations[0],
        village="桐树村",
        started_date=timezone.localdate() - timedelta(days=90),
    )
    done, begun = CourseReleaseFactory(course__code="C04").course, CourseReleaseFactory(course__code="C05").course
    now = timezone.now()
    allocate(learner=user, programme=ProgrammeFactory(code="P1", title_zh="只要一门", courses=[done]), allocated_at=now)
    allocate(
        learner=user,
        programme=ProgrammeFactory(code="P2", title_zh="上岗必修", courses=[done, begun, CourseFactory(code="C99")]),
        allocated_at=now,
    )
    finish(enrol_learner(learner=user, course=done, enrolled_at=now))
    finish(enrol_learner(learner=user, course=begun, enrolled_at=now), 1)
    return user


def page_of(client, user):
    return client.get(reverse("reports:person", args=[user.uuid]))


def test_the_officer_sees_all_of_it_on_one_page(client, country, somebody):
    officer(client, country.county)

    shown = text(page_of(client, somebody))

    for part in (
        "田春梅",
        "139****5678",
        "儿童主任 · 青禾1镇社工站 · 桐树村",
        "旧村",  # where she was before
        "只要一门",
        "有效",
        "上岗必修",
        "C05 还差 2 课",
        "还差什么，逐条看",
        "学完 3 课，共 3 课",
        "学完 1 课，共 3 课",
        "还没有提醒过",
        Certificate.objects.get().number,
    ):
        assert part in shown, part
    assert "13912345678" not in shown
    assert "chunmei@example.org" not in shown
    assert reverse("issue_slip", args=[somebody.uuid]) in page_of(client, somebody).content.decode()


def test_the_list_leads_to_her(client, country):
    standing = country.person(country.stations[0], name="龙小兰")
    officer(client, country.county)

    listed = client.get(reverse("reports:people")).content.decode()

    assert f'<a href="{reverse("reports:person", args=[standing.user.uuid])}">龙小兰</a>' in listed


def test_why_is_the_learners_own_page(client, country, somebody):
    officer(client, country.county)
    allocation = Allocation.objects.get(learner=somebody, programme__code="P2")

    shown = client.get(reverse("reports:why", args=[somebody.uuid, allocation.uuid]))

    assert "3 项要求，达到 1 项" in text(shown)
    assert "课程还在筹备" in text(shown)
    assert "还差 2 课" in text(shown)
    assert "/courses/c05/" not in shown.content.decode()  # her next step is hers to take


def test_an_allocation_of_somebody_else_is_not_hers(client, country, somebody):
    officer(client, country.county)
    other = country.person(country.stations[0])

    assert client.get(reverse("reports:why", args=[somebody.uuid, other.allocation.uuid])).status_code == 404


@pytest.mark.parametrize(
    ("place", "may"),
    [("county", True), ("province", True), ("town", True), ("beside", False), ("other", False), ("next_town", False)],
)
def test_who_may_see_her(client, country, somebody, place, may):
    region = {
        "county": country.county,
        "province": country.province,
        "town": country.towns[0],
        "beside": country.beside,
        "other": country.other_province,
        "next_town": country.towns[1],  # she was there, and is no more
    }[place]
    officer(client, region)
    allocation = Allocation.objects.get(learner=somebody, programme__code="P2")

    answers = [
        page_of(client, somebody),
        client.get(reverse("reports:why", args=[somebody.uuid, allocation.uuid])),
        client.post(reverse("reports:assign", args=[somebody.uuid]), {"programme": "P1"}),
    ]

    assert [a.status_code for a in answers] == ([200, 200, 302] if may else [404, 404, 404])
    for answer in answers:
        assert may or "田春梅" not in answer.content.decode()


def test_an_officer_of_an_organisation_sees_the_people_of_its_posts(client, country, somebody):
    officer(client, organisations=[country.stations[0]])
    assert page_of(client, somebody).status_code == 200

    officer(client, organisations=[country.station_beside])
    assert page_of(client, somebody).status_code == 404


def test_somebody_without_anything_has_a_page_that_says_what_to_do(client, country):
    user = MembershipFactory(organisation=country.stations[0], user__name="石玉珍", user__phone=None).user
    officer(client, country.county)

    shown = text(page_of(client, user))

    for part in (
        "还没有安排证书项目。在下面安排一个",
        "还没有报名任何课程",
        "还没有证书",
        "还没有提醒过",
        "没有登记",
        "从未登录",
    ):
        assert part in shown


def test_she_is_set_on_a_programme_once_by_name_of_the_officer(client, country):
    user = MembershipFactory(organisation=country.stations[0]).user
    me = officer(client, country.county)
    address = reverse("reports:assign", args=[user.uuid])

    first = client.post(address, {"programme": country.programme.code}, follow=True)
    client.post(address, {"programme": country.programme.code})
    unknown = client.post(address, {"programme": "nobody"})

    assert "安排好了：看见、记录、报告" in text(first)
    allocation = Allocation.objects.get(learner=user)
    assert (allocation.allocated_by, unknown.status_code) == (me, 404)
    assert Standing.objects.get(user=user).state == State.NOT_STARTED


def test_without_a_post_inside_she_is_seen_where_she_is_counted_and_not_set_on_anything(client, country, somebody):
    Membership.objects.filter(user=somebody, ended_date=None).update(ended_date=timezone.localdate())
    officer(client, country.county)

    shown = page_of(client, somebody)

    assert "今天没有在岗登记" in text(shown)
    assert "补登录条" not in text(shown)
    answer = client.post(reverse("reports:assign", args=[somebody.uuid]), {"programme": country.programme.code})
    assert answer.status_code == 404


def test_reminders_and_whether_she_read_them_stand_there(client, country, somebody):
    me = officer(client, country.county)
    standing = Standing.objects.select_related("user", "programme").get(user=somebody, programme__code="P2")
    remind(actor=me, programme=standing.programme, standings=[standing], sender="团委", note="", at=timezone.now())

    shown = text(page_of(client, somebody))

    assert "张干事 · 站内和邮件 · 还没看" in shown
    assert "今天已经提醒过了" in shown


def test_a_name_is_put_right_with_a_reason_and_what_it_held_up_is_issued(client, country):
    user = MembershipFactory(organisation=country.stations[0], user__name="王\U0002ebf1").user
    course, now = CourseReleaseFactory().course, timezone.now()
    allocate(learner=user, programme=ProgrammeFactory(courses=[course]), allocated_at=now)
    finish(enrol_learner(learner=user, course=course, enrolled_at=now))
    me = officer(client, country.county)
    address = reverse("reports:person_name", args=[user.uuid])
    assert not Certificate.objects.exists()

    for data, words in [
        ({"name": "王1梅", "reason": "身份证上这样写"}, "姓名里不能有“1”"),
        ({"name": "王吉梅", "reason": "改"}, "请写明凭什么改，至少四个字。"),
        ({"name": "", "reason": "身份证上这样写"}, "请写姓名。"),
        ({"name": "王", "reason": "身份证上这样写"}, "2"),
    ]:
        refused = client.post(address, data)
        assert refused.status_code == 422
        assert words in text(refused)
    answer = client.post(address, {"name": " 王吉梅 ", "reason": "身份证上这样写"}, follow=True)

    assert "姓名改好了。" in text(answer)
    assert Certificate.objects.get().name == "王吉梅"
    entry = AuditEntry.objects.get(verb="name_changed")
    assert (entry.actor, entry.reason, entry.details) == (me, "身份证上这样写", {})


def test_a_name_that_still_cannot_be_printed_is_said(client, country):
    user = MembershipFactory(organisation=country.stations[0], user__name="王\U0002ebf1").user
    course, now = CourseReleaseFactory().course, timezone.now()
    allocate(learner=user, programme=ProgrammeFactory(courses=[course]), allocated_at=now)
    finish(enrol_learner(learner=user, course=course, enrolled_at=now))
    officer(client, country.county)

    shown = client.post(
        reverse("reports:person_name", args=[user.uuid]),
        {"name": "王\U0002a6df", "reason": "身份证上这样写"},
        follow=True,
    )

    assert "仍有字印不出来" in text(shown)
    assert not Certificate.objects.exists()


def test_six_queries_however_much_there_is(country, somebody):
    scope = Scope(on_date=timezone.localdate(), region_paths=(country.county.path,))

    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert learner_page(scope=scope, person_uuid=somebody.uuid, now=timezone.now())
        return len(seen)

    few = queries()
    now = timezone.now()
    for n in range(5):
        course = CourseReleaseFactory().course
        allocate(learner=somebody, programme=ProgrammeFactory(code=f"M{n}", courses=[course]), allocated_at=now)
        enrolment = enrol_learner(learner=somebody, course=course, enrolled_at=now)
        finish(enrolment)
        close_enrolment(enrolment=enrolment, closed_at=now)

    assert queries() == few == 6
