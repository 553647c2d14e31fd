"""Learners' pages through their doors: what is first, what is locked and why, what a stranger may see."""

import gzip
import json
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from content.models import SiteWords
from courses import reading
from courses.models import Course, Enrolment, LearningEvent, LessonProgress
from courses.services import allocate, enrol_learner, finish_lesson
from people.models import User
from tests.factories.content import course_with_lessons, home_page
from tests.factories.courses import ProgrammeFactory
from tests.factories.people import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
BODY = [
    {"type": "section", "id": str(uuid.UUID(int=1)), "value": {"heading": "一、打给谁", "text": "<p>马上打 110。</p>"}},
    {
        "type": "self_check",
        "id": str(uuid.UUID(int=2)),
        "value": {
            "question": "您怎么答？",
            "options": [
                {
                    "type": "item",
                    "id": str(uuid.UUID(int=3)),
                    "value": {"text": "先问", "verdict": "critical", "feedback": "不"},
                },
                {
                    "type": "item",
                    "id": str(uuid.UUID(int=4)),
                    "value": {"text": "先报", "verdict": "good", "feedback": "对"},
                },
            ],
        },
    },
]


@pytest.fixture(autouse=True)
def _fresh_words():
    reading.forget()


@pytest.fixture
def course() -> Course:
    return course_with_lessons(lessons=3, languages=("zh-hans", "en"), body=BODY)


@pytest.fixture
def learner(client) -> User:
    user = MembershipFactory().user
    client.force_login(user)
    return user


@pytest.fixture
def enrolment(course, learner) -> Enrolment:
    return enrol_learner(learner=learner, course=course, enrolled_at=timezone.now())


def page(client, url):
    answer = client.get(url)
    return answer, answer.content.decode()


def test_a_stranger_is_welcomed_and_told_whom_to_ring(client):
    home_page()

    answer, html = page(client, "/")

    assert answer.status_code == 200
    assert [url in html for url in ("/accounts/login/", "/courses/", "/verify/", 'href="tel:110"')] == [True] * 4


def test_a_stranger_reads_what_a_course_is_and_is_asked_to_sign_in_for_a_lesson(client, course):
    answer, html = page(client, "/courses/c04/")

    assert answer.status_code == 200
    assert html.count("先报名，再开始学") == 3
    assert "/accounts/login/?next=/courses/c04/" in html
    assert client.get("/courses/c04/1/").status_code == 302


def test_one_tap_enrols_and_leads_to_the_first_lesson(client, course, learner):
    assert "报名，开始学" in page(client, "/courses/c04/1/")[1]

    answer = client.post("/courses/c04/enrol/")

    assert answer.url == "/courses/c04/1/"
    assert Enrolment.objects.get().learner == learner


def test_getting_an_address_changes_nothing(client, enrolment):
    before = LearningEvent.objects.count()

    for url in ("/", "/courses/", "/courses/c04/", "/courses/c04/1/", "/courses/c04/1/copy/", "/courses/c04/2/"):
        client.get(url)

    assert LearningEvent.objects.count() == before


def test_a_locked_lesson_gives_its_reason_and_the_way(client, enrolment):
    answer, html = page(client, "/courses/c04/3/")

    assert answer.status_code == 403
    assert "先学完第 2 课" in html
    assert "一、打给谁" not in html
    assert 'href="/courses/c04/2/"' in html


def test_pressing_finish_needs_no_script_and_twice_is_once(client, enrolment):
    _answer, html = page(client, "/courses/c04/1/")
    assert "怎样算学完" in html
    event_uuid = html.split('name="event_uuid" value="')[1][:36]

    first = client.post("/courses/c04/1/", {"event_uuid": event_uuid})
    again = client.post("/courses/c04/1/", {"event_uuid": event_uuid})

    assert first.url == again.url == "/courses/c04/2/"
    assert LearningEvent.objects.filter(kind="lesson_finished").count() == 1
    assert "已学完" in page(client, "/courses/c04/1/")[1]


def test_finishing_a_locked_lesson_by_hand_is_refused_in_words(client, enrolment):
    answer = client.post("/courses/c04/3/", {"event_uuid": str(uuid.uuid4())}, follow=True)

    assert "先学完第 2 课" in answer.content.decode()
    assert Enrolment.objects.get().lessons_finished == 0


def test_what_is_learnt_in_one_language_is_learnt_in_the_other(client, enrolment):
    client.post("/en/courses/c04/1/", {"event_uuid": str(uuid.uuid4())})

    assert "已学完" in page(client, "/courses/c04/1/")[1]
    assert "Title of lesson 2" in page(client, "/en/courses/c04/2/")[1]


def test_home_puts_going_on_first_and_leads_to_the_place_in_the_text(client, enrolment):
    key = enrolment.release.lessons[0]["key"]
    event = {
        "uuid": str(uuid.uuid4()),
        "kind": "place_reached",
        "course": "C04",
        "lesson": key,
        "data": {"block": "p-9"},
    }
    client.post("/api/sync", json.dumps({"owner": str(enrolment.learner.uuid), "events": [event]}), "application/json")
    allocate(
        learner=enrolment.learner, programme=ProgrammeFactory(courses=[enrolment.course]), allocated_at=timezone.now()
    )

    answer, html = page(client, "/")

    assert answer.status_code == 200
    assert html.index("继续学习") < html.index("我的课程") < html.index("本期学时") < html.index("我的证书")
    assert 'href="/courses/c04/1/#p-9"' in html
    assert "还有 90 天" in html


