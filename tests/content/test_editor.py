"""The checks at the editor: each fault is made in its real form, is told with its place and mending, is mended and goes."""

import json
from datetime import timedelta
from io import BytesIO
from random import Random

import pytest
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from wagtail.models import TaskState
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield
from wagtail.users.models import UserProfile

from content.models import InfoPage, Picture, Recording
from courses.models import LessonPage
from people.models import RoleGrant
from tests.content.editor_desk import SENTENCE, decide
from tests.factories.content import home_page

pytestmark = pytest.mark.django_db
Role = RoleGrant.Role
PLACE = "5f1d1c1e-0000-4000-8000-000000000001"
ANCHOR = f"#block-{PLACE}-section"
SUBMITTED = "in_progress"


@pytest.fixture(autouse=True)
def _files_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def body(kind: str, value: dict) -> dict:
    """A first block that is well, and this one after it."""
    form = streamfield([("point", {"text": rich_text(f"<p>{SENTENCE}</p>")}), (kind, value)])
    form["1"]["id"] = PLACE
    return form


def point(words: str) -> dict:
    return body("point", {"text": rich_text(f"<p>{words}</p>")})


def picture(width: int, height: int) -> Picture:
    """A photograph that hardly gets smaller: noise."""
    file = BytesIO()
    Image.frombytes("RGB", (width, height), Random(4).randbytes(width * height * 3)).save(file, "JPEG")
    return Picture.objects.create(title="村口", alt_text="村口", file=ImageFile(file, "a.jpg"))


def steps() -> list[str]:
    return list(TaskState.objects.order_by("pk").values_list("status", flat=True))


@pytest.mark.parametrize(
    ("fault", "mending", "mended"),
    [
        ("他的号码是11010519491231002X。", "删掉身份证号", "他的身份证号不写。"),
        ("找他打13800138000。", "删掉手机号", "找儿童督导员。"),
        ("石岭村小学的学生李小明两天没来。", "学校和孩子的名字不能写在一起", "村小的阿木两天没来。"),
    ],
)
def test_what_tells_who_a_child_is_stops_until_it_is_mended(editor, fault, mending, mended):
    refused = editor(Role.TRAINER, body=point(fault), action_submit="1")
    html = refused.content.decode()

    assert (refused.status_code, steps()) == (200, [])
    assert "<li>正文第 2 块，要点：" in html, "said first"
    assert f'<a href="{ANCHOR}">正文第 2 块，要点</a>' in html, "and led to"
    assert json.dumps(mending)[1:-1] in html, "and said at the block"
    assert editor(Role.TRAINER, body=point(mended), action_submit="1").status_code == 302
    assert steps() == [SUBMITTED]


def test_a_film_without_words_is_a_draft_and_stops_until_it_has_them(editor):
    film = Recording.objects.create(title="六十秒口头报告", type="video", file="media/a.mp4", duration=60)
    form = body("video", {"title": "看一遍", "recording": film.pk})

    draft = editor(Role.TRAINER, body=form)
    refused = editor(Role.TRAINER, body=form, action_submit="1")
    html = refused.content.decode()
    film.transcript_zh = "逐字稿"
    film.save()
    halfway = editor(Role.TRAINER, body=form, action_submit="1").content.decode()
    film.captions.save("a.vtt", ContentFile(b"WEBVTT\n"))

    assert (draft.status_code, refused.status_code, steps()) == (302, 200, [])
    assert (
        f'<a href="{ANCHOR}">正文第 2 块，录像</a> · 六十秒口头报告<br>还没有文字稿。先到“媒体”里补上文字稿。' in html
    )
    assert f'<a href="{ANCHOR}">正文第 2 块，录像</a> · 六十秒口头报告<br>还没有字幕。' in html
    assert ("还没有文字稿" in halfway, "还没有字幕" in halfway) == (False, True)
    assert editor(Role.TRAINER, body=form, action_submit="1").status_code == 302
    assert steps() == [SUBMITTED]


def warned(editor, lesson, form: dict) -> tuple[str, str]:
    """What she reads after handing it in, and what the next step reads above the fields."""
    assert editor(Role.TRAINER, body=form, action_submit="1").status_code == 302
    hers = editor.client.get(reverse("wagtailadmin_explore", args=[lesson.get_parent().pk])).content.decode()
    editor.client.force_login(editor.people[Role.REVIEWER])
    return hers, editor.client.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk])).content.decode()


def test_a_law_without_article_or_version_is_warned_of_and_mended(editor, lesson):
    hers, next_step = warned(editor, lesson, point("《未成年人保护法》第十一条说要报告。"))
    decide(editor, Role.REVIEWER, "reject", "写明版本")
    after, after_next = warned(editor, lesson, point("《未成年人保护法》（2024年修正）第十一条说要报告。"))

    way = f"{reverse('wagtailadmin_pages:edit', args=[lesson.pk])}{ANCHOR}"
    assert (
        f'<a href="{way}" style="color:inherit">正文第 2 块，要点</a> · 《未成年人保护法》<br>写明哪一年的版本、第几条'
        in hers
    )
    assert f'<a href="{ANCHOR}">正文第 2 块，要点</a> · 《未成年人保护法》' in next_step
    assert "写明哪一年的版本" not in after + after_next
    assert steps() == ["rejected", SUBMITTED]


