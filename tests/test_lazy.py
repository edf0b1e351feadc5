"""What importing and scoring load, seen from a process of their own."""

import subprocess
import sys

import pytest

from worlds import scorer

SCORING = {
    "", "_version", "artefact", "errors", "features", "features.account", "features.calls",
    "features.content", "features.creator", "features.engagement", "features.extraction",
    "features.history", "features.history.table", "features.inputs", "features.reference",
    "features.schema", "features.statement", "labels", "model", "model.cells",
    "model.classifier", "model.copula", "model.gaps", "model.gaussian", "model.linear",
    "model.nodes", "model.plain", "model.population", "model.ranks", "model.softmax",
    "model.statement", "rows", "rowscorer", "scorer", "storage", "storage.checked",
}  # fmt: skip
CONTRACT = SCORING | {"features.pipeline", "ml"}
STANDARD = {"bisect", "dataclasses", "copy", "hashlib", "json"}  # besides what NumPy loads
HEAVY = (
    "numpy", "polars", "msgspec", "click", "rich", "pandas", "sklearn", "scipy", "jinja2",
    "vl_convert", "fastapi", "uvicorn", "pydantic",
)  # fmt: skip


def loaded_by(code):
    """Modules among the heavy ones, and those of ours, that a program has loaded at its end."""
    program = f"{code}\nimport sys\nprint(*sorted(m.partition('.')[0] for m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split()) & set(HEAVY)


def test_importing_the_package_loads_no_third_party_module():
    assert loaded_by("import virality; dir(virality)") == set()


@pytest.mark.parametrize(
    "face",
    [
        "virality.load(path).predict_proba([[0.5] * 15])",
        "virality.load(path).predict_proba([[None] + [0.5] * 14])",
        "from virality.ml import predict_with_ml as f; f([0.5] * 15, path)",
    ],
)
def test_scoring_a_feature_array_from_a_file_loads_numpy_and_no_more(tmp_path, face):
    path = tmp_path / "m.json"
    scorer().save(path)
    assert loaded_by(f"import virality; path = {str(path)!r}; {face}") == {"numpy"}


@pytest.mark.parametrize(
    ("face", "ours"),
    [
        ("import virality; virality.load(path).score_features([0.5] * 15)", SCORING),
        ("import virality; virality.load(path).predict_proba([[0.5] * 15])", SCORING),
        ("from virality.ml import predict_with_ml as f; f([0.5] * 15, path)", CONTRACT),
    ],
)
def test_scoring_known_features_loads_a_short_list_of_modules_beyond_numpy(tmp_path, face, ours):
    path = tmp_path / "m.json"
    scorer().save(path)
    program = f"import sys, numpy\npath = {str(path)!r}\nbefore = set(sys.modules)\n{face}\n"
    program += "print(*sorted(set(sys.modules) - before))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    own = {name for name in loaded if name.partition(".")[0] == "virality"}
    assert {name.removeprefix("virality").removeprefix(".") for name in own} <= ours
    standard = {name.partition(".")[0] for name in loaded - own}
    assert {name for name in standard if not name.startswith("_")} <= STANDARD


def test_scoring_an_array_with_a_model_of_histories_loads_numpy_and_no_more(tmp_path):
    model = scorer(schema="creator-1")
    path, row = tmp_path / "m.json", [None] * len(model.feature_names)
    model.save(path)
    code = f"import virality; s = virality.load({str(path)!r}); s.predict_proba([{row}])"
    assert loaded_by(code) == {"numpy"}


def test_help_loads_neither_numpy_nor_polars():
    code = "from virality.interfaces.cli import main; import contextlib, io\n"
    code += "with contextlib.redirect_stdout(io.StringIO()): main(['train', '--help'])"
    assert loaded_by(code) <= {"click", "rich"}


def test_a_name_that_is_not_public_is_an_attribute_error():
    import virality

    with pytest.raises(AttributeError, match="no attribute 'fit'"):
        virality.fit  # noqa: B018
    assert set(virality.__all__) <= set(dir(virality))
    for name in virality.__all__:
        assert getattr(virality, name) is not None
