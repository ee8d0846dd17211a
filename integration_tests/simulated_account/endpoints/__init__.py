"""Every endpoint that the account serves: what follows from the manifest, and the hand-made ones in its place."""

from collections.abc import Mapping

from integration_tests.simulated_account.declared_streams import DeclaredStream

from .chat import CHAT
from .custom_objects import CUSTOM_OBJECTS
from .declared import declared_endpoints
from .endpoint import ApiEndpoint
from .exports import ALL_EXPORTS
from .lists import LISTS

__all__ = ["ApiEndpoint", "endpoints_of"]


def endpoints_of(streams: Mapping[str, DeclaredStream]) -> list[ApiEndpoint]:
    """The endpoints of an account with these streams."""
    found = (*declared_endpoints(streams), *ALL_EXPORTS, *LISTS, *CUSTOM_OBJECTS, *CHAT)
    return list({endpoint.path: endpoint for endpoint in found}.values())
