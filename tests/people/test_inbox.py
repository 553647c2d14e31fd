"""消息: hers alone, unread until she says so."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.services import enrol_learner
from people.models import Message
from people.services import owe_message
from tests.factories.courses import CourseReleaseFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner(client):
    learner = UserFactory()
    client.force_login(learner)
    return learner


def say(user, body, kind="reminder", channel="app"):
    return owe_message(user=user, channel=channel, kind=kind, body=body, now=timezone.now())


def test_an_empty_inbox_says_what_will_come(client, learner):
    page = client.get("/accounts/me/messages/").content.decode()

    assert "还没有消息" in page
    assert "发证、续学和单位的提醒" in page


def test_unread_stands_on_the_home_page_until_she_says_so_and_stays_in_the_list(client, learner):
    enrol_learner(learner=learner, course=CourseReleaseFactory().course, enrolled_at=timezone.now())
    message = say(learner, "C04 还差 3 课。")
    say(learner, "123456", kind="sign_in_code", channel="sms")

    home = client.get("/").content.decode()
    again = client.get("/").content.decode()
    answer = client.post("/accounts/me/messages/", {"message": message.uuid, "back": "home"})

    assert "C04 还差 3 课。" in home
    assert "C04 还差 3 课。" in again  # a page that was loaded is no message read
    assert "123456" not in home
    assert answer["Location"] == "/"
    assert "C04 还差 3 课。" not in client.get("/").content.decode()
    listed = client.get("/accounts/me/messages/").content.decode()
    assert "C04 还差 3 课。" in listed
    assert "123456" not in listed
    message.refresh_from_db()
    assert message.read_at


def test_my_page_counts_the_unread(client, learner):
    assert "没看" not in client.get("/accounts/me/").content.decode()
    for n in range(3):
        say(learner, f"第 {n} 条")

    assert "3 条没看" in client.get("/accounts/me/").content.decode()
    listed = client.get("/accounts/me/messages/")
    keys = [str(m.uuid) for m in Message.objects.all()]
    assert all(key in listed.content.decode() for key in keys)
    client.post("/accounts/me/messages/", {"message": keys})
    assert "没看" not in client.get("/accounts/me/").content.decode()


def test_nobody_reads_or_marks_anothers(client, learner):
    other = say(UserFactory(), "不是给您的")

    page = client.get("/accounts/me/messages/").content.decode()
    client.post("/accounts/me/messages/", {"message": [str(other.uuid), "x", str(uuid.uuid4())]})

    assert "不是给您的" not in page
    other.refresh_from_db()
    assert other.read_at is None


def test_each_kind_leads_where_it_belongs(client, learner):
    say(learner, "发证了", kind="certificate_issued")
    say(learner, "可以续学了", kind="renewal_open")
    say(learner, "别的", kind="something_else")

    page = client.get("/accounts/me/messages/").content.decode()

    assert page.count("去看看") == 2
    assert '<a class="line" href="/certificates/">' in page


def test_hostile_words_are_words(client, learner):
    say(learner, "<script>alert(1)</script>\n第二行")

    page = client.get("/accounts/me/messages/").content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>第二行" in page


def test_it_is_paged_and_costs_the_same(client, learner):
    def queries(address="/accounts/me/messages/"):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    say(learner, "一")
    few = queries()
    Message.objects.bulk_create(
        Message(
            user=learner,
            channel="app",
            kind="reminder",
            body=f"第{n}条",
            created_at=timezone.now(),
            due_at=timezone.now(),
            state="done",
            done_at=timezone.now(),
        )
        for n in range(60)
    )

    assert queries() == few <= 6
    assert "第0条" not in client.get("/accounts/me/messages/").content.decode()
    assert "第0条" in client.get("/accounts/me/messages/?page=3").content.decode()
    assert client.get("/accounts/me/messages/?page=x").status_code == 200
