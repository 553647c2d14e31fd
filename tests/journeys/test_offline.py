"""A phone of 360 by 640 on a network that dies: what she did is kept, sent once, and shown as it is."""

import gzip
import json
import os
import shutil
import socket
import threading
from contextlib import contextmanager
from pathlib import Path

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


SHOTS = os.environ.get("QINGMIAO_SHOTS")


def shot(page, name):
    """This will keep a picture to look at, where QINGMIAO_SHOTS names a folder."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=False)


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
    wait_until_kept(page)  # what is asked while the worker takes the page over goes past a route
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
    wait_until_kept(page)  # what is asked while the worker takes the page over goes past a route
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
    wait_until_kept(page)  # what is asked while the worker takes the page over goes past a route
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
    shot(page, "lesson-signed-out")
    assert page.locator("[data-signin]").get_attribute("href") == f"/accounts/login/?next={LESSON}"
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
    hers.get_by_text("已保存").wait_for()  # her own has arrived all the same
    shot(hers, "lesson-of-another")
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
    shot(page, "logout-facts")
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

    assert {path for path in held if not path.startswith("/static/")} == {LESSON, "/offline/", "/en/offline/"}
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


@contextmanager
def instead_of_the_site(site, says=b""):
    """This will take every connection where the site was, and answer with the same bytes, or never."""
    held, open_ = [], True
    listener = socket.create_server(("127.0.0.1", site.port))

    def take():
        while open_:
            try:
                caller, _address = listener.accept()
            except OSError:
                return  # closed: the test is over
            held.append(caller)
            if says:
                caller.recv(65536)
                caller.sendall(says)
                caller.close()

    taker = threading.Thread(target=take, daemon=True)
    taker.start()
    try:
        yield
    finally:
        open_ = False
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for caller in held:
            caller.close()
        taker.join(5)


ILL = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 3\r\nConnection: close\r\n\r\nill"


@pytest.mark.parametrize("says", [b"", ILL], ids=["hangs", "ill"])
def test_where_the_network_hangs_or_the_server_is_ill_she_reads_and_goes_on(phone, site, says):
    page = open_lesson(phone, site)
    wait_until_kept(page)
    page.close()
    site.die()

    with instead_of_the_site(site, says):
        page = open_lesson(phone, site)
        assert page.locator("h1").inner_text() == "第1课的题目"
        answer(page)
        finish(page)
        page.locator("a.btn.go", has_text="学完，下一课").wait_for()
        shot(page, f"lesson-{'ill' if says else 'hangs'}")
    site.live()

    page.get_by_text("已保存").wait_for(timeout=60_000)  # by itself: nobody touched the page
    site.wait_until(BOTH, ONCE_EACH)


def test_the_phone_says_there_is_no_network_and_the_tab_is_closed(phone, site):
    page = open_lesson(phone, site)
    page.get_by_text("已保存").wait_for()
    phone.set_offline(True)
    answer(page)
    finish(page)
    page.get_by_text(PHONE_ONLY).wait_for()
    page.locator("a.btn.go", has_text="学完，下一课").wait_for()
    assert page.locator(".bar [data-save]").inner_text() == PHONE_ONLY  # said where her hand is
    shot(page, "lesson-on-the-phone")
    page.close()
    phone.set_offline(False)

    back = phone.new_page()
    back.goto(site.address + "/")

    site.wait_until(BOTH, ONCE_EACH)
    until(back, "() => document.querySelector('[data-outbox]').hidden")


def test_two_tabs_store_once_and_both_say_so(phone, site):
    one = open_lesson(phone, site)
    one.get_by_text("已保存").wait_for()
    two = open_lesson(phone, site)
    phone.set_offline(True)
    answer(one)
    answer(two, "赶快问")
    for page in (one, two):
        page.get_by_text(PHONE_ONLY).wait_for()

    phone.set_offline(False)

    for page in (one, two):
        page.get_by_text("已保存").wait_for()
    site.wait_until(KINDS.format("'self_check_answered'"), [("self_check_answered", 2)])
    sequences = "SELECT count(*), count(DISTINCT sequence) FROM courses_learningevent WHERE device != ''"
    assert len(set(*site.ask(sequences))) == 1


def test_she_comes_back_to_where_she_was(phone, site):
    page = open_lesson(phone, site)
    page.get_by_text("已保存").wait_for()
    page.mouse.wheel(0, 100000)
    place = "SELECT count(*) > 0 FROM courses_lessonprogress WHERE place != ''"
    site.wait_until(place, [(1,)])
    page.close()

    page = open_lesson(phone, site)

    until(page, "() => scrollY > 200")
    page.get_by_role("heading", name="二、留什么").wait_for()


def test_signing_out_takes_the_kept_lessons_along(phone, site):
    page = open_lesson(phone, site)
    wait_until_kept(page)
    page.goto(site.address + "/accounts/logout/")
    page.get_by_role("button", name="退出").click()
    page.wait_for_url(site.address + "/")

    assert page.evaluate("async () => (await (await caches.open('lessons')).keys()).length") == 0
    site.die()
    page.goto(site.address + LESSON)
    assert "没有网" in page.locator("h1").inner_text()
    assert not page.get_by_text("学过的课文还在").is_visible()
    shot(page, "offline-nothing-kept")


def test_another_person_does_not_find_the_lessons_of_the_one_before(phone, site):
    page = open_lesson(phone, site)
    wait_until_kept(page)
    phone.clear_cookies(name="sessionid")
    sign_in(phone, site, site.people["yang"]["cookie"])

    page.goto(site.address + "/")

    until(page, "async () => !(await caches.has('lessons'))")


def test_english_readers_are_told_in_english(phone, site):
    page = open_lesson(phone, site)
    wait_until_kept(page)
    site.die()

    page.goto(site.address + "/en/certificates/")

    assert page.locator("html").get_attribute("lang") == "en"
    shot(page, "offline-english")


def test_answers_of_a_test_that_wait_on_the_phone_are_counted_before_leaving(phone, site):
    page = open_lesson(phone, site)
    page.get_by_text("已保存").wait_for()
    remember = "([k, v]) => localStorage.setItem(k, JSON.stringify(v))"
    for who, attempt in (("tian", "a"), ("yang", "b")):
        page.evaluate(remember, [f"try:{attempt}:s1", {"sequence": 1}])
        page.evaluate(remember, [f"try:{attempt}:o", site.people[who]["uuid"]])

    page.goto(site.address + "/accounts/logout/")

    page.get_by_text("还有 1 个测试答案存在这部手机里").wait_for()
    shot(page, "logout-unsent")


def test_the_first_view_is_thirty_kilobytes_and_its_script_twelve(phone, site):
    page = phone.new_page()
    network = phone.new_cdp_session(page)
    network.send("Network.enable")
    asked, bytes_ = {}, {}
    network.on("Network.requestWillBeSent", lambda e: asked.update({e["requestId"]: e["request"]["url"]}))
    network.on("Network.loadingFinished", lambda e: bytes_.update({e["requestId"]: e["encodedDataLength"]}))

    page.goto(site.address + LESSON, wait_until="load")
    page.get_by_text("已保存").wait_for()

    first = {
        url.removeprefix(site.address): bytes_.get(key, 0)
        for key, url in asked.items()
        if "/api/" not in url and "/copy/" not in url
    }
    assert sum(first.values()) <= 30_000, first
    scripts = [path for path in first if path.endswith(".js")]
    assert len(scripts) >= 2, first
    assert sum(first[path] for path in scripts) <= 12_000, first


def test_the_service_worker_is_small_and_never_stored_by_the_browser(client, db):
    answer = client.get("/sw.js")

    assert answer["Cache-Control"] == "no-cache"
    assert answer["Content-Type"].startswith("text/javascript")
    assert len(gzip.compress(answer.content)) <= 2_500


def test_the_first_view_is_five_requests_and_fits_the_phone(phone, site):
    page = phone.new_page()
    asked = []
    page.on("request", lambda r: asked.append(r.url))

    page.goto(site.address + LESSON, wait_until="load")
    first = [url.removeprefix(site.address) for url in asked if "/api/" not in url and "/copy/" not in url]

    assert len(first) <= 5, first
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
