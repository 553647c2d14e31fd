"""All that is held about a learner comes with her file, and nothing of anybody else."""

import json
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import MarkDispute
from assessments.services import save_step, start_attempt
from courses.models import Cohort, CohortMember, Course, QuarantinedEvent, Standing
from courses.services import Fact, allocate, enrol_learner, finish_lesson, take_batch
from courses.services.submission import submit_quiz
from people import services
from people.models import AuditEntry
from people.my_data import PARTS
from reports.reminding import remind
from tests.factories.assessments import published_quiz, right_answers
from tests.factories.certificates import CertificateFactory
from tests.factories.content import course_with_lessons
from tests.factories.courses import ProgrammeFactory
from tests.factories.people import MembershipFactory, OrganisationFactory, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    made = course_with_lessons(lessons=2)
    Course.objects.filter(pk=made.pk).update(quiz=published_quiz().quiz)
    made.refresh_from_db()
    return made


def lives(mark: str, course, programme):
    """A learner with a row of every kind, each of them bearing her mark where the row has words of its own."""
    now = timezone.now()
    post = MembershipFactory(
        organisation=OrganisationFactory(name=f"{mark}站"), village=f"{mark}村", user__name=f"{mark}名"
    )
    learner = post.user
    services.issue_slip(user=learner, issued_by=None, now=now)
    RoleGrantFactory(user=learner, region=post.region)
    allocate(learner=learner, programme=programme, allocated_at=now)
    enrolment = enrol_learner(learner=learner, course=course, enrolled_at=now)
    lesson = enrolment.release.lessons[0]["key"]
    remind(
        actor=UserFactory(),
        programme=programme,
        standings=[Standing.objects.get(user=learner)],
        sender="团",
        note="",
        at=now,
    )
    fact = Fact(uuid4(), "place_reached", UUID(lesson), {"block": f"{mark}处"}, device=f"{mark}机")
    take_batch(learner=learner, facts=[(course.code, fact)], payloads={fact.uuid: {}}, received_at=now)
    lost = Fact(uuid4(), "lesson_opened", uuid4())
    take_batch(learner=learner, facts=[("NONE", lost)], payloads={lost.uuid: {"says": f"{mark}隔"}}, received_at=now)
    for one in enrolment.release.lessons:
        finish_lesson(enrolment=enrolment, lesson_key=UUID(one["key"]), event_uuid=uuid4(), recorded_at=now)
    attempt = start_attempt(
        learner=learner,
        quiz=course.quiz,
        for_uuid=enrolment.uuid,
        attempt_uuid=uuid4(),
        device=f"{mark}答",
        started_at=now,
    )
    submit_quiz(
        learner=learner,
        attempt_uuid=attempt.uuid,
        answers=right_answers(attempt),
        submitted_at=now,
        device=f"{mark}答",
    )
    MarkDispute.objects.create(
        attempt=attempt, question_uuid=attempt.drawn[0]["question"], text=f"{mark}异议", raised_at=now
    )
    CertificateFactory(learner=learner, issued_at=now, organisation_name=f"{mark}证")
    services.owe_message(user=learner, channel="app", kind="x", subject=f"{mark}题", body=f"{mark}话", now=now)
    services.owe_message(
        user=learner, channel="sms", kind="sign_in_code", address="13900000000", body=f"{mark}密码", now=now
    )
    services.record_consent(
        user=learner, text_key="sms", text_version=f"{mark}v", is_given=True, channel="web", recorded_at=now
    )
    group = Cohort.objects.create(
        title=f"{mark}班", course=course, region=post.region, led_by=UserFactory(), opened_date=date(2026, 1, 1)
    )
    CohortMember.objects.create(cohort=group, learner=learner, joined_date=date(2026, 1, 2))
    services.record_audit(actor=learner, verb=f"deed_{mark}", object_kind="user", object_id="other", recorded_at=now)
    return learner


def her_file(client, learner) -> str:
    client.force_login(learner)
    return client.get(reverse("account_data")).content.decode()


