"""F5: malformed forms, queries, JSON and files through the real views. Run inside an installation; prints JSON.

Each case is taken back after it was judged, so that the next meets the same rows. On SQLite a NUL in a parameter is
refused as PostgreSQL refuses it. `python -m tests.servers.postgres …` runs it on PostgreSQL itself.
"""

import argparse
import copy
import gc
import io
import json
import os
import random
import re
import sys
import time
import traceback
import uuid
import zipfile
from collections import Counter
from functools import partial
from pathlib import Path
from urllib.parse import quote_from_bytes, urlsplit

import django

if __name__ == "__main__":
    django.setup()

from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, connection, transaction
from django.urls import reverse
from PIL import Image

from tests.proofs.walk import Form, client_of, everybody, walk_all

SLOW_SECONDS = 2.0  # of the processor: the machine has other guests
HUGE = "字" * 350_000  # a megabyte
KNOWN_KEYS = ("q", "page", "p", "region", "organisation", "which", "worker", "programme", "status", "county", "next")
KINDS = ("png", "jpg", "gif", "webp", "avif", "svg", "pdf", "docx", "xlsx", "csv", "zip", "txt", "mp3", "mp4", "vtt")
ODD_NAMES = (
    "图.{0}",
    "../../../../tmp/x.{0}",
    "x.{0}.exe",
    "." + "{0}",
    "{0}",
    "a" * 300 + ".{0}",
    "CON.{0}",
    "x\u202egnp.{0}",
    "a;b'\"<img src=x>.{0}",
    "空 格\t.{0}",
    "..{0}",
    "x.{0}/",
    "🌱🌱.{0}",
)


# ---- what is sent


def odd_bytes(chance: random.Random) -> bytes:
    """One value of a form field, as bytes: what no browser sends and what somebody will."""
    return chance.choice(
        [
            b"",
            b"\x00",
            b"a\x00b",
            "王\x00芳".encode(),
            b"\xed\xa0\x80",  # a lone surrogate
            b"\xff\xfe\x80",
            b"\xc0\xaf",
            HUGE.encode(),
            b"9" * 5000,
            str(2**63).encode(),
            str(2**31).encode(),
            b"-1",
            b"0",
            b"1e400",
            b"NaN",
            "１２３".encode(),
            "²".encode(),
            b"0x1f",
            str(uuid.UUID(int=0)).encode(),
            b"not-a-uuid",
            b"0e0e0e0e-0000-4000-8000-00000000000",
            b"2026-02-30",
            b"0000-00-00",
            b"99999-12-31",
            b"9999-12-31T23:59:60Z",
            b"[]",
            b'{"a": [1, {"b": null}]}',
            b'[{"type": "nothing", "value": 1, "id": "x"}]',
            b"{" * 2000,
            b"<script>alert(1)</script>",
            b"'; DROP TABLE people_user; --",
            b"{% debug %}{{ settings.SECRET_KEY }}",
            "\u202e\u0000\u200b".encode(),
            "𠮷㛃🌱".encode(),
            b"\r\nSet-Cookie: a=b",
            b"//evil.example/",
            b"javascript:alert(1)",
            b"%s%n%(x)s",
            b" " * 5000,
            b"true",
            b"\x7f\x1b[31m",
        ]
    )


def odd_json(chance: random.Random, depth: int = 0):
    plain = [
        None,
        True,
        0,
        -1,
        2**31,
        2**63,
        10**400,
        1.5,
        "",
        "\x00",
        "\ud800",
        "a\udfffb",
        "x" * 100_000,
        "not-a-uuid",
        str(uuid.UUID(int=0)),
        "2026-13-45T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-11-25T10:00:00",
    ]
    if depth < 2 and chance.random() < 0.4:
        return chance.choice(
            [
                [],
                {},
                [odd_json(chance, depth + 1) for _ in range(chance.randint(1, 4))],
                {str(odd_json(chance, 2))[:40]: odd_json(chance, depth + 1) for _ in range(chance.randint(1, 4))},
            ]
        )
    return chance.choice(plain)


