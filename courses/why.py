"""Why she has, or has not, a certificate: the rule she is pinned to, what met each point of it, what is missing.

One page for the learner and her officer. A met period is told from its evidence, frozen on the day; an open one from
what she has learnt by now. Sentences name nobody, so that both may read them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Max, Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Attempt
from certificates.models import Certificate, CertificateEvent, Status
from certificates.selectors import own_certificates
from courses.models import (
    Allocation,
    CertificationEvent,
    CertificationPeriod,
    Course,
    Enrolment,
    LessonProgress,
    Requirement,
)
from courses.requirements import Part, due_date_of, evidence_before, lay, releases_of, tells_enough
from courses.rules import next_lesson
from people.models import User


@dataclass(frozen=True)
class Step:
    """What to do next, and where."""

    words: str
    address: str


@dataclass(frozen=True)
class Line:
    """One requirement: met by what and when, or what is missing. state: met, open or preparing."""

    code: str
    title: str
    part: str  # 第 1、2 单元, or nothing for the whole course
    hours: str
    state: str
    facts: tuple[str, ...]  # what met it, or what is missing
    finished: int = 0
    total: int = 0
    step: Step | None = None


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
        return _hours(sum((Decimal(line.hours) for line in self.lines), Decimal(0)))

    @property
    def hours_met(self) -> str:
        return _hours(sum((Decimal(line.hours) for line in self.lines if line.state == "met"), Decimal(0)))


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
    attempts, last_days = _attempts(learner, parts), _last_days(parts)
    found = []
    for allocation in allocations:
        period, some = laid[allocation.pk]
        hers = [c for c in certificates if c.period_uuid in {p.uuid for p in periods[allocation.pk]}]
        lines = (
            tuple(_line_of_evidence(one) for one in period.evidence)
            if period.met_at
            else tuple(_line(part, attempts, last_days, now) for part in some)
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
        lines=tuple(_line_of_evidence(one) for one in basis.get("evidence", [])),
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
    facts = {"code": last.course.code, "opened": _day(last.opened_date or due), "day": _day(due)}
    return _("%(code)s 到 %(opened)s 才开课，所以完成的日子从那天算起，改为 %(day)s。") % facts


# ---- one requirement


def _line_of_evidence(one: dict[str, Any]) -> Line:
    """A requirement as the evidence of a met period keeps it."""
    at = parse_datetime(one["completed_at"]) if one.get("completed_at") else None
    day = f"{timezone.localtime(at):%Y-%m-%d}" if at else ""
    facts = [_("%(day)s 学完，课程第 %(release)s 版") % {"day": day, "release": one.get("release", "")}]
    if one.get("attempt"):
        facts.append(_("测试通过"))
    return Line(
        code=one["course"],
        title=_in_language(one.get("title_zh", ""), one.get("title_en", "")),
        part=_part_words(one.get("modules") or ()),
        hours=_hours(Decimal(one.get("hours") or 0)),
        state="met",
        facts=tuple(facts),
    )


def _line(
    part: Part, attempts: dict[UUID, list[Attempt]], last_days: dict[tuple[int, str], datetime], now: datetime
) -> Line:
    """A requirement as she stands with it now."""
    course, enrolment = part.course, part.enrolment
    if part.is_met and enrolment:
        state, step, facts = "met", None, _what_met(part, enrolment, attempts.get(enrolment.uuid, []), last_days)
    elif not part.lessons:
        state, step, facts = "preparing", None, [_("课程还在筹备：课文正在写和审，开课后才能学。")]
    else:
        state = "open"
        facts, step = _what_is_missing(part, attempts.get(enrolment.uuid, []) if enrolment else [], now)
    return Line(
        code=course.code,
        title=course.title,
        part=_part_words(part.modules),
        hours=_hours(part.requirement.counted_hours),
        state=state,
        facts=tuple(facts),
        finished=part.finished,
        total=len(part.lessons),
        step=step,
    )


def _what_met(
    part: Part, enrolment: Enrolment, attempts: list[Attempt], last_days: dict[tuple[int, str], datetime]
) -> list[str]:
    days = [last_days[enrolment.pk, x["key"]] for x in part.lessons if (enrolment.pk, x["key"]) in last_days]
    facts = []
    if days:
        n = len(days)
        facts.append(
            ngettext("%(n)d 课都学完了，最后一课 %(day)s", "%(n)d 课都学完了，最后一课 %(day)s", n)
            % {"n": n, "day": _day(max(days))}
        )
    passed = next((a for a in attempts if a.is_passed), None)
    if part.has_test and passed and passed.submitted_at:
        facts.append(_("测试 %(score)s 分，%(day)s 通过") % {"score": _score(passed), "day": _day(passed.submitted_at)})
    return facts


def _what_is_missing(part: Part, attempts: list[Attempt], now: datetime) -> tuple[list[str], Step]:
    course, enrolment = part.course, part.enrolment
    page = reverse("course", args=[course.slug])
    if enrolment is None:
        return [_("还没报名")], Step(_("去报名 %(code)s") % {"code": course.code}, page)
    facts = missing_facts(enrolment, left=part.left, has_test=part.has_test, attempts=attempts, now=now)
    onward = next_lesson(part.lessons, enrolment.finished_keys, str(enrolment.last_lesson_key))
    if part.left and onward:
        words = _("接着学 %(code)s 第 %(number)d 课") % {"code": course.code, "number": onward["number"]}
        return facts, Step(words, reverse("lesson", args=[course.slug, onward["number"]]))
    return facts, Step(_("去 %(code)s 的结业测试") % {"code": course.code}, reverse("quiz", args=[course.slug]))


def missing_facts(
    enrolment: Enrolment, *, left: int, has_test: bool, attempts: Sequence[Attempt], now: datetime
) -> list[str]:
    """This will say what an enrolment still lacks: lessons, then the test and when it may be tried again."""
    facts: list[str] = []
    if left and enrolment.last_lesson_key:
        facts.append(ngettext("还差 %(left)d 课", "还差 %(left)d 课", left) % {"left": left})
    elif left:
        facts.append(_("报了名，还没打开第一课"))
    if has_test and not enrolment.quiz_passed_at:
        facts.append(_test_missing(attempts, now) if attempts else _("结业测试还没考"))
    return facts


def _test_missing(attempts: Sequence[Attempt], now: datetime) -> str:
    """The critical error first: a score that was enough does not outweigh it."""
    last = attempts[-1]
    if last.critical_errors:
        n = last.critical_errors
        said = ngettext("测试有 %(n)d 处关键错误，没有通过", "测试有 %(n)d 处关键错误，没有通过", n) % {"n": n}
    else:
        said = _("测试得 %(score)s 分，没有通过") % {"score": _score(last)}
    left = last.version.tries - len(attempts)
    if left <= 0:
        return said + _("。") + _("机会用完了，请联系培训师")
    again_at = (last.submitted_at or now) + timedelta(hours=last.version.hours_between_tries)
    facts = {"at": date_format(timezone.localtime(again_at), "m-d H:i"), "left": left}
    if again_at <= now:
        return (
            said + _("。") + ngettext("现在可以再考，还有 %(left)d 次", "现在可以再考，还有 %(left)d 次", left) % facts
        )
    again = ngettext("%(at)s 以后可以再考，还有 %(left)d 次", "%(at)s 以后可以再考，还有 %(left)d 次", left)
    return said + _("。") + again % facts


def _part_words(modules: Iterable[int]) -> str:
    numbers = _("、").join(str(n) for n in modules)
    return _("第 %(numbers)s 单元") % {"numbers": numbers} if numbers else ""


def _attempts(learner: User, parts: Sequence[Part]) -> dict[UUID, list[Attempt]]:
    uuids = [p.enrolment.uuid for p in parts if p.enrolment and p.has_test]
    found: dict[UUID, list[Attempt]] = {}
    if not uuids:
        return found
    rows = Attempt.objects.finished().filter(learner=learner, for_uuid__in=uuids).select_related("version")
    for attempt in rows.defer("version__paper", "version__key").order_by("number"):
        found.setdefault(attempt.for_uuid, []).append(attempt)
    return found


def _last_days(parts: Sequence[Part]) -> dict[tuple[int, str], datetime]:
    met = [p.enrolment.pk for p in parts if p.enrolment and p.is_met]
    if not met:
        return {}
    rows = LessonProgress.objects.filter(enrolment__in=met, finished_at__isnull=False)
    return {(row.enrolment_id, str(row.lesson_key)): row.finished_at for row in rows if row.finished_at}


# ---- what happened


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


def _day(at: datetime | date) -> str:
    return f"{timezone.localtime(at) if isinstance(at, datetime) else at:%Y-%m-%d}"


def _score(attempt: Attempt) -> str:
    return f"{attempt.score_percent.normalize():f}" if attempt.score_percent is not None else ""


def _hours(hours: Decimal) -> str:
    return f"{hours:f}".removesuffix(".0")


def _in_language(zh: str, en: str) -> str:
    return Course(title_zh=zh, title_en=en or zh).title
