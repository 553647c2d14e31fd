from django.db import models

from .ledger import Ledger


class AuditEntry(Ledger):
    """Somebody did, saw or took something that must be answerable: a reveal, an export, a grant, a revocation.

    Append-only. Holds ids and counts, never the private values themselves.
    """

    actor = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=40, db_index=True)
    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    details = models.JSONField(default=dict)
    recorded_at = models.DateTimeField(db_index=True)
    address = models.GenericIPAddressField(null=True)
