"""POST /api/sync: one answer an event, nothing lost for another's fault, nothing taken for another person."""

import json
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import LearningEvent, LessonProgress, QuarantinedEvent
from courses.services import enrol_learner
from tests.factories.courses import CourseFactory, CourseReleaseFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment(client):
    learner = UserFactory()
    client.force_login(learner)
    release = CourseReleaseFactory(course=CourseFactory(code="C04"))
    return enrol_learner(learner=learner, course=release.course, enrolled_at=timezone.now())


def event(enrolment, kind="lesson_opened", number=1, **fields):
    return {
        "uuid": str(uuid.uuid4()),
        "kind": kind,
        "course": "C04",
        "lesson": enrolment.release.lessons[number - 1]["key"],
        "data": {},
        "device": "phone",
        "sequence": 1,
        "client_at": "2026-11-25T02:00:00.000Z",
    } | fields


def send(client, enrolment, *events, owner=None):
    body = {"owner": owner or str(enrolment.learner.uuid), "events": list(events)}
    return client.post("/api/sync", json.dumps(body), "application/json")


def statuses(answer):
    return [result["status"] for result in answer.json()["results"]]


def test_sent_twice_is_stored_once(client, enrolment):
    one = event(enrolment, "self_check_answered", data={"block": "q1", "chosen": [1]})

    assert statuses(send(client, enrolment, one)) == ["stored"]
    assert statuses(send(client, enrolment, one, one)) == ["duplicate", "duplicate"]
    assert LessonProgress.objects.get().self_checks == {"q1": [1]}


def test_a_bad_event_among_good_ones_costs_only_itself(client, enrolment):
    good = [event(enrolment), event(enrolment, "lesson_finished")]
    bad = [
        event(enrolment, "points_earned"),
        event(enrolment, uuid="nonsense"),
        event(enrolment, lesson=str(uuid.uuid4())),
        event(enrolment, "self_check_answered", data={"block": "q", "chosen": "all"}),
        event(enrolment, "lesson_finished", number=3),
        event(enrolment, course="C99"),
        event(enrolment, client_at="yesterday"),
        event(enrolment, sequence=-1),
        "not even an event",
    ]

    answer = send(client, enrolment, good[0], *bad, good[1])

    assert answer.status_code == 200
    assert statuses(answer) == ["stored", *["rejected"] * len(bad), "stored"]
    assert all(result["reason"] for result in answer.json()["results"][1:-1])
    assert QuarantinedEvent.objects.count() == len(bad)
    enrolment.refresh_from_db()
    assert enrolment.lessons_finished == 1


def test_what_could_not_be_read_is_kept_whole_and_once(client, enrolment):
    odd = event(enrolment, "points_earned", data={"points": 1000})

    send(client, enrolment, odd)
    send(client, enrolment, odd)

    assert QuarantinedEvent.objects.get().payload == odd


def test_the_phone_cannot_claim_a_passed_test(client, enrolment):
    assert statuses(send(client, enrolment, event(enrolment, "quiz_passed"))) == ["rejected"]
    assert statuses(send(client, enrolment, event(enrolment, "course_completed"))) == ["rejected"]
    enrolment.refresh_from_db()
    assert (enrolment.quiz_passed_at, enrolment.completed_at) == (None, None)


def test_signed_out_is_401_and_stores_nothing(client, enrolment):
    answer = send(Client(), enrolment, event(enrolment))

    assert answer.status_code == 401
    assert not LearningEvent.objects.filter(kind="lesson_opened").exists()


def test_another_persons_queue_is_refused_whole(client, enrolment):
    answer = send(client, enrolment, event(enrolment), owner=str(UserFactory().uuid))

    assert answer.status_code == 409
    assert not LearningEvent.objects.filter(kind="lesson_opened").exists()


def test_without_the_token_nothing_is_taken(enrolment):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(enrolment.learner)

    assert send(strict, enrolment, event(enrolment)).status_code == 403


def test_more_than_fifty_are_asked_for_in_smaller_parts(client, enrolment):
    assert send(client, enrolment, *[event(enrolment) for _ in range(51)]).status_code == 413
    assert statuses(send(client, enrolment, *[event(enrolment) for _ in range(50)])) == ["stored"] * 50


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"owner": 1}', "\x00", '{"owner": {}, "events": 3}'])
def test_nonsense_is_answered_and_never_an_error(client, enrolment, body):
    assert client.post("/api/sync", body, "application/json").status_code in (400, 409)


def test_fifty_cost_as_many_queries_as_five(client, enrolment, django_assert_max_num_queries):
    counts = []
    for size in (5, 50):
        events = [event(enrolment, "place_reached", data={"block": f"b{n}"}, sequence=n) for n in range(size)]
        with django_assert_max_num_queries(25) as asked:
            send(client, enrolment, *events)
        counts.append(len(asked.captured_queries))

    assert counts[1] <= counts[0]


@pytest.mark.parametrize(
    "odd",
    [
        {"uuid": 7},
        {"uuid": None},
        {"lesson": ["x"]},
        {"data": {"block": "a\x00b"}},
        {"data": {"block": "\ud800"}},
        {"client_at": "0001-01-01T00:00:00+14:00"},
        {"kind": {"a": 1}},
        None,
    ],
)
def test_what_no_database_keeps_is_refused_and_costs_no_other(client, enrolment, odd):
    broken = None if odd is None else event(enrolment) | odd

    answer = send(client, enrolment, broken, event(enrolment))

    assert statuses(answer) == ["rejected", "stored"]
    assert QuarantinedEvent.objects.count() == 1
