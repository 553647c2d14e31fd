from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock

from .line import LineBlock


class DownloadBlock(blocks.StructBlock):
    """A file to take away; its size stands on the button."""

    title = LineBlock(max_length=80, label=_("按钮上写什么"))
    document = DocumentChooserBlock(label=_("文件"))

    class Meta:
        icon = "download"
        label = _("下载")
        description = _("能存下来、印出来的一页；按钮上写明大小")
        template = "blocks/download_block.html"
        preview_value = {"title": "存下第一小时清单", "document": None}
