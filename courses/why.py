"""Why she has, or has not, a certificate: the rule she is pinned to, what met each point of it, what is missing.

One page for the learner and her officer. A met period is told from its evidence, frozen on the day; an open one from
what she has learnt by now. Sentences name nobody, so that both may read them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Max, Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certificates.models import Certificate, CertificateEvent, Status
from certificates.selectors import own_certificates
from courses.lines import (
    Line,
    Step,
    attempts_at,
    day_in_words,
    hours_in_words,
    last_days_of,
    line_of_evidence,
    line_of_part,
)
from courses.models import Allocation, CertificationEvent, CertificationPeriod, Enrolment, Requirement
from courses.requirements import Part, due_date_of, evidence_before, lay, releases_of, tells_enough


@dataclass(frozen=True)
class Happening:
    """Something in the history: when, what, and the reason where one was given."""

    at: datetime
    words: str
    reason: str = ""


@dataclass(frozen=True)
class Why:
    """One allocation, or one certificate, explained."""

    title: str
    rule_number: int | None
    rule_decided_at: datetime | None
    newest_rule: int | None
    lines: tuple[Line, ...]
    history: tuple[Happening, ...]
    certificate: Certificate | None  # with its status
    period: CertificationPeriod | None = None
    allocation: Allocation | None = None
    problem: str = ""  # what stands in the way although everything is met, or a revocation
    due_date: date | None = None  # of the open period; none while a course is still being written
    timing: str = ""  # why there is no day yet, or why it is a later one
    step: Step | None = None
    others: tuple[Certificate, ...] = field(default=())

    @property
    def by_hand(self) -> bool:
        """Was the certificate issued on a registrar's word, for a training held elsewhere?"""
        return bool(self.is_held and self.certificate and self.certificate.basis.get("by_hand"))

    @property
    def is_met(self) -> bool:
        return all(line.state == "met" for line in self.lines)

    @property
    def met(self) -> int:
        return sum(line.state == "met" for line in self.lines)

    @property
    def is_held(self) -> bool:
        """Is this about a certificate that was issued, rather than about the way to one?"""
        return self.certificate is not None and (self.period is None or self.period.met_at is not None)

    @property
    def hours(self) -> str:
        return hours_in_words(sum((Decimal(line.hours) for line in self.lines), Decimal(0)))

    @property
    def hours_met(self) -> str:
        return hours_in_words(sum((Decimal(line.hours) for line in self.lines if line.state == "met"), Decimal(0)))


def allocations() -> QuerySet[Allocation]:
    """This will give allocations that stand, with all that explaining one asks of its own row."""
    return (
        Allocation.objects.filter(ended_at__isnull=True)
        .select_related("programme__issuer", "requirement_set", "learner")
        .annotate(newest_number=Max("programme__requirement_sets__number"))
        .order_by("pk")
    )


def why_of(allocation: Allocation, *, now: datetime) -> Why:
    """This will explain where an allocation stands today: its open period, or the last one where none is open."""
    return whys([allocation], now=now)[0]


def whys(allocations: Sequence[Allocation], *, now: datetime) -> list[Why]:
    """This will explain several allocations of one learner; ten queries however many there are."""
    ids = [a.pk for a in allocations]
    learner = allocations[0].learner
    periods: dict[int, list[CertificationPeriod]] = {pk: [] for pk in ids}
    for period in (
        CertificationPeriod.objects.filter(allocation__in=ids)
        .prefetch_related(Prefetch("events", CertificationEvent.objects.order_by("id")))
        .order_by("number")
    ):
        periods[period.allocation_id].append(period)
    certificates = list(own_certificates(learner=learner, day=timezone.localdate(now)).prefetch_related("events"))
    rules: dict[int, list[Requirement]] = {}
    newest = {a.pk: a.newest_number for a in allocations}  # type: ignore[attr-defined]
    for requirement in (
        Requirement.objects.filter(requirement_set__in={a.requirement_set_id for a in allocations})
        .select_related("course")
        .order_by("course__code")
    ):
        rules.setdefault(requirement.requirement_set_id, []).append(requirement)
    asked = {r.course_id for some in rules.values() for r in some}
    enrolments = list(
        Enrolment.objects.filter(learner=learner, course__in=asked).select_related("release").order_by("-pk")
    )
    first = min((chain[0] for chain in periods.values()), key=lambda p: p.window_opens_date)
    releases = releases_of(sorted(asked - {e.course_id for e in enrolments if tells_enough(e, first)}))
    laid = {}
    for allocation in allocations:
        chain = periods[allocation.pk]
        period = next((p for p in chain if not p.met_at), None) or chain[-1]
        earlier = evidence_before(chain, period)
        laid[allocation.pk] = (
            period,
            [
                lay(r, enrolments, releases, period=period, earlier=earlier)
                for r in rules.get(allocation.requirement_set_id, [])
            ],
        )
    parts = [part for _period, some in laid.values() for part in some]
    attempts, last_days = attempts_at(learner, parts), last_days_of(parts)
    found = []
    for allocation in allocations:
        period, some = laid[allocation.pk]
        hers = [c for c in certificates if c.period_uuid in {p.uuid for p in periods[allocation.pk]}]
        lines = (
            tuple(line_of_evidence(one) for one in period.evidence)
            if period.met_at
            else tuple(line_of_part(part, attempts, last_days, now) for part in some)
        )
        current = next((c for c in hers if c.period_uuid == period.uuid and status_of(c) != Status.SUPERSEDED), None)
        why = Why(
            title=allocation.programme.title,
            rule_number=allocation.requirement_set.number,
            rule_decided_at=allocation.requirement_set.decided_at,
            newest_rule=newest[allocation.pk],
            lines=lines,
            history=_history(periods[allocation.pk], hers, due=due_date_of(period, some)),
            certificate=current,
            period=period,
            allocation=allocation,
            due_date=due_date_of(period, some),
            timing=_timing(period, some),
            others=tuple(c for c in hers if c is not current),
        )
        found.append(_with_step(why, allocation))
    return found


