"""The profile's steps are functions that exist, so that it does not break unnoticed when one is renamed."""

import pytest

from benchmarks.profile import steps_of_a_sync


@pytest.mark.parametrize(("owner", "name", "step"), steps_of_a_sync())
def test_step_of_the_profile_is_a_function(owner: object, name: str, step: str) -> None:
    assert callable(getattr(owner, name)), step
