"""Questions about tries: may she start one, what did she answer, what was it worth. Reads only."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from people.models import User

from .citations import cite
from .models import Attempt, AttemptStep, Mark, MarkDispute, Quiz, QuizVersion

LAST_SENTENCE = re.compile(r"(.+(?:[。！？][”）]?|[.!?][”’\")]?\s))(\S.+)")
GRACE = timedelta(seconds=30)  # what a slow network may take between her thumb and the server's clock


@dataclass(frozen=True)
class TryState:
    """Where one learner stands with one quiz, for one thing it counts towards.

    next_at: when the next try opens; None when it is open now or when there is none left.
    version: the rules that hold today; None while the quiz is unpublished.
    """

    tries_used: int
    tries_left: int
    open_attempt: Attempt | None
    next_at: datetime | None
    is_passed: bool
    last_attempt: Attempt | None
    version: QuizVersion | None


def newest_version(quiz: Quiz) -> QuizVersion | None:
    """This will give the version that new tries draw from, or None before the first publishing."""
    return QuizVersion.objects.filter(quiz=quiz).order_by("-number").first()


def try_state(*, learner: User, quiz: Quiz, for_uuid: UUID, now: datetime) -> TryState:
    """This will say how many tries are used and left, and when the next may start. A voided try was none."""
    version = newest_version(quiz)
    attempts = list(
        Attempt.objects.of(learner, quiz)
        .filter(for_uuid=for_uuid)
        .exclude(state=Attempt.State.VOIDED)
        .order_by("number")
    )
    finished = [a for a in attempts if a.state != Attempt.State.OPEN]
    last = finished[-1] if finished else None
    is_passed = any(a.is_passed for a in finished)
    left = max(0, version.tries - len(attempts)) if version else 0
    next_at = None
    if version and last and last.submitted_at and left and not is_passed:
        opens_at = last.submitted_at + timedelta(hours=version.hours_between_tries)
        next_at = opens_at if opens_at > now else None
    return TryState(
        tries_used=len(attempts),
        tries_left=left,
        open_attempt=next((a for a in attempts if a.state == Attempt.State.OPEN), None),
        next_at=next_at,
        is_passed=is_passed,
        last_attempt=last,
        version=version,
    )


def overdue(now: datetime) -> QuerySet[Attempt]:
    """This will give the tries that nobody handed in before their time ran out."""
    return Attempt.objects.open().filter(deadline_at__lt=now - GRACE).order_by("deadline_at")


def is_overdue(attempt: Attempt, now: datetime) -> bool:
    return attempt.state == Attempt.State.OPEN and now > attempt.deadline_at + GRACE


def newest_steps(steps: Iterable[AttemptStep]) -> dict[str, AttemptStep]:
    """This will give, per question, the step that counts.

    Inside one device the highest sequence wins, so a reordered or repeated delivery changes nothing; between devices,
    the one that wrote later, since only the device that held the try at that moment is counted at all.
    """
    per_device: dict[tuple[UUID, str], AttemptStep] = {}
    for step in steps:
        if step.is_late or step.is_other_device:
            continue
        held = per_device.get((step.question_uuid, step.device))
        if held is None or step.sequence > held.sequence:
            per_device[step.question_uuid, step.device] = step
    newest: dict[str, AttemptStep] = {}
    for (question, _device), step in per_device.items():
        held = newest.get(str(question))
        if held is None or step.pk > held.pk:
            newest[str(question)] = step
    return newest


def counted_answers(attempt: Attempt) -> dict[str, list]:
    """This will give the answers the server holds in time: {question uuid: [option uuids]}."""
    return {question: step.answer for question, step in newest_steps(attempt.steps.all()).items()}


@dataclass(frozen=True)
class ShownOption:
    """An option as it may be shown before submission."""

    uuid: str
    text: str
    is_chosen: bool
    position: int | None  # ordering only: where she put it, from 1


@dataclass(frozen=True)
class ShownQuestion:
    """A drawn question as it may be shown before submission: made from the paper alone, never from the key."""

    uuid: str
    number: int
    kind: str
    paragraphs: list[str]
    ask: str  # the last paragraph: the legend of the options
    options: list[ShownOption]
    is_answered: bool
    is_flagged: bool


@dataclass(frozen=True)
class Sheet:
    """One open try as its page shows it."""

    questions: list[ShownQuestion]
    saved_at: datetime | None
    last_sequences: dict[str, int]  # per device: a phone that lost its memory goes on from here

    @property
    def answered(self) -> int:
        return sum(q.is_answered for q in self.questions)


def sheet(*, attempt: Attempt, language: str) -> Sheet:
    """This will give the drawn paper with what the server already holds. One query beside the attempt's."""
    steps = list(attempt.steps.all())
    newest = newest_steps(steps)
    questions = shown_questions(
        paper=attempt.version.paper,
        drawn=attempt.drawn,
        answers={q: s.answer for q, s in newest.items()},
        flagged={q for q, s in newest.items() if s.is_flagged},
        language=language,
    )
    last: dict[str, int] = {}
    for s in steps:
        last[s.device] = max(s.sequence, last.get(s.device, 0))
    saved_at = max((s.received_at for s in newest.values()), default=None)
    return Sheet(questions=questions, saved_at=saved_at, last_sequences=last)


