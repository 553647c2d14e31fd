"""Reminding people: whom it makes sense to remind, in which words, and once a day at most."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Programme, Standing
from people.models import Message, User
from people.services import owe_messages, record_audit
from reports.models import Reminder, ReminderRound

MOST_AT_ONCE = 5_000
KIND = "reminder"  # of the message
State = Standing.State


class TooMany(Exception):
    """More people than one press may remind: choose a smaller place first."""


@dataclass(frozen=True)
class Plan:
    """Who would be reminded, with the kind of words each gets, and who not, with the reason's code."""

    to: tuple[tuple[Standing, str], ...]
    skipped: tuple[tuple[Standing, str], ...]

    @property
    def kinds(self) -> list[tuple[str, int, Standing]]:
        """Each kind with how many get it and one of them, to show what it will say."""
        counts = Counter(kind for _standing, kind in self.to)
        first: dict[str, Standing] = {}
        for standing, kind in self.to:
            first.setdefault(kind, standing)
        return [(kind, counts[kind], first[kind]) for kind in first]

    @property
    def with_email(self) -> int:
        return sum(bool(standing.user.email) for standing, _kind in self.to)


def plan_reminders(standings: Iterable[Standing], *, on_date: date) -> Plan:
    """This will sort people into those to remind and those not; two queries. Needs user and programme loaded.

    Raises TooMany.
    """
    rows = list(standings)
    if len(rows) > MOST_AT_ONCE:
        raise TooMany
    today = set(
        Reminder.objects.filter(day=on_date, user__in=[s.user_id for s in rows]).values_list("user_id", flat=True)
    )
    to, skipped = [], []
    for standing in rows:
        code = "today" if standing.user_id in today else why_not(standing, on_date=on_date)
        if code:
            skipped.append((standing, code))
        else:
            to.append((standing, kind_of(standing, on_date=on_date)))
    return Plan(tuple(to), tuple(skipped))


def why_not(standing: Standing, *, on_date: date) -> str:
    """This will give the code of the reason why reminding this person makes no sense, or nothing."""
    if not standing.user.is_active:
        return "inactive"
    if standing.state == State.REVOKED:
        return "revoked"
    if standing.state == State.CERTIFIED:
        until = standing.valid_until_date
        opens = until - timedelta(days=standing.programme.window_days) if until else None
        return "" if opens and opens <= on_date else "valid"
    return {"in_preparation": "waiting", "name_unprintable": "name", "no_tries_left": "no_tries"}.get(
        standing.why["code"], ""
    )


def kind_of(standing: Standing, *, on_date: date) -> str:
    """This will name which words a person gets."""
    if standing.state == State.CERTIFIED:
        until = standing.valid_until_date
        return "expired" if until and until < on_date else "renew"
    return {"not_started": "begin", "test_open": "test", "not_passed": "retry"}.get(standing.why["code"], "go_on")


def reminder_words(standing: Standing, kind: str, *, sender: str, note: str, on_date: date) -> str:
    """This will write what one person reads, in her language: what is missing, until when, and from whom."""
    with translation.override(standing.user.language):
        why = standing.why
        at = parse_datetime(why["at"]) if why.get("at") else None
        facts = {
            "programme": standing.programme.title,
            "course": why.get("course", ""),
            "left": why.get("left", 0),
            "day": date_format(standing.due_date, "DATE_FORMAT") if standing.due_date else "",
            "preparing": _("、").join(why.get("preparing", [])),
            "until": date_format(standing.valid_until_date, "DATE_FORMAT") if standing.valid_until_date else "",
            "at": date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else "",
        }
        said = [_said(kind, why, facts)]
        if facts["preparing"]:
            said.append(_("%(preparing)s 还在筹备，开课以前不算逾期；能学的现在就可以学。") % facts)
        if kind not in ("renew", "expired") and standing.due_date:
            is_late = standing.due_date < on_date
            said.append(
                (_("原定 %(day)s 前完成，现在接着学也来得及。") if is_late else _("请在 %(day)s 前完成。")) % facts
            )
        if note:
            said.append(note)
        if sender:
            said.append(_("——%(sender)s") % {"sender": sender})
        return "\n".join(said)


