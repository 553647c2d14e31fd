"""Turns the plain writing of our drafts (front matter, headings, lists, tables, call-outs) into a page's blocks.

A small, strict subset of Markdown: what it does not know it refuses, so a draft's slip is found here and not by a
learner. Pure: no database, no clock.
"""

import re
import tomllib
import uuid
from collections.abc import Iterator
from html import escape
from pathlib import Path

# Names the blocks: the same place in both languages, and at every import, has the same id.
NAMESPACE = uuid.UUID("6f0c2f0e-5a53-4d11-9b0c-9a1d3f0c4e21")


class DraftError(ValueError):
    """A draft breaks its format. The message says which file and what."""


def read_draft(path: Path) -> tuple[dict, str]:
    """This will split a draft into its front matter and its body."""
    _before, front, body = path.read_text(encoding="utf-8").split("+++", 2)
    return tomllib.loads(front), body.strip() + "\n"


def block_id(*parts: object) -> str:
    """This will name a block by its place."""
    return str(uuid.uuid5(NAMESPACE, "/".join(str(part) for part in parts)))


def chapters(body: str, level: int = 2) -> list[tuple[str, str]]:
    """This will split text at its headings of one level: [(heading, text)]. Text before the first has heading ""."""
    parts = re.split(rf"^{'#' * level} (.+)$", body, flags=re.MULTILINE)
    found = [("", parts[0].strip())] if parts[0].strip() else []
    return found + [(parts[i].strip(), parts[i + 1].strip()) for i in range(1, len(parts), 2)]


def inline(text: str) -> str:
    """This will make one line's HTML: escaped, **bold**, and [words](address) for links."""
    html = escape(text.strip(), quote=False)
    html = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", html)
    return re.sub(r"\[([^\]]+)\]\((/[^)\s]*|https://[^)\s]*)\)", r'<a href="\2">\1</a>', html)


def pieces(text: str) -> Iterator[tuple[str, list[str]]]:
    """This will walk a text: ("p" | "ul" | "ol" | "h3" | "table" | "quote" | "picture", its lines)."""
    kind, lines = "", []
    for line in [*text.splitlines(), ""]:
        now = (
            ""
            if not line.strip()
            else "h3"
            if line.startswith("### ")
            else "ul"
            if line.startswith("- ")
            else "ol"
            if re.match(r"\d+\. ", line)
            else "table"
            if line.startswith("|")
            else "quote"
            if line.startswith(">")
            else "picture"
            if line.startswith("![")
            else "p"
        )
        if lines and (now != kind or now == "h3"):
            yield kind, lines
            lines = []
        kind = now
        if now:
            lines.append(re.sub(r"^(### |- |\d+\. |> ?)", "", line).rstrip())


def html_of(kind: str, lines: list[str]) -> str:
    """This will write one piece as the HTML of a rich text."""
    if kind == "p":
        return "".join(f"<p>{inline(line)}</p>" for line in lines)
    if kind == "h3":
        return f"<h3>{inline(lines[0])}</h3>"
    if kind in ("ul", "ol"):
        return f"<{kind}>" + "".join(f"<li>{inline(line)}</li>" for line in lines) + f"</{kind}>"
    raise DraftError(f"a {kind} does not belong here: {lines[0]}")


def rich(text: str) -> str:
    """This will write a text of paragraphs and lists as rich text."""
    return "".join(html_of(kind, lines) for kind, lines in pieces(text))


def paragraphs(lines: list[str]) -> str:
    """This will write a quotation's lines as paragraphs: an empty line separates two."""
    return rich("\n".join(lines))


def callout(lines: list[str]) -> dict:
    """This will read a call-out: its first line is bold; ✕ marks what harms."""
    title = re.fullmatch(r"\*\*(✕ ?)?(.+)\*\*", lines[0].strip())
    if title is None:
        raise DraftError(f"a call-out begins with a bold line: {lines[0]}")
    speaks = re.search(r"可以这样说|Say it|You can say|把话说", title[2])
    tone = "danger" if title[1] else "say" if speaks else "do"
    return {"tone": tone, "title": title[2], "text": paragraphs(lines[1:])}


def table(lines: list[str]) -> dict:
    """This will read a table of pipes."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    if len(rows) < 3 or set("".join(rows[1])) - set("-: "):
        raise DraftError(f"a table has a head, a rule and rows: {lines[0]}")
    return {"caption": "", "head": rows[0], "rows": rows[2:]}


def picture(line: str) -> dict:
    """This will read a picture: ![what it shows](its-name "what stands below it"), the name without language."""
    read = re.fullmatch(r"!\[([^\]]+)\]\(([a-z0-9-]+) \"([^\"]+)\"\)", line)
    if read is None:
        raise DraftError(f'a picture is ![what it shows](name "caption"): {line}')
    return {"image": read[2], "alt": read[1], "caption": read[3]}


def section(heading: str, text: str) -> Iterator[tuple[str, dict]]:
    """This will read one teaching section: text, with tables, pictures and call-outs in their places."""
    html = ""
    for kind, lines in pieces(text):
        if kind not in ("table", "quote", "picture"):
            html += html_of(kind, lines)
            continue
        if html or heading:
            yield "section", {"heading": heading, "text": html}
            heading, html = "", ""
        yield (
            ("table", table(lines))
            if kind == "table"
            else ("picture", picture(lines[0]))
            if kind == "picture"
            else ("callout", callout(lines))
        )
    if html:
        yield "section", {"heading": heading, "text": html}


def listed(values: list, *name: object) -> list[dict]:
    """This will write a ListBlock's items as they are stored."""
    return [{"type": "item", "value": value, "id": block_id(*name, i)} for i, value in enumerate(values)]


def stored(blocks: list[tuple[str, dict]], *name: object) -> list[dict]:
    """This will write blocks as a StreamField stores them, each named by its place."""
    return [{"type": kind, "value": value, "id": block_id(*name, i)} for i, (kind, value) in enumerate(blocks)]


def with_lists(kind: str, value: dict, *name: object) -> dict:
    """This will give the lists inside a table, a list of steps or a practice their ids."""
    if kind == "table":
        rows = [listed(row, *name, "row", i) for i, row in enumerate(value["rows"])]
        return value | {"head": listed(value["head"], *name, "head"), "rows": listed(rows, *name, "rows")}
    if kind == "steps":
        return value | {"entries": listed(value["entries"], *name, "entries")}
    if kind == "practice":
        return value | {"checks": listed(value["checks"], *name, "checks")}
    return value


def info_blocks(body: str, *name: object) -> list[dict]:
    """This will read an information page: sections by heading."""
    blocks = [block for heading, text in chapters(body) for block in section(heading, text)]
    return stored([(kind, with_lists(kind, value, *name, i)) for i, (kind, value) in enumerate(blocks)], *name)
