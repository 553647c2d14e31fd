from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock
from wagtail.images.models import SourceImageIOError

from .line import LineBlock

SMALL_DRAWING = 60_000  # bytes; a photograph saved as PNG is larger, and is squeezed like any other


def is_drawing(image) -> bool:
    """Is it a drawing of few colours, by its kind and size?"""
    return bool(image and image.filename.endswith(".png") and (image.get_file_size() or SMALL_DRAWING) < SMALL_DRAWING)


def bytes_on_a_phone(image) -> int:
    """This will give what a phone loads of a picture: the size its template asks for, however large the photograph is."""
    try:
        if is_drawing(image):
            return image.get_rendition("max-1024x1600|format-webp-lossless").file.size
        return image.get_rendition("max-1024x1600|format-webp").file.size
    except (SourceImageIOError, OSError):  # its file is gone: nothing is sent
        return 0


class PictureBlock(blocks.StructBlock):
    """A picture with the words that replace it for whoever cannot see it.

    A drawing of few colours is kept as it is: what makes a photograph small makes its letters blurred and it twice as large.
    """

    image = ImageChooserBlock(label=_("图片"))
    alt = LineBlock(max_length=200, label=_("替代文字"), help_text=_("看不见图的人靠它。写图里有什么，不写“图片”。"))
    caption = LineBlock(max_length=120, required=False, label=_("图注"))

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        context["is_drawing"] = is_drawing(value.get("image"))
        return context

    class Meta:
        icon = "image"
        label = _("图片")
        description = _("一张图，必须有替代文字；不放能认出孩子的照片")
        template = "blocks/picture_block.html"
        preview_value = {"image": None, "alt": "报告路线：先打 110，再告诉儿童督导员", "caption": "图 1　先报警"}
