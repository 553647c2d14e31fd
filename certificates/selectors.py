"""Questions about certificates. Whatever lists people's takes a scope."""

from datetime import date

from django.db.models import Q, QuerySet

from certificates.models import Certificate, CertificateDesign, Issuer, Status
from certificates.numbers import read_code, read_number
from people.models import Membership, User
from people.scope import Scope


def status_on(certificate: Certificate, day: date) -> Status:
    """This will say what the certificate was worth on that day. One query; lists use `with_status`."""
    return Status(Certificate.objects.with_status(day).values_list("status", flat=True).get(pk=certificate.pk))


def design_of(certificate: Certificate) -> CertificateDesign:
    """This will give the version a certificate was issued with. One from before there were versions has the first."""
    return _designs_of(certificate).select_related("seal").get()


def design_words_of(certificate: Certificate) -> CertificateDesign:
    """This will give the same version without the seal's picture, for pages that print none."""
    return _designs_of(certificate).get()


def _designs_of(certificate: Certificate) -> QuerySet[CertificateDesign]:
    if (key := certificate.basis.get("design")) is not None:
        return CertificateDesign.objects.filter(uuid=key)
    return CertificateDesign.objects.filter(issuer=certificate.issuer_id, number=1)


def design_in_force(*, issuer: Issuer, day: date) -> CertificateDesign | None:
    """This will give the version that certificates of this day are issued with. None: the issuer has none yet."""
    return CertificateDesign.objects.on(day).filter(issuer=issuer).select_related("seal").first()


def issuers_in(*, scope: Scope) -> QuerySet[Issuer]:
    """This will list the issuers that stand inside the places of the scope; their certificates are changed there."""
    inside = Q(pk__in=[])
    for path in scope.region_paths:
        inside |= Q(region__path__startswith=path)
    return Issuer.objects.filter(inside).select_related("region").order_by("code")


def own_certificates(*, learner: User, day: date) -> QuerySet[Certificate]:
    """This will give her certificates with their status, newest first."""
    return (
        Certificate.objects.filter(learner=learner)
        .with_status(day)
        .select_related("pdf", "issuer")
        .defer("credential")
        .order_by("-issued_at", "-pk")
    )


def certificate_by_code(*, code: str, day: date) -> Certificate | None:
    """This will find the certificate behind a QR code, or nothing: unknown and malformed codes look the same."""
    sound = read_code(code)
    if not sound:
        return None
    return Certificate.objects.with_status(day).select_related("issuer").filter(verify_code=sound).first()


def certificate_by_number(*, number: str, day: date) -> Certificate | None:
    """This will find the certificate with a number that somebody typed, or nothing."""
    sound = read_number(number)
    if not sound:
        return None
    return Certificate.objects.with_status(day).select_related("issuer").filter(number=sound).first()


def register(*, scope: Scope, day: date, words: str = "", county: str = "", status: str = "") -> QuerySet[Certificate]:
    """This will give the certificates a registrar answers for, newest first.

    A certificate stays with the county that it was issued in, wherever its holder works now. A registrar of an
    organisation answers for the certificates of those who are in its posts today.
    """
    inside = Q(pk__in=[])
    for path in scope.region_paths:
        inside |= Q(region__path__startswith=path)
    for path in scope.organisation_paths:
        posts = Membership.objects.on(scope.on_date).filter(organisation__path__startswith=path)
        inside |= Q(learner__in=posts.values("user"))
    rows = Certificate.objects.filter(inside).with_status(day).defer("credential", "basis")
    if words := words.strip():
        number = read_number(words)
        rows = (
            rows.filter(number=number) if number else rows.filter(Q(name__contains=words) | Q(number__icontains=words))
        )
    if county:
        rows = rows.filter(Q(region_name__contains=county) | Q(region_code__startswith=county))
    if status in Status.values:
        rows = rows.filter(status=status)
    return rows.order_by("-issued_at", "-pk")
