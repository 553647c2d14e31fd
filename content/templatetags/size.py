"""Sizes and lengths said before the bytes: 86 KB, 1.0 MB, 8 分 40 秒."""

import mimetypes

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter(name="bytes")
def bytes_in_words(file) -> str:
    """This will say how big a stored file is; nothing when the file is gone from the disk."""
    try:
        size = file.size
    except (FileNotFoundError, ValueError):
        return ""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / 1024 / 1024:.1f} MB"


@register.filter
def minutes(seconds: float | None) -> str:
    """This will say how long a recording is."""
    whole = round(seconds or 0)
    if whole < 60:
        return _("%(seconds)d 秒") % {"seconds": whole}
    return _("%(minutes)d 分 %(seconds)d 秒") % {"minutes": whole // 60, "seconds": whole % 60}


@register.filter
def media_type(file) -> str:
    """This will give the media type that a file's name promises."""
    return mimetypes.guess_type(file.name)[0] or "application/octet-stream"
