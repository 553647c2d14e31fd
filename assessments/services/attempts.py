"""A try from its start to its mark. Everything locks the try's row; everything may be sent twice."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from assessments.drawing import draw
from assessments.grading import mark
from assessments.models import Attempt, AttemptStep, Mark, Quiz
from assessments.selectors import GRACE, is_overdue, newest_steps, try_state
from people.models import User

STEPS_KEPT = 2000  # per try; a phone that sends more is not a person


class TryLater(Exception):
    """The hours between two tries are not over; `at` says when they are."""

    def __init__(self, at: datetime):
        super().__init__(at.isoformat())
        self.at = at


class NoTriesLeft(Exception):
    """All tries are used. A trainer may void one, with a reason."""


class QuizNotPublished(Exception):
    """The quiz has no version yet."""


class AlreadyPassed(Exception):
    """She passed; there is nothing left to try."""


class AttemptOfAnother(Exception):
    """Somebody else's try already has this uuid: a conflict, told in a sentence."""


class AnswerRefused(Exception):
    """The answer is not one the drawn paper allows; the message says why."""


class TooManySteps(Exception):
    """The try holds STEPS_KEPT steps already."""


class SequenceTaken(Exception):
    """The device already used this number for something else; `next_sequence` is free."""

    def __init__(self, next_sequence: int):
        super().__init__(str(next_sequence))
        self.next_sequence = next_sequence


@transaction.atomic
def start_attempt(
    *, learner: User, quiz: Quiz, for_uuid: UUID, attempt_uuid: UUID, device: str, started_at: datetime
) -> Attempt:
    """This will start a try, or give back the one that is open or that this uuid already made.

    The learner's own row is the lock, so two thumbs make one try. An open try that is overdue is given back as it is:
    closing it may earn her something, and that is for the caller (courses.services.close_overdue) to tell.
    Raises AttemptOfAnother, QuizNotPublished, AlreadyPassed, NoTriesLeft, TryLater.
    """
    User.objects.select_for_update(no_key=True).get(pk=learner.pk)
    same = Attempt.objects.filter(uuid=attempt_uuid).first()
    if same:
        if same.learner_id != learner.pk:
            raise AttemptOfAnother
        return same
    open_elsewhere = Attempt.objects.of(learner, quiz).open().first()
    if open_elsewhere:
        return open_elsewhere
    state = try_state(learner=learner, quiz=quiz, for_uuid=for_uuid, now=started_at)
    if state.version is None:
        raise QuizNotPublished
    if state.is_passed:
        raise AlreadyPassed
    if not state.tries_left:
        raise NoTriesLeft
    if state.next_at:
        raise TryLater(state.next_at)
    earlier = Attempt.objects.of(learner, quiz).values_list("for_uuid", "number", "drawn")
    seed = secrets.randbits(63)
    return Attempt.objects.create(
        uuid=attempt_uuid,
        learner=learner,
        quiz=quiz,
        version=state.version,
        for_uuid=for_uuid,
        number=max((n for counts_for, n, _drawn in earlier if counts_for == for_uuid), default=0) + 1,
        drawn=draw(
            questions=state.version.paper["questions"],
            key=state.version.key,
            count=state.version.draw_count,
            seed=seed,
            seen={d["question"] for _counts_for, _n, drawn in earlier for d in drawn},
        ),
        seed=seed,
        device=device,
        started_at=started_at,
        deadline_at=started_at + timedelta(minutes=state.version.minutes),
    )


@transaction.atomic
def save_step(
    *,
    attempt: Attempt,
    device: str,
    sequence: int,
    question_uuid: UUID,
    answer: list,
    client_at: datetime | None,
    received_at: datetime,
    is_flagged: bool = False,
) -> AttemptStep:
    """This will keep one change of one answer. Sent twice, kept once; late or from another device, kept and flagged.

    Raises AnswerRefused, SequenceTaken, TooManySteps.
    """
    attempt = locked(attempt)
    same = attempt.steps.filter(device=device, sequence=sequence).first()
    if same:
        if (same.question_uuid, same.answer, same.is_flagged) == (question_uuid, answer, is_flagged):
            return same
        raise SequenceTaken(_next_sequence(attempt, device))
    refuse_foreign_answers(attempt, {str(question_uuid): answer})
    if attempt.steps.count() >= STEPS_KEPT:
        raise TooManySteps
    return AttemptStep.objects.create(
        attempt=attempt,
        device=device,
        sequence=sequence,
        question_uuid=question_uuid,
        answer=answer,
        is_flagged=is_flagged,
        client_at=client_at,
        received_at=received_at,
        is_late=_is_late(attempt, received_at),
        is_other_device=_is_other(attempt, device),
    )


@transaction.atomic
def save_form_step(
    *, attempt: Attempt, device: str, question_uuid: UUID, answer: list, is_flagged: bool, received_at: datetime
) -> AttemptStep:
    """This will keep what a plain form sent: the server numbers it, and an unchanged answer is no new step."""
    attempt = locked(attempt)
    newest = newest_steps(attempt.steps.filter(question_uuid=question_uuid)).get(str(question_uuid))
    if newest and (newest.answer, newest.is_flagged) == (answer, is_flagged):
        return newest
    return save_step(
        attempt=attempt,
        device=device,
        sequence=_next_sequence(attempt, device),
        question_uuid=question_uuid,
        answer=answer,
        is_flagged=is_flagged,
        client_at=None,
        received_at=received_at,
    )


@transaction.atomic
def take_over(*, attempt: Attempt, device: str) -> Attempt:
    """This will let another device of hers answer from now on. What the old one still sends is kept, not counted."""
    attempt = locked(attempt)
    if attempt.state == Attempt.State.OPEN and attempt.device != device:
        attempt.device = device
        attempt.save(update_fields=["device"])
    return attempt


