"""A certificate is issued once, numbered without gaps, and corrected by another that follows it."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from certificates import credential, pdf
from certificates.facts import printed_facts, public_address
from certificates.models import (
    Certificate,
    CertificateDesign,
    CertificateEvent,
    CertificatePdf,
    Issuer,
    NumberCounter,
)
from certificates.numbers import new_code, number_for
from certificates.selectors import design_in_force
from certificates.services.designing import first_design
from certificates.services.telling import tell_holder
from people.models import Region, User
from people.owed import ring
from people.services import record_audit

KEPT_IN_A_CORRECTION = (
    "programme_code",
    "programme_title_zh",
    "programme_title_en",
    "period_uuid",
    "hours",
    "trained_from_date",
    "trained_to_date",
    "result",
    "organisation_name",
    "valid_until_date",
    "basis",
)


class UnprintableName(ValueError):
    """No font has this character of her name: it would be printed as an empty box. A person decides what to do."""

    def __init__(self, char: str):
        self.char, self.codepoint = char, f"U+{ord(char):04X}"
        super().__init__(f"{char} ({self.codepoint})")


class AlreadyReplaced(ValueError):
    """This certificate has a successor: correct that one."""


def issue_certificate(
    *,
    learner: User,
    programme_code: str,
    programme_title_zh: str,
    programme_title_en: str = "",
    period_uuid: UUID,
    hours: Decimal,
    trained_from_date: date,
    trained_to_date: date,
    result: str,
    issuer: Issuer,
    region: Region,
    organisation_name: str = "",
    valid_until_date: date | None,
    basis: Mapping[str, Any],
    issued_at: datetime,
    issued_by: User | None = None,
    reason: str = "",
) -> Certificate:
    """This will issue the certificate of one period, or give back the one it has. The same call may come many times.

    issued_by, reason: of whoever issues it by hand.

    The facts are copied: whatever changes later, the certificate says what was true on the day. Raises UnprintableName
    before anything is written, and certificates.pdf.CannotPrint when a title or an issuer is at fault.
    """
    certificate = Certificate(
        learner=learner,
        programme_code=programme_code,
        programme_title_zh=programme_title_zh,
        programme_title_en=programme_title_en,
        period_uuid=period_uuid,
        hours=hours,
        trained_from_date=trained_from_date,
        trained_to_date=trained_to_date,
        result=result,
        organisation_name=organisation_name,
        valid_until_date=valid_until_date,
        basis=dict(basis),
    )
    with transaction.atomic():
        # One at a time for one learner: the second of two parallel calls waits here and then finds the first one's.
        User.objects.select_for_update(no_key=True).get(pk=learner.pk)
        issued = Certificate.objects.filter(
            learner=learner, programme_code=programme_code, period_uuid=period_uuid, replaces=None
        ).first()
        return issued or _issue(
            certificate, name=learner.name, issuer=issuer, region=region, at=issued_at, by=issued_by, reason=reason
        )


def replace_certificate(
    *, certificate: Certificate, actor: User, reason: str, at: datetime, changes: Mapping[str, Any] | None = None
) -> Certificate:
    """This will correct a certificate with the learner's and the issuer's names of today, under a new number.

    changes: other facts that were wrong, of KEPT_IN_A_CORRECTION. The old one stays readable and names its successor. Raises AlreadyReplaced, UnprintableName.
    """
    kept = {field: getattr(certificate, field) for field in KEPT_IN_A_CORRECTION} | dict(changes or {})
    with transaction.atomic():
        learner = User.objects.select_for_update(no_key=True).get(pk=certificate.learner_id)
        if Certificate.objects.filter(replaces=certificate).exists():
            raise AlreadyReplaced(certificate.number)
        successor = _issue(
            Certificate(learner=learner, replaces=certificate, **kept),
            name=learner.name,
            issuer=certificate.issuer,
            region=certificate.region,
            at=at,
            by=actor,
            reason=reason,
        )
        CertificateEvent.objects.create(
            certificate=certificate,
            kind=CertificateEvent.Kind.SUPERSEDED,
            actor=actor,
            reason=reason,
            happened_at=at,
        )
        record_audit(
            actor=actor,
            verb="certificate_replaced",
            object_kind="certificate",
            object_id=str(certificate.uuid),
            reason=reason,
            recorded_at=at,
        )
        return successor


def _issue(
    certificate: Certificate, *, name: str, issuer: Issuer, region: Region, at: datetime, by: User | None, reason: str
) -> Certificate:
    """Fills in what issuing adds, number last: the counter stays locked from there to the end of the transaction."""
    certificate.verify_code = new_code()
    certificate.name = name
    design = design_in_force(issuer=issuer, day=timezone.localdate(at)) or first_design(issuer=issuer, at=at)
    certificate.basis = certificate.basis | {"design": str(design.uuid)}
    certificate.issuer, certificate.signatory = issuer, design.signed
    certificate.issuer_name_zh, certificate.issuer_name_en = issuer.name_zh, issuer.name_en
    certificate.region, certificate.region_code, certificate.region_name = region, region.code, region.full_name
    certificate.issued_at, certificate.issued_date = at, timezone.localdate(at)
    county_code, year = _county_code(region), certificate.issued_date.year
    certificate.number = number_for(issuer_code=issuer.code, year=year, region_code=county_code, serial=0)
    _check_printable(certificate, design)
    address, key = public_address(certificate.verify_code), credential.installed_key()
    serial = _next_serial(issuer, county_code, year)
    certificate.number = number_for(issuer_code=issuer.code, year=year, region_code=county_code, serial=serial)
    certificate.credential = credential.signed_credential(certificate, address=address, key=key)
    certificate.save()
    CertificateEvent.objects.create(
        certificate=certificate, kind=CertificateEvent.Kind.ISSUED, actor=by, reason=reason, happened_at=at
    )
    owed = CertificatePdf.objects.create(certificate=certificate, due_at=at)
    ring(CertificatePdf.task, owed.pk)
    tell_holder(certificate, "certificate_corrected" if certificate.replaces_id else "certificate_issued", at)
    return certificate


def _check_printable(certificate: Certificate, design: CertificateDesign) -> None:
    try:
        pdf.check_printable(printed_facts(certificate, design))
    except pdf.UnprintableText as refusal:
        if refusal.field != "name":
            raise
        raise UnprintableName(refusal.char) from refusal


def _county_code(region: Region) -> str:
    """Six digits of her county; of the city or province where there is no county (Dongguan, Jiayuguan)."""
    while region.level > Region.Level.COUNTY and region.parent:
        region = region.parent
    return region.code[:6].ljust(6, "0")


def _next_serial(issuer: Issuer, region_code: str, year: int) -> int:
    """The row lock is the queue: a rollback gives its serial back, so there is no gap and no second use."""
    which: dict[str, Any] = {"issuer": issuer, "region_code": region_code, "year": year}
    NumberCounter.objects.get_or_create(**which)
    counter = NumberCounter.objects.select_for_update().get(**which)
    counter.last_serial += 1
    counter.save(update_fields=["last_serial"])
    return counter.last_serial
