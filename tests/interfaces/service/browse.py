"""Use the page in Chromium and tell, as JSON on stdout, what is seen.

A program of its own, as the browser's driver keeps an event loop that other tests must not meet.
Arguments: the browser; three addresses: of the page, of one whose model has hostile names, and of
one that asks for a key; this key; a record; a file of records; a folder for what is downloaded.
"""

import json
import sys
from importlib.resources import files
from pathlib import Path

from playwright.sync_api import sync_playwright

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
HIDDEN = "[...document.querySelectorAll('img, iframe, object, embed')].length"
FOCUSED = "document.activeElement.id || document.activeElement.textContent"
SHOWN = "#shown:not([hidden])"


class Visit:
    """A visit to the page, and what it says and asks for."""

    def __init__(self, browser, address, width=1280, scheme="light", **more):
        self.seen = {"console": [], "requests": [], "dialogs": 0}
        size = {"width": width, "height": 900}
        still = {"reduced_motion": "reduce", "color_scheme": scheme}
        self.context = browser.new_context(viewport=size, **still, **more)
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.seen["console"].append(message.text))
        self.page.on("pageerror", lambda error: self.seen["console"].append(str(error)))
        self.page.on("request", lambda request: self.seen["requests"].append(request.url))
        self.page.on("dialog", lambda dialog: (self.seen.update(dialogs=1), dialog.dismiss()))
        self.page.goto(address)
        self.page.wait_for_selector(SHOWN)

    def scored(self, act):
        """Act, and wait for the score that comes of it."""
        with self.page.expect_response(lambda answer: answer.url.endswith("/v1/score")):
            act()
        self.page.wait_for_timeout(100)

    def number(self):
        """The score that is shown."""
        return float(self.page.text_content("#number"))

    def width(self):
        """How wide the range of the outcome is drawn, in pixels."""
        return self.page.locator("#outcome-span").bounding_box()["width"]

    def text(self, selector):
        return self.page.inner_text(selector)

    def end(self, **more):
        """Close, and tell what was seen."""
        self.seen |= {"scroll": self.page.evaluate("document.documentElement.scrollWidth")}
        self.seen |= {"frames": self.page.evaluate(HIDDEN), "title": self.page.title(), **more}
        self.context.close()
        return self.seen


def describing(browser, address):
    """Describe a video, step by step; look at score, range and reasons."""
    visit = Visit(browser, address)
    page, told = visit.page, {}
    told["nothing"] = {"score": visit.number(), "width": visit.width(), "said": visit.text("#said")}
    page.fill("#field-caption", "Is this a cat? #cats")
    visit.scored(lambda: page.fill("#field-duration_seconds", "31"))
    page.locator("summary", has_text="figures, if you have them").click()
    visit.scored(lambda: page.fill("#field-history_level", "12K"))
    visit.scored(lambda: page.fill("#field-history_doubt", "1.1"))
    told["more"] = {"score": visit.number(), "width": visit.width(), "said": visit.text("#said")}
    told["tiers"] = page.locator("#tiers li").all_inner_texts()
    told["reasons"] = page.locator("#reasons li").all_inner_texts()
    told["standing"], told["outcome"] = visit.text("#standing"), visit.text("#outcome")
    visit.scored(lambda: page.fill("#field-duration_seconds", "long"))
    told["fault"] = visit.text("#field-duration_seconds-fault")
    told["invalid"] = page.get_attribute("#field-duration_seconds", "aria-invalid")
    visit.scored(lambda: page.click("#fields button[type=reset]"))
    told["cleared"] = {"score": visit.number(), "fault": visit.text("#ask")}
    return visit.end(**told)


def sliding(browser, address):
    """Move sliders; look at the score that follows, and go back."""
    visit = Visit(browser, address)
    page = visit.page
    visit.scored(lambda: page.fill("#field-duration_seconds", "31"))
    before, slider = visit.number(), page.locator("#slider-duration_seconds")
    visit.scored(lambda: slider.fill("0"))
    told = {"before": before, "after": visit.number(), "change": visit.text("#change")}
    told["alone"] = page.locator(".slider p").first.inner_text()
    asked = len([url for url in visit.seen["requests"] if url.endswith("/v1/score")])
    visit.scored(lambda: [slider.fill(str(place)) for place in range(8)])
    page.wait_for_timeout(600)
    again = len([url for url in visit.seen["requests"] if url.endswith("/v1/score")])
    page.click("#as-it-was")
    return visit.end(**told, asked=again - asked, back=visit.number())


