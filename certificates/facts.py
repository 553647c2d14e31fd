"""A certificate's row as the PDF engine takes it, and the address of its public page."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from certificates import pdf
from certificates.models import Certificate


def public_address(verify_code: str) -> str:
    """This will give the full address in the QR code: Chinese, whoever asks, for it is printed."""
    with translation.override(settings.LANGUAGE_CODE):
        return settings.SITE_URL + reverse("verify", args=[verify_code])


def printed_facts(certificate: Certificate) -> pdf.CertificateFacts:
    """This will give everything that is printed. The seal is the issuer's upload, when there is one."""
    seal = certificate.issuer.seal
    seal_png = None
    if seal:
        with seal.open() as upload:
            seal_png = upload.read()
    return pdf.CertificateFacts(
        number=certificate.number,
        name=certificate.name,
        programme_title=certificate.programme_title_zh,
        programme_title_en=certificate.programme_title_en,
        hours=certificate.hours,
        from_date=certificate.trained_from_date,
        to_date=certificate.trained_to_date,
        result=certificate.result,
        issuer_name=certificate.issuer_name_zh,
        signatory=certificate.signatory,
        issued_date=certificate.issued_date,
        valid_until_date=certificate.valid_until_date,
        verify_url=public_address(certificate.verify_code),
        region_name=certificate.region_name,
        seal_png=seal_png,
        credential_json=certificate.credential.encode(),
    )
