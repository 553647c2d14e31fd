from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from people.models import Region, User
from people.services.audit import record_audit


@transaction.atomic
def rename_region(*, region: Region, name: str, on_date: date, renamed_by: User | None, now: datetime) -> Region:
    """This will end the region and begin its successor with the new name and the same code.

    The path is made of codes and does not change, so grants and memberships go on meaning what they meant.
    """
    old = Region.objects.select_for_update().get(pk=region.pk, valid_to_date=None)
    old.valid_to_date = on_date
    old.full_clean(exclude=["successor"])
    old.save(update_fields=["valid_to_date"])
    new = Region(
        code=old.code,
        name=name,
        level=old.level,
        parent=old.parent,
        path=old.path,
        full_name=old.full_name.removesuffix(old.name) + name,
        valid_from_date=on_date,
    )
    new.full_clean()
    new.save()
    old.successor = new
    old.save(update_fields=["successor"])
    old.children.filter(valid_to_date=None).update(parent=new)
    below = Region.objects.below(new).filter(valid_to_date=None, level__gt=new.level)
    below.update(full_name=Concat(Value(new.full_name), Substr(F("full_name"), len(old.full_name) + 1)))
    record_audit(
        actor=renamed_by,
        verb="region_renamed",
        object_kind="region",
        object_id=old.code,
        recorded_at=now,
        details={"from": old.name, "to": name, "day": on_date.isoformat()},
    )
    return new
