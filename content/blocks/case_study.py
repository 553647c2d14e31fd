from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .line import LineBlock, OneOfBlock

VERDICTS = [("good", _("好的做法")), ("weaker", _("还差一点")), ("critical", _("关键错误"))]


class ChoiceBlock(blocks.StructBlock):
    """One thing that a colleague might do here, and what it leads to for the child."""

    text = LineBlock(max_length=300, label=_("做法"))
    verdict = OneOfBlock(choices=VERDICTS, default="weaker", label=_("怎么样"))
    consequence = blocks.TextBlock(rows=2, label=_("对孩子意味着什么"))

    class Meta:
        icon = "arrow-right"
        label = _("一种做法")


class ForkBlock(blocks.StructBlock):
    """One decision of the case."""

    question = LineBlock(max_length=200, label=_("路口"))
    text = blocks.RichTextBlock(features=["bold"], required=False, label=_("说明"))
    choices = blocks.ListBlock(ChoiceBlock(), min_num=2, max_num=5, label=_("做法"))

    class Meta:
        icon = "order"
        label = _("一个路口")


class CaseStudyBlock(blocks.StructBlock):
    """A composite story with decisions; each choice opens to what it would lead to. Works without script."""

    title = LineBlock(max_length=80, label=_("案例名"))
    text = blocks.RichTextBlock(features=["bold"], label=_("故事"), help_text=_("合成故事：不写真名、真地名、真日期。"))
    forks = blocks.ListBlock(ForkBlock(), min_num=1, max_num=4, label=_("路口"))

    class Meta:
        icon = "user"
        label = _("案例")
        description = _("合成故事，两到四个路口；每种做法写明对孩子意味着什么")
        template = "blocks/case_study_block.html"
        preview_value = {
            "title": "阿木家门口",
            "text": "<p>天快黑了，你还站在门口。</p>",
            "forks": [
                {
                    "question": "路口一：你先做什么？",
                    "text": "",
                    "choices": [
                        {"text": "走出院子就打电话。", "verdict": "good", "consequence": "今晚有人管了。"},
                        {"text": "当着大伯问他。", "verdict": "critical", "consequence": "他当晚被骂了。"},
                    ],
                }
            ],
        }
