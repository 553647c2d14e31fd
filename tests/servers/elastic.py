"""A real Elasticsearch on a free port, its data in a temporary folder. It can be killed and come back to its data."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .ports import free_port, wait_for_port

START = Path(__file__).parent / "elasticsearch" / "elasticsearch"
TOOLS = ("java", "javac", "jar", "mvn")


def missing_tools() -> list[str]:
    return [tool for tool in TOOLS if not shutil.which(tool)]


def fetch_jars(folder: Path) -> None:
    """This will bring the jars once; they are kept between runs."""
    if not (folder / "ready").exists():
        done = subprocess.run(["bash", START, folder], capture_output=True, text=True)
        assert (folder / "ready").exists(), done.stderr


class Node:
    """One node: the same address and the same data, however often it is killed."""

    def __init__(self, jars: Path, folder: Path) -> None:
        self.jars, self.folder = jars, folder
        self.port, self._transport = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with (self.folder / "said").open("a") as said:
            self._process = subprocess.Popen(
                ["bash", START, self.jars, self.folder, str(self.port), str(self._transport)],
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
                env=os.environ | {"LC_ALL": "C.UTF-8"},
            )
        for line in self._process.stdout:
            if line.strip().endswith("ready"):  # colour codes of its logger may stand before
                break
        else:
            raise RuntimeError((self.folder / "said").read_text()[-3000:])
        wait_for_port(self.port, 60)

    def kill(self) -> None:
        """This will end it as a power cut does."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(30)
        self._process.stdout.close()


@contextmanager
def elasticsearch_node(jars: Path) -> Iterator[Node]:
    """This will yield a node that ends with the block."""
    folder = Path(tempfile.mkdtemp(prefix="qingmiao-es-"))
    node = Node(jars, folder)
    try:
        node.start()
        try:
            yield node
        finally:
            node.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
