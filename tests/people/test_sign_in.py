"""Signing in, through the page that people use. The code is read from the message that is owed, as a phone would."""

import re
import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people import services
from people.codes import show_slip_code
from people.models import AuditEntry, Message, SignInCode, SignInSlip, User
from tests.factories.people import RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
PASSWORD = "山路十八弯-2026"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def learner():
    user = UserFactory(phone="13800005678", email="chunmei@example.org")
    user.set_password(PASSWORD)
    user.save()
    return user


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def last_code() -> str:
    return re.search(r"\d{6}", Message.objects.filter(kind="sign_in_code").latest("pk").body).group()


def send(client, phone="138 0000 5678"):
    return client.post(LOGIN, {"way": "send", "tel": phone})


def by_code(client, code, phone="13800005678", **extra):
    return client.post(LOGIN, {"way": "code", "tel": phone, "otp": code, **extra})


def by_password(client, who, password=PASSWORD, **extra):
    return client.post(LOGIN, {"way": "password", "who": who, "pw": password}, **extra)


def by_slip(client, code, **extra):
    return client.post(LOGIN, {"way": "slip", "slip": code}, **extra)


# One page, three ways


def test_the_page_offers_three_ways_without_script(client):
    page = client.get(LOGIN).content.decode()

    assert re.findall(r'name="way" value="(\w+)"', page) == ["send", "slip", "password"]
    assert "<script" not in page
    assert 'lang="zh-CN"' in page


def test_a_code_signs_her_in_for_ninety_days_on_her_own_phone(client, learner):
    page = send(client)
    assert "138****5678" in page.content.decode()
    answer = by_code(client, last_code(), keep="1")

    assert answer.status_code == 302
    assert is_in(client)
    assert client.session.get_expiry_age() == 90 * 24 * 3600
    learner.refresh_from_db()
    assert learner.phone_verified_at is not None


def test_without_keep_the_session_ends_with_the_browser(client, learner):
    send(client)
    by_code(client, last_code())

    assert is_in(client)
    assert client.session.get_expire_at_browser_close()


@pytest.mark.parametrize("who", ["138 0000 5678", "+8613800005678", "ChunMei@example.org", "number"])
def test_phone_email_or_number_with_password(client, learner, who):
    by_password(client, learner.login_number if who == "number" else who)

    assert is_in(client)


def test_a_slip_works_once_as_typed_by_hand(client, learner):
    _, code = services.issue_slip(user=learner, issued_by=None, now=timezone.now())

    by_slip(client, show_slip_code(code).lower())
    second = Client()
    by_slip(second, code)

    assert is_in(client)
    assert not is_in(second)
    assert code not in str(list(SignInSlip.objects.values()))
    assert set(AuditEntry.objects.values_list("verb", flat=True)) == {"slip_issued", "slip_used"}


def test_a_new_slip_ends_the_old_and_time_ends_both(client, learner):
    _, old = services.issue_slip(user=learner, issued_by=None, now=timezone.now())
    _, late = services.issue_slip(user=learner, issued_by=None, now=timezone.now() - timedelta(days=31))

    by_slip(client, old)
    by_slip(client, late)

    assert not is_in(client)


def test_a_slip_is_never_made_for_somebody_with_power():
    officer = RoleGrantFactory().user

    with pytest.raises(services.NoSlipForStaff):
        services.issue_slip(user=officer, issued_by=None, now=timezone.now())


def test_the_code_is_dead_after_five_minutes_and_after_use(client, learner):
    send(client)
    code = last_code()

    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=1), tick=False):
        by_code(client, code)
    assert not is_in(client)
    by_code(client, code)
    assert is_in(client)
    again = Client()
    by_code(again, code)
    assert not is_in(again)


def test_a_new_code_a_minute_later_ends_the_old(client, learner):
    send(client)
    first = last_code()
    assert send(client).status_code == 429
    assert Message.objects.count() == 1

    with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=False):
        assert send(client).status_code == 200
        second = last_code()
        if first != second:
            by_code(client, first)
            assert not is_in(client)
        by_code(client, second)
    assert is_in(client)


