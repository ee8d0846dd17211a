"""Many sources in one process: the CDK reads the schema of its components, a long file, anew for each."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from airbyte_cdk.sources.declarative import concurrent_declarative_source as cdk


@contextmanager
def schema_read_once() -> Iterator[None]:
    """Have the CDK read it once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cdk, "get_declarative_component_schema", cache(cdk.get_declarative_component_schema))
        yield
