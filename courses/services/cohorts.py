"""Classes: opened, joined, left, closed. A class changes nothing of what its people have learnt."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from courses.models import Cohort, CohortMember, Course
from people.models import Region, User
from people.services import record_audit


class CohortClosed(ValueError):
    """Nobody joins or leaves a closed class: open it again first."""


@transaction.atomic
def open_cohort(*, title: str, course: Course, region: Region, led_by: User, opened_date: date, at: datetime) -> Cohort:
    """This will open a class of a course in a region. Raises ValidationError."""
    cohort = Cohort(title=title.strip(), course=course, region=region, led_by=led_by, opened_date=opened_date)
    cohort.full_clean()
    cohort.save()
    _audit(cohort, "cohort_opened", led_by, at)
    return cohort


@transaction.atomic
def join_cohort(*, cohort: Cohort, learners: Iterable[User], actor: User, at: datetime, on: date) -> int:
    """This will put people into a class and say how many were not in it yet. Raises CohortClosed."""
    kept = _open(cohort)
    there = set(kept.members.filter(left_date__isnull=True).values_list("learner_id", flat=True))
    new = [CohortMember(cohort=kept, learner=one, joined_date=on) for one in learners if one.pk not in there]
    CohortMember.objects.bulk_create(new)
    if new:
        _audit(kept, "cohort_joined", actor, at, people=[member.learner_id for member in new])
    return len(new)


@transaction.atomic
def leave_cohort(*, member: CohortMember, actor: User, at: datetime, on: date) -> None:
    """This will take somebody out of a class. What she learnt stays. Twice is once. Raises CohortClosed."""
    _open(member.cohort)
    kept = CohortMember.objects.select_for_update().get(pk=member.pk)
    if kept.left_date is None:
        kept.left_date = on
        kept.save(update_fields=["left_date"])
        _audit(member.cohort, "cohort_left", actor, at, people=[kept.learner_id])


@transaction.atomic
def close_cohort(*, cohort: Cohort, actor: User, at: datetime, on: date) -> None:
    """This will close a class; it stays to be read. Twice is once."""
    kept = Cohort.objects.select_for_update().get(pk=cohort.pk)
    if kept.closed_date is None:
        kept.closed_date = max(on, kept.opened_date)
        kept.save(update_fields=["closed_date"])
        _audit(kept, "cohort_closed", actor, at)


@transaction.atomic
def reopen_cohort(*, cohort: Cohort, actor: User, at: datetime) -> None:
    """This will open a closed class again, with the people it had."""
    kept = Cohort.objects.select_for_update().get(pk=cohort.pk)
    if kept.closed_date is not None:
        kept.closed_date = None
        kept.save(update_fields=["closed_date"])
        _audit(kept, "cohort_reopened", actor, at)


def _open(cohort: Cohort) -> Cohort:
    kept = Cohort.objects.select_for_update().get(pk=cohort.pk)
    if kept.closed_date is not None:
        raise CohortClosed(kept.title)
    return kept


def _audit(cohort: Cohort, verb: str, actor: User, at: datetime, *, people: Iterable[int] = ()) -> None:
    record_audit(
        actor=actor,
        verb=verb,
        object_kind="cohort",
        object_id=str(cohort.uuid),
        recorded_at=at,
        details={"course": cohort.course_id, "people": list(people)},
    )
