"""Open pages in Chromium and tell, as JSON on stdout, what is seen: ``look.py page.html ...``.

A program of its own, as the browser's driver keeps an event loop that other tests must not meet.
"""

import base64
import json
import sys
from importlib.resources import files

from playwright.sync_api import sync_playwright

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
WIDTHS = (360, 800, 1440)
SCHEMES = ("light", "dark")
COUNT = """async ([picture, frames]) => {
  const image = new Image();
  image.src = `data:image/png;base64,${picture}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  return frames.map(([left, top, width, height]) => {
    const data = context.getImageData(left, top, width, height).data;
    const colours = new Map();
    for (let at = 0; at < data.length; at += 4) {
      const key = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
      colours.set(key, (colours.get(key) || 0) + 1);
    }
    return { colours: colours.size, drawn: 1 - Math.max(...colours.values()) * 4 / data.length };
  });
}"""
PLACES = """() => [...document.querySelectorAll(".chart")]
  .filter((figure) => figure.checkVisibility())
  .map((figure) => {
    const frame = figure.querySelector("svg").getBoundingClientRect();
    const clipped = [...figure.querySelectorAll("svg text")].filter((text) => {
      const box = text.getBoundingClientRect();
      return box.left < frame.left - 6 || box.right > frame.right + 6;
    });
    const at = [frame.left + scrollX, frame.top + scrollY, frame.width, frame.height];
    return [figure.id, at.map(Math.round), clipped.map((text) => text.textContent)];
  })"""


def opened(browser, path, width, scheme, **more):
    """Open a page; give it, and what it said and asked for."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, **more
    )
    page = context.new_page()
    seen = {"console": [], "requests": [], "dialogs": 0}
    page.on("console", lambda message: seen["console"].append(message.text))
    page.on("pageerror", lambda error: seen["console"].append(str(error)))
    page.on("request", lambda request: seen["requests"].append(request.url))
    page.on("dialog", lambda dialog: (seen.update(dialogs=1), dialog.dismiss()))
    page.goto(f"file://{path}")
    return page, seen


def pictured(page, frames):
    """Take one picture that holds all frames (left, top, width, height); say where in it."""
    low = min(top for _, top, _, _ in frames)
    high = max(top + height for _, top, _, height in frames)
    part = {"x": 0, "y": low, "width": page.viewport_size["width"], "height": high - low}
    picture = base64.b64encode(page.screenshot(full_page=True, clip=part)).decode()
    return [picture, [[left, top - low, *size] for left, top, *size in frames]]


def charts(page):
    """Count the colours of each chart, every tier chosen in turn, and list text that is cut."""
    found, blank = {}, page.context.browser.new_page()
    for tier in range(6):  # 0 stands for all of them
        choice = page.locator(f'.chooser input[value="{tier}"]')
        if choice.count():
            choice.check()
        new = [place for place in page.evaluate(PLACES) if place[0] not in found]
        if new:
            counted = blank.evaluate(COUNT, pictured(page, [frame for _, frame, _ in new]))
            for (key, _, clipped), seen in zip(new, counted, strict=True):
                found[key] = {**seen, "clipped": clipped}
    blank.close()
    return found


def look(browser, path):
    """Tell what is seen of a page at each width, light and dark."""
    views = []
    for width in WIDTHS:
        for scheme in SCHEMES:
            page, seen = opened(browser, path, width, scheme)
            seen |= {"width": width, "scheme": scheme, "title": page.title()}
            seen["scroll"] = page.evaluate("document.documentElement.scrollWidth")
            seen["images"] = page.locator("img, iframe, object, embed").count()
            timing = "performance.getEntriesByType('navigation')[0].toJSON()"
            seen["interactive_ms"] = page.evaluate(timing)["domInteractive"]
            seen["loaded_ms"] = page.evaluate(timing)["loadEventEnd"]
            if width == WIDTHS[1]:
                seen["charts"] = charts(page)
                mark = page.locator("[data-tip]:visible").first
                mark.hover(force=True)
                seen["tip"] = page.locator("#tip").inner_text()
            page.context.close()
            views.append(seen)
    return {"views": views, "axe": axe(browser, path), "plain": without_scripts(browser, path)}


def axe(browser, path):
    """List what axe-core finds, at the narrowest dark and the widest light."""
    found = []
    for width, scheme in ((WIDTHS[0], "dark"), (WIDTHS[-1], "light")):
        page, _ = opened(browser, path, width, scheme, bypass_csp=True)
        page.evaluate(AXE)
        for one in page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]:
            places = [node["html"][:160] for node in one["nodes"][:3]]
            found.append({"id": one["id"], "impact": one["impact"], "places": places})
        page.context.close()
    return found


def without_scripts(browser, path):
    """Tell what is there when scripts do not run."""
    page, _ = opened(browser, path, 800, "light", java_script_enabled=False)
    shown = {"charts": page.locator(".chart svg").count()}
    page.context.close()
    return shown


if __name__ == "__main__":
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=sys.argv[1], args=["--no-sandbox"])
        sys.stdout.write(json.dumps({path: look(chromium, path) for path in sys.argv[2:]}))
        chromium.close()
