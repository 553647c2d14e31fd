import pytest


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.MFA_REQUIRED_FOR_STAFF = False  # it has tests of its own
