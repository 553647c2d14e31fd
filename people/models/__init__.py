"""Who and where. Everything here is dated, so that every report can be asked as at a day."""

from .audit import AuditEntry
from .code import SignInCode
from .consent import Consent
from .designation import RegionDesignation
from .ledger import Ledger
from .message import Message
from .organisation import Organisation
from .owed import Owed
from .place import Region
from .role import RoleGrant
from .slip import SignInSlip
from .user import User
from .work import Membership

__all__ = [
    "AuditEntry",
    "Consent",
    "Ledger",
    "Membership",
    "Message",
    "Organisation",
    "Owed",
    "Region",
    "RegionDesignation",
    "RoleGrant",
    "SignInCode",
    "SignInSlip",
    "User",
]
