"""The verbs of people: the only place where their rows change."""

from .audit import record_audit
from .consents import record_consent
from .designations import AlreadyDesignated, designate_region, end_designation
from .messages import deliver_message, forget_messages, owe_message, owe_messages, read_messages
from .names import change_name
from .organisations import add_organisation
from .persons import add_person
from .regions import rename_region
from .roles import GROUPS, end_role, grant_role, match_groups
from .sign_in import (
    CODE_MINUTES,
    NoSlipForStaff,
    WrongCode,
    change_language,
    issue_slip,
    send_sign_in_code,
    use_sign_in_code,
    use_slip,
)
from .work import leave_post, place_member

__all__ = [
    "CODE_MINUTES",
    "GROUPS",
    "AlreadyDesignated",
    "NoSlipForStaff",
    "WrongCode",
    "add_organisation",
    "add_person",
    "change_language",
    "change_name",
    "deliver_message",
    "designate_region",
    "end_designation",
    "end_role",
    "forget_messages",
    "grant_role",
    "issue_slip",
    "leave_post",
    "match_groups",
    "owe_message",
    "owe_messages",
    "place_member",
    "read_messages",
    "record_audit",
    "record_consent",
    "rename_region",
    "send_sign_in_code",
    "use_sign_in_code",
    "use_slip",
]