def test_a_lesson_over_its_data_is_warned_of_and_mended(editor, lesson):
    heavy, light = picture(1000, 1400), picture(200, 150)
    hers, next_step = warned(editor, lesson, body("picture", {"image": heavy.pk, "alt": "村口", "caption": ""}))
    decide(editor, Role.REVIEWER, "reject", "图小一点")
    after, after_next = warned(editor, lesson, body("picture", {"image": light.pk, "alt": "村口", "caption": ""}))

    assert "整页" in hers
    assert "最多 500 KB" in hers
    assert "最多 500 KB" in next_step
    assert "最多 500 KB" not in after + after_next
    assert steps() == ["rejected", SUBMITTED]


def test_a_translation_older_than_its_original_is_warned_of_until_it_is_gone_over(editor, lesson):
    english = LessonPage.objects.get(course__code="C04", number=4, locale__language_code="en")
    LessonPage.objects.filter(pk=english.pk).update(latest_revision_created_at=timezone.now() - timedelta(days=1))
    lesson.save_revision().publish()
    address = reverse("wagtailadmin_pages:edit", args=[english.pk])
    editor.client.force_login(editor.people[Role.TRAINER])

    before = editor.client.get(address).content.decode()
    sent = editor(Role.TRAINER, page=english, body=point("Say what you saw."), action_submit="1")
    after = editor.client.get(address).content.decode()

    assert "整页" in before
    assert "中文改过以后，译文还没有跟上。请对照着改一遍。" in before
    assert sent.status_code == 302
    assert "译文还没有跟上" not in after


def test_what_the_editor_saves_by_itself_is_looked_through_at_once(editor):
    saved = editor(Role.TRAINER, body=point("打13800138000"), headers={"Accept": "application/json"}).json()

    assert saved["success"]
    assert 'data-w-teleport-target-value="[data-checks]"' in saved["html"]
    assert f'<a href="{ANCHOR}">正文第 2 块，要点</a>' in saved["html"]


def test_who_opens_a_page_that_came_back_reads_why_and_from_whom(editor, lesson):
    address = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    editor(Role.TRAINER, action_submit="1")
    decide(editor, Role.REVIEWER, "reject", "第 2 段写具体一点")
    editor.client.force_login(editor.people[Role.TRAINER])

    back = editor.client.get(address).content.decode()
    editor(Role.TRAINER, words=SENTENCE + "现在就说。", action_submit="1")
    again = editor.client.get(address).content.decode()

    who = editor.people[Role.REVIEWER].name
    assert f"<b>请再改改</b> · 内容审核 · {who} · " in back
    assert "<p>第 2 段写具体一点</p>" in back
    assert back.index("第 2 段写具体一点") < back.index('name="title"')
    assert "请再改改" not in again


def test_versions_are_compared_in_the_words_of_the_form(editor, lesson):
    note = {"title": "存好电话", "text": rich_text("<p>现在就存。</p>")}
    editor(Role.TRAINER, body=body("callout", {"tone": "do", **note}))
    first = LessonPage.objects.get(pk=lesson.pk).latest_revision_id
    editor(Role.TRAINER, body=body("callout", {"tone": "danger", **note}))
    second = LessonPage.objects.get(pk=lesson.pk).latest_revision_id

    compared = editor.client.get(reverse("wagtailadmin_pages:revisions_compare", args=[lesson.pk, first, second]))

    html = compared.content.decode()
    assert '<span class="deletion">这样做</span><span class="addition">不要这样</span>' in html
    assert ">do<" not in html
    assert ">danger<" not in html


def test_a_line_keeps_no_break_and_the_menu_calls_her_by_name(editor, lesson):
    editor(
        Role.TRAINER,
        title="看见\r\n就说",
        body=body("section", {"heading": "一处\n说不通", "text": rich_text("<p>说。</p>")}),
    )

    draft = LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object()
    menu = editor.client.get(reverse("wagtailadmin_home")).content.decode()
    trainer = editor.people[Role.TRAINER]
    assert (draft.title, draft.body[1].value["heading"]) == ("看见 就说", "一处 说不通")
    assert f'"name": "{trainer.name}"'.encode("unicode_escape").decode() in menu or f'"name": "{trainer.name}"' in menu
    assert f'"name": "{trainer.login_number}"' not in menu


@pytest.mark.parametrize("title", ["？！", "……", "\ufffd"])
def test_a_title_of_signs_alone_makes_a_page_all_the_same(editor, title):
    home = home_page()
    editor.client.force_login(editor.people[Role.TRAINER])
    form = {"title": title, "summary": "", "review_notes": "", "comments": inline_formset([])}
    form |= {"body": streamfield([("point", {"text": rich_text("<p>先说结论。</p>")})])}
    address = reverse("wagtailadmin_pages:add", args=["content", "infopage", home.pk])

    answers = [editor.client.post(address, nested_form_data(form)) for _twice in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert list(InfoPage.objects.filter(title=title).values_list("slug", flat=True)) == ["infopage", "infopage-2"]


def test_how_her_desk_looks_is_hers_to_set_and_her_name_is_not_set_there(editor):
    trainer = editor.people[Role.TRAINER]
    editor.client.force_login(trainer)
    address = reverse("wagtailadmin_account")
    form = editor.client.get(address).content.decode()

    looks = {
        "theme-theme": "dark",
        "theme-density": "snug",
        "theme-contrast": "system",
        "theme-keyboard_shortcuts": "on",
    }
    answer = editor.client.post(
        address, looks | {"locale-preferred_language": "", "locale-current_time_zone": "Asia/Shanghai"}
    )

    assert answer.status_code == 302, answer.context["panels_by_tab"] if answer.context else ""
    assert UserProfile.objects.get(user=trainer).theme == "dark"
    assert "name_email" not in form
    assert 'type="file"' not in form
