"""The verbs of certificates: the only place where their rows change."""

from .issuing import AlreadyReplaced, UnprintableName, issue_certificate, replace_certificate
from .printing import PdfNotReady, certificate_pdf, missing_here, print_certificate
from .status import ReasonMissing, reinstate_certificate, revoke_certificate

__all__ = [
    "AlreadyReplaced",
    "PdfNotReady",
    "ReasonMissing",
    "UnprintableName",
    "certificate_pdf",
    "issue_certificate",
    "missing_here",
    "print_certificate",
    "reinstate_certificate",
    "replace_certificate",
    "revoke_certificate",
]
