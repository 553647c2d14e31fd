"""证书样式 through the door: who may change what, what is refused, what stays as it was."""

import io
import random
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image

from certificates import pdf, services
from certificates.facts import printed_facts
from certificates.models import Certificate, CertificateDesign, Seal
from certificates.models.design import FIRST_WORDS
from certificates.selectors import design_of
from people.models import AuditEntry
from people.services import GROUPS
from tests.certificates.design_desk import (
    PAGE,
    PREVIEW,
    Role,
    _a_desk,
    both,
    holder,
    issuer,
    registrar,
    ring,
    save,
    typed,
    upload,
    words_of,
)
from tests.certificates.pdf_help import weasyprint_leaves_a_file_open
from tests.certificates.test_pdf_hostile import listener
from tests.factories.certificates import CertificateFactory
from tests.factories.people import RegionFactory, RoleGrantFactory

pytestmark = [pytest.mark.django_db, weasyprint_leaves_a_file_open]
__all__ = ["_a_desk", "both", "issuer", "listener", "registrar"]


# --- saving


def test_a_registrar_saves_a_version_and_what_was_issued_before_keeps_its_own(client, issuer, registrar):
    before = CertificateFactory(issuer=issuer, issued_at=timezone.now())
    old = services.certificate_pdf(certificate=before, now=timezone.now())

    answer = save(client, issuer, title_zh="乡村护童培训证书", text_zh="学完下列课程，通过测试，特发此证。")

    assert answer.status_code == 302
    after = CertificateFactory(issuer=issuer, issued_at=timezone.now())
    new = services.certificate_pdf(certificate=after, now=timezone.now())
    assert [design.number for design in CertificateDesign.objects.order_by("number")] == [1, 2]
    assert (design_of(before).number, design_of(after).number) == (1, 2)
    assert (before.signatory, after.signatory) == ("", "主任 周明远")
    assert "乡村护童培训证书" in words_of(new)
    assert "主任周明远" in words_of(new)
    # the old one again, as it was: kept, and drawn anew when its file is lost
    assert services.certificate_pdf(certificate=before, now=timezone.now()) == old
    again = pdf.render(printed_facts(Certificate.objects.get(pk=before.pk)))
    assert words_of(again) == words_of(old)
    assert "乡村护童" not in words_of(again)
    page = client.get(reverse(PAGE, args=[issuer.code])).content.decode()
    assert registrar.name in page
    assert "换了签发人" in page
    entry = AuditEntry.objects.get(verb="certificate_design_made")
    assert (entry.actor, entry.details["number"], entry.details["seal_changed"]) == (registrar, 2, False)


def test_one_from_before_there_were_versions_is_printed_with_the_first(client, issuer, registrar):
    services.first_design(issuer=issuer, at=timezone.now())
    certificate = CertificateFactory(issuer=issuer)
    certificate.basis = {"requirement_set": 1}  # as it was frozen then
    save(client, issuer, title_zh="另一种培训证书")

    assert design_of(certificate).number == 1


def test_a_correction_takes_the_version_of_its_own_day(client, issuer, registrar):
    old = CertificateFactory(issuer=issuer, issued_at=timezone.now())
    save(client, issuer)

    new = services.replace_certificate(certificate=old, actor=registrar, reason="名字写错了", at=timezone.now())

    assert design_of(new).number == 2
    assert design_of(old).number == 1


def test_a_version_for_later_waits_for_its_day(client, issuer, registrar):
    day = timezone.localdate() + timedelta(days=10)
    save(client, issuer, in_force_from=day.isoformat())

    now = CertificateFactory(issuer=issuer, issued_at=timezone.now())
    then = CertificateFactory(issuer=issuer, issued_at=timezone.now() + timedelta(days=10))

    assert (design_of(now).number, design_of(then).number) == (1, 2)
    assert "将来用" in client.get(reverse(PAGE, args=[issuer.code])).content.decode()


