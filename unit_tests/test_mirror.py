"""unit_tests mirrors the package: the same folders, and in them `test_<module>.py` or `test_<module>_<topic>.py`."""

from pathlib import Path

import pytest

import source_zendesk_support

PACKAGE, TESTS = Path(source_zendesk_support.__file__).parent, Path(__file__).parent
EQUIPMENT = {"cases", "simulated_account", "snapshots"}
"""Folders that are no mirror: the streams' cases, and the tests of the simulated account."""
SEVERAL_MODULES = {
    "components": "conversation_log cursor_text deletion_marks listing newest_first odd_paging_fields page_caps pages "
    "per_parent redactions refused_parents riders rows",
    "walk": "base_refusal doubtful_refusals lead own_state page page_sizes progress remedies",
}
"""Tests of what several modules of a folder do together."""
FOLDERS = sorted({path.parent.relative_to(TESTS) for path in TESTS.rglob("test_*.py")} - {Path()}, key=str)


@pytest.mark.parametrize("folder", [folder for folder in FOLDERS if folder.parts[0] not in EQUIPMENT], ids=str)
def test_each_test_file_is_named_after_a_module_beside_it(folder: Path) -> None:
    modules = {path.stem for path in (PACKAGE / folder).glob("*.py")}
    together = SEVERAL_MODULES.get(str(folder), "").split()
    names = {path.stem.removeprefix("test_") for path in (TESTS / folder).glob("test_*.py")} - set(together)
    assert sorted(name for name in names if not any(f"{name}_".startswith(f"{module}_") for module in modules)) == []
