from datetime import date, datetime

from django.db import transaction

from people.models import Organisation, Region, User
from people.services.audit import record_audit


@transaction.atomic
def add_organisation(
    *,
    kind: str,
    name: str,
    region: Region,
    parent: Organisation | None = None,
    from_date: date,
    added_by: User,
    added_at: datetime,
) -> Organisation:
    """This will add a body that people can be placed in. The same name in the same region stands once: it is kept."""
    Region.objects.select_for_update().get(pk=region.pk)  # two officers who press at once
    same = Organisation.objects.on(from_date).filter(name=name, region=region).first()
    if same is not None:
        return same
    organisation = Organisation(kind=kind, name=name, region=region, parent=parent, valid_from_date=from_date)
    organisation.full_clean(exclude=["path"])
    organisation.save()
    record_audit(
        actor=added_by,
        verb="organisation_added",
        object_kind="organisation",
        object_id=str(organisation.pk),
        recorded_at=added_at,
    )
    return organisation
