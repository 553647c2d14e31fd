"""The demo's content: planted whole, in two languages, and planting again changes nothing."""

import gzip
import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from PIL import Image
from wagtail.models import Revision

from assessments.models import Question, QuizVersion
from content.demo.planting import read_toml
from content.demo.writing import section
from content.models import Competency, GuidanceTask, HelpLine, InfoPage, LawClause, Picture
from courses import demo
from courses.demo.content import load_content
from courses.demo.drafts import HEADINGS, read_lesson
from courses.models import Course, CoursePage, CourseRelease, LessonPage
from courses.services import enrol_learner, finish_lesson
from tests.factories.people import UserFactory

DEMO = Path(demo.__file__).parent
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(planted):
    return planted


def counted():
    models = (LessonPage, CoursePage, InfoPage, Course, CourseRelease, Question, QuizVersion, LawClause, Picture)
    return {model.__name__: model.objects.count() for model in (*models, Competency, GuidanceTask, HelpLine, Revision)}


def test_both_courses_are_planted_whole_and_planting_again_changes_nothing(course):
    first = counted()

    again = load_content(now=datetime(2026, 11, 25, tzinfo=UTC))

    assert again == course
    assert counted() == first
    assert (first["LessonPage"], first["CoursePage"], first["Course"]) == (32, 24, 12)
    assert (first["CourseRelease"], first["QuizVersion"]) == (2, 2)


def test_planting_again_keeps_what_a_trainer_changed(course):
    lesson = course_lesson(course, 4, "zh-hans")
    lesson.summary = "改过的一句话"
    lesson.save_revision().publish()

    load_content(now=NOW)

    lesson.refresh_from_db()
    assert lesson.summary == "改过的一句话"


def course_lesson(course, number, language) -> LessonPage:
    page = CoursePage.objects.get(course=course, locale__language_code=language)
    return LessonPage.objects.child_of(page).get(number=number)


@pytest.mark.parametrize("code", ["C01", "C04"])
def test_both_languages_of_a_lesson_share_key_and_places(course, code):
    course = Course.objects.get(code=code)
    for number in range(1, 9):
        zh, en = (course_lesson(course, number, language) for language in ("zh-hans", "en"))

        assert zh.translation_key == en.translation_key
        assert [(block.block_type, block.id) for block in zh.body] == [
            (block.block_type, block.id) for block in en.body
        ]


def test_every_lesson_holds_the_parts_of_an_hour_and_cites_the_register(course):
    for lesson in LessonPage.objects.all():
        kinds = [block.block_type for block in lesson.body]

        assert {"scene", "point", "section", "law", "case", "steps", "practice", "self_check", "sentence"} <= set(kinds)
        assert kinds.count("case") == 1
        cited = {block.value["clause"] for block in lesson.body if block.block_type == "law"}
        assert cited <= set(lesson.laws.all())
        assert lesson.review_notes
        assert lesson.review_by_date


