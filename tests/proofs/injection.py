"""F9: certificates with hostile words in them, and what a certificate must not have for all its words.

They are drawn by another process (drawing.py), which imports nothing of ours but what draws: the readers used here
bring libraries along that call home by themselves.
"""

import io
import pickle
from pathlib import Path

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


def prepare(folder: Path, fonts: Path, net: str, local: str, each: bool) -> dict:
    """This will write the jobs of the drawing process: all fields at once, or one at a time."""
    jobs, printed, refused = [], 0, 0
    for raw in PAYLOADS:
        payload, sound = raw.format(net=net, file=f"file://{local}"), []
        for field in FIELDS:
            try:
                pdf.check_printable(facts(**{field: payload, "verify_url": ADDRESS}), fonts)
                sound.append(field)
            except pdf.CannotPrint:  # no room, or no font: never drawn
                refused += 1
        printed += len(sound)
        for chosen in [[field] for field in sound] if each else [sound] if sound else []:
            jobs.append((payload, chosen, facts(**dict.fromkeys(chosen, payload), verify_url=ADDRESS)))
    (folder / "jobs").write_bytes(pickle.dumps([job[2] for job in jobs]))
    return {"payloads": len(PAYLOADS), "fields": len(FIELDS), "printed": printed, "refused": refused, "jobs": jobs}


def judge(folder: Path, jobs) -> list[str]:
    return [
        f"{payload} in {chosen}: {fault}"
        for number, (payload, chosen, _facts) in enumerate(jobs)
        for fault in faults_of((folder / f"{number}.pdf").read_bytes(), payload)
    ]
