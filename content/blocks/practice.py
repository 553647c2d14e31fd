from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .line import LineBlock


class PracticeBlock(blocks.StructBlock):
    """Something done with voice, pen or feet, how to judge one's own, and a model answer that opens when asked."""

    title = LineBlock(max_length=80, label=_("练习名"))
    text = blocks.RichTextBlock(features=["bold", "ol", "ul"], label=_("怎么练"))
    checks = blocks.ListBlock(LineBlock(max_length=200, label=_("一条")), default=[], label=_("自己对照"))
    after = blocks.RichTextBlock(features=["bold", "ul"], required=False, label=_("对照以后"))
    answer = blocks.RichTextBlock(features=["h3", "bold", "ol", "ul"], label=_("示范"))

    class Meta:
        icon = "edit"
        label = _("练一练")
        description = _("用嘴、笔或脚做的事，八到十分钟；有对照的条目和示范")
        template = "blocks/practice_block.html"
        preview_value = {
            "title": "六十秒口头报告",
            "text": "<p>把阿木的事说一遍，不超过一分钟。</p>",
            "checks": ["我是谁", "孩子的原话"],
            "after": "",
            "answer": "<p>“你好，我是某村的儿童主任……”</p>",
        }
