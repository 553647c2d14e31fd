from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .case_study import VERDICTS
from .line import LineBlock, OneOfBlock


class SelfCheckOptionBlock(blocks.StructBlock):
    """One option, and what would happen to the child if it were chosen."""

    text = LineBlock(max_length=300, label=_("选项"))
    verdict = OneOfBlock(choices=VERDICTS, default="weaker", label=_("怎么样"))
    feedback = blocks.TextBlock(rows=2, label=_("反馈：选了会怎样"))

    class Meta:
        icon = "radio-empty"
        label = _("选项")


class SelfCheckBlock(blocks.StructBlock):
    """A question that does not count. Its block id is what a phone's answer is kept under; feedback needs no script."""

    question = LineBlock(max_length=400, label=_("问题"))
    options = blocks.ListBlock(SelfCheckOptionBlock(), min_num=2, max_num=5, label=_("选项"))

    def clean(self, value):
        value = super().clean(value)
        if not any(option["verdict"] == "good" for option in value["options"]):
            raise blocks.StructBlockValidationError({"options": ValidationError(_("至少要有一个“好的做法”。"))})
        return value

    class Meta:
        icon = "help"
        label = _("自测")
        description = _("一个情形，三四种做法，每种都有反馈；不计分")
        template = "blocks/self_check_block.html"
        preview_value = {
            "question": "邻居悄悄告诉你，夜里常听到隔壁打孩子。你会怎么做？",
            "options": [
                {"text": "向派出所报告听到的内容。", "verdict": "good", "feedback": "邻居亲耳听到的，够得上“疑似”。"},
                {"text": "等自己看到伤再说。", "verdict": "weaker", "feedback": "等来的是下一次。"},
            ],
        }
