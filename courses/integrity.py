"""Does what screens show still follow from the ledgers? Replay, recount, compare; mend when asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from courses.folding import ENROLMENT_FIELDS, PROGRESS_FIELDS, replay
from courses.models import Allocation, CertificationPeriod, Enrolment, LearningEvent, LessonProgress, Standing
from courses.services.certification import replay_period
from courses.services.standing import (
    compute_standing,
    differs,
    rebuild_tallies,
    recount,
    refresh_standing,
    stored_tallies,
)


@dataclass(frozen=True)
class Difference:
    """One field of one kept row that is not what the facts say. Holds ids, never a person's name."""

    row: str
    field: str
    kept: object
    replayed: object

    def __str__(self) -> str:
        return f"{self.row} {self.field}: kept {self.kept!r}, replayed {self.replayed!r}"


def check(*, mend: bool, at: datetime) -> Iterator[Difference]:
    """This will yield every difference, and put the replayed value in its place if asked to.

    The order matters when mending: progress first, then periods, then the standings on them, then the sums.
    """
    yield from check_enrolments(mend=mend)
    yield from check_periods(mend=mend)
    yield from check_standings(mend=mend, at=at)
    yield from check_tallies(mend=mend)


def check_enrolments(*, mend: bool) -> Iterator[Difference]:
    for pk in Enrolment.objects.order_by("pk").values_list("pk", flat=True).iterator():
        with transaction.atomic():
            kept = Enrolment.objects.select_for_update(no_key=True).get(pk=pk)
            fresh, progress = replay(kept, LearningEvent.objects.filter(enrolment=kept).order_by("id"))
            rows = {row.lesson_key: row for row in LessonProgress.objects.filter(enrolment=kept)}
            found = list(_compare(f"enrolment {pk}", kept, fresh, ENROLMENT_FIELDS))
            for key in progress.keys() | rows.keys():
                name = f"enrolment {pk} lesson {key}"
                if key not in rows or key not in progress:
                    found.append(Difference(name, "row", key in rows, key in progress))
                else:
                    found.extend(_compare(name, rows[key], progress[key], PROGRESS_FIELDS))
            if found and mend:
                fresh.save(update_fields=ENROLMENT_FIELDS)
                LessonProgress.objects.filter(enrolment=kept).delete()
                LessonProgress.objects.bulk_create(progress.values())
        yield from found


def check_periods(*, mend: bool) -> Iterator[Difference]:
    for period in CertificationPeriod.objects.order_by("pk").iterator():
        values = replay_period(period)
        found = [
            Difference(f"period {period.pk}", name, getattr(period, name), value)
            for name, value in values.items()
            if getattr(period, name) != value
        ]
        if found and mend:
            CertificationPeriod.objects.filter(pk=period.pk).update(**values)
        yield from found


def check_standings(*, mend: bool, at: datetime) -> Iterator[Difference]:
    for allocation in Allocation.objects.filter(ended_at__isnull=True).order_by("pk").iterator():
        standing = Standing.objects.filter(allocation=allocation).first()
        found = []
        if standing is None:
            found.append(Difference(f"allocation {allocation.pk}", "standing", None, "a row"))
        else:
            values = compute_standing(allocation, on_date=timezone.localdate(at), known=standing)
            found.extend(Difference(f"standing {standing.pk}", *line) for line in differs(standing, values))
        if found and mend:
            refresh_standing(allocation=allocation, changed_at=at)
        yield from found


def check_tallies(*, mend: bool) -> Iterator[Difference]:
    with transaction.atomic():
        counted, kept = recount(), stored_tallies()
        found = [
            Difference(f"tally region {key[0]} programme {key[1]} {key[2]} {key[3]}", "count", kept[key], counted[key])
            for key in sorted(counted.keys() | kept.keys(), key=str)
            if counted[key] != kept[key]
        ]
        if found and mend:
            rebuild_tallies(counted)
    yield from found


def _compare(name: str, kept, replayed, fields) -> Iterator[Difference]:
    for field in fields:
        if getattr(kept, field) != getattr(replayed, field):
            yield Difference(name, field, getattr(kept, field), getattr(replayed, field))
