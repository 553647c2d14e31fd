"""Every block says what it is, previews itself, and is drawn so that it works without script."""

import json

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from wagtail.blocks import StreamBlock, StructBlockValidationError

from content.blocks import SelfCheckBlock, TableBlock, lesson_blocks
from content.models import Recording
from content.templatetags.law import article_in_words
from content.templatetags.size import minutes
from tests.factories.content import LawClauseFactory

PLACE = "5f1d1c1e-0000-4000-8000-000000000001"


def drawn(kind: str, value: dict) -> str:
    body = StreamBlock(lesson_blocks).to_python([{"type": kind, "value": value, "id": PLACE}])
    return render_to_string("content/_body.html", {"body": body})


@pytest.mark.parametrize("name", [name for name, _block in lesson_blocks])
def test_each_block_has_icon_description_preview_and_template(name, db):
    block = dict(lesson_blocks)[name]

    assert block.meta.icon != "placeholder"
    assert block.get_description()
    assert block.meta.template.startswith("blocks/")
    assert block.render(block.get_preview_value()) is not None


def test_a_law_excerpt_prints_law_article_version_and_that_the_words_are_ours(db):
    clause = LawClauseFactory(article="11.2", law__title_zh="未成年人保护法")
    value = {"clause": clause.pk, "paraphrase": "<p>要立即报告。</p>", "reading": "<p>写给你的。</p>"}

    with translation.override("zh-hans"):
        html = drawn("law", value)

    assert "《未成年人保护法》第十一条第二款" in html
    assert "2024年4月26日的版本，现行有效" in html
    assert "我们用自己的话转述" in html
    assert f'id="{PLACE}"' in html


@pytest.mark.parametrize(
    ("article", "zh"), [("8", "第八条"), ("10", "第十条"), ("21", "第二十一条"), ("103", "第一百零三条"),
                        ("117", "第一百一十七条"), ("110", "第一百一十条"), ("11.2", "第十一条第二款"), ("p1", "第一部分"), ("p4.1", "第四部分（一）")]
)  # fmt: skip
def test_articles_are_numbered_as_in_the_law(article, zh):
    with translation.override("zh-hans"):
        assert article_in_words(article) == zh


def test_parts_of_a_policy_paper_are_not_called_articles():
    with translation.override("en"):
        assert (article_in_words("p4.1"), article_in_words("11.2")) == ("Part 4(1)", "Article 11(2)")


def test_a_case_opens_each_choice_without_script_and_says_that_it_is_a_composite():
    choices = [
        {"text": "当面问", "verdict": "critical", "consequence": "孩子被骂了"},
        {"text": "走开就打电话", "verdict": "good", "consequence": "有人管了"},
    ]
    forks = [{"question": "先做什么？", "text": "", "choices": choices}]

    html = drawn("case", {"title": "阿木", "text": "<p>天快黑了。</p>", "forks": forks})

    assert "合成故事" in html
    assert html.count("<details>") == 2
    assert "关键错误" in html
    assert "<script" not in html


def test_a_self_check_is_named_by_its_block_and_opens_its_feedback_without_script():
    options = [
        {"text": "甲", "verdict": "good", "feedback": "对了"},
        {"text": "乙", "verdict": "weaker", "feedback": "差"},
    ]

    html = drawn("self_check", {"question": "你会怎么做？", "options": options})

    assert f'data-self-check="{PLACE}"' in html
    assert html.count('type="radio"') == 2
    assert "<details>" in html


def test_words_are_escaped():
    html = drawn("section", {"heading": "<script>alert(1)</script>", "text": "<p>好</p>"})

    assert "<script>" not in html


def test_a_self_check_without_a_good_option_is_refused():
    block = SelfCheckBlock()
    options = [
        {"text": "甲", "verdict": "weaker", "feedback": "差"},
        {"text": "乙", "verdict": "critical", "feedback": "差"},
    ]

    with pytest.raises(StructBlockValidationError):
        block.clean(block.to_python({"question": "问", "options": options}))


def test_a_table_with_a_short_row_is_refused():
    block = TableBlock()

    with pytest.raises(StructBlockValidationError):
        block.clean(block.to_python({"caption": "", "head": ["甲", "乙"], "rows": [["一"]]}))


def test_a_recording_says_its_length_first_and_every_word_is_there_to_read(db):
    recording = Recording.objects.create(
        title="第 5 课", type="audio", file="media/a.m4a", duration=520, transcript_zh="逐字稿"
    )

    with translation.override("zh-hans"):
        html = drawn("audio", {"title": "听这一课", "recording": recording.pk})
    assert 'preload="none"' in html
    assert "8 分 40 秒" in html
    assert "逐字稿" in html


def test_length_in_words():
    with translation.override("zh-hans"):
        assert (minutes(59.6), minutes(8), minutes(None)) == ("1 分 0 秒", "8 秒", "0 秒")


def test_the_migrations_hold_no_block_definition():
    from content.models import InfoPage

    _name, _path, args, kwargs = InfoPage._meta.get_field("body").deconstruct()

    assert args == [[]]
    assert "block_lookup" not in json.dumps(list(kwargs))
