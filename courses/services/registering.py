"""What a registrar decides: she withdraws and gives back, corrects, and issues by hand. Always with a reason."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from certificates.models import Certificate, Status
from certificates.selectors import status_on
from certificates.services import (
    AlreadyReplaced,
    ReasonMissing,
    reinstate_certificate,
    replace_certificate,
    revoke_certificate,
)
from courses.models import CertificationEvent, CertificationPeriod
from people.models import User
from people.services import record_audit

from .certification import award
from .renewal import correct_name
from .standing import refresh_standing

Kind = CertificationEvent.Kind


class Withdrawn(ValueError):
    """A revoked certificate is worth nothing and is not corrected: give it back first."""


class AlreadyMet(ValueError):
    """This period has its certificate."""


class ForHerself(ValueError):
    """Nobody issues or corrects a certificate of her own: another registrar does."""


class NothingToCorrect(ValueError):
    """The certificate says it already: a new number would only confuse."""


class DatesWrong(ValueError):
    """A training begins before it ends, and has ended when its certificate is issued."""


def withdraw_certificate(*, certificate: Certificate, actor: User, reason: str, at: datetime) -> None:
    """This will revoke a certificate, and with it the period it proves and where the learner stands.

    Raises AlreadyReplaced: of a corrected one its successor is the one to revoke.
    """
    with transaction.atomic():
        _refuse_replaced(certificate)
        revoke_certificate(certificate=certificate, actor=actor, reason=reason, at=at)
        _judge(certificate, Kind.REVOKED, actor=actor, reason=reason, at=at)


def restore_certificate(*, certificate: Certificate, actor: User, reason: str, at: datetime) -> None:
    """This will give back a revoked certificate, its period and the learner's standing."""
    with transaction.atomic():
        reinstate_certificate(certificate=certificate, actor=actor, reason=reason, at=at)
        _judge(certificate, Kind.REINSTATED, actor=actor, reason=reason, at=at)


def correct_certificate(
    *,
    certificate: Certificate,
    actor: User,
    name: str,
    reason: str,
    at: datetime,
    changes: Mapping[str, Any] | None = None,
) -> Certificate:
    """This will issue a corrected certificate under a new number, which the old one leads to from then on.

    name: the learner's, as it must be; it is put right in her account too. changes: of a certificate issued by hand,
    its trained_from_date, trained_to_date, result. Raises ForHerself, NothingToCorrect, Withdrawn, AlreadyReplaced,
    ReasonMissing, DatesWrong, certificates.services.UnprintableName and ValidationError for what is no name; then nothing is changed at all.
    """
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    changes = {key: value for key, value in (changes or {}).items() if value != getattr(certificate, key)}
    if certificate.learner_id == actor.pk:
        raise ForHerself
    if name == certificate.name and not changes:
        raise NothingToCorrect(certificate.number)
    with transaction.atomic():
        if status_on(certificate, timezone.localdate(at)) is Status.REVOKED:
            raise Withdrawn(certificate.number)
        _refuse_replaced(certificate)
        if changes:
            begun, ended = (
                changes.get(key, getattr(certificate, key)) for key in ("trained_from_date", "trained_to_date")
            )
            _check_dates(begun, ended, timezone.localdate(at))
        learner = certificate.learner
        if name != learner.name:
            correct_name(learner=learner, name=name, actor=actor, reason=reason, at=at)
        successor = replace_certificate(certificate=certificate, actor=actor, reason=reason, at=at, changes=changes)
        period = _period_of(certificate)
        if period is not None:
            period.certificate = successor
            period.save(update_fields=["certificate"])
            CertificationEvent.objects.create(
                period=period,
                kind=Kind.CORRECTED,
                actor=actor,
                reason=reason,
                data={"certificate": successor.pk},
                happened_at=at,
            )
            refresh_standing(allocation=period.allocation, changed_at=at)
        return successor


def certify_by_hand(
    *,
    period: CertificationPeriod,
    actor: User,
    reason: str,
    trained_from_date: date,
    trained_to_date: date,
    result: str,
    at: datetime,
) -> Certificate:
    """This will issue the certificate of an open period on the registrar's word: she was trained elsewhere, on paper.

    Hours are those of the requirements she is pinned to. Raises ReasonMissing, DatesWrong, ForHerself, AlreadyMet and
    UnprintableName.
    """
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    _check_dates(trained_from_date, trained_to_date, timezone.localdate(at))
    with transaction.atomic():
        period = (
            CertificationPeriod.objects.select_for_update(of=("self",), no_key=True)
            .select_related("allocation__programme__issuer", "allocation__requirement_set", "allocation__learner")
            .get(pk=period.pk)
        )
        if period.allocation.learner_id == actor.pk:
            raise ForHerself
        if period.met_at:
            raise AlreadyMet(period.pk)
        rules = period.allocation.requirement_set
        asked = rules.requirements.select_related("course")
        certificate = award(
            period,
            hours=sum((requirement.counted_hours for requirement in asked), Decimal(0)),
            trained_from_date=trained_from_date,
            trained_to_date=trained_to_date,
            result=result,
            basis={"requirement_set": rules.number, "evidence": [], "by_hand": True},
            at=at,
            by=actor,
            reason=reason,
        )
        record_audit(
            actor=actor,
            verb="certificate_issued_by_hand",
            object_kind="certificate",
            object_id=str(certificate.uuid),
            reason=reason,
            recorded_at=at,
        )
        refresh_standing(allocation=period.allocation, changed_at=at)
        return certificate


def _check_dates(begun: date, ended: date, today: date) -> None:
    if not begun <= ended <= today:
        raise DatesWrong(f"{begun} {ended}")


def _refuse_replaced(certificate: Certificate) -> None:
    if Certificate.objects.filter(replaces=certificate).exists():
        raise AlreadyReplaced(certificate.number)


def _period_of(certificate: Certificate) -> CertificationPeriod | None:
    """Locked. None: a certificate taken over from elsewhere proves no period of ours."""
    return (
        CertificationPeriod.objects.select_for_update(of=("self",), no_key=True)
        .select_related("allocation__programme", "allocation__requirement_set")
        .filter(uuid=certificate.period_uuid)
        .first()
    )


def _judge(certificate: Certificate, kind: str, *, actor: User, reason: str, at: datetime) -> None:
    period = _period_of(certificate)
    revoked_at = at if kind == Kind.REVOKED else None
    if period is None or bool(period.revoked_at) == bool(revoked_at):
        return
    period.revoked_at = revoked_at
    period.save(update_fields=["revoked_at"])
    CertificationEvent.objects.create(period=period, kind=kind, actor=actor, reason=reason, happened_at=at)
    refresh_standing(allocation=period.allocation, changed_at=at)
