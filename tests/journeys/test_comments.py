"""A reviewer writes on a field and on words of a paragraph; the author reads it, answers, and settles it. In a real browser."""

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.journeys.test_trainer import PATIENCE, READING, SENTENCE, desk, hand_in, in_admin, write
from tests.servers.chromium import PHONE, chromium

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="apt-get install chromium"),
]
__all__ = ["desk"]
ON_A_FIELD = "这一句太长，先说结论。"
ON_WORDS = "这五个字很好。"
ANSWER = "改短了，请再看。"
ENGLISH = re.compile(r"[A-Za-z]{2,}")


def at_comments(page, editor: str):
    """Opens the editor with its comments beside it."""
    page.goto(editor)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(READING)
    if page.locator("[data-side-panel=comments]").is_hidden():
        page.locator("[data-side-panel-toggle=comments]").click()
    page.wait_for_timeout(500)
    return page.locator("#comments")


def saving(page):
    """The editor's own saving, which follows what was done."""
    is_it = lambda answer: answer.request.method == "POST" and answer.url.endswith("/edit/")  # noqa: E731
    return page.expect_response(is_it, timeout=PATIENCE)


def words_of(comments) -> str:
    """All that a person reads there, and what stands in for words."""
    names = "e => [...e.querySelectorAll('[aria-label],[placeholder]')].flatMap(x => [x.ariaLabel, x.placeholder])"
    return "\n".join([comments.inner_text(), *filter(None, comments.evaluate(names))])


def test_a_comment_is_written_answered_and_settled(desk, installation, tmp_path):
    address, before = desk
    shots = Path(os.environ.get("QINGMIAO_SHOTS", tmp_path))
    editor = f"{address}/admin/pages/{before['lesson']}/edit/"
    seen: list[str] = []

    with chromium() as browser:
        trainer = in_admin(browser, address, before["cookie"])
        trainer.goto(editor)
        write(trainer, SENTENCE)
        hand_in(trainer)
        trainer.wait_for_url(f"{address}/admin/pages/{before['course_page']}/", timeout=PATIENCE)

        reviewer = in_admin(browser, address, before["reviewers"][0])
        comments = at_comments(reviewer, editor)
        field = reviewer.locator("[data-contentpath=summary]").first
        field.hover()
        field.locator("[data-component=add-comment-button]").click()
        comments.get_by_placeholder("输入你的注释").press_sequentially(ON_A_FIELD, delay=30)
        seen.append(words_of(comments))
        with saving(reviewer):
            comments.get_by_role("button", name="评论", exact=True).click()
        reviewer.wait_for_timeout(2000)
        paragraph = reviewer.locator(".public-DraftEditor-content").nth(1)
        paragraph.scroll_into_view_if_needed()
        paragraph.click()
        reviewer.keyboard.press("Control+Home")
        for _letter in range(5):
            reviewer.keyboard.press("Shift+ArrowRight", delay=60)
        reviewer.wait_for_timeout(1000)
        reviewer.screenshot(path=shots / "comments-on-words.png")
        reviewer.locator("button[name=comment]:visible").first.click()
        comments.get_by_placeholder("输入你的注释").press_sequentially(ON_WORDS, delay=30)
        seen.append(words_of(comments))
        with saving(reviewer):
            comments.get_by_role("button", name="评论", exact=True).click()
        reviewer.wait_for_timeout(1000)
        reviewer.screenshot(path=shots / "comments-written.png")
        seen.append(words_of(comments))

        trainer.goto(f"{address}/accounts/me/messages/")
        told = trainer.locator("main").inner_text()
        reviewer.locator("footer [data-w-dropdown-target=toggle], footer .w-dropdown__toggle").first.click()
        reviewer.locator("footer [data-workflow-action-name=reject]").first.click()
        reviewer.locator("textarea[name=comment]").fill("看评论。")
        with reviewer.expect_navigation(timeout=PATIENCE):
            reviewer.locator("[role=dialog] [type=submit]:visible, .modal [type=submit]:visible").first.click()

        comments = at_comments(trainer, editor)
        returned = trainer.locator("[role=note]").first.inner_text()
        read = comments.inner_text()
        trainer.screenshot(path=shots / "comments-read.png")
        first = comments.locator("li.comment").filter(has_text=ON_A_FIELD)
        first.click()
        first.locator("textarea").fill(ANSWER)
        with saving(trainer):
            first.get_by_role("button", name="回复").click()
        trainer.wait_for_timeout(1000)
        seen.append(words_of(comments))
        trainer.screenshot(path=shots / "comments-answered.png")
        reviewer.goto(f"{address}/accounts/me/messages/")
        answered = reviewer.locator("main").inner_text()
        second = comments.locator("li.comment").filter(has_text=ON_WORDS)
        second.click()
        second.locator("summary").click()
        seen.append(words_of(comments))
        with saving(trainer):
            second.get_by_role("menuitem", name="解决").click()
        trainer.wait_for_timeout(1000)

        left = at_comments(trainer, editor).inner_text()
        small = in_admin(browser, address, before["cookie"], PHONE)
        narrow = at_comments(small, editor)
        on_a_phone = narrow.inner_text()
        height = narrow.locator("li.comment").first.bounding_box()["y"]
        small.screenshot(path=shots / "comments-360.png")
        refused = [*trainer.evaluate("window.refused"), *reviewer.evaluate("window.refused")]
    rows = installation.ask("SELECT text, resolved_at IS NOT NULL FROM wagtailcore_comment ORDER BY id")

    assert ON_A_FIELD in told
    assert "看评论。" in returned
    assert ON_A_FIELD in read
    assert ON_WORDS in read
    assert ANSWER in answered
    assert rows == [(ON_A_FIELD, 0), (ON_WORDS, 1)]
    assert ANSWER in left
    assert ON_WORDS not in left, "what is settled is put away"
    assert ANSWER in on_a_phone
    assert height < PHONE["viewport"]["height"], "seen without scrolling for it"
    assert [found for words in seen for found in ENGLISH.findall(words)] == []
    assert refused == []
