"""A class on one page: who has done what. Only people who stand in the asker's places today are named."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from assessments.models import Attempt
from courses.models import Cohort, CohortMember, Enrolment, Programme, Standing
from courses.requirements import newest_outlines
from people.models import Membership, User
from people.scope import Scope

MOST_MEMBERS = 300  # of a class; a bigger one is two


@dataclass(frozen=True)
class Row:
    """One person of the class. lessons: for each lesson of the course "done", "here" or "" for one to come."""

    member: CohortMember
    post: Membership
    lessons: tuple[str, ...]
    is_enrolled: bool
    is_passed: bool
    is_finished: bool  # the course, its test included
    tries: int
    best: Decimal | None
    is_certified: bool
    last_activity_at: datetime | None

    @property
    def done(self) -> int:
        return self.lessons.count("done")

    @property
    def done_numbers(self) -> list[int]:
        return [n for n, state in enumerate(self.lessons, start=1) if state == "done"]


@dataclass(frozen=True)
class ClassPage:
    """lessons: number, title and how many of the class have finished it."""

    cohort: Cohort
    rows: tuple[Row, ...]
    lessons: tuple[tuple[int, dict, int], ...]

    @property
    def passed(self) -> int:
        return sum(row.is_passed for row in self.rows)

    @property
    def certified(self) -> int:
        return sum(row.is_certified for row in self.rows)


def cohorts(*, scope: Scope) -> QuerySet[Cohort]:
    """This will give the classes of her places, open ones first, each with how many are in it."""
    inside = Q(pk__in=[])
    for path in scope.region_paths:
        inside |= Q(region__path__startswith=path)
    now_in = Q(members__left_date__isnull=True)
    return (
        Cohort.objects.filter(inside)
        .select_related("course", "region", "led_by")
        .annotate(people=Count("members", filter=now_in))
        .order_by("closed_date", "-opened_date", "-pk")
    )


def class_page(*, scope: Scope, cohort: Cohort) -> ClassPage:
    """This will lay a class out in five queries, whatever its size. Who has left her places is not shown."""
    in_it = cohort.members.filter(left_date__isnull=True)
    here = scope.memberships().filter(user__in=in_it.values("learner")).select_related("organisation", "region")
    posts = {post.user_id: post for post in here}
    members = list(
        in_it.filter(learner__in=posts)
        .select_related("learner")
        .annotate(
            is_certified=Exists(
                Standing.objects.filter(
                    user=OuterRef("learner"),
                    state=Standing.State.CERTIFIED,
                    allocation__requirement_set__requirements__course=cohort.course,
                ).filter(Q(valid_until_date__isnull=True) | Q(valid_until_date__gte=scope.on_date))
            )
        )
        .order_by("learner__name", "pk")
    )
    enrolments: dict[int, Enrolment] = {}
    found = Enrolment.objects.filter(course=cohort.course, learner__in=posts).select_related("release")
    for enrolment in found.order_by("enrolled_at", "pk"):  # the newest stands
        enrolments[enrolment.learner_id] = enrolment
    tried = {
        row["for_uuid"]: row
        for row in Attempt.objects.finished()
        .filter(for_uuid__in=[one.uuid for one in enrolments.values()])
        .values("for_uuid")
        .annotate(tries=Count("pk"), best=Max("score_percent"))
        .order_by()
    }
    outline = newest_outlines([cohort.course_id]).get(cohort.course_id, [])
    rows = [_row(member, posts, enrolments, tried, outline) for member in members]
    done = [sum(row.lessons[n] == "done" for row in rows) for n in range(len(outline))]
    lessons = tuple((one["number"], one["title"], done[n]) for n, one in enumerate(outline))
    return ClassPage(cohort, tuple(rows), lessons)


def _row(member: CohortMember, posts, enrolments, tried, outline) -> Row:
    enrolment = enrolments.get(member.learner_id)
    finished = set(enrolment.finished_keys) if enrolment else set()
    here = str(enrolment.last_lesson_key) if enrolment and enrolment.last_lesson_key else ""
    state = tried.get(enrolment.uuid, {}) if enrolment else {}
    return Row(
        member=member,
        post=posts[member.learner_id],
        lessons=tuple("done" if one["key"] in finished else "here" if one["key"] == here else "" for one in outline),
        is_enrolled=enrolment is not None,
        is_passed=bool(enrolment and enrolment.quiz_passed_at),
        is_finished=bool(enrolment and enrolment.completed_at),
        tries=state.get("tries", 0),
        best=state.get("best"),
        is_certified=member.is_certified,  # type: ignore[attr-defined]
        last_activity_at=enrolment.last_activity_at if enrolment else None,
    )


def unfinished(*, scope: Scope, shown: ClassPage) -> list[tuple[Programme, list[UUID]]]:
    """This will group those who have not finished the course by the programme they are learning it for; one query.

    Only people whom the scope holds, and who are on a programme that asks for the course: a reminder is about one.
    """
    open_now = [row.member.learner_id for row in shown.rows if not row.is_finished]
    standings = (
        Standing.objects.learning()
        .filter(
            scope.as_q(), user__in=open_now, allocation__requirement_set__requirements__course=shown.cohort.course_id
        )
        .select_related("programme", "user")
        .order_by("programme__code", "user__name", "pk")
    )
    found: dict[int, tuple[Programme, list[UUID]]] = {}
    for standing in standings:
        found.setdefault(standing.programme_id, (standing.programme, []))[1].append(standing.user.uuid)
    return list(found.values())


def named_in(lines: Iterable[str], *, scope: Scope) -> tuple[list[User], list[tuple[int, str, int]]]:
    """This will find the people that lines of a list mean, one a line: a name, a sign-in number or a whole phone.

    Gives the people, and for each line that means nobody or several: its number, its words, how many it means.
    """
    wanted = [(n, " ".join(line.split())) for n, line in enumerate(lines, start=1) if line.strip()]
    words = {text for _n, text in wanted}
    asked = Q(user__name__in=words) | Q(user__login_number__in=words) | Q(user__phone__in=words)
    means: dict[str, dict[int, User]] = {}
    for post in scope.memberships().filter(asked).select_related("user"):
        for key in (post.user.name, post.user.login_number, post.user.phone):
            means.setdefault(key, {})[post.user_id] = post.user
    people, unclear = {}, []
    for n, text in wanted:
        found = means.get(text, {})
        if len(found) == 1:
            people.update(found)
        else:
            unclear.append((n, text, len(found)))
    return list(people.values()), unclear
