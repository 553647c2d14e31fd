import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SignInSlip(models.Model):
    """登录条: a paper slip with an eight-character code that signs one person in, once.

    For whoever has no phone or no signal. Issued by her supervisor; a new slip ends the old. Only the hash is kept.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey("people.User", models.PROTECT, related_name="slips")
    code_hash = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("登录条")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(used_at__isnull=True, cancelled_at__isnull=True),
                name="one_live_slip_per_person",
            ),
        ]
