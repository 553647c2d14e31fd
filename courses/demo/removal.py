"""Takes every row of the demo's people away, ledgers too, and leaves everybody else's alone.

What goes is found by the database's own references, so that a table made tomorrow is not forgotten: a row that cannot
be without a demo row goes with it; a real row that only mentions one (who published, who allocated) forgets the mention.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Field, Model, Q, QuerySet

from certificates.models import CertificateEvent
from courses.services.standing import rebuild_tallies
from people.models import AuditEntry, Message, Organisation, Owed, RegionDesignation, RoleGrant, User
from people.models.ledger import unsealed

CHUNK = 500
Found = dict[type[Model], set]

# optional in the table, and yet what the row is about: it goes too
OWNING = {
    (AuditEntry, "actor"),
    (Message, "user"),
    (RegionDesignation, "designated_by"),
    (RoleGrant, "organisation"),
}


class DemoIsMixedWithRealData(Exception):
    """A real person's record names somebody of the demo; `str()` says which. Nothing was removed."""


def remove_people() -> int:
    """This will remove the demo's people and organisations, and give how many people there were.

    Raises DemoIsMixedWithRealData, having changed nothing.
    """
    with transaction.atomic():
        found = _everything_of(
            {
                User: set(User.objects.demo().values_list("pk", flat=True)),
                Organisation: set(Organisation.objects.filter(is_demo=True).values_list("pk", flat=True)),
            }
        )
        _refuse_if_mixed(found)
        files = list(_files(found))
        _forget_sessions(found[User])
        with unsealed():
            _forget_mentions(found)
            for model, pks in found.items():
                for some in _chunks(pks):
                    model._base_manager.filter(pk__in=some)._raw_delete(connection.alias)
            connection.check_constraints()
        rebuild_tallies()
        transaction.on_commit(lambda: [file.unlink(missing_ok=True) for file in files])
    return len(found[User])


def _everything_of(roots: Found) -> Found:
    found: Found = defaultdict(set, {model: set(pks) for model, pks in roots.items()})
    todo = list(roots.items())
    while todo:
        model, pks = todo.pop()
        for child, field in _references_to(model):
            if field.null and (child, field.name) not in OWNING:
                continue
            for some in _chunks(pks):
                rows = child._base_manager.filter(**{f"{field.name}__in": some})
                new = set(rows.values_list("pk", flat=True)) - found[child]
                if new:
                    found[child] |= new
                    todo.append((child, new))
    return found


def _refuse_if_mixed(found: Found) -> None:
    """A real person's row would go, or would keep what a demo account, whose password is public, decided about her."""
    for model, pks in found.items():
        for field in model._meta.concrete_fields:
            if field.related_model is not User or field.null:
                continue
            for some in _chunks(pks):
                rows = model._base_manager.filter(pk__in=some, **{f"{field.name}__is_demo": False})
                if named := rows.first():
                    raise DemoIsMixedWithRealData(f"{model.__name__} {named.pk}")
    decided = (
        RoleGrant.objects.filter(Q(granted_by__is_demo=True), user__is_demo=False),
        CertificateEvent.objects.filter(actor__is_demo=True, certificate__learner__is_demo=False),
    )
    for rows in decided:
        if named := rows.first():
            raise DemoIsMixedWithRealData(f"{rows.model.__name__} {named.pk}")


def _forget_mentions(found: Found) -> None:
    """Past the models, since a ledger refuses: the seals are lifted here and nowhere else."""
    for model, pks in list(found.items()):
        for child, field in _references_to(model):
            if not field.null or (child, field.name) in OWNING:
                continue
            for some in _chunks(pks):
                mentions = child._base_manager.filter(**{f"{field.name}__in": some}).values_list("pk", flat=True)
                for few in _chunks(set(mentions) - found.get(child, set())):
                    QuerySet.update(child._base_manager.filter(pk__in=few), **{field.name: None})


def _references_to(model: type[Model]) -> Iterator[tuple[type[Model], Field]]:
    """Hidden ones too: `related_name="+"` hides a reference from Django's _meta.related_objects, not from the database."""
    for child in apps.get_models(include_auto_created=True):
        for field in child._meta.local_concrete_fields:
            if field.related_model is model and not child._meta.proxy:
                yield child, field


def _files(found: Found) -> Iterator[Path]:
    """The PDFs and the lists that were written for them."""
    for model, pks in found.items():
        if issubclass(model, Owed) and any(field.name == "file" for field in model._meta.fields):
            for some in _chunks(pks):
                names = model._base_manager.filter(pk__in=some).exclude(file="").values_list("file", flat=True)
                yield from (Path(settings.DATA_DIR) / name for name in names)


def _forget_sessions(people: set) -> None:
    gone = {str(pk) for pk in people}
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") in gone:
            session.delete()


def _chunks(pks: Iterable) -> Iterator[list]:
    ordered = sorted(pks, key=str)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]
