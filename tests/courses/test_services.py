"""From a finished lesson to a certificate and the county's numbers, through the services."""

import uuid
from datetime import date, timedelta

import pytest
from django.db.models import Sum

from certificates.models import Certificate
from courses.models import HourEntry, LearningEvent, LessonProgress, QuarantinedEvent, Standing, Tally
from courses.services import (
    CourseNotOpen,
    EventRefused,
    Fact,
    LessonLocked,
    NotPlaced,
    allocate,
    enrol_learner,
    finish_lesson,
    open_next_period,
    publish_release,
    record_event,
    refresh_standings_of,
    restore_certificate,
    take_batch,
    withdraw_certificate,
)
from people.models import Membership
from tests.factories.content import course_with_lessons
from tests.factories.courses import LONG_AGO, CourseFactory, CourseReleaseFactory, ProgrammeFactory
from tests.factories.people import MembershipFactory, OrganisationFactory, RegionFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = LONG_AGO + timedelta(days=10)
Kind = LearningEvent.Kind


def finish_all(enrolment, at=NOW):
    for lesson in enrolment.release.lessons:
        finish_lesson(enrolment=enrolment, lesson_key=uuid.UUID(lesson["key"]), event_uuid=uuid.uuid4(), recorded_at=at)


def key_of(enrolment, number):
    return uuid.UUID(enrolment.release.lessons[number - 1]["key"])


def test_enrolling_twice_gives_the_same_enrolment():
    release, learner = CourseReleaseFactory(), UserFactory()

    first = enrol_learner(learner=learner, course=release.course, enrolled_at=NOW)
    again = enrol_learner(learner=learner, course=release.course, enrolled_at=NOW + timedelta(days=1))

    assert first == again
    assert [e.kind for e in LearningEvent.objects.all()] == [Kind.ENROLLED]


def test_a_course_without_an_outline_takes_nobody():
    with pytest.raises(CourseNotOpen):
        enrol_learner(learner=UserFactory(), course=CourseFactory(), enrolled_at=NOW)


def test_an_event_sent_twice_is_stored_once():
    enrolment = enrol_learner(learner=UserFactory(), course=CourseReleaseFactory().course, enrolled_at=NOW)
    event_uuid = uuid.uuid4()

    first = finish_lesson(enrolment=enrolment, lesson_key=key_of(enrolment, 1), event_uuid=event_uuid, recorded_at=NOW)
    again = finish_lesson(
        enrolment=enrolment, lesson_key=key_of(enrolment, 1), event_uuid=event_uuid, recorded_at=NOW + timedelta(1)
    )

    assert first == again
    assert LearningEvent.objects.filter(kind=Kind.FINISHED).count() == 1
    assert enrolment.lessons_finished == 1


def test_a_uuid_that_somebody_else_used_is_refused():
    course = CourseReleaseFactory().course
    mine, hers = (enrol_learner(learner=UserFactory(), course=course, enrolled_at=NOW) for _ in range(2))
    event_uuid = uuid.uuid4()
    finish_lesson(enrolment=hers, lesson_key=key_of(hers, 1), event_uuid=event_uuid, recorded_at=NOW)

    with pytest.raises(EventRefused):
        finish_lesson(enrolment=mine, lesson_key=key_of(mine, 1), event_uuid=event_uuid, recorded_at=NOW)
    assert mine.lessons_finished == 0


def test_a_locked_lesson_is_refused_with_its_reason():
    enrolment = enrol_learner(learner=UserFactory(), course=CourseReleaseFactory().course, enrolled_at=NOW)

    with pytest.raises(LessonLocked, match="先学完第 2 课"):
        finish_lesson(enrolment=enrolment, lesson_key=key_of(enrolment, 3), event_uuid=uuid.uuid4(), recorded_at=NOW)
    assert LessonProgress.objects.count() == 0


