"""A test on a phone of 360 by 640 whose network dies: no answer is lost, and the page says where each one is."""

import gzip
import json
import shutil
from pathlib import Path
from uuid import UUID

import pytest

from tests.browser import Site, sign_in
from tests.servers.chromium import PHONE, chromium
from tests.servers.installation import ROOT, install

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="apt-get install chromium"),
]
PHONE_ONLY = "已存在手机，联网后自动送出"
TEST = "/courses/c04/test/"
STEPS = "SELECT count(*) FROM assessments_attemptstep"
ANSWERED = "SELECT count(DISTINCT question_uuid) FROM assessments_attemptstep"
STATE = "SELECT state FROM assessments_attempt"
KEPT = "() => Object.keys(localStorage).filter(k => /^try:.*:s/.test(k)).length"


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def planted(migrated_template, tmp_path_factory):
    installation = install(migrated_template, tmp_path_factory.mktemp("planted"))
    learner = json.loads(installation.run("-m", "tests.assessments.phone_world").splitlines()[-1])
    installation.ask("PRAGMA wal_checkpoint(TRUNCATE)")
    return installation.folder, learner


@pytest.fixture
def site(planted, tmp_path):
    folder, learner = planted
    site = Site(install(folder, tmp_path / "data"))
    site.learner = learner
    site.live()
    try:
        yield site
    finally:
        site.die()


@pytest.fixture
def phone(browser, site):
    context = browser.new_context(**PHONE)
    sign_in(context, site, site.learner["cookie"])
    yield context
    context.close()


def begin(phone, site):
    page = phone.new_page()
    page.goto(site.address + TEST, wait_until="load")
    page.get_by_role("button", name="开始").click()
    page.get_by_text("还没有答案").wait_for()
    return page


def answer(page):
    """Whatever is asked: the first option, or the order as it stands."""
    here = page.locator("[data-number]:not([hidden])")
    places = here.locator("select")
    if places.count():
        for n in range(places.count()):
            places.nth(n).select_option(str(n + 1))
    else:
        here.locator("label.pick").first.click()


def forward(page):
    page.get_by_role("button", name="下一题").click()


def leave_one_out_and_answer(page, count):
    for _ in range(count):
        answer(page)
        forward(page)


def look(page, name):
    """Kept where a person can look at it: pytest -o cache_dir, folder d/shots."""
    folder = Path(ROOT / ".pytest_cache" / "shots")
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"attempt-{name}.png", full_page=True)


def test_a_dead_network_loses_no_answer_and_the_hand_in_follows_when_it_is_back(phone, site):
    page = begin(phone, site)
    answer(page)
    page.locator("#save").get_by_text("已保存").wait_for()
    look(page, "saved")
    forward(page)

    site.die()
    leave_one_out_and_answer(page, 4)
    page.locator("#save").get_by_text(PHONE_ONLY).wait_for()
    assert page.locator("h1").inner_text().endswith("第 6 题，共 6 题")
    assert page.evaluate(KEPT) >= 4
    forward(page)
    page.get_by_text("还有 1 道没答（第 6 题）。").wait_for()
    look(page, "gaps")
    page.get_by_role("button", name="就这样交卷").click()
    page.get_by_text("联网后自动交卷").wait_for()
    look(page, "kept")
    assert site.ask(STATE) == [("open",)]
    site.live()

    page.get_by_text("为什么没有通过").or_(page.get_by_text("通过了")).or_(
        page.get_by_text("还差一点")
    ).first.wait_for()
    look(page, "result")
    assert site.ask(STATE) == [("submitted",)]
    assert site.ask(ANSWERED) == [(5,)]
    assert page.evaluate("() => Object.keys(localStorage).filter(k => k.startsWith('try:')).length") == 0


