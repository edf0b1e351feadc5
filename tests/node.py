"""Exported programs in JavaScript and TypeScript, run for real."""

import json
import shutil
import subprocess

import pytest

NODE, COMPILER = shutil.which("node"), shutil.which("tsc")
needs_node = pytest.mark.skipif(
    NODE is None, reason="Node is not installed: apt-get install nodejs"
)
needs_typescript = pytest.mark.skipif(
    COMPILER is None or NODE is None,
    reason="TypeScript is not installed: apt-get install node-typescript",
)
_DRIVER = """
import { readFileSync, writeFileSync } from "node:fs";
import * as scorer from "./scorer.mjs";
const asked = JSON.parse(readFileSync("asked.json", "utf-8"));
const tried = (call) => (one) => {
  try { return call(one); } catch (error) { return `${error.constructor.name} ${error.message}`; }
};
writeFileSync("said.json", JSON.stringify(Object.fromEntries(
  Object.entries(asked).map(([name, all]) => [name, all.map(tried(scorer[name]))]),
)));
"""


def asked(folder, text, **questions):
    """Ask functions of a program in JavaScript, by name, a list of questions each."""
    (folder / "scorer.mjs").write_text(text, encoding="utf-8")
    (folder / "driver.mjs").write_text(_DRIVER, encoding="utf-8")
    (folder / "asked.json").write_text(json.dumps(questions), encoding="utf-8")
    done = subprocess.run(
        [NODE, "driver.mjs"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "said.json").read_text(encoding="utf-8"))


def compiled(folder, text):
    """Compile a program in TypeScript, with every check of types."""
    (folder / "scorer.ts").write_text(text, encoding="utf-8")
    words = ["--strict", "--noUncheckedIndexedAccess", "--noUnusedLocals", "--target", "es2022"]
    done = subprocess.run(
        [COMPILER, *words, "--module", "es2022", "scorer.ts"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return (folder / "scorer.js").read_text(encoding="utf-8")