def shown_questions(
    *, paper: Mapping, drawn: list[dict], answers: Mapping[str, list], flagged: set[str], language: str
) -> list[ShownQuestion]:
    """This will put drawn questions into words: the order of the draw, one language, her own answers."""
    by_uuid = {q["uuid"]: q for q in paper["questions"]}
    shown = []
    for number, drawn_question in enumerate(drawn, 1):
        question = by_uuid[drawn_question["question"]]
        answer = answers.get(question["uuid"]) or []
        texts = {o["uuid"]: say(o["text"], language) for o in question["options"]}
        before, ask = story_and_question(say(question["stem"], language))
        ordering = question["kind"] == "ordering"
        complete = len([o for o in answer if o]) == len(texts) if ordering else bool(answer)
        shown.append(
            ShownQuestion(
                uuid=question["uuid"],
                number=number,
                kind=question["kind"],
                paragraphs=before,
                ask=ask,
                options=[
                    ShownOption(
                        uuid=o,
                        text=texts[o],
                        is_chosen=o in answer,
                        position=answer.index(o) + 1 if ordering and o in answer else None,
                    )
                    for o in drawn_question["options"]
                ],
                is_answered=complete,
                is_flagged=question["uuid"] in flagged,
            )
        )
    return shown


def story_and_question(stem: str) -> tuple[list[str], str]:
    """This will part what happened from what is asked: the last paragraph, or the last sentence of the only one."""
    *before, ask = [p.strip() for p in stem.splitlines() if p.strip()] or [""]
    parted = None if before else LAST_SENTENCE.match(ask)
    return ([parted[1].strip()], parted[2]) if parted else (before, ask)


@dataclass(frozen=True)
class ReviewedOption:
    """An option after submission. For ordering: `position` hers, `right_position` the right one."""

    text: str
    feedback: str
    is_chosen: bool
    is_correct: bool
    is_critical: bool
    position: int | None
    right_position: int | None


@dataclass(frozen=True)
class ReviewedQuestion:
    """A question after submission, with why."""

    number: int
    kind: str
    thinking: str
    lesson_number: int | None
    paragraphs: list[str]
    ask: str
    options: list[ReviewedOption]
    is_answered: bool
    is_right: bool
    is_critical: bool
    explanation: list[str]
    laws: list[str]

    @property
    def chosen(self) -> list[ReviewedOption]:
        return [o for o in self.options if o.is_chosen]

    @property
    def critical_chosen(self) -> list[ReviewedOption]:
        return [o for o in self.options if o.is_chosen and o.is_critical]


@dataclass(frozen=True)
class LessonToReview:
    """A lesson worth another look, and the questions that say so; the ones with a critical error come first."""

    number: int
    questions: list[int]
    has_critical: bool


@dataclass(frozen=True)
class LessonScore:
    number: int | None
    right: int
    total: int


@dataclass(frozen=True)
class Review:
    """What a learner may see of her finished try."""

    attempt: Attempt
    score_percent: Decimal
    pass_percent: int
    critical_errors: int
    critical_errors_allowed: int
    is_passed: bool
    questions: list[ReviewedQuestion]
    lessons: list[LessonToReview]
    per_lesson: list[LessonScore]

    @property
    def is_score_enough(self) -> bool:
        return self.score_percent >= self.pass_percent

    @property
    def critical(self) -> list[ReviewedQuestion]:
        return [q for q in self.questions if q.is_critical]

    @property
    def wrong(self) -> list[ReviewedQuestion]:
        return [q for q in self.questions if not q.is_right]


