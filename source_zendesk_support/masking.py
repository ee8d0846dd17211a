"""Prepares text from outside for messages: mask secrets first, then shorten.

In the other order, a secret at the cut would lose its end and would not be recognized. A server may also have shortened
it before quoting it, so parts of a secret are masked, too.
"""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from airbyte_cdk.utils import airbyte_secrets_utils
from airbyte_cdk.utils.airbyte_secrets_utils import update_secrets

MASK = "****"
SHOWN_CHARACTERS = 200
"""Limit for Zendesk's error texts; more is rarely useful."""
SHORTEST_SECRET_CHARACTERS = 4
"""Shorter secrets are masked only in the output: here they would garble words that distinguish errors."""
FRAGMENT_CHARACTERS = 8
"""This many consecutive characters of a secret are not a coincidence."""
SCANNED_FACTOR = 20
"""Parts of secrets are searched in this many times the shown characters."""
_EMAIL = re.compile(r"[^\s@<>()\[\]{}\"',;:=&?/|\\]+(?:@|%40)[^\s@<>()\[\]{}\"',;:=&?/|\\]+", re.IGNORECASE)

_FRAME = re.compile(r'(?: *\| )? +File ".+", line \d+')
_FIXED = re.compile(r"Traceback \(most recent call last\):$|(?:The above|During handling of the above) exception.*:$")


def safe_text(text: object, limit: int = SHOWN_CHARACTERS) -> str:
    """The start of a text from outside, with secrets, parts of secrets and email addresses masked.

    Args:
        text: the complete text; other values are converted with ``str``.
        limit: maximum number of characters.
    """
    secrets = _secrets()
    found = str(text)
    for secret in secrets:
        found = found.replace(secret, MASK)
    return _EMAIL.sub(MASK, _without_fragments(found[: limit * SCANNED_FACTOR], secrets))[:limit]


def add_secrets(secrets: Iterable[str], *, forget: bool = False) -> None:
    """Mask these secrets in all later output, in every encoding.

    Args:
        secrets: their plain values.
        forget: replace all earlier secrets.
    """
    forms = {form for secret in secrets for form in secret_encodings(secret)}
    known = forms if forget else forms | {str(secret) for secret in _all_secrets()}
    # The longest first: if one secret is part of another, no rest of the longer one may remain.
    update_secrets(sorted(filter(None, known), key=lambda form: (-len(form), form)))


def secret_encodings(secret: str) -> Iterator[str]:
    """The encodings of a secret: plain, stripped, and as in Python, JSON, URLs and HTML."""
    bare = secret.strip()
    octets = bare.encode("utf-8", "replace")
    yield from dict.fromkeys(
        (
            secret,
            bare,
            repr(bare)[1:-1],
            json.dumps(bare)[1:-1],
            json.dumps(bare, ensure_ascii=False)[1:-1],
            quote(octets, safe=""),
            quote_plus(octets),
            html.escape(bare),
        )
    )


def basic_auth_values(email: str, secret: str) -> Iterator[str]:
    """The HTTP Basic credentials of an email address and an API token."""
    pair = f"{email.strip()}/token:{secret.strip()}".encode("utf-8", "replace")
    yield from dict.fromkeys(encode(pair).decode() for encode in (b64encode, urlsafe_b64encode))


def stack_frames(stack_trace: str) -> str:
    """A stack trace with files, lines and exception types, without exception texts, which may contain row values."""
    kept: list[str] = []
    in_frame = False
    for line in stack_trace.splitlines():
        if _FRAME.match(line):
            in_frame = True
            kept.append(line)
        elif in_frame and line.startswith("    "):
            kept.append(line)
        elif _FIXED.match(line):
            in_frame = False
            kept.append(line)
        elif in_frame:
            in_frame = False
            kept.append(line.split(":", 1)[0])
    return "\n".join(kept) + "\n" if kept else ""


def _without_fragments(text: str, secrets: Iterable[str]) -> str:
    """The text with every long run of characters from a secret masked."""
    pieces = {
        secret[start : start + FRAGMENT_CHARACTERS]
        for secret in secrets
        if len(secret) >= 2 * FRAGMENT_CHARACTERS
        for start in range(len(secret) - FRAGMENT_CHARACTERS + 1)
    }
    starts = range(len(text) - FRAGMENT_CHARACTERS + 1) if pieces else ()
    masked = {
        position
        for start in starts
        if text[start : start + FRAGMENT_CHARACTERS] in pieces
        for position in range(start, start + FRAGMENT_CHARACTERS)
    }
    kept = (None if position in masked else character for position, character in enumerate(text))
    return _joined(kept) if masked else text


def _joined(characters: Iterable[str | None]) -> str:
    """The characters as text, with one mask for each run of missing ones."""
    found: list[str] = []
    for character in characters:
        if character is not None:
            found.append(character)
        elif not found or found[-1] != MASK:
            found.append(MASK)
    return "".join(found)


def _secrets() -> list[str]:
    return [str(secret) for secret in _all_secrets() if len(str(secret)) >= SHORTEST_SECRET_CHARACTERS]


def _all_secrets() -> list[str]:
    """The CDK's own list, which its loggers and traces also use; it has no public accessor."""
    return list(vars(airbyte_secrets_utils)["__SECRETS_FROM_CONFIG"])