def pasting(browser, address, record):
    """Paste a hostile record, then what is none."""
    visit = Visit(browser, address)
    page = visit.page
    visit.scored(lambda: page.check('input[value="paste"]'))
    visit.scored(lambda: page.fill("#record", record))
    told = {"score": visit.number(), "unknown": visit.text("#unknown")}
    page.fill("#record", "{no json")
    page.click("#paste button[type=submit]")
    told["broken"] = visit.text("#record-fault")
    visit.scored(lambda: page.fill("#record", '{"<img src=x onerror=alert(1)>": 1}'))
    told["foreign"] = visit.text("#ask")
    return visit.end(**told)


def dropping(browser, address, path, folder):
    """Choose a file; sort its table, keep it, and choose one of no use."""
    visit = Visit(browser, address)
    page = visit.page
    page.set_input_files("#file", path)
    page.wait_for_selector("#found:not([hidden])")
    scores = "[...document.querySelectorAll('#table tbody td:nth-child(2)')].map(e => +e.innerText)"
    told = {"said": visit.text("#file-said"), "down": page.evaluate(scores)}
    page.click("#table th:nth-child(2) button")
    told |= {
        "up": page.evaluate(scores),
        "videos": page.locator("#table tbody th").all_inner_texts(),
    }
    told["sort"] = page.get_attribute("#table th:nth-child(2)", "aria-sort")
    with page.expect_download() as download:
        page.click("#download")
    kept = Path(folder) / "scores.csv"
    download.value.save_as(kept)
    told["csv"] = kept.read_text(encoding="utf-8")
    page.set_input_files("#file", {"name": "a.csv", "mimeType": "text/csv", "buffer": b"a\nb\n"})
    page.wait_for_selector("#file-fault:not(:empty)")
    return visit.end(**told, fault=visit.text("#file-fault"))


def keyboard(browser, address):
    """Do it all by keyboard."""
    visit = Visit(browser, address)
    page, keys = visit.page, visit.page.keyboard
    order = []
    for _ in range(60):
        keys.press("Tab")
        order.append(page.evaluate(FOCUSED))
        if order[-1] == "field-duration_seconds":
            keys.type("31")
            break
    visit.scored(lambda: keys.press("Enter"))
    typed = visit.number()
    for _ in range(60):
        keys.press("Tab")
        order.append(page.evaluate(FOCUSED))
        if order[-1] == "slider-duration_seconds":
            break
    visit.scored(lambda: keys.press("Home"))
    outlined = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    slid = {"place": page.evaluate("document.activeElement.value"), "said": visit.text("#change")}
    return visit.end(order=order, typed=typed, slid=slid, outlined=outlined)


def unlocking(browser, address, key):
    """Give the key that a service asks for."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("#key:not([hidden])")
    page.fill("#key-value", "wrong")
    page.click("#key button")
    page.wait_for_selector("#key:not([hidden])")
    page.fill("#key-value", key)
    page.click("#key button")
    page.wait_for_selector(SHOWN)
    page.click("#card")
    page.wait_for_selector("#card-shown[open] pre:not(:empty)")
    told = {"card": page.inner_text("#card-shown pre"), "kept": context.storage_state()}
    context.close()
    return told


def looking(browser, address, path):
    """Look at the page at each width, light and dark, with all of it filled, through axe's eyes."""
    views = []
    for width in (360, 800, 1280):
        for scheme in ("light", "dark"):
            visit = Visit(browser, address, width, scheme, bypass_csp=True)
            page = visit.page
            visit.scored(lambda page=page: page.fill("#field-duration_seconds", "31"))
            page.set_input_files("#file", path)
            page.wait_for_selector("#found:not([hidden])")
            page.evaluate(AXE)
            run = "axe.run({ resultTypes: ['violations'] })"
            found = page.evaluate(run)["violations"]
            axe = [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]
            views.append(visit.end(width=width, axe=axe))
    return views


if __name__ == "__main__":
    program, address, hostile, locked, key, record, path, folder = sys.argv[1:]
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        told = {
            "describing": describing(chromium, address),
            "sliding": sliding(chromium, address),
            "pasting": pasting(chromium, address, record),
            "dropping": dropping(chromium, address, path, folder),
            "keyboard": keyboard(chromium, address),
            "looking": looking(chromium, address, path),
            "hostile": looking(chromium, hostile, path)[:1],
            "unlocking": unlocking(chromium, locked, key),
        }
        sys.stdout.write(json.dumps(told))
        chromium.close()
