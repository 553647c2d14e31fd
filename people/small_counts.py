"""How many people, told so that nobody of a few can be made out. Pure.

A count is written as the nearest multiple of five; below five no number is written at all, not even nought. Because
every count is rounded by itself, no total minus the rest gives a small count back: what is left of 20 minus 20 may be
nobody or four (tests/people/test_small_counts.py goes through every small table). Shares are made from the rounded
counts, or they would say what the counts hide.
"""

FEW = 5


def rounded(count: int) -> int | None:
    """This will give the count as it may be written, or None for "fewer than five"."""
    return None if count < FEW else (count + FEW // 2) // FEW * FEW


def share_percent(part: int, whole: int) -> int | None:
    """This will give the share in whole percent, from the rounded counts; None where one of them is not written."""
    few, many = rounded(part), rounded(whole)
    return None if few is None or many is None else min(100, (200 * few + many) // (2 * many))
