from datetime import date

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from people.models import Organisation, Region, RoleGrant, User
from people.scope import roles_of
from people.services.audit import record_audit

# The Django group in which Wagtail looks up pages and collections. What each may do: config/roles.py.
GROUPS: dict[str, str] = {
    RoleGrant.Role.TRAINER: "培训师",
    RoleGrant.Role.REVIEWER: "审核人",
    RoleGrant.Role.LEGAL: "法律审核人",
    RoleGrant.Role.SAFEGUARDING: "儿童安全审核人",
    RoleGrant.Role.REGISTRAR: "发证人",
    RoleGrant.Role.SEAL_KEEPER: "掌印人",
    RoleGrant.Role.ADMINISTRATOR: "系统管理员",
}


@transaction.atomic
def grant_role(
    *,
    user: User,
    role: str,
    region: Region | None = None,
    organisation: Organisation | None = None,
    from_date: date,
    granted_by: User | None = None,
    reason: str = "",
) -> RoleGrant:
    """This will give a role over a region or an organisation subtree from a day on. The same open grant is kept."""
    same = RoleGrant.objects.filter(user=user, role=role, region=region, organisation=organisation, to_date=None)
    grant = same.select_for_update().first()
    if grant is not None and grant.from_date <= from_date:
        return grant
    grant = RoleGrant(
        user=user,
        role=role,
        region=region,
        organisation=organisation,
        from_date=from_date,
        granted_by=granted_by,
        reason=reason,
    )
    grant.full_clean()
    grant.save()
    _audit(grant, "role_granted", granted_by, from_date, reason)
    match_groups(user=user, on_date=timezone.localdate())
    return grant


@transaction.atomic
def end_role(*, grant: RoleGrant, to_date: date, ended_by: User | None) -> RoleGrant:
    """This will end a grant: `to_date` is the first day without it. Today ends it at once."""
    grant = RoleGrant.objects.select_for_update().get(pk=grant.pk)
    grant.to_date = to_date
    grant.full_clean()
    grant.save(update_fields=["to_date"])
    _audit(grant, "role_ended", ended_by, to_date, "")
    match_groups(user=grant.user, on_date=timezone.localdate())
    return grant


def match_groups(*, user: User, on_date: date) -> None:
    """This will make the person's groups those of her roles on the day. Wagtail's page rules read groups only."""
    wanted = {GROUPS[role] for role in roles_of(user, on_date) if role in GROUPS}
    present = set(user.groups.values_list("name", flat=True))
    if wanted != present:
        user.groups.set([Group.objects.get_or_create(name=name)[0] for name in sorted(wanted)])


def _audit(grant: RoleGrant, verb: str, actor: User | None, day: date, reason: str) -> None:
    record_audit(
        actor=actor,
        verb=verb,
        object_kind="role_grant",
        object_id=str(grant.pk),
        recorded_at=timezone.now(),  # the clock, not the day it counts from
        reason=reason,
        details={"user": grant.user_id, "role": grant.role, "day": day.isoformat()},
    )
