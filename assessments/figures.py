"""A quiz in figures, for its author: what first tries say about each question. Nobody is named, nobody is kept.

Reads marks in one pass with an iterator: memory grows with the number of questions, not of tries. Finished figures are
cached under (version, newest mark, counted tries), so that a new mark, a regrade or a voided try makes new ones.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from .items import Account, Judgement, judge, median
from .models import Attempt, Mark, Quiz, QuizVersion

KEPT_SECONDS = 7 * 24 * 3600
CHUNK = 2000  # marks held at once
FORM = 1  # of what is cached: a new number when QuizFigures changes its shape


@dataclass(frozen=True)
class QuestionFigures:
    """One question of a version. tries of other versions count where it read word for word the same."""

    uuid: str
    judgement: Judgement
    right: int
    critical: int
    chosen: dict[tuple[int, str], int]


@dataclass(frozen=True)
class QuizFigures:
    """One version. first: learners whose first counted try was at this version."""

    attempts: int
    first: int
    first_passed: int
    median_score: float | None
    questions: tuple[QuestionFigures, ...]


def versions_of(quiz: Quiz) -> list[QuizVersion]:
    """This will list a quiz's versions, newest first, without their words."""
    return list(quiz.versions.defer("paper", "key").order_by("-number"))


def figures_of(versions: Sequence[QuizVersion]) -> dict[int, QuizFigures]:
    """This will give the figures of versions by their keys: two queries when they are cached, whoever has answered."""
    states = {
        row["quiz"]: f"{row['mark'] or 0}:{row['tries']}"
        for row in Attempt.objects.finished()
        .filter(quiz__in={version.quiz_id for version in versions})
        .order_by()
        .values("quiz")
        .annotate(tries=Count("pk", distinct=True), mark=Max("marks__pk"))
    }
    keys = {
        version.pk: f"quiz-figures:{FORM}:{version.pk}:{states.get(version.quiz_id, '0:0')}" for version in versions
    }
    kept = cache.get_many(keys.values())
    found = {}
    for version in versions:
        figures = kept.get(keys[version.pk])
        if figures is None:
            figures = _count(QuizVersion.objects.get(pk=version.pk))
            cache.set(keys[version.pk], figures, KEPT_SECONDS)
        found[version.pk] = figures
    return found


def first_tries() -> QuerySet[Attempt]:
    """This will keep each learner's first counted try at a quiz: what she knew before she had seen its questions."""
    earlier = Attempt.objects.finished().filter(
        learner=OuterRef("learner"), quiz=OuterRef("quiz"), pk__lt=OuterRef("pk")
    )
    return Attempt.objects.finished().filter(~Exists(earlier))


def _count(version: QuizVersion) -> QuizFigures:
    first = first_tries().filter(version=version)
    scores = {
        float(score): times
        for score, times in first.order_by().values_list("score_percent").annotate(times=Count("pk"))
        if score is not None
    }
    heads = first.aggregate(n=Count("pk"), passed=Count("pk", filter=Q(is_passed=True)))
    return QuizFigures(
        attempts=Attempt.objects.finished().filter(version=version).count(),
        first=heads["n"],
        first_passed=heads["passed"],
        median_score=median(scores),
        questions=_questions(version),
    )


def _questions(version: QuizVersion) -> tuple[QuestionFigures, ...]:
    paper = {q["uuid"]: q for q in version.paper["questions"]}
    prints = _fingerprints(version)
    # which questions of the other versions read exactly the same: {version: {question, …}}
    same = {
        other.pk: {uuid for uuid, digest in _fingerprints(other).items() if prints.get(uuid) == digest}
        for other in QuizVersion.objects.filter(quiz=version.quiz_id).iterator(chunk_size=4)
    }
    accounts = {uuid: Account() for uuid in paper}
    ordered = {uuid for uuid, q in paper.items() if q["kind"] == "ordering"}
    for met_version, answers, per_question in _marks(version.quiz_id):
        wanted = same[met_version]
        points = sum(mark["points"] for mark in per_question.values())
        for uuid, mark in per_question.items():
            if uuid in wanted:
                accounts[uuid].add(
                    answer=answers.get(uuid) or (),
                    is_right=bool(mark["points"]),
                    is_critical=mark["is_critical"],
                    is_ordered=uuid in ordered,
                    rest_right=points - mark["points"],
                    rest_total=len(per_question) - 1,
                )
    return tuple(
        QuestionFigures(
            uuid=uuid,
            judgement=judge(
                account,
                kind=paper[uuid]["kind"],
                correct=version.key[uuid]["correct"],
                options=[option["uuid"] for option in paper[uuid]["options"]],
            ),
            right=account.right,
            critical=account.critical,
            chosen=dict(account.chosen),
        )
        for uuid, account in accounts.items()
    )


def _marks(quiz_pk: int) -> Iterable[tuple[int, dict, dict]]:
    """The newest mark of every first try. A regrade replaces what it corrects."""
    newer = Mark.objects.filter(attempt=OuterRef("attempt"), pk__gt=OuterRef("pk"))
    marks = Mark.objects.filter(~Exists(newer), attempt__in=first_tries().filter(quiz=quiz_pk))
    return marks.values_list("attempt__version_id", "answers", "per_question").iterator(chunk_size=CHUNK)


def _fingerprints(version: QuizVersion) -> dict[str, str]:
    """What makes a question the same question: its words, its options and what counts as right or dangerous."""
    return {
        q["uuid"]: hashlib.sha256(
            json.dumps(
                [
                    q["kind"],
                    q["stem"],
                    sorted((o["uuid"], o["text"]["zh"], o["text"]["en"]) for o in q["options"]),
                    version.key[q["uuid"]]["correct"],
                    version.key[q["uuid"]]["critical"],
                ],
                ensure_ascii=False,
                sort_keys=True,
            ).encode()
        ).hexdigest()
        for q in version.paper["questions"]
    }


@dataclass(frozen=True)
class ToMend:
    """A question of a version in use that deserves a look, with its gravest flag."""

    version: QuizVersion
    uuid: str
    code: str
    stem: dict
    flag: str


def questions_to_mend(*, at_most: int, flags: Iterable[str]) -> list[ToMend]:
    """This will name the worst questions over all quizzes as they are in use now: gravest flag first."""
    newer = QuizVersion.objects.filter(quiz=OuterRef("quiz"), number__gt=OuterRef("number"))
    newest = list(
        QuizVersion.objects.filter(~Exists(newer)).select_related("quiz").defer("paper", "key").order_by("quiz__code")
    )
    figures = figures_of(newest)
    order = list(flags)
    found = []
    for version in newest:
        for question in figures[version.pk].questions:
            hits = [flag for flag in order if flag in question.judgement.flags]
            if hits:
                found.append((order.index(hits[0]), version, question.uuid))
    found.sort(key=lambda one: one[0])
    worst = found[:at_most]
    papers = {
        v.pk: {q["uuid"]: q for q in v.paper["questions"]}
        for v in QuizVersion.objects.filter(pk__in={version.pk for _rank, version, _uuid in worst}).only("paper")
    }
    return [
        ToMend(
            version=version,
            uuid=uuid,
            code=papers[version.pk][uuid]["code"],
            stem=papers[version.pk][uuid]["stem"],
            flag=order[rank],
        )
        for rank, version, uuid in worst
    ]
