"""The demo's content: planted whole, in two languages, and planting again changes nothing."""

import gzip
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from wagtail.models import Revision

from assessments.models import Question, QuizVersion
from content.models import Competency, GuidanceTask, HelpLine, InfoPage, LawClause
from courses.demo.content import load_content
from courses.demo.drafts import HEADINGS, read_lesson
from courses.models import Course, CoursePage, CourseRelease, LessonPage
from courses.services import enrol_learner, finish_lesson
from tests.factories.people import UserFactory

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return load_content(now=NOW)


def counted():
    models = (LessonPage, CoursePage, InfoPage, Course, CourseRelease, Question, QuizVersion, LawClause, Competency)
    return {model.__name__: model.objects.count() for model in (*models, GuidanceTask, HelpLine, Revision)}


def test_c04_is_planted_whole_and_planting_again_changes_nothing(course):
    first = counted()

    again = load_content(now=datetime(2026, 11, 25, tzinfo=UTC))

    assert again == course
    assert counted() == first
    assert (first["LessonPage"], first["CoursePage"], first["Course"]) == (16, 24, 12)
    assert (first["CourseRelease"], first["QuizVersion"]) == (1, 1)


def test_planting_again_keeps_what_a_trainer_changed(course):
    lesson = LessonPage.objects.get(number=4, locale__language_code="zh-hans")
    lesson.summary = "改过的一句话"
    lesson.save_revision().publish()

    load_content(now=NOW)

    lesson.refresh_from_db()
    assert lesson.summary == "改过的一句话"


def test_both_languages_of_a_lesson_share_key_and_places(course):
    for number in range(1, 9):
        zh, en = (
            LessonPage.objects.get(number=number, locale__language_code=language) for language in ("zh-hans", "en")
        )

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


def test_the_bank_is_five_times_the_draw_and_the_quiz_has_the_curriculums_rules(course):
    quiz = course.quiz

    assert quiz.bank.questions.usable().count() >= 5 * quiz.draw_count
    assert (quiz.draw_count, quiz.pass_percent, quiz.critical_errors_allowed) == (10, 80, 0)
    assert (quiz.tries, quiz.hours_between_tries) == (3, 24)


def test_a_slip_in_a_draft_names_the_file(tmp_path):
    path = tmp_path / "lesson-09.zh.md"
    path.write_text(
        '+++\ncourse = "C04"\nlesson = 9\nlaws = []\n+++\n\n## 自测\n\n### 问\n- [x] 没有反馈\n', encoding="utf-8"
    )

    with pytest.raises(ValueError, match=r"lesson-09\.zh\.md"):
        read_lesson(path)


def test_the_fixed_headings_name_the_same_parts_in_both_languages():
    assert set(HEADINGS["zh"].values()) == set(HEADINGS["en"].values())


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
