"""为什么有（没有）这张证书, through the door: what met each point, what is missing, and where to go next."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.services import start_attempt
from certificates.models import Certificate
from courses.models import Standing
from courses.services import Demand, allocate, enrol_learner, finish_lesson, publish_requirements, withdraw_certificate
from courses.services.submission import submit_quiz
from tests.factories.assessments import published_quiz, with_critical_error
from tests.factories.content import course_with_lessons
from tests.factories.courses import CourseFactory, CourseReleaseFactory, ProgrammeFactory
from tests.factories.people import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def finish(enrolment, count=None):
    for lesson in enrolment.release.lessons[:count]:
        finish_lesson(
            enrolment=enrolment,
            lesson_key=uuid.UUID(lesson["key"]),
            event_uuid=uuid.uuid4(),
            recorded_at=timezone.now(),
        )


@pytest.fixture
def course():
    return course_with_lessons(lessons=3, hours=3)


@pytest.fixture
def programme(course):
    """The course, and one that is still being written."""
    return ProgrammeFactory(code="P-A", title_zh="上岗必修", courses=[course, CourseFactory(code="C99", hours=6)])


@pytest.fixture
def learner(client):
    learner = MembershipFactory(user__name="田春梅").user
    client.force_login(learner)
    return learner


@pytest.fixture
def allocation(learner, programme):
    return allocate(learner=learner, programme=programme, allocated_at=timezone.now())


def page(client, allocation, language=""):
    answer = client.get(f"{language}/programmes/{allocation.uuid}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_at_the_beginning_it_says_what_is_asked_and_where_to_begin(client, allocation):
    shown = page(client, allocation)

    for part in (
        "离这张证书还差什么",
        "上岗必修",
        "2 项要求，达到 0 项；9 学时，达到 0 学时",
        "还没报名",
        "第 1 期开始",
    ):
        assert part in shown
    assert '<a class="btn go wide" href="/courses/c04/">去报名 C04</a>' in shown
    assert "课程还在筹备" in shown
    assert "要求第 1 版核定" in shown


def test_half_way_it_leads_to_the_lesson(client, learner, course, allocation):
    finish(enrol_learner(learner=learner, course=course, enrolled_at=timezone.now()), 1)

    shown = page(client, allocation)

    assert "还差 2 课" in shown
    assert '<a class="btn go wide" href="/courses/c04/2/">接着学 C04 第 2 课</a>' in shown


def test_when_only_unwritten_courses_are_left_nobody_is_sent_anywhere(client, learner, course, allocation):
    finish(enrol_learner(learner=learner, course=course, enrolled_at=timezone.now()))

    shown = page(client, allocation)

    assert "能学的都学完了。C99 还在筹备，开课后接着学。" in shown
    assert f"3 课都学完了，最后一课 {timezone.localdate():%Y-%m-%d}" in shown
    assert "达到 1 项" in shown
    assert "btn go wide" not in shown


def test_a_failed_test_is_told_with_its_critical_error_and_when_to_try_again(client, learner):
    quiz = published_quiz().quiz
    course = CourseReleaseFactory(course__quiz=quiz).course
    allocation = allocate(learner=learner, programme=ProgrammeFactory(courses=[course]), allocated_at=timezone.now())
    enrolment = enrol_learner(learner=learner, course=course, enrolled_at=timezone.now())
    finish(enrolment)
    at = timezone.now() - timedelta(hours=1)
    attempt = start_attempt(
        learner=learner,
        quiz=quiz,
        for_uuid=enrolment.uuid,
        attempt_uuid=uuid.uuid4(),
        device="d",
        started_at=at,
    )
    submit_quiz(
        learner=learner,
        attempt_uuid=attempt.uuid,
        answers=with_critical_error(attempt),
        submitted_at=at + timedelta(minutes=5),
        device="d",
    )

    shown = page(client, allocation)

    assert "测试有 1 处关键错误，没有通过。" in shown
    assert "以后可以再考，还有 2 次" in shown
    assert f'href="/courses/{course.slug}/test/"' in shown


def test_a_certificate_is_explained_from_its_frozen_evidence_by_either_address(client, learner, course):
    programme = ProgrammeFactory(title_zh="只要一门", courses=[course])
    allocation = allocate(learner=learner, programme=programme, allocated_at=timezone.now())
    finish(enrol_learner(learner=learner, course=course, enrolled_at=timezone.now()))
    certificate = Certificate.objects.get()

    by_programme = page(client, allocation)
    by_certificate = client.get(f"/certificates/{certificate.uuid}/why/").content.decode()

    for shown in (by_programme, by_certificate):
        for part in ("这张证书凭什么发", "C04", f"{timezone.localdate():%Y-%m-%d} 学完，课程第 ", "达到要求"):
            assert part in shown
        assert f"发出 {certificate.number}" in shown
        assert "要求第 1 版核定" in shown


def test_a_revocation_is_told_with_its_reason_and_whom_to_ask(client, learner, course):
    programme = ProgrammeFactory(courses=[course], issuer__phone="0990-5550188")
    allocation = allocate(learner=learner, programme=programme, allocated_at=timezone.now())
    finish(enrol_learner(learner=learner, course=course, enrolled_at=timezone.now()))
    withdraw_certificate(certificate=Certificate.objects.get(), actor=UserFactory(), reason="代考", at=timezone.now())

    shown = page(client, allocation)

    for part in ("证书撤销了", "代考", "0990-5550188"):
        assert part in shown


def test_a_name_that_cannot_be_printed_is_said_so(client, course):
    learner = MembershipFactory(user__name="王\U0002ebf1").user
    client.force_login(learner)
    allocation = allocate(learner=learner, programme=ProgrammeFactory(courses=[course]), allocated_at=timezone.now())
    finish(enrol_learner(learner=learner, course=course, enrolled_at=timezone.now()))

    assert "要求都达到了，只是姓名里有字印不出来" in page(client, allocation)
    assert Standing.objects.get().why == {"code": "name_unprintable"}


def test_a_newer_rule_does_not_touch_hers_and_the_page_says_so(client, allocation, course):
    publish_requirements(
        programme=allocation.programme, demands=[Demand(course)], decided_by=None, decided_at=timezone.now()
    )

    shown = page(client, allocation)

    assert "要求第 1 版核定" in shown
    assert "现在最新的是第 2 版" in shown
    assert "C99" in shown


def test_home_and_course_lead_to_it(client, allocation):
    address = f'href="/programmes/{allocation.uuid}/"'

    home = client.get("/").content.decode()

    assert address in home
    assert "还有 1 门课在筹备" in home
    assert address in client.get("/courses/c04/").content.decode()


def test_in_english_the_course_speaks_english(client, allocation):
    assert "See, record, report" in page(client, allocation, "/en")


def test_nobody_opens_anothers(client, allocation):
    client.force_login(UserFactory())

    answer = client.get(f"/programmes/{allocation.uuid}/")

    assert answer.status_code == 404
    assert "上岗必修" not in answer.content.decode()


def test_it_asks_as_often_for_one_requirement_as_for_many(client, learner):
    def queries(courses):
        allocation = allocate(learner=learner, programme=ProgrammeFactory(courses=courses), allocated_at=timezone.now())
        for course in courses[:-1]:
            finish(enrol_learner(learner=learner, course=course, enrolled_at=timezone.now()))
        with CaptureQueriesContext(connection) as seen:
            page(client, allocation)
        return len(seen)

    few = queries([CourseReleaseFactory().course for _ in range(2)])

    assert queries([CourseReleaseFactory().course for _ in range(7)]) == few
