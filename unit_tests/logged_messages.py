"""What the connector logs, for tests of properties: `caplog` lives as long as all cases of one."""

import logging


class LoggedMessages(logging.Handler):
    """What was announced, and at which levels."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []
        self.levels: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())
        self.levels.append(record.levelname)

    def __enter__(self) -> list[str]:
        logging.getLogger("airbyte").addHandler(self)
        self._level = logging.getLogger("airbyte").level
        logging.getLogger("airbyte").setLevel(logging.INFO)
        return self.messages

    def __exit__(self, *_error: object) -> None:
        logging.getLogger("airbyte").setLevel(self._level)
        logging.getLogger("airbyte").removeHandler(self)
