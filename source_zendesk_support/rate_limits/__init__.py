"""When may each call be made? The account's rate limits, learnt from its responses."""
