"""Anybody scans the code: what is shown, what is not, and that the unknown is answered alike."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from redis.exceptions import ConnectionError as RedisAway

from certificates.numbers import new_code
from certificates.services import reinstate_certificate, replace_certificate, revoke_certificate
from people.models.ledger import unsealed
from tests.factories.certificates import AT, CertificateFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
LOCAL = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "verify"}}


@pytest.fixture(autouse=True)
def _that_december(settings):
    """The shared cache is a table of the database: queries of the limiter would be counted as the page's."""
    settings.CACHES = LOCAL
    cache.clear()
    with time_machine.travel("2026-12-02 01:15:00+00:00", tick=False):
        yield


@pytest.fixture
def certificate():
    return CertificateFactory(learner__name="田春梅", learner__phone="13900010002")


def page_of(client, certificate, **kwargs) -> str:
    return client.get(f"/v/{certificate.verify_code}/", **kwargs).content.decode()


def test_the_page_shows_status_masked_name_programme_hours_dates_and_issuer(
    client, certificate, django_assert_num_queries
):
    with django_assert_num_queries(2):  # the certificate, and the title that stands on its paper
        answer = client.get(f"/v/{certificate.verify_code}/")

    page = answer.content.decode()
    for part in ("这张证书有效", "有效期到 2027年12月31日", "田**", "儿童主任上岗必修，25 学时", "共青团青禾县委员会"):
        assert part in page
    for day in ("2026年11月27日", "2026年12月2日 09:15"):
        assert day in page
    for private in ("春梅", certificate.number, "13900010002", certificate.organisation_name, certificate.region_name):
        assert private not in page
    assert answer["Cache-Control"] == "no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_the_number_on_the_paper_opens_the_rest_but_never_the_name(client, certificate):
    address = f"/v/{certificate.verify_code}/"
    typed = certificate.number.replace("-", " ").lower().replace("0", "０")

    page = client.post(address, {"number": typed}).content.decode()
    wrong = client.post(address, {"number": "QM-2026-990321-000124-9"}).content.decode()

    for part in ("编号对得上", certificate.number, certificate.region_name, "完好，发证后登记内容没有改动"):
        assert part in page
        assert part not in wrong
    assert "春梅" not in page
    assert "对不上" in wrong


def test_a_row_changed_past_the_seal_does_not_pass_as_signed(client, certificate):
    with unsealed(), connection.cursor() as cursor:
        cursor.execute("UPDATE certificates_certificate SET name = '张三丰'")

    page = client.post(f"/v/{certificate.verify_code}/", {"number": certificate.number}).content.decode()

    assert "对不上，请向发证单位核实" in page


def test_a_revocation_shows_at_once_and_so_does_its_end(client, certificate):
    act = {"certificate": certificate, "actor": UserFactory()}
    now = datetime(2026, 12, 2, 1, 15, tzinfo=UTC)
    assert "这张证书有效" in page_of(client, certificate)

    revoke_certificate(**act, reason="保密的原因", at=now)
    revoked = page_of(client, certificate)
    reinstate_certificate(**act, reason="复核", at=now)

    assert "这张证书已撤销" in revoked
    assert "从 2026年12月2日起不再有效" in revoked
    assert "保密的原因" not in revoked
    assert "这张证书有效" in page_of(client, certificate)


def test_the_last_day_counts_in_shanghai(client, certificate):
    with time_machine.travel("2027-12-31 15:59:59+00:00", tick=False):
        assert "这张证书有效" in page_of(client, certificate)
    with time_machine.travel("2027-12-31 16:00:00+00:00", tick=False):
        assert "这张证书已过期" in page_of(client, certificate)


def test_an_old_certificate_leads_to_its_successor(client, certificate):
    new = replace_certificate(certificate=certificate, actor=UserFactory(), reason="更正", at=AT + timedelta(days=1))

    page = page_of(client, certificate)

    assert "已由新证书接替" in page
    assert f'href="/v/{new.verify_code}/"' in page


def test_unknown_and_malformed_are_answered_alike_to_the_byte(client, certificate):
    codes = [new_code(), "x", "0" * 17, certificate.verify_code[:-1], "..%2f", "9" * 500, "田春梅", "'or 1=1"]
    answers = [client.get(f"/v/{code}/") for code in codes]
    answers += [client.post(f"/v/{codes[0]}/", {"number": certificate.number})]
    answers += [client.post("/verify/", {"what": what}) for what in ("QM-2026-990321-000124-9", "QM", "随便")]
    answers += [client.get(f"/v/{code}/credential.json") for code in codes[:2]]

    assert {(a.status_code, a.content) for a in answers} == {(404, answers[0].content)}
    assert len({tuple(sorted(a.headers.items())) for a in answers}) == 1
    assert not re.search(rb'name="csrf', answers[0].content)


@pytest.mark.parametrize(
    "change",
    [str.lower, lambda c: f" {c[:4]}-{c[4:]} ", lambda c: c.translate({i: i + 0xFEE0 for i in range(48, 91)})],
)
def test_the_search_leads_a_code_to_its_page(client, certificate, change):
    answer = client.post("/verify/", {"what": change(certificate.verify_code)})

    assert (answer.status_code, answer["Location"]) == (302, f"/v/{certificate.verify_code}/")


def test_the_search_takes_a_number_and_does_not_tell_the_code(client, certificate):
    page = client.post("/verify/", {"what": certificate.number}).content.decode()

    assert "这张证书有效" in page
    assert certificate.region_name in page
    assert certificate.verify_code not in page
    assert "春梅" not in page
    assert "证书编号或查询码" in client.get("/verify/").content.decode()


def test_numbers_cannot_be_counted_through(client, certificate):
    statuses = [client.post("/verify/", {"what": f"QM-2026-990321-{n:06d}-0"}).status_code for n in range(61)]
    last = client.post("/verify/", {"what": certificate.number})

    assert statuses == [404] * 60 + [429]
    assert (last.status_code, last["Retry-After"]) == (429, "900")
    assert client.get(f"/v/{certificate.verify_code}/").status_code == 200  # codes go on


def test_one_address_may_look_up_only_so_often(client, certificate):
    statuses = [client.get(f"/v/{certificate.verify_code}/").status_code for _ in range(121)]
    last = client.get(f"/v/{certificate.verify_code}/")

    assert statuses == [200] * 120 + [429]
    assert last["Retry-After"] == "60"
    assert "查得太快了" in last.content.decode()
    assert client.get(f"/v/{certificate.verify_code}/", REMOTE_ADDR="203.0.113.9").status_code == 200


def test_with_the_cache_away_certificates_can_still_be_verified(client, certificate, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:9"}
    }

    with pytest.raises(RedisAway):
        cache.get("x")
    assert "这张证书有效" in page_of(client, certificate)


def test_the_credential_is_served_byte_for_byte(client, certificate):
    answer = client.get(f"/v/{certificate.verify_code}/credential.json")

    assert answer.content.decode() == certificate.credential
    assert json.loads(answer.content)["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert answer["Content-Type"].startswith("application/ld+json")


def test_english_visitors_read_english_titles(client, certificate):
    page = client.get(f"/en/v/{certificate.verify_code}/").content.decode()

    assert "Induction for village child-welfare directors" in page
    assert "Qinghe County Committee of the Youth League" in page
