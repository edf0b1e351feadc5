"""Draw the pictures of the README, of the synthetic sample: ``docs/pictures/``.

``make pictures`` runs it. It takes the extra ``report``, Chromium and Playwright.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.text import Text

HERE = Path(__file__).parent / "pictures"
COLUMNS = 92
VIEW = {"width": 1180, "height": 900}


def command(folder: str, *arguments: str) -> str:
    """Run the command line in a folder as on a terminal with colours; give what it prints."""
    seen = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "virality", *arguments],
        cwd=folder,
        env=seen,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def terminal(printed: str, title: str) -> str:
    """Draw a terminal as SVG, in the reader's own type: nothing is loaded."""
    screen = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    screen.print(Text.from_ansi(printed.strip("\n")))
    drawn = screen.export_svg(title=title, unique_id="virality")
    return re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)


def first_screen(page: Path, picture: Path) -> None:
    """Take a picture of a report, down to the model beside its baselines."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        opened = browser.new_page(viewport=VIEW, color_scheme="light")
        opened.goto(page.as_uri())
        last = opened.locator("#headline-section .beside").bounding_box() or {}
        part = {"x": 0, "y": 0, "width": VIEW["width"], "height": last["y"] + last["height"]}
        opened.screenshot(path=picture, full_page=True, clip=part)
        browser.close()


def main() -> None:
    """Train on the sample, score a video of it, and picture both."""
    HERE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        command(folder, "sample", "videos.json", "--videos", "8000")
        command(folder, "sample", "new.json", "--new", "1")
        command(folder, "train", "videos.json", "--report", "report.html")
        score = ("score", "new.json", "--model", "model.json", "--history", "videos.json")
        drawn = terminal(command(folder, *score), f"virality {' '.join(score)}")
        (HERE / "score.svg").write_text(drawn, encoding="utf-8")
        first_screen(Path(folder) / "report.html", HERE / "report.png")


if __name__ == "__main__":
    main()
