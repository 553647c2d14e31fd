"""Who failed a moment ago is not waited for again: one asks, the others do without until it answers."""

import threading
import time


class Breaker:
    """Open after one failure, for `rest` seconds; then one caller at a time tries. Each process has its own."""

    def __init__(self, rest: float) -> None:
        self._rest = rest
        self._lock = threading.Lock()
        self._closed_again_at = 0.0  # of the monotonic clock; 0: all is well

    def may_try(self) -> bool:
        with self._lock:
            now = time.monotonic()
            if now < self._closed_again_at:
                return False
            if self._closed_again_at:
                self._closed_again_at = now + self._rest  # this caller tries, those beside it do not
            return True

    def failed(self) -> None:
        with self._lock:
            self._closed_again_at = time.monotonic() + self._rest

    def answered(self) -> None:
        with self._lock:
            self._closed_again_at = 0.0

    @property
    def is_open(self) -> bool:
        with self._lock:
            return self._closed_again_at > 0.0