def broken_json(chance: random.Random, sound) -> bytes:
    """A sound body with one to three places changed; or no JSON at all."""
    if chance.random() < 0.12:
        return chance.choice(
            [
                b"",
                b"{",
                b"null",
                b"[]",
                b'"x"',
                b"1",
                b"\xff\xfe",
                b'{"owner": NaN}',
                b"[" * 20_000,
                b'{"a":' * 3000,
                b'{"events": ' + b"1" * 10_000 + b"}",
            ]
        )
    body = copy.deepcopy(sound)
    for _ in range(chance.randint(1, 3)):
        spots = list(_spots(body))
        if not spots:
            break
        holder, key = chance.choice(spots)
        act = chance.random()
        if act < 0.2 and isinstance(holder, dict):
            holder.pop(key, None)
        elif act < 0.3 and isinstance(holder, list):
            holder.extend([holder[key]] * chance.choice([1, 60]))
        else:
            holder[key] = odd_json(chance)
    return json.dumps(body).encode("utf-8", "surrogatepass")


def _spots(body):
    items = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in list(items):
        yield body, key
        yield from _spots(value)


def sound_file(kind: str, chance: random.Random) -> bytes:
    stream = io.BytesIO()
    if kind in ("png", "jpg", "gif", "webp", "avif"):
        picture = Image.effect_noise((120, 90), 60).convert("RGB")
        picture.save(stream, {"jpg": "JPEG"}.get(kind, kind.upper()))
        return stream.getvalue()
    if kind in ("docx", "xlsx", "zip"):
        inside = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "zip": "x.txt"}[kind]
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr(inside, "<x/>" * chance.randint(1, 400))
        return stream.getvalue()
    return {
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><image href="file:///etc/passwd"/></svg>',
        "pdf": b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
        "csv": "姓名,手机\n王芳,13900000000\n=1+1,@x\n".encode(chance.choice(["utf-8-sig", "gb18030"])),
        "txt": "::第一题:: 发现孩子受伤怎么办 {=报告 ~等等}\n\n".encode() * 3,
        "mp3": b"ID3\x03\x00" + bytes(200),
        "mp4": b"\x00\x00\x00\x18ftypisom" + bytes(200),
        "vtt": "WEBVTT\n\n00:00.000 --> 00:01.000\n您好\n".encode(),
    }[kind]


def bombs() -> list[tuple[str, bytes]]:
    """Small files that are large inside."""
    made = []
    for kind, inside in (("docx", "word/document.xml"), ("xlsx", "xl/worksheets/sheet1.xml"), ("zip", "x")):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(inside, "w") as member:
            for _ in range(300):
                member.write(bytes(1024 * 1024))
        made.append((kind, stream.getvalue()))
    wide = bytearray(sound_file("png", random.Random(1)))
    wide[16:24] = (60_000).to_bytes(4, "big") * 2
    made.append(("png", bytes(wide)))
    stream = io.BytesIO()
    Image.new("1", (16_000, 16_000)).save(stream, "PNG")
    made.append(("png", stream.getvalue()))
    entities = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
    )
    made.append(("svg", entities + b"]><svg>&j;</svg>"))
    return made


def broken_file(chance: random.Random, prepared: list[tuple[str, bytes]]) -> SimpleUploadedFile:
    if chance.random() < 0.06:
        kind, content = chance.choice(prepared)
    else:
        kind = chance.choice(KINDS)
        mangled = bytearray(sound_file(kind, chance))
        how = chance.random()
        if how < 0.55:
            for _ in range(chance.randint(1, 30)):
                mangled[chance.randrange(len(mangled))] = chance.randrange(256)
        if how > 0.4:
            del mangled[chance.randrange(len(mangled)) :]
        if how > 0.85:
            mangled += chance.randbytes(chance.choice([1, 5000]))
        content = bytes(mangled)
    says = kind if chance.random() < 0.75 else chance.choice(KINDS)
    name = chance.choice(ODD_NAMES).format(says) if chance.random() < 0.4 else f"图.{says}"
    given = SimpleUploadedFile("x", content, content_type=chance.choice(["image/png", "text/html", "x", ""]))
    given._name = name  # past Django's own tidying, as a hand-made request is
    return given


# ---- to whom


