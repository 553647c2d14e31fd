"""Nobody is late for a course that is still being written: figures, page, reminder and sums, before and after it opens."""

import uuid
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone, translation

from courses.models import CertificationPeriod, Standing, Tally
from courses.rules import due_date
from courses.services import allocate, enrol_learner, finish_lesson
from courses.tasks import catch_up_standings
from people.models import RoleGrant
from reports.closing import figures_at
from tests.factories.courses import CourseFactory, CourseReleaseFactory, ProgrammeFactory
from tests.factories.people import MembershipFactory, RoleGrantFactory

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 11, 4, 0, tzinfo=UTC)  # noon in Shanghai; 90 days later it is 2026-04-11
OPENS = datetime(2026, 5, 1, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.MFA_REQUIRED_FOR_STAFF = False


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def world(clock):
    """One learner and a programme of two courses, the second of them not written."""
    ready, unwritten = CourseReleaseFactory(course__code="C01").course, CourseFactory(code="C99")
    member = MembershipFactory(user__name="田春梅")
    programme = ProgrammeFactory(code="P-A", title_zh="上岗必修", courses=[ready, unwritten])
    allocation = allocate(learner=member.user, programme=programme, allocated_at=timezone.now())
    return member, ready, unwritten, allocation


def officer(client, member):
    client.force_login(RoleGrantFactory(role=RoleGrant.Role.STAFF, region=member.region).user)


def overdue(client, member, programme="P-A"):
    """How many the officer's list of overdue people holds, as its page and its figure say."""
    officer(client, member)  # whose session of months ago has run out
    answer = client.get(f"{reverse('reports:overview')}?programme={programme}&region={member.region.code}")
    counts = answer.context["overview"].counts
    listed = client.get(f"{reverse('reports:people')}?programme={programme}&region={member.region.code}&which=overdue")
    assert listed.context["shown"].total == counts.overdue
    return counts.overdue


def sums_agree():
    out = StringIO()
    call_command("check_integrity", stdout=out)  # exits with 1 where a kept row or sum differs
    return out.getvalue()


def learn(learner, course):
    enrolment = enrol_learner(learner=learner, course=course, enrolled_at=timezone.now())
    for lesson in enrolment.release.lessons:
        finish_lesson(
            enrolment=enrolment,
            lesson_key=uuid.UUID(lesson["key"]),
            event_uuid=uuid.uuid4(),
            recorded_at=timezone.now(),
        )


@pytest.mark.parametrize(
    ("number", "opened", "due"),
    [
        (1, [date(2025, 1, 1)], date(2026, 4, 1)),
        (1, [date(2026, 1, 1), date(2026, 1, 1)], date(2026, 4, 1)),
        (1, [date(2025, 1, 1), date(2026, 3, 1)], date(2026, 5, 30)),
        (1, [date(2025, 1, 1), None], None),
        (1, [None, date(2026, 3, 1)], None),
        (2, [date(2026, 3, 1), None], date(2026, 4, 1)),
        (1, [], date(2026, 4, 1)),
    ],
)
def test_the_days_count_from_the_later_of_allocation_and_last_opening(number, opened, due):
    assert due_date(date(2026, 1, 1), date(2026, 4, 1), number, opened) == due


def test_the_officers_figure_follows_the_course_and_the_sums_agree(client, clock, world):
    member, _ready, unwritten, _allocation = world

    clock.move_to(datetime(2026, 4, 30, 4, 0, tzinfo=UTC))  # long past the ninetieth day
    assert overdue(client, member) == 0
    assert not Tally.objects.filter(fact=Tally.Fact.DUE, count__gt=0).exists()
    sums_agree()

    clock.move_to(OPENS)
    CourseReleaseFactory(course=unwritten, released_at=OPENS)
    assert Standing.objects.get().due_date is None  # the author's request touched nobody
    clock.move_to(OPENS + timedelta(minutes=1))
    assert catch_up_standings() == 1
    assert catch_up_standings() == 0
    assert Standing.objects.get().due_date == date(2026, 7, 30)
    assert overdue(client, member) == 0
    sums_agree()

    clock.move_to(datetime(2026, 7, 30, 4, 0, tzinfo=UTC))
    assert overdue(client, member) == 0
    clock.move_to(datetime(2026, 7, 31, 4, 0, tzinfo=UTC))
    assert overdue(client, member) == 1
    sums_agree()
    assert CertificationPeriod.objects.get().due_date == date(2026, 4, 11)  # the sealed event's own day


def test_a_course_that_was_open_before_moves_nothing(client, clock):
    member = MembershipFactory()
    programme = ProgrammeFactory(code="P-A", courses=[CourseReleaseFactory().course])
    allocate(learner=member.user, programme=programme, allocated_at=timezone.now())

    clock.move_to(datetime(2026, 4, 12, 4, 0, tzinfo=UTC))

    assert overdue(client, member) == 1


def test_a_newer_outline_of_an_open_course_gives_no_more_time(clock, world):
    member, ready, unwritten, _allocation = world
    CourseReleaseFactory(course=unwritten, released_at=START)
    clock.move_to(START + timedelta(days=20))
    CourseReleaseFactory(course=ready, number=2, released_at=timezone.now())
    clock.move_to(START + timedelta(days=21))
    catch_up_standings()
    before = Standing.objects.get().due_date

    enrol_learner(learner=member.user, course=ready, enrolled_at=timezone.now())  # pins the second outline

    assert before == Standing.objects.get().due_date == date(2026, 4, 11)
    sums_agree()


def test_the_months_close_knows_what_was_open_then(clock, world):
    member, _ready, unwritten, allocation = world
    CourseReleaseFactory(course=unwritten, released_at=OPENS)
    clock.move_to(datetime(2026, 9, 1, 4, 0, tzinfo=UTC))

    def at(day):
        return figures_at(programme=allocation.programme, day=day)["region", member.region_id].overdue

    assert [at(date(2026, 5, 1)), at(date(2026, 7, 1)), at(date(2026, 7, 31)), at(date(2026, 8, 1))] == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("", "C99 还在筹备，所以现在不算逾期；全部开课那天起，有 90 天来学完。 现在可以先学 C01。"),
        ("/en", ""),
    ],
)
def test_learner_and_officer_read_why_she_is_not_late(client, clock, world, language, said):
    member, _ready, _unwritten, allocation = world
    clock.move_to(OPENS - timedelta(days=1))
    client.force_login(member.user)

    hers = client.get(f"{language}/programmes/{allocation.uuid}/")
    officer(client, member)
    with translation.override("en" if language else "zh-hans"):
        address = reverse("reports:why", args=[member.user.uuid, allocation.uuid])
    officers = client.get(address)

    for answer in (hers, officers):
        shown = answer.content.decode()
        why = answer.context["why"]
        assert why.timing in shown
        assert "C99" in why.timing
        assert "90" in why.timing
        assert "C01" in why.timing
        assert said in why.timing
        assert "2026-04-11" not in shown
    assert address.startswith(language)


