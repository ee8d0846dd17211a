"""Every endpoint that the account serves."""

from .chat import CHAT
from .configuration import CONFIGURATION
from .exports import ALL_EXPORTS
from .guide import COMMUNITY, HELP_CENTER
from .people import PEOPLE
from .table import Endpoint
from .talk import TALK
from .tickets import TICKETS

__all__ = ["ENDPOINTS", "Endpoint"]

ENDPOINTS: tuple[Endpoint, ...] = (
    *TICKETS,
    *ALL_EXPORTS,
    *PEOPLE,
    *CONFIGURATION,
    *HELP_CENTER,
    *COMMUNITY,
    *TALK,
    *CHAT,
)
