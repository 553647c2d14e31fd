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
