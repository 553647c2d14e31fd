import uuid

from django.db import models

from people.models import Owed


class Export(Owed):
    """A list that an officer asked for as a file: owed, then kept for a week. Every one is also an AuditEntry.

    `scope` and `filters` are what she could see and had chosen then. Personal data: in the file, and in `filters`
    the words she searched for.
    """

    task = "reports.tasks.write_export"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asked_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    scope = models.JSONField()
    filters = models.JSONField()
    rows_total = models.PositiveIntegerField(default=0)
    rows_written = models.PositiveIntegerField(default=0)
    file = models.CharField(max_length=200, blank=True)
    size = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField()
