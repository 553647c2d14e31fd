"""Whose rows may this person see? Every list, export, count, search and API about people takes a Scope."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from people.models import Membership, RoleGrant, User


@dataclass(frozen=True)
class Scope:
    """What one person may see on one day, by role. Empty means nobody: there is no default that shows.

    region_paths, organisation_paths: roots of the subtrees. learner_id: her own rows only.
    """

    on_date: date
    region_paths: tuple[str, ...] = field(default=())
    organisation_paths: tuple[str, ...] = field(default=())
    learner_id: int | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.region_paths or self.organisation_paths or self.learner_id)

    def covers_region(self, path: str) -> bool:
        """Is the region with this path inside one of the scope's region subtrees?"""
        return any(path.startswith(root) for root in self.region_paths)

    def memberships(self, rows: QuerySet[Membership] | None = None) -> QuerySet[Membership]:
        """This will keep the memberships that stand on the day and lie inside the scope."""
        rows = Membership.objects.all() if rows is None else rows
        return rows.on(self.on_date).filter(self.as_q())

    def as_q(self, prefix: str = "") -> Q:
        """This will give the scope as a condition on a model with `region`, `organisation` and `user` under prefix."""
        condition = Q(pk__in=[])
        for path in self.region_paths:
            condition |= Q(**{f"{prefix}region__path__startswith": path})
        for path in self.organisation_paths:
            condition |= Q(**{f"{prefix}organisation__path__startswith": path})
        if self.learner_id:
            condition |= Q(**{f"{prefix}user_id": self.learner_id})
        return condition


def scope_of(user: User, role: RoleGrant.Role, on_date: date) -> Scope:
    """This will give what the person may see in that role on that day, from her dated grants alone."""
    grants = RoleGrant.objects.on(on_date).filter(user=user, role=role, user__is_active=True)
    grants = grants.select_related("region", "organisation")
    return Scope(
        on_date=on_date,
        region_paths=tuple(sorted(g.region.path for g in grants if g.region)),
        organisation_paths=tuple(sorted(g.organisation.path for g in grants if g.organisation)),
    )


def own_scope(user: User, on_date: date) -> Scope:
    """This will give a learner's scope: herself."""
    return Scope(on_date=on_date, learner_id=user.pk)


def roles_of(user: User, on_date: date) -> frozenset[str]:
    """This will name the roles the person holds anywhere on that day."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    return frozenset(RoleGrant.objects.on(on_date).filter(user=user).values_list("role", flat=True))
