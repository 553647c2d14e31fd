"""A gateway that takes its time and keeps a book: what was begun and what was sent, one line each."""

import os
import time
from pathlib import Path


class SlowSms:
    def send(self, phone: str, text: str) -> None:
        self._note(f"begun {phone}")
        time.sleep(float(os.environ["SLOW_SMS_SECONDS"]))
        self._note(f"sent {phone}")

    def _note(self, line: str) -> None:
        with Path(os.environ["SLOW_SMS_BOOK"]).open("a") as book:
            book.write(line + "\n")
