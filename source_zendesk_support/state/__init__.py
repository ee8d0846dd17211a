"""Where a stream stands, and how STATE says so."""
