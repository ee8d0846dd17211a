"""Faults by chance, over all streams: how a sync under fire is run and judged."""
