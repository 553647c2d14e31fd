from django.db import models
from django.utils.translation import gettext_lazy as _


class StandingQuerySet(models.QuerySet):
    def learning(self):
        return self.filter(state__in=[Standing.State.NOT_STARTED, Standing.State.STUDYING])


class Standing(models.Model):
    """Where one learner stands in one programme now, and under whom: what officers list and count.

    A projection kept by courses.services in the same transaction as whatever changed it; `check_integrity` rebuilds it
    and compares. `why` says why there is no certificate, as a code with its facts, so a screen can say it in words.
    """

    class State(models.TextChoices):
        NOT_STARTED = "not_started", _("还没开始")
        STUDYING = "studying", _("正在学")
        CERTIFIED = "certified", _("持有证书")
        REVOKED = "revoked", _("证书已撤销")

    user = models.ForeignKey("people.User", models.PROTECT, related_name="standings")
    programme = models.ForeignKey("courses.Programme", models.PROTECT, related_name="standings")
    allocation = models.OneToOneField("courses.Allocation", models.PROTECT, related_name="standing")
    membership = models.ForeignKey("people.Membership", models.PROTECT, related_name="+")
    region = models.ForeignKey("people.Region", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State)
    due_date = models.DateField(null=True, blank=True)  # of the period that is open or was last met; decision 0008
    valid_until_date = models.DateField(null=True, blank=True)  # only when certified
    certificate = models.ForeignKey("certificates.Certificate", models.PROTECT, null=True, blank=True, related_name="+")
    lessons_finished = models.PositiveSmallIntegerField(default=0)
    lessons_total = models.PositiveSmallIntegerField(default=0)
    why = models.JSONField(default=dict)  # {"code": "retry_later", "at": "…", "course": "C04"}
    last_activity_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    objects = StandingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["programme", "region", "state"])]
        constraints = [models.UniqueConstraint(fields=["user", "programme"], name="one_standing_per_programme")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.programme_id} {self.state}"


class Tally(models.Model):
    """How many learners of a region (and everything below it) stand in a programme, by a fact and its date.

    Kept by increments on every ancestor when a Standing changes; equal to a recount, always. The date makes expiry and
    lateness a question asked at read, so nothing has to run at midnight: certified on a day = sum of CERTIFIED rows
    dated that day or later (no date: for good); overdue = sum of DUE rows dated before it.
    """

    class Fact(models.TextChoices):
        LEARNER = "learner", _("学员")
        STUDYING = "studying", _("正在学")
        CERTIFIED = "certified", _("持有证书，到期日")
        DUE = "due", _("还没有证书，截止日")
        REVOKED = "revoked", _("证书已撤销")

    region = models.ForeignKey("people.Region", models.PROTECT, related_name="+")
    programme = models.ForeignKey("courses.Programme", models.PROTECT, related_name="+")
    fact = models.CharField(max_length=10, choices=Fact)
    date = models.DateField(default="9999-12-31")  # the fact's date, or the end of time
    count = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "programme", "fact", "date"], name="one_tally_per_fact_and_date"),
            models.CheckConstraint(condition=models.Q(count__gte=0), name="nobody_is_counted_below_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.programme_id} {self.fact} {self.date}: {self.count}"
