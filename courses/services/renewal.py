"""The next link of the chain, when its window opens. Nobody presses a button for it: the sweep asks every minute."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.models import (
    Allocation,
    CertificationPeriod,
    CourseRelease,
    Enrolment,
    Programme,
    Requirement,
    Standing,
)
from courses.requirements import counts_for, earlier_evidence
from people.models import Message, User
from people.services import change_name, owe_message

from .certification import meet_periods_of, open_period
from .enrolment import close_enrolment
from .standing import refresh_standing, refresh_standings_of

AT_MOST = 1000  # of a kind in one sweep; the rest is due at the next one too
RELEASE_NEWS = timedelta(days=7)  # how long the sweep looks for standings that a release left behind


def open_next_period(*, allocation: Allocation, opened_at: datetime) -> CertificationPeriod | None:
    """This will open the renewal of a certificate whose window has come, or give None where it has not.

    Enrolments that cannot count any more end: what is learnt anew is the evidence of the new period. The old
    certificate stays valid, and she is told once, in the same transaction.
    """
    with transaction.atomic():
        Allocation.objects.select_for_update(no_key=True).get(pk=allocation.pk)
        last = allocation.periods.order_by("-number").first()
        if last is None or not last.met_at or last.revoked_at or not last.valid_until_date:
            return None
        opens = last.valid_until_date - timedelta(days=allocation.programme.window_days)
        if timezone.localdate(opened_at) < opens:
            return None
        period = open_period(
            allocation=allocation,
            number=last.number + 1,
            window_opens_date=opens,
            due_date=last.valid_until_date,
            opened_at=opened_at,
        )
        courses = allocation.requirement_set.requirements.values("course_id")
        earlier = earlier_evidence(allocation, period)
        for enrolment in Enrolment.objects.open().filter(learner_id=allocation.learner_id, course__in=courses):
            if not counts_for(enrolment, period, earlier):
                close_enrolment(enrolment=enrolment, closed_at=opened_at)
        refresh_standing(allocation=allocation, changed_at=opened_at)
        _tell(allocation, period, opened_at)
        return period


def _tell(allocation: Allocation, period: CertificationPeriod, at: datetime) -> None:
    learner = allocation.learner
    with translation.override(learner.language):
        day = date_format(period.due_date, "DATE_FORMAT")
        facts = {"programme": allocation.programme.title, "day": day}
        body = _("可以续学了：%(programme)s。旧证书到 %(day)s 为止一直有效，在那之前学完，新证书接着算。") % facts
        if period.due_date < timezone.localdate(at):
            body = _("可以续学了：%(programme)s。旧证书 %(day)s 到期了，学完就发新的。") % facts
        owe_message(user=learner, channel=Message.Channel.APP, kind="renewal_open", body=body, now=at)
        if learner.email:
            owe_message(
                user=learner,
                channel=Message.Channel.EMAIL,
                kind="renewal_open",
                address=learner.email,
                subject=(_("可以续学了：%(programme)s") % facts)[:200],
                body=f"{body}\n\n{settings.SITE_URL}",
                now=at,
            )


def renewals_due(now: datetime) -> list[Allocation]:
    """This will find whose window has come and whose next period nobody has opened yet."""
    today = timezone.localdate(now)
    later = CertificationPeriod.objects.filter(allocation=OuterRef("allocation"), number__gt=OuterRef("number"))
    found: list[Allocation] = []
    for programme in Programme.objects.filter(valid_months__gt=0).order_by("pk"):
        last = CertificationPeriod.objects.filter(
            ~Exists(later),
            allocation__programme=programme,
            allocation__ended_at__isnull=True,
            allocation__learner__is_active=True,
            met_at__isnull=False,
            revoked_at__isnull=True,
            valid_until_date__lte=today + timedelta(days=programme.window_days),
        ).order_by("valid_until_date", "pk")[:AT_MOST]
        rows = last.select_related("allocation__programme", "allocation__learner", "allocation__requirement_set")
        found += [period.allocation for period in rows]
    return found[:AT_MOST]


def open_renewals(*, now: datetime) -> int:
    """This will open every next period whose window has come, each in its own transaction. Safe to repeat."""
    return sum(open_next_period(allocation=one, opened_at=now) is not None for one in renewals_due(now))


@transaction.atomic
def correct_name(*, learner: User, name: str, actor: User, reason: str, at: datetime) -> None:
    """This will put a learner's name right and issue what only the old name stood in the way of.

    Certificates that she holds keep the name they were issued with: the registrar corrects those. Raises
    ValidationError for what is no name.
    """
    change_name(user=learner, name=name, actor=actor, reason=reason, at=at)
    meet_periods_of(learner=learner, at=at)
    refresh_standings_of(learner=learner, changed_at=at)


def issue_what_names_held_up(*, now: datetime) -> int:
    """This will try again for everybody whose name could not be printed: whoever corrected it, or a font that came."""
    held = Standing.objects.filter(why__code="name_unprintable", allocation__ended_at__isnull=True)
    issued = 0
    for standing in held.select_related("user").order_by("pk")[:AT_MOST]:
        issued += len(meet_periods_of(learner=standing.user, at=now))
    return issued


def refresh_what_releases_left_behind(*, now: datetime) -> int:
    """This will bring up to date whoever has not begun a course that got a new outline since: it is hers to learn.

    The newer release says by itself which standings are behind it, so nothing has to be owed and no publishing waits
    for a million rows.
    """
    news = CourseRelease.objects.filter(released_at__gt=now - RELEASE_NEWS)
    if not news.exists():
        return 0
    behind = Allocation.objects.filter(
        Exists(
            news.filter(
                course__in=Requirement.objects.filter(requirement_set=OuterRef(OuterRef("requirement_set"))).values(
                    "course"
                ),
                released_at__gt=OuterRef("standing__changed_at"),
            )
        ),
        ended_at__isnull=True,
    )
    rows = list(behind.select_related("programme").order_by("pk")[:AT_MOST])
    for allocation in rows:
        refresh_standing(allocation=allocation, changed_at=now)
    return len(rows)
