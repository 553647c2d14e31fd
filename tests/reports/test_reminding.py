"""Reminding one or many, through the door: looked at first, once a day at most, and what came of it is said."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.models import Standing
from people.models import AuditEntry, Message
from people.services import deliver_message
from reports import reminding
from reports.models import Reminder, ReminderRound
from tests.factories.people import RoleGrantFactory, UserFactory
from tests.factories.reports import Country, tally
from tests.reports.test_pages import officer, text
from tests.reports.test_selectors import bulk

pytestmark = pytest.mark.django_db
State = Standing.State
TODAY = timezone.localdate


@pytest.fixture
def country():
    return Country()


@pytest.fixture
def people(country):
    """One of each kind that a reminder knows, in 青禾1镇."""
    station, soon = country.stations[0], TODAY() + timedelta(days=30)
    retry = {"code": "not_passed", "course": "C04", "at": "2026-11-26T02:00:00+00:00", "left": 2, "critical_errors": 1}
    made = {
        "begin": {},
        "go_on": {"state": State.STUDYING},
        "late": {"state": State.STUDYING, "due_date": TODAY() - timedelta(days=3)},
        "test": {"state": State.STUDYING, "why": {"code": "test_open", "course": "C04"}},
        "retry": {"state": State.STUDYING, "why": retry},
        "renew": {"state": State.CERTIFIED, "valid_until_date": soon},
        "expired": {"state": State.CERTIFIED, "valid_until_date": date(2026, 1, 1)},
        "valid": {"state": State.CERTIFIED, "valid_until_date": TODAY() + timedelta(days=300)},
        "revoked": {"state": State.REVOKED},
        "waiting": {"state": State.STUDYING, "why": {"code": "in_preparation", "course": "C99"}},
        "no_tries": {"state": State.STUDYING, "why": {"code": "no_tries_left", "course": "C04", "score": "60"}},
        "name": {"state": State.STUDYING, "why": {"code": "name_unprintable"}},
    }
    rows = {
        name: country.person(station, name=f"某人{chr(0x4E00 + n)}", **f) for n, (name, f) in enumerate(made.items())
    }
    rows["inactive"] = country.person(station, name="停用的人")
    rows["inactive"].user.is_active = False
    rows["inactive"].user.save()
    tally()
    return rows


LEFT_OUT = {"valid", "revoked", "waiting", "no_tries", "name", "inactive"}


def address(**query):
    return reverse("reports:remind") + "?" + "&".join(f"{k}={v}" for k, v in query.items())


def send(client, *rows, **data):
    return client.post(address(), {"who": [str(r.user.uuid) for r in rows], "sure": "yes", **data})


def outcome(client, answer):
    assert answer.status_code == 302
    return text(client.get(answer["Location"]))


def test_all_of_a_filter_is_looked_at_before_anything_is_sent(client, country, people):
    officer(client, country.county)

    shown = text(client.get(address(which="learners")))

    assert "提醒 7 人" in shown
    assert "发给这 7 人" in shown
    for words in (
        "还没开始。打开首页就能学",
        "C04 还差 3 课。",
        "课文学完了，还差结业测试",
        "的测试还没通过，2026年11月26日",
        "现在可以续学。到期前学完，新证书接着算",
        "2026年1月1日 已经到期。学完就发新的",
        "——",
        "不提醒的人，为什么",
    ):
        assert words in shown, words
    for code in LEFT_OUT:
        assert reminding.reasons()[code] in shown
    assert not Message.objects.exists()
    assert not ReminderRound.objects.exists()


def test_all_of_a_filter_is_sent_and_each_reads_her_own(client, country, people):
    me = officer(client, country.county)

    answer = client.post(address(which="learners"), {"all": "1", "sure": "yes", "note": "周五以前请学完一课"})

    shown = outcome(client, answer)
    assert "提醒了 7 人" in shown
    reached = {name for name, row in people.items() if Reminder.objects.filter(user=row.user).exists()}
    assert reached == set(people) - LEFT_OUT
    words = Message.objects.get(user=people["late"].user).body
    assert words.startswith("您的“看见、记录、报告”：C04 还差 3 课。\n原定 ")
    assert "现在接着学也来得及。\n周五以前请学完一课\n——" in words
    assert "张干事" in words
    entry = AuditEntry.objects.get(verb="people_reminded")
    assert (entry.actor, entry.details) == (me, {"programme": "C04", "reminded": 7, "left_out": 6})
    # read where she reads it
    client.force_login(people["late"].user)
    assert "周五以前请学完一课" in client.get("/accounts/me/messages/").content.decode()


def test_only_those_ticked_are_reminded(client, country, people):
    officer(client, country.county)
    ticked = [people["begin"], people["go_on"], people["valid"]]

    preview = text(client.post(address(), {"who": [str(r.user.uuid) for r in ticked]}))
    shown = outcome(client, send(client, *ticked))

    assert "提醒 2 人" in preview
    assert "提醒了 2 人" in shown
    assert reminding.reasons()["valid"] in shown
    assert people["valid"].user.name in shown
    assert set(Reminder.objects.values_list("user_id", flat=True)) == {people["begin"].user_id, people["go_on"].user_id}


def test_nobody_ticked_says_so_and_goes_back(client, country, people):
    officer(client, country.county)

    answer = client.post(address(), {"sure": "yes"}, follow=True)

    assert "还没有选人。先在名单里勾上要提醒的人。" in text(answer)
    assert not Reminder.objects.exists()


def test_once_a_day_whoever_presses_and_again_the_next_day(client, country, people):
    officer(client, country.county)
    send(client, people["begin"])
    again = outcome(client, send(client, people["begin"], people["test"]))
    officer(client, country.province)
    others = outcome(client, send(client, people["begin"]))

    assert "提醒了 1 人" in again
    assert "今天已经提醒过了" in again
    assert "提醒了 0 人" in others
    assert Message.objects.filter(user=people["begin"].user).count() == 1
    at = timezone.now() + timedelta(days=1)
    reminding.remind(
        actor=UserFactory(),
        programme=country.programme,
        standings=Standing.objects.filter(pk=people["begin"].pk).select_related("user", "programme"),
        sender="",
        note="",
        at=at,
    )
    assert Reminder.objects.filter(user=people["begin"].user).count() == 2


def test_the_database_itself_refuses_a_second_one(client, country, people):
    officer(client, country.county)
    send(client, people["begin"])
    there = Reminder.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.create(user=there.user, day=there.day, round=there.round, kind="begin")


def test_one_who_slipped_in_between_is_left_out_and_said(client, country, people):
    """Another officer's row comes after we looked and before we write: the constraint decides, nothing is doubled."""
    me, row = officer(client, country.county), people["begin"]
    other = ReminderRound.objects.create(sent_by=UserFactory(), sent_at=timezone.now(), programme=country.programme)

    def looked_at_while_another_presses(execute, sql, params, many, context):
        if sql.startswith("INSERT") and "reports_reminderround" in sql:
            Reminder.objects.create(user=row.user, day=TODAY(), round=other, kind="begin")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(looked_at_while_another_presses):
        this = reminding.remind(
            actor=me,
            programme=country.programme,
            standings=Standing.objects.filter(pk=row.pk).select_related("user", "programme"),
            sender="",
            note="",
            at=timezone.now(),
        )

    assert this.skipped == {str(row.user_id): "today"}
    assert not this.reminders.exists()
    assert not Message.objects.filter(user=row.user).exists()


