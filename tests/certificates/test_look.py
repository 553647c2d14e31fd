"""The certificate's pages on a 360-pixel phone: nothing runs off the side, axe finds nothing, pictures are kept."""

import os
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import sync_playwright

from certificates.services import replace_certificate, revoke_certificate
from people.models import RoleGrant
from tests.factories.certificates import CertificateFactory
from tests.factories.people import RegionFactory, RoleGrantFactory, UserFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not shutil.which("chromium"), reason="apt-get install chromium"),
    pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning"),
]


@pytest.fixture
def shots(request, tmp_path) -> Path:
    folder = Path(os.environ.get("QINGMIAO_SHOTS", tmp_path)) / "certificates"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def phone(monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": 360, "height": 740}, device_scale_factor=2, locale="zh-CN")
        browser.close()


def test_pages_fit_a_phone(client, live_server, phone, shots, settings):
    settings.MFA_REQUIRED_FOR_STAFF = False
    settings.SITE_URL = live_server.url
    now = timezone.now()
    county = RegionFactory(code="990321", name="青禾县", full_name="苍岭省·禾川市·青禾县")
    learner = UserFactory(name="阿卜杜热西提·阿卜杜克热木·买买提依明")
    evidence = [
        {"course": code, "title_zh": title, "completed_at": now.isoformat(), "release": 1, "attempt": "x"}
        for code, title in (("C01", "守护的底线"), ("C04", "看见、记录、报告"))
    ]
    facts = {"learner": learner, "region": county, "issued_at": now - timedelta(days=5)}
    valid = CertificateFactory(**facts, basis={"requirement_set": 1, "evidence": evidence})
    revoked = CertificateFactory(**facts, programme_title_zh="儿童督导员年度轮训")
    old = CertificateFactory(**facts, programme_title_zh="童伴妈妈基础培训")
    registrar = UserFactory(name="发证人")
    RoleGrantFactory(user=registrar, role=RoleGrant.Role.REGISTRAR, region=county)
    revoke_certificate(certificate=revoked, actor=registrar, reason="发证时信息有误", at=now)
    replace_certificate(certificate=old, actor=registrar, reason="姓名更正", at=now)
    client.get(f"/v/{valid.verify_code}/")

    def look(name: str, path: str, user=None) -> None:
        phone.context.clear_cookies()
        if user:
            client.force_login(user)
            cookie = client.cookies["sessionid"].value
            phone.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        phone.goto(live_server.url + path)
        check(name)

    def check(name: str) -> None:
        phone.screenshot(path=shots / f"{name}.png", full_page=True)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360, name
        assert phone.locator("h1").count() == 1, name
        found = Axe().run(phone)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"

    look("list", "/certificates/", learner)
    look("list-empty", "/certificates/", UserFactory())
    look("certificate", f"/certificates/{valid.uuid}/", learner)
    look("certificate-english", f"/en/certificates/{valid.uuid}/", learner)
    look("history-revoked", f"/certificates/{revoked.uuid}/why/", learner)
    look("verify", f"/v/{valid.verify_code}/")
    phone.fill("#no", valid.number.lower())
    phone.click("form.card button")
    check("verify-full")
    look("verify-revoked", f"/v/{revoked.verify_code}/")
    look("verify-superseded", f"/v/{old.verify_code}/")
    look("verify-unknown", "/v/nothing/")
    look("verify-search", "/verify/")
    look("register", "/desk/certificates/", registrar)
    look("register-certificate", f"/desk/certificates/{revoked.uuid}/", registrar)
    look("revoke", f"/desk/certificates/{valid.uuid}/revoke/", registrar)
    phone.fill("#id_reason", "重复发证")
    phone.click("form.card button")
    check("revoke-ask")
    assert re.search("查询页会马上显示“已撤销”", phone.content())
