"""The drafts' plain writing becomes blocks, and a slip in a draft is found."""

import pytest

from content.demo.writing import DraftError, callout, chapters, rich, section, table


def test_rich_writes_paragraphs_lists_and_bold_and_escapes_the_rest():
    text = "先看 **这里** <b>不是</b>。\n\n- 一\n- 二\n\n1. 甲\n2. 乙\n"

    assert rich(text) == (
        "<p>先看 <b>这里</b> &lt;b&gt;不是&lt;/b&gt;。</p><ul><li>一</li><li>二</li></ul><ol><li>甲</li><li>乙</li></ol>"
    )


def test_rich_links_only_our_own_addresses_and_https():
    assert rich("[好](/help/) [坏](javascript:alert(1))") == '<p><a href="/help/">好</a> [坏](javascript:alert(1))</p>'


def test_section_keeps_tables_and_callouts_in_their_places():
    text = "前\n\n| 情形 | 做什么 |\n|---|---|\n| 甲 | 乙 |\n\n中\n\n> **✕ 不要这样说**\n> 你确定吗？\n\n后\n"

    blocks = list(section("标题", text))

    assert [kind for kind, _value in blocks] == ["section", "table", "section", "callout", "section"]
    assert blocks[0][1] == {"heading": "标题", "text": "<p>前</p>"}
    assert blocks[1][1] == {"caption": "", "head": ["情形", "做什么"], "rows": [["甲", "乙"]]}
    assert blocks[3][1] == {"tone": "danger", "title": "不要这样说", "text": "<p>你确定吗？</p>"}
    assert blocks[4][1] == {"heading": "", "text": "<p>后</p>"}


def test_chapters_split_at_one_level_only():
    assert chapters("## 一\n甲\n### 小\n乙\n## 二\n丙\n") == [("一", "甲\n### 小\n乙"), ("二", "丙")]


@pytest.mark.parametrize("lines", [["没有粗体"], ["**没完"]])
def test_callout_without_a_bold_line_is_refused(lines):
    with pytest.raises(DraftError):
        callout(lines)


def test_table_without_a_rule_is_refused():
    with pytest.raises(DraftError):
        table(["| 甲 | 乙 |", "| 丙 | 丁 |", "| 戊 | 己 |"])
