"""One try from start to mark: repeats, two phones, the deadline, the rules of trying again."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from assessments.models import Attempt, AttemptStep, Mark
from assessments.selectors import GRACE, NotYetMarked, counted_answers, review, sheet, try_state
from assessments.services import (
    AlreadyPassed,
    AnswerRefused,
    AttemptOfAnother,
    NoTriesLeft,
    QuizNotPublished,
    SequenceTaken,
    TryLater,
    close_overdue_attempt,
    grade_attempt,
    publish_quiz,
    save_form_step,
    save_step,
    start_attempt,
    take_over,
    void_attempt,
)
from people.models import AuditEntry
from tests.factories.assessments import (
    MORNING,
    QuizFactory,
    published_quiz,
    right_answers,
    with_critical_error,
    wrong_answers,
)
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db

FOR = uuid4()
PHONE, OTHER = "phone-a", "phone-b"


def start(version, learner=None, at=MORNING, uuid=None, device=PHONE):
    return start_attempt(
        learner=learner or UserFactory(),
        quiz=version.quiz,
        for_uuid=FOR,
        attempt_uuid=uuid or uuid4(),
        device=device,
        started_at=at,
    )


def step(attempt, question, answer, sequence=1, device=PHONE, at=MORNING, **more):
    return save_step(
        attempt=attempt,
        device=device,
        sequence=sequence,
        question_uuid=UUID(question),
        answer=answer,
        client_at=None,
        received_at=at,
        **more,
    )


def submit(attempt, answers, at=MORNING, device=PHONE):
    return grade_attempt(attempt=attempt, answers=answers, submitted_at=at, device=device)


def test_a_try_begins_with_its_draw_and_its_deadline():
    version = published_quiz(minutes=30)

    attempt = start(version)

    assert len(attempt.drawn) == version.draw_count
    assert attempt.deadline_at == MORNING + timedelta(minutes=30)
    assert (attempt.number, attempt.state) == (1, Attempt.State.OPEN)


def test_starting_twice_gives_the_same_try():
    version, learner, uuid = published_quiz(), UserFactory(), uuid4()

    first = start(version, learner, uuid=uuid)
    again = start(version, learner, uuid=uuid)
    another_tab = start(version, learner, uuid=uuid4(), device=OTHER)

    assert first == again == another_tab
    assert Attempt.objects.count() == 1


def test_anothers_uuid_is_a_conflict():
    version, uuid = published_quiz(), uuid4()
    start(version, uuid=uuid)

    with pytest.raises(AttemptOfAnother):
        start(version, UserFactory(), uuid=uuid)


def test_an_unpublished_quiz_starts_nothing():
    with pytest.raises(QuizNotPublished):
        start_attempt(
            learner=UserFactory(), quiz=QuizFactory(), for_uuid=FOR, attempt_uuid=uuid4(), device="", started_at=MORNING
        )


def test_a_step_sent_twice_is_kept_once_and_a_number_used_twice_is_told():
    attempt = start(published_quiz())
    drawn = attempt.drawn[0]
    one, two = drawn["options"][:2]

    first = step(attempt, drawn["question"], [one])
    again = step(attempt, drawn["question"], [one])
    with pytest.raises(SequenceTaken) as taken:
        step(attempt, drawn["question"], [two])

    assert first == again
    assert taken.value.next_sequence == 2
    assert AttemptStep.objects.count() == 1


def test_an_answer_that_the_paper_does_not_allow_is_refused():
    attempt = start(published_quiz(kinds=False))
    question, options = attempt.drawn[0]["question"], attempt.drawn[0]["options"]

    for foreign in ([str(uuid4())], options[:2], [None], [options[0], options[0]], "a", [1]):
        with pytest.raises(AnswerRefused):
            step(attempt, question, foreign)
    with pytest.raises(AnswerRefused):
        step(attempt, str(uuid4()), [options[0]])
    assert not AttemptStep.objects.exists()


def test_submission_carries_all_answers_over_the_steps_and_tells_them_as_steps():
    attempt = start(published_quiz())
    right = right_answers(attempt)
    step(attempt, attempt.drawn[0]["question"], right[attempt.drawn[0]["question"]])

    done = submit(attempt, right)

    assert (done.state, done.score_percent, done.is_passed) == (Attempt.State.SUBMITTED, Decimal(100), True)
    assert counted_answers(done) == Mark.objects.get().answers == right


def test_a_repeated_submission_returns_the_stored_result():
    attempt = start(published_quiz())

    first = submit(attempt, right_answers(attempt))
    again = submit(attempt, wrong_answers(attempt), at=MORNING + timedelta(minutes=1))

    assert (again.score_percent, again.submitted_at) == (first.score_percent, first.submitted_at)
    assert Mark.objects.count() == 1
    assert AttemptStep.objects.filter(is_late=True).count() == 4  # what it said afterwards is kept, and not counted
    assert counted_answers(again) == Mark.objects.get().answers


def test_a_critical_error_fails_whatever_the_score():
    attempt = start(published_quiz(draw_count=10, pass_percent=10))

    done = submit(attempt, with_critical_error(attempt))

    assert (done.score_percent, done.critical_errors, done.is_passed) == (Decimal(90), 1, False)


@pytest.mark.parametrize(
    ("after", "state", "score"),
    [
        (timedelta(minutes=30) - timedelta(seconds=1), "submitted", 100),
        (timedelta(minutes=30) + GRACE, "submitted", 100),
        (timedelta(minutes=30) + GRACE + timedelta(milliseconds=1), "expired", 0),
        (timedelta(minutes=30) + GRACE + timedelta(seconds=1), "expired", 0),
    ],
)
def test_the_deadline_is_the_servers(after, state, score):
    attempt = start(published_quiz(minutes=30))

    done = submit(attempt, right_answers(attempt), at=MORNING + after)

    assert (done.state, done.score_percent) == (state, score)
    assert AttemptStep.objects.filter(is_late=True).exists() is (state == "expired")


def test_an_overdue_try_is_closed_with_what_came_in_time():
    attempt = start(published_quiz(draw_count=4, minutes=30))
    right = right_answers(attempt)
    first, second = attempt.drawn[0]["question"], attempt.drawn[1]["question"]
    step(attempt, first, right[first])
    late = step(attempt, second, right[second], sequence=2, at=MORNING + timedelta(minutes=31))

    early = close_overdue_attempt(attempt=attempt, now=MORNING + timedelta(minutes=30))
    done = close_overdue_attempt(attempt=attempt, now=MORNING + timedelta(hours=5))
    again = close_overdue_attempt(attempt=attempt, now=MORNING + timedelta(hours=6))

    assert (early.state, late.is_late) == ("open", True)
    assert (done.state, done.score_percent, done.submitted_at) == ("expired", Decimal(25), attempt.deadline_at)
    assert (again.state, Mark.objects.count()) == ("expired", 1)


def test_the_other_phone_takes_over_only_when_asked_and_the_old_ones_answers_stay():
    attempt = start(published_quiz())
    right = right_answers(attempt)
    question = attempt.drawn[0]["question"]
    wrong = next([o] for o in attempt.drawn[0]["options"] if [o] != right[question])

    before = step(attempt, question, right[question], device=OTHER)
    attempt = take_over(attempt=attempt, device=OTHER)
    counted = step(attempt, question, right[question], sequence=2, device=OTHER)
    old = step(attempt, question, wrong, sequence=1, device=PHONE)
    refused = submit(attempt, wrong_answers(attempt), device=PHONE)

    assert (before.is_other_device, counted.is_other_device, old.is_other_device) == (True, False, True)
    assert counted_answers(attempt) == {question: right[question]}
    assert refused.state == Attempt.State.OPEN
    assert submit(attempt, {}, device=OTHER).score_percent == Decimal(25)


def test_trying_again_waits_and_ends():
    version, learner = published_quiz(tries=2, hours_between_tries=24), UserFactory()
    first = start(version, learner)
    submit(first, wrong_answers(first))
    opens_at = MORNING + timedelta(hours=24)

    with pytest.raises(TryLater) as later:
        start(version, learner, at=opens_at - timedelta(seconds=1))
    second = start(version, learner, at=opens_at)
    submit(second, wrong_answers(second), at=opens_at)
    with pytest.raises(NoTriesLeft):
        start(version, learner, at=opens_at + timedelta(days=9))

    assert later.value.at == opens_at
    assert second.number == 2
    # new questions; one may come again only because a draw never goes without a critical one and all were seen
    again = {d["question"] for d in first.drawn} & {d["question"] for d in second.drawn}
    assert len(again) <= 1
    assert all(version.key[question]["critical"] for question in again)
    state = try_state(learner=learner, quiz=version.quiz, for_uuid=FOR, now=opens_at)
    assert (state.tries_used, state.tries_left, state.next_at, state.last_attempt) == (2, 0, None, second)


def test_who_passed_does_not_try_again():
    version, learner = published_quiz(), UserFactory()
    attempt = start(version, learner)
    submit(attempt, right_answers(attempt))

    with pytest.raises(AlreadyPassed):
        start(version, learner, at=MORNING + timedelta(days=2))


def test_a_new_version_leaves_the_open_try_on_its_own():
    version = published_quiz(pass_percent=80)
    attempt = start(version)
    quiz = version.quiz
    quiz.pass_percent = 100
    quiz.save()
    newer = publish_quiz(quiz=quiz, published_by=None, published_at=MORNING)

    done = submit(attempt, right_answers(attempt))

    assert (done.version, newer.number) == (version, 2)
    assert start(newer).version == newer


def test_review_opens_only_after_the_mark():
    attempt = start(published_quiz(draw_count=10))
    with pytest.raises(NotYetMarked):
        review(attempt=attempt, language="zh-hans")

    done = submit(attempt, with_critical_error(attempt))
    found = review(attempt=done, language="zh-hans")

    assert [q.is_right for q in found.questions].count(False) == 1
    assert found.lessons[0].questions == [found.critical[0].number]
    assert found.lessons[0].has_critical
    assert found.critical[0].critical_chosen[0].feedback.startswith("CANARY反馈")
    assert found.critical[0].laws == ["《未成年人保护法》第十一条，2024年4月26日版"]
    assert sum(x.total for x in found.per_lesson) == 10
    assert "Article 11" in review(attempt=done, language="en").questions[0].laws[0]


def test_a_voided_try_gives_the_try_back_and_keeps_what_she_answered():
    version, learner, trainer = published_quiz(tries=1), UserFactory(), UserFactory()
    attempt = start(version, learner)
    submit(attempt, wrong_answers(attempt))

    for _ in range(2):
        void_attempt(attempt=attempt, actor=trainer, reason="停电，半途断网", now=MORNING)

    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.verb, entry.reason) == (trainer, "void", "停电，半途断网")
    assert (Mark.objects.count(), attempt.steps.count()) == (1, 4)
    assert start(version, learner).number == 2


def test_a_form_that_changes_nothing_makes_no_step():
    attempt = start(published_quiz())
    question, option = attempt.drawn[0]["question"], attempt.drawn[0]["options"][0]

    for _ in range(2):
        save_form_step(
            attempt=attempt,
            device=PHONE,
            question_uuid=UUID(question),
            answer=[option],
            is_flagged=True,
            received_at=MORNING,
        )

    assert AttemptStep.objects.get().is_flagged
    assert sheet(attempt=attempt, language="en").questions[0].is_flagged


def test_starting_saving_and_submitting_cost_a_fixed_number_of_queries(django_assert_max_num_queries):
    version, learner = published_quiz(), UserFactory()
    with django_assert_max_num_queries(10):
        attempt = start(version, learner)
    with django_assert_max_num_queries(7):
        step(attempt, attempt.drawn[0]["question"], [attempt.drawn[0]["options"][0]])
    with django_assert_max_num_queries(7):
        submit(attempt, right_answers(attempt))


class DeliveryTest(TestCase):
    """Whatever a bad network does to the messages, the final state is the same."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1)), min_size=8, max_size=8),
        st.permutations(range(8)),
        st.lists(st.integers(0, 7), max_size=8),
    )
    def test_reordered_and_repeated_steps_end_the_same(self, choices, order, repeats):
        attempt = start(published_quiz(each=4))
        sent = [
            (attempt.drawn[question]["question"], [attempt.drawn[question]["options"][option]], sequence)
            for sequence, (question, option) in enumerate(choices, 1)
        ]

        for n in [*order, *repeats]:
            question, answer, sequence = sent[n]
            step(attempt, question, answer, sequence=sequence)

        assert counted_answers(attempt) == {question: answer for question, answer, _sequence in sent}
        assert attempt.steps.count() == 8
