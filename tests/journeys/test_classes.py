"""A trainer's class and an administrator's pilot county, in a real browser over the demo, on a desk and on a phone.

QINGMIAO_SHOTS names a folder that keeps a picture of every step, to be looked at.
"""

import shutil
from io import BytesIO

import pytest
from python_calamine import load_workbook

from tests.journeys.test_officers import COUNTY_OFFICER, browser, site, visit

__all__ = ["browser", "site", "visit"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="apt-get install chromium"),  # CI fails where it is skipped
]
TRAINER, ADMINISTRATOR = "15400009002", "15400009000"
IN_POST = (
    "SELECT u.name, u.login_number FROM people_user u JOIN people_membership m ON m.user_id = u.id"
    " JOIN people_region r ON r.id = m.region_id WHERE m.ended_date IS NULL AND r.path LIKE '%/520628/%'"
    " AND u.login_number LIKE '20%' ORDER BY u.id DESC LIMIT 3"
)


def test_a_trainer_makes_a_class_pastes_her_list_and_reads_who_has_done_what(visit, site):
    sign_in, keep = visit
    people = site.ask(IN_POST)
    page = sign_in(TRAINER)
    page.goto(f"{site.address}/desk/cohorts/")
    page.locator("a", has_text="开一个班").first.click()
    page.locator("input[name=title]").fill("松桃冬季班")
    page.locator("select[name=course]").select_option(label=page.locator("option", has_text="C04").first.inner_text())
    page.locator("input[name=where]").fill("520628")
    keep(page, "class-open")
    page.locator("main button.btn.go").click()
    lines = [number for _name, number in people]
    page.locator("textarea[name=who]").fill("\n".join([*lines, "没有这个人"]))
    page.locator("main button.btn.go").click()
    assert "第 4 行“没有这个人”" in page.locator("main").inner_text()
    keep(page, "class-unclear")
    page.locator("textarea[name=who]").fill("\n".join(lines))
    page.locator("main button.btn.go").click()
    assert "3 人" in page.locator("main").inner_text()
    assert page.locator("main tbody tr").count() == 3
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    keep(page, "class-table")
    with page.expect_download() as download:
        page.locator("button", has_text="下载 Excel").click()
    rows = load_workbook(BytesIO(download.value.path().read_bytes())).get_sheet_by_index(1).to_python()
    assert {row[0] for row in rows[1:]} == {name for name, _number in people}
    page.locator("main tbody tr").first.locator("a", has_text="移出").click()
    keep(page, "class-leave")
    page.locator("main form.card button").click()
    assert page.locator("main tbody tr").count() == 2
    page.locator("a", has_text="结班").click()
    page.locator("main form.card button").click()
    assert page.locator("a", has_text="加人").count() == 0
    keep(page, "class-closed")


def test_an_administrator_writes_down_a_pilot_and_its_officer_compares(visit, site):
    sign_in, keep = visit
    page = sign_in(ADMINISTRATOR)
    page.goto(f"{site.address}/desk/designations/")
    keep(page, "designations")
    page.locator("a", has_text="记一处").first.click()
    page.locator("select[name=kind]").select_option("demonstration")
    page.locator("input[name=where]").fill("松桃苗族自治县")
    page.locator("input[name=paper]").fill("示范文件〔2026〕2 号")
    page.locator("main button.btn.go").click()
    keep(page, "designate-sure")
    assert "贵州省" in page.locator("main").inner_text()
    page.locator("main button.btn.go").click()
    assert "示范文件〔2026〕2 号" in page.locator("main").inner_text()

    page.context.clear_cookies()
    page = sign_in(COUNTY_OFFICER)
    page.locator("a", has_text="试点和其余").click()
    keep(page, "pilots-compared")
    first = page.locator("main tbody tr").nth(1)  # 示范地区: the whole county, as the pilot is
    listed = int(first.locator("td").nth(1).inner_text())
    first.locator("td").nth(1).locator("a").click()
    assert page.locator("main h1", has_text=str(listed)).count() == 1

    page.context.clear_cookies()  # taken back, so that the other screen finds the same
    page = sign_in(ADMINISTRATOR)
    page.goto(f"{site.address}/desk/designations/")
    page.locator("tbody tr", has_text="示范文件〔2026〕2 号").locator("a", has_text="结束").first.click()
    page.locator("input[name=reason]").fill("演示结束")
    page.locator("main form.card button").click()
    assert "今天起不再是" in page.locator("body").inner_text()
