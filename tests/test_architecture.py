"""Arrows point down: for imports, for foreign keys, and the proof that either rule would notice."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, OneToOneField

ROOT = Path(__file__).resolve().parents[1]
CONTRACT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"][0]
LAYERS = [[app.strip() for app in layer.split("|")] for layer in CONTRACT["layers"]]
OURS = {app for layer in LAYERS for app in layer}
HEIGHT = {app: len(LAYERS) - at for at, layer in enumerate(LAYERS) for app in layer}


def upward_keys(pairs):
    """Those of (app, other app) that point up, or sideways to a sibling."""
    return [(one, other) for one, other in pairs if one != other and HEIGHT[other] >= HEIGHT[one]]


def keys_between_our_apps():
    for model in apps.get_models():
        if model._meta.app_label not in OURS:
            continue
        for field in model._meta.get_fields(include_hidden=True):
            if not isinstance(field, ForeignKey | OneToOneField | ManyToManyField):
                continue
            other = field.related_model._meta.app_label
            if other in OURS:
                yield (
                    model._meta.app_label,
                    other,
                    f"{model._meta.label}.{field.name} → {field.related_model._meta.label}",
                )


def lint_imports(folder: Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def copy(tmp_path):
    """Our apps as they are, where a violation can be planted."""
    for app in OURS:
        shutil.copytree(ROOT / app, tmp_path / app, ignore=shutil.ignore_patterns("__pycache__", "fixtures", "data"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_imports_point_down():
    answer = lint_imports(ROOT)

    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize(
    ("app", "forbidden"),
    [
        ("people", "content"),
        ("content", "courses"),
        ("assessments", "certificates"),
        ("certificates", "assessments"),
        ("courses", "reports"),
        ("reports", "search"),
        ("search", "config"),
    ],
)
def test_a_planted_import_is_caught(copy, app, forbidden):
    (copy / app / "planted.py").write_text(f"import {forbidden}.apps\n")

    answer = lint_imports(copy)

    assert answer.returncode == 1
    assert f"{app} is not allowed to import {forbidden}" in answer.stdout


def test_every_app_of_ours_has_its_layer():
    installed = {config.name for config in apps.get_app_configs() if Path(config.path).parent == ROOT}

    assert installed == OURS


def test_foreign_keys_point_down():
    keys = list(keys_between_our_apps())

    assert len(keys) > 20
    assert [said for one, other, said in keys if upward_keys([(one, other)])] == []


def test_a_planted_foreign_key_is_caught():
    assert upward_keys([("people", "courses")]) == [("people", "courses")]
    assert upward_keys([("assessments", "certificates")]) == [("assessments", "certificates")]
    assert upward_keys([("courses", "people"), ("courses", "courses")]) == []


def test_a_planted_key_by_string_is_seen_by_the_walk():
    """In a process of its own, for a model once made stays in the registry."""
    planted = """
import django
django.setup()
from django.db import models
class Planted(models.Model):
    course = models.ForeignKey("courses.Course", models.CASCADE, related_name="+")
    class Meta:
        app_label = "people"
from tests.test_architecture import keys_between_our_apps, upward_keys
print([said for one, other, said in keys_between_our_apps() if upward_keys([(one, other)])])
"""
    said = subprocess.run(
        [sys.executable, "-c", planted], cwd=ROOT, check=True, capture_output=True, text=True, timeout=120
    ).stdout

    assert said.strip() == "['people.Planted.course → courses.Course']"


@pytest.mark.parametrize("app", sorted(OURS))
def test_every_app_opens_with_a_readme(app):
    readme = ROOT / app / "README.md"

    assert readme.exists()
    assert 5 <= len(readme.read_text("utf-8").splitlines()) <= 40


@pytest.mark.parametrize("name", ["core", "common", "utils", "helpers", "misc"])
def test_there_is_no_drawer_for_everything(name):
    assert (
        not list(ROOT.glob(f"{name}.py"))
        + list(ROOT.glob(f"{name}/"))
        + [path for app in OURS for path in (ROOT / app).rglob(f"{name}.py")]
    )
