"""One requirement of a programme as one person stands with it: met by what and when, or what is missing and where to go.

Sentences name nobody, so that she and her officer may both read them (courses/why.py, reports/person.py).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Attempt
from courses.models import Course, Enrolment, LessonProgress
from courses.requirements import Part
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


def line_of_evidence(one: dict[str, Any]) -> Line:
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
        hours=hours_in_words(Decimal(one.get("hours") or 0)),
        state="met",
        facts=tuple(facts),
    )


def line_of_part(
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
        hours=hours_in_words(part.requirement.counted_hours),
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
            % {"n": n, "day": day_in_words(max(days))}
        )
    passed = next((a for a in attempts if a.is_passed), None)
    if part.has_test and passed and passed.submitted_at:
        facts.append(
            _("测试 %(score)s 分，%(day)s 通过") % {"score": _score(passed), "day": day_in_words(passed.submitted_at)}
        )
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


def attempts_at(learner: User, parts: Sequence[Part]) -> dict[UUID, list[Attempt]]:
    """This will give her finished tries, oldest first, by the uuid of the enrolment they were for. One query or none."""
    uuids = [p.enrolment.uuid for p in parts if p.enrolment and p.has_test]
    found: dict[UUID, list[Attempt]] = {}
    if not uuids:
        return found
    rows = Attempt.objects.finished().filter(learner=learner, for_uuid__in=uuids).select_related("version")
    for attempt in rows.defer("version__paper", "version__key").order_by("number"):
        found.setdefault(attempt.for_uuid, []).append(attempt)
    return found


def last_days_of(parts: Sequence[Part]) -> dict[tuple[int, str], datetime]:
    """This will give when each lesson of the met parts was finished, by enrolment and lesson key. One query or none."""
    met = [p.enrolment.pk for p in parts if p.enrolment and p.is_met]
    if not met:
        return {}
    rows = LessonProgress.objects.filter(enrolment__in=met, finished_at__isnull=False)
    return {(row.enrolment_id, str(row.lesson_key)): row.finished_at for row in rows if row.finished_at}


def day_in_words(at: datetime | date) -> str:
    """2026-11-30, of the site's own clock."""
    return f"{timezone.localtime(at) if isinstance(at, datetime) else at:%Y-%m-%d}"


def _score(attempt: Attempt) -> str:
    return f"{attempt.score_percent.normalize():f}" if attempt.score_percent is not None else ""


def hours_in_words(hours: Decimal) -> str:
    """学时: 2.5, and 3 rather than 3.0."""
    return f"{hours:f}".removesuffix(".0")


def _in_language(zh: str, en: str) -> str:
    return Course(title_zh=zh, title_en=en or zh).title
