"""F9: draws certificates with hostile words in them. `python -m tests.proofs.injection FONTS NET FILE [each]`

All fields at once for each payload, or with `each` one field at a time. Prints what was printed, what was refused
beforehand because it has no room or no font, and what came out wrong. Run it under strace to see what it opens.
"""

import io
import json
import os
import sys
from pathlib import Path

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()

import pikepdf
import pymupdf

from certificates import pdf
from tests.certificates.pdf_help import facts
from tests.certificates.test_pdf_hostile import FIELDS, holds_canary
from tests.certificates.test_pdf_hostile import PAYLOADS as FIRST

PAYLOADS = [
    *FIRST,
    ") /AA << /O << /S /JavaScript /JS (app.alert(1)) >> >> (",
    "(x) Tj ET Q /Im0 Do BT (",
    "endstream endobj 1 0 obj << /Launch >>",
    "\\050\\051 \\101 <3C696D673E>",
    "&lt;img src={net}/21&gt;",
    "&#60;img src={net}/22&#62;",
    "]]><img src={net}/23>",
    "--><img src={net}/24>",
    "<?xml-stylesheet href='{net}/25'?>",
    "<!DOCTYPE x SYSTEM '{net}/26'>",
    "<!ENTITY x SYSTEM '{file}'>&x;",
    "<xi:include href='{file}'/>",
    "<video poster={net}/27><source src={net}/28>",
    "<input type=image src={net}/29>",
    "<body background={net}/30>",
    "<picture><source srcset={net}/31></picture>",
    "<svg><foreignObject><img src={net}/32>",
    "</title><script src={net}/33></script>",
    "</rdf:RDF><x:xmpmeta>",
    "<a href=javascript:alert(1)>x</a>",
]
ADDRESS = "https://qingmiao.example/v/1"


def faults_of(data: bytes, payload: str) -> list[str]:
    """What a certificate must not have, for all its words."""
    found = []
    page = pymupdf.open(stream=data)[0]
    if "".join(payload.split()) not in "".join(page.get_text().split()):
        found.append("not printed as text")
    with pikepdf.open(io.BytesIO(data)) as file:
        links = [str(one.A.get("/URI", "?")) for one in file.pages[0].get("/Annots", [])]
        if (len(file.pages), links, list(file.attachments)) != (1, [ADDRESS], ["credential.json"]):
            found.append(f"{len(file.pages)} pages, links {links}, attached {list(file.attachments)}")
        for name in ("/OpenAction", "/AA"):
            if name in file.Root or name in file.pages[0]:
                found.append(f"acts: {name}")
        if "/JavaScript" in file.Root.get("/Names", {}):
            found.append("holds a script")
    if holds_canary(data):
        found.append("holds the file")
    return found


def draw(fonts: Path, net: str, local: str, each: bool) -> dict:
    printed, refused, wrong = 0, 0, []
    for raw in PAYLOADS:
        payload = raw.format(net=net, file=f"file://{local}")
        sound = []
        for field in FIELDS:
            try:
                pdf.check_printable(facts(**{field: payload, "verify_url": ADDRESS}), fonts)
                sound.append(field)
            except pdf.CannotPrint:
                refused += 1
        for chosen in [[field] for field in sound] if each else [sound] if sound else []:
            data = pdf.render(facts(**dict.fromkeys(chosen, payload), verify_url=ADDRESS), fonts)
            printed += len(chosen)
            wrong += [f"{payload} in {chosen}: {fault}" for fault in faults_of(data, payload)]
    return {"payloads": len(PAYLOADS), "fields": len(FIELDS), "printed": printed, "refused": refused, "wrong": wrong}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(draw(Path(sys.argv[1]), sys.argv[2], sys.argv[3], "each" in sys.argv[4:])) + "\n")
