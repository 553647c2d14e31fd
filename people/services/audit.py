from datetime import datetime

from people.models import AuditEntry, User


def record_audit(
    *,
    actor: User | None,
    verb: str,
    object_kind: str,
    object_id: str = "",
    recorded_at: datetime,
    reason: str = "",
    details: dict | None = None,
    address: str | None = None,
) -> AuditEntry:
    """This will write down who did what to which row. Ids and counts only, never the private values."""
    return AuditEntry.objects.create(
        actor=actor,
        verb=verb,
        object_kind=object_kind,
        object_id=str(object_id),
        recorded_at=recorded_at,
        reason=reason,
        details=details or {},
        address=address,
    )
