"""F12: no page breaks our content security policy or asks another host for anything, Wagtail's admin included."""

import json
import random
import re
import shutil
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error as BrowserError

from config.processes import Child, stop_all, web_command
from tests.proofs.conftest import FULL
from tests.servers.chromium import DESK, PHONE, chromium
from tests.servers.installation import install
from tests.servers.ports import free_port, wait_for_port

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="apt-get install chromium"),
]
SEED, SAMPLE = 20261125, 3  # pages a visitor in CI, beside the editor; tests/pages sees every listed one
WATCH = """
window.refused = [];
document.addEventListener("securitypolicyviolation", e =>
  window.refused.push(e.violatedDirective + " " + (e.blockedURI || e.sourceFile)));
"""


@pytest.fixture(scope="module")
def demo(demo_template, tmp_path_factory):
    installation = install(demo_template, tmp_path_factory.mktemp("foreign"))
    return installation, json.loads(installation.run("-m", "tests.proofs.walk").splitlines()[-1])


@contextmanager
def site(installation, settings="config.settings.dev"):
    port = free_port()
    environment = installation.environment | {"DJANGO_SETTINGS_MODULE": settings}
    web = Child("web", web_command("127.0.0.1", port), environment)
    try:
        wait_for_port(port, 60)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop_all([web])


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


class Watcher:
    """One visitor's browser: what was refused, and who was asked."""

    def __init__(self, browser, address: str, cookie: str, screen: dict) -> None:
        self.address, self.found, self.seen = address, [], 0
        self.context = browser.new_context(**screen)
        self.context.add_init_script(WATCH)
        if cookie:
            self.context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])
        self.page = self.context.new_page()
        self.page.on("request", self._asked)
        self.page.on("console", self._said)
        self.page.on("dialog", lambda dialog: dialog.accept())

    def _asked(self, request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != urlsplit(self.address).netloc:
            self.found.append(f"{self.page.url}: asks {request.url}")

    def _said(self, message) -> None:
        if "Content Security Policy" in message.text:
            self.found.append(f"{self.page.url}: {message.text[:200]}")

    def visit(self, path: str) -> int:
        answer = self.page.goto(self.address + path, wait_until="load")
        self.page.wait_for_timeout(100)
        self.look()
        self.seen += 1
        return answer.status if answer else 0

    def look(self) -> None:
        for frame in self.page.frames:
            if frame.url.startswith(self.address):
                self.found += [f"{frame.url} refused: {what}" for what in frame.evaluate("window.refused || []")]

    def use_the_editor(self, path: str) -> int:
        """The preview beside the editor, the panels, and every chooser that a button opens."""
        self.visit(path)
        opened = 0
        for label in ("preview", "comments", "checks", "status"):
            toggle = self.page.locator(f"[data-side-panel-toggle='{label}']").first
            if toggle.count() and toggle.is_visible():
                toggle.click()
                self.page.wait_for_timeout(1500 if label == "preview" else 300)
                opened += 1
                self.look()
        choosers = self.page.locator("[data-chooser-action-choose]")
        for number in range(min(choosers.count(), 6)):
            try:
                choosers.nth(number).click(timeout=1500)
                self.page.locator(".modal-content").first.wait_for(timeout=4000)
                opened += 1
                self.look()
                self.page.keyboard.press("Escape")
                self.page.wait_for_timeout(300)
            except BrowserError:
                continue  # folded away: a block that is closed
        return opened


def editors(pages: list[str]) -> list[str]:
    return [page for page in pages if page.startswith("/admin/pages/") and page.endswith("/edit/")]


def picture_editors(pages: list[str]) -> list[str]:
    return [page for page in pages if re.fullmatch(r"/admin/images/\d+/", page)]


def walk(browser, address, world, choose) -> tuple[list[str], int, int]:
    found, seen, opened = [], 0, 0
    for visitor, reach in world.items():
        screen = DESK if any(page.startswith(("/admin/", "/desk/")) for page in reach["pages"]) else PHONE
        watcher = Watcher(browser, address, reach["cookie"], screen)
        for path in choose(visitor, reach["pages"]):
            watcher.visit(path)
        for path in editors(reach["pages"])[: 4 if FULL else 1] if visitor == "trainer" else []:
            opened += watcher.use_the_editor(path)
        found += [f"{visitor} {what}" for what in dict.fromkeys(watcher.found)]
        seen += watcher.seen
        watcher.context.close()
    return found, seen, opened


def test_no_page_breaks_the_policy_or_asks_another_host(demo, browser, say):
    installation, world = demo
    chance = random.Random(SEED)

    def choose(visitor, pages):
        if FULL:
            return pages
        return chance.sample(pages, min(len(pages), SAMPLE)) + picture_editors(pages)[:1]

    with site(installation) as address:
        found, seen, opened = walk(browser, address, world, choose)
    reachable = sum(len(reach["pages"]) for reach in world.values())
    say(
        "f12",
        seed=SEED,
        pages=seen,
        reachable=reachable,
        panels_and_choosers=opened,
        violations_and_requests=len(found),
    )

    assert found == [], "\n".join(found)
    assert opened >= 3
    assert {"trainer", "administrator", "staff", "registrar", "public"} <= set(world)


def test_twin_without_our_policy_for_the_desk_it_breaks(demo, browser, say):
    installation, world = demo
    desk = {"trainer": world["trainer"]}
    with site(installation, "tests.proofs.no_desk_policy") as address:
        found, seen, _opened = walk(browser, address, desk, lambda visitor, pages: pages[:6])
    say("f12", twin=f"{len(found)} violations on {seen} pages of Wagtail's admin without content.middleware.DeskPolicy")

    assert any("refused" in what or "Content Security Policy" in what for what in found)
