"""明天提醒我: asked on the result page, said when her next try opens, and not said when there is none any more."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from assessments.models import Attempt
from courses.quiz_selectors import RETRY_OPEN
from courses.services import close_enrolment
from courses.services.voiding import void_try
from people.models import Message, User
from people.services import owe_message
from people.tasks import deliver_message
from tests.assessments.conftest import ready_learner
from tests.assessments.test_journey import begin, send
from tests.factories.assessments import right_answers, wrong_answers
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)  # 10:30 in Shanghai
HOUR = timedelta(hours=1)


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as clock:
        yield clock


@pytest.fixture
def enrolment(clock, client):
    return ready_learner(client)


def hand_in(client, enrolment, answers=wrong_answers) -> Attempt:
    attempt = begin(client, enrolment)
    send(client, attempt, "submit", device=attempt.device, answers=answers(attempt))
    attempt.refresh_from_db()
    return attempt


def press(client, attempt, **data):
    return client.post(f"/attempts/{attempt.uuid}/remind/", data, follow=True)


def sweep() -> None:
    """The worker's side: the sweep rings for what is due by now, and each ring is answered."""
    for pk in Message.objects.due(timezone.now()).values_list("pk", flat=True):
        deliver_message(pk)


def seen(client) -> str:
    return client.get("/").text + client.get("/accounts/me/").text + client.get("/accounts/me/messages/").text


def test_she_is_told_when_the_next_try_opens_and_led_to_the_test(clock, client, enrolment, mailoutbox):
    attempt = hand_in(client, enrolment)
    before = client.get(f"/attempts/{attempt.uuid}/result/").text
    after = press(client, attempt)
    sweep()

    assert "明天提醒我" in before
    assert after.redirect_chain == [(f"/attempts/{attempt.uuid}/result/#when", 302)]
    assert "<b>明天 10:30</b> 会提醒您" in after.text
    assert "明天提醒我" not in after.text
    assert "可以再考了" not in seen(client)
    assert "没看" not in seen(client)
    clock.shift(24 * HOUR - timedelta(seconds=1))
    sweep()
    assert "可以再考了" not in seen(client)

    clock.shift(timedelta(seconds=1))
    sweep()
    sweep()

    inbox = client.get("/accounts/me/messages/").text
    assert inbox.count("的测试可以再考了，会换一套新题。") == 1
    assert "2026年11月25日 10:30" in inbox
    test = f"/courses/{enrolment.course.slug}/test/"
    assert f'<a class="line" href="{test}">去看看</a>' in inbox
    assert f'<a class="line" href="{test}">去看看</a>' in client.get("/").text
    assert "1 条没看" in client.get("/accounts/me/").text
    assert mailoutbox == []
    assert "明天提醒我" in client.get(f"/attempts/{attempt.uuid}/result/").text  # for another day


def test_a_try_that_opens_later_is_told_then(clock, client):
    enrolment = ready_learner(client, hours_between_tries=50)
    attempt = hand_in(client, enrolment)

    assert "到时候提醒我" in client.get(f"/attempts/{attempt.uuid}/result/").text
    assert "<b>11月26日（星期四）12:30</b> 会提醒您" in press(client, attempt).text
    assert Message.objects.get().due_at == MORNING + 50 * HOUR


def test_a_try_that_is_open_already_is_told_tomorrow_at_the_same_hour(clock, client):
    enrolment = ready_learner(client, hours_between_tries=2)
    attempt = hand_in(client, enrolment)
    clock.shift(5 * HOUR)

    assert "<b>明天 15:30</b> 会提醒您" in press(client, attempt).text


def test_who_has_an_address_gets_it_there_too_with_the_way(clock, client, enrolment, mailoutbox, settings):
    User.objects.filter(pk=enrolment.learner_id).update(email="chunmei@example.org", language="en")

    page = press(client, hand_in(client, enrolment))
    sweep()
    assert mailoutbox == []
    clock.shift(24 * HOUR)
    sweep()

    [mail] = mailoutbox
    assert "也发到您的邮箱" in page.text
    assert mail.to == ["chunmei@example.org"]
    assert f"{settings.SITE_URL}/en/courses/{enrolment.course.slug}/test/" in mail.body
    assert enrolment.course.title_en in mail.subject


