"""The QR code on a page: SVG in the page itself, so that it costs no request and prints sharp."""

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


def qr_svg(address: str, label: str) -> SafeString:
    """This will draw the address, readable by a phone from the screen of another, with a name for screen readers."""
    path = segno.make(address, error="m", micro=False).svg_inline(
        border=2, omitsize=True, svgclass="qr", lineclass=None
    )
    return format_html('<svg role="img" aria-label="{}" {}', label, mark_safe(path.removeprefix("<svg ")))  # noqa: S308
