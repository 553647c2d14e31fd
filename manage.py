#!/usr/bin/env python3
"""Every command of Qingmiao: `python manage.py quickstart` brings the whole product up."""

import os
import sys

FIRST_COMMAND = "python3 -m venv .venv && .venv/bin/pip install -r requirements.lock"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    try:
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError as missing:
        if missing.name != "django":
            raise
        sys.exit(
            "青苗还没有安装。请先运行：\nQingmiao is not installed yet. Run this first:\n\n"
            f"    {FIRST_COMMAND}\n\n然后 / then:\n\n    .venv/bin/python manage.py quickstart"
        )
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
