"""One command from arguments to exit code; every error is reported as an Airbyte message."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from airbyte_cdk.entrypoint import AirbyteEntrypoint
from airbyte_cdk.logger import AirbyteLogFormatter, init_logger
from airbyte_cdk.models import Level
from airbyte_cdk.utils.airbyte_secrets_utils import filter_secrets

from source_zendesk_support.config.token_store import ConfigFile, recover_tokens
from source_zendesk_support.entrypoint import ZendeskEntrypoint, read_config
from source_zendesk_support.errors import config_error, is_out_of_memory, out_of_memory_error
from source_zendesk_support.masking import stack_frames
from source_zendesk_support.output import MessageWriter, StdoutClosed, message_line, stdout, write_to_stderr
from source_zendesk_support.source import SourceZendeskSupport
from source_zendesk_support.unexpected_errors import explain_error

logger = logging.getLogger("airbyte")

FILTERED_LOGGERS = ("airbyte", "airbyte.SourceZendeskSupport")
INJECTIONS = ("manifest_path", "components_path")


def run(arguments: Sequence[str]) -> int:
    """Run a command.

    Args:
        arguments: as on the command line, without the program's name.

    Returns:
        0 if it succeeded completely, 1 otherwise.
    """
    parsed = AirbyteEntrypoint.parse_args(list(arguments))
    if not parsed.command:
        parsed = AirbyteEntrypoint.parse_args(["--help"])
    try:
        return _run_guarded(parsed, stdout())
    except StdoutClosed as gone:
        write_to_stderr(f"Stopped: cannot write to stdout ({gone}).\n")
        return 1


def _run_guarded(parsed: argparse.Namespace, output: MessageWriter) -> int:
    """Run; if no memory is left to report a failure, write the message that was prepared before."""
    last = message_line(out_of_memory_error().as_sanitized_airbyte_message())
    try:
        return _run(parsed, output)
    except (MemoryError, SystemError):  # SystemError if CPython had no memory for the MemoryError
        output.write_line(last)
        return 1


def _run(parsed: argparse.Namespace, output: MessageWriter) -> int:
    _log_to(output)
    try:
        _refuse_injections(vars(parsed))
        path = vars(parsed).get("config")
        if path:
            recover_tokens(path)
        config = read_config(path) if path else {}
        ZendeskEntrypoint(_source(path, config, output), output, config).execute(parsed)
    except StdoutClosed:
        raise
    except Exception as error:
        if is_out_of_memory(error):
            raise MemoryError from error
        _report(error, output)
        return 1
    return 0


def _refuse_injections(given: Mapping[str, Any]) -> None:
    """The CDK's parser takes options that its runners for low-code sources know, and this connector does not."""
    if named := [f"--{name.replace('_', '-')}" for name in INJECTIONS if given.get(name) is not None]:
        raise config_error(f"This connector runs only its own manifest. Remove {' and '.join(named)}.")


def _source(path: str | None, config: Mapping[str, Any], output: MessageWriter) -> SourceZendeskSupport:
    ZendeskEntrypoint.set_up_secret_filter(config, {})
    source = SourceZendeskSupport(config=config)
    if path:
        source.save_config = ConfigFile(path, output.send, config).save
    sys.stdout.flush()  # the CDK prints a migrated config directly to stdout
    return source


def _report(error: Exception, output: MessageWriter) -> None:
    """Report the error as Airbyte's UI expects it, with a stack trace only for internal errors."""
    traced = explain_error(error)
    if traced is not error:
        traced.__cause__ = error
    output.send(traced.as_sanitized_airbyte_message())
    output.flush()


def _keep_record(record: logging.LogRecord) -> bool:
    """Drop wrong or redundant log lines of the CDK, and stack traces of errors that we explain."""
    text = str(record.msg)
    if text.startswith("Exception while syncing stream"):
        record.exc_info = None
        return logging.getLogger("airbyte").isEnabledFor(logging.DEBUG)
    return not text.startswith(("Read 0 records", "MemoryMonitor instantiated", "During the sync"))


def _log_to(output: MessageWriter) -> None:
    """Write log lines through the same writer as messages, so they never mix within a line."""
    init_logger("airbyte")
    for name in FILTERED_LOGGERS:
        logging.getLogger(name).addFilter(_keep_record)
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # it warns of what is retried or reported in our own words
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.stream = output  # setStream would first flush to a stdout that may be closed
            handler.setFormatter(LogLineFormatter("%(message)s"))


class LogLineFormatter(AirbyteLogFormatter):
    """LOG messages without the CDK's serializer, which takes longer to build than most commands to run."""

    def format(self, record: logging.LogRecord) -> str:
        """One line with secrets masked."""
        if record.levelno <= logging.DEBUG:
            return super().format(record)
        level = self.level_mapping.get(record.levelno, Level.INFO)
        text = filter_secrets(logging.Formatter.format(self, record))
        return orjson.dumps({"type": "LOG", "log": {"level": level.value, "message": text}}).decode()

    def formatException(self, ei: Any) -> str:  # noqa: N802  the logging module's name
        """The stack trace without exception texts."""
        return stack_frames(super().formatException(ei)).rstrip("\n")
