"""A programme, its chain of periods, and the certificate that a met period earns."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from assessments.models import Attempt
from certificates.models import Certificate
from certificates.services import UnprintableName, issue_certificate
from courses.models import (
    Allocation,
    CertificationEvent,
    CertificationPeriod,
    Enrolment,
    LearningEvent,
    Programme,
)
from courses.requirements import Part, earlier_evidence, met_at, parts_of
from courses.rules import expiry_dates
from people.models import Membership, User

from .standing import NotPlaced, refresh_standing

Kind = CertificationEvent.Kind


class NoRequirements(Exception):
    """The programme has no requirement set yet: nobody can be asked to meet it."""


def allocate(
    *, learner: User, programme: Programme, allocated_at: datetime, allocated_by: User | None = None
) -> Allocation:
    """This will set a learner on a programme under the newest rule version, open period 1 and her standing.

    Twice gives the first one. Courses she has completed already count. Raises NotPlaced, NoRequirements.
    """
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=learner.pk)
        allocation = Allocation.objects.filter(learner=learner, programme=programme, ended_at__isnull=True).first()
        if allocation:
            return allocation
        rules = programme.requirement_sets.order_by("-number").first()
        if rules is None:
            raise NoRequirements(programme.code)
        today = timezone.localdate(allocated_at)
        if not Membership.objects.filter(user=learner).on(today).exists():
            raise NotPlaced(learner.pk)
        allocation = Allocation.objects.create(
            learner=learner,
            programme=programme,
            requirement_set=rules,
            allocated_at=allocated_at,
            allocated_by=allocated_by,
        )
        open_period(
            allocation=allocation,
            number=1,
            window_opens_date=today,
            due_date=today + timedelta(days=programme.days_to_complete),
            opened_at=allocated_at,
        )
        _meet(allocation, completed_at=allocated_at)
        refresh_standing(allocation=allocation, changed_at=allocated_at)
        return allocation


def open_period(
    *, allocation: Allocation, number: int, window_opens_date: date, due_date: date, opened_at: datetime
) -> CertificationPeriod:
    """This will open one link of the chain, with its event."""
    period = CertificationPeriod.objects.create(
        allocation=allocation, number=number, window_opens_date=window_opens_date, due_date=due_date
    )
    CertificationEvent.objects.create(
        period=period,
        kind=Kind.OPENED,
        data={"window_opens_date": window_opens_date.isoformat(), "due_date": due_date.isoformat()},
        happened_at=opened_at,
    )
    return period


def meet_period(*, enrolment: Enrolment, completed_at: datetime) -> list[Certificate]:
    """This will issue the certificate of every programme that the completed course was the last thing missing for.

    Called by whatever completes a course, or a part that some programme asks for, in its transaction. Twice issues
    once.
    """
    allocations = Allocation.objects.filter(
        learner_id=enrolment.learner_id,
        ended_at__isnull=True,
        requirement_set__requirements__course_id=enrolment.course_id,
    )
    return _meet_each(allocations, completed_at)


def meet_periods_of(*, learner: User, at: datetime) -> list[Certificate]:
    """This will issue what she has met and could not be given: her name is corrected, or a font has come."""
    return _meet_each(Allocation.objects.filter(learner=learner, ended_at__isnull=True), at)


def _meet_each(allocations: QuerySet[Allocation], completed_at: datetime) -> list[Certificate]:
    allocations = allocations.select_related("programme__issuer", "requirement_set", "learner").order_by("pk")
    certificates = []
    with transaction.atomic():
        for allocation in allocations:
            certificate = _meet(allocation, completed_at=completed_at)
            if certificate:
                certificates.append(certificate)
                refresh_standing(allocation=allocation, changed_at=completed_at)
    return certificates


def _meet(allocation: Allocation, *, completed_at: datetime) -> Certificate | None:
    period = (
        CertificationPeriod.objects.select_for_update(no_key=True)
        .filter(allocation=allocation, met_at__isnull=True)
        .order_by("number")
        .first()
    )
    if period is None:
        return None
    parts = parts_of(allocation, period=period, earlier=earlier_evidence(allocation, period))
    if not parts or not all(part.is_met for part in parts):
        return None
    evidence = _evidence(parts)
    try:
        with transaction.atomic():
            return _certify(allocation, period, parts, evidence, completed_at)
    except UnprintableName:
        # She has met the requirements and keeps that; the period waits for a name that can be printed. Her standing
        # says so, and the registrar issues it by correcting the name.
        return None


def _certify(
    allocation: Allocation,
    period: CertificationPeriod,
    parts: list[Part],
    evidence: list[dict],
    at: datetime,
) -> Certificate:
    return award(
        period,
        hours=sum((part.requirement.counted_hours for part in parts), Decimal(0)),
        trained_from_date=timezone.localdate(min(part.enrolment.enrolled_at for part in parts if part.enrolment)),
        trained_to_date=timezone.localdate(max(datetime.fromisoformat(one["completed_at"]) for one in evidence)),
        result=_result(evidence),
        basis={"requirement_set": allocation.requirement_set.number, "evidence": evidence},
        at=at,
    )


def award(
    period: CertificationPeriod,
    *,
    hours: Decimal,
    trained_from_date: date,
    trained_to_date: date,
    result: str,
    basis: dict,
    at: datetime,
    by: User | None = None,
    reason: str = "",
) -> Certificate:
    """This will issue an open, locked period's certificate and write that it is met, inside the caller's transaction.

    basis: what the certificate stands on; its evidence is the period's. by, reason: of whoever issues by hand.
    """
    allocation = period.allocation
    programme = allocation.programme
    before = allocation.periods.filter(number=period.number - 1).first()
    valid_from, valid_until = expiry_dates(
        programme.expiry_basis,
        timezone.localdate(at),
        before.valid_until_date if before else None,
        programme.valid_months,
    )
    membership = (
        Membership.objects.filter(user_id=allocation.learner_id)
        .select_related("region", "organisation")
        .order_by("-started_date")
        .first()
    )
    certificate = issue_certificate(
        learner=allocation.learner,
        programme_code=programme.code,
        programme_title_zh=programme.title_zh,
        programme_title_en=programme.title_en,
        period_uuid=period.uuid,
        hours=hours,
        trained_from_date=trained_from_date,
        trained_to_date=trained_to_date,
        result=result,
        issuer=programme.issuer,
        region=membership.region,
        organisation_name=membership.organisation.name,
        valid_until_date=valid_until,
        basis=basis,
        issued_at=at,
        issued_by=by,
        reason=reason,
    )
    period.met_at = at
    period.valid_from_date = valid_from
    period.valid_until_date = valid_until
    period.certificate = certificate
    period.evidence = basis["evidence"]
    period.save(update_fields=["met_at", "valid_from_date", "valid_until_date", "certificate", "evidence"])
    CertificationEvent.objects.create(
        period=period,
        kind=Kind.MET,
        actor=by,
        reason=reason,
        data={
            "valid_from_date": valid_from.isoformat(),
            "valid_until_date": valid_until.isoformat() if valid_until else None,
            "certificate": certificate.pk,
            "evidence": basis["evidence"],
        },
        happened_at=at,
    )
    return certificate


def _evidence(parts: list[Part]) -> list[dict]:
    """What the certificate stands on: for each course the enrolment, its release and the attempt that passed."""
    done = [part.enrolment for part in parts if part.enrolment]
    passed = dict(
        LearningEvent.objects.filter(enrolment__in=done, kind=LearningEvent.Kind.QUIZ_PASSED)
        .order_by("-id")
        .values_list("enrolment_id", "data__attempt")
    )
    return [
        {
            "course": part.course.code,
            "title_zh": part.course.title_zh,
            "title_en": part.course.title_en,
            "enrolment": str(part.enrolment.uuid),
            "completed_at": met_at(part).isoformat(),
            "attempt": None if part.modules else passed.get(part.enrolment.pk),
            "release": part.enrolment.release.number,
            "modules": list(part.modules),
            "hours": str(part.requirement.counted_hours),
        }
        for part in parts
        if part.enrolment
    ]


def _result(evidence: list[dict]) -> str:
    """The score where one test decided, 合格 where several did: an average would say nothing about children."""
    attempts = [e["attempt"] for e in evidence if e["attempt"]]
    if len(attempts) == 1:
        attempt = Attempt.objects.filter(uuid=UUID(attempts[0])).first()
        if attempt and attempt.score_percent is not None:
            return f"{attempt.score_percent.normalize():f} 分"
    return "合格"  # printed on a certificate in Chinese, whatever the language of the page


def replay_period(period: CertificationPeriod) -> dict:
    """This will work out from its events what a period's row must say. Writes nothing."""
    values: dict = dict.fromkeys(
        ("met_at", "valid_from_date", "valid_until_date", "revoked_at", "certificate_id"), None
    ) | {"evidence": []}
    for event in period.events.order_by("id"):
        if event.kind == Kind.OPENED:
            values["window_opens_date"] = date.fromisoformat(event.data["window_opens_date"])
            values["due_date"] = date.fromisoformat(event.data["due_date"])
        elif event.kind == Kind.MET:
            until = event.data["valid_until_date"]
            values |= {
                "met_at": event.happened_at,
                "valid_from_date": date.fromisoformat(event.data["valid_from_date"]),
                "valid_until_date": date.fromisoformat(until) if until else None,
                "certificate_id": event.data["certificate"],
                "evidence": event.data["evidence"],
            }
        elif event.kind == Kind.CORRECTED:
            values["certificate_id"] = event.data["certificate"]
        else:
            values["revoked_at"] = event.happened_at if event.kind == Kind.REVOKED else None
    return values