def test_older_news_of_the_same_phone_changes_nothing():
    enrolment = enrol_learner(learner=UserFactory(), course=CourseReleaseFactory().course, enrolled_at=NOW)
    key = key_of(enrolment, 1)
    for sequence, place in [(5, "late"), (3, "early")]:
        record_event(
            enrolment=enrolment,
            kind=Kind.PLACE,
            event_uuid=uuid.uuid4(),
            lesson_key=key,
            data={"block": place},
            device="phone",
            sequence=sequence,
            recorded_at=NOW,
        )

    assert LessonProgress.objects.get().place == "late"
    assert LearningEvent.objects.filter(kind=Kind.PLACE).count() == 2


def test_a_tab_left_open_earns_three_minutes():
    enrolment = enrol_learner(learner=UserFactory(), course=CourseReleaseFactory().course, enrolled_at=NOW)
    for minutes in (0, 1, 61):
        record_event(
            enrolment=enrolment,
            kind=Kind.PLACE,
            event_uuid=uuid.uuid4(),
            lesson_key=key_of(enrolment, 1),
            data={"block": "a"},
            recorded_at=NOW + timedelta(minutes=minutes),
        )

    assert LessonProgress.objects.get().seconds == 60 + 180


def test_one_bad_event_costs_no_other_and_is_quarantined():
    enrolment = enrol_learner(learner=UserFactory(), course=CourseReleaseFactory().course, enrolled_at=NOW)
    code, key = enrolment.course.code, key_of(enrolment, 1)
    good, bad, twice = (
        Fact(uuid.uuid4(), Kind.SELF_CHECK, key, {"block": "b", "chosen": [1]}),
        Fact(uuid.uuid4(), Kind.FINISHED, uuid.uuid4()),
        Fact(uuid.uuid4(), Kind.FINISHED, key),
    )
    facts = [(code, good), (code, bad), (code, twice), (code, twice), ("NOPE", Fact(uuid.uuid4(), Kind.OPENED, key))]

    receipts = take_batch(
        learner=enrolment.learner, facts=facts, payloads={f.uuid: {"sent": 1} for _, f in facts}, received_at=NOW
    )

    assert [r.status for r in receipts][:2] == ["stored", "rejected"]
    assert receipts[4].status == "rejected"
    assert set(QuarantinedEvent.objects.values_list("uuid", flat=True)) == {bad.uuid, facts[4][1].uuid}
    enrolment.refresh_from_db()
    assert enrolment.lessons_finished == 1
    assert LessonProgress.objects.get().self_checks == {"b": [1]}


def test_the_last_lesson_completes_the_course_credits_its_hours_and_issues_the_certificate():
    release = CourseReleaseFactory()
    member = MembershipFactory()
    programme = ProgrammeFactory(courses=[release.course])
    allocation = allocate(learner=member.user, programme=programme, allocated_at=NOW)
    enrolment = enrol_learner(learner=member.user, course=release.course, enrolled_at=NOW)

    finish_all(enrolment)

    assert enrolment.completed_at == NOW
    assert HourEntry.objects.aggregate(Sum("hours"))["hours__sum"] == 3
    certificate = Certificate.objects.get()
    standing = Standing.objects.get(allocation=allocation)
    assert (standing.state, standing.certificate, standing.why) == ("certified", certificate, {})
    assert standing.valid_until_date == certificate.valid_until_date == date(2027, 1, 10)
    assert certificate.basis["evidence"][0]["enrolment"] == str(enrolment.uuid)


def test_a_programme_of_two_courses_waits_for_both_and_says_for_which():
    one, two = CourseReleaseFactory(), CourseReleaseFactory()
    member = MembershipFactory()
    allocate(learner=member.user, programme=ProgrammeFactory(courses=[one.course, two.course]), allocated_at=NOW)

    finish_all(enrol_learner(learner=member.user, course=one.course, enrolled_at=NOW))

    standing = Standing.objects.get()
    assert standing.state == "studying"
    assert standing.why == {"code": "course_not_started", "course": two.course.code}
    assert (standing.lessons_finished, standing.lessons_total) == (3, 6)
    finish_all(enrol_learner(learner=member.user, course=two.course, enrolled_at=NOW))
    assert Standing.objects.get().state == "certified"