def test_the_database_refuses_to_change_a_version_or_a_seal(client, issuer, both):
    client.post(reverse(PAGE, args=[issuer.code]), typed(seal=upload(ring())))
    assert Seal.objects.count() == 1

    for table in ("certificates_certificatedesign", "certificates_seal"):
        for change in (f"UPDATE {table} SET id = id + 100", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(change)


def test_whoever_saves_second_is_told_who_was_first_and_loses_nothing(client, issuer, registrar):
    save(client, issuer, note="先存的")

    answer = save(client, issuer, text_zh="我写的这一句。", note="后存的")

    assert answer.status_code == 409
    page = answer.content.decode()
    assert f"{registrar.name} 刚存了第 2 版（先存的）" in page
    assert "我写的这一句。" in page
    assert CertificateDesign.objects.count() == 2
    assert (
        save(client, issuer, note="再存", based_on=re.search(r'name="based_on" value="(\d+)"', page)[1]).status_code
        == 302
    )


def test_her_page_the_public_page_and_the_registrars_say_the_title_on_the_paper(client, issuer, registrar):
    old = CertificateFactory(issuer=issuer, region=issuer.region, issued_at=timezone.now())
    save(client, issuer, title_zh="乡村护童培训证书", title_en="Village Child Protection Training")
    new = CertificateFactory(issuer=issuer, region=issuer.region, issued_at=timezone.now())
    words = {}
    for certificate in (old, new):
        translation.activate("zh-hans")  # the English page before left its language in the thread
        client.force_login(registrar)
        asked = [
            client.get(reverse("verify", args=[certificate.verify_code])),
            client.get(reverse("reports:certificate", args=[certificate.uuid])),
            client.get(f"/en{reverse('verify', args=[certificate.verify_code])}"),
        ]
        translation.activate("zh-hans")
        client.force_login(certificate.learner)
        asked.append(client.get(reverse("certificate", args=[certificate.uuid])))
        words[certificate.pk] = [answer.content.decode() for answer in asked]

    public, desk, english, hers = words[new.pk]
    assert "乡村护童培训证书" in public
    assert "Village Child Protection Training" in english
    assert "第 2 版" in desk
    assert "乡村护童培训证书" in hers
    public, desk, english, hers = words[old.pk]
    assert "<dd>培训合格证书</dd>" in public
    assert "Certificate of Training" in english
    assert "第 1 版" in desk
    assert "乡村护童" not in hers


# --- what is refused


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text_zh": "很长" * 40}, "太长了：证书上这一行宽 210 毫米"),
        ({"title_zh": "培训合格证书" * 4}, "太长了：证书上这一行宽 210 毫米"),
        ({"signatory": "周" * 40}, "太长了：证书上这一行宽 77 毫米"),
        ({"lead_zh": "兹证明\U000e0001"}, "U+E0001"),
        ({"text_zh": "བཀྲ་ཤིས"}, "证书的字体里没有"),
        ({"title_zh": ""}, "这里还没写"),
        ({"title_zh": "国家职业资格证书"}, "标题里不能有“国家”"),
        ({"title_en": "National Certificate"}, "标题里不能有“National”"),
        ({"in_force_from": "2020-01-01"}, "这一天已经过了"),
        ({"in_force_from": "不知道"}, "输入一个有效的日期"),
        ({"note": ""}, "这里还没写"),
    ],
)
def test_what_has_no_room_or_no_letters_gets_a_sentence_at_its_place(client, issuer, registrar, changes, sentence):
    answer = save(client, issuer, **changes)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not CertificateDesign.objects.exists()
    every = save(client, issuer, **({"note": ""} | changes)).content.decode()  # all that is wrong, at once
    assert sentence in every
    assert "这里还没写" in every


