"""What the figures of every place were when a month began, worked out from the dated facts alone.

A tally knows the present only. Memberships, allocations, periods and the ledgers are dated, so any past midnight can be
asked; the first of each month is asked once and kept.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from courses.models import (
    Allocation,
    CertificationEvent,
    CertificationPeriod,
    LearningEvent,
    Programme,
    Requirement,
    Standing,
)
from courses.requirements import opened_date, releases_of
from courses.rules import due_date, lessons_of
from people.models import Membership, Organisation, Region
from reports.models import ClosedFigures, MonthClose
from reports.selectors import EXPIRING_DAYS, Counts

State = Standing.State
Kind = LearningEvent.Kind
BEGUN = (Kind.OPENED, Kind.PLACE, Kind.SELF_CHECK, Kind.FINISHED, Kind.QUIZ_PASSED)
AT_ONCE = 5_000  # allocations in memory


def close_month(*, day: date, now: datetime) -> MonthClose:
    """This will keep the figures of the midnight at which `day` began, once. Raises ValueError for a day to come."""
    if midnight(day) > now:
        raise ValueError(f"{day} has not begun")
    with transaction.atomic():
        close, made = MonthClose.objects.get_or_create(day=day, defaults={"closed_at": now})
        if made:
            for programme in Programme.objects.all():
                _keep(close, programme, figures_at(programme=programme, day=day))
    return close


def months_begun(number: int, *, now: datetime) -> list[date]:
    """This will give the first days of the last months, the present one last."""
    days = [timezone.localdate(now).replace(day=1)]
    while len(days) < number:
        days.insert(0, _month_before(days[0]))
    return days


def _month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def forget_closes() -> list[date]:
    """This will drop all closes and say of which days: for the demo, which comes and goes with its past."""
    days = list(MonthClose.objects.values_list("day", flat=True))
    MonthClose.objects.all().delete()
    return days


def recount_closes(*, days: list[date], now: datetime) -> None:
    """This will close these days anew, from the facts as they stand."""
    MonthClose.objects.filter(day__in=days).delete()
    for day in days:
        close_month(day=day, now=now)


def close_months_begun(*, now: datetime) -> int:
    """This will close the present month, and those missed since the last close. How many were closed."""
    last = MonthClose.objects.values_list("day", flat=True).first()
    days = months_begun(1, now=now)
    while last is not None and days[0] > last:
        days.insert(0, _month_before(days[0]))
    wanted = [day for day in days if last is None or day > last]
    for day in wanted:
        close_month(day=day, now=now)
    return len(wanted)


def figures_at(*, programme: Programme, day: date) -> dict[tuple[str, int], Counts]:
    """This will count every region and body at the midnight that began `day`, each with all below it."""
    sums: dict[tuple[str, int], Counts] = defaultdict(Counts)
    regions = dict(Region.objects.order_by("valid_from_date").values_list("path", "pk"))
    regions |= dict(Region.objects.on(day).values_list("path", "pk"))  # the row that stood then, of several of one code
    bodies = {o.path: o.pk for o in Organisation.objects.all()}
    for region_path, body_path, counts in _learners_at(programme, day):
        for kind, path, known in (("region", region_path, regions), ("organisation", body_path, bodies)):
            for above in _up(path):
                if above in known:
                    sums[kind, known[above]] += counts
    return dict(sums)


def midnight(day: date) -> datetime:
    """The moment at which a day began here."""
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


def _learners_at(programme: Programme, day: date) -> Iterator[tuple[str, str, Counts]]:
    """One learner at a time: the path of her region, of her body, and which figures she was in."""
    before = midnight(day)
    rows = Allocation.objects.filter(programme=programme, allocated_at__lt=before).order_by("pk")
    rows = rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=before))
    last = 0
    while page := list(rows.filter(pk__gt=last).values_list("pk", "learner_id", "requirement_set_id")[:AT_ONCE]):
        last = page[-1][0]
        yield from _page_at(page, day, before)


def _page_at(page: list[tuple[int, int, int]], day: date, before: datetime) -> Iterator[tuple[str, str, Counts]]:
    learners = [learner for _pk, learner, _rules in page]
    posts: dict[int, tuple[str, str]] = {}
    held = Membership.objects.filter(user__in=learners, started_date__lte=day).order_by("started_date", "pk")
    for user, region, body in held.values_list("user_id", "region__path", "organisation__path"):
        posts[user] = (region, body)  # the last one begun, also where she has left since
    periods: dict[int, list[CertificationPeriod]] = defaultdict(list)
    opened = CertificationPeriod.objects.filter(
        allocation__in=[pk for pk, *_rest in page],
        events__kind=CertificationEvent.Kind.OPENED,
        events__happened_at__lt=before,
    )
    for period in opened.order_by("number"):
        periods[period.allocation_id].append(period)
    turned = dict(
        CertificationEvent.objects.filter(
            period__allocation__in=list(periods),
            happened_at__lt=before,
            kind__in=[CertificationEvent.Kind.REVOKED, CertificationEvent.Kind.REINSTATED],
        )
        .order_by("happened_at", "pk")
        .values_list("period_id", "kind")
    )
    courses: dict[int, set[int]] = defaultdict(set)
    opened: dict[int, list[date | None]] = defaultdict(list)
    releases = releases_of(sorted(set(Requirement.objects.values_list("course_id", flat=True))), before=before)
    for rules, course, modules in Requirement.objects.values_list("requirement_set_id", "course_id", "modules"):
        courses[rules].add(course)
        known = releases.get(course, [])
        is_open = known and lessons_of(known[-1].lessons, modules or ())
        opened[rules].append(opened_date(modules or (), known) if is_open else None)
    begun = {
        (learner, course): at
        for learner, course, at in LearningEvent.objects.filter(enrolment__learner__in=learners, kind__in=BEGUN)
        .filter(  # what was learnt stays counted when its enrolment closes (decision 0005)
            Q(enrolment__closed_at__isnull=True)
            | Q(enrolment__closed_at__gte=before)
            | Q(enrolment__completed_at__lt=before)
        )
        .values_list("enrolment__learner_id", "enrolment__course_id")
        .annotate(at=Min("recorded_at"))
    }
    for pk, learner, rules in page:
        if learner not in posts or not periods[pk]:
            continue
        has_begun = any(begun.get((learner, course), before) < before for course in courses[rules])
        yield (*posts[learner], _counts(periods[pk], turned, has_begun, opened[rules], day, before))


def _counts(
    periods: list[CertificationPeriod],
    turned: dict[int, str],
    has_begun: bool,
    opened: list[date | None],
    day: date,
    before: datetime,
) -> Counts:
    """The same rules as compute_standing and which_q, asked of a past midnight."""
    met = [p for p in periods if p.met_at and p.met_at < before]
    last = met[-1] if met else None
    counts = {"learners": 1}
    if last and turned.get(last.pk) == CertificationEvent.Kind.REVOKED:
        return Counts(**counts, revoked=1)
    if last:
        until = last.valid_until_date or date.max
        if until < day:
            return Counts(**counts, expired=1)
        return Counts(**counts, certified=1, expiring=int(until <= day + timedelta(days=EXPIRING_DAYS)))
    period = next(p for p in periods if p not in met)
    due = due_date(period.window_opens_date, period.due_date, period.number, opened)
    return Counts(**counts, studying=int(has_begun), overdue=int(due is not None and due < day))


def _keep(close: MonthClose, programme: Programme, figures: dict[tuple[str, int], Counts]) -> None:
    ClosedFigures.objects.bulk_create(
        [
            ClosedFigures(close=close, programme=programme, **{f"{kind}_id": pk}, **asdict(counts))
            for (kind, pk), counts in figures.items()
        ],
        batch_size=2_000,
    )


def _up(path: str) -> Iterator[str]:
    """The path itself and those above it."""
    steps = path.strip("/").split("/")
    return ("/".join(steps[: n + 1]) + "/" for n in range(len(steps)))