class Site:
    def __init__(self, chance: random.Random) -> None:
        self.people, self.cookies = everybody()
        self.forms, self.pages = [], []
        for visitor, forms, pages in walk_all(self.people, self.cookies):
            self.forms += forms
            self.pages += [(visitor, page) for page in pages]
        self.posts = [f for f in self.forms if f.method == "post" and "logout" not in f.action]
        self.gets = [f for f in self.forms if f.method == "get" and f.fields]
        self.uploads = [f for f in self.posts if f.files]
        self.json = _json_doors(self.people, chance)


def _json_doors(people, chance) -> list[tuple[str, str, object]]:
    """(visitor, address, a sound body)"""
    from assessments.models import Attempt
    from courses.models import Enrolment

    doors = []
    studying, testing = people["studying"], people["testing"]
    enrolment = Enrolment.objects.open().of(studying).select_related("course", "release").first()
    lesson = enrolment.release.lessons[0]
    key = lesson.get("key") or next(str(v) for v in lesson.values() if len(str(v)) == 36)
    events = [
        {
            "uuid": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
            "kind": kind,
            "course": enrolment.course.code,
            "lesson": key,
            "data": {"block": str(uuid.UUID(int=2)), "chosen": [0]},
            "device": str(uuid.UUID(int=3)),
            "sequence": n + 1,
            "client_at": "2026-11-25T01:00:00Z",
        }
        for n, kind in enumerate(["lesson_opened", "self_check_answered", "place_reached", "lesson_finished"])
    ]
    doors.append(("studying", reverse("sync"), {"owner": str(studying.uuid), "events": events}))
    attempt = Attempt.objects.filter(learner=testing, state="open").latest("pk")
    question = attempt.drawn[0] if isinstance(attempt.drawn, list) else {"question": ""}
    asked = str(question.get("uuid") or question.get("question") if isinstance(question, dict) else question)
    step = {"sequence": 1, "question": asked, "answer": ["a"], "flag": False, "client_at": "2026-11-25T01:00:00Z"}
    doors.append(
        (
            "testing",
            reverse("attempt_step", args=[attempt.uuid]),
            {"device": "d", "language": "en", "steps": [step, step]},
        )
    )
    doors.append(
        ("testing", reverse("attempt_submit", args=[attempt.uuid]), {"device": "d", "answers": {asked: ["a"]}})
    )
    return doors


# ---- one case


def as_urlencoded(fields: list[tuple[bytes, bytes]]) -> bytes:
    return b"&".join(quote_from_bytes(k).encode() + b"=" + quote_from_bytes(v).encode() for k, v in fields)


def as_multipart(fields: list[tuple[bytes, bytes]], files, boundary: bytes) -> bytes:
    parts = []
    for name, value in fields:
        parts.append(b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (boundary, name, value))
    for name, given in files:
        head = b'--%s\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: %s\r\n\r\n'
        shown = given._name.replace("\\", "\\\\").replace('"', '\\"').encode("utf-8", "surrogatepass")
        parts.append(
            head % (boundary, name.encode(), shown, (given.content_type or "").encode()) + given.read() + b"\r\n"
        )
    return b"".join(parts) + b"--%s--\r\n" % boundary


def form_case(chance: random.Random, form: Form, prepared) -> dict:
    """A request to a form: most fields as they are, some odd; sometimes the body itself is broken."""
    fields: list[tuple[bytes, bytes]] = []
    for name, values in form.fields.items():
        if form.kinds.get(name) == "file" or name == "csrfmiddlewaretoken":
            continue
        if chance.random() < 0.1:
            continue
        value = odd_bytes(chance) if chance.random() < 0.35 else (values[0] if values else "").encode()
        fields += [(name.encode(), value)] * (2 if chance.random() < 0.03 else 1)
    if not fields or chance.random() < 0.05:
        fields.append((odd_bytes(chance)[:200] or b"x", odd_bytes(chance)))
    if chance.random() < 0.02:
        fields += [(b"f%d" % n, b"x") for n in range(1500)]
    if form.method == "get":
        return {"method": "get", "query": as_urlencoded(fields)[:60_000]}
    if not form.files and chance.random() < 0.6:
        body, kind = as_urlencoded(fields), "application/x-www-form-urlencoded"
    else:
        boundary = b"----QingmiaoF5"
        files = [(name, broken_file(chance, prepared)) for name in form.files if chance.random() < 0.95]
        body, kind = as_multipart(fields, files, boundary), "multipart/form-data; boundary=----QingmiaoF5"
    how = chance.random()
    if how < 0.03:
        body = body[: chance.randrange(len(body) + 1)]
    elif how < 0.05:
        kind = chance.choice(
            [
                "multipart/form-data",
                "multipart/form-data; boundary=" + "x" * 300,
                "application/x-www-form-urlencoded; charset=utf-99",
                "multipart/form-data; boundary=----QingmiaoF5; charset=utf-16",
                "application/json",
                "",
            ]
        )
    return {"method": "post", "body": body, "kind": kind}


