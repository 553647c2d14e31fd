"""What officers list and count: one Standing a learner and programme, and its sums on every region above her."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from assessments.models import Attempt
from courses.models import (
    Allocation,
    CertificationPeriod,
    Course,
    Enrolment,
    Standing,
    Tally,
)
from courses.requirements import Part, due_date_of, evidence_before, parts_of
from people.models import Membership, Region, User

FOR_GOOD = date(9999, 12, 31)  # Tally.date where a fact has none
State = Standing.State
Fact = Tally.Fact
Facts = Counter[tuple[str, date]]

COMPUTED = (
    "membership_id",
    "region_id",
    "organisation_id",
    "state",
    "due_date",
    "valid_until_date",
    "certificate_id",
    "lessons_finished",
    "lessons_total",
    "why",
    "last_activity_at",
)


def refresh_standing(*, allocation: Allocation, changed_at: datetime) -> Standing:
    """This will bring the learner's row up to the facts and move the sums above her by exactly the difference."""
    with transaction.atomic():
        Allocation.objects.select_for_update(no_key=True).get(pk=allocation.pk)
        standing = Standing.objects.filter(user_id=allocation.learner_id, programme_id=allocation.programme_id).first()
        before, region_before = (facts_of(standing), standing.region) if standing else (Counter(), None)
        values = compute_standing(allocation, on_date=timezone.localdate(changed_at), known=standing)
        if standing is None:
            standing = Standing(user_id=allocation.learner_id, programme_id=allocation.programme_id)
        for name, value in values.items():
            setattr(standing, name, value)
        standing.allocation = allocation
        standing.changed_at = changed_at
        standing.save()
        after = facts_of(standing)
        programme_id = allocation.programme_id
        if region_before is not None and region_before.pk != standing.region_id:
            _move({(region_before.pk, *key): -n for key, n in before.items()}, programme_id)
            before = Counter()
        change = Counter(after)
        change.subtract(before)
        _move({(standing.region_id, *key): n for key, n in change.items() if n}, programme_id)
        return standing


def refresh_standings_of(*, learner: User, changed_at: datetime, course: Course | None = None) -> None:
    """This will refresh every programme the learner is in, or those that require the course.

    Whoever changes what lies under a standing calls it: a move to another station, a failed test, a release.
    """
    allocations = Allocation.objects.filter(learner=learner, ended_at__isnull=True).select_related("programme")
    if course is not None:
        allocations = allocations.filter(requirement_set__requirements__course=course)
    for allocation in allocations.order_by("pk"):
        refresh_standing(allocation=allocation, changed_at=changed_at)


def note_activity(*, enrolment: Enrolment, at: datetime) -> None:
    """This will say that she was here, and nothing more: no sum depends on it."""
    Standing.objects.filter(
        user_id=enrolment.learner_id,
        allocation__ended_at__isnull=True,
        allocation__requirement_set__requirements__course_id=enrolment.course_id,
    ).update(last_activity_at=at)


def compute_standing(allocation: Allocation, *, on_date: date, known: Standing | None = None) -> dict:
    """This will work out from the facts alone what the learner's row must say. Writes nothing.

    known: her present row, asked only for her last station where she holds no post any more.
    """
    periods = list(CertificationPeriod.objects.filter(allocation=allocation).order_by("number"))
    met = [p for p in periods if p.met_at]
    open_period = next((p for p in periods if not p.met_at), None)
    last_met = met[-1] if met else None
    period = open_period or last_met
    if period is None:  # an allocation opens its first period in the same transaction
        raise CertificationPeriod.DoesNotExist(allocation.pk)
    parts = parts_of(allocation, period=period, earlier=evidence_before(periods, period))
    enrolments = [part.enrolment for part in parts if part.enrolment]

    if last_met and last_met.revoked_at:
        state = State.REVOKED
    elif last_met:
        state = State.CERTIFIED
    elif any(e.last_lesson_key or e.quiz_passed_at for e in enrolments):
        state = State.STUDYING
    else:
        state = State.NOT_STARTED
    is_certified = state == State.CERTIFIED
    membership = Membership.objects.filter(user_id=allocation.learner_id).on(on_date).first()
    if membership is None and known is not None:
        membership = known.membership
    if membership is None:
        raise NotPlaced(allocation.learner_id)
    return {
        "membership_id": membership.pk,
        "region_id": membership.region_id,
        "organisation_id": membership.organisation_id,
        "state": state,
        "due_date": due_date_of(period, parts),
        "valid_until_date": last_met.valid_until_date if is_certified else None,
        "certificate_id": last_met.certificate_id if last_met else None,
        "lessons_finished": sum(part.finished for part in parts),
        "lessons_total": sum(len(part.lessons) for part in parts),
        "why": {} if is_certified else _why(state, parts, last_met) | _waits_for(state, parts),
        "last_activity_at": max((p.last_activity_at for p in parts if p.last_activity_at), default=None),
    }


class NotPlaced(Exception):
    """The learner holds no post: there is no region to count her in. Place her first."""


def _waits_for(state: str, parts: list[Part]) -> dict:
    """Which courses are still being written, where she has others to learn meanwhile: nobody is late for them."""
    codes = [part.course.code for part in parts if not part.is_met and not part.lessons]
    is_all = all(part.is_met or not part.lessons for part in parts)  # then the reason itself says it
    return {} if is_all or not codes or state == State.REVOKED else {"preparing": codes}


