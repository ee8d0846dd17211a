"""What takes too long for every change: the reliability suites at full length, and the report of what they found.

`make soak` runs them all and writes docs/reliability.md; `make soak SUITES="faults kills"` runs some of them.
"""
