from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from people.models import Region, RegionDesignation, User

from .audit import record_audit


class AlreadyDesignated(ValueError):
    """The region is of that kind already on that day, or will be later."""


@transaction.atomic
def designate_region(
    *, region: Region, kind: str, from_date: date, paper: str, designated_by: User, at: datetime
) -> RegionDesignation:
    """This will make a region a pilot or a demonstration from a day on. Raises AlreadyDesignated, ValidationError."""
    Region.objects.select_for_update(no_key=True).get(pk=region.pk)
    same = RegionDesignation.objects.filter(region__path=region.path, kind=kind)
    if same.filter(Q(to_date__isnull=True) | Q(to_date__gt=from_date)).exists():
        raise AlreadyDesignated(region.code)
    made = RegionDesignation(
        region=region, kind=kind, from_date=from_date, paper=paper.strip(), designated_by=designated_by
    )
    made.full_clean()
    made.save()
    _audit(made, "region_designated", designated_by, from_date, at, paper)
    return made


@transaction.atomic
def end_designation(
    *, designation: RegionDesignation, to_date: date, ended_by: User, reason: str, at: datetime
) -> RegionDesignation:
    """This will end a designation: `to_date` is the first day without it. One that has ended keeps its day."""
    kept = RegionDesignation.objects.select_for_update().get(pk=designation.pk)
    if kept.to_date is not None:
        return kept
    kept.to_date = max(to_date, kept.from_date)
    kept.full_clean()
    kept.save(update_fields=["to_date"])
    _audit(kept, "region_designation_ended", ended_by, kept.to_date, at, reason)
    return kept


def _audit(one: RegionDesignation, verb: str, actor: User, day: date, at: datetime, reason: str) -> None:
    record_audit(
        actor=actor,
        verb=verb,
        object_kind="region_designation",
        object_id=str(one.pk),
        recorded_at=at,
        reason=reason.strip()[:500],
        details={"region": one.region.code, "kind": one.kind, "day": day.isoformat()},
    )