HERS = ("站", "村", "名", "处", "机", "隔", "答", "证", "题", "话", "v", "班", "异议")


def test_her_file_holds_every_kind_of_hers_and_nothing_of_anothers(client, course):
    programme = ProgrammeFactory(courses=[course])
    hers, other = lives("甲甲", course, programme), lives("乙乙", course, programme)

    text = her_file(client, hers)
    told = json.loads(text)

    assert set(told) == set(PARTS)
    assert {name for name, rows in told.items() if not rows} == set()
    assert [word for word in HERS if f"甲甲{word}" not in text] == []
    assert "deed_甲甲" in text
    assert "乙乙" not in text
    assert other.login_number not in text
    assert other.phone not in text
    other_certificate = other.certificates.first()
    assert other_certificate.number not in text


def test_her_file_says_what_she_learnt_and_scored_in_words(client, course):
    hers = lives("甲甲", course, ProgrammeFactory(courses=[course]))

    told = json.loads(her_file(client, hers))

    (enrolment,) = told["enrolments"]
    (attempt,) = told["attempts"]
    release = hers.enrolments.get().release
    assert {x["lesson"] for x in enrolment["lessons"]} == {x["title"]["zh"] for x in release.lessons}
    assert (attempt["state"], attempt["score_percent"], attempt["is_passed"]) == ("已交卷", "100.00", True)
    assert all(a["answer"] for a in attempt["answers"])
    assert [c["events"][0]["what"] for c in told["certificates"]] == ["发出"] * len(told["certificates"])


def test_a_code_on_its_way_and_what_is_right_are_not_in_the_file(client, course):
    hers = lives("甲甲", course, ProgrammeFactory(courses=[course]))
    key = hers.attempts.get().version.key

    text = her_file(client, hers)

    assert "甲甲密码" not in text
    assert [k["explanation"]["zh"] for k in key.values() if k["explanation"]["zh"] in text] == []


def test_an_open_try_says_what_her_phone_has_sent(client, course):
    now = timezone.now()
    learner = MembershipFactory().user
    enrolment = enrol_learner(learner=learner, course=course, enrolled_at=now)
    for one in enrolment.release.lessons:
        finish_lesson(enrolment=enrolment, lesson_key=UUID(one["key"]), event_uuid=uuid4(), recorded_at=now)
    attempt = start_attempt(
        learner=learner, quiz=course.quiz, for_uuid=enrolment.uuid, attempt_uuid=uuid4(), device="d", started_at=now
    )
    question, answer = next(iter(right_answers(attempt).items()))
    save_step(
        attempt=attempt,
        device="d",
        sequence=1,
        question_uuid=UUID(str(question)),
        answer=answer,
        client_at=now,
        received_at=now + timedelta(seconds=1),
    )

    (told,) = json.loads(her_file(client, learner))["attempts"]

    assert told["state"] == "正在答"
    assert [len(a["answer"]) for a in told["answers"] if a["answer"]] == [len(answer)]


def test_her_file_costs_the_same_at_few_and_many_rows(client, course):

    hers = lives("甲甲", course, ProgrammeFactory(courses=[course]))
    her_file(client, hers)
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("account_data"))
    for n in range(3):
        more = course_with_lessons(lessons=2, code=f"M{n}")
        enrolment = enrol_learner(learner=hers, course=more, enrolled_at=timezone.now())
        for one in enrolment.release.lessons:
            finish_lesson(
                enrolment=enrolment, lesson_key=UUID(one["key"]), event_uuid=uuid4(), recorded_at=timezone.now()
            )
        CertificateFactory(learner=hers)
        QuarantinedEvent.objects.create(uuid=uuid4(), learner=hers, payload={}, reason="x", received_at=timezone.now())
    assert AuditEntry.objects.filter(actor=hers).count() > 1

    with CaptureQueriesContext(connection) as many:
        client.get(reverse("account_data"))

    assert len(many) == len(few)
