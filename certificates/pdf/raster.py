"""A page of ours as a picture, for showing it inside a page."""

import io
from threading import Lock

import pypdfium2

ONE_AT_A_TIME = Lock()  # PDFium keeps its state in the process


def draw_picture(pdf: bytes, width: int) -> bytes:
    """This will draw the first page as a PNG of that width."""
    with ONE_AT_A_TIME, pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        image = page.render(scale=width / page.get_width()).to_pil()
        page.close()
    png = io.BytesIO()
    image.convert("RGB").quantize(128).save(png, "PNG", optimize=True)
    return png.getvalue()
