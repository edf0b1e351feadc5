"""Draw the pictures of the README, of the synthetic sample: ``docs/pictures/``.

``make pictures`` runs it. It takes the extras ``report`` and ``serve``, Chromium and Playwright.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent / "pictures"
COLUMNS = 92
VIEW = {"width": 1180, "height": 900}
CAPTION = "Is your cat a food critic? #cats #food"


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


@contextmanager
def served(folder: str) -> Iterator[str]:
    """Serve the model of a folder; give the address of its page."""
    program = [sys.executable, "-m", "virality", "serve", "--port", "0"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        program, cwd=folder, stdout=subprocess.PIPE, stderr=quiet, text=True
    ) as it:
        yield (it.stdout.readline() if it.stdout else "").rpartition(" ")[2].strip()
        it.terminate()


def filled(address: str, picture: Path) -> None:
    """Take a picture of the page of a service, on which a video is described."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        opened = browser.new_page(viewport=VIEW, color_scheme="light", reduced_motion="reduce")
        opened.goto(address)
        opened.fill("#field-caption", CAPTION)
        opened.fill("#field-duration_seconds", "31")
        opened.fill("#field-followers", "12K")
        opened.select_option("#field-is_photo", "0")
        opened.wait_for_selector("#reasons li:has-text('is a video')")
        opened.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
        opened.screenshot(path=picture)
        browser.close()


def main() -> None:
    """Train on the sample, score a video of it, and picture both, and the page of the service."""
    HERE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        command(folder, "sample", "videos.json", "--videos", "8000")
        command(folder, "sample", "new.json", "--new", "1")
        command(folder, "train", "videos.json", "--report", "report.html")
        score = ("score", "new.json", "--model", "model.json", "--history", "videos.json")
        drawn = terminal(command(folder, *score), f"virality {' '.join(score)}")
        (HERE / "score.svg").write_text(drawn, encoding="utf-8")
        first_screen(Path(folder) / "report.html", HERE / "report.png")
        with served(folder) as address:
            filled(address, HERE / "page.png")


if __name__ == "__main__":
    main()
