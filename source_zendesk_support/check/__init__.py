"""What `check` requests and reports."""
