"""A line now and then for whoever waits."""

import time
from typing import Any

EVERY = 2.0  # seconds


class Progress:
    """Says how far a step is, on the stream that is given; not more often than every two seconds."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._step, self._said = stream, "", 0.0

    def __call__(self, step: str, size: int) -> None:
        """`size` bytes of this step are done."""
        if step == self._step and time.monotonic() - self._said < EVERY:
            return
        self._step, self._said = step, time.monotonic()
        self._stream.write(f"· {step}: {size / 2**20:.1f} MB")
