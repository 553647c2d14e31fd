"""田春梅 on her phone of 360 px, in a real browser over the demo: code, eight lessons, a critical error, a certificate.

Then a stranger scans the QR code of the PDF she downloaded. QINGMIAO_SHOTS names a folder that keeps the pictures.
"""

import json
import os
import re
import shutil
import sqlite3
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser import Site
from tests.certificates.pdf_help import needs, pictures, run
from tests.servers.chromium import PHONE, chromium
from tests.servers.installation import install

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="apt-get install chromium"),
]
PHONE_NUMBER, LESSONS = "15400009001", 8
SHOTS = os.environ.get("QINGMIAO_SHOTS")


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def site(demo_template, tmp_path):
    site = Site(install(demo_template, tmp_path / "data"))
    site.live()
    try:
        yield site
    finally:
        site.die()


def keep(page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"learner-{name}.png", full_page=True)


def test_from_the_code_on_her_phone_to_a_certificate_that_a_stranger_checks(browser, site, tmp_path):
    needs("pdftotext")
    context = browser.new_context(**PHONE, accept_downloads=True)
    page = context.new_page()
    sign_in_by_code(page, site)
    keep(page, "home")

    page.goto(f"{site.address}/courses/c04/")
    if page.locator("button", has_text="报名").count():
        page.locator("button", has_text="报名").click()
    learn_what_is_left(page, site)
    keep(page, "course-learned")
    take_the_test(page, site, critical=True)
    said = page.locator("main").inner_text()
    keep(page, "failed")
    assert "这次没有通过" in said
    assert "这一步关系到孩子的安全" in said
    page.goto(f"{site.address}/courses/c04/test/")
    assert "以后" in page.locator("main").inner_text()  # and not before
    first_draw = drawn(site)
    a_day_passes(site)

    take_the_test(page, site, critical=False)
    keep(page, "passed")
    assert "通过了" in page.locator("main").inner_text()
    assert drawn(site) != first_draw
    page.goto(f"{site.address}/certificates/")
    page.locator("main a[href^='/certificates/']").first.click()
    keep(page, "certificate")
    with page.expect_download() as fetched:
        page.locator("a", has_text="下载 PDF").click()
    pdf = Path(fetched.value.path()).read_bytes()
    (tmp_path / "certificate.pdf").write_bytes(pdf)
    words = run("pdftotext", tmp_path / "certificate.pdf", "-").stdout.decode()

    assert pdf.startswith(b"%PDF-1.7")
    assert "田春梅" in re.sub(r"\s", "", words)
    checked = what_a_stranger_sees(browser, site, pdf)
    assert "这张证书有效" in checked
    assert "田**" in checked
    assert "田春梅" not in checked


def sign_in_by_code(page, site) -> None:
    page.goto(f"{site.address}/accounts/login/")
    page.locator("input[name=tel]").fill(PHONE_NUMBER)
    page.locator("input[name=tel]").press("Enter")
    shown = page.locator(".hint", has_text="演示：验证码是").inner_text()
    page.locator("input[name=otp]").fill(re.search(r"\d{6}", shown).group())
    page.locator("input[name=otp]").press("Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def learn_what_is_left(page, site) -> None:
    for number in range(1, LESSONS + 1):
        page.goto(f"{site.address}/courses/c04/{number}/", wait_until="load")
        if number == 4:
            keep(page, "lesson")
        if page.locator("[data-finish] button").count():
            page.locator("[data-finish] button").click()
            page.wait_for_url(lambda url, n=number: not url.endswith(f"/c04/{n}/"))
    page.goto(f"{site.address}/courses/c04/")


def take_the_test(page, site, *, critical: bool) -> None:
    """All right, or with one option that puts a child in danger; each answer is stored before the next is asked."""
    page.goto(f"{site.address}/courses/c04/test/")
    page.locator("button", has_text="开始").click()
    page.wait_for_url("**/attempts/**")
    key, questions = paper(site)
    one = next(q for q in questions if key[q]["critical"]) if critical else None
    for question in questions:
        here = page.locator(f"[data-uuid='{question}']")
        here.wait_for()
        chosen = key[question]["critical"][:1] if question == one else key[question]["correct"]
        if here.get_attribute("data-kind") == "ordering":
            for place, option in enumerate(chosen, 1):
                here.locator(f"select[data-option='{option}']").select_option(str(place))
        else:
            for option in chosen:
                here.locator(f"label.pick:has(input[value='{option}'])").click()
        if question == questions[2]:
            keep(page, "question")
        if question != questions[-1]:
            page.get_by_role("button", name="下一题").click()
    page.get_by_role("button", name="检查并交卷").first.click()
    page.locator("dialog[open] button.btn", has_text="交卷").click()
    page.wait_for_url("**/result/")


def paper(site) -> tuple[dict, list[str]]:
    key, asked = site.ask(
        "SELECT v.key, a.drawn FROM assessments_attempt a JOIN assessments_quizversion v ON v.id = a.version_id"
        f" JOIN people_user u ON u.id = a.learner_id WHERE u.phone = '{PHONE_NUMBER}' AND a.state = 'open'"
    )[0]
    return json.loads(key), [one["question"] for one in json.loads(asked)]


def drawn(site) -> str:
    return site.ask(
        "SELECT a.drawn FROM assessments_attempt a JOIN people_user u ON u.id = a.learner_id"
        f" WHERE u.phone = '{PHONE_NUMBER}' ORDER BY a.id DESC LIMIT 1"
    )[0][0]


def a_day_passes(site) -> None:
    """What she handed in is moved back by a day and an hour: the site's own clock cannot be turned."""
    database = sqlite3.connect(site.installation.folder / "qingmiao.sqlite3", timeout=20)
    with database:
        database.execute(
            "UPDATE assessments_attempt SET submitted_at = datetime(submitted_at, '-25 hours'),"
            " started_at = datetime(started_at, '-25 hours') WHERE learner_id ="
            " (SELECT id FROM people_user WHERE phone = ?)",
            (PHONE_NUMBER,),
        )
    database.close()


def what_a_stranger_sees(browser, site, pdf: bytes) -> str:
    import zxingcpp

    (found, *_rest) = zxingcpp.read_barcodes(next(iter(pictures(pdf).values())))
    context = browser.new_context(**PHONE)
    page = context.new_page()
    page.goto(site.address + urlsplit(found.text).path)
    keep(page, "stranger")
    text = page.locator("main").inner_text()
    context.close()
    return text
