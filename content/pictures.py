"""Decodes an uploaded picture completely and draws it again: what was hidden in the file stays behind.

EXIF with its GPS and names, comments, colour profiles, trailing archives and scripts are gone, since only pixels are
carried over. A file that cannot be decoded, or would be too large when decoded, is refused with a sentence.
"""

import warnings
from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

MAX_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
SAVING = {"JPEG": {"quality": 88, "optimize": True}, "PNG": {"optimize": True}, "WEBP": {"quality": 88}}


def redraw(data: bytes) -> tuple[bytes, str]:
    """This will give a picture drawn anew and its format. Raises ValidationError with a sentence for the uploader."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow only warns of a decompression bomb
            with Image.open(BytesIO(data), formats=FORMATS) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise ValidationError(_("图太大了，超过 4000 万像素。请缩小以后再传。"), code="too_many_pixels")
                kind = opened.format
                upright = ImageOps.exif_transpose(opened)
                upright.load()
                mode = "RGB" if kind == "JPEG" or not upright.has_transparency_data else "RGBA"
                clean = Image.new(mode, upright.size)
                clean.paste(upright.convert(mode))
    except ValidationError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(_("图太大了，超过 4000 万像素。请缩小以后再传。"), code="too_many_pixels") from error
    except Exception as error:  # a malformed file raises almost anything from inside a decoder
        raise ValidationError(
            _("这张图打不开，可能传到一半断了，也可能不是 JPG、PNG 或 WebP。请换一张，或重新导出再传。"),
            code="invalid_image",
        ) from error
    drawn = BytesIO()
    clean.save(drawn, kind, **SAVING[kind])
    return drawn.getvalue(), kind


def redraw_in_place(upload) -> None:
    """This will replace the bytes of an uploaded file by the redrawn picture, wherever the file is used next.

    In place, because Wagtail's multiple upload keeps the file itself when the form lacks a field, past the form.
    """
    upload.seek(0)
    drawn, _kind = redraw(upload.read())
    upload.file.seek(0)
    upload.file.truncate()
    upload.file.write(drawn)
    upload.file.flush()
    upload.file.seek(0)
    upload.size = len(drawn)
