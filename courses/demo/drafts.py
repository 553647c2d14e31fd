"""Reads a lesson's draft (courses/demo/c04/lesson-NN.zh.md) into the blocks of a LessonPage. Pure and strict."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from content.demo import writing
from content.demo.writing import DraftError, chapters, inline, listed, pieces, rich

VERDICT = {"x": "good", " ": "weaker", "!": "critical"}

# What the fixed headings are called; whatever follows a colon is the part's own title.
HEADINGS = {
    "zh": {"开场": "scene", "要点": "point", "法条": "law", "案例": "case", "清单": "list", "练一练": "practice",
           "自测": "check", "带走一句": "sentence"},
    "en": {"A scene": "scene", "The point": "point", "The law": "law", "The case": "case", "The list": "list",
           "Practice": "practice", "Self-check": "check", "One sentence": "sentence"},
}  # fmt: skip


@dataclass(frozen=True)
class LessonDraft:
    """One lesson in one language, read."""

    path: Path
    language: str  # zh or en
    facts: dict  # the front matter
    body: list[dict]  # as a StreamField stores it; a law's clause still by its citation
    citations: tuple[str, ...]

    @property
    def number(self) -> int:
        return self.facts["lesson"]

    @property
    def review_by_date(self) -> date | None:
        return self.facts.get("review_by")


def read_lesson(path: Path) -> LessonDraft:
    """This will read one draft; a slip in it raises DraftError with the file's name."""
    language = path.name.split(".")[1]
    facts, body = writing.read_draft(path)
    name = (facts["course"], facts["lesson"])
    try:
        blocks = [block for heading, text in chapters(body) for block in part(language, heading, text)]
    except DraftError as problem:
        raise DraftError(f"{path.name}: {problem}") from problem
    cited = [value["clause"] for kind, value in blocks if kind == "law"]
    stored = [(kind, nested(kind, value, *name, i)) for i, (kind, value) in enumerate(blocks)]
    return LessonDraft(
        path=path,
        language=language,
        facts=facts,
        body=writing.stored(stored, *name),
        citations=tuple(dict.fromkeys([*facts["laws"], *cited])),
    )


def part(language: str, heading: str, text: str) -> Iterator[tuple[str, dict]]:
    """This will read one `## ` part of a lesson."""
    head, _colon, title = (
        (word.strip() for word in re.split(r"(：|: )", heading, maxsplit=1))
        if re.search(r"：|: ", heading)
        else (heading, "", "")
    )
    kind = HEADINGS[language].get(head)
    if kind in ("scene", "point", "sentence"):
        yield kind, {"text": rich(text)}
    elif kind == "law":
        for excerpt, words in chapters(text, level=3):
            yield "law", law(excerpt, words)
    elif kind == "case":
        yield "case", case(title, text)
    elif kind == "list":
        entries = [line for what, lines in pieces(text) if what == "ol" for line in lines]
        yield "steps", {"title": heading, "kind": "steps", "entries": [f"<p>{inline(line)}</p>" for line in entries]}
    elif kind == "practice":
        yield "practice", practice(title, text)
    elif kind == "check":
        for question, words in chapters(text, level=3):
            options = [
                {"text": c["text"], "verdict": c["verdict"], "feedback": c["consequence"]} for c in choices(words)[1]
            ]
            yield "self_check", {"question": question, "options": options}
    else:
        yield from writing.section(heading, text)


def law(excerpt: str, words: str) -> dict:
    """This will read one excerpt: key | version | article, our paraphrase, and our reading as a quotation."""
    try:
        key, version, article = (word.strip() for word in excerpt.split("|"))
    except ValueError:
        raise DraftError(f"a law's heading is key | version | article: {excerpt}") from None
    said = "".join(writing.html_of(kind, lines) for kind, lines in pieces(words) if kind != "quote")
    read = "".join(writing.paragraphs(lines) for kind, lines in pieces(words) if kind == "quote")
    return {"clause": f"{key}@{version}:{article}", "paraphrase": said, "reading": read}


def choices(text: str) -> tuple[str, list[dict]]:
    """This will read choices with what they lead to: (the words before them, the choices)."""
    before, found = "", []
    for kind, lines in pieces(text):
        if kind != "ul":
            before += writing.html_of(kind, lines)
            continue
        for line in lines:
            choice = re.fullmatch(r"\[([x !])\] (.+?) \|\| (.+)", line)
            if choice is None:
                raise DraftError(f"a choice is [x] text || what it leads to: {line}")
            found.append({"text": choice[2], "verdict": VERDICT[choice[1]], "consequence": choice[3]})
    if sum(c["verdict"] == "good" for c in found) < 1:
        raise DraftError(f"no good choice: {text[:40]}")
    return before, found


def case(title: str, text: str) -> dict:
    """This will read the case: its story, then its forks."""
    (_none, story), *forks = chapters(text, level=3)
    read = []
    for question, words in forks:
        before, found = choices(words)
        read.append({"question": question, "text": before, "choices": found})
    return {"title": title, "text": rich(story), "forks": read}


def practice(title: str, text: str) -> dict:
    """This will read the practice: what to do, the last list to check oneself by, and the model answer."""
    (_none, task), (_model, answer) = chapters(text, level=3)
    parts = list(pieces(task))
    last = max((i for i, (kind, _lines) in enumerate(parts) if kind == "ul"), default=len(parts))
    html = [writing.html_of(kind, lines) for kind, lines in parts]
    return {
        "title": title,
        "text": "".join(html[:last]),
        "checks": parts[last][1] if last < len(parts) else [],
        "after": "".join(html[last + 1 :]),
        "answer": rich(answer),
    }


def nested(kind: str, value: dict, *name: object) -> dict:
    """This will give the lists inside a block their ids, as they are stored."""
    if kind == "case":
        forks = [fork | {"choices": listed(fork["choices"], *name, "fork", i)} for i, fork in enumerate(value["forks"])]
        return value | {"forks": listed(forks, *name, "forks")}
    if kind == "self_check":
        return value | {"options": listed(value["options"], *name, "options")}
    return writing.with_lists(kind, value, *name)
