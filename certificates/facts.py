"""A certificate's row as the PDF engine takes it, and the address of its public page."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from certificates import pdf
from certificates.models import Certificate, CertificateDesign
from certificates.selectors import design_of


def public_address(verify_code: str) -> str:
    """This will give the full address in the QR code: Chinese, whoever asks, for it is printed."""
    with translation.override(settings.LANGUAGE_CODE):
        return settings.SITE_URL + reverse("verify", args=[verify_code])


def printed_facts(certificate: Certificate, design: CertificateDesign | None = None) -> pdf.CertificateFacts:
    """This will give everything that is printed, in the words and with the seal of the design it was issued with."""
    design = design or design_of(certificate)
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
        seal_png=bytes(design.seal.png) if design.seal else None,
        credential_json=certificate.credential.encode(),
        **design.printed_words,
    )
