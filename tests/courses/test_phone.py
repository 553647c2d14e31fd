"""A phone of 360 by 640 on a network that dies: what she did is kept, sent once, and shown as it is."""

import json
import shutil

import pytest

from tests.browser import Site, sign_in
from tests.servers.chromium import PHONE, chromium
from tests.servers.installation import install

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="apt-get install chromium"),
]
PHONE_ONLY = "已存在手机，联网后自动送出"
LESSON, OTHER = "/courses/c04/1/", "/courses/c04/2/"
KINDS = "SELECT kind, count(*) FROM courses_learningevent WHERE kind IN ({}) GROUP BY kind ORDER BY kind"
BOTH = KINDS.format("'self_check_answered', 'lesson_finished'")
ONCE_EACH = [("lesson_finished", 1), ("self_check_answered", 1)]
KEPT = """async () => {
  const base = await new Promise(yes => { const r = indexedDB.open("qingmiao", 1); r.onsuccess = () => yes(r.result); });
  return await new Promise(yes => {
    const r = base.transaction("events").objectStore("events").getAll();
    r.onsuccess = () => { base.close(); yes(r.result.map(e => e.kind)); };
  });
}"""


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def planted(migrated_template, tmp_path_factory):
    """A course and two learners, planted once and copied for each test."""
    installation = install(migrated_template, tmp_path_factory.mktemp("planted"))
    people = json.loads(installation.run("-m", "tests.courses.phone_world").splitlines()[-1])
    installation.ask("PRAGMA wal_checkpoint(TRUNCATE)")
    return installation.folder, people


@pytest.fixture
def site(planted, tmp_path):
    folder, people = planted
    site = Site(install(folder, tmp_path / "data"))
    site.people = people
    site.live()
    try:
        yield site
    finally:
        site.die()


@pytest.fixture
def phone(browser, site):
    context = browser.new_context(**PHONE)
    sign_in(context, site, site.people["tian"]["cookie"])
    yield context
    context.close()


def open_lesson(phone, site, path=LESSON):
    page = phone.new_page()
    page.goto(site.address + path, wait_until="load")
    return page


def until(page, question, about=None):
    """This will ask a page until it says yes. (Playwright's own waiting needs eval, which our pages forbid.)"""
    for _ in range(150):
        if page.evaluate(question, about):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never true: {question} {about}")


def wait_until_kept(page, path=LESSON):
    """The worker holds the page and its impersonal copy of the lesson."""
    until(page, "() => navigator.serviceWorker.controller !== null")
    until(page, "async p => !!(await (await caches.open('lessons')).match(p))", path)


def answer(page, text="不再追问"):
    page.locator("label.pick", has_text=text).click()


def finish(page):
    page.locator("[data-finish] button").click()


def test_what_she_did_with_the_network_dead_and_the_tab_killed_is_stored_once_and_shown(phone, site):
    page = open_lesson(phone, site)
    wait_until_kept(page)

    site.die()
    answer(page)
    page.get_by_text(PHONE_ONLY).wait_for()
    finish(page)
    page.locator("a.btn.go", has_text="学完，下一课").wait_for()
    page.close()
    again = open_lesson(phone, site)
    again.get_by_text(PHONE_ONLY).wait_for()
    assert again.locator("h1").inner_text() == "第1课的题目"
    assert again.locator("input:checked").input_value() == "1"
    again.close()
    site.live()
    back = open_lesson(phone, site)

    back.get_by_text("已保存").wait_for()
    site.wait_until(BOTH, ONCE_EACH)
    assert back.evaluate(KEPT) == []
    back.reload()
    back.get_by_text("已学完").wait_for()
    assert back.locator("input:checked").input_value() == "1"
    assert back.get_by_text("原话已经记下了").is_visible()


def test_a_lost_answer_of_the_server_stores_nothing_twice(phone, site):
    page = open_lesson(phone, site)
    page.get_by_text("已保存").wait_for()
    lost = []

    def lose_the_answer(route):
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/api/sync", lose_the_answer)
    answer(page)
    page.get_by_text(PHONE_ONLY).wait_for()
    assert 200 in lost
    page.unroute("**/api/sync")
    page.reload()

    page.get_by_text("已保存").wait_for()
    site.wait_until(KINDS.format("'self_check_answered'"), [("self_check_answered", 1)])
    assert page.evaluate(KEPT) == []


@pytest.mark.parametrize("status", [500, 502, 403])
def test_an_error_of_the_server_is_never_taken_for_stored(phone, site, status):
    page = open_lesson(phone, site)
    page.get_by_text("已保存").wait_for()
    page.route("**/api/sync", lambda route: route.fulfill(status=status, body="broken"))

    answer(page)

    page.get_by_text(PHONE_ONLY).wait_for()
    assert "self_check_answered" in page.evaluate(KEPT)


def test_a_refused_record_is_shown_with_its_reason_and_can_be_tried_again(phone, site):
    page = open_lesson(phone, site)

    def refuse(route):
        events = json.loads(route.request.post_data)["events"]
        results = [{"uuid": e["uuid"], "status": "rejected", "reason": "这一版里没有这一课"} for e in events]
        route.fulfill(json={"results": results, "at": "2026-11-25T02:00:00Z"})

    page.get_by_text("已保存").wait_for()
    page.route("**/api/sync", refuse)
    answer(page)
    page.get_by_text("没收下，请看原因 这一版里没有这一课").wait_for()
    page.unroute("**/api/sync")
    page.get_by_role("button", name="再试").click()

    page.get_by_text("已保存").wait_for()
    site.wait_until(KINDS.format("'self_check_answered'"), [("self_check_answered", 1)])


