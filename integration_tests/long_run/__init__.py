"""Weeks and months of syncs of an account in which people work, on a clock that runs ahead of ours."""