def _said(kind: str, why: dict, facts: dict) -> str:
    if kind == "begin":
        return _("您的“%(programme)s”还没开始。打开首页就能学，学到哪儿都会记住。") % facts
    if kind == "test":
        return _("您的“%(programme)s”：%(course)s 的课文学完了，还差结业测试。") % facts
    if kind == "retry":
        return _("您的“%(programme)s”：%(course)s 的测试还没通过，%(at)s 以后可以再考，每次换新题。") % facts
    if kind == "renew":
        return _("您的“%(programme)s”证书 %(until)s 到期，现在可以续学。到期前学完，新证书接着算。") % facts
    if kind == "expired":
        return _("您的“%(programme)s”证书 %(until)s 已经到期。学完就发新的。") % facts
    if why.get("code") == "lessons_left":
        words = ngettext(
            "您的“%(programme)s”：%(course)s 还差 %(left)d 课。",
            "您的“%(programme)s”：%(course)s 还差 %(left)d 课。",
            facts["left"],
        )
        return words % facts
    return _("您的“%(programme)s”：%(course)s 还没开始。") % facts


def reasons() -> dict[str, str]:
    """This will say each reason for not reminding somebody."""
    return {
        "today": _("今天已经提醒过了"),
        "valid": _("持有有效证书，还不用续学"),
        "waiting": _("能学的都学完了，在等筹备中的课"),
        "no_tries": _("考试机会用完了，要先找培训师"),
        "name": _("都学完了，姓名里有字印不出来，要先找发证人"),
        "revoked": _("证书撤销了，要先找发证人"),
        "inactive": _("账号停用了"),
    }


def kind_names() -> dict[str, str]:
    """This will name each kind of words."""
    return {
        "begin": _("还没开始"),
        "go_on": _("还在学"),
        "test": _("还差测试"),
        "retry": _("等着再考"),
        "renew": _("快到期"),
        "expired": _("已过期"),
    }


def remind(
    *,
    actor: User,
    programme: Programme,
    standings: Iterable[Standing],
    sender: str,
    note: str,
    at: datetime,
    address: str | None = None,
) -> ReminderRound:
    """This will remind everybody it makes sense to remind, in the app and by e-mail where there is an address.

    Once a day at most: the database refuses a second reminder, also to two officers who press at the same moment; who
    was left out, and why, stands in the round. Raises TooMany.
    """
    on_date = timezone.localdate(at)
    with transaction.atomic():
        plan = plan_reminders(standings, on_date=on_date)
        skipped = {str(standing.user_id): code for standing, code in plan.skipped}
        this = ReminderRound.objects.create(sent_by=actor, sent_at=at, programme=programme, note=note)
        # in one order, so that two rounds never wait for each other; what is there already stays as it is
        to = sorted(plan.to, key=lambda one: one[0].user_id)
        Reminder.objects.bulk_create(
            [Reminder(user=s.user, day=on_date, round=this, kind=kind, has_email=bool(s.user.email)) for s, kind in to],
            ignore_conflicts=True,
            batch_size=500,
        )
        mine = {reminder.user_id: reminder for reminder in Reminder.objects.filter(round=this)}
        skipped |= {str(s.user_id): "today" for s, _kind in to if s.user_id not in mine}
        _owe(mine, [one for one in to if one[0].user_id in mine], sender=sender, note=note, on_date=on_date, at=at)
        this.skipped = skipped
        this.save(update_fields=["skipped"])
        record_audit(
            actor=actor,
            verb="people_reminded",
            object_kind="reports.ReminderRound",
            object_id=str(this.uuid),
            recorded_at=at,
            details={"programme": programme.code, "reminded": len(mine), "left_out": len(skipped)},
            address=address,
        )
    return this


def _owe(
    reminders: dict[int, Reminder],
    to: Sequence[tuple[Standing, str]],
    *,
    sender: str,
    note: str,
    on_date: date,
    at: datetime,
) -> None:
    in_app, emails = [], []
    for standing, kind in to:
        user = standing.user
        words = reminder_words(standing, kind, sender=sender, note=note, on_date=on_date)
        message = Message(user=user, channel=Message.Channel.APP, kind=KIND, body=words)
        reminders[user.pk].message = message
        in_app.append(message)
        if user.email:
            with translation.override(user.language):
                subject = _("青苗提醒：%(programme)s") % {"programme": standing.programme.title}
            emails.append(
                Message(
                    user=user,
                    channel=Message.Channel.EMAIL,
                    kind=KIND,
                    address=user.email,
                    subject=subject[:200],
                    body=f"{words}\n\n{settings.SITE_URL}",
                )
            )
    owe_messages(messages=[*in_app, *emails], now=at)
    for reminder in reminders.values():
        reminder.message = reminder.message  # its id is known only now
    Reminder.objects.bulk_update(reminders.values(), ["message"], batch_size=500)