def test_home_shows_the_certificate_when_all_is_done(client, enrolment):
    allocate(
        learner=enrolment.learner, programme=ProgrammeFactory(courses=[enrolment.course]), allocated_at=timezone.now()
    )
    for lesson in enrolment.release.lessons:
        client.post(f"/courses/c04/{lesson['number']}/", {"event_uuid": str(uuid.uuid4())})

    _answer, html = page(client, "/")

    assert "/certificates/" in html
    assert "有效期至" in html
    assert "共需 3 学时" in html


def test_the_numbers_to_ring_come_from_the_site_words(client, learner):
    words = SiteWords.for_site(home_page().get_site())
    words.county_phone = "0990-5550123"
    words.save()

    assert 'href="tel:0990-5550123"' in page(client, "/")[1]


def test_the_copy_a_phone_keeps_holds_nothing_personal(client, enrolment):
    finish_lesson(
        enrolment=enrolment,
        lesson_key=uuid.UUID(enrolment.release.lessons[0]["key"]),
        event_uuid=uuid.uuid4(),
        recorded_at=timezone.now(),
    )
    _answer, html = page(client, "/courses/c04/1/copy/")

    learner = enrolment.learner
    assert "一、打给谁" in html
    for secret in (
        learner.name,
        str(learner.uuid),
        learner.login_number,
        "csrfmiddlewaretoken",
        "event_uuid",
        "已学完",
    ):
        assert secret not in html


def test_a_stranger_gets_no_copy(client, course):
    assert client.get("/courses/c04/1/copy/").status_code == 302
    client.force_login(UserFactory())
    assert client.get("/courses/c04/1/copy/").status_code == 404


def test_nobody_sees_what_another_learner_did(client, enrolment):
    client.post("/courses/c04/1/", {"event_uuid": str(uuid.uuid4())})
    other = UserFactory()
    client.force_login(other)
    enrol_learner(learner=other, course=enrolment.course, enrolled_at=timezone.now())

    assert "已学完" not in page(client, "/courses/c04/")[1]
    assert "先学完第 1 课" in page(client, "/courses/c04/")[1]


def test_the_catalogue_shows_how_far_she_is(client, enrolment):
    client.post("/courses/c04/1/", {"event_uuid": str(uuid.uuid4())})

    assert "学完 1 / 3" in page(client, reverse("catalogue"))[1]


@pytest.mark.parametrize(("url", "most"), [("/courses/c04/2/", 4), ("/courses/", 4), ("/courses/c04/", 9), ("/", 9)])
def test_as_many_queries_for_ten_thousand_learners_as_for_ten(
    client, enrolment, url, most, django_assert_max_num_queries
):
    finish_lesson(
        enrolment=enrolment,
        lesson_key=uuid.UUID(enrolment.release.lessons[0]["key"]),
        event_uuid=uuid.uuid4(),
        recorded_at=timezone.now(),
    )
    client.get(url)
    counts = []
    for learners in (10, 10_000):
        crowd(enrolment, learners)
        with django_assert_max_num_queries(most) as asked:
            assert client.get(url).status_code == 200
        counts.append(len(asked.captured_queries))

    assert counts[0] == counts[1]


def crowd(enrolment: Enrolment, count: int) -> None:
    """Other learners of the same course, each with a row in every table the pages read."""
    now = timezone.now()
    users = User.objects.bulk_create(
        [User(name="众人", login_number=f"{n:08d}") for n in range(User.objects.count(), count)], batch_size=1000
    )
    enrolments = Enrolment.objects.bulk_create(
        [Enrolment(learner=u, course=enrolment.course, release=enrolment.release, enrolled_at=now) for u in users],
        batch_size=1000,
    )
    key = enrolment.release.lessons[0]["key"]
    LessonProgress.objects.bulk_create(
        [LessonProgress(enrolment=e, lesson_key=key, opened_at=now - timedelta(1)) for e in enrolments], batch_size=1000
    )


def test_the_first_view_of_a_lesson_is_small(client, enrolment, settings):
    static = settings.BASE_DIR / "static"
    html = client.get("/courses/c04/1/").content
    scripts = b"".join(gzip.compress((static / "js" / name).read_bytes()) for name in ("lesson.js", "outbox.js"))
    style = gzip.compress((static / "css" / "qingmiao.css").read_bytes())
    icon = gzip.compress((static / "img" / "seedling.svg").read_bytes())

    assert len(scripts) <= 12 * 1024
    assert len(gzip.compress(html)) + len(scripts) + len(style) + len(icon) <= 30 * 1024
    assert (
        html.count(b"<script") == html.count(b'<link rel="icon') == 1
    )  # page, style, icon, script and what it imports
