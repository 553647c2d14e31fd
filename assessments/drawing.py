"""Which questions a try meets and in what order: pure, and repeatable from the stored seed."""

import random
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence


def draw(
    *, questions: Sequence[Mapping], key: Mapping[str, Mapping], count: int, seed: int, seen: Collection[str] = ()
) -> list[dict]:
    """This will draw `count` questions: spread evenly over the lessons, unseen ones first inside each lesson.

    Where the count does not divide, the lessons with most unseen questions give one more. At least one question with a
    critical-error option is always among them, if the version has any: a test that never asks about danger proves
    nothing about it. Options are shuffled, but true and false keep their places; an ordering question is never shown in
    its right order.
    """
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose; the seed itself comes from `secrets`
    by_uuid = {q["uuid"]: q for q in questions}
    lessons: dict[int | None, list[str]] = defaultdict(list)
    for uuid in sorted(by_uuid):
        lessons[by_uuid[uuid]["lesson_number"]].append(uuid)
    for uuids in lessons.values():
        dice.shuffle(uuids)
        uuids.sort(key=lambda u: u in seen)  # stable: the shuffle stands inside each half

    chosen: list[str] = []
    while len(chosen) < min(count, len(by_uuid)):
        turn = [n for n, uuids in lessons.items() if uuids]
        dice.shuffle(turn)
        turn.sort(key=lambda n: -sum(u not in seen for u in lessons[n]))
        for number in turn[: count - len(chosen)]:
            chosen.append(lessons[number].pop(0))

    _have_one_critical(chosen, by_uuid, key, dice, seen)
    dice.shuffle(chosen)
    return [{"question": u, "options": _shuffled_options(by_uuid[u], key[u], dice)} for u in chosen]


def _have_one_critical(chosen: list[str], by_uuid: Mapping, key: Mapping, dice: random.Random, seen: Collection[str]):
    critical = [u for u in sorted(by_uuid) if key[u]["critical"]]
    if not critical or any(key[u]["critical"] for u in chosen):
        return
    dice.shuffle(critical)
    newcomer = min(critical, key=lambda u: u in seen)
    lesson = by_uuid[newcomer]["lesson_number"]
    same_lesson = [u for u in chosen if by_uuid[u]["lesson_number"] == lesson]
    chosen[chosen.index(dice.choice(same_lesson or chosen))] = newcomer


def _shuffled_options(question: Mapping, key: Mapping, dice: random.Random) -> list[str]:
    options = [o["uuid"] for o in question["options"]]
    if question["kind"] == "truefalse":
        return options
    dice.shuffle(options)
    if question["kind"] == "ordering" and options == key["correct"]:
        options = options[1:] + options[:1]
    return options