def test_e_mail_goes_where_there_is_an_address_and_who_may_not_see_it_is_named(client, country, people):
    officer(client, country.county)
    people["begin"].user.email = "wang@example.org"
    people["begin"].user.save()

    shown = outcome(client, send(client, people["begin"], people["go_on"]))

    assert "2 人的首页上都有了，其中 1 人还会收到邮件" in shown
    assert "1 人没有留邮箱，只有站内消息" in shown
    assert "多半看不到的人" in shown
    assert shown.count(people["go_on"].user.name) == 1
    owed = Message.objects.get(channel="email")
    assert (owed.state, owed.address) == ("owed", "wang@example.org")
    deliver_message(message_id=owed.pk, now=timezone.now())
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["wang@example.org"], "青苗提醒：看见、记录、报告")
    assert "打开首页就能学" in sent.body


def test_each_is_spoken_to_in_her_language(client, country, people):
    officer(client, country.county)
    people["begin"].user.language = "en"
    people["begin"].user.save()

    send(client, people["begin"])

    assert "Village child-welfare director training" in Message.objects.get().body


@pytest.mark.parametrize("place", ["beside", "other_province"])
def test_nobody_outside_the_scope_is_reminded_named_or_counted(client, country, people, place):
    officer(client, getattr(country, place))
    key = str(people["begin"].user.uuid)

    preview = client.post(address(), {"who": [key]})
    answer = send(client, people["begin"])
    by_place = client.get(address(region=country.county.code))

    for shown in (preview, client.get(answer["Location"]), by_place):
        assert people["begin"].user.name not in shown.content.decode()
    assert by_place.status_code == 404
    assert not Reminder.objects.exists()


