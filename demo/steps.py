"""The titles of the demo's steps, and what each step proves (`make demo ARGS=--explain`)."""

from dataclasses import dataclass
from textwrap import fill

PROOFS = {
    "Starting": "Nothing below needs Zendesk: a simulated account answers over HTTP, with the limits and errors that "
    "Zendesk documents. It also knows what each table must contain.",
    "Checking": "The config is valid, the credentials are accepted, and every stream is offered with its schema. Each "
    "custom object of the account has a stream of its own.",
    "First sync": "All tables arrive through PyAirbyte, with typed columns, in one run.",
    "Changing": "The second sync has something to find: changed rows, new rows, and rows that are simply gone.",
    "Second sync": "Zendesk now refuses all incremental exports. The same tables are read from lists, from the same "
    "saved state. Six tables that nothing can replace keep the rows of the first sync.",
    "Results": "After each sync, the number of rows of every table is the account's, and at least the rows that "
    "changed in the account changed in the database. Rows that share a page cost no calls of their own.",
    "Summing": "A custom field is a numeric column, and a dropdown has its label: one query, no JSON.",
    "Deleted": "Rows that Zendesk no longer lists have the time of their deletion in the database.",
    "Reading": "The text of a messaging conversation is in the database, beside comments, in one view.",
    "Looking": "A custom object is a table with typed columns.",
    "Drawing": "The tables answer a support manager's first questions.",
}


@dataclass(frozen=True)
class Steps:
    """Prints the steps.

    Attributes:
        explain: also say what each step proves.
    """

    explain: bool

    def begin(self, title: str) -> None:
        """Print the title of a step."""
        print(f"\n==> {title}", flush=True)
        proof = next((text for words, text in PROOFS.items() if title.startswith(words)), "")
        if self.explain and proof:
            print(fill(f"It proves: {proof}", 100, initial_indent="    ", subsequent_indent="    "), flush=True)
