"""Reads the files of the command line, each once because it may be a pipe, in any Unicode encoding."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import orjson
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.errors import config_error

MAX_FILE_BYTES = 128 * 2**20
"""A catalog of all streams has less than 1 MiB; a larger file is a mistake."""
MAX_CHARACTER_BYTES = 4
_SURROUNDING_CHARACTERS = "\0\ufeff \t\r\n"
"""Characters that editors and copying programs leave around a text."""


def read_json(path: str, what: str) -> Any:
    """The JSON value of a file in UTF-8, UTF-16 or UTF-32, with or without a byte order mark.

    Args:
        path: of a file or a pipe such as ``/dev/stdin``.
        what: the file's role in the command, for messages.

    Raises:
        AirbyteTracedException: configuration error; the file cannot be read or is not JSON.
    """
    try:
        return orjson.loads(read_text(path, what))
    except orjson.JSONDecodeError as error:
        raise not_json_error(path, what) from error


def read_text(path: str, what: str) -> str:
    """The text of such a file; arguments and errors as ``read_json``."""
    try:
        with Path(path).open("rb") as file:
            octets = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise config_error(f"The {what} file {path} cannot be read: {error.strerror}.") from error
    if len(octets) > MAX_FILE_BYTES:
        raise config_error(f"The {what} file {path} is larger than {MAX_FILE_BYTES >> 20} MiB. Is it the right one?")
    try:
        return _text(octets)
    except UnicodeDecodeError as error:
        raise not_json_error(path, what) from error


def not_json_error(path: str, what: str) -> AirbyteTracedException:
    """The configuration error for a file with other content."""
    return config_error(f"The {what} file {path} is not valid JSON.")


def _text(octets: bytes) -> str:
    """The text; its first characters determine its encoding, as always in JSON.

    Raises:
        ValueError: it is not text.
    """
    size = len(octets.rstrip(b"\0"))
    padded = octets[: size + -size % MAX_CHARACTER_BYTES]  # a character may end in zeros
    return padded.decode(json.detect_encoding(padded)).strip(_SURROUNDING_CHARACTERS)
