"""Who cites a clause, in words that an author knows them by. Each app above adds its part.

@citing.part
def lessons_citing(clauses): return {clause.pk: ["C04 第 3 课"]}
"""

from collections.abc import Callable, Sequence

from content.models import LawClause

Part = Callable[[Sequence[LawClause]], dict[int, list[str]]]
PARTS: list[Part] = []


def part(function: Part) -> Part:
    """This will have the function asked whenever a clause is about to go."""
    PARTS.append(function)
    return function


def citing(clauses: Sequence[LawClause]) -> dict[int, list[str]]:
    """This will name what cites each of the clauses, by its key; a clause that nothing cites is not among them."""
    found: dict[int, list[str]] = {}
    for function in PARTS if clauses else ():
        for pk, names in function(clauses).items():
            found.setdefault(pk, []).extend(names)
    return found