def test_an_unknown_number_is_answered_as_a_known_one(client, learner):
    known = send(Client()).content.decode()
    unknown = send(Client(), "13900001111").content.decode()

    def bare(page):
        page = re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page)
        return re.sub(r"13[89]\*{4}\d{4}|13[89]\d{8}|\d\d:\d\d", "", page)

    assert bare(known) == bare(unknown)
    assert Message.objects.count() == 1


def test_what_is_wrong_is_said_beside_its_field(client, learner):
    page = client.post(LOGIN, {"way": "send", "tel": "1380000567"}).content.decode()

    assert "少了 1 位。手机号是 11 位，请再看看。" in page
    assert 'aria-invalid="true"' in page


def test_somebody_inactive_does_not_get_in(client, learner):
    User.objects.filter(pk=learner.pk).update(is_active=False)

    by_password(client, learner.phone)

    assert not is_in(client)


def test_next_is_followed_only_within_the_house(client, learner):
    inside = by_password(client, learner.phone, next="/accounts/me/")
    inside = client.post(LOGIN, {"way": "password", "who": learner.phone, "pw": PASSWORD, "next": "/accounts/me/"})
    assert inside["Location"] == "/accounts/me/"  # already in: sent on
    other = Client()
    outside = other.post(
        LOGIN, {"way": "password", "who": learner.phone, "pw": PASSWORD, "next": "https://evil.example/"}
    )
    assert outside["Location"] == "/"


def test_home_is_in_her_language(client, learner):
    services.change_language(user=learner, language="en")

    assert by_password(client, learner.phone)["Location"] == "/en/"


def test_staff_sessions_last_half_a_day(client, learner):
    RoleGrantFactory(user=learner)

    by_password(client, learner.phone)

    assert client.session.get_expiry_age() <= 12 * 3600


def test_only_the_demo_shows_the_code(client, learner, settings):
    assert last_code_on(send(client)) is None

    settings.DEMO = True
    cache.clear()
    page = send(Client())

    assert last_code_on(page) == last_code()


def last_code_on(page):
    found = re.search(r"演示：验证码是 (\d{6})", page.content.decode())
    return found.group(1) if found else None


def test_the_demo_says_that_it_relaxes_the_second_factor(client, settings):
    settings.DEMO = True

    assert "工作人员在这里也不要求第二步验证" in client.get(LOGIN).content.decode()


# The message


def test_the_message_leaves_its_body_behind(learner, client, caplog):
    send(client)
    message, code = Message.objects.get(), last_code()

    with caplog.at_level("INFO", "people.sms"):
        services.deliver_message(message_id=message.pk, now=timezone.now())
        services.deliver_message(message_id=message.pk, now=timezone.now())

    assert [code in line for line in caplog.messages] == [True]
    message.refresh_from_db()
    assert (message.state, message.body, message.address) == ("done", "", "138****5678")
    assert code not in str(list(SignInCode.objects.values()))


def test_a_code_that_came_too_late_is_not_sent(learner, client, caplog):
    send(client)
    message = Message.objects.get()

    with caplog.at_level("INFO", "people.sms"):
        services.deliver_message(message_id=message.pk, now=timezone.now() + timedelta(minutes=6))

    assert caplog.messages == []
    message.refresh_from_db()
    assert (message.state, message.body) == ("done", "")


class BrokenGateway:
    def send(self, phone, text):
        raise TimeoutError("the gateway does not answer")


def test_a_gateway_that_fails_is_tried_again_later(learner, client, settings):
    settings.SMS_PROVIDER = f"{__name__}.BrokenGateway"
    send(client)
    message = Message.objects.get()

    services.deliver_message(message_id=message.pk, now=timezone.now())

    message.refresh_from_db()
    assert message.state == "owed"
    assert message.due_at > timezone.now()
    assert "does not answer" in message.last_error
    assert message.body  # still owed


