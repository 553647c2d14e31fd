"""F10: no cell of an export is evaluated, whatever somebody has written into a name (LibreOffice reads each file)."""

import ast
import csv
import io
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from django.conf import settings

from tests.proofs.sheets import PAYLOADS
from tests.servers.installation import install

# who writes such files; one that is not here is not fetched by this proof
WRITERS = {"reports/workbook.py", "content/exports.py"}
pytestmark = pytest.mark.servers  # a process of its own, on a database of its own
needs_office = pytest.mark.skipif(not shutil.which("soffice"), reason="apt-get install libreoffice-calc-nogui")


@pytest.fixture(scope="module")
def sheets(demo_template, tmp_path_factory):
    demo = install(demo_template, tmp_path_factory.mktemp("sheets"))
    folder = tmp_path_factory.mktemp("files")
    listed = json.loads(demo.run("-m", "tests.proofs.sheets", str(folder)).splitlines()[-1])
    for one in [one for one in listed if one["file"].endswith(".zip")]:
        with zipfile.ZipFile(folder / one["file"]) as archive:
            for name in archive.namelist():
                if name.endswith((".csv", ".xlsx")):
                    (folder / f"{one['file']}-{Path(name).name}").write_bytes(archive.read(name))
    return folder, listed


def typed_formulas(path: Path) -> int:
    """Cells that say of themselves that they are formulas, and what Excel would calculate in a CSV."""
    if path.suffix == ".csv":
        rows = csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
        return sum(
            cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row if not _number(cell)
        )
    with zipfile.ZipFile(path) as book:
        return sum(
            len(re.findall(rb"<f[ >]", book.read(name))) + len(re.findall(rb"<hyperlink ", book.read(name)))
            for name in book.namelist()
            if name.startswith("xl/worksheets/")
        )


def _number(cell: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", cell))


def evaluated(folder: Path, scratch: Path) -> dict[str, list[str]]:
    """The formulas that LibreOffice makes of each file of the folder."""
    out = scratch / "out"
    for pattern, reading in (("*.xlsx", []), ("*.csv", ["--infilter=CSV:44,34,76,1"])):
        if files := sorted(folder.glob(pattern)):
            subprocess.run(
                ["soffice", f"-env:UserInstallation=file://{scratch}/profile", "--headless", *reading,
                 "--convert-to", "fods", "--outdir", str(out / pattern[2:]), *map(str, files)],
                check=True, capture_output=True, timeout=300,
            )  # fmt: skip
            assert len(list((out / pattern[2:]).glob("*.fods"))) == len(files)
    found = {}
    for path in sorted(out.rglob("*.fods")):
        text = path.read_text("utf-8")
        assert "<table:table-cell" in text
        found[f"{path.parent.name}/{path.stem}"] = re.findall(r'table:formula="([^"]*)"', text)
    return found


def test_every_writer_of_sheets_is_asked():
    names = {"xlsxwriter", "openpyxl", "pyexcel", "csv"}
    writers = set()
    for path in Path(settings.BASE_DIR).glob("*/**/*.py"):
        where = str(path.relative_to(settings.BASE_DIR))
        if where.startswith((".", "tests", "bench", "docs", "var")) or "/management/" in where or "/demo/" in where:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            is_module = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names
            if is_module and node.attr in ("Workbook", "writer", "DictWriter", "Book"):
                writers.add(where)
    assert writers <= WRITERS


def test_no_cell_types_itself_as_a_formula(sheets, say):
    folder, listed = sheets
    files = [path for path in folder.iterdir() if path.suffix in (".csv", ".xlsx")]
    assert {"staff", "worker"} <= {one["from"].split()[0] for one in listed}
    assert any(path.suffix == ".csv" for path in files)
    formulas = {path.name: typed_formulas(path) for path in files}
    say("f10", files=len(files), payloads=len(PAYLOADS), seed=0, formulas=sum(formulas.values()))

    text = b"".join(zipfile.ZipFile(p).read("xl/sharedStrings.xml") if _shared(p) else p.read_bytes() for p in files)
    assert b"=1+1" in text  # the payloads are in them
    assert {name: n for name, n in formulas.items() if n} == {}


def _shared(path: Path) -> bool:
    return path.suffix == ".xlsx" and "xl/sharedStrings.xml" in zipfile.ZipFile(path).namelist()


@needs_office
def test_libreoffice_calculates_nothing_of_them(sheets, tmp_path, say):
    found = evaluated(sheets[0], tmp_path)
    say("f10", evaluated=sum(map(len, found.values())), opened=len(found))

    assert found
    assert {name: formulas for name, formulas in found.items() if formulas} == {}


@needs_office
def test_twin_plain_writers_are_calculated(tmp_path, say):
    folder = tmp_path / "plain"
    folder.mkdir()
    with (folder / "raw.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[payload] for payload in PAYLOADS])
    with xlsxwriter.Workbook(str(folder / "raw.xlsx")) as book:
        sheet = book.add_worksheet()
        for row, payload in enumerate(PAYLOADS):
            sheet.write(row, 0, payload)

    found = evaluated(folder, tmp_path)
    say("f10", twin={name: len(formulas) for name, formulas in found.items()})

    assert len(found["csv/raw"]) >= 3
    assert len(found["xlsx/raw"]) >= 3
    assert typed_formulas(folder / "raw.csv") >= 3
    assert typed_formulas(folder / "raw.xlsx") >= 3
