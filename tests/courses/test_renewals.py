"""The calendar turns: windows open, certificates run out, numbers stay true; real days, by time-machine."""

import uuid
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from certificates.models import Certificate
from courses.models import CertificationPeriod, Enrolment, Standing
from courses.services import allocate, correct_name, enrol_learner, finish_lesson, publish_release
from courses.services.renewal import renewals_due
from courses.tasks import catch_up_standings, open_renewals_that_are_due
from people.models import AuditEntry, Message
from people.scope import Scope
from reports import places, selectors
from reports.selectors import WHICH, Filters
from tests.factories.content import course_with_lessons
from tests.factories.courses import CourseReleaseFactory, ProgrammeFactory
from tests.factories.people import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 11, 4, 0, tzinfo=UTC)  # noon in Shanghai


def learn(learner, course):
    now = timezone.now()
    enrolment = enrol_learner(learner=learner, course=course, enrolled_at=now)
    for lesson in enrolment.release.lessons:
        finish_lesson(
            enrolment=enrolment, lesson_key=uuid.UUID(lesson["key"]), event_uuid=uuid.uuid4(), recorded_at=now
        )


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def world(clock):
    """One learner, certified on 2026-01-11 until 2027-01-10; her window opens 90 days before, on 2026-10-12."""
    course = CourseReleaseFactory().course
    member = MembershipFactory()
    programme = ProgrammeFactory(courses=[course])
    allocation = allocate(learner=member.user, programme=programme, allocated_at=timezone.now())
    learn(member.user, course)
    return member, course, programme, allocation


def figures(member, programme):
    """What the officer's overview says today, and that each list behind a figure is as long."""
    today = timezone.localdate()
    scope = Scope(on_date=today, region_paths=(member.region.path,))
    place = places.find(scope=scope, region=member.region.code)
    counts = selectors.overview(scope=scope, region=place, programme=programme, on_date=today).counts
    for which in WHICH:
        rows = selectors.chosen(
            scope=scope, region=place, programme=programme, filters=Filters(which=which), on_date=today
        )
        assert rows.count() == getattr(counts, which), which
    return {name for name in ("certified", "expiring", "expired", "overdue", "studying") if getattr(counts, name)}


def go_to(clock, day):
    clock.move_to(datetime(day.year, day.month, day.day, 4, 0, tzinfo=UTC))