@pytest.mark.parametrize(
    "data",
    [
        b"not a picture",
        ring()[:200],
        b"<svg onload=alert(1)>",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
        b"GIF89a" + b"\0" * 30,
    ],
)
def test_a_broken_seal_gets_a_sentence(client, issuer, both, data):
    for name in (PAGE, PREVIEW):
        answer = client.post(reverse(name, args=[issuer.code]), typed(seal=upload(data)))

        assert answer.status_code == 422
        assert "这张图打不开" in (str(answer.json()) if name == PREVIEW else answer.content.decode())
    assert not CertificateDesign.objects.exists()


def test_a_seal_of_any_bytes_is_a_picture_or_a_sentence(client, issuer, both):
    chance = random.Random(4)
    sound = ring(size=(60, 60))
    for _ in range(60):
        broken = bytearray(sound)
        for _ in range(chance.randint(1, 12)):
            broken[chance.randrange(8, len(broken))] = chance.randrange(256)
        try:
            assert pdf.normalise_seal(bytes(broken)).startswith(b"\x89PNG")
        except pdf.SealUnreadable:
            continue


# --- the seal


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "LA")]
)
def test_a_large_picture_of_any_kind_comes_out_small_and_upright(kind, mode):
    turned, data = Image.Exif(), io.BytesIO()
    turned[0x0112] = 6  # a phone held upright
    Image.new(mode, (5000, 2500)).save(data, kind, exif=turned)

    drawn = Image.open(io.BytesIO(pdf.normalise_seal(data.getvalue())))

    assert (drawn.size, drawn.mode) == ((300, 600), "RGBA")


def test_a_seal_is_drawn_anew_kept_with_its_version_and_printed(client, issuer, both, settings):
    exif = Image.Exif()
    exif[0x010F] = "金丝雀相机"
    exif.get_ifd(0x8825)[1] = "N"
    picture = ring(size=(900, 900), kind="JPEG", exif=exif)
    assert b"Exif" in picture

    client.post(reverse(PAGE, args=[issuer.code]), typed(seal=upload(picture)))

    seal = Seal.objects.get()
    png = bytes(seal.png)
    assert seal.uploaded_by == both
    assert Image.open(io.BytesIO(png)).size == (600, 600)
    assert b"Exif" not in png
    assert not Image.open(io.BytesIO(png)).getexif()
    certificate = CertificateFactory(issuer=issuer, issued_at=timezone.now())
    assert printed_facts(certificate).seal_png == png
    page = client.get(reverse(PAGE, args=[issuer.code])).content.decode()
    assert "会盖住发证单位和日期" in page  # a JPEG has no clear ground

    client.post(reverse(PAGE, args=[issuer.code]), typed(remove_seal="on", based_on="2"))

    assert CertificateDesign.objects.latest("number").seal is None
    assert printed_facts(Certificate.objects.get()).seal_png == png


def test_who_keeps_the_seal_changes_it_and_not_the_words(client, issuer):
    keeper = holder(client, Role.SEAL_KEEPER, issuer.region)
    page = client.get(reverse(PAGE, args=[issuer.code])).content.decode()
    tried = client.post(reverse(PREVIEW, args=[issuer.code]), typed(title_zh="别的培训证书", seal=upload(ring())))

    answer = client.post(reverse(PAGE, args=[issuer.code]), typed(title_zh="别的培训证书", seal=upload(ring())))

    design = CertificateDesign.objects.latest("number")
    assert "您掌管印章，可以换印章图；证书上的话由发证人改" in page
    assert 'name="seal"' in page
    assert "培训合格证书" in words_of(tried.content)
    assert answer.status_code == 302
    assert (design.made_by, design.seal, design.title_zh) == (keeper, Seal.objects.get(), "培训合格证书")
    assert design.signatory == ""


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.ADMINISTRATOR])
def test_who_does_not_keep_the_seal_sees_it_and_cannot_change_it(client, issuer, both, role):
    client.post(reverse(PAGE, args=[issuer.code]), typed(seal=upload(ring())))
    holder(client, role, issuer.region)

    page = client.get(reverse(PAGE, args=[issuer.code])).content.decode()
    refused = client.post(reverse(PAGE, args=[issuer.code]), typed(seal=upload(ring(size=(200, 200))), based_on="2"))
    client.post(reverse(PAGE, args=[issuer.code]), typed(remove_seal="on", based_on="2", note="只改字"))

    assert "现在的印章图" in page
    assert "您可以看印章，不能换" in page
    assert 'name="seal"' not in page
    assert refused.status_code == 422
    assert "印章由掌印人换" in refused.content.decode()
    assert Seal.objects.count() == 1
    assert CertificateDesign.objects.latest("number").note == "只改字"
    assert CertificateDesign.objects.latest("number").seal == Seal.objects.get()


