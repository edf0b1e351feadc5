"""Values show themselves in a notebook, with what others wrote kept harmless."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from virality.answers import Prediction
from virality.notebook import evaluation_markup, facts_markup, prediction_markup
from worlds import trained

NAMES = ("a", "b", "c", "d", "<script>alert(1)</script>")
FOUND = Prediction(54.3, 5, (0.1, 0.2, 0.3, 0.2, 0.2), ("x",), percentile=61.0,
                   interval=(20.0, 50.0, 88.0), narrows="x")  # fmt: skip


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(text)

    def handle_starttag(self, tag, _):
        self.tags.append(tag)

    def handle_data(self, data):
        self.words.append(data)


def test_a_prediction_says_score_tier_standing_interval_and_what_is_unknown():
    words = " ".join(Tags(prediction_markup(FOUND, NAMES)).words)
    for part in ("54 of 100", "likeliest tier: 5", "higher than 61 of 100", "20 to 88", "x would"):
        assert part in words


def test_what_others_wrote_is_text_and_no_markup():
    shown = prediction_markup(FOUND, NAMES)
    assert "script" not in Tags(shown).tags
    assert "&lt;script&gt;" in shown
    assert "<b>" not in facts_markup("<b>", [("<b>", "<i>")])


def test_a_prediction_without_standing_or_interval_shows_the_rest():
    shown = prediction_markup(Prediction(40.0, 2, (0.2,) * 5, ()), NAMES)
    assert "40 of 100" in shown
    assert "training videos" not in shown


def test_a_scorer_and_its_evaluation_show_the_numbers_that_they_hold():
    run = trained("creator-1")
    shown = run.scorer._repr_html_()
    assert f"{run.scorer.evaluation['metrics']['log_loss']:.3f}" in shown
    assert "SYNTHETIC" in shown
    stated = dict(run.scorer.evaluation) | {"synthetic": True}
    shown = evaluation_markup(stated)
    assert "SYNTHETIC" in shown
    assert "prior" in shown


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Jupyter's own
def test_the_tutorial_runs_as_a_notebook_from_top_to_bottom(tmp_path):
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
    path = Path(__file__).parents[1] / "docs" / "tutorial.ipynb"
    notebook = nbformat.read(path, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    nbclient.NotebookClient(
        notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    shown = [
        output.data
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if "data" in output
    ]
    assert sum("text/html" in one for one in shown) >= 2