@pytest.mark.parametrize(
    "path", sorted((DEMO).glob("c0*/lesson-*.md")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_a_lesson_is_an_honest_hour(path):
    """2,600 to 3,400 Chinese characters, or 1,700 to 2,200 English words, before the questions (curriculum)."""
    said = re.sub(r"(?ms)^## (自测|Self-check)$.*?(?=^## )", "", path.read_text("utf-8").split("+++", 2)[2])
    said = re.sub(r"(?m)^!\[.*$", "", said)
    if ".zh." in path.name:
        assert 2600 <= len(re.findall(r"[\u4e00-\u9fff]", said)) <= 3400
    else:
        assert 1700 <= len(re.findall(r"[A-Za-z][A-Za-z'’-]*", said)) <= 2200


@pytest.mark.parametrize("code", ["C01", "C04"])
def test_the_bank_is_five_times_the_draw_and_the_quiz_has_the_curriculums_rules(course, code):
    quiz = Course.objects.get(code=code).quiz

    assert quiz.bank.questions.usable().count() >= 5 * quiz.draw_count
    assert (quiz.draw_count, quiz.pass_percent, quiz.critical_errors_allowed) == (10, 80, 0)
    assert (quiz.tries, quiz.hours_between_tries) == (3, 24)


@pytest.mark.parametrize("code", ["C01", "C04"])
def test_every_question_cites_the_register_with_the_version_and_answers_every_option(course, code):
    for question in Course.objects.get(code=code).quiz.bank.questions.all():
        cited = [LawClause.get_by_citation(citation) for citation in question.laws]

        assert cited, question.code
        for said in (question.explanation_zh, question.explanation_en):
            assert any(str(clause.law.version_date.year) in said for clause in cited), question.code
        for option in question.options.all():
            assert option.feedback_zh
            assert "严重错误" not in option.feedback_zh  # one word for it, the screen's: 关键错误
            assert option.feedback_en


@pytest.mark.parametrize("code", ["C01", "C04"])
def test_both_languages_of_a_lesson_cite_the_same_and_offer_the_same_choices(course, code):
    for number in range(1, 9):
        zh, en = (read_lesson(DEMO / code.lower() / f"lesson-{number:02}.{language}.md") for language in ("zh", "en"))

        assert zh.citations == en.citations
        for name in ("competencies", "guidance", "review_by"):
            assert zh.facts[name] == en.facts[name]
        assert verdicts(zh.body) == verdicts(en.body)
        checks = [marks for kind, marks in verdicts(zh.body) if kind == "self_check"]
        assert 3 <= len(checks) <= 5
        assert all(marks.count("good") == 1 for marks in checks)


def verdicts(body: list[dict]) -> list[tuple[str, list[str]]]:
    """What each choice of a self-check or a fork is worth, in the order of the page."""
    found = []
    for block in body:
        if block["type"] == "self_check":
            found.append(("self_check", [option["value"]["verdict"] for option in block["value"]["options"]]))
        elif block["type"] == "case":
            for fork in block["value"]["forks"]:
                found.append(("fork", [choice["value"]["verdict"] for choice in fork["value"]["choices"]]))
    return found


def test_no_child_of_one_course_has_the_name_of_a_child_of_the_other():
    """石榴 and 枇杷 were once two children with one name: a composite must not look like a person who comes again."""
    said = {
        code: "".join(path.read_text("utf-8") for path in sorted((DEMO / code).glob("*.zh.md")))
        + "".join(path.read_text("utf-8") for path in sorted((DEMO / code).glob("bank-*.toml")))
        for code in ("c01", "c04")
    }

    assert "石榴" in said["c01"]
    assert "石榴" not in said["c04"]
    assert "枇杷" in said["c04"]
    assert "枇杷" not in said["c01"]


COMING = ("C02", "C03", "C05", "C06", "C07", "C08", "C09", "C10", "C11", "C12")


@pytest.mark.parametrize("front", ["", "/en"])
def test_the_courses_to_come_say_whole_what_they_will_be(client, course, front):
    """Hours, outcomes, competencies, modules with their lessons, what the test asks: in both languages."""
    drafts = {given["code"]: given for given in read_toml(DEMO / "catalogue.toml")["course"]}
    language = "en" if front else "zh"
    assert tuple(drafts) == COMING
    for code, given in drafts.items():
        html = unescape(client.get(f"{front}/courses/{code.lower()}/").content.decode())

        assert len(given["lessons"]) == given["hours"]
        assert f"{given['hours']} {'training hour' if front else '学时'}" in html
        assert ("In preparation" if front else "筹备中") in html
        assert all(competency in html for competency in given["competencies"])
        said = [given["summary"], given["audience"], given["asks"], *given["modules"], *given["lessons"]]
        assert all(words[language] in html for words in said), code
        outcomes = given["outcomes"][language].rstrip("。.").replace("；", ";").split(";")
        assert len(outcomes) >= 2
        assert all(outcome.strip()[1:] in html for outcome in outcomes)


def test_the_twelve_courses_are_the_hours_of_the_curriculum(course):
    hours = dict(Course.objects.values_list("code", "hours"))

    assert sum(hours.values()) == 90
    assert sum(hours[f"C{number:02}"] for number in range(1, 11)) == 72


def test_a_slip_in_a_draft_names_the_file(tmp_path):
    path = tmp_path / "lesson-09.zh.md"
    path.write_text(
        '+++\ncourse = "C04"\nlesson = 9\nlaws = []\n+++\n\n## 自测\n\n### 问\n- [x] 没有反馈\n', encoding="utf-8"
    )

    with pytest.raises(ValueError, match=r"lesson-09\.zh\.md"):
        read_lesson(path)


def test_the_fixed_headings_name_the_same_parts_in_both_languages():
    assert set(HEADINGS["zh"].values()) == set(HEADINGS["en"].values())


ILLUSTRATED = {"c01": (1, 6, 8), "c04": (1, 5)}


def test_the_drawn_pictures_stand_in_their_lessons_with_words_and_within_the_budget(client, course, settings):
    """In both languages, each with what it shows for whoever cannot see it; text and pictures under 80 KB (bars)."""
    learner = UserFactory()
    client.force_login(learner, settings.AUTHENTICATION_BACKENDS[0])
    for code, numbers in ILLUSTRATED.items():
        enrolment = enrol_learner(learner=learner, course=Course.objects.get(code=code.upper()), enrolled_at=NOW)
        for lesson in enrolment.release.lessons:
            finish_lesson(enrolment=enrolment, lesson_key=UUID(lesson["key"]), event_uuid=uuid4(), recorded_at=NOW)
        for number in numbers:
            for language in ("zh", "en"):
                page = course_lesson(enrolment.course, number, {"zh": "zh-hans"}.get(language, language))
                (block,) = (block for block in page.body if block.block_type == "picture")

                html = client.get(f"{'/en' if language == 'en' else ''}/courses/{code}/{number}/").content.decode()

                drawn = block.value["image"].renditions.get()
                assert f'src="{drawn.url}"' in html
                sent = client.get(drawn.url)
                assert (sent.status_code, sent["Content-Type"]) == (200, "image/webp")
                assert len(b"".join(sent.streaming_content)) == drawn.file.size
                assert 'loading="lazy"' in html
                assert 40 < len(block.value["alt"]) <= 200
                assert len(gzip.compress(html.encode())) + drawn.file.size <= 50 * 1024  # 30 KB of frame beside it
                with Image.open(drawn.file) as image:
                    assert image.width == 720

    assert Picture.objects.count() == 2 * sum(len(numbers) for numbers in ILLUSTRATED.values())


@pytest.mark.parametrize(
    "address", ["images/none.webp", "images/..", "images/..%2f..%2fqingmiao.sqlite3", "images/.hidden.png",
                "original_images/x.png", "images/x.svg", "images/x.html"]
)  # fmt: skip
def test_nothing_but_the_pictures_of_pages_is_sent_from_the_store(client, db, address):
    assert client.get(f"/media/{address}").status_code == 404


def test_originals_stay_in_the_store(client, course):
    original = Picture.objects.first().file

    assert Path(original.path).is_file()
    assert client.get(original.url).status_code == 404


def test_a_picture_in_a_draft_needs_its_words(tmp_path):
    with pytest.raises(ValueError, match="a picture is"):
        list(section("", "![](four-steps)"))


def test_every_lesson_of_the_demo_is_small_on_its_first_view(client, course, settings):
    """At most 30 KB compressed, with the style, the script and the icon, before any picture (bars)."""
    learner = UserFactory()
    enrolment = enrol_learner(learner=learner, course=course, enrolled_at=NOW)
    for lesson in enrolment.release.lessons:
        finish_lesson(enrolment=enrolment, lesson_key=UUID(lesson["key"]), event_uuid=uuid4(), recorded_at=NOW)
    client.force_login(learner, settings.AUTHENTICATION_BACKENDS[0])
    static = settings.BASE_DIR / "static"
    drawn_with = ("css/qingmiao.css", "js/lesson.js", "js/outbox.js", "img/seedling.svg")
    frame = sum(len(gzip.compress((static / name).read_bytes())) for name in drawn_with)

    for language in ("", "/en"):
        for number in range(1, 9):
            answer = client.get(f"{language}/courses/c04/{number}/")
            assert answer.status_code == 200
            assert len(gzip.compress(answer.content)) + frame <= 30 * 1024
