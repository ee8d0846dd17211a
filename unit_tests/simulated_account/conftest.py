import pytest

from integration_tests.simulated_account.server_state import ServerState
from unit_tests.simulated_account.api_client import ApiClient, small_account


@pytest.fixture(scope="session")
def unchanged() -> ServerState:
    """An account that no test changes."""
    return small_account(tickets=400)


@pytest.fixture
def server() -> ServerState:
    """An account of the test's own."""
    return small_account()


@pytest.fixture
def api(server: ServerState) -> ApiClient:
    """The API of the test's own account."""
    return ApiClient(server)


@pytest.fixture
def reading(unchanged: ServerState) -> ApiClient:
    """The API of the account that no test changes."""
    return ApiClient(unchanged)
