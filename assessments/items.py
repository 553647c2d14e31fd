"""How good is a question? Item analysis over first tries: pure arithmetic, one answer after the other.

No database, no names, no list of people: a question's account is a handful of sums, however many have answered.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import atanh, sqrt

ENOUGH = 30  # below this many answers a question is not judged
Z95 = 1.959963984540054  # two-sided 95 %
Z95_ONE_SIDED = 1.6448536269514722
FEW = 5  # with fewer right, or fewer wrong, one person's other answers would be the correlation
HARD = 0.40  # too hard: the whole interval lies below
EASY = 0.95  # too easy: the whole interval lies above

# In the order in which they deserve a look.
WRONG_KEY, NEGATIVE, TOO_HARD, TOO_EASY = "wrong_key", "negative", "too_hard", "too_easy"
FLAGS = (WRONG_KEY, NEGATIVE, TOO_HARD, TOO_EASY)


@dataclass
class Account:
    """The running sums of one question. `chosen` counts (place, option): place is 0 but for ordering."""

    n: int = 0
    right: int = 0
    critical: int = 0
    chosen: Counter = field(default_factory=Counter)
    rested: int = 0  # answers with other questions beside them
    rested_right: int = 0
    rest: float = 0.0
    rest_squared: float = 0.0
    rest_of_right: float = 0.0

    def add(
        self,
        *,
        answer: Sequence[str | None],
        is_right: bool,
        is_critical: bool,
        is_ordered: bool,
        rest_right: int,
        rest_total: int,
    ) -> None:
        """This will count one answer. rest_*: the other questions of the same try, without this one."""
        self.n += 1
        self.right += is_right
        self.critical += is_critical
        for place, option in enumerate(answer):
            if option is not None:
                self.chosen[place if is_ordered else 0, option] += 1
        if rest_total:
            share = rest_right / rest_total
            self.rested += 1
            self.rested_right += is_right
            self.rest += share
            self.rest_squared += share * share
            self.rest_of_right += share if is_right else 0.0


@dataclass(frozen=True)
class Judgement:
    """What the sums say. flags is empty below ENOUGH answers; rival: the option that beats the key."""

    n: int
    facility: float | None
    interval: tuple[float, float] | None
    discrimination: float | None
    flags: tuple[str, ...]
    rival: str | None

    @property
    def is_enough(self) -> bool:
        return self.n >= ENOUGH


def wilson(successes: int, n: int, z: float = Z95) -> tuple[float, float]:
    """This will give Wilson's score interval for a share."""
    share, squared = successes / n, z * z
    middle = (share + squared / (2 * n)) / (1 + squared / n)
    reach = z * sqrt(share * (1 - share) / n + squared / (4 * n * n)) / (1 + squared / n)
    return (middle - reach if successes else 0.0), (middle + reach if successes < n else 1.0)


def discrimination(account: Account) -> float | None:
    """This will correlate right or wrong with the share of the *other* questions she got right (point-biserial).

    None where all were alike: there is nothing to tell apart.
    """
    n, x, y = account.rested, account.rested_right, account.rest
    spread_x = n * x - x * x
    spread_y = n * account.rest_squared - y * y
    if not spread_x or spread_y <= 1e-9 * n * n:
        return None
    return max(-1.0, min(1.0, (n * account.rest_of_right - x * y) / sqrt(spread_x * spread_y)))


def rival_of(kind: str, correct: Sequence[str], options: Sequence[str], chosen: Mapping[tuple[int, str], int]):
    """This will name the option that people prefer to the key, or None.

    One right option: a wrong one chosen by more people. Several: a wrong one ticked more often than a right one. Ordering:
    a step that stands in some place more often than the step that belongs there.
    """
    if kind == "ordering":
        for place, belongs in enumerate(correct):
            best = max(options, key=lambda option: chosen.get((place, option), 0))
            if chosen.get((place, best), 0) > chosen.get((place, belongs), 0):
                return best
        return None
    wrong = [option for option in options if option not in correct]
    if not wrong or not correct:
        return None
    best = max(wrong, key=lambda option: chosen.get((0, option), 0))
    return best if chosen.get((0, best), 0) > min(chosen.get((0, option), 0) for option in correct) else None


def judge(account: Account, *, kind: str, correct: Sequence[str], options: Sequence[str]) -> Judgement:
    """This will say what the answers say about the question, and whether it deserves a look.

    Discrimination needs FEW right and FEW wrong: of two who were wrong it would say what else they got wrong.
    Negative: so far below nought that chance alone does it less than once in twenty (Fisher's z, one-sided).
    """
    if not account.n:
        return Judgement(n=0, facility=None, interval=None, discrimination=None, flags=(), rival=None)
    low, high = wilson(account.right, account.n)
    told_apart = discrimination(account) if FEW <= account.right <= account.n - FEW else None
    rival = None
    flags = []
    if account.n >= ENOUGH:
        rival = rival_of(kind, correct, options, account.chosen)
        if rival is not None:
            flags.append(WRONG_KEY)
        if told_apart is not None and _is_below_nought(told_apart, account.rested):
            flags.append(NEGATIVE)
        if high < HARD:
            flags.append(TOO_HARD)
        elif low > EASY:
            flags.append(TOO_EASY)
    return Judgement(
        n=account.n,
        facility=account.right / account.n,
        interval=(low, high),
        discrimination=told_apart,
        flags=tuple(flags),
        rival=rival,
    )


def _is_below_nought(correlation: float, n: int) -> bool:
    if correlation >= 0 or n <= 3:
        return False
    return atanh(max(correlation, -1 + 1e-12)) * sqrt(n - 3) < -Z95_ONE_SIDED


def median(counts: Mapping[float, int]) -> float | None:
    """This will give the middle of values told as {value: how often}."""
    total = sum(counts.values())
    if not total:
        return None
    middle = []
    for rank in ((total - 1) // 2, total // 2):
        passed = 0
        for value in sorted(counts):
            passed += counts[value]
            if passed > rank:
                middle.append(value)
                break
    return (middle[0] + middle[1]) / 2
