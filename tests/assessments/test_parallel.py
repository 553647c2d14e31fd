"""Twenty at once on PostgreSQL: one try, one step, one mark, one pass.

On SQLite writers queue by themselves and one connection cannot be shared by threads: there this file is skipped.
    python -m tests.servers.postgres pytest tests/assessments/test_parallel.py
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from assessments.models import Attempt, AttemptStep, Mark
from assessments.selectors import counted_answers
from assessments.services import SequenceTaken, save_step, start_attempt
from courses.models import LearningEvent
from courses.services.submission import submit_quiz
from tests.assessments.conftest import ready_learner
from tests.factories.assessments import right_answers, wrong_answers

pytestmark = [
    pytest.mark.servers,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL: python -m tests.servers.postgres"),
]
THREADS = 20


def at_once(call, arguments):
    """This will run a call for each argument, all at the same moment."""
    gate = Barrier(THREADS)

    def run(argument):
        try:
            gate.wait(30)
            return call(argument)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, arguments))


def begun(**rules):
    """This will give an enrolment and its open try."""
    enrolment = ready_learner(Client(), **rules)
    return enrolment, start(enrolment, uuid4())


def start(enrolment, uuid):
    return start_attempt(
        learner=enrolment.learner,
        quiz=enrolment.course.quiz,
        for_uuid=enrolment.uuid,
        attempt_uuid=uuid,
        device="a",
        started_at=timezone.now(),
    )


def test_twenty_thumbs_start_one_try():
    enrolment = ready_learner(Client())

    started = at_once(lambda uuid: start(enrolment, uuid).pk, [uuid4() for _ in range(THREADS)])

    assert len(set(started)) == Attempt.objects.count() == 1


def test_twenty_submissions_of_one_try_are_one_mark_and_one_pass():
    enrolment, attempt = begun()
    answers = [right_answers(attempt)] * THREADS

    def submit(given):
        done = submit_quiz(
            learner=enrolment.learner,
            attempt_uuid=attempt.uuid,
            answers=given,
            submitted_at=timezone.now(),
            device="a",
        )
        return done.state, done.score_percent, done.submitted_at, done.is_passed

    results = at_once(submit, answers)

    assert len(set(results)) == 1
    assert Mark.objects.count() == 1
    assert AttemptStep.objects.count() == len(attempt.drawn)
    assert LearningEvent.objects.filter(kind="quiz_passed").count() == 1
    assert LearningEvent.objects.filter(kind="course_completed").count() == 1


def test_right_and_wrong_hand_ins_at_once_are_marked_by_one_of_them_whole():
    enrolment, attempt = begun()
    right, wrong = right_answers(attempt), wrong_answers(attempt)

    at_once(
        lambda given: submit_quiz(
            learner=enrolment.learner,
            attempt_uuid=attempt.uuid,
            answers=given,
            submitted_at=timezone.now(),
            device="a",
        ),
        [right, wrong] * (THREADS // 2),
    )

    mark = Mark.objects.get()
    assert mark.answers in (right, wrong)
    assert counted_answers(attempt) == mark.answers
    assert mark.is_passed is (mark.answers == right)


def test_one_number_sent_twenty_times_is_one_step():
    _enrolment, attempt = begun()
    drawn = attempt.drawn[0]

    def save(option):
        try:
            return save_step(
                attempt=attempt,
                device="a",
                sequence=1,
                question_uuid=UUID(drawn["question"]),
                answer=[option],
                client_at=None,
                received_at=timezone.now(),
            ).pk
        except SequenceTaken as taken:
            return f"taken, {taken.next_sequence} is free"

    outcomes = at_once(save, drawn["options"][:2] * (THREADS // 2))

    kept = AttemptStep.objects.get()
    assert sorted({outcome for outcome in outcomes if outcome != kept.pk}) == ["taken, 2 is free"]
    assert outcomes.count(kept.pk) == THREADS // 2
