"""What surrounds the process may be odd: its stdout, its files, its temp folder, its limits."""

import fcntl
import json
import os
import resource
import select
import sys
from pathlib import Path

import pytest

from integration_tests.command_output import CommandOutput, parsed_messages
from integration_tests.configured_catalog import configured
from integration_tests.conftest import connector_of
from integration_tests.connector import PROGRAM, Connector
from integration_tests.in_process import run
from integration_tests.processes import finished, finished_program, running
from integration_tests.simulated_account import SimulatedAccount

STREAMS = ("articles", "article_comments", "article_attachments", "groups")


def test_a_slow_reader_of_a_stdout_that_does_not_block_gets_every_line(
    account: SimulatedAccount, connector: Connector
) -> None:
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    os.set_blocking(writing, False)
    command = [*PROGRAM, *connector.arguments(("tickets", "users", "groups"), None)]
    with running(*command, stdout=writing) as process:
        os.close(writing)
        reported = b""
        while piece := os.read(reading, 1000):  # in small sips, so that the pipe is full most of the time
            reported += piece
        assert process.stderr
        assert (process.wait(), process.stderr.read()) == (0, b"")
    os.close(reading)
    output = CommandOutput(0, parsed_messages(reported.splitlines()))
    for stream in ("tickets", "users", "groups"):
        assert len(output.rows(stream)) == len(account.truth(stream))


def test_a_stdout_that_does_not_block_and_has_no_reader_ends_the_sync(connector: Connector) -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    command = [*PROGRAM, *connector.arguments(("tickets",), None)]
    with running(*command, stdout=writing) as process:
        os.close(writing)
        waiting = select.poll()
        waiting.register(reading, select.POLLIN)
        waiting.poll()
        os.close(reading)
        assert process.stderr
        stderr_text = process.stderr.read()
        assert process.wait() == 1
    assert stderr_text == b"Stopped: cannot write to stdout (Broken pipe).\n"


def test_all_files_may_be_pipes_that_can_be_read_once(account: SimulatedAccount, connector: Connector) -> None:
    arguments = connector.arguments(("groups",), {"groups": {}})
    contents = [Path(path).read_bytes() for path in arguments if path.endswith(".json")]
    pipes = [os.pipe() for _ in contents]
    for (_, writing), content in zip(pipes, contents, strict=True):
        os.write(writing, content)
        os.close(writing)
    paths = iter(f"/dev/fd/{reading}" for reading, _ in pipes)
    command = [next(paths) if part.endswith(".json") else part for part in arguments]
    output = finished(*command, pass_fds=[reading for reading, _ in pipes])
    for reading, _ in pipes:
        os.close(reading)
    assert (output.exit_code, output.errors) == (0, [])
    assert len(output.rows("groups")) == len(account.truth("groups"))


def test_the_config_may_come_by_stdin(connector: Connector) -> None:
    output = finished("check", "--config", "/dev/stdin", input=json.dumps(connector.config).encode())
    assert output.verdict["status"] == "SUCCEEDED"


WRONG_CATALOGS = (None, "", "{", "[]", "5", "{}", '{"streams": 5}', '{"streams": [5]}', '{"streams": [{"stream": {}}]}')


def test_a_catalog_that_is_none_is_a_configuration_error(connector: Connector, tmp_path: Path) -> None:
    path, config = tmp_path / "wrong.json", connector.file("config", connector.config)
    for text in WRONG_CATALOGS:
        if text is not None:
            path.write_text(text, "utf-8")
        output = run("read", "--config", config, "--catalog", str(path))
        (error,) = output.errors
        assert (output.exit_code, error["failure_type"]) == (1, "config_error"), text
        assert error["message"].startswith(f"The catalog file {path} ")


def test_a_folder_instead_of_a_file_is_named(connector: Connector, tmp_path: Path) -> None:
    right = {"config": connector.file("config", connector.config), "catalog": connector.file("catalog", configured([]))}
    for part in ("config", "catalog", "state"):
        files = right | {part: str(tmp_path)}
        output = run("read", *(f"--{name}={path}" for name, path in files.items()))
        (error,) = output.errors
        assert (output.exit_code, error["failure_type"]) == (1, "config_error")
        assert error["message"] == f"The {part} file {tmp_path} cannot be read: Is a directory."


def test_a_file_without_end_is_not_read_to_its_end() -> None:
    output = run("check", "--config", "/dev/zero")
    (error,) = output.errors
    assert error["message"] == "The config file /dev/zero is larger than 128 MiB. Is it the right one?"


@pytest.fixture
def reading(account: SimulatedAccount, tmp_path: Path) -> list[str]:
    """The command line of a sync that keeps pages on disk."""
    return connector_of(account, tmp_path).arguments(STREAMS, None)


def judge_complete(output: CommandOutput, account: SimulatedAccount) -> None:
    assert (output.exit_code, output.errors) == (0, [])
    for stream in STREAMS:
        assert len(output.rows(stream)) == len(account.truth(stream))


def test_without_any_temp_folder_pages_are_fetched_again(account: SimulatedAccount, reading: list[str]) -> None:
    """Python tries TMPDIR, three folders of the system, and the working folder; here it may write to none of them."""
    program = (
        "import tempfile; tempfile._get_default_tempdir = lambda *_: exec('raise FileNotFoundError(2, \"Nowhere\")'); "
        "from source_zendesk_support.run import main; main()"
    )
    output = finished_program(sys.executable, "-c", program, *reading)
    judge_complete(output, account)
    assert [warning for warning in output.warnings if "The temporary folder cannot store pages" in warning] != []


def test_a_temp_folder_that_is_full_costs_requests_and_no_rows(account: SimulatedAccount, reading: list[str]) -> None:
    """A limit on the size of files stands for a full disk; stdout is a pipe, which it does not concern."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    output = finished(*reading, preexec_fn=limit)
    judge_complete(output, account)
    (warning,) = [warning for warning in output.warnings if "The temporary folder cannot store pages" in warning]
    assert "(File too large)" in warning


@pytest.mark.parametrize("most", [12, 16, 24, 32])
def test_few_file_descriptors_suffice_or_are_named(account: SimulatedAccount, reading: list[str], most: int) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    output = finished(*reading, preexec_fn=limit)
    assert output.stderr == ""
    if output.exit_code == 0:
        judge_complete(output, account)
        return
    messages = [error["message"] for error in output.errors]
    assert all("unexpected" not in message for message in messages)
    assert any("ulimit -n" in message for message in messages)


def test_a_wrong_environment_is_reported_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = {"subdomain": "acme", "credentials": {"credentials": "oauth2.0", "access_token": "made-up"}}
    proxy = "http://user:hunter22@127.0.0.1:1"
    for variable, value, words in (
        ("REQUESTS_CA_BUNDLE", "/nowhere.pem", "The CA bundle /nowhere.pem"),
        ("HTTPS_PROXY", "http://user:hunter22@", "The proxy address in the environment is malformed."),
        ("HTTPS_PROXY", proxy.replace("http", "socks5"), "The proxy 127.0.0.1:1 is a SOCKS proxy"),
        ("HTTPS_PROXY", proxy, "the proxy 127.0.0.1:1 cannot be used"),
    ):
        with monkeypatch.context() as patch:
            patch.setenv(variable, value)
            output = Connector(config, tmp_path).check()
        reported = str(output.messages) + output.stderr
        assert words in reported
        assert "hunter22" not in reported
        assert "unexpected" not in reported
