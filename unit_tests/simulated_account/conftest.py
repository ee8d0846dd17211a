import pytest

from integration_tests.simulated_account.world import World
from unit_tests.simulated_account.asking import Api, small_world


@pytest.fixture(scope="session")
def unchanged() -> World:
    """A world that no test changes."""
    return small_world(tickets=400)


@pytest.fixture
def world() -> World:
    """A world of the test's own."""
    return small_world()


@pytest.fixture
def api(world: World) -> Api:
    """The API of the test's own world."""
    return Api(world)


@pytest.fixture
def reading(unchanged: World) -> Api:
    """The API of the world that no test changes."""
    return Api(unchanged)
