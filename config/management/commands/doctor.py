"""This will say what the machine lacks and how to mend it; exit code 1 when something is missing."""

from django.core.management.base import BaseCommand

from config.doctor import Finding, examine


class Command(BaseCommand):
    help = "检查这台机器 · Check this machine"
    requires_system_checks = ()

    def handle(self, *args, **options) -> str | None:
        findings = list(examine())
        for finding in findings:
            write_finding(self.stdout.write, finding)
        if any(not finding.is_well and not finding.is_optional for finding in findings):
            raise SystemExit(1)
        return None


def write_finding(write, finding: Finding) -> None:
    mark = "✓ " if finding.is_well else ("· " if finding.is_optional else "✗ ")
    same = finding.zh == finding.en
    write(f"{mark}{finding.zh}" if same else f"{mark}{finding.zh}\n  {finding.en}")
    if finding.mend:
        write(f"    → {finding.mend}")
