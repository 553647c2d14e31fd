"""A trainer changes an article of a law with many; three reviewers read it; then a phone shows it. In a real browser."""

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.journeys.test_trainer import IN_PREVIEW, PATIENCE, READING, desk, hand_in, in_admin
from tests.servers.chromium import PHONE, chromium

__all__ = ["desk"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="apt-get install chromium"),
]
WORDS = "村里要有人专门管这件事。"
DOCUMENT = "/policies/minors-protection-law/"


def article_103(page):
    """The gist of article 103, by its own words: it stands far down among nineteen."""
    return page.locator("textarea[name$=-gist_zh]").filter(has_text="办案机关和其他组织").first


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def approve(browser, address: str, cookie: str, shot: Path) -> None:
    """One reviewer finds the law on her desk, opens it and approves."""
    page = in_admin(browser, address, cookie)
    page.goto(f"{address}/admin/")
    page.locator("a[href*='/admin/snippets/content/law/edit/']").first.click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=shot)
    button = page.locator("footer [data-workflow-action-name=approve]").first
    if not button.is_visible():
        page.locator("footer [data-w-dropdown-target=toggle], footer .w-dropdown__toggle").first.click()
    with page.expect_navigation(timeout=PATIENCE):
        button.click()
    page.context.close()


def test_an_article_is_changed_reviewed_and_read_on_a_phone(desk, tmp_path):
    address, world = desk
    shots = Path(os.environ.get("QINGMIAO_SHOTS", tmp_path))

    with chromium() as browser:
        phone = browser.new_context(**PHONE).new_page()
        phone.goto(address + DOCUMENT)
        before = phone.locator("article").inner_text()

        trainer = in_admin(browser, address, world["cookie"])
        trainer.goto(f"{address}/admin/snippets/content/law/")
        trainer.screenshot(path=shots / "law-list.png")
        trainer.get_by_role("link", name="未成年人保护法", exact=True).first.click()
        trainer.wait_for_load_state("networkidle")
        trainer.wait_for_timeout(READING)
        editor = trainer.url
        trainer.screenshot(path=shots / "law-editor.png")
        gist = article_103(trainer)
        gist.scroll_into_view_if_needed()
        gist.press("Control+End")
        trainer.keyboard.type(WORDS, delay=40)
        trainer.screenshot(path=shots / "law-editor-clause.png")
        trainer.get_by_role("button", name=re.compile("预览|Preview")).first.click()
        trainer.wait_for_function(IN_PREVIEW, arg=WORDS, timeout=PATIENCE, polling=500)
        preview = trainer.locator("iframe[data-w-preview-target=iframe]").last.content_frame
        width = preview.locator("html").evaluate("element => element.clientWidth")
        trainer.screenshot(path=shots / "law-preview.png")
        hand_in(trainer)
        trainer.wait_for_load_state("networkidle")
        trainer.screenshot(path=shots / "law-handed-in.png")
        refused = trainer.evaluate("window.refused")

        small = in_admin(browser, address, world["reviewers"][0], PHONE)
        small.goto(editor)
        small.wait_for_load_state("networkidle")
        small.screenshot(path=shots / "law-editor-360.png", full_page=True)
        editor_fits = fits(small)
        for number, cookie in enumerate(world["reviewers"]):
            phone.goto(address + DOCUMENT)
            assert WORDS not in phone.locator("article").inner_text()
            approve(browser, address, cookie, shots / f"law-reviewer-{number}.png")
        phone.goto(address + DOCUMENT)
        after = phone.locator("article").inner_text()
        phone.screenshot(path=shots / "law-page-360.png")
        phone.locator("#art-103").scroll_into_view_if_needed()
        phone.screenshot(path=shots / "law-page-clause-360.png")
        page_fits = fits(phone)

    assert "还没有经过法律审核" in before
    assert "通过了法律审核" in after
    assert WORDS in after
    assert (width, editor_fits, page_fits) == (360, True, True)
    assert refused == []
