from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .line import LineBlock, OneOfBlock


class CalloutBlock(blocks.StructBlock):
    """A few words set apart: what to do, what never to do, what to say."""

    tone = OneOfBlock(
        choices=[("do", _("这样做")), ("danger", _("不要这样")), ("say", _("可以这样说"))],
        default="do",
        label=_("语气"),
    )
    title = LineBlock(max_length=60, label=_("标题"))
    text = blocks.RichTextBlock(features=["bold", "ul"], label=_("内容"))

    class Meta:
        icon = "warning"
        label = _("提示")
        description = _("要她记住的一两句话：做什么、不做什么、怎么说")
        template = "blocks/callout_block.html"
        preview_value = {
            "tone": "danger",
            "title": "村里说“先调解”，怎么办",
            "text": "<p>照样报。调解不能代替报告。</p>",
        }