def test_what_came_of_it_is_for_whoever_pressed_and_within_todays_scope(client, country, people):
    me = officer(client, country.county)
    page = send(client, people["begin"], people["valid"])["Location"]
    grant = me.role_grants.get()
    grant.region = country.beside
    grant.save()

    narrowed = client.get(page).content.decode()
    officer(client, country.county)

    assert people["valid"].user.name not in narrowed
    assert client.get(page).status_code == 404


def test_an_officer_of_two_places_chooses_one_first(client, country, people):
    officer(client, country.county, country.other_province)

    shown = client.get(address())

    assert reverse("reports:remind") in shown.content.decode()
    assert "发给这" not in text(shown)


def test_the_list_offers_it(client, country, people):
    officer(client, country.county)

    page = client.get(reverse("reports:people") + "?which=none").content.decode()

    total = int(re.search(r"提醒全部 (\d+) 人", page)[1])
    assert total == 12 - 1  # whoever holds a valid certificate is not in this list; see the figures' own tests
    assert page.count('name="who"') == total
    assert f'action="{reverse("reports:remind")}?region={country.county.code}&amp;which=none"' in page


def test_too_many_at_once_is_said_in_words(client, country, people, monkeypatch):
    officer(client, country.county)
    monkeypatch.setattr(reminding, "MOST_AT_ONCE", 5)

    refused = client.post(address(which="learners"), {"all": "1", "sure": "yes"})

    assert refused.status_code == 422
    assert "一次最多提醒 5 人" in text(refused)
    assert not Reminder.objects.exists()


def test_as_many_queries_for_two_thousand_as_for_ten(client, country):
    me = officer(client, country.county)

    def queries(number):
        rows = Standing.objects.filter(programme=country.programme).select_related("user", "programme")
        with CaptureQueriesContext(connection) as seen:
            plan = reminding.plan_reminders(rows, on_date=TODAY())
        assert len(plan.to) + len(plan.skipped) == number
        return len(seen)

    bulk(country, 10)
    few = queries(10)
    bulk(country, 1990)

    assert queries(2000) == few == 2
    this = reminding.remind(
        actor=me,
        programme=country.programme,
        standings=Standing.objects.filter(programme=country.programme).select_related("user", "programme"),
        sender="团委",
        note="",
        at=timezone.now(),
    )
    assert this.reminders.count() + len(this.skipped) == 2000
    assert Message.objects.count() == this.reminders.count() > 0


@pytest.mark.parametrize("role", ["trainer", "registrar", "administrator", "learner"])
def test_other_roles_are_refused(client, country, people, role):
    user = UserFactory()
    RoleGrantFactory(user=user, role=role, region=country.nation)
    client.force_login(user)

    assert client.get(address()).status_code == 403
    assert send(client, people["begin"]).status_code == 403
    assert not Reminder.objects.exists()


def test_her_own_data_says_when_she_was_reminded(client, country, people):
    officer(client, country.county)
    send(client, people["begin"])
    client.force_login(people["begin"].user)

    taken = client.get(reverse("account_data")).json()

    assert taken["reminders"] == [{"day": f"{TODAY():%Y-%m-%d}", "kind": "begin", "has_email": False}]
