from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .line import LineBlock, OneOfBlock


class StepsBlock(blocks.StructBlock):
    """Steps in order, or a list of things to do or never to do, short enough for one phone screen."""

    title = LineBlock(max_length=80, label=_("清单名"))
    kind = OneOfBlock(
        choices=[("steps", _("一步一步")), ("yes", _("要做的")), ("no", _("不做的"))], default="steps", label=_("样子")
    )
    entries = blocks.ListBlock(
        blocks.RichTextBlock(features=["bold"], label=_("一条")), min_num=1, max_num=12, label=_("各条")
    )

    class Meta:
        icon = "list-ol"
        label = _("步骤或清单")
        description = _("五到九条，手机一屏放得下，能存能印")
        template = "blocks/steps_block.html"
        preview_value = {
            "title": "拿起电话之前",
            "kind": "steps",
            "entries": ["<p>看：孩子今晚安全吗？</p>", "<p>打：110 或派出所。</p>"],
        }
