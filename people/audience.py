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
    """PUBLIC: anybody. LEARNER: whoever is signed in, for her own rows. The others: who holds that role today."""

    PUBLIC = "public"
    LEARNER = "learner"
    TRAINER = RoleGrant.Role.TRAINER.value
    REVIEWER = RoleGrant.Role.REVIEWER.value
    STAFF = RoleGrant.Role.STAFF.value
    REGISTRAR = RoleGrant.Role.REGISTRAR.value
    ADMINISTRATOR = RoleGrant.Role.ADMINISTRATOR.value


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
            request.scope = scope_of(request.user, RoleGrant.Role(who.value), today)
            if who.value not in roles_of(request.user, today):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.audience = who
        return guarded

    return decorate