def why_of_certificate(certificate: Certificate) -> Why:
    """This will explain one certificate from its own frozen basis; it may have been taken over from elsewhere."""
    period = CertificationPeriod.objects.filter(uuid=certificate.period_uuid).select_related("allocation").first()
    basis = certificate.basis
    return Why(
        title=certificate.programme_title,
        rule_number=basis.get("requirement_set"),
        rule_decided_at=None,
        newest_rule=None,
        lines=tuple(line_of_evidence(one) for one in basis.get("evidence", [])),
        history=_history([period] if period else [], [certificate]),
        certificate=certificate,
        period=period,
        allocation=period.allocation if period else None,
    )


def status_of(certificate: Certificate) -> str:
    """A certificate read with `with_status` carries it beside its columns."""
    return getattr(certificate, "status")  # noqa: B009 - an annotation, which the types do not know


def _with_step(why: Why, allocation: Allocation) -> Why:
    """The next step of the whole: the first that she can do herself, or whom to ask."""
    if why.certificate and status_of(why.certificate) == Status.REVOKED:
        return replace(why, problem=_("证书撤销了。原因在经过里；不同意的，可以请发证单位复核。"))
    if why.period and why.period.met_at:
        return why
    if why.lines and why.is_met:
        return replace(why, problem=_("要求都达到了，只是姓名里有字印不出来。请联系发证单位更正，更正后当天就发。"))
    step = next((line.step for line in why.lines if line.step), None)
    waiting = [line.code for line in why.lines if line.state == "preparing"]
    if step is None and waiting and all(line.state != "open" for line in why.lines):
        codes = _("、").join(waiting)
        return replace(why, problem=_("能学的都学完了。%(codes)s 还在筹备，开课后接着学。") % {"codes": codes})
    return replace(why, step=step)


def _timing(period: CertificationPeriod, parts: Sequence[Part]) -> str:
    """Why there is no day yet, or a later one than was planned: nobody is late for what she could not learn."""
    due = due_date_of(period, parts)
    days = (period.due_date - period.window_opens_date).days
    if due is None:
        waiting = [p.course.code for p in parts if not p.lessons]
        able = [p.course.code for p in parts if p.lessons and not p.is_met]
        facts = {"codes": _("、").join(waiting), "able": _("、").join(able), "days": days}
        said = ngettext(
            "%(codes)s 还在筹备，所以现在不算逾期；全部开课那天起，有 %(days)d 天来学完。",
            "%(codes)s 还在筹备，所以现在不算逾期；全部开课那天起，有 %(days)d 天来学完。",
            days,
        )
        return (said + (" " + _("现在可以先学 %(able)s。") if able else "")) % facts
    if due == period.due_date:
        return ""
    last = max((p for p in parts if p.opened_date), key=lambda p: p.opened_date or date.min)
    facts = {"code": last.course.code, "opened": day_in_words(last.opened_date or due), "day": day_in_words(due)}
    return _("%(code)s 到 %(opened)s 才开课，所以完成的日子从那天算起，改为 %(day)s。") % facts


def _history(
    periods: Sequence[CertificationPeriod], certificates: Sequence[Certificate], *, due: date | None = None
) -> tuple[Happening, ...]:
    """Periods that opened, and everything about the certificates; a revocation stands in both ledgers and is told once."""
    found = []
    for period in periods:
        for event in period.events.all():
            if event.kind == CertificationEvent.Kind.OPENED:
                facts = {"number": period.number, "day": f"{period.due_date:%Y-%m-%d}"}
                moved = not period.met_at and due != period.due_date  # the day it was opened with says nothing now
                words = _("第 %(number)d 期开始") if moved else _("第 %(number)d 期开始，%(day)s 前完成")
                found.append(Happening(event.happened_at, words % facts))
            elif event.kind == CertificationEvent.Kind.MET:
                found.append(Happening(event.happened_at, _("达到要求")))
    for certificate in certificates:
        for turn in certificate.events.all():
            words = f"{CertificateEvent.Kind(turn.kind).label} {certificate.number}"
            found.append(Happening(turn.happened_at, words, turn.reason))
    return tuple(sorted(found, key=lambda one: one.at))
