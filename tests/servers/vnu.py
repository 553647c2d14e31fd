"""The W3C's HTML checker, from npm, over pages that were saved. Needs Java 17 and Node."""

import json
import shutil
import subprocess
from pathlib import Path

FOLDER = Path(__file__).parent / "node"
JAR = FOLDER / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


def missing() -> str:
    """This will say what stands in the way, or nothing."""
    for command, package in (("java", "openjdk-17-jre-headless"), ("npm", "npm")):
        if not shutil.which(command):
            return f"apt-get install {package}"
    return ""


def complaints(pages: list[Path]) -> list[str]:
    """This will list every error, with the page's file and line. Warnings too: they are few and mostly right."""
    if not JAR.exists():
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--silent"]
        subprocess.run(command, cwd=FOLDER, check=True)
    answer = subprocess.run(
        ["java", "-Xss2m", "-jar", str(JAR), "--format", "json", "--stdout", "--exit-zero-always", *map(str, pages)],
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        f"{Path(said['url']).name}:{said.get('lastLine')} {said['message']} … {said.get('extract', '')[:120]!r}"
        for said in json.loads(answer.stdout)["messages"]
        if said["type"] == "error"
    ]
