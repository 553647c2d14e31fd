"""Words: the scene a lesson opens with, its point, its sections and tables, and the sentence to take away."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .line import LineBlock

READING = ["h3", "bold", "ol", "ul", "link", "document-link"]


class SceneBlock(blocks.StructBlock):
    """A concrete moment in a village that ends in the lesson's question."""

    text = blocks.RichTextBlock(features=["bold"], label=_("经过"))

    class Meta:
        icon = "home"
        label = _("开场")
        description = _("村里的一个具体时刻，120 到 200 字，落在这一课的问题上")
        template = "blocks/scene_block.html"
        preview_value = {"text": "<p>傍晚，你去阿木家送作业本。他右手藏在身后。</p>"}


class PointBlock(blocks.StructBlock):
    """Two or three sentences that she could repeat to a colleague."""

    text = blocks.RichTextBlock(features=["bold"], label=_("要点"))

    class Meta:
        icon = "pick"
        label = _("要点")
        description = _("两三句话，她能转述给同事")
        template = "blocks/point_block.html"
        preview_value = {"text": "<p>怀疑就够了。查清楚是公安的事，看见和说出来是你的事。</p>"}


class SectionBlock(blocks.StructBlock):
    """One idea, one example, one thing to do. Without a heading it goes on with the section above."""

    heading = LineBlock(max_length=80, required=False, label=_("小标题"), help_text=_("不写就接着上一段"))
    text = blocks.RichTextBlock(features=READING, label=_("正文"))

    class Meta:
        icon = "pilcrow"
        label = _("正文一段")
        description = _("一个意思，一个例子，一件能做的事；小标题要说出意思")
        template = "blocks/section_block.html"
        preview_value = {"heading": "一处说不通，就过了门槛", "text": "<p>法律要的只是<b>疑似</b>。</p>"}


class TableBlock(blocks.StructBlock):
    """A small table: one heading row, then rows of as many cells."""

    caption = LineBlock(max_length=80, required=False, label=_("表的名称"))
    head = blocks.ListBlock(LineBlock(label=_("列名")), min_num=2, max_num=4, label=_("表头"))
    rows = blocks.ListBlock(
        blocks.ListBlock(LineBlock(required=False, label=_("格"))), min_num=1, max_num=12, label=_("各行")
    )

    def clean(self, value):
        value = super().clean(value)
        if any(len(row) != len(value["head"]) for row in value["rows"]):
            raise blocks.StructBlockValidationError(
                {"rows": ValidationError(_("有一行的格数和表头不一样。请补齐或删去多的一格。"))}
            )
        return value

    class Meta:
        icon = "table"
        label = _("表格")
        description = _("两到四列的小表，手机上一屏放得下")
        template = "blocks/table_block.html"
        preview_value = {"caption": "", "head": ["情形", "做什么"], "rows": [["正在发生", "打 110，陪着孩子"]]}


class OneSentenceBlock(blocks.StructBlock):
    """What to remember tonight."""

    text = blocks.RichTextBlock(features=["bold"], label=_("一句话"))

    class Meta:
        icon = "openquote"
        label = _("带走一句")
        description = _("今晚只记一句，就记这句")
        template = "blocks/one_sentence_block.html"
        preview_value = {"text": "<p>一处说不通，就打电话。</p>"}
