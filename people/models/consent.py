from django.db import models

from .ledger import Ledger


class Consent(Ledger):
    """A person agreed to, or withdrew from, one version of one text (PIPL, Articles 14 and 15). Append-only."""

    user = models.ForeignKey("people.User", models.PROTECT, related_name="consents")
    text_key = models.SlugField(max_length=40)
    text_version = models.CharField(max_length=20)
    is_given = models.BooleanField()
    recorded_at = models.DateTimeField()
    channel = models.CharField(max_length=20)
