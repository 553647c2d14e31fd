"""Every address of the product, found by walking the resolver, with a path that leads to it."""

import re
from dataclasses import dataclass
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern

OUR_APPS = {"people", "content", "assessments", "certificates", "courses", "reports", "search", "config"}
NOBODYS_UUID = UUID("0e0e0e0e-0000-4000-8000-000000000000")

SAMPLES = {"int": "999999", "uuid": str(NOBODYS_UUID), "slug": "nobody", "str": "nobody", "path": "nobody"}
# keys that no row has: none of them may ever be answered with a server error
ODD_KEYS = {
    "int": ["0", "1", str(2**31), str(2**63), "9" * 30],
    "uuid": [str(NOBODYS_UUID), str(UUID(int=0))],
    "slug": ["-", "x" * 300, "_"],
    "str": ["x" * 300, "..", "%00", "%E9%9D%92", "a%27b", "%F0%9F%8C%B1"],
    "path": ["../../etc/passwd", "%00"],
}
# regular expressions, which name no converter
PLAIN = {
    r"documents/^(\d+)/(.*)$": "documents/999999/nobody.pdf",
    r"^(?:django-)?admin/login/$": "admin/login/",
    r"^admin/password_reset/": "admin/password_reset/",
    r"^admin/(?:failwhale|test404)/": "admin/failwhale/",
    r"^admin/(?:users|groups|bulk/people|bulk/auth)/": "admin/users/",
    r"accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "accounts/password/reset/key/1-nobody/",
    r"^((?:[\w\-]+/)*)$": "nobody/",
    r"admin/^.*/$": "admin/nobody/",
}


@dataclass(frozen=True)
class Door:
    """One pattern: its route as written, its name, its view."""

    route: str
    name: str
    view: object

    @property
    def is_ours(self) -> bool:
        return self.view.__module__.split(".")[0] in OUR_APPS

    @property
    def is_built(self) -> bool:
        """Helpers fill the doors one by one; an unfilled one answers 501 to everybody."""
        return self.view.__name__ != "not_built_yet"

    @property
    def audience(self):
        return getattr(self.view, "audience", None)

    @property
    def path(self) -> str:
        return self.fill(SAMPLES)

    def fill(self, values: dict[str, str]) -> str:
        if self.route in PLAIN:
            return "/" + PLAIN[self.route]
        route = _fill_regex(self.route) if re.search(r"[\^$]|\(\?P", self.route) else self.route
        return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda m: values[m.group(1) or "str"], route)

    def odd_paths(self) -> list[str]:
        """Paths with keys that nobody has, one odd key at a time."""
        kinds = set(re.findall(r"<(\w+):\w+>", self.route)) | ({"str"} if re.search(r"<\w+>", self.route) else set())
        if self.route in PLAIN:
            return []
        return [self.fill(SAMPLES | {kind: value}) for kind in sorted(kinds) for value in ODD_KEYS[kind]]


def _fill_regex(route: str) -> str:
    route = route.replace("^", "").replace("$", "")
    while (found := re.search(r"\((?:\?P<\w+>)?[^()]*\)", route)) is not None:
        sample = "999999" if r"\d" in found.group() else "nobody"
        route = route[: found.start()] + sample + route[found.end() :]
    return route.replace("\\", "")


def doors() -> list[Door]:
    """This will list every pattern once, in the order in which they are asked."""
    return list(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, prefix: str):
    for pattern in resolver.url_patterns:
        own = "" if isinstance(pattern.pattern, LocalePrefixPattern) else str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Door(prefix + own, pattern.name or "", pattern.callback)
        else:
            yield from _walk(pattern, prefix + own)


def named(door: Door) -> str:
    return door.route or "/"
