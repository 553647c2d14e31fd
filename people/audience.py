"""Who may open an address. Every view says so; the tests walk the resolver and fail on one that does not."""

from collections.abc import Callable
from enum import Enum
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from people.models import RoleGrant
from people.scope import Scope, own_scope, roles_of, scope_of


class Audience(Enum):
    """PUBLIC: anybody. LEARNER: whoever is signed in, for her own rows. The others: who holds that role today.

    AUTHOR: a trainer or a reviewer, for what concerns the words and names nobody: her scope is empty.
    CERTIFIER: a registrar, an administrator or who keeps the seal, for the places of these roles.
    LEADER: who leads or watches over a class, a trainer or an officer, for the places of these roles.
    ARBITER: who answers for marks, a trainer, or an administrator where there is none.
    """

    PUBLIC = "public"
    LEARNER = "learner"
    AUTHOR = "author"
    CERTIFIER = "certifier"
    LEADER = "leader"
    ARBITER = "arbiter"
    TRAINER = RoleGrant.Role.TRAINER.value
    REVIEWER = RoleGrant.Role.REVIEWER.value
    STAFF = RoleGrant.Role.STAFF.value
    REGISTRAR = RoleGrant.Role.REGISTRAR.value
    ADMINISTRATOR = RoleGrant.Role.ADMINISTRATOR.value

    @property
    def roles(self) -> frozenset[str]:
        """The roles of which one is enough; empty where no role is asked for."""
        if self is Audience.AUTHOR:
            return frozenset({Audience.TRAINER.value, Audience.REVIEWER.value})
        if self is Audience.CERTIFIER:
            return frozenset({Audience.REGISTRAR.value, Audience.ADMINISTRATOR.value, RoleGrant.Role.SEAL_KEEPER.value})
        if self is Audience.LEADER:
            return frozenset({Audience.TRAINER.value, Audience.STAFF.value})
        if self is Audience.ARBITER:
            return frozenset({Audience.TRAINER.value, Audience.ADMINISTRATOR.value})
        return frozenset() if self in (Audience.PUBLIC, Audience.LEARNER) else frozenset({self.value})


def audience(who: Audience) -> Callable:
    """This will open a view to an audience and to nobody else, and hand it `request.scope`.

    A stranger is sent to sign in; a signed-in person without the role gets 403. The view itself narrows its rows with
    `request.scope`, which sees nothing unless a dated grant says so.
    """

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            today = timezone.localdate()
            if who is Audience.PUBLIC:
                request.scope = Scope(on_date=today)
                return view(request, *args, **kwargs)
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if who is Audience.LEARNER:
                request.scope = own_scope(request.user, today)
                return view(request, *args, **kwargs)
            if who is Audience.AUTHOR:
                request.scope = Scope(on_date=today)
            elif who in (Audience.CERTIFIER, Audience.LEADER, Audience.ARBITER):
                request.scope = _both(request.user, who.roles, today)
            else:
                request.scope = scope_of(request.user, RoleGrant.Role(who.value), today)
            if not who.roles & roles_of(request.user, today):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.audience = who
        return guarded

    return decorate


def _both(user, roles: frozenset[str], today) -> Scope:
    """The places of several roles together."""
    scopes = [scope_of(user, RoleGrant.Role(role), today) for role in sorted(roles)]
    return Scope(
        on_date=today,
        region_paths=tuple(path for scope in scopes for path in scope.region_paths),
        organisation_paths=tuple(path for scope in scopes for path in scope.organisation_paths),
    )
