"""A certificate's next version in a real browser: written, tried on hard names while it is written, refused, saved.

QINGMIAO_SHOTS names a folder that keeps a picture of every step, to be looked at.
"""

import os
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.browser import Site, enter
from tests.servers.chromium import DESK, PHONE, chromium
from tests.servers.installation import install

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="apt-get install chromium"),
]
REGISTRAR, SEAL_KEEPER = "15400009005", "15400009009"
SHOTS = os.environ.get("QINGMIAO_SHOTS")
NOTE = "SELECT number, note FROM certificates_certificatedesign ORDER BY number DESC LIMIT 1"


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


@pytest.fixture
def visit(browser, site):
    contexts = []

    def sign_in(login: str, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        enter(page, site, login)
        return page

    yield sign_in
    for context in contexts:
        context.close()


def keep(page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"design-{name}.png", full_page=True)


def ring() -> dict:
    image, data = Image.new("RGBA", (400, 400)), BytesIO()
    ImageDraw.Draw(image).ellipse((10, 10, 390, 390), outline=(90, 90, 90, 255), width=12)
    image.save(data, "PNG")
    return {"name": "章.png", "mimeType": "image/png", "buffer": data.getvalue()}


def source_of(page) -> str:
    return page.locator("[data-picture]").get_attribute("src")


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_a_registrar_writes_a_version_watching_it_and_another_hand_sets_the_seal(visit, site, screen, request):
    name = request.node.callspec.id
    page = visit(REGISTRAR, **screen)
    refused = []
    page.on("console", lambda message: refused.append(message.text) if "Security" in message.text else None)
    page.goto(f"{site.address}/admin/certificate-designs/")
    page.locator("main a", has_text="青苗示范培训中心").click()
    picture, said = page.locator("[data-picture]"), page.locator("[data-said]")
    expect(picture).to_have_js_property("naturalWidth", 1200)

    page.locator("[name=title_zh]").fill("乡村护童培训合格证书")
    expect(said).to_have_text("样张是您现在写的样子，还没有存。", timeout=15_000)
    expect(picture).to_have_js_property("naturalWidth", 1200)
    first = source_of(page)
    assert first.startswith("blob:")
    page.locator("[name=key]").select_option("rare")
    expect(picture).not_to_have_attribute("src", first, timeout=15_000)
    keep(page, f"live-{name}")

    page.locator("[name=text_zh]").fill("很长" * 40)
    expect(page.locator("[data-problems]")).to_contain_text("姓名下面的话：太长了", timeout=15_000)
    keep(page, f"too-long-{name}")
    page.locator("[name=text_zh]").fill("学完下列课程，通过测试，特发此证。")
    expect(page.locator("[data-problems]")).to_be_hidden(timeout=15_000)
    page.locator("[name=do][value=save]").click()
    expect(page.locator("main")).to_contain_text("这里还没写")  # what was changed
    page.locator("[name=note]").fill("换了标题")
    page.locator("[name=do][value=save]").click()

    expect(page.locator("body")).to_contain_text("第 2 版存好了")
    assert site.ask(NOTE) == [(2, "换了标题")]

    keeper = visit(SEAL_KEEPER, **screen)
    assert keeper.url == f"{site.address}/admin/certificate-designs/"  # her desk
    keeper.locator("main a", has_text="青苗示范培训中心").click()
    assert keeper.locator("[name=title_zh]").is_disabled()
    keeper.locator("[name=seal]").set_input_files(ring())
    expect(keeper.locator("[data-said]")).to_have_text("样张是您现在写的样子，还没有存。", timeout=15_000)
    keep(keeper, f"keeper-{name}")
    keeper.locator("[name=note]").fill("换了印章")
    keeper.locator("[name=do][value=save]").click()
    expect(keeper.locator("img[alt*=印章图]")).to_be_visible()
    assert site.ask(NOTE) == [(3, "换了印章")]
    assert page.evaluate("document.documentElement.scrollWidth") <= screen["viewport"]["width"]
    keep(page, f"saved-{name}")
    assert refused == []


def test_a_registrar_without_script_looks_by_a_button_and_finds_no_field_for_the_seal(visit, site):
    page = visit(REGISTRAR, **PHONE, java_script_enabled=False)
    page.goto(f"{site.address}/desk/certificates/")
    page.locator("a", has_text="证书样式").click()
    page.locator("main a", has_text="青苗示范培训中心").click()
    page.locator("[name=title_zh]").fill("没有脚本的培训证书")
    page.locator("[name=do][value=look]").click()

    assert source_of(page).startswith("data:image/png;base64,")
    assert page.locator("[name=title_zh]").input_value() == "没有脚本的培训证书"
    assert page.locator("[name=seal]").count() == 0
    assert "您可以看印章，不能换" in page.locator("main").inner_text()
    assert site.ask(NOTE)[0][0] == 1
