"""Several courses, or parts of them, earn one certificate; whoever is on a programme keeps her rule."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

from certificates.models import Certificate
from courses.integrity import check
from courses.models import HourEntry, RequirementSet, Standing
from courses.services import (
    Demand,
    DemandsUnclear,
    allocate,
    close_enrolment,
    enrol_learner,
    finish_lesson,
    publish_requirements,
)
from people.models import AuditEntry
from tests.factories.courses import LONG_AGO, CourseFactory, CourseReleaseFactory, ProgrammeFactory, outline
from tests.factories.people import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = LONG_AGO + timedelta(days=10)


def in_modules(*modules):
    """An outline with one lesson for each number given: the module it stands in."""
    return [lesson | {"module": module} for lesson, module in zip(outline(len(modules)), modules, strict=True)]


def finish(enrolment, count=None, at=NOW):
    for lesson in enrolment.release.lessons[:count]:
        finish_lesson(enrolment=enrolment, lesson_key=uuid.UUID(lesson["key"]), event_uuid=uuid.uuid4(), recorded_at=at)


@pytest.fixture
def path():
    """Path A in small: two modules of three (4 lessons), and a whole course (2 lessons)."""
    law = CourseReleaseFactory(course__code="T1", course__hours=5, lessons=in_modules(1, 1, 2, 2, 3)).course
    report = CourseReleaseFactory(course__code="T2", course__hours=2, lessons=in_modules(1, 1)).course
    programme = ProgrammeFactory(courses=[report])
    publish_requirements(
        programme=programme,
        demands=[Demand(law, (1, 2)), Demand(report)],
        decided_by=UserFactory(),
        decided_at=NOW,
    )
    return programme, law, report


def test_parts_and_whole_courses_earn_one_certificate_with_their_hours_and_evidence(path):
    programme, law, report = path
    learner = MembershipFactory().user
    allocate(learner=learner, programme=programme, allocated_at=NOW)
    finish(enrol_learner(learner=learner, course=report, enrolled_at=NOW))
    part = enrol_learner(learner=learner, course=law, enrolled_at=NOW)

    finish(part, 3)
    before = Standing.objects.get()
    finish(part, 4, at=NOW + timedelta(days=1))

    assert (before.state, before.why) == ("studying", {"code": "lessons_left", "course": "T1", "left": 1})
    assert (before.lessons_finished, before.lessons_total) == (5, 6)
    part.refresh_from_db()
    assert part.completed_at is None
    certificate = Certificate.objects.get()
    assert certificate.hours == Decimal(6)
    assert certificate.trained_to_date == (NOW + timedelta(days=1)).date()
    evidence = certificate.basis["evidence"]
    assert [(e["course"], e["modules"], e["hours"]) for e in evidence] == [("T1", [1, 2], "4.0"), ("T2", [], "2.0")]
    assert certificate.basis["requirement_set"] == 2
    assert Standing.objects.get().state == "certified"
    assert HourEntry.objects.aggregate(Sum("hours"))["hours__sum"] == 6


def test_the_rest_of_a_part_is_credited_with_the_whole_course_and_nothing_twice(path):
    programme, law, _report = path
    learner = MembershipFactory().user
    allocate(learner=learner, programme=programme, allocated_at=NOW)

    finish(enrol_learner(learner=learner, course=law, enrolled_at=NOW))

    assert HourEntry.objects.aggregate(Sum("hours"))["hours__sum"] == 5
    assert [str(d) for d in check(mend=False, at=NOW)] == []


def test_a_part_counts_for_nobody_who_is_not_asked_for_it(path):
    _programme, law, _report = path
    enrolment = enrol_learner(learner=MembershipFactory().user, course=law, enrolled_at=NOW)

    finish(enrolment, 4)

    assert not HourEntry.objects.exists()


def test_a_new_version_leaves_whoever_is_on_the_programme_with_hers(path):
    programme, law, report = path
    early, late = MembershipFactory().user, MembershipFactory().user
    allocate(learner=early, programme=programme, allocated_at=NOW)

    publish_requirements(programme=programme, demands=[Demand(law)], decided_by=UserFactory(), decided_at=NOW)
    allocate(learner=late, programme=programme, allocated_at=NOW)
    for learner in (early, late):
        finish(enrol_learner(learner=learner, course=report, enrolled_at=NOW))
        finish(enrol_learner(learner=learner, course=law, enrolled_at=NOW), 4)

    assert Certificate.objects.get().learner == early
    assert Standing.objects.get(user=late).why == {"code": "lessons_left", "course": "T1", "left": 1}
    finish(enrol_learner(learner=late, course=law, enrolled_at=NOW))
    assert Certificate.objects.get(learner=late).hours == 5


def test_what_was_learnt_stays_learnt_when_an_enrolment_closes(path):
    programme, law, report = path
    learner = MembershipFactory().user
    allocate(learner=learner, programme=programme, allocated_at=NOW)
    done = enrol_learner(learner=learner, course=report, enrolled_at=NOW)
    finish(done)
    close_enrolment(enrolment=done, closed_at=NOW + timedelta(days=2))

    finish(enrol_learner(learner=learner, course=law, enrolled_at=NOW), 4, at=NOW + timedelta(days=3))

    assert Certificate.objects.get().basis["evidence"][1]["enrolment"] == str(done.uuid)
    assert [str(d) for d in check(mend=False, at=NOW + timedelta(days=3))] == []


def test_what_was_closed_before_the_period_does_not_count(path):
    programme, law, report = path
    learner = MembershipFactory().user
    old = enrol_learner(learner=learner, course=report, enrolled_at=NOW - timedelta(days=9))
    finish(old, at=NOW - timedelta(days=8))
    close_enrolment(enrolment=old, closed_at=NOW - timedelta(days=7))

    allocate(learner=learner, programme=programme, allocated_at=NOW)
    finish(enrol_learner(learner=learner, course=law, enrolled_at=NOW), 4)

    assert not Certificate.objects.exists()
    assert Standing.objects.get().why == {"code": "course_not_started", "course": "T2"}


def test_a_course_that_is_still_written_is_nobodys_fault_and_named_last():
    open_course, unwritten = CourseReleaseFactory().course, CourseFactory(code="U1")
    learner = MembershipFactory().user
    programme = ProgrammeFactory(courses=[open_course, unwritten])
    allocate(learner=learner, programme=programme, allocated_at=NOW)
    first = Standing.objects.get().why

    finish(enrol_learner(learner=learner, course=open_course, enrolled_at=NOW))

    assert first == {"code": "not_started", "preparing": ["U1"]}
    assert Standing.objects.get().why == {"code": "in_preparation", "course": "U1"}
    assert not Certificate.objects.exists()


def test_versions_are_numbered_audited_and_only_made_when_something_differs(path):
    programme, law, report = path
    actor = UserFactory()
    same = publish_requirements(
        programme=programme, demands=[Demand(report), Demand(law, (2, 1))], decided_by=actor, decided_at=NOW
    )
    third = publish_requirements(programme=programme, demands=[Demand(report)], decided_by=actor, decided_at=NOW)

    assert (same.number, third.number) == (2, 3)
    assert RequirementSet.objects.filter(programme=programme).count() == 3
    entry = AuditEntry.objects.get(actor=actor)
    assert (entry.verb, entry.details) == ("requirements_published", {"number": 3, "courses": ["T2"]})


def test_a_rule_that_cannot_be_met_is_refused_in_words(path):
    programme, law, _report = path
    unwritten = CourseFactory(code="U2")

    with pytest.raises(DemandsUnclear) as unclear:
        publish_requirements(
            programme=programme,
            demands=[Demand(law, (1, 7)), Demand(unwritten, (1,))],
            decided_by=None,
            decided_at=NOW,
        )
    assert unclear.value.problems == ["T1 没有第 7 单元。", "U2 还在筹备，只要其中几个单元的话，请写明算几学时。"]
    with pytest.raises(DemandsUnclear, match="至少选一门课"):
        publish_requirements(programme=programme, demands=[], decided_by=None, decided_at=NOW)
