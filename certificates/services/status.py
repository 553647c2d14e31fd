"""What is withdrawn and given back is an event with an actor and a reason; nothing is ever erased."""

from datetime import datetime

from django.db import transaction

from certificates.models import Certificate, CertificateEvent
from certificates.services.telling import tell_holder
from people.models import User
from people.services import record_audit

Kind = CertificateEvent.Kind


class ReasonMissing(ValueError):
    """A withdrawal must be answerable: it needs words."""


def revoke_certificate(*, certificate: Certificate, actor: User, reason: str, at: datetime) -> CertificateEvent | None:
    """This will withdraw a certificate. The public page says so from the commit on. Twice is once."""
    return _turn(certificate, Kind.REVOKED, actor=actor, reason=reason, at=at)


def reinstate_certificate(
    *, certificate: Certificate, actor: User, reason: str, at: datetime
) -> CertificateEvent | None:
    """This will give back a withdrawn certificate under its old number. None if it was never withdrawn."""
    return _turn(certificate, Kind.REINSTATED, actor=actor, reason=reason, at=at)


def _turn(certificate: Certificate, kind: Kind, *, actor: User, reason: str, at: datetime) -> CertificateEvent | None:
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    with transaction.atomic():
        Certificate.objects.select_for_update(no_key=True).get(pk=certificate.pk)
        latest = certificate.events.filter(kind__in=[Kind.REVOKED, Kind.REINSTATED]).order_by("-id").first()
        if (latest.kind if latest else Kind.REINSTATED) == kind:
            return latest
        event = CertificateEvent.objects.create(
            certificate=certificate, kind=kind, actor=actor, reason=reason, happened_at=at
        )
        record_audit(
            actor=actor,
            verb=f"certificate_{kind}",
            object_kind="certificate",
            object_id=str(certificate.uuid),
            reason=reason,
            recorded_at=at,
        )
        tell_holder(certificate, f"certificate_{kind}", at)
        return event
