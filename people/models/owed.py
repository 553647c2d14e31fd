"""Whatever leaves the transaction is owed by a row first; Celery only rings (design, section 6)."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

PARK_AFTER_ATTEMPTS = 8


class OwedQuerySet(models.QuerySet):
    def due(self, now: datetime):
        """Owed, and nobody is at it: never tried, to be tried again, or its worker's lease ran out."""
        return self.filter(state=Owed.State.OWED, due_at__lte=now)

    def parked(self):
        return self.filter(state=Owed.State.PARKED)

    def claim(self, pk: int, now: datetime) -> bool:
        """This will take the lease of one row, or say that somebody else has it. One atomic UPDATE."""
        return bool(
            self.due(now).filter(pk=pk).update(due_at=now + settings.OWED_LEASE, attempts=models.F("attempts") + 1)
        )


class Owed(models.Model):
    """Base of rows that owe something to the outside: a PDF, a message, an export, an index entry.

    Created in the transaction that promises it. `due_at` moves forward when a worker takes the lease, so a
    killed worker's work comes due again by itself. Holds no personal data of its own.
    """

    class State(models.TextChoices):
        OWED = "owed", _("待办")
        DONE = "done", _("已办")
        PARKED = "parked", _("搁置，需要人看")

    task: ClassVar[str]  # the Celery task that pays one row, by name: models know no tasks

    state = models.CharField(max_length=8, choices=State, default=State.OWED)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = OwedQuerySet.as_manager()

    class Meta:
        abstract = True

    def settle(self, now: datetime) -> None:
        """This will mark the row as done. The caller saves what it made in the same transaction."""
        self.state, self.done_at, self.last_error = self.State.DONE, now, ""

    def put_off(self, error: str, now: datetime) -> None:
        """This will plan the next try, later each time, or park the row for a human after the last one."""
        self.last_error = error[:2000]
        if self.attempts >= PARK_AFTER_ATTEMPTS:
            self.state = self.State.PARKED
        else:
            self.due_at = now + timedelta(seconds=15 * 2**self.attempts)
