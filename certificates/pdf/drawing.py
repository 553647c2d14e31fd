"""Facts -> the unsigned PDF. Loads WeasyPrint: for a worker, not for a web process."""

import io
import logging
import re
import zlib
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from threading import Lock

import pikepdf
import segno
from django.template import Context, Engine
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from .facts import CertificateFacts, DoesNotFit
from .finishing import finisher
from .fitting import fit_all
from .fonts import PROFILE, RARE, SERIF, FontsNotPrepared
from .seal import normalise_seal

HERE = Path(__file__).parent
ENGLISH_RESULTS = {"合格": "Pass"}
RARE_FACE = f'@font-face {{ font-family: "QM Rare"; src: url(certificate:{RARE}) }}'
ONE_AT_A_TIME = Lock()
LARGEST_QR = 45  # modules: on 29 mm more would be finer than a phone reads from a photocopy


class ForbiddenFetch(RuntimeError):
    """Something on the page asked for an address that the template does not name."""


class PageUnsound(RuntimeError):
    """WeasyPrint warned, or laid the certificate out on more than one page: it must not leave the house."""


class OnlyNamed(URLFetcher):
    """Serves what it was given by name, out of memory, and opens nothing else: no file, no network, no data: address.

    A fatal error, because WeasyPrint swallows others and the seal would silently be missing.
    """

    def __init__(self, **served: bytes):
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self._served = served

    def fetch(self, url, headers=None):
        scheme, _, name = url.partition(":")
        if scheme != "certificate" or name not in self._served:
            raise FatalURLFetchingError(url[:200])
        return URLFetcherResponse(url, self._served[name])


class _RaiseOnWarning(logging.Handler):
    """A missing glyph, a seal that cannot be decoded: WeasyPrint only logs them and goes on."""

    def emit(self, record):
        raise PageUnsound(record.getMessage())


class _Press:
    """What is the same on every certificate, made once per process: one font configuration, one ornament."""

    def __init__(self, fonts: Path):
        try:
            served = {SERIF: (fonts / SERIF).read_bytes()}
            profile = (fonts / PROFILE).read_bytes()
        except FileNotFoundError:
            raise FontsNotPrepared(fonts) from None
        css = (HERE / "certificate.css").read_text("utf-8")
        if (fonts / RARE).exists():
            served[RARE], css = (fonts / RARE).read_bytes(), RARE_FACE + css
        self.font_config = FontConfiguration()
        # CSS() without font_config ignores @font-face and says nothing.
        self.style = CSS(string=css, url_fetcher=OnlyNamed(**served), font_config=self.font_config)
        self.template = Engine().from_string((HERE / "certificate.html").read_text("utf-8"))
        self.finish = finisher(_draw_ornament(), profile)


@lru_cache(maxsize=1)
def _press(fonts: Path) -> _Press:
    logger = logging.getLogger("weasyprint")
    if not any(isinstance(handler, _RaiseOnWarning) for handler in logger.handlers):
        logger.addHandler(_RaiseOnWarning(logging.WARNING))
    return _Press(fonts)


def _draw_ornament() -> bytes:
    """The frame as a compressed content stream. Without `margin: 0` it lies 2 mm off and no validator says so."""
    bare = "<style>@page { size: 297mm 210mm; margin: 0 } body { margin: 0 } svg { display: block }</style>"
    svg = (HERE / "ornament.svg").read_text("utf-8")
    drawn = io.BytesIO(HTML(string=bare + svg, url_fetcher=OnlyNamed()).write_pdf())
    with pikepdf.open(drawn) as pdf:
        opaque = re.compile(rb"/[aA]1(\.0)? gs\s")  # names of graphics states that the certificate's page lacks
        return zlib.compress(opaque.sub(b"", pdf.pages[0].Contents.read_bytes()), 9)


def draw(facts: CertificateFacts, fonts: Path) -> bytes:
    """This will fit, lay out and write one certificate."""
    with ONE_AT_A_TIME:  # Pango's font configuration is shared by a web process's threads
        return _draw(facts, fonts)


def _draw(facts: CertificateFacts, fonts: Path) -> bytes:
    fitted = fit_all(facts, fonts)
    press = _press(fonts)
    qr = "" if facts.specimen else _qr(facts)
    context = fitted | {"facts": facts, "qr": qr, "result_en": ENGLISH_RESULTS.get(facts.result, "")}
    until = facts.valid_until_date and _day(facts.valid_until_date)
    context |= {"dates": _dates(facts), "issued": _day(facts.issued_date), "valid_until": until}
    html = press.template.render(Context(context, use_l10n=False))
    named = {"seal.png": normalise_seal(facts.seal_png)} if facts.seal_png else {}
    try:
        return _write(press, html, OnlyNamed(**named), facts)
    except FatalURLFetchingError as error:  # a BaseException: it would end the worker, not the task
        raise ForbiddenFetch(str(error)) from None


def _write(press: _Press, html: str, fetcher: OnlyNamed, facts: CertificateFacts) -> bytes:
    document = HTML(string=html, url_fetcher=fetcher).render(stylesheets=[press.style], font_config=press.font_config)
    if len(document.pages) != 1:
        raise PageUnsound("more than one page")
    midnight = datetime.combine(facts.issued_date, time())
    credential = Attachment(
        string=facts.credential_json,
        name="credential.json",
        description="Open Badges 3.0 credential",
        relationship="Data",
        created=midnight,
        modified=midnight,
    )
    document.metadata.attachments = [] if facts.specimen else [credential]
    return document.write_pdf(finisher=press.finish, pdf_variant="pdf/a-3a")


def _qr(facts: CertificateFacts) -> str:
    """As SVG: a PNG fine enough for every renderer to draw its modules evenly costs as much processor time."""
    code = segno.make(facts.verify_url, error="m", micro=False)
    if code.symbol_size(border=0)[0] > LARGEST_QR:
        raise DoesNotFit("verify_url")
    title = f"二维码，内容是核验地址 {facts.verify_url}"
    return code.svg_inline(border=0, omitsize=True, title=title)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _dates(facts: CertificateFacts) -> str:
    first, last = _day(facts.from_date), _day(facts.to_date)
    return first if first == last else f"{first} 至 {last}"