def test_day_by_day_the_window_opens_once_and_the_figures_follow(world, clock):
    member, _course, programme, _allocation = world
    seen, opened = {}, []
    for day in (date(2026, 10, 11), date(2026, 10, 12), date(2026, 10, 13), date(2027, 1, 10), date(2027, 1, 11)):
        go_to(clock, day)
        opened.append(open_renewals_that_are_due())
        opened.append(open_renewals_that_are_due())
        seen[day] = figures(member, programme)

    assert opened == [0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    assert seen == {
        date(2026, 10, 11): {"certified"},
        date(2026, 10, 12): {"certified", "expiring"},
        date(2026, 10, 13): {"certified", "expiring"},
        date(2027, 1, 10): {"certified", "expiring"},
        date(2027, 1, 11): {"expired"},
    }
    period = CertificationPeriod.objects.get(number=2)
    assert (period.window_opens_date, period.due_date, period.met_at) == (date(2026, 10, 12), date(2027, 1, 10), None)
    standing = Standing.objects.get()
    assert (standing.state, standing.due_date, standing.lessons_finished) == ("certified", date(2027, 1, 10), 0)
    assert not Enrolment.objects.open().exists()
    message = Message.objects.get(kind="renewal_open")
    assert (message.user, message.channel, message.state) == (member.user, "app", "done")
    assert "2027年1月10日" in message.body
    call_command("check_integrity", stdout=StringIO())


def test_whoever_learns_anew_in_her_window_gets_the_next_link_and_is_not_asked_again_for_a_year(world, clock):
    member, course, programme, _allocation = world
    go_to(clock, date(2026, 10, 12))
    open_renewals_that_are_due()
    go_to(clock, date(2026, 11, 1))

    learn(member.user, course)
    open_renewals_that_are_due()

    first, second = Certificate.objects.order_by("pk")
    assert (first.valid_until_date, second.valid_until_date) == (date(2027, 1, 10), date(2028, 1, 10))
    assert CertificationPeriod.objects.count() == 2
    assert Message.objects.filter(kind="renewal_open").count() == 1
    go_to(clock, date(2027, 1, 11))
    assert figures(member, programme) == {"certified"}
    go_to(clock, date(2027, 10, 13))
    assert open_renewals_that_are_due() == 1


def test_her_home_page_says_that_she_may_renew_and_leads_to_where_to_begin(world, clock, client):
    member, course, _programme, allocation = world
    go_to(clock, date(2026, 10, 12))
    open_renewals_that_are_due()
    client.force_login(member.user)

    home = client.get("/").content.decode()
    why = client.get(f"/programmes/{allocation.uuid}/").content.decode()

    for part in ("该续学了", "可以续学了：", "旧证书到 2027-01-10，现在可以续学", f"/programmes/{allocation.uuid}/"):
        assert part in home
    for part in (f"去报名 {course.code}", "1 项要求，达到 0 项", "第 2 期开始，2027-01-10 前完成", "别的证书"):
        assert part in why


def test_whoever_left_an_address_is_told_by_mail_too(world, clock):
    member, _course, _programme, _allocation = world
    member.user.email = "wang@example.org"
    member.user.save()
    go_to(clock, date(2026, 10, 12))

    open_renewals_that_are_due()

    mail = Message.objects.get(channel="email")
    assert (mail.kind, mail.address, mail.state) == ("renewal_open", "wang@example.org", "owed")
    assert mail.subject.startswith("可以续学了：")


def test_a_machine_that_was_off_for_the_whole_window_catches_up(world, clock):
    member, course, programme, _allocation = world
    go_to(clock, date(2027, 3, 1))

    assert open_renewals_that_are_due() == 1
    assert "到期了" in Message.objects.get(kind="renewal_open").body
    learn(member.user, course)
    assert figures(member, programme) == {"certified"}


def test_nobody_inactive_revoked_or_without_an_end_is_renewed(world, clock):
    member, _course, _programme, allocation = world
    go_to(clock, date(2026, 12, 1))
    assert [a.pk for a in renewals_due(timezone.now())] == [allocation.pk]

    CertificationPeriod.objects.update(revoked_at=timezone.now())
    assert renewals_due(timezone.now()) == []
    CertificationPeriod.objects.update(revoked_at=None, valid_until_date=None)
    assert renewals_due(timezone.now()) == []
    CertificationPeriod.objects.update(valid_until_date=date(2027, 1, 10))
    member.user.is_active = False
    member.user.save()
    assert renewals_due(timezone.now()) == []


def test_a_due_date_that_passes_makes_her_overdue_without_anything_running(clock):
    member, programme = MembershipFactory(), ProgrammeFactory()
    allocate(learner=member.user, programme=programme, allocated_at=timezone.now())  # due 2026-04-11
    go_to(clock, date(2026, 4, 11))
    assert figures(member, programme) == set()

    go_to(clock, date(2026, 4, 12))
    assert figures(member, programme) == {"overdue"}


def test_one_programmes_renewal_takes_nothing_from_another(clock):
    """C04 renews while she is still on her way to the path that asks for C04 too."""
    report, other = CourseReleaseFactory().course, CourseReleaseFactory().course
    learner = MembershipFactory().user
    allocate(learner=learner, programme=ProgrammeFactory(courses=[report]), allocated_at=timezone.now())
    path = allocate(learner=learner, programme=ProgrammeFactory(courses=[report, other]), allocated_at=timezone.now())
    learn(learner, report)
    go_to(clock, date(2026, 10, 12))
    assert open_renewals_that_are_due() == 1

    learn(learner, other)

    assert Standing.objects.get(allocation=path).state == "certified"
    call_command("check_integrity", stdout=StringIO())


def test_the_sweep_of_every_minute_and_the_catching_up_are_planned():
    planned = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert planned >= {"courses.tasks.open_renewals_that_are_due", "courses.tasks.catch_up_standings"}


# --- a name that could not be printed ---------------------------------------------------------------------------------

UNPRINTABLE = "王\U0002ebf1梅"  # a letter that no font of the certificate has


@pytest.fixture
def held_up(clock):
    course = CourseReleaseFactory().course
    learner = MembershipFactory(user__name=UNPRINTABLE).user
    allocate(learner=learner, programme=ProgrammeFactory(courses=[course]), allocated_at=timezone.now())
    learn(learner, course)
    return learner


def test_a_corrected_name_brings_the_certificate_the_same_moment(held_up):
    assert not Certificate.objects.exists()
    assert Standing.objects.get().why == {"code": "name_unprintable"}
    officer = UserFactory()

    correct_name(learner=held_up, name="王吉梅", actor=officer, reason="身份证上是吉", at=timezone.now())

    assert Certificate.objects.get().name == "王吉梅"
    assert (Standing.objects.get().state, Standing.objects.get().why) == ("certified", {})
    entry = AuditEntry.objects.get(verb="name_changed")
    assert (entry.actor, entry.reason, "王" in str(entry.details)) == (officer, "身份证上是吉", False)


def test_whoever_else_corrects_it_the_catching_up_issues_it_once(held_up):
    assert catch_up_standings() == 0
    held_up.name = "王吉梅"
    held_up.save()

    assert catch_up_standings() == 1
    assert catch_up_standings() == 0
    assert Certificate.objects.count() == 1


def test_a_new_outline_reaches_whoever_has_not_begun(clock):
    course = course_with_lessons(code="T9", lessons=2)
    clock.shift(timedelta(hours=1))
    allocate(
        learner=MembershipFactory().user, programme=ProgrammeFactory(courses=[course]), allocated_at=timezone.now()
    )
    lesson = course.lesson_pages.get(number=2)
    clock.shift(timedelta(hours=1))
    lesson.unpublish()
    publish_release(course=course, released_at=timezone.now())
    assert Standing.objects.get().lessons_total == 2
    clock.shift(timedelta(minutes=10))

    assert catch_up_standings() == 1

    assert Standing.objects.get().lessons_total == 1
    assert catch_up_standings() == 0
    call_command("check_integrity", stdout=StringIO())
