"""Code in the documents: each block is valid in its language, and names streams and commands that exist.

The commands of the README run in the image's check (scripts/image_trial.py), its Python as the demo does.
"""

import json
import re
import subprocess
from collections.abc import Iterator

import pytest
import yaml

from scripts.make_stream_docs import CONFIG
from source_zendesk_support.config.model import parse
from source_zendesk_support.manifest import StreamDefinitions
from unit_tests.test_docs import TEXTS

BLOCK = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<code>.*?)^ *```$", re.MULTILINE | re.DOTALL)


def blocks() -> Iterator[tuple[str, str, str]]:
    """Document, language and code of each block."""
    for path, text in TEXTS.items():
        for match in BLOCK.finditer(text):
            code = re.sub(rf"^{match['indent']}", "", match["code"], flags=re.MULTILINE)
            yield path.name, match["language"], code


BLOCKS = list(blocks())


def of_language(*languages: str) -> list[tuple[str, str]]:
    return [(document, code) for document, language, code in BLOCKS if language in languages]


def test_every_block_says_its_language() -> None:
    known = {"bash", "json", "mermaid", "python", "sh", "sql", "text", "yaml"}
    assert [(document, code) for document, language, code in BLOCKS if language not in known] == []
    assert len(BLOCKS) >= 15


@pytest.mark.parametrize(("document", "code"), of_language("json"))
def test_json_is_valid_and_a_config_is_accepted(document: str, code: str) -> None:
    value = json.loads(code.replace("…", "x").replace('"..."', '"x"'))
    if "subdomain" in value:
        assert parse(value).subdomain == "acme", document


@pytest.mark.parametrize(("document", "code"), of_language("yaml"))
def test_yaml_is_valid(document: str, code: str) -> None:
    assert yaml.safe_load(code), document


@pytest.mark.parametrize(("document", "code"), of_language("python"))
def test_python_compiles_and_selects_streams_that_exist(document: str, code: str) -> None:
    compile(code, document, "exec")
    streams = set(StreamDefinitions(parse(CONFIG).declarative()).names)
    for selected in re.findall(r"select_streams\((\[.*?\])\)", code):
        assert set(json.loads(selected)) <= streams


@pytest.mark.parametrize(("document", "code"), of_language("sh", "bash"))
def test_shell_commands_can_be_parsed(document: str, code: str) -> None:
    done = subprocess.run(["bash", "-n"], input=code, text=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), document