def test_a_killed_tab_finds_its_answers_again_and_sends_them_once(phone, site):
    page = begin(phone, site)
    path = page.url
    site.die()
    answer(page)
    page.locator("#save").get_by_text(PHONE_ONLY).wait_for()
    page.close()
    site.live()

    again = phone.new_page()
    again.goto(path, wait_until="load")
    again.locator("#save").get_by_text("已保存").wait_for()

    assert again.evaluate(KEPT) == 0
    assert site.ask(ANSWERED) == [(1,)]
    before = site.ask(STEPS)
    again.reload()
    again.locator(".qs .done").first.wait_for()
    assert site.ask(STEPS) == before


def test_a_lost_answer_of_the_server_stores_nothing_twice(phone, site):
    page = begin(phone, site)
    lost = []

    def lose_the_answer(route):
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/steps/", lose_the_answer)
    page.locator("label.tick:visible").click()
    page.locator("#save").get_by_text(PHONE_ONLY).wait_for()
    page.unroute("**/steps/")

    page.locator("#save").get_by_text("已保存").wait_for()
    assert 200 in lost
    assert site.ask(STEPS) == [(1,)]
    assert page.evaluate(KEPT) == 0


def test_two_tabs_of_one_phone_show_and_hand_in_the_newest_answers(phone, site):
    page = begin(phone, site)
    other = phone.new_page()
    other.goto(page.url, wait_until="load")

    answer(page)
    other.locator(".qs .done").first.wait_for()
    other.get_by_role("button", name="检查并交卷").click()
    other.get_by_role("button", name="就这样交卷").click()

    other.get_by_text("一题一题看").wait_for()
    # the other tab may hand in before the first one's saving has come: then both say the same
    ((question, given),) = set(site.ask("SELECT question_uuid, answer FROM assessments_attemptstep"))
    ((marked,),) = site.ask("SELECT answers FROM assessments_mark")
    assert json.loads(marked) == {str(UUID(question)): json.loads(given)}


def test_handing_in_while_the_last_answer_is_still_being_saved_hands_in(phone, site):
    page = begin(phone, site)
    held = []
    page.route("**/steps/", lambda route: held.append(route), times=1)
    with page.expect_request("**/steps/"):
        answer(page)
    page.get_by_role("button", name="检查并交卷").click()
    page.get_by_role("button", name="就这样交卷").click()
    held[0].continue_()

    page.wait_for_url("**/result/")
    assert site.ask(STATE) == [("submitted",)]
    assert site.ask(ANSWERED) == [(1,)]


def test_a_session_that_ended_keeps_the_answers_and_asks_to_sign_in(phone, site):
    page = begin(phone, site)
    phone.clear_cookies(name="sessionid")

    answer(page)

    page.get_by_text("重新登录后送出").wait_for()
    assert page.evaluate(KEPT) >= 1
    look(page, "login")
    sign_in(phone, site, site.learner["cookie"])
    page.reload()
    page.locator("#save").get_by_text("已保存").wait_for()
    assert site.ask(ANSWERED) == [(1,)]


def test_nothing_leaves_the_screen_and_no_rule_is_broken(phone, site):
    page = phone.new_page()
    broken = []
    page.on("console", lambda message: broken.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(site.address + TEST, wait_until="load")
    look(page, "start")
    page.get_by_role("button", name="开始").click()
    page.get_by_text("还没有答案").wait_for()
    for _ in range(6):
        page.wait_for_load_state()
        assert page.evaluate("() => document.documentElement.scrollWidth <= 360")
        forward(page)

    page.get_by_text("还有 6 道没答").wait_for()
    page.get_by_role("link", name="回去把没答的答完").click()
    assert page.locator("h1").inner_text().endswith("第 1 题，共 6 题")
    page.go_back()
    page.go_back()
    assert page.locator("h1").inner_text().endswith("第 5 题，共 6 题")
    assert broken == []


def test_the_script_is_small():
    assert len(gzip.compress((ROOT / "static/js/attempt.js").read_bytes())) <= 5 * 1024
