"""One learner as her officer sees her: where she works, what she has done, what is missing and why. Six queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from assessments.models import Attempt
from certificates.models import Certificate
from certificates.selectors import own_certificates
from courses.lines import missing_facts
from courses.models import Enrolment, Standing
from courses.rules import lessons_left
from people.models import Membership, User
from people.scope import Scope
from reports.models import Reminder
from reports.words import Mark, mark_of, why_of

REMINDERS_SHOWN = 20


@dataclass(frozen=True)
class Course:
    """One enrolment: how far, and what it still lacks."""

    enrolment: Enrolment
    finished: int
    total: int
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Programme:
    """One certificate that she is to hold."""

    standing: Standing
    mark: Mark
    why: str


@dataclass(frozen=True)
class Learner:
    """Everything on her officer's page."""

    user: User
    post: Membership | None  # of today
    posts: tuple[Membership, ...]
    is_mine: bool  # her post of today lies inside: only then may a slip be made for her
    programmes: tuple[Programme, ...]
    courses: tuple[Course, ...]
    certificates: tuple[Certificate, ...]
    reminders: tuple[Reminder, ...]
    reminded_today: bool


def learner(*, scope: Scope, person_uuid: UUID, now: datetime) -> Learner | None:
    """This will gather one learner for an officer, or nothing for somebody who is not in her scope."""
    posts = list(
        Membership.objects.filter(user__uuid=person_uuid)
        .select_related("user", "organisation", "region")
        .order_by("-started_date", "-pk")
    )
    standings = list(_standings(person_uuid))
    day = scope.on_date
    post = next((p for p in posts if p.started_date <= day and (p.ended_date is None or p.ended_date > day)), None)
    is_mine = post is not None and covers(scope, post)
    if not is_mine and not any(covers(scope, standing) for standing in standings):
        return None
    user = posts[0].user if posts else standings[0].user
    enrolments = list(Enrolment.objects.of(user).select_related("course", "release").order_by("-enrolled_at", "-pk"))
    reminders = list(
        Reminder.objects.filter(user=user)
        .select_related("round__sent_by", "round__programme", "message")
        .order_by("-day")[:REMINDERS_SHOWN]
    )
    return Learner(
        user=user,
        post=post,
        posts=tuple(posts),
        is_mine=is_mine,
        programmes=tuple(Programme(s, mark_of(s, on_date=day), why_of(s, on_date=day)) for s in standings),
        courses=tuple(_courses(user, enrolments, now)),
        certificates=tuple(own_certificates(learner=user, day=day)),
        reminders=tuple(reminders),
        reminded_today=any(r.day == day for r in reminders),
    )


def covers(scope: Scope, row: Membership | Standing) -> bool:
    """Does a row with region and organisation lie inside the scope? The same rule as Scope.as_q, for a loaded row."""
    return scope.covers_region(row.region.path) or any(
        row.organisation.path.startswith(root) for root in scope.organisation_paths
    )


def _standings(person_uuid: UUID) -> QuerySet[Standing]:
    return (
        Standing.objects.filter(user__uuid=person_uuid)
        .select_related("user", "programme", "allocation", "region", "organisation", "certificate")
        .order_by("programme__code")
    )


def _courses(user: User, enrolments: Sequence[Enrolment], now: datetime) -> list[Course]:
    attempts: dict[UUID, list[Attempt]] = {}
    if enrolments:
        rows = Attempt.objects.finished().filter(learner=user, for_uuid__in=[e.uuid for e in enrolments])
        for attempt in rows.select_related("version").defer("version__paper", "version__key").order_by("number"):
            attempts.setdefault(attempt.for_uuid, []).append(attempt)
    return [
        Course(
            enrolment=enrolment,
            finished=enrolment.lessons_finished,
            total=len(enrolment.release.lessons),
            missing=()
            if enrolment.completed_at or enrolment.closed_at
            else tuple(
                missing_facts(
                    enrolment,
                    left=lessons_left(enrolment.release.lessons, enrolment.finished_keys),
                    has_test=enrolment.course.quiz_id is not None,
                    attempts=attempts.get(enrolment.uuid, []),
                    now=now,
                )
            ),
        )
        for enrolment in enrolments
    ]


def names_of(*, scope: Scope, user_ids: Sequence[int]) -> dict[int, User]:
    """This will give the people among these ids who are in the scope today, by id."""
    rows = Standing.objects.filter(scope.as_q(), user_id__in=user_ids).select_related("user")
    return {standing.user_id: standing.user for standing in rows}
