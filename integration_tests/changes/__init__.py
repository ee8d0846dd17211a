"""An account that does not hold still while it is read."""
