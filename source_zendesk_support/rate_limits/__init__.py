"""Who may call when: the account's limits, learnt from its answers."""
