"""Every page at 360 × 640 in Chinese: valid, without barriers, nothing of anybody else's, no wider than the phone."""

import json
import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from config.processes import Child, stop_all, web_command
from tests.servers import vnu
from tests.servers.chromium import PHONE, chromium
from tests.servers.installation import install
from tests.servers.ports import free_port, wait_for_port

from .world import NO_PAGE, PAGES, our_addresses

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="apt-get install chromium"),
    pytest.mark.skipif(bool(vnu.missing()), reason=vnu.missing()),
]
SHOTS = Path(os.environ["QINGMIAO_SHOTS"]) if "QINGMIAO_SHOTS" in os.environ else None
WATCH = """
window.refused = [];
document.addEventListener("securitypolicyviolation", e =>
  window.refused.push(e.violatedDirective + " " + e.blockedURI));
"""


@pytest.fixture(scope="module")
def site(demo_template, tmp_path_factory):
    """The demo behind gunicorn, and its world: who visits, with which cookie, and where."""
    installation = install(demo_template, tmp_path_factory.mktemp("pages"))
    world = json.loads(installation.run("-m", "tests.pages.world").splitlines()[-1])
    port = free_port()
    web = Child("web", web_command("127.0.0.1", port), installation.environment)
    try:
        wait_for_port(port, 60)
        yield f"http://127.0.0.1:{port}", world
    finally:
        stop_all([web])


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


def test_every_address_of_ours_is_listed():
    listed = {name for pages in PAGES.values() for name in pages} | set(NO_PAGE)

    assert our_addresses() - listed == set()
    assert set(NO_PAGE) & {name for pages in PAGES.values() for name in pages} == set()


@pytest.mark.parametrize("visitor", sorted(PAGES))
def test_pages_are_valid_reachable_and_our_own(site, browser, visitor, tmp_path):
    address, world = site
    found: list[str] = []
    context = browser.new_context(**PHONE)
    context.add_init_script(WATCH)
    if cookie := world[visitor]["cookie"]:
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])
    page = context.new_page()
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("pageerror", lambda error: found.append(f"{page.url} script: {error}"))
    saved = []

    for name, path in world[visitor]["paths"].items():
        answer = page.goto(address + path, wait_until="load")
        if answer.status != 200 or urlsplit(page.url).path != urlsplit(path).path:
            found.append(f"{name} {path}: {answer.status} at {page.url}")
            continue
        saved.append(tmp_path / f"{name.replace(':', '_').replace('/', '_')}.html")
        saved[-1].write_text(answer.text(), "utf-8")
        found += [
            f"{name} axe: {v['id']} {v['nodes'][0]['html'][:160]}" for v in Axe().run(page).response["violations"]
        ]
        found += [f"{name} refused: {refused}" for refused in page.evaluate("window.refused")]
        if (width := page.evaluate("document.documentElement.scrollWidth")) > PHONE["viewport"]["width"]:
            found.append(f"{name} is {width} px wide")
        if SHOTS:
            page.screenshot(path=SHOTS / f"{visitor}-{name.replace(':', '-').replace('/', '-')}.png", full_page=True)
    context.close()
    found += [f"foreign: {url}" for url in requested if urlsplit(url).netloc not in {urlsplit(address).netloc, ""}]
    found += [f"vnu: {complaint}" for complaint in vnu.complaints(saved)]

    assert found == [], "\n".join(found)


def test_twin_the_judges_do_find_what_is_wrong(browser, tmp_path):
    """A page with one fault of each kind: a judge that says nothing here says nothing anywhere."""
    faulty = tmp_path / "faulty.html"
    faulty.write_text(
        '<!doctype html><html lang="zh-CN"><meta http-equiv="Content-Security-Policy" content="script-src \'none\'">'
        "<title>错</title><p><div>不成对</p><img src='x.png'><script>1</script>"
        "<div style='width:900px'>宽</div></html>",
        "utf-8",
    )
    context = browser.new_context(**PHONE)
    context.add_init_script(WATCH)
    page = context.new_page()

    page.goto(faulty.as_uri())

    assert "image-alt" in {violation["id"] for violation in Axe().run(page).response["violations"]}
    assert any(refused.startswith("script-src") for refused in page.evaluate("window.refused"))
    assert page.evaluate("document.documentElement.scrollWidth") > 360
    assert len(vnu.complaints([faulty])) >= 2
    context.close()
