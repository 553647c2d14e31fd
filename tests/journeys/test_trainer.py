"""A trainer changes a sentence in a lesson, sees it at phone size and publishes. In a real browser, under our policy."""

import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.template.loader import render_to_string

from assessments.models import Attempt
from config.roles import build_groups
from courses.demo.content import load_content
from courses.models import CourseRelease, LearningEvent, LessonPage
from people.models import RoleGrant
from tests.factories.people import RoleGrantFactory
from tests.servers.chromium import DESK, chromium

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not shutil.which("chromium"), reason="apt-get install chromium"),
]
SENTENCE = "看见了，就说出来。"


def signed_in(user, backend: str) -> str:
    """This will open a session as allauth does, and give its key."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = backend
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


@pytest.fixture
def desk(live_server, settings):
    """The lesson to edit, the trainer's session and the address."""
    settings.MFA_REQUIRED_FOR_STAFF = False  # tested elsewhere
    load_content(now=datetime(2026, 11, 24, 2, 0, tzinfo=UTC))
    build_groups()
    trainer = RoleGrantFactory(role=RoleGrant.Role.TRAINER).user
    lesson = LessonPage.objects.get(number=4, locale__language_code="zh-hans")
    return live_server.url, signed_in(trainer, settings.AUTHENTICATION_BACKENDS[0]), lesson


def test_a_changed_sentence_is_seen_at_phone_size_and_published(desk, tmp_path):
    shots = Path(os.environ.get("QINGMIAO_SHOTS", tmp_path))
    address, session, lesson = desk
    english = LessonPage.objects.get(number=4, locale__language_code="en")
    course_page = lesson.get_parent().pk
    refused: list[str] = []

    with chromium() as browser:
        context = browser.new_context(**DESK)
        context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
        page = context.new_page()
        page.on("pageerror", lambda error: refused.append(f"script: {error}"))
        page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
        page.goto(f"{address}/admin/pages/{lesson.pk}/edit/")
        point = page.locator(".public-DraftEditor-content").nth(1)
        point.scroll_into_view_if_needed()
        point.click()
        page.keyboard.press("Control+End")
        page.keyboard.type(SENTENCE)
        page.get_by_role("button", name=re.compile("预览|Preview")).first.click()
        page.wait_for_function(  # Wagtail draws the next preview in a second frame, then puts it in the first's place
            """words => [...document.querySelectorAll("[data-w-preview-target=iframe]")].some(frame =>
                 frame.contentDocument?.body?.innerText.includes(words))""",
            arg=SENTENCE,
            timeout=30_000,
        )
        preview = page.locator("iframe[data-w-preview-target=iframe]").last.content_frame
        width = preview.locator("html").evaluate("element => element.clientWidth")
        says = preview.locator("header.top").inner_text()
        page.screenshot(path=shots / "trainer-preview.png")
        page.locator("footer [data-w-dropdown-target=toggle], footer .w-dropdown__toggle").first.click()
        page.locator("button[name=action-publish]").click()
        page.wait_for_url(f"{address}/admin/pages/{course_page}/", timeout=30_000)
        page.screenshot(path=shots / "trainer-published.png")

    lesson.refresh_from_db()
    live = render_to_string("content/_body.html", {"body": lesson.body})
    assert (width, "预览，不记学习" in says) == (360, True)
    assert SENTENCE in live
    assert refused == []
    assert CourseRelease.objects.count() == 1, "a changed sentence makes no new outline"
    assert not LearningEvent.objects.exists()
    assert not Attempt.objects.exists()
    english_before = english.live_revision_id
    english.refresh_from_db()
    assert english.live_revision_id == english_before
