"""County officer, provincial officer and registrar in a real browser, over the demo, each through her own front door.

QINGMIAO_SHOTS names a folder that keeps a picture of every step at 1280 and at 360 px, to be looked at.
"""

import os
import re
import shutil
import time
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from python_calamine import load_workbook

from config.processes import WORKER, Child, celery_command, stop_all
from tests.browser import Site, enter
from tests.servers.chromium import DESK, PHONE, chromium
from tests.servers.installation import install

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="apt-get install chromium"),
]
COUNTY_OFFICER, PROVINCIAL_OFFICER, REGISTRAR = "15400009003", "15400009004", "15400009005"
SHOTS = os.environ.get("QINGMIAO_SHOTS")
VALID_ONE = (
    "SELECT number, verify_code, name FROM certificates_certificate c WHERE region_code LIKE '520628%' AND NOT EXISTS ("
    " SELECT 1 FROM certificates_certificateevent e WHERE e.certificate_id = c.id"
    " AND e.kind IN ('revoked', 'superseded'))"
    " AND (valid_until_date IS NULL OR valid_until_date > date('now', '+30 day')) ORDER BY id DESC LIMIT 1"
)
MASKED = re.compile(r"1\d\d\*{4}\d{4}")
WHOLE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def site(demo_template, tmp_path_factory):
    site = Site(install(demo_template, tmp_path_factory.mktemp("officers") / "data"))
    site.live()
    try:
        yield site
    finally:
        site.die()


