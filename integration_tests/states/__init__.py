"""Any state that a connection may bring along: no gap, no crash, no endless loop."""
