"""Awards: a certificate, what happened to it, its PDF."""

from .certificate import Certificate, CertificateEvent, NumberCounter, Status
from .issuer import Issuer
from .pdf import CertificatePdf

__all__ = ["Certificate", "CertificateEvent", "CertificatePdf", "Issuer", "NumberCounter", "Status"]
