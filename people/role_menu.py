"""An item of the admin's menu for those who hold a role today."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.menu import MenuItem

from people.audience import Audience
from people.scope import roles_of


class RoleMenuItem(MenuItem):
    """Give `url` as reverse_lazy: the item is one for everybody, the language of its address is the reader's."""

    def __init__(self, label, url, *, audience: Audience, **facts: Any) -> None:
        super().__init__(label, url, **facts)
        self.audience = audience

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(self.audience.roles & roles_of(request.user, timezone.localdate()))