@transaction.atomic
def grade_attempt(*, attempt: Attempt, answers: Mapping[str, list], submitted_at: datetime, device: str) -> Attempt:
    """This will close a try with the answers it carries, over those already saved, and mark it against its version.

    A repeat returns the stored result. Past the deadline and its grace the try is closed with what came in time, and
    the late answers are kept and flagged. From a device that no longer holds the try nothing is closed: the answers
    are kept and flagged, and the try comes back OPEN. Raises AnswerRefused.
    """
    attempt = locked(attempt)
    refuse_foreign_answers(attempt, answers)
    steps = list(attempt.steps.all())
    in_time = attempt.state == Attempt.State.OPEN and not is_overdue(attempt, submitted_at)
    holds_it = not _is_other(attempt, device)
    counted = {question: step.answer for question, step in newest_steps(steps).items()}
    _keep_new_answers(attempt, steps, counted, answers, device, submitted_at)
    if attempt.state != Attempt.State.OPEN:
        return attempt
    if not in_time:
        return _close(attempt, counted, Attempt.State.EXPIRED, attempt.deadline_at, marked_at=submitted_at)
    if not holds_it:
        return attempt
    return _close(attempt, {**counted, **answers}, Attempt.State.SUBMITTED, submitted_at, marked_at=submitted_at)


@transaction.atomic
def close_overdue_attempt(*, attempt: Attempt, now: datetime) -> Attempt:
    """This will mark a try that nobody handed in, with the answers that came in time. Does nothing before its time."""
    attempt = locked(attempt)
    if not is_overdue(attempt, now):
        return attempt
    counted = {question: step.answer for question, step in newest_steps(attempt.steps.all()).items()}
    return _close(attempt, counted, Attempt.State.EXPIRED, attempt.deadline_at, marked_at=now)


def refuse_foreign_answers(attempt: Attempt, answers: Mapping[str, list]) -> None:
    """This will raise AnswerRefused unless every answer is one that the drawn paper allows."""
    kinds = {q["uuid"]: q["kind"] for q in attempt.version.paper["questions"]}
    drawn = {d["question"]: d["options"] for d in attempt.drawn}
    for question, answer in answers.items():
        if question not in drawn:
            raise AnswerRefused(_("这份卷子里没有这道题。"))
        if not isinstance(answer, list) or len(answer) > len(drawn[question]):
            raise AnswerRefused(_("这个答案读不懂。"))
        chosen = [o for o in answer if o is not None]
        if any(not isinstance(o, str) or o not in drawn[question] for o in chosen):
            raise AnswerRefused(_("这道题里没有这个选项。"))
        if len(set(chosen)) != len(chosen) or (len(chosen) != len(answer) and kinds[question] != "ordering"):
            raise AnswerRefused(_("这个答案读不懂。"))
        if kinds[question] in ("single", "truefalse") and len(chosen) > 1:
            raise AnswerRefused(_("这道题只能选一个。"))


def locked(attempt: Attempt) -> Attempt:
    """This will read a try again under its lock, with its version: one query."""
    return Attempt.objects.select_for_update(of=("self",)).select_related("version").get(pk=attempt.pk)


def _is_late(attempt: Attempt, at: datetime) -> bool:
    return attempt.state != Attempt.State.OPEN or at > attempt.deadline_at + GRACE


def _is_other(attempt: Attempt, device: str) -> bool:
    return bool(attempt.device) and attempt.device != device


def _next_sequence(attempt: Attempt, device: str) -> int:
    return (attempt.steps.filter(device=device).aggregate(last=Max("sequence"))["last"] or 0) + 1


def _keep_new_answers(
    attempt: Attempt,
    steps: list[AttemptStep],
    counted: Mapping[str, list],
    answers: Mapping[str, list],
    device: str,
    at: datetime,
) -> None:
    """What the submission carries and no step told yet becomes steps, so that a replay of steps gives the same mark."""
    own = sorted((s for s in steps if s.device == device), key=lambda s: s.sequence)
    told = {str(s.question_uuid): s.answer for s in own}
    sequence = own[-1].sequence if own else 0
    new = [q for q in answers if answers[q] != counted.get(q, []) and answers[q] != told.get(q)]
    AttemptStep.objects.bulk_create(
        AttemptStep(
            attempt=attempt,
            device=device,
            sequence=sequence + n,
            question_uuid=question,
            answer=answers[question],
            received_at=at,
            is_late=_is_late(attempt, at),
            is_other_device=_is_other(attempt, device),
        )
        for n, question in enumerate(new, 1)
    )


def _close(
    attempt: Attempt, answers: Mapping[str, list], state: Attempt.State, submitted_at: datetime, *, marked_at: datetime
) -> Attempt:
    version = attempt.version
    result = mark(
        questions={q["uuid"]: q for q in version.paper["questions"]},
        key=version.key,
        drawn=attempt.drawn,
        answers=answers,
        pass_percent=version.pass_percent,
        critical_errors_allowed=version.critical_errors_allowed,
    )
    Mark.objects.create(
        attempt=attempt,
        marked_at=marked_at,
        answers=dict(answers),
        per_question={q: {"points": m.points, "is_critical": m.is_critical} for q, m in result.per_question.items()},
        score_percent=result.score_percent,
        critical_errors=result.critical_errors,
        is_passed=result.is_passed,
    )
    attempt.state = state
    attempt.submitted_at = submitted_at
    attempt.score_percent = result.score_percent
    attempt.critical_errors = result.critical_errors
    attempt.is_passed = result.is_passed
    attempt.save(update_fields=["state", "submitted_at", "score_percent", "critical_errors", "is_passed"])
    return attempt
