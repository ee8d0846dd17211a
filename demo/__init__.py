"""`make demo`: a simulated account, synced twice into DuckDB through PyAirbyte, checked and drawn.

`__main__` runs in the connector's environment; `sync`, `amounts` and `picture` run in the demo's own environment with
PyAirbyte, DuckDB and matplotlib, and exchange files.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "demo" / "output"
CONNECTOR = ROOT / ".venv" / "bin" / "source-zendesk-support"

# PyAirbyte reads these at import; they disable its internet requests and telemetry.
os.environ.update(
    {
        "AIRBYTE_OFFLINE_MODE": "1",
        "AIRBYTE_LOGGING_ROOT": str(OUTPUT / "logs"),
        "AIRBYTE_PROJECT_DIR": str(OUTPUT),
        "DO_NOT_TRACK": "1",
    }
)
