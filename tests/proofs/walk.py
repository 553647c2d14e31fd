"""Every page and every form of the product, found by following it: for each kind of visitor, from the pages that
tests/pages/world.py lists and, for a trainer and an administrator, from the desk on."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.test import Client

DESK = "/admin/"
# what leads away, what ends the session, and what lists the same page again in another order
NOT_FOLLOWED = ("/accounts/logout/", "/static/", "/media/", "mailto:", "tel:", "javascript:")


@dataclass
class Form:
    visitor: str
    page: str
    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)  # name to the values it would send
    kinds: dict[str, str] = field(default_factory=dict)

    @property
    def files(self) -> list[str]:
        return [name for name, kind in self.kinds.items() if kind == "file"]

    @property
    def key(self) -> tuple:
        return self.visitor, shape(self.action), self.method, tuple(sorted(self.fields))


def shape(path: str) -> str:
    """An address without its keys: two courses have the same form."""
    parts = urlsplit(path).path.split("/")
    return "/".join("#" if any(c.isdigit() for c in part) else part for part in parts)


class _Reader(HTMLParser):
    def __init__(self, visitor: str, page: str) -> None:
        super().__init__()
        self.visitor, self.page = visitor, page
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.open: Form | None = None
        self.area = ""
        self.choice = ""

    def handle_starttag(self, tag, attributes) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "a" and given.get("href"):
            self.links.append(urljoin(self.page, given["href"]))
        for name in ("data-chooser-url", "data-url", "hx-get", "data-w-upload-url-value"):
            if given.get(name, "").startswith("/"):
                self.links.append(given[name])
        if tag == "form":
            action = urljoin(self.page, given.get("action") or self.page)
            self.open = Form(self.visitor, self.page, action, given.get("method", "get").lower())
            self.forms.append(self.open)
        if self.open is None:
            return
        name = given.get("name", "")
        if tag in ("input", "button") and name:
            kind = given.get("type", "text")
            if kind in ("checkbox", "radio") and "checked" not in given and name in self.open.fields:
                return
            self.open.fields.setdefault(name, [])
            self.open.kinds[name] = kind
            if kind != "file":
                self.open.fields[name] = [given.get("value", "")]
        elif tag == "textarea" and name:
            self.area = name
            self.open.fields[name], self.open.kinds[name] = [""], "textarea"
        elif tag == "select" and name:
            self.choice = name
            self.open.fields[name], self.open.kinds[name] = [""], "select"
        elif tag == "option" and self.choice and ("selected" in given or not self.open.fields[self.choice][0]):
            self.open.fields[self.choice] = [given.get("value", "")]

    def handle_endtag(self, tag) -> None:
        if tag == "form":
            self.open = None
        elif tag == "textarea":
            self.area = ""
        elif tag == "select":
            self.choice = ""

    def handle_data(self, data) -> None:
        if self.area and self.open is not None:
            self.open.fields[self.area] = [self.open.fields[self.area][0] + data]


def client_of(cookie: str, **options) -> Client:
    client = Client(raise_request_exception=False, **options)
    if cookie:
        client.cookies["sessionid"] = cookie
    return client


SHEETS = ("spreadsheet", "csv", "excel", "zip")


def is_sheet(answer) -> bool:
    """Is it a file for a spreadsheet program?"""
    kind = answer.get("Content-Type", "")
    return answer.status_code == 200 and any(name in kind for name in SHEETS)


def body_of(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def walk(
    visitor: str, cookie: str, starts: list[str], *, most: int, within: str = "/", sheets: dict | None = None
) -> tuple[list[Form], list[str]]:
    """This will follow links breadth first and give the forms, each once, and the pages that answered 200.

    Files for a spreadsheet go into `sheets`, by their address, where that is given.
    """
    client, seen, shapes, forms, pages = client_of(cookie), set(), {}, {}, []
    queue = list(starts)
    while queue and len(pages) < most:
        path = queue.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        html = answer.get("Content-Type", "").startswith("text/html") and not answer.streaming
        if sheets is not None and is_sheet(answer):
            sheets[f"{visitor} {path}"] = (answer["Content-Type"], body_of(answer))
        if answer.status_code == 302 and answer["Location"].startswith("/"):
            queue.append(answer["Location"])
        if not html and not answer.get("Content-Type", "").startswith("application/json"):
            continue
        if answer.status_code != 200:
            continue
        text = answer.content.decode()
        if not html:  # Wagtail's choosers come as JSON
            text = "".join(str(v) for v in answer.json().values()) if isinstance(answer.json(), dict) else ""
        else:
            pages.append(path)
        reader = _Reader(visitor, path)
        reader.feed(text)
        for form in reader.forms:
            forms.setdefault(form.key, form)
        for link in reader.links:
            parts = urlsplit(link)
            target = parts.path
            if parts.netloc or not target.startswith(within) or any(no in target for no in NOT_FOLLOWED):
                continue
            shapes[shape(target)] = shapes.get(shape(target), 0) + 1
            if shapes[shape(target)] <= 2 and target not in seen:  # two of a kind: the first may be an odd one
                queue.append(target)
    return list(forms.values()), pages


def everybody() -> tuple[dict, dict[str, str]]:
    """This will give one person of the demo for each kind of visitor, and her session; public is nobody."""
    from tests.pages.world import _session, visitors

    people = visitors()
    for role in ("trainer", "reviewer", "administrator"):
        if people.get(role) is None and (user := _holder(role)):
            people[role] = user
    return people, {visitor: _session(user) if user else "" for visitor, user in people.items()}


def _holder(role: str):
    from people.models import RoleGrant, User

    grant = RoleGrant.objects.filter(role=role, to_date=None, user__is_demo=True).order_by("pk").first()
    return User.objects.get(pk=grant.user_id) if grant else None


def desk_doors() -> list[str]:
    """Ways into the desk, those included that Wagtail opens by script alone."""
    from django.urls import reverse

    names = ("wagtailimages:add", "wagtailimages:add_multiple", "wagtaildocs:add", "wagtaildocs:add_multiple",
             "wagtailimages_chooser:choose", "wagtaildocs_chooser:choose", "wagtailadmin_choose_page",
             "wagtailadmin_choose_page_external_link", "wagtailmedia:index", "wagtailadmin_reports:site_history")  # fmt: skip
    doors = [reverse(name) for name in names]
    return [DESK, *doors, reverse("wagtailmedia:add", args=["audio"]), reverse("wagtailmedia:add", args=["video"])]


def walk_all(people: dict, cookies: dict[str, str], *, most: int = 160, sheets: dict | None = None):
    """This will yield (visitor, forms, pages): the listed pages of each and what they lead to, then the desk."""
    from django.urls import reverse

    from tests.pages.world import PAGES

    for visitor, pages in PAGES.items():
        starts = [
            name if name.startswith("/") else reverse(name, kwargs=find(people[visitor]))
            for name, find in pages.items()
        ]
        yield visitor, *walk(visitor, cookies[visitor], [*starts, "/en/"], most=50, sheets=sheets)
    for visitor in ("trainer", "reviewer", "administrator"):
        if visitor in cookies:
            yield visitor, *walk(visitor, cookies[visitor], desk_doors(), most=most, within=DESK, sheets=sheets)


def main() -> None:
    """Prints who there is, with which session, and which pages she can reach."""
    import json

    import django

    django.setup()
    people, cookies = everybody()
    found: dict[str, list[str]] = {}
    for visitor, _forms, pages in walk_all(people, cookies):
        found.setdefault(visitor, []).extend(page for page in pages if page not in found.get(visitor, []))
    print(json.dumps({visitor: {"cookie": cookies[visitor], "pages": pages} for visitor, pages in found.items()}))


if __name__ == "__main__":
    main()
