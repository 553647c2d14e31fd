"""Where a person stands, in words: her certificate, why she has none and what to do. Pure: no queries here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Standing

State = Standing.State


@dataclass(frozen=True)
class Mark:
    """A state said three ways at once: in a word, by an icon and by the class that colours it."""

    word: str
    icon: str
    tone: str


@dataclass(frozen=True)
class Person:
    """One line of a list: what an officer may see of a learner of hers. The phone is masked unless asked for."""

    uuid: UUID
    name: str
    login_number: str
    masked_phone: str
    phone: str
    worker: str
    organisation: str
    region: str
    region_full: str
    village: str
    lessons_finished: int
    lessons_total: int
    mark: Mark
    certificate_number: str
    valid_until_date: date | None
    due_date: date | None  # none while a course she needs is still being written
    last_activity_at: datetime | None
    why: str


def person_of(standing: Standing, *, on_date: date) -> Person:
    """This will make one line of a list of a Standing whose user, membership, places and certificate are loaded."""
    user, membership = standing.user, standing.membership
    return Person(
        uuid=user.uuid,
        name=user.name,
        login_number=user.login_number,
        masked_phone=user.masked_phone,
        phone=user.phone or "",
        worker=membership.get_worker_display(),
        organisation=standing.organisation.name,
        region=standing.region.name,
        region_full=standing.region.full_name,
        village=membership.village,
        lessons_finished=standing.lessons_finished,
        lessons_total=standing.lessons_total,
        mark=mark_of(standing, on_date=on_date),
        certificate_number=standing.certificate.number if standing.certificate else "",
        valid_until_date=standing.valid_until_date,
        due_date=standing.due_date,
        last_activity_at=standing.last_activity_at,
        why=why_of(standing, on_date=on_date),
    )


def mark_of(standing: Standing, *, on_date: date) -> Mark:
    """This will give the tag of a person's certificate."""
    until = standing.valid_until_date
    if standing.state == State.CERTIFIED:
        if until and until < on_date:
            return Mark(_("已过期"), "warn", "bad")
        if until and until <= on_date + timedelta(days=90):
            return Mark(_("快到期"), "clock", "warn")
        return Mark(_("有效"), "ok", "")
    if standing.state == State.REVOKED:
        return Mark(_("已撤销"), "x", "bad")
    if standing.state == State.STUDYING:
        if standing.why.get("code") == "not_passed":
            return Mark(_("等着再考"), "clock", "warn")
        return Mark(_("还在学"), "book", "info")
    if standing.user.last_login is None:
        return Mark(_("从未登录"), "x", "off")
    return Mark(_("还没开始"), "x", "off")


def why_of(standing: Standing, *, on_date: date) -> str:
    """This will say why there is no valid certificate and what to do, or nothing where all is well."""
    until = standing.valid_until_date
    if standing.state == State.CERTIFIED:
        if until and until < on_date:
            days = (on_date - until).days
            return ngettext("过期 %(n)d 天。请提醒她续学", "过期 %(n)d 天。请提醒她续学", days) % {"n": days}
        if until and until <= on_date + timedelta(days=90):
            days = (until - on_date).days
            return ngettext("还有 %(n)d 天到期，现在可以续学", "还有 %(n)d 天到期，现在可以续学", days) % {"n": days}
        return ""
    words = REASONS[standing.why["code"]](standing)
    if waiting := standing.why.get("preparing"):
        words += _("。%(courses)s 还在筹备，不算逾期") % {"courses": _("、").join(waiting)}
    if standing.state != State.REVOKED and standing.due_date and standing.due_date < on_date:
        late = (on_date - standing.due_date).days
        words += ngettext("。已逾期 %(n)d 天", "。已逾期 %(n)d 天", late) % {"n": late}
    return words


def local_time(text: str) -> str:
    """This will show a stored time as 11月24日 10:58, in Shanghai."""
    at = parse_datetime(text) if text else None
    if at is None:
        return ""
    at = timezone.localtime(at)
    return _("%(month)d月%(day)d日 %(time)s") % {"month": at.month, "day": at.day, "time": f"{at:%H:%M}"}


def _never_began(standing: Standing) -> str:
    user = standing.user
    if user.last_login is None:
        return _("没有手机号，从未登录：请补发登录条") if not user.phone else _("从未登录：请打个电话，带她登录一次")
    return _("登录过，还没打开第一课")


def _studying(standing: Standing) -> str:
    left = _facts(standing)
    words = ngettext("%(course)s 还差 %(left)d 课", "%(course)s 还差 %(left)d 课", left["left"]) % left
    if standing.last_activity_at:
        at = timezone.localtime(standing.last_activity_at)
        words += _("，最近一次 %(month)d月%(day)d日") % {"month": at.month, "day": at.day}
    return words


def _retry(standing: Standing) -> str:
    why = standing.why
    facts = _facts(standing) | {"at": local_time(why.get("at", "")), "left": why.get("left", 0)}
    again = (
        ngettext("%(at)s 以后可再考，还有 %(left)d 次", "%(at)s 以后可再考，还有 %(left)d 次", facts["left"]) % facts
    )
    return f"{_failed(standing)}{_('。')}{again}"


def _out_of_tries(standing: Standing) -> str:
    return f"{_failed(standing)}{_('。')}{_('机会用完了，请联系培训师')}"


def _failed(standing: Standing) -> str:
    """The critical error first: a score that was enough does not outweigh it."""
    facts = _facts(standing)
    if facts["errors"]:
        return (
            ngettext("%(course)s 有 %(errors)d 处关键错误", "%(course)s 有 %(errors)d 处关键错误", facts["errors"])
            % facts
        )
    return _("%(course)s 得 %(score)s 分，没有通过") % facts


def _facts(standing: Standing) -> dict:
    why = standing.why
    score = why.get("score")
    return {
        "course": why.get("course", ""),
        "errors": why.get("critical_errors", 0),
        "score": f"{Decimal(score).normalize():f}" if score else "",
        "left": why.get("left", 0),
    }


REASONS: dict[str, Callable[[Standing], str]] = {
    "not_started": _never_began,
    "course_not_started": lambda s: _("%(course)s 还没开始") % _facts(s),
    "lessons_left": _studying,
    "test_open": lambda s: _("%(course)s 课学完了，还差测试") % _facts(s),
    "not_passed": _retry,
    "no_tries_left": _out_of_tries,
    "in_preparation": lambda s: _("能学的都学完了，%(course)s 还在筹备") % _facts(s),
    "name_unprintable": lambda s: _("都学完了，姓名里有字印不出来：请联系发证人"),
    "revoked": lambda s: _("%(at)s 撤销。原因在证书的经过里") % {"at": local_time(s.why.get("at", ""))},
}
