"""Sound and film: the size is said before the bytes, nothing loads until asked, and every word is also there to read."""

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtailmedia.blocks import AudioChooserBlock, VideoChooserBlock

from .line import LineBlock


def transcript_of(recording) -> str:
    """This will give the transcript in the language now active, or in the other one rather than none."""
    if (get_language() or "").startswith("en"):
        return recording.transcript_en or recording.transcript_zh
    return recording.transcript_zh or recording.transcript_en


class RecordingBlock(blocks.StructBlock):
    """What audio and video share: neither is published without a transcript (content/checks.py); a draft may wait for it."""

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        if value["recording"]:
            context["transcript"] = transcript_of(value["recording"])
        return context


class AudioBlock(RecordingBlock):
    """A recording to listen to, usually of the page's own words."""

    title = LineBlock(max_length=60, label=_("标题"))
    recording = AudioChooserBlock(label=_("录音"))

    class Meta:
        icon = "wagtailmedia-audio"
        label = _("录音")
        description = _("点了才下载，旁边先写明时长和大小；必须有文字稿")
        template = "blocks/audio_block.html"
        preview_value = {"title": "听这一课", "recording": None}


class VideoBlock(RecordingBlock):
    """A film with captions and a transcript."""

    title = LineBlock(max_length=60, label=_("标题"))
    recording = VideoChooserBlock(label=_("录像"))

    class Meta:
        icon = "wagtailmedia-video"
        label = _("录像")
        description = _("点了才下载；必须有字幕和文字稿")
        template = "blocks/video_block.html"
        preview_value = {"title": "六十秒口头报告", "recording": None}
