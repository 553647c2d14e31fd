"""The issuer's seal: only ever an image that the issuer uploaded. The platform draws none, not even as an example."""

import io
from functools import lru_cache

LARGEST = 600  # pixels, over 42 mm: 360 dpi
LARGEST_UPLOAD = 6000  # pixels on a side, refused before anything is decoded


class SealUnreadable(ValueError):
    """The upload is no picture that can be printed."""


@lru_cache(maxsize=16)
def normalise_seal(upload: bytes) -> bytes:
    """This will make of a picture the PNG that a certificate takes: sRGB (CMYK breaks PDF/A-3a), small, no metadata."""
    from PIL import Image, ImageFile, ImageOps

    tolerant, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False  # WeasyPrint sets it to True
    try:
        with Image.open(io.BytesIO(upload), formats=("PNG", "JPEG", "WEBP")) as opened:
            if max(opened.size) > LARGEST_UPLOAD:
                raise SealUnreadable("the picture is larger than 6000 pixels")
            opened.draft(None, (LARGEST * 2, LARGEST * 2))  # a JPEG is then decoded small
            image = ImageOps.exif_transpose(_small(opened)).convert("RGBA")
    except SealUnreadable:
        raise
    except Exception as error:  # a malformed file raises almost anything from inside a decoder
        raise SealUnreadable(str(error)) from error
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = tolerant
    image.thumbnail((LARGEST, LARGEST))
    png, clean = io.BytesIO(), Image.new("RGBA", image.size)
    clean.paste(image)
    clean.save(png, "PNG", optimize=True)
    return png.getvalue()


def _small(opened):
    """About twice as large as it will be, in one pass: a web process must not hold 36 million pixels three times."""
    image = opened
    if image.mode not in ("L", "LA", "RGB", "RGBA") or "transparency" in image.info:
        image = image.convert("RGBA")
    times = max(image.size) // (2 * LARGEST)
    return image.reduce(times) if times > 1 else image


def covers_what_is_under_it(seal_png: bytes) -> bool:
    """Whether the picture has no clear ground: on the page it would hide the issuer's name and the date."""
    from PIL import Image

    with Image.open(io.BytesIO(seal_png), formats=("PNG",)) as image:
        alpha = image.convert("RGBA").getchannel("A").histogram()
    return sum(alpha[250:]) > 0.9 * sum(alpha)