# Limits: strict for an account, loose for an address


@pytest.mark.parametrize("ways", [["13800005678"], ["13800005678", "chunmei@example.org", "number"]])
def test_after_five_wrong_passwords_not_even_the_right_one_gets_in(learner, ways):
    for n in range(5):
        who = ways[n % len(ways)]
        by_password(Client(), learner.login_number if who == "number" else who, f"wrong-{n}", REMOTE_ADDR=f"10.0.0.{n}")
    sixth, elsewhere = Client(), Client()
    answer = by_password(sixth, learner.phone, REMOTE_ADDR="10.0.0.9")

    assert answer.status_code == 429
    assert answer["Retry-After"] == "900"
    assert not is_in(sixth)
    other = UserFactory()
    other.set_password(PASSWORD)
    other.save()
    by_password(elsewhere, other.phone, REMOTE_ADDR="10.0.0.1")
    assert is_in(elsewhere)


def test_after_five_wrong_codes_not_even_the_right_one_gets_in(client, learner):
    send(client)
    code = last_code()
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(5):
        by_code(Client(), wrong)

    assert by_code(client, code).status_code == 429
    assert not is_in(client)


def test_after_five_wrong_second_halves_not_even_the_right_slip_gets_in(client, learner):
    _, code = services.issue_slip(user=learner, issued_by=None, now=timezone.now())
    for n in range(5):
        by_slip(Client(), f"{code[:4]}222{n + 2}")

    assert by_slip(client, code).status_code == 429
    assert not is_in(client)


def test_a_right_password_gives_its_try_back(learner):
    for n in range(4):
        by_password(Client(), learner.phone, f"wrong-{n}")
    for _ in range(3):
        client = Client()
        by_password(client, learner.phone)
        assert is_in(client)


def test_two_hundred_behind_one_address_get_in():
    people = [UserFactory() for _ in range(200)]
    for person in people:
        person.set_password(PASSWORD)
        person.save()

    clients = [Client() for _ in people]
    for client, person in zip(clients, people, strict=True):
        by_password(client, person.phone, "wrong first")
        by_password(client, person.phone)

    assert [is_in(client) for client in clients] == [True] * 200


# Outage


@pytest.fixture
def dead_cache(settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_connect_timeout": 0.2},
        }
    }


@pytest.mark.parametrize(
    "form",
    [
        {"way": "send", "tel": "13800005678"},
        {"way": "code", "tel": "13800005678", "otp": "123456"},
        {"way": "slip", "slip": "QH4827KM"},
        {"way": "password", "who": "13800005678", "pw": PASSWORD},
    ],
    ids=lambda form: form["way"],
)
def test_without_the_cache_sign_in_says_come_back(client, learner, dead_cache, form):
    client.raise_request_exception = False
    answer = client.post(LOGIN, form)

    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
    assert not is_in(client)
    assert client.get(LOGIN).status_code == 200


@pytest.mark.parametrize("name", ["account_reset_password", "account_reauthenticate"])
def test_allauths_own_pages_stay_polite_too(client, learner, dead_cache, name):
    client.force_login(learner)
    client.raise_request_exception = False
    answer = client.post(reverse(name), {"email": "chunmei@example.org", "password": "x"})

    assert answer.status_code == 503


# Two requests at once


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite's database in memory takes one writer; CI has both")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["code", "slip"])
def test_of_two_phones_with_one_code_one_gets_in(way):
    learner = UserFactory(phone="13800005678")
    if way == "code":
        code = services.send_sign_in_code(user=learner, now=timezone.now())
    else:
        _, code = services.issue_slip(user=learner, issued_by=None, now=timezone.now())
    start, results = threading.Barrier(2), []

    def go():
        client = Client()
        start.wait()
        (by_code if way == "code" else by_slip)(client, code)
        results.append(is_in(client))
        connections.close_all()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == [False, True]
