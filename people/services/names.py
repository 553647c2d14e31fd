from datetime import datetime

from django.db import transaction

from people.models import User
from people.names import normalise_name

from .audit import record_audit


@transaction.atomic
def change_name(*, user: User, name: str, actor: User, reason: str, at: datetime) -> None:
    """This will put a person's name right, with who did it and why on record. Raises ValidationError.

    The old name and the new one are not in the record: it holds no private values.
    """
    kept = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    kept.name = normalise_name(name)
    kept.full_clean(exclude=["password"])
    kept.save(update_fields=["name"])
    user.name = kept.name
    record_audit(
        actor=actor,
        verb="name_changed",
        object_kind="user",
        object_id=str(user.uuid),
        reason=reason.strip()[:500],
        recorded_at=at,
    )