def test_what_was_completed_before_the_allocation_counts():
    release, member = CourseReleaseFactory(), MembershipFactory()
    finish_all(enrol_learner(learner=member.user, course=release.course, enrolled_at=NOW))

    allocate(learner=member.user, programme=ProgrammeFactory(courses=[release.course]), allocated_at=NOW)

    assert Standing.objects.get().state == "certified"


def test_nobody_without_a_station_is_allocated():
    with pytest.raises(NotPlaced):
        allocate(learner=UserFactory(), programme=ProgrammeFactory(), allocated_at=NOW)


def test_revoking_moves_certificate_period_standing_and_sums_and_restoring_brings_them_back():
    release, member, registrar = CourseReleaseFactory(), MembershipFactory(), UserFactory()
    allocation = allocate(learner=member.user, programme=ProgrammeFactory(courses=[release.course]), allocated_at=NOW)
    finish_all(enrol_learner(learner=member.user, course=release.course, enrolled_at=NOW))
    certificate = Certificate.objects.get()

    withdraw_certificate(certificate=certificate, actor=registrar, reason="代考", at=NOW)

    assert Standing.objects.get().state == "revoked"
    assert allocation.periods.get().revoked_at == NOW
    assert not Tally.objects.filter(fact="certified", count__gt=0).exists()
    restore_certificate(certificate=certificate, actor=registrar, reason="查清了", at=NOW)
    assert Standing.objects.get().state == "certified"
    assert Tally.objects.get(fact="certified", region=member.region).count == 1


def test_a_move_to_another_county_moves_her_in_the_sums():
    nation = RegionFactory(level=0)
    old, new = RegionFactory(parent=nation), RegionFactory(parent=nation)
    member = MembershipFactory(organisation=OrganisationFactory(region=old))
    allocate(learner=member.user, programme=ProgrammeFactory(), allocated_at=NOW)
    Membership.objects.update(ended_date=NOW.date())
    MembershipFactory(user=member.user, organisation=OrganisationFactory(region=new), started_date=NOW.date())

    refresh_standings_of(learner=member.user, changed_at=NOW)

    learners = dict(Tally.objects.filter(fact="learner").values_list("region_id", "count"))
    assert learners == {nation.pk: 1, old.pk: 0, new.pk: 1}


def test_a_renewal_opens_in_its_window_and_is_dated_from_the_later_day():
    release, member = CourseReleaseFactory(), MembershipFactory()
    allocation = allocate(learner=member.user, programme=ProgrammeFactory(courses=[release.course]), allocated_at=NOW)
    finish_all(enrol_learner(learner=member.user, course=release.course, enrolled_at=NOW))
    assert open_next_period(allocation=allocation, opened_at=NOW + timedelta(days=200)) is None
    later = NOW + timedelta(days=300)

    period = open_next_period(allocation=allocation, opened_at=later)
    finish_all(enrol_learner(learner=member.user, course=release.course, enrolled_at=later), at=later)

    period.refresh_from_db()
    assert (period.number, period.valid_until_date) == (2, date(2028, 1, 10))
    assert Certificate.objects.count() == 2
    assert Standing.objects.get().valid_until_date == date(2028, 1, 10)


def test_only_a_change_of_what_must_be_learnt_makes_a_release():
    course = course_with_lessons(lessons=2)
    first = course.releases.get(number=course.releases.count())
    lesson = course.lesson_pages.get(number=1)
    lesson.title = "换了题目"
    lesson.save()
    same = publish_release(course=course, released_at=NOW)
    lesson.hours = 2
    lesson.save()

    changed = publish_release(course=course, released_at=NOW)

    assert (same, changed.number) == (first, first.number + 1)
    assert changed.lessons[0]["title"] == {"zh": "换了题目"}
