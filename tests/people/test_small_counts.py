"""A few people are never counted out loud, and no subtraction brings them back."""

from collections import defaultdict
from itertools import product

from people.small_counts import rounded, share_percent


def test_under_five_is_not_written_and_the_rest_is_rounded_to_fives():
    assert [rounded(n) for n in range(13)] == [None] * 5 + [5, 5, 5, 10, 10, 10, 10, 10]
    assert rounded(1_003) == 1_005


def test_shares_come_from_what_is_written():
    assert share_percent(13, 27) == share_percent(15, 25) == 60
    assert share_percent(4, 27) is None
    assert share_percent(3, 4) is None
    assert share_percent(28, 28) == 100
    assert share_percent(12, 12) <= 100


def left_to_guess(written, derived, worlds) -> list[tuple]:
    """What is written → every small count that some world behind it has and no other contradicts."""
    behind = defaultdict(set)
    for world in worlds:
        behind[written(world)].add(derived(world))
    return [seen for seen, values in behind.items() if len(values) == 1 and 0 < next(iter(values)) < 5]


def test_no_small_count_comes_back_by_subtraction():
    """Every lesson of up to 24 openers: finished, stopped, still at it; and what follows from any two of them."""
    worlds = [(o, f, s) for o, f, s in product(range(25), repeat=3) if f + s <= o]

    def written(world):
        opened, finished, stopped = world
        return rounded(opened), rounded(finished), rounded(stopped), share_percent(finished, opened)

    for derived in (
        lambda w: w[0],
        lambda w: w[1],
        lambda w: w[2],
        lambda w: w[0] - w[1],  # not finished
        lambda w: w[0] - w[1] - w[2],  # still at it
        lambda w: w[0] - w[2],
    ):
        assert left_to_guess(written, derived, worlds) == []


def test_nor_between_one_lesson_and_the_next():
    """Who opened the second had finished the first: the difference is people who stand between two lessons."""
    worlds = [w for w in product(range(24), repeat=3) if w[0] >= w[1] >= w[2]]

    def written(world):
        return tuple(rounded(n) for n in world)

    for derived in (lambda w: w[0] - w[1], lambda w: w[1] - w[2], lambda w: w[0] - w[2]):
        assert left_to_guess(written, derived, worlds) == []


def test_twin_exact_totals_would_give_them_away():
    worlds = [(o, f) for o, f in product(range(25), repeat=2) if f <= o]

    given_away = left_to_guess(lambda w: (w[0], w[1] if w[1] >= 5 else None), lambda w: w[0] - w[1], worlds)

    assert (20, 18) in given_away