@pytest.fixture(params=["desk", "phone"])
def visit(request, browser, site):
    """A visitor who signs in by password, on a desk or on a phone; gives her page and a way to keep pictures."""
    contexts = []

    def sign_in(login: str):
        context = browser.new_context(**(DESK if request.param == "desk" else PHONE), accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        enter(page, site, login)
        return page

    def keep(page, name: str) -> None:
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{request.param}.png", full_page=True)

    yield sign_in, keep
    for context in contexts:
        context.close()


def number_in(page, figure: str) -> int:
    return int(page.locator(".stats a", has_text=figure).locator("b").inner_text().replace(",", ""))


def test_a_county_officer_goes_from_her_number_to_its_list_to_the_file(visit, site):
    sign_in, keep = visit
    page = sign_in(COUNTY_OFFICER)

    assert page.url.startswith(f"{site.address}/desk/")
    assert "松桃" in page.locator("h1").inner_text()
    certified = number_in(page, "持有效证书")
    assert certified > 0
    keep(page, "county-overview")
    page.locator(".stats a", has_text="持有效证书").click()

    rows = page.locator("tbody tr")
    assert rows.count() == certified
    assert f"{certified} 人" in page.locator("h1").inner_text()
    text = page.locator("main").inner_text()
    assert MASKED.search(text)
    assert not WHOLE.search(text)
    keep(page, "county-list")
    page.locator("header a.btn.end").click()
    keep(page, "county-export")
    with page.expect_download() as fetched:
        page.locator("form.card button.btn.go").click()
    book = load_workbook(BytesIO(Path(fetched.value.path()).read_bytes()))
    sheet = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    names = {page_name for row in sheet for page_name in row if isinstance(page_name, str)}
    assert sum(1 for row in sheet if any(isinstance(cell, str) and MASKED.fullmatch(cell) for cell in row)) > 0
    assert not any(WHOLE.fullmatch(str(cell)) for row in sheet for cell in row)
    page.go_back()
    assert page.locator("tbody th").first.inner_text().split()[0] in names


def test_a_provincial_officer_goes_down_to_the_county_and_to_one_person(visit, site):
    sign_in, keep = visit
    page = sign_in(PROVINCIAL_OFFICER)
    assert "贵州" in page.locator("h1").inner_text()
    keep(page, "province-overview")

    page.goto(f"{site.address}/desk/?region=520600")
    page.get_by_role("link", name="松桃苗族自治县", exact=True).first.click()
    assert "松桃" in page.locator("h1").inner_text()
    overdue = number_in(page, "逾期没拿到证")
    page.goto(f"{site.address}/desk/posts/?region=520628&programme=C04")
    keep(page, "province-posts")
    assert "乡镇社工站" in page.locator("main").inner_text()
    page.goto(f"{site.address}/desk/?region=520628&programme=C04")
    if overdue:
        page.locator(".stats a", has_text="逾期没拿到证").click()
        assert page.locator("tbody tr").count() == overdue
        page.locator("tbody th a").first.click()
        keep(page, "province-person")
        assert not WHOLE.search(page.locator("main").inner_text())
    page.goto(f"{site.address}/desk/?region=360827")
    assert page.title() != ""
    assert "遂川" not in page.locator("main").inner_text()


def test_a_province_prints_its_figures_on_paper(browser, site, tmp_path):
    context = browser.new_context(**DESK)
    page = context.new_page()
    enter(page, site, PROVINCIAL_OFFICER)
    page.goto(f"{site.address}/desk/?region=520628&programme=C04")
    assert page.locator("[data-print]").is_visible()
    page.emulate_media(media="print")
    sheet = Path(SHOTS or tmp_path) / "province-print.pdf"
    page.pdf(path=sheet, format="A4")

    assert not page.locator(".dock").is_visible()
    assert not page.locator("[data-print]").is_visible()
    assert page.locator("main table").first.is_visible()
    assert "数据截至" in page.locator("main").inner_text()
    assert sheet.read_bytes().startswith(b"%PDF")
    context.close()


def test_a_registrar_revokes_and_a_stranger_sees_it_then_gives_it_back(visit, site, browser):
    sign_in, keep = visit
    (number, code, name) = site.ask(
        "SELECT number, verify_code, name FROM certificates_certificate c WHERE NOT EXISTS ("
        " SELECT 1 FROM certificates_certificateevent e WHERE e.certificate_id = c.id AND e.kind = 'revoked')"
        " AND (valid_until_date IS NULL OR valid_until_date > date('now', '+30 day')) ORDER BY id LIMIT 1"
    )[0]
    page = sign_in(REGISTRAR)
    assert page.url.startswith(f"{site.address}/desk/certificates/")
    keep(page, "registrar-register")

    page.locator("input[name=q]").fill(name)
    page.locator("input[name=q]").press("Enter")
    page.locator("tbody tr", has_text=number).locator("th a").click()
    keep(page, "registrar-certificate")
    page.locator("a", has_text="撤销").first.click()
    page.locator("button", has_text="核对").click()
    assert page.locator("textarea[aria-invalid]").count() == 1 or page.locator("textarea:invalid").count() == 1
    page.locator("textarea[name=reason]").fill("姓名写错，重新核对")
    page.locator("button", has_text="核对").click()
    keep(page, "registrar-sure")
    page.locator("button", has_text="撤销这张证书").click()
    assert "姓名写错，重新核对" in page.locator("main").inner_text()

    assert "这张证书已撤销" in seen_by_a_stranger(browser, site, code, keep)
    page.locator("a", has_text="恢复").first.click()
    page.locator("textarea[name=reason]").fill("核对过了，没有错")
    page.locator("button", has_text="核对").click()
    page.locator("form.card button.btn.go").click()
    keep(page, "registrar-history")
    assert "核对过了，没有错" in page.locator("main").inner_text()
    assert "这张证书有效" in seen_by_a_stranger(browser, site, code, keep)


def seen_by_a_stranger(browser, site, code: str, keep) -> str:
    context = browser.new_context(**PHONE)
    page = context.new_page()
    page.goto(f"{site.address}/v/{code}/")
    keep(page, "stranger-verifies")
    text = page.locator("main").inner_text()
    context.close()
    return text


def test_a_registrar_corrects_a_name_and_the_old_number_leads_to_the_new(visit, site, browser):
    sign_in, keep = visit
    number, code, before = site.ask(VALID_ONE)[0]
    name = "田春湄" if before == "田春媚" else "田春媚"  # the other screen's visitor may have been here
    page = sign_in(REGISTRAR)
    page.locator("input[name=q]").fill(number)
    page.locator("input[name=q]").press("Enter")
    page.locator("tbody th a").first.click()
    page.locator("a", has_text="更正").first.click()
    page.locator("input[name=name]").fill(name)
    page.locator("textarea[name=reason]").fill("和身份证上一样")
    keep(page, "registrar-correct")
    page.locator("button", has_text="核对").click()
    keep(page, "registrar-correct-sure")
    page.locator("button", has_text="发更正后的证书").click()
    page.wait_for_selector(f"dd a:has-text('{number}')")
    keep(page, "registrar-corrected")
    assert name in page.locator("h1").inner_text()

    seen = seen_by_a_stranger(browser, site, code, keep)
    assert "已由新证书接替" in seen
    page.locator("dd a", has_text=number).click()
    assert page.locator("a", has_text="撤销证书").count() == 0


def test_a_registrar_issues_by_hand_and_a_stranger_finds_it(visit, site, browser):
    sign_in, keep = visit
    page = sign_in(REGISTRAR)
    page.locator("a", has_text="人工发证").click()
    keep(page, "registrar-by-hand-empty")
    page.locator("input[name=q]").fill("田")
    page.locator("input[name=q]").press("Enter")
    keep(page, "registrar-by-hand-found")
    page.locator("main .list a").first.click()
    page.locator("input[name=trained_from_date]").fill("2026-09-05")
    page.locator("input[name=trained_to_date]").fill("2026-09-01")
    page.locator("textarea[name=reason]").fill("县民政局 9 月线下班，结业名单第 3 页")
    page.locator("button", has_text="核对").click()
    assert "结束的日期在开始的前面" in page.locator("main").inner_text()
    keep(page, "registrar-by-hand-wrong")
    page.locator("input[name=trained_from_date]").fill("2026-09-01")
    page.locator("input[name=trained_to_date]").fill("2026-09-05")
    page.locator("button", has_text="核对").click()
    keep(page, "registrar-by-hand-sure")
    page.locator("main form button.btn.go").click()
    page.wait_for_selector("a:has-text('看查询页')")
    keep(page, "registrar-by-hand-issued")
    assert "人工发证" in page.locator("main").inner_text()
    page.locator("a", has_text="看查询页").click()
    assert "这张证书有效" in page.locator("main").inner_text()


@pytest.fixture
def worker(site):
    child = Child("worker", celery_command(*WORKER), site.installation.environment)
    yield child
    stop_all([child])


def test_a_registrar_takes_a_county_s_certificates_as_one_file(visit, site, worker, tmp_path):
    sign_in, keep = visit
    page = sign_in(REGISTRAR)
    page.locator("input[name=county]").fill("520628")
    page.locator("input[name=county]").press("Enter")
    page.locator("a", has_text="打包下载").click()
    page.locator("select[name=status]").select_option("valid")
    page.locator("button", has_text="数一数").click()
    keep(page, "registrar-bundle")
    before = page.locator("main .list a.btn").count()
    page.locator("main button.btn.go").click()
    keep(page, "registrar-bundle-asked")
    ready = page.locator("main .list a.btn")
    until = time.monotonic() + 60
    while ready.count() <= before:
        assert time.monotonic() < until, page.locator("main .list").inner_text()
        page.wait_for_timeout(500)
        page.locator("a", has_text="看看做到哪儿了").click()
    keep(page, "registrar-bundle-ready")
    with page.expect_download() as download:
        ready.first.click()
    download.value.save_as(tmp_path / "bundle.zip")

    with ZipFile(tmp_path / "bundle.zip") as bundle:
        assert bundle.testzip() is None
        rows = load_workbook(BytesIO(bundle.read("register.xlsx"))).get_sheet_by_index(1).to_python()[1:]
        assert {f"{row[1]}.pdf" for row in rows} | {"register.xlsx"} == set(bundle.namelist())
        assert len(rows) > 3
