"""What publishing sets off, by the editor's button and by every other way."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from config.roles import build_groups
from courses.demo.content import load_content
from courses.models import CourseRelease, LessonPage
from courses.services import settle_lesson
from people.models import RoleGrant
from tests.factories.people import RoleGrantFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def lesson():
    load_content(now=NOW)
    return LessonPage.objects.get(course__code="C04", number=4, locale__language_code="zh-hans")


def test_a_changed_sentence_changes_the_revision_and_no_outline(lesson):
    before = lesson.live_revision_id
    lesson.summary = "换了一句话"

    lesson.save_revision().publish()

    lesson.refresh_from_db()
    assert lesson.live_revision_id != before
    assert CourseRelease.objects.filter(course__code="C04").count() == 1


def test_what_must_be_learnt_makes_a_new_outline_once(lesson):
    lesson.is_required = False

    lesson.save_revision().publish()
    settle_lesson(lesson=lesson, settled_at=NOW)

    assert CourseRelease.objects.filter(course__code="C04").count() == 2
    assert [row["is_required"] for row in CourseRelease.objects.get(course__code="C04", number=2).lessons].count(
        False
    ) == 1


def test_taking_a_lesson_away_makes_a_new_outline(lesson):
    for page in LessonPage.objects.filter(translation_key=lesson.translation_key):
        page.unpublish()

    assert len(CourseRelease.objects.latest("number").lessons) == 7


def test_the_editors_own_button_sets_it_off_too(lesson, client, settings):
    """Wagtail 8.0.1's edit view publishes the revision past the page's own `publish`."""
    settings.MFA_REQUIRED_FOR_STAFF = False
    build_groups()
    client.force_login(RoleGrantFactory(role=RoleGrant.Role.ADMINISTRATOR).user)
    english = LessonPage.objects.get(course__code="C04", number=4, locale__language_code="en")
    english.unpublish()

    response = client.post(reverse("wagtailadmin_pages:unpublish", args=[lesson.pk]))

    assert response.status_code == 302
    assert len(CourseRelease.objects.latest("number").lessons) == 7


def test_a_trainer_sees_the_lesson_as_a_learner_would_and_nothing_is_recorded(lesson, rf):
    response = lesson.make_preview_request(preview_mode="phone")

    html = response.content.decode()
    assert response.status_code == 200
    assert "预览，不记学习" in html
    assert "怀疑就够了" in html
    assert "12355" in html
    assert lesson.review_notes.splitlines()[0] not in html


def test_a_new_lesson_is_addressed_by_its_number(lesson):
    new = LessonPage(title="新的一课", number=9, locale=lesson.locale)

    lesson.get_parent().add_child(instance=new)

    assert new.slug == "9"
    assert new.course == lesson.course
