"""What is slow to make and is kept between runs."""

import fcntl
import hashlib
from pathlib import Path


def cached(request, name: str, made_from: Path, make) -> Path:
    """A folder that outlives the run and is made anew when `made_from` changes; one process makes it, others wait."""
    digest = hashlib.sha256(made_from.read_bytes()).hexdigest()[:12]
    folder = Path(request.config.cache.mkdir(f"qingmiao-{name}-{digest}"))
    with open(folder.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        make(folder)
    return folder