def test_when_it_has_opened_the_page_gives_the_later_day_and_says_why(client, clock, world):
    member, _ready, unwritten, allocation = world
    CourseReleaseFactory(course=unwritten, released_at=OPENS)
    clock.move_to(OPENS + timedelta(minutes=1))
    catch_up_standings()
    client.force_login(member.user)

    shown = client.get(f"/programmes/{allocation.uuid}/").content.decode()

    assert "C99 到 2026-05-01 才开课，所以完成的日子从那天算起，改为 2026-07-30。" in shown
    assert "2026-07-30 前完成" in shown
    assert "2026-04-11" not in shown


def test_her_home_names_no_day_and_calls_her_late_for_nothing(client, clock, world):
    member, *_rest = world
    clock.move_to(OPENS - timedelta(days=1))
    client.force_login(member.user)

    shown = client.get("/").content.decode()

    assert "上岗必修" in shown
    assert "原定" not in shown
    assert "还有 1 门课在筹备" in shown


def test_a_reminder_speaks_of_what_she_can_learn_and_none_goes_when_nothing_is_left(client, clock, world):
    member, ready, _unwritten, _allocation = world
    clock.move_to(OPENS - timedelta(days=1))
    officer(client, member)
    address = f"{reverse('reports:remind')}?programme=P-A&region={member.region.code}"

    first = client.get(address).content.decode()
    learn(member.user, ready)
    then = client.get(address)

    assert "C99 还在筹备，开课以前不算逾期；能学的现在就可以学。" in first
    assert "原定" not in first
    assert "前完成" not in first
    assert then.context["plan"].to == ()
    assert [code for _standing, code in then.context["plan"].skipped] == ["waiting"]
    assert "能学的都学完了，在等筹备中的课" in then.content.decode()
