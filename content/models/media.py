import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtailmedia.models import AbstractMedia


class Picture(AbstractImage):
    """A picture of the site. Its form decodes and re-encodes it: GPS, names and anything hidden are gone."""

    alt_text = models.CharField(
        _("替代文字"), max_length=200, help_text=_("看不见图的人靠它。写图里有什么，不写“图片”。")
    )
    credit = models.CharField(_("来源"), max_length=200, blank=True)

    admin_form_fields = ("title", "file", "alt_text", "credit", "collection", "tags")

    class Meta(AbstractImage.Meta):
        verbose_name = _("图片")
        verbose_name_plural = _("图片")

    @property
    def default_alt_text(self):
        return self.alt_text

    def get_upload_to(self, filename):
        """The file's own name may be a person's: it goes no further than the title."""
        return f"original_images/{uuid.uuid4().hex}.{filename.rpartition('.')[2].lower()}"


class Rendition(AbstractRendition):
    """One size of a picture."""

    image = models.ForeignKey(Picture, models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_per_filter")
        ]


class Recording(AbstractMedia):
    """A recording or film. A film needs captions, both need a transcript, before a lesson with them is published."""

    transcript_zh = models.TextField(_("文字稿"), blank=True)
    transcript_en = models.TextField(_("文字稿（英文）"), blank=True)
    captions = models.FileField(_("字幕（WebVTT）"), upload_to="captions", blank=True)

    admin_form_fields = (
        "title",
        "file",
        "collection",
        "duration",
        "width",
        "height",
        "thumbnail",
        "captions",
        "transcript_zh",
        "transcript_en",
        "tags",
    )

    class Meta:
        verbose_name = _("录音录像")
        verbose_name_plural = _("录音录像")
