"""Issuing, revoking and reinstating a certificate."""

import secrets
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from certificates.models import Certificate, CertificateEvent, CertificatePdf, Issuer, NumberCounter
from people.models import Region, User

Kind = CertificateEvent.Kind


class UnprintableName(Exception):
    """The name holds a character that no font here can draw."""


def issue_certificate(
    *,
    learner: User,
    programme_code: str,
    programme_title_zh: str,
    programme_title_en: str,
    period_uuid: UUID,
    hours: Decimal,
    trained_from_date: date,
    trained_to_date: date,
    result: str,
    issuer: Issuer,
    region: Region,
    organisation_name: str,
    valid_until_date: date | None,
    basis: dict,
    issued_at: datetime,
    issued_by: User | None = None,
) -> Certificate:
    """This will issue the certificate of one period, once, and owe its PDF."""
    with transaction.atomic():
        same = Certificate.objects.filter(learner=learner, programme_code=programme_code, period_uuid=period_uuid)
        certificate = same.first()
        if certificate:
            return certificate
        day = timezone.localdate(issued_at)
        counter, _made = NumberCounter.objects.select_for_update().get_or_create(
            issuer=issuer, region_code=region.code[:6], year=day.year
        )
        counter.last_serial += 1
        counter.save(update_fields=["last_serial"])
        certificate = Certificate.objects.create(
            number=f"{issuer.code}-{day.year}-{counter.region_code}-{counter.last_serial:06d}",
            verify_code=secrets.token_hex(10).upper(),
            learner=learner,
            programme_code=programme_code,
            period_uuid=period_uuid,
            issuer=issuer,
            name=learner.name,
            programme_title_zh=programme_title_zh,
            programme_title_en=programme_title_en,
            hours=hours,
            trained_from_date=trained_from_date,
            trained_to_date=trained_to_date,
            result=result,
            issuer_name_zh=issuer.name_zh,
            issuer_name_en=issuer.name_en,
            signatory=issuer.signatory,
            region_code=region.code,
            region_name=region.full_name,
            organisation_name=organisation_name,
            issued_date=day,
            valid_until_date=valid_until_date,
            issued_at=issued_at,
            basis=basis,
        )
        CertificateEvent.objects.create(
            certificate=certificate, kind=Kind.ISSUED, actor=issued_by, happened_at=issued_at
        )
        CertificatePdf.objects.create(certificate=certificate, due_at=issued_at)
        return certificate


def revoke_certificate(*, certificate: Certificate, actor: User, reason: str, at: datetime) -> None:
    """This will record a revocation."""
    CertificateEvent.objects.create(
        certificate=certificate, kind=Kind.REVOKED, actor=actor, reason=reason, happened_at=at
    )


def reinstate_certificate(*, certificate: Certificate, actor: User, reason: str, at: datetime) -> None:
    """This will record a reinstatement."""
    CertificateEvent.objects.create(
        certificate=certificate, kind=Kind.REINSTATED, actor=actor, reason=reason, happened_at=at
    )
