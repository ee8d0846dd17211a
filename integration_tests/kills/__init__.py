"""Syncs that are ended from outside: by signals, by their reader, by the lack of memory."""
