"""How each kind of endpoint is walked, and what is taken from its pages."""
