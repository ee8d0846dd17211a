"""A simulated Zendesk account."""

from .client import SimulatedAccount

__all__ = ["SimulatedAccount"]