def send(client, path: str, case: dict, ajax: bool):
    headers = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"} if ajax else {}
    if case["method"] == "get":
        return client.get(urlsplit(path).path, QUERY_STRING=case["query"].decode("latin-1"), **headers)
    return client.generic("POST", path, case["body"], content_type=case["kind"], **headers)


class Judge:
    """Counts what must not be: answers of 500, slow answers, rows without files, files without rows."""

    def __init__(self) -> None:
        self.statuses: Counter = Counter()
        self.faults: dict[str, str] = {}
        self.seconds: list[tuple[float, str]] = []
        self.orphans: list[str] = []
        self.media = {name: (Path(settings.MEDIA_ROOT) / name).read_bytes() for name in files_there()}

    def ask(self, label: str, act) -> int:
        before = files_there()
        with transaction.atomic():
            begun = time.process_time()
            answer = act()
            if answer.streaming:
                for _part in answer.streaming_content:
                    pass
            self.seconds.append((time.process_time() - begun, label))
            self.statuses[answer.status_code] += 1
            if answer.status_code >= 500 and not answer.get("Retry-After"):
                self._keep_fault(label, answer)
            made = files_there() - before
            if made and (lost := made - files_named()):
                self.orphans.append(f"{label}: files of no row: {sorted(lost)[:3]}")
            if connection.vendor == "sqlite" and (broken := _broken_keys()):
                self.orphans.append(f"{label}: rows of no row: {broken[:3]}")
            if missing := files_named() - files_there() if made else set():
                self.orphans.append(f"{label}: rows of no file: {sorted(missing)[:3]}")
            transaction.set_rollback(True)
        for name in files_there() - before:
            (Path(settings.MEDIA_ROOT) / name).unlink()
        for name in before - files_there():  # a sound form took it away; with the rows it comes back
            (Path(settings.MEDIA_ROOT) / name).write_bytes(self.media[name])
        return answer.status_code

    def _keep_fault(self, label, answer) -> None:
        info = getattr(answer, "exc_info", None)
        if info:
            frames = traceback.extract_tb(info[2])
            own = [f for f in frames if "site-packages" not in f.filename] or frames
            where = (
                f"{Path(own[-1].filename).name}:{own[-1].lineno} < {Path(frames[-1].filename).name}:{frames[-1].lineno}"
            )
            what = f"{info[0].__name__}: {str(info[1])[:120]} at {where}"
        else:
            what = f"{answer.status_code} without an exception"
        self.faults.setdefault(what, label)
        self.statuses["5xx"] += 1


def files_there() -> set[str]:
    root = Path(settings.MEDIA_ROOT)
    return {str(Path(folder, name).relative_to(root)) for folder, _d, names in os.walk(root) for name in names}


def files_named() -> set[str]:
    from django.apps import apps
    from django.db.models import FileField

    named = set()
    for model in apps.get_models():
        for column in [f for f in model._meta.get_fields() if isinstance(f, FileField)]:
            named |= {name for name in model._base_manager.values_list(column.name, flat=True) if name}
    return named


def _broken_keys() -> list:
    with connection.cursor() as cursor:
        return cursor.execute("PRAGMA foreign_key_check").fetchall()


def as_postgres_would(execute, sql, params, many, context):
    """A NUL in a text is an error on PostgreSQL: it is one here."""
    if params and any(isinstance(p, str) and "\x00" in p for p in params):
        raise DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return execute(sql, params, many, context)