def test_pressed_twice_it_comes_once_and_the_database_holds_it(clock, client, enrolment):
    attempt = hand_in(client, enrolment)
    press(client, attempt)
    clock.shift(HOUR)

    assert "<b>明天 10:30</b> 会提醒您" in press(client, attempt).text
    message = Message.objects.get(kind=RETRY_OPEN)
    with pytest.raises(IntegrityError), transaction.atomic():
        owe_message(
            user=message.user,
            channel="app",
            kind=message.kind,
            body="又一条",
            about=message.about,
            now=timezone.now(),
            due_at=message.due_at,
        )


def test_she_can_take_it_back(clock, client, enrolment):
    User.objects.filter(pk=enrolment.learner_id).update(email="chunmei@example.org")
    attempt = hand_in(client, enrolment)
    asked = press(client, attempt)

    taken_back = press(client, attempt, go="cancel")

    assert "不用提醒了" in asked.text
    assert "明天提醒我" in taken_back.text
    assert not Message.objects.filter(kind=RETRY_OPEN).exists()
    assert press(client, attempt, go="cancel").status_code == 200
    assert "会提醒您" in press(client, attempt).text


@pytest.mark.parametrize("then", ["passes", "uses her last try", "has begun it", "withdraws", "is shut out"])
def test_it_is_dropped_when_there_is_no_try_to_wait_for(clock, client, then, mailoutbox):
    enrolment = ready_learner(client, hours_between_tries=1, tries=2)
    User.objects.filter(pk=enrolment.learner_id).update(email="chunmei@example.org")
    press(client, hand_in(client, enrolment))
    assert Message.objects.filter(kind=RETRY_OPEN).count() == 2
    clock.shift(2 * HOUR)
    if then == "passes":
        hand_in(client, enrolment, right_answers)
    elif then == "uses her last try":
        hand_in(client, enrolment)
    elif then == "has begun it":
        clock.shift(22 * HOUR)
        begin(client, enrolment)
    elif then == "withdraws":
        close_enrolment(enrolment=enrolment, closed_at=timezone.now())
    else:
        User.objects.filter(pk=enrolment.learner_id).update(is_active=False)
    clock.move_to(MORNING + 24 * HOUR)

    sweep()

    assert not Message.objects.filter(kind=RETRY_OPEN).exists()
    assert mailoutbox == []


def test_a_try_that_was_voided_is_given_back_and_she_hears_of_it_all_the_same(clock, client, enrolment):
    attempt = hand_in(client, enrolment)
    press(client, attempt)
    void_try(attempt=attempt, actor=UserFactory(), reason="题错了", now=timezone.now())
    clock.shift(24 * HOUR)

    sweep()

    assert "可以再考了" in seen(client)


def test_after_a_newer_failed_try_the_old_hour_is_not_promised_and_not_kept(clock, client):
    enrolment = ready_learner(client, hours_between_tries=20)
    press(client, hand_in(client, enrolment))  # for tomorrow 10:30
    clock.shift(21 * HOUR)
    newer = hand_in(client, enrolment)  # opens tomorrow 3:30 + 20 hours

    shown = client.get(f"/attempts/{newer.uuid}/result/").text
    assert "会提醒您" not in shown
    clock.shift(3 * HOUR)
    press(client, newer)
    sweep()

    [message] = Message.objects.filter(kind=RETRY_OPEN)
    assert message.due_at == MORNING + 48 * HOUR
    assert message.state == "owed"


def test_nothing_is_offered_or_promised_where_no_try_is_ahead(clock, client):
    enrolment = ready_learner(client, tries=1)
    attempt = hand_in(client, enrolment)

    assert "提醒我" not in client.get(f"/attempts/{attempt.uuid}/result/").text
    assert "不用提醒" in press(client, attempt).text
    assert not Message.objects.exists()


def test_nobody_asks_for_another(clock, client, enrolment):
    attempt = hand_in(client, enrolment)
    other = Client()
    other.force_login(UserFactory())

    assert press(other, attempt).status_code == 404
    press(client, attempt)
    assert press(other, attempt, go="cancel").status_code == 404
    assert Message.objects.get().user == enrolment.learner
