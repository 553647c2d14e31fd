"""A wrong or swapped character never reads as another certificate."""

from itertools import pairwise

import pytest

from certificates import numbers

NUMBER = numbers.number_for(issuer_code="QM", year=2026, region_code="520624", serial=123)


def test_number_says_issuer_year_county_and_serial():
    assert NUMBER == "QM-2026-520624-000123-8"


def test_check_digit_is_damms():
    """572 has the check digit 4 in his paper's example."""
    assert numbers._check_digit("", "572") == 4


@pytest.mark.parametrize(
    "typed",
    [
        "QM-2026-520624-000123-8",
        " qm 2026 520624 000123 8 ",
        "ＱＭ－２０２６－５２０６２４－０００１２３－８",
        "qm20265206240001238",
        "QM—2026–520624−000123‐8",
        "\u200bQM-2026-520624-000123-8。",
    ],
)
def test_number_is_read_however_it_was_typed(typed):
    assert numbers.read_number(typed) == NUMBER


@pytest.mark.parametrize(
    "typed", ["", "QM", "QM-2026-520624-000123", "QM-2026-520624-000123-88", "1" * 5000, "Q/2026", "٣"]
)
def test_what_is_no_number_is_nothing(typed):
    assert numbers.read_number(typed) is None
    assert numbers.read_code(typed) is None


def test_every_wrong_digit_and_every_swap_of_neighbours_in_a_number_is_found():
    plain = NUMBER.replace("-", "")
    wrong = {plain[:i] + d + plain[i + 1 :] for i in range(2, len(plain)) for d in "0123456789" if d != plain[i]}
    wrong |= {plain[:i] + "Q" + plain[i + 1 :] for i in (1,)}
    swapped = {plain[:i] + b + a + plain[i + 2 :] for i, (a, b) in enumerate(pairwise(plain)) if a != b and i > 1}

    assert len(wrong) == 17 * 9 + 1
    assert {number for number in wrong | swapped if numbers.read_number(number)} == set()


def test_every_wrong_character_and_every_swap_of_neighbours_in_a_code_is_found():
    for code in (numbers.new_code() for _ in range(20)):
        wrong = {code[:i] + c + code[i + 1 :] for i in range(17) for c in numbers.ALPHABET if c != code[i]}
        swapped = {code[:i] + b + a + code[i + 2 :] for i, (a, b) in enumerate(pairwise(code)) if a != b}

        assert numbers.read_code(code) == code
        assert {other for other in wrong | swapped if numbers.read_code(other)} == set()


def test_code_has_eighty_random_bits_and_no_character_to_mistake_for_another():
    codes = {numbers.new_code() for _ in range(2000)}

    assert len(codes) == 2000
    assert {len(code) for code in codes} == {17}
    assert not set("".join(codes)) & set("ILOU")
    assert numbers.read_code(" " + next(iter(codes)).lower().replace("0", "o").replace("1", "l")) in codes
