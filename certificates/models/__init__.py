"""Awards: a certificate, what happened to it, what it looks like, its PDF."""

from .certificate import Certificate, CertificateEvent, NumberCounter, Status
from .design import CertificateDesign, Seal
from .issuer import Issuer
from .pdf import CertificatePdf

__all__ = [
    "Certificate",
    "CertificateDesign",
    "CertificateEvent",
    "CertificatePdf",
    "Issuer",
    "NumberCounter",
    "Seal",
    "Status",
]
