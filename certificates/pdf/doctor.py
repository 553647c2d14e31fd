"""What certificates need on this machine and do not find, each with the command that mends it."""

import ctypes
from importlib.util import find_spec
from pathlib import Path

from .fonts import HANAZONO, RARE, is_prepared

LIBRARIES = {  # as WeasyPrint 70 looks for them (weasyprint/text/ffi.py): Linux, then macOS
    "libpango-1.0-0": ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    "libpangoft2-1.0-0": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    # Pango does not pull this one in. Without it nothing fails: a certificate takes seven seconds.
    "libharfbuzz-subset0": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
}
PACKAGES = {
    "weasyprint": "weasyprint==70.0",
    "pikepdf": "pikepdf",
    "pyhanko": "pyhanko==0.38.0",
    "segno": "segno",
    "fontTools": "fonttools",
    "PIL": "pillow",
    "pylopdf_fonts_zh_cn": "pylopdf-fonts-zh-cn==0.1.1",
}


def missing(fonts: Path) -> list[str]:
    """This will look for libraries, packages and prepared fonts, without loading WeasyPrint."""
    found = [
        f"{debian} is missing: apt-get install {debian}" for debian, names in LIBRARIES.items() if not _loads(names)
    ]
    found += [f"{name} is missing: pip install {pip}" for name, pip in PACKAGES.items() if find_spec(name) is None]
    prepare = f"python -m certificates.pdf.fonts {fonts}"
    if not HANAZONO.exists() and not (fonts / RARE).exists():
        found.append(
            "optional: fonts-hanazono is missing, names with characters of Extension B are refused: "
            f"apt-get install fonts-hanazono && {prepare}"
        )
    if not is_prepared(fonts):
        found.append(f"the certificate's fonts are not prepared: {prepare}")
    return found


def _loads(names: tuple[str, ...]) -> bool:
    for name in names:
        try:
            ctypes.CDLL(name)
            return True
        except OSError:
            continue
    return False
