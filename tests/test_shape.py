"""The habits that the code keeps, checked by machine."""

import ast
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "src").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
MOST_LINES = 300
MOST_METHODS = 10
FRAMEWORK = {"AttributeError", "click.UsageError"}  # what Python and click ask for


def functions(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(function):
    """Lines of a function without its docstring."""
    doc = ast.get_docstring(function, clean=False)
    lines = function.end_lineno - function.body[0].lineno + 1
    return lines - (function.body[0].end_lineno - function.body[0].lineno + 1 if doc else 0)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_has_at_most_300_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_functions_are_short_at_the_median():
    lengths = [length(function) for path in MODULES for function in functions(path)]
    assert median(lengths) <= 8


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_class_has_at_most_ten_methods(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            methods = [n for n in node.body if isinstance(n, ast.FunctionDef)]
            assert len(methods) <= MOST_METHODS, node.name


def raises_itself(function):
    """Names of our errors that a function raises in its own body."""
    names = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            names.add(ast.unparse(node.exc.func))
    return {name for name in names if name.endswith("Error") and name not in FRAMEWORK}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_public_docstring_names_the_errors_that_its_function_raises(path):
    for function in functions(path):
        document = ast.get_docstring(function)
        if function.name.startswith("_") or document is None:
            continue
        for name in raises_itself(function):
            assert name.removeprefix("_") in document, f"{path.name}: {function.name}: {name}"


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_a_test_states_its_claim_in_its_name_or_its_docstring(path):
    for function in functions(path):
        if function.name.startswith("test_"):
            claim = function.name.split("_")[1:]
            assert len(claim) >= 4 or ast.get_docstring(function), function.name


def test_no_file_speaks_of_unfinished_work():
    marks = ("TO" + "DO", "FIX" + "ME", "X" + "XX")
    for path in [*MODULES, *TESTS]:
        text = path.read_text(encoding="utf-8")
        assert not any(mark in text for mark in marks), path