def stock_pictures() -> None:
    """The twin: Wagtail's own image field, as without content/pictures.py."""
    from wagtail.images.fields import WagtailImageField

    from content import forms

    forms.PictureFileField.to_python = WagtailImageField.to_python


def run(cases: int, seed: int, is_twin: bool) -> dict:
    chance = random.Random(seed)
    site, prepared, judge = Site(chance), bombs(), Judge()
    _forget_peak()
    if is_twin:
        stock_pictures()
        site.posts = site.uploads = [f for f in site.uploads if "/images/" in f.action]
    else:
        # a baseline: each form as it came, with its CSRF token missing
        for form in site.posts:
            strict = client_of(site.cookies[form.visitor], enforce_csrf_checks=True)
            status = judge.ask(f"no token {form.visitor} {form.action}", partial(strict.post, form.action, form.fields))
            if status not in (400, 403, 404, 405):
                judge.faults[f"a form without a token answered {status}"] = form.action
    baseline = []
    for form in site.posts[:60]:
        begun = time.process_time()
        with transaction.atomic():
            client_of(site.cookies[form.visitor]).get(form.page)
            transaction.set_rollback(True)
        baseline.append(time.process_time() - begun)
    judge.seconds.clear()
    done = 0
    while done < cases:
        done += 1
        draw = chance.random()
        cache.clear()
        if is_twin or (draw < 0.3 and site.uploads):
            form = chance.choice(site.uploads)
        elif draw < 0.65:
            form = chance.choice(site.posts)
        elif draw < 0.8 and site.gets:
            form = chance.choice(site.gets)
        elif draw < 0.88:
            visitor, page = chance.choice(site.pages)
            form = Form(visitor, page, page, "get", {name: ["1"] for name in chance.sample(KNOWN_KEYS, 3)})
        else:
            visitor, path, sound = chance.choice(site.json)
            body = broken_json(chance, sound)
            kind = "application/json" if chance.random() < 0.9 else "text/plain; charset=utf-99"
            client = client_of(site.cookies[visitor])
            post = partial(client.generic, "POST", path, body, content_type=kind)
            judge.ask(f"{seed}/{done} {visitor} {path} {body[:300]!r}", post)
            continue
        case = form_case(chance, form, prepared)
        client, ajax = client_of(site.cookies[form.visitor]), chance.random() < 0.15
        shown = (case.get("query") or case.get("body"))[:300]
        judge.ask(
            f"{seed}/{done} {form.visitor} {case['method']} {form.action} {shown!r}",
            partial(send, client, form.action, case, ajax),
        )
    judge.seconds.sort(reverse=True)
    return {
        "seed": seed,
        "cases": done,
        "forms": len(site.posts),
        "queries": len(site.gets),
        "upload_forms": len(site.uploads),
        "pages": len(site.pages),
        "database": connection.vendor,
        "statuses": dict(sorted((str(k), v) for k, v in judge.statuses.items())),
        "server_errors": judge.statuses["5xx"],
        "faults": judge.faults,
        "over_2_s": [label for took, label in judge.seconds if took > SLOW_SECONDS],
        "slowest_s": [round(took, 2) for took, _label in judge.seconds[:3]],
        "slowest": [label[:160] for _took, label in judge.seconds[:3]],
        "median_s": round(judge.seconds[len(judge.seconds) // 2][0], 4),
        "baseline_median_s": round(sorted(baseline)[len(baseline) // 2], 4),
        "orphans": judge.orphans,
        "peak_rss_mb": _peak_rss_mb(),
    }


def _forget_peak() -> None:
    """Making the bombs takes more memory than defusing them: the mark begins where the first request does."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # proc_pid_clear_refs(5): VmHWM is the present size again


def _peak_rss_mb() -> int:
    """This process's own high-water mark. getrusage's would be the parent's where that is larger: it survives exec."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) // 1024


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--cases", type=int, default=1500)
    asked.add_argument("--seed", type=int, default=20261125)
    asked.add_argument("--twin", action="store_true")
    options = asked.parse_args()
    import logging

    logging.disable(logging.CRITICAL)
    Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
    if connection.vendor == "sqlite":
        with connection.execute_wrapper(as_postgres_would):
            found = run(options.cases, options.seed, options.twin)
    else:
        found = run(options.cases, options.seed, options.twin)
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
