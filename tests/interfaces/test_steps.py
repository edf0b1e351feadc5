"""What a long command says of its steps on stderr."""

import io
import json

import pytest

from virality.interfaces.cli import main
from virality.interfaces.terminal import working
from worlds import sample

STEPS = ["reading", "computing features", "looking for leaks", "fitting", "evaluating"]


@pytest.fixture
def videos(tmp_path, monkeypatch):
    """A file of synthetic videos in an empty working folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "videos.json").write_text(json.dumps(list(sample().records[:600])))
    return "videos.json"


@pytest.mark.parametrize(
    ("command", "steps"),
    [
        (("evaluate", "--quick"), STEPS),
        (("train",), STEPS),
        (("audit",), STEPS[:3]),
    ],
)
def test_without_a_terminal_each_step_is_a_plain_line(videos, capsys, monkeypatch, command, steps):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert main([*command, videos, "--json"]) == 0
    out, err = capsys.readouterr()
    json.loads(out)
    assert "\x1b" not in err
    assert "\r" not in err
    said = err.splitlines()
    assert [line for line in said if line in steps] == steps


def test_at_a_terminal_the_step_at_work_is_shown_in_place(monkeypatch):
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with working() as progress:
        progress("fitting")
    assert "\x1b" in terminal.getvalue()
    assert "\nfitting\n" not in terminal.getvalue()
