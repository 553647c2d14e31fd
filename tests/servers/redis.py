"""A real Redis on a free port, in memory only: what it forgets when it dies, the owed rows remember."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from .ports import free_port, wait_for_port


@contextmanager
def redis_server() -> Iterator[str]:
    """This will yield the address of a Redis that ends with the block."""
    port, folder = free_port(), tempfile.mkdtemp(prefix="qingmiao-redis-")
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for_port(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(10)
        shutil.rmtree(folder, ignore_errors=True)
