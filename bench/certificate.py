"""What a certificate costs: CPU-ms to check, render and sign it (median of 20, warm, another name each time), its size,
and the memory of the process after them. Goal: render at most 60 ms (docs: performance, G8), file at most 45 KB.

    python bench/certificate.py [FONTS]        FONTS: a folder for prepared fonts, else a temporary one (15 s more)
"""

import resource
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from certificates import pdf
from certificates.pdf import keys

ROUNDS, WARM_UP = 20, 3
FACTS = pdf.CertificateFacts(
    number="QM-2026-520624-000123-7",
    name="王芳",
    programme_title="农村留守儿童关爱保护社会工作基础培训",
    programme_title_en="Foundations of Social Work in the Care and Protection of Rural Left-behind Children",
    hours=Decimal("48"),
    from_date=date(2026, 9, 1),
    to_date=date(2026, 11, 20),
    issuer_name="某某县青年社会工作服务中心",
    signatory="李明",
    issued_date=date(2026, 11, 24),
    verify_url="https://qingmiao.example/v/QM-2026-520624-000123-7",
    region_name="贵州省·铜仁市·思南县",
    credential_json=bytes(range(32, 127)) * 15,  # about the size of a signed Open Badges 3.0 credential
)


def cpu_ms(work) -> tuple[float, float, float]:
    """Median, least and greatest processor time of ROUNDS calls after WARM_UP others."""
    spent = []
    for i in range(WARM_UP + ROUNDS):
        start = time.process_time()
        work(i)
        spent.append((time.process_time() - start) * 1000)
    spent = spent[WARM_UP:]
    return statistics.median(spent), min(spent), max(spent)


def main(fonts: Path, scratch: Path) -> None:
    pdf.prepare_fonts(fonts)
    key = keys.demonstration(scratch)
    surnames, given = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑", "芳伟英敏静丽强磊洋艳勇军杰娟涛明超霞平刚桂兰秀"
    people = [replace(FACTS, name=a + b) for a, b in zip(surnames, given, strict=True)]
    unsigned = pdf.render(FACTS, fonts)
    steps = {
        "check": lambda i: pdf.check_printable(people[i], fonts),
        "render": lambda i: pdf.render(people[i], fonts),
        "sign": lambda i: pdf.sign(unsigned, key),
    }
    for name, work in steps.items():
        print("{}: {:.2f} CPU-ms (median of {}; {:.2f} to {:.2f})".format(name, *_order(cpu_ms(work))))
    print(f"size: {len(unsigned)} bytes unsigned, {len(pdf.sign(unsigned, key))} signed")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _order(figures: tuple[float, float, float]) -> tuple:
    median, least, greatest = figures
    return median, ROUNDS, least, greatest


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch) / "fonts", Path(scratch) / "key")
