"""The whole story from outside, on the demo's real course: learn, fail on a critical error, read why, pass, hold a
certificate that a stranger can check and an officer sees counted."""

import re
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from assessments.models import Attempt
from people.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "qingmiao-2026"
LESSONS = 8


@pytest.fixture
def demo(db, settings):
    settings.DEMO = True
    call_command("load_regions", stdout=StringIO())
    call_command("demo", learners=0, stdout=StringIO())


def signed_in(who: str) -> Client:
    """Somebody of the demo, through the one door."""
    client = Client()
    answer = client.post(
        "/accounts/login/",
        {"way": "password", "who": User.objects.get(name=who).phone, "pw": PASSWORD},
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    return client


def learn_all(client: Client) -> None:
    for number in range(1, LESSONS + 1):
        page = client.get(f"/courses/c04/{number}/")
        event = re.search(r'name="event_uuid" value="([^"]+)"', page.content.decode()).group(1)
        client.post(f"/courses/c04/{number}/", {"event_uuid": event})


def answer_test(client: Client, *, critical: bool) -> str:
    """This will take the test by plain forms, as a phone without JavaScript does, and give the result page."""
    started = client.post("/courses/c04/test/", {"attempt": ""})
    attempt = Attempt.objects.get(state="open")
    key = attempt.version.key
    one = next(d["question"] for d in attempt.drawn if key[d["question"]]["critical"])
    for number, drawn in enumerate(attempt.drawn, 1):
        question = drawn["question"]
        page = client.get(f"{started.url}?q={number}").content.decode()
        assert not any(text["zh"] in page for text in key[question]["feedback"].values())
        if critical and question == one:
            chosen = {f"q{number}": key[question]["critical"][0]}
        elif f'name="q{number}-' in page:
            chosen = {f"q{number}-{option}": str(at) for at, option in enumerate(key[question]["correct"], 1)}
        else:
            chosen = {f"q{number}": key[question]["correct"]}
        client.post(f"{started.url}?q={number}", {"q": number, "go": "next", **chosen})
    handed_in = client.post(f"{started.url}?q=1", {"q": 1, "go": "hand_in", **again(client, started.url)})
    return client.get(handed_in.url).content.decode()


def again(client: Client, url: str) -> dict:
    """What the first question's form says when it is posted once more: the answer already given."""
    first = client.get(f"{url}?q=1").content.decode()
    chosen = re.findall(r'name="q1" value="([^"]+)" checked', first)
    placed = dict(re.findall(r'name="(q1-[^"]+)".*?<option value="(\d+)" selected', first, re.S))
    return {"q1": chosen} if chosen else placed


def counted(officer: Client) -> list[int]:
    """The county's five figures, as her screen shows them."""
    page = officer.get("/desk/", follow=True).content.decode()
    figures = [int(n) for n in re.findall(r"<b>(\d+)</b>", page)][:5]
    assert len(figures) == 5, page[:200]
    return figures


def test_from_the_first_lesson_to_the_county_s_figures(demo):
    learner, officer, stranger = signed_in("田春梅"), signed_in("张志强"), Client()
    before = counted(officer)

    assert "先学完第 4 课" in learner.get("/courses/c04/5/").content.decode()
    learn_all(learner)
    failed = answer_test(learner, critical=True)
    too_early = learner.get("/courses/c04/test/").content.decode()
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)):
        passed = answer_test(learner, critical=False)
        certificate = learner.get("/certificates/").content.decode()
        link = re.search(r'href="(/certificates/[0-9a-f-]{36}/)"', certificate).group(1)
        pdf = learner.get(f"{link}pdf/")
        code = re.search(r"/v/([^/\"]+)/", learner.get(link).content.decode()).group(1)
        verified = stranger.get(f"/v/{code}/").content.decode()
        officer = signed_in("张志强")  # a day later: staff sign in each day
        after = counted(officer)
        people = officer.get("/desk/people/?which=certified").content.decode()
        book = officer.post("/desk/export/", {"which": "certified"})

    assert "关键错误" in failed
    assert "这次没有通过" in failed
    assert "以后" in too_early
    assert "通过了" in passed
    assert b"".join(pdf.streaming_content if pdf.streaming else [pdf.content]).startswith(b"%PDF-1.7")
    assert "田**" in verified
    assert "田春梅" not in verified
    assert "有效" in verified
    assert (before[0], before[2]) == (1, 0)
    assert (after[0], after[2]) == (1, 1)
    assert "田春梅" in people
    assert "154****" in people
    content = b"".join(book.streaming_content if book.streaming else [book.content])
    sheets = CalamineWorkbook.from_filelike(BytesIO(content))
    assert any("田春梅" in row for name in sheets.sheet_names for row in sheets.get_sheet_by_name(name).to_python())
