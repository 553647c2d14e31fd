"""Debian's PostgreSQL on a free port, in a temporary folder, as an ordinary user (it refuses root).

python -m tests.servers.postgres pytest …     runs a command with DATABASE_URL pointing at one
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .ports import free_port, wait_for_port

NAMES = ("postgres", "nobody")  # whom root becomes


@contextmanager
def postgres_server() -> Iterator[str]:
    """This will yield the DATABASE_URL of a server that ends with the block."""
    folder = Path(tempfile.mkdtemp(prefix="qingmiao-pg-"))
    account = _account()
    try:
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
            folder.chmod(0o700)
        data, port = folder / "data", free_port()
        _run(
            [binary("initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
            account,
        )
        # Nobody's data: the tests may go without the disk's promise. The proofs of power loss start their own.
        options = {
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "listen_addresses": "127.0.0.1",
        }
        server = subprocess.Popen(
            [binary("postgres"), "-D", str(data), "-p", str(port), "-k", str(folder)]
            + [word for name, value in options.items() for word in ("-c", f"{name}={value}")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            **_become(account),
        )
        try:
            wait_for_port(port)
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # fast: do not wait for clients
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def binary(name: str) -> str:
    """This will find Debian's newest, which is not on the path."""
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: float(p.parts[4]))
    if newest:
        return str(newest[-1])
    if found := shutil.which(name):
        return found
    raise FileNotFoundError(f"{name}: apt-get install postgresql")


def _account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in NAMES if name in known)


def _become(account: pwd.struct_passwd | None) -> dict:
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}


def _run(command: list[str], account: pwd.struct_passwd | None) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **_become(account))


if __name__ == "__main__":
    with postgres_server() as url:
        raise SystemExit(subprocess.call(sys.argv[1:], env=os.environ | {"DATABASE_URL": url}))