def _why(state: str, parts: list[Part], last_met: CertificationPeriod | None) -> dict:
    """Why there is no certificate, as a code with its facts; times are absolute, so the row stays true as days pass.

    What she can do herself is named first; that a course is still being written only where nothing else is left.
    """
    if state == State.REVOKED and last_met and last_met.revoked_at:
        return {"code": "revoked", "at": last_met.revoked_at.isoformat()}
    unmet = [part for part in parts if not part.is_met]
    open_now = [part for part in unmet if part.lessons]
    if unmet and not open_now:
        return {"code": "in_preparation", "course": unmet[0].course.code}
    if state == State.NOT_STARTED:
        return {"code": "not_started"}
    for part in open_now:
        enrolment, code = part.enrolment, part.course.code
        if enrolment is None or not enrolment.last_lesson_key:
            return {"code": "course_not_started", "course": code}
        if part.left:
            return {"code": "lessons_left", "course": code, "left": part.left}
        return _why_not_passed(part.course, enrolment)
    return {"code": "name_unprintable"}  # everything is met and still no certificate: only a name can stand in the way


def _why_not_passed(course: Course, enrolment: Enrolment) -> dict:
    attempts = list(
        Attempt.objects.finished()
        .filter(learner_id=enrolment.learner_id, quiz_id=course.quiz_id, for_uuid=enrolment.uuid)
        .select_related("version")
        .order_by("number")
    )
    if not attempts:
        return {"code": "test_open", "course": course.code}
    last = attempts[-1]
    facts = {
        "course": course.code,
        "score": str(last.score_percent),
        "critical_errors": last.critical_errors or 0,
    }
    if len(attempts) >= last.version.tries:
        return {"code": "no_tries_left", **facts}
    again_at = last.submitted_at + timedelta(hours=last.version.hours_between_tries)
    return {"code": "not_passed", "at": again_at.isoformat(), "left": last.version.tries - len(attempts), **facts}


def facts_of(standing: Standing) -> Facts:
    """This will say what one row adds to each region's sums."""
    facts: Facts = Counter({(Fact.LEARNER, FOR_GOOD): 1})
    if standing.state == State.STUDYING:
        facts[(Fact.STUDYING, FOR_GOOD)] += 1
    if standing.state in (State.NOT_STARTED, State.STUDYING) and standing.due_date:
        facts[(Fact.DUE, standing.due_date)] += 1
    if standing.state == State.CERTIFIED:
        facts[(Fact.CERTIFIED, standing.valid_until_date or FOR_GOOD)] += 1
    if standing.state == State.REVOKED:
        facts[(Fact.REVOKED, FOR_GOOD)] += 1
    return facts


def _lineage(region_id: int) -> list[int]:
    """The region and everything above it, by its own row's parents (never by code: the tree is ragged and dated)."""
    region: Region | None = Region.objects.select_related("parent__parent__parent__parent").get(pk=region_id)
    ids = []
    while region is not None:
        ids.append(region.pk)
        region = region.parent
    return ids


def _move(change: dict[tuple[int, str, date], int], programme_id: int) -> None:
    """Add the differences to every ancestor's rows. Rows are locked in one order, so two officers never deadlock."""
    if not change:
        return
    (region_id,) = {key[0] for key in change}
    deltas = {key[1:]: n for key, n in change.items()}
    lineage = _lineage(region_id)
    about = Q()
    for fact, day in deltas:
        about |= Q(fact=fact, date=day)
    rows = Tally.objects.filter(about, programme_id=programme_id, region_id__in=lineage)
    have = set(rows.select_for_update(no_key=True).order_by("pk").values_list("region_id", "fact", "date"))
    missing = [
        Tally(region_id=region, programme_id=programme_id, fact=fact, date=day)
        for region in lineage
        for fact, day in deltas
        if (region, fact, day) not in have
    ]
    Tally.objects.bulk_create(missing, ignore_conflicts=True)
    for step in sorted(set(deltas.values())):
        same = Q()
        for (fact, day), n in deltas.items():
            if n == step:
                same |= Q(fact=fact, date=day)
        Tally.objects.filter(same, programme_id=programme_id, region_id__in=lineage).update(count=F("count") + step)


def recount() -> Counter[tuple[int, int, str, date]]:
    """This will count the sums from the standings alone: {(region, programme, fact, date): learners}."""
    parents = dict(Region.objects.values_list("pk", "parent_id"))
    counts: Counter[tuple[int, int, str, date]] = Counter()
    for standing in Standing.objects.only(
        "region_id", "programme_id", "state", "due_date", "valid_until_date"
    ).iterator():
        for (fact, day), n in facts_of(standing).items():
            region: int | None = standing.region_id
            while region is not None:
                counts[(region, standing.programme_id, fact, day)] += n
                region = parents[region]
    return counts


def stored_tallies() -> Counter[tuple[int, int, str, date]]:
    """This will read the kept sums in recount's shape; rows that came back to nought are left out."""
    rows = Tally.objects.exclude(count=0).values_list("region_id", "programme_id", "fact", "date", "count")
    return Counter({(region, programme, fact, day): n for region, programme, fact, day, n in rows})


def rebuild_tallies(counts: Counter[tuple[int, int, str, date]] | None = None) -> None:
    """This will put the counted sums in the place of the kept ones, in one transaction."""
    with transaction.atomic():
        list(Tally.objects.select_for_update().values_list("pk", flat=True))
        fresh = recount() if counts is None else counts
        Tally.objects.all().delete()
        Tally.objects.bulk_create(
            [
                Tally(region_id=region, programme_id=programme, fact=fact, date=day, count=n)
                for (region, programme, fact, day), n in fresh.items()
            ],
            batch_size=2000,
        )


def differs(standing: Standing, values: dict) -> Iterable[tuple[str, object, object]]:
    """This will name the fields in which a kept row is not what the facts say."""
    return [
        (name, getattr(standing, name), values[name]) for name in COMPUTED if getattr(standing, name) != values[name]
    ]
