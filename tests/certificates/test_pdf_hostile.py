"""No text of a learner, an issuer or a programme makes the renderer fetch, read or draw anything (reliability F9)."""

import io
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pikepdf
import pymupdf
import pytest
from django.template import Engine
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from certificates import pdf
from certificates.pdf import drawing
from tests.certificates.pdf_help import facts, seal, weasyprint_leaves_a_file_open

pytestmark = weasyprint_leaves_a_file_open
CANARY = "canary of a local file"
PAYLOADS = [
    '<img src="{net}/1">',
    '"><img src={net}/2>',
    "'><svg><image href={net}/3></svg>",
    '<link rel=stylesheet href="{net}/4">',
    '<style>@import "{net}/5";</style>',
    "<p style='background:url({net}/6)'>",
    "<object data={net}/7></object>",
    "<embed src={net}/8>",
    "<link rel=attachment href={net}/9>",
    "<link rel=attachment href={file}>",
    "<a rel=attachment href={file}>x</a>",
    "<p style='content:url({net}/10)'>x",
    "<p style='list-style:url({net}/11);display:list-item'>x",
    "<style>@font-face{{font-family:x;src:url({net}/12)}}</style>",
    "<svg><use href='{net}/13#a'/></svg>",
    "</p><base href={net}/><img src=14>",
    "{{% include '{file}' %}}{{{{ facts }}}}",
    "<meta http-equiv=refresh content='0;url={net}/15'>",
    "<iframe src={net}/16></iframe>",
    "<math href={net}/17>",
]
# One payload stands in several fields at once, so that a few renders try every place of the template.
FIELDS = (
    "name",
    "programme_title",
    "programme_title_en",
    "issuer_name",
    "region_name",
    "signatory",
    "result",
    "number",
    "title",
    "title_en",
    "lead",
    "lead_en",
    "text",
    "text_en",
)


@pytest.fixture
def listener():
    """A web server on this machine that remembers who asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/css")
            self.end_headers()

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def hostile(payload: str, fonts) -> pdf.CertificateFacts:
    """The payload in every field that has room for it; the others are refused before anything is drawn."""
    changes = {}
    for field in FIELDS:
        try:
            pdf.check_printable(facts(**{field: payload, "verify_url": "https://qingmiao.example/v/1"}), fonts)
            changes[field] = payload
        except pdf.CannotPrint:
            continue
    return facts(**changes, verify_url="https://qingmiao.example/v/1")


def holds_canary(data: bytes) -> bool:
    with pikepdf.open(io.BytesIO(data)) as file:
        streams = [one for one in file.objects if isinstance(one, pikepdf.Stream)]
        return any(CANARY.encode() in one.read_bytes() for one in streams if one.get("/Subtype") != "/Image")


@pytest.fixture
def payloads(listener):
    with tempfile.NamedTemporaryFile(prefix="c") as canary:  # a short path: a payload on two lines is a broken one
        Path(canary.name).write_text(CANARY)
        yield [payload.format(net=listener[0], file=f"file://{canary.name}") for payload in PAYLOADS]


def unescaped():
    template = (drawing.HERE / "certificate.html").read_text("utf-8")
    return Engine().from_string("{% autoescape off %}" + template + "{% endautoescape %}")


class Default(URLFetcher):
    """The twin of drawing.OnlyNamed: fetches what it is asked, as WeasyPrint does by default."""

    files_read: list[str] = []

    def __init__(self, **served):
        super().__init__()
        self.served = served

    def fetch(self, url, headers=None):
        name = url.removeprefix("certificate:")
        if name in self.served:
            return URLFetcherResponse(url, self.served[name])
        response = super().fetch(url, headers)
        if url.startswith("file:"):
            self.files_read.append(url)
        return response


def test_hostile_texts_are_printed_as_text_and_fetch_nothing(listener, payloads, fonts):
    for payload in payloads:
        certificate = hostile(payload, fonts)
        assert certificate.name == payload

        data = pdf.render(certificate, fonts)

        shown = "".join(pymupdf.open(stream=data)[0].get_text().split())
        assert "".join(payload.split()) in shown
        with pikepdf.open(io.BytesIO(data)) as file:
            links = [str(one.A.URI) for one in file.pages[0].Annots]
            assert (len(file.pages), links, list(file.attachments)) == (
                1,
                ["https://qingmiao.example/v/1"],
                ["credential.json"],
            )
        assert not holds_canary(data)
    assert listener[1] == []


def test_twin_without_escaping_and_with_the_default_fetcher_fetches(listener, payloads, fonts, monkeypatch):
    monkeypatch.setattr(drawing, "OnlyNamed", Default)
    monkeypatch.setattr(Default, "files_read", [])
    monkeypatch.setattr(drawing._press(fonts), "template", unescaped())

    for payload in payloads:
        try:
            pdf.render(hostile(payload, fonts), fonts)
        except (drawing.PageUnsound, AttributeError, KeyError, IndexError, ValueError):
            continue  # broken mark-up may break the page: what counts is what was fetched before

    assert len(set(listener[1])) >= 5, listener[1]
    assert Default.files_read


def test_the_fetcher_alone_stops_what_escaping_would_let_through(listener, payloads, fonts, monkeypatch):
    monkeypatch.setattr(drawing._press(fonts), "template", unescaped())
    stopped = 0

    for payload in payloads:
        try:
            data = pdf.render(hostile(payload, fonts), fonts)
        except drawing.ForbiddenFetch:
            stopped += 1
            continue
        except (drawing.PageUnsound, AttributeError, KeyError, IndexError, ValueError):
            continue
        assert not holds_canary(data)

    assert listener[1] == []
    assert stopped >= 5


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/x", "file:///etc/hostname", "data:text/plain,x", "certificate:other"]
)
def test_only_named_things_are_served(url):
    fetcher = drawing.OnlyNamed(**{"seal.png": seal()})

    assert fetcher("certificate:seal.png").read() == seal()
    with pytest.raises(drawing.FatalURLFetchingError):
        fetcher(url)


def test_a_fatal_fetch_ends_the_task_and_not_the_worker(fonts, monkeypatch):
    press = drawing._press(fonts)
    monkeypatch.setattr(press, "template", Engine().from_string("<img src='http://127.0.0.1:9/x'>"))

    with pytest.raises(Exception, match=r"127\.0\.0\.1") as caught:
        pdf.render(facts(), fonts)

    assert isinstance(caught.value, drawing.ForbiddenFetch)


def test_a_warning_of_weasyprint_ends_the_render(fonts):
    drawing._press(fonts)

    with pytest.raises(drawing.PageUnsound):
        HTML(string="<p style='colour: red'>x", url_fetcher=drawing.OnlyNamed()).write_pdf()


def test_a_borrowed_font_is_refused(fonts, monkeypatch):
    """Fontconfig lends a font for what ours lack; the check before issue should have stopped it; this stops it too."""
    from certificates.pdf.finishing import ForeignFont
    from certificates.pdf.fitting import Advances

    monkeypatch.setattr(Advances, "of", lambda self, char: 0.3)

    with pytest.raises((ForeignFont, drawing.PageUnsound)):
        pdf.render(facts(name="བཀྲ་ཤིས"), fonts)