def test_signed_out_keeps_the_queue_until_she_signs_in_again(phone, site):
    page = open_lesson(phone, site)
    page.get_by_text("已保存").wait_for()
    phone.clear_cookies(name="sessionid")

    answer(page)
    page.get_by_text("已存在手机，登录后自动送出").wait_for()
    sign_in(phone, site, site.people["tian"]["cookie"])
    page.reload()

    page.get_by_text("已保存").wait_for()
    site.wait_until(KINDS.format("'self_check_answered'"), [("self_check_answered", 1)])


def test_on_a_shared_phone_nobody_sends_anothers_work(phone, site):
    page = open_lesson(phone, site)
    wait_until_kept(page)
    site.die()
    answer(page)
    page.get_by_text(PHONE_ONLY).wait_for()
    page.close()
    site.live()
    phone.clear_cookies(name="sessionid")
    sign_in(phone, site, site.people["yang"]["cookie"])

    hers = open_lesson(phone, site)

    hers.get_by_text("还有别人没送出的学习记录").wait_for()
    assert hers.locator("input:checked").count() == 0
    assert site.ask(KINDS.format("'self_check_answered'")) == []
    hers.close()
    phone.clear_cookies(name="sessionid")
    sign_in(phone, site, site.people["tian"]["cookie"])
    open_lesson(phone, site)
    owner = "SELECT e.learner_id FROM courses_learningevent v JOIN courses_enrolment e ON e.id = v.enrolment_id "
    site.wait_until(owner + "WHERE v.kind = 'self_check_answered'", [(site.people["tian"]["id"],)])


def test_leaving_with_unsent_work_warns_twice(phone, site):
    page = open_lesson(phone, site)
    phone.route("**/api/sync", lambda route: route.abort())
    answer(page)
    page.get_by_text(PHONE_ONLY).wait_for()
    page.goto(site.address + "/accounts/logout/")
    page.get_by_text("条学习记录存在这部手机里").wait_for()
    asked = []

    def say(dialog):
        asked.append(dialog.message)
        dialog.accept() if len(asked) == 1 else dialog.dismiss()

    page.on("dialog", say)
    page.get_by_role("button", name="退出").click()
    page.wait_for_timeout(1500)

    assert len(asked) == 2
    assert page.goto(site.address + LESSON).status == 200


def test_what_is_kept_for_offline_names_nobody(phone, site):
    page = open_lesson(phone, site)
    wait_until_kept(page)
    for path in ("/", "/courses/", "/courses/c04/", "/accounts/me/", "/certificates/"):
        page.goto(site.address + path)

    held = page.evaluate("""async () => {
      const found = {};
      for (const name of await caches.keys()) for (const r of await (await caches.open(name)).keys())
        found[new URL(r.url).pathname] = await (await (await caches.open(name)).match(r)).text();
      return found;
    }""")

    assert {path for path in held if not path.startswith("/static/")} == {LESSON, "/offline/"}
    person = site.people["tian"]
    assert [path for path, text in held.items() if person["name"] in text or person["uuid"] in text] == []


def test_a_page_that_was_never_kept_says_so_and_lists_what_is(phone, site):
    page = open_lesson(phone, site)
    wait_until_kept(page)
    site.die()

    page.goto(site.address + "/certificates/")

    assert "没有网" in page.locator("h1").inner_text()
    page.locator("[data-kept-lessons] a", has_text="第1课的题目").click()
    page.locator("h1.song").wait_for()


def test_without_script_she_reads_and_finishes(browser, site):
    context = browser.new_context(**PHONE, java_script_enabled=False)
    sign_in(context, site, site.people["tian"]["cookie"])
    page = open_lesson(context, site)

    page.locator("summary", has_text="看解析").click()
    assert page.get_by_text("原话已经记下了").is_visible()
    finish(page)

    assert page.url == site.address + OTHER
    assert page.locator("h1").inner_text() == "第2课的题目"
    site.wait_until(KINDS.format("'lesson_finished'"), [("lesson_finished", 1)])
    context.close()


def test_with_script_finishing_leads_on_and_home_to_the_place_in_the_text(phone, site):
    page = open_lesson(phone, site)
    finish(page)
    page.wait_for_url("**" + OTHER)
    page.mouse.wheel(0, 100000)
    place = "SELECT count(*) > 0 FROM courses_lessonprogress WHERE place != ''"
    site.wait_until(place, [(1,)])

    page.goto(site.address + "/")

    assert page.get_by_role("link", name="接着上次学").get_attribute("href").startswith(OTHER + "#")


def test_the_first_view_is_five_requests_and_fits_the_phone(phone, site):
    page = phone.new_page()
    asked = []
    page.on("request", lambda r: asked.append(r.url))

    page.goto(site.address + LESSON, wait_until="load")
    first = [url.removeprefix(site.address) for url in asked if "/api/" not in url and "/copy/" not in url]

    assert len(first) <= 5, first
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
