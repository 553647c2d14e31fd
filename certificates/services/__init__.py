"""The verbs of certificates: the only place where their rows change."""

from .designing import AlreadyChanged, SealWithoutPermission, WordsWithoutPermission, first_design, save_design
from .issuing import AlreadyReplaced, UnprintableName, issue_certificate, replace_certificate
from .printing import PdfNotReady, certificate_pdf, missing_here, print_certificate
from .status import ReasonMissing, reinstate_certificate, revoke_certificate

__all__ = [
    "AlreadyChanged",
    "AlreadyReplaced",
    "PdfNotReady",
    "ReasonMissing",
    "SealWithoutPermission",
    "UnprintableName",
    "WordsWithoutPermission",
    "certificate_pdf",
    "first_design",
    "issue_certificate",
    "missing_here",
    "print_certificate",
    "reinstate_certificate",
    "replace_certificate",
    "revoke_certificate",
    "save_design",
]