def disputes_of(attempt: Attempt) -> list[tuple[int, MarkDispute]]:
    """This will give what the learner said was marked wrong, with the number of the question on her paper."""
    numbers = {drawn["question"]: number for number, drawn in enumerate(attempt.drawn, 1)}
    return [
        (numbers[str(row.question_uuid)], row) for row in MarkDispute.objects.filter(attempt=attempt).order_by("pk")
    ]


class NotYetMarked(Exception):
    """The try is still open or was voided: its key stays on the server."""


def review(*, attempt: Attempt, language: str) -> Review:
    """This will give what to show after submission. Raises NotYetMarked before it: this is the key's only door out."""
    if attempt.state not in Attempt.FINISHED_STATES:
        raise NotYetMarked
    return review_of(attempt=attempt, version=attempt.version, mark=attempt.marks.latest("pk"), language=language)


def review_of(*, attempt: Attempt, version: QuizVersion, mark: Mark, language: str) -> Review:
    """This will put a mark into words, for a learner's try and for a trainer's preview, which has no rows."""
    key = version.key
    by_uuid = {q["uuid"]: q for q in version.paper["questions"]}
    shown = shown_questions(
        paper=version.paper, drawn=attempt.drawn, answers=mark.answers, flagged=set(), language=language
    )
    laws = cite({law for q in shown for law in key[q.uuid]["laws"]}, language)
    questions = [_reviewed(q, by_uuid[q.uuid], key[q.uuid], mark.per_question[q.uuid], laws, language) for q in shown]
    return Review(
        attempt=attempt,
        score_percent=mark.score_percent,
        pass_percent=version.pass_percent,
        critical_errors=mark.critical_errors,
        critical_errors_allowed=version.critical_errors_allowed,
        is_passed=mark.is_passed,
        questions=questions,
        lessons=_lessons_to_review(questions),
        per_lesson=_per_lesson(questions),
    )


def _reviewed(
    shown: ShownQuestion, question: Mapping, key: Mapping, mark: Mapping, laws: Mapping[str, str], language: str
) -> ReviewedQuestion:
    ordering = shown.kind == "ordering"
    options = [
        ReviewedOption(
            text=o.text,
            feedback=say(key["feedback"].get(o.uuid, {}), language),
            is_chosen=o.is_chosen and not ordering,
            is_correct=o.uuid in key["correct"] and not ordering,
            is_critical=o.uuid in key["critical"],
            position=o.position,
            right_position=key["correct"].index(o.uuid) + 1 if ordering else None,
        )
        for o in shown.options
    ]
    if ordering:
        options.sort(key=lambda o: o.right_position or 0)
    return ReviewedQuestion(
        number=shown.number,
        kind=shown.kind,
        thinking=question["thinking"],
        lesson_number=question["lesson_number"],
        paragraphs=shown.paragraphs,
        ask=shown.ask,
        options=options,
        is_answered=shown.is_answered,
        is_right=mark["points"] == 1,
        is_critical=mark["is_critical"],
        explanation=[p.strip() for p in say(key["explanation"], language).splitlines() if p.strip()],
        laws=[laws[law] for law in key["laws"]],
    )


def _lessons_to_review(questions: list[ReviewedQuestion]) -> list[LessonToReview]:
    numbers: dict[int, list[ReviewedQuestion]] = {}
    for q in questions:
        if not q.is_right and q.lesson_number is not None:
            numbers.setdefault(q.lesson_number, []).append(q)
    lessons = [
        LessonToReview(number=n, questions=[q.number for q in qs], has_critical=any(q.is_critical for q in qs))
        for n, qs in numbers.items()
    ]
    return sorted(lessons, key=lambda x: (not x.has_critical, -len(x.questions), x.number))


def _per_lesson(questions: list[ReviewedQuestion]) -> list[LessonScore]:
    numbers = sorted({q.lesson_number for q in questions}, key=lambda n: (n is None, n or 0))
    return [
        LessonScore(
            number=n,
            right=sum(q.is_right for q in questions if q.lesson_number == n),
            total=sum(1 for q in questions if q.lesson_number == n),
        )
        for n in numbers
    ]


def say(words: Mapping[str, str], language: str) -> str:
    """This will pick one language of a frozen text, and Chinese where the other is missing."""
    return words.get("en" if language.startswith("en") else "zh") or words.get("zh", "")
