"""What is slow to make and is kept between runs."""

import fcntl
import hashlib
from pathlib import Path


def cached(request, name: str, made_from: Path, make) -> Path:
    """A folder that outlives the run and is made anew when `made_from` (a file, or a folder of files) changes.

    One process makes it, others wait.
    """
    files = sorted(made_from.iterdir()) if made_from.is_dir() else [made_from]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]
    folder = Path(request.config.cache.mkdir(f"qingmiao-{name}-{digest}"))
    with open(folder.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        make(folder)
    return folder
