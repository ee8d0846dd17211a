"""Whatever is selected, in whatever order, by however many workers: the same rows, and an end."""
