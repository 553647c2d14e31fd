"""F10: every file for a spreadsheet that the product gives away, full of words that look like formulas.

`python -m tests.proofs.sheets FOLDER` inside an installation: plants the payloads, fetches as each visitor whatever
comes as such a file, and writes it to the folder; prints which there were.
"""

import json
import logging
import sys
from itertools import cycle
from pathlib import Path

import django

if __name__ == "__main__":
    django.setup()

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from tests.proofs.walk import DESK, body_of, client_of, everybody, is_sheet, walk_all

PAYLOADS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1+1",
    '=HYPERLINK("http://127.0.0.1:9/","看")',
    '=WEBSERVICE("http://127.0.0.1:9/")',
    "=cmd|' /C calc'!A0",
    '"=1+1',
    ",=1+1",
    ";=1+1",
    "'=1+1",
    "{=1+1}",
    " =1+1",
    "=1+1\n=2+2",
    '=IMPORTXML("http://127.0.0.1:9/","//a")',
]
# words that people of ours write, by model; what the ledger seals is written before, by hand of the demo
WRITTEN = {
    "people.User": ["name"],
    "people.Organisation": ["name"],
    "people.Region": ["name", "full_name"],
    "people.Membership": ["village"],
    "courses.Programme": ["title_zh", "title_en"],
    "courses.Course": ["title_zh", "title_en"],
    "certificates.Issuer": ["name_zh", "name_en"],
    "assessments.Question": ["stem_zh", "stem_en"],
    "assessments.Quiz": ["title_zh"],
    "wagtailcore.Page": ["title", "draft_title"],
    "wagtailcore.ModelLogEntry": ["label"],
    "wagtailcore.PageLogEntry": ["label"],
}


def plant() -> int:
    planted, payload = 0, cycle(PAYLOADS)
    for label, names in WRITTEN.items():
        model = apps.get_model(label)
        for row in model._base_manager.all()[:300]:
            changes = {}
            for name in names:
                column = model._meta.get_field(name)
                assert isinstance(column, models.CharField | models.TextField), (label, name)
                changes[name] = (next(payload) + str(row.pk))[: column.max_length or 200]
            model._base_manager.filter(pk=row.pk).update(**changes)
            planted += len(changes)
    return planted


def gather() -> dict[str, tuple[str, bytes]]:
    from reports import services

    people, cookies = everybody()
    planted, found, forms = plant(), {}, []
    for visitor, own, pages in walk_all(people, cookies, sheets=found):
        forms += [(form, cookies[visitor]) for form in own]
        for page in [page for page in pages if page.startswith(DESK)]:
            for kind in ("csv", "xlsx"):
                answer = client_of(cookies[visitor]).get(page, {"export": kind})
                if is_sheet(answer):
                    found[f"{visitor} {page}?export={kind}"] = (answer["Content-Type"], body_of(answer))
    for form, cookie in forms:
        if form.method != "post" or form.files or "logout" in form.action:
            continue
        with transaction.atomic():
            sent = (
                form.fields | {"reason": ["=1+1 核对名单"], "phones": ["1"]} if "reason" in form.fields else form.fields
            )
            answer = client_of(cookie).post(form.action, sent)
            if is_sheet(answer):
                found[f"{form.visitor} POST {form.action}"] = (answer["Content-Type"], body_of(answer))
            transaction.set_rollback(True)
    found |= _long_export(people["staff"], services)
    print(json.dumps({"planted": planted}), file=sys.stderr)
    return found


def _long_export(officer, services) -> dict:
    """The list that a worker writes."""
    from courses.models import Programme
    from people.models import RoleGrant
    from people.scope import scope_of
    from reports import places
    from reports.selectors import Filters

    scope = scope_of(officer, RoleGrant.Role.STAFF, timezone.localdate())
    request = services.Request(
        place=places.roots(scope=scope)[0],
        programme=Programme.objects.earliest("pk"),
        filters=Filters(),
        has_full_phones=True,
        reason="=1+1 核对",
    )
    export = services.owe_export(actor=officer, scope=scope, request=request, rows=9, asked_at=timezone.now())
    services.write_export(export=export)
    export.refresh_from_db()
    path = services.exports_folder() / export.file
    return {
        f"worker {export.task}": (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            path.read_bytes(),
        )
    }


def main() -> None:
    logging.disable(logging.CRITICAL)
    folder, listed = Path(sys.argv[1]), []
    for number, (name, (kind, content)) in enumerate(sorted(gather().items())):
        ending = "csv" if "csv" in kind else "zip" if "zip" in kind else "xlsx"
        (folder / f"{number:03d}.{ending}").write_bytes(content)
        listed.append({"file": f"{number:03d}.{ending}", "from": name, "size": len(content)})
    print(json.dumps(listed, ensure_ascii=False))


if __name__ == "__main__":
    main()