def test_the_service_itself_asks_for_both_permissions(issuer):
    writer = RoleGrantFactory(role=Role.REGISTRAR, region=issuer.region).user
    keeper = RoleGrantFactory(role=Role.SEAL_KEEPER, region=issuer.region).user
    words = FIRST_WORDS | {"signatory": "", "signatory_post": ""}
    given = {"issuer": issuer, "in_force_from": timezone.localdate(), "note": "x", "based_on": 1, "at": timezone.now()}

    with pytest.raises(services.SealWithoutPermission):
        services.save_design(**given, words=words, seal_png=pdf.normalise_seal(ring()), made_by=writer)
    with pytest.raises(services.WordsWithoutPermission):
        services.save_design(**given, words=words | {"signatory": "周明远"}, made_by=keeper)

    assert not Seal.objects.exists()
    assert not CertificateDesign.objects.exists()


# --- who


@pytest.mark.parametrize("role", [Role.TRAINER, Role.REVIEWER, Role.LEGAL, Role.SAFEGUARDING, Role.STAFF, Role.LEARNER])
def test_others_are_refused(client, issuer, role):
    holder(client, role, issuer.region)

    assert client.get(reverse(PAGE, args=[issuer.code])).status_code in (302, 403)
    assert save(client, issuer).status_code in (302, 403)
    assert not CertificateDesign.objects.exists()


def test_a_registrar_of_an_installation_that_takes_the_words_from_her_is_refused(client, issuer, registrar):
    Permission.objects.get(codename="change_certificatedesign").group_set.clear()

    for address in ("certificate_designs", PAGE, "certificate_design_specimen"):
        args = {"certificate_designs": [], PAGE: ["QM"]}.get(address, ["QM", 1])
        assert client.get(reverse(address, args=args)).status_code in (302, 403)
    assert save(client, issuer).status_code in (302, 403)
    assert not CertificateDesign.objects.exists()


def test_the_permission_alone_opens_nothing_to_who_has_not_the_role_today(client, issuer):
    trainers = Group.objects.get(name=GROUPS[Role.TRAINER])
    trainers.permissions.add(Permission.objects.get(codename="change_certificatedesign"))
    holder(client, Role.TRAINER, issuer.region)

    for address in (
        reverse("certificate_designs"),
        reverse(PAGE, args=["QM"]),
        reverse("certificate_design_specimen", args=["QM", 1]),
    ):
        assert client.get(address).headers.get("Location") == "/admin/"


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.ADMINISTRATOR, Role.SEAL_KEEPER])
def test_an_issuer_of_another_place_has_no_page(client, issuer, role):
    CertificateFactory(issuer=issuer)
    holder(client, role, RegionFactory())

    for address in (
        reverse(PAGE, args=["QM"]),
        reverse("certificate_design_specimen", args=["QM", 1]),
    ):
        assert client.get(address).status_code == 404
    assert save(client, issuer).status_code == 404
    assert client.post(reverse(PREVIEW, args=["QM"]), typed()).status_code == 404
    listed = client.get(reverse("certificate_designs")).content.decode()
    assert issuer.name_zh not in listed
    assert "您管的地区里没有发证单位" in listed
    assert CertificateDesign.objects.count() == 1
