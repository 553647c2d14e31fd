"""`python -m tests.proofs malformed`: one proof in its full size; prints its line of JSON, and all of it when it fails."""

import contextlib
import io
import os
import sys

import pytest


def main() -> int:
    os.environ["PROOF"] = "full"
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard):
        code = pytest.main([*(f"tests/proofs/test_{name}.py" for name in sys.argv[1:]), "-q"])
    said = heard.getvalue()
    print("\n".join(line for line in said.splitlines() if line.startswith('{"figure"')) if code == 0 else said)
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
