// The page: what is known goes to the service, what it says is shown.

import { ask, hasKey, Problem } from "/page/asking.js";
import * as faults from "/page/faults.js";
import { build, stated } from "/page/fields.js";
import { byId, say, settled } from "/page/making.js";
import * as showing from "/page/showing.js";
import * as sliders from "/page/sliders.js";
import * as table from "/page/table.js";

const WAIT_MS = 300, MOST_CHOICES = 20;
let model = null, running = null, last = null;

async function start() {
  model = await (await ask("/v1/model")).json();
  byId("task").textContent = `${model.task}.`;
  byId("synthetic").hidden = !model.synthetic;
  say(byId("stale"), model.stale ? `A newer model lies there and cannot be read; this is the older one. ${model.stale}` : "");
  byId("origin").textContent = `trained ${model.trained_at.slice(0, 10)}, model ${model.fingerprint}`;
  byId("past").hidden = !model.history;
  build(model.inputs);
  table.listen();
  await score();
}

// What the form that is shown states, as members of a JSON object; null where it cannot be read.
// A pasted text goes on as it is: to read its numbers here would round the ids among them.
function question() {
  if (byId("paste").hidden) return { video: JSON.stringify(stated()) };
  const asked = { video: "{}" };
  for (const [name, id] of [["video", "record"], ["history", "history"]]) {
    const text = byId(id).value.trim();
    if (text === "") continue;
    try {
      JSON.parse(text);
    } catch (error) {
      faults.mend(id, `This is no JSON: ${error.message}`);
      return null;
    }
    asked[name] = text;
  }
  return asked;
}

function asBody(asked) {
  const choices = model.inputs.filter((one) => one.changeable).map((one) => one.name).slice(0, MOST_CHOICES);
  const all = { ...asked, explain: String(model.inputs[0].phase !== undefined), what_if: JSON.stringify(choices) };
  return `{${Object.entries(all).map(([name, text]) => `"${name}": ${text}`).join(", ")}}`;
}

async function score({ focus = false } = {}) {
  soon.drop();
  faults.clear();
  const asked = question();
  if (asked === null || model === null) return;
  running?.abort();
  running = new AbortController();
  try {
    shown(await (await ask("/v1/score", { body: asBody(asked), signal: running.signal })).json());
  } catch (error) {
    if (!(error instanceof Problem)) {
      if (error.name !== "AbortError") throw error;
      return;
    }
    const first = faults.show(error);
    if (focus) first?.focus();
  }
}

function shown(told) {
  last = told;
  showing.show(told, model);
  const why = told.explanation;
  byId("more").hidden = !why;
  if (!why) return;
  showing.reasons(why);
  const values = Object.fromEntries(why.reasons.map((one) => [one.feature, one.value]));
  sliders.show(told.what_if || [], values, told.score, (moved, base) => showing.show(moved, model, base));
}

const soon = settled(WAIT_MS, () => score());

for (const id of ["fields", "paste"]) {
  byId(id).addEventListener("submit", (event) => {
    event.preventDefault();
    score({ focus: true });
  });
  byId(id).addEventListener("reset", () => setTimeout(score));
  byId(id).addEventListener("input", soon);
}
byId("way").addEventListener("change", (event) => {
  byId("fields").hidden = event.target.value !== "fields";
  byId("paste").hidden = event.target.value !== "paste";
  score();
});
byId("as-it-was").addEventListener("click", () => shown(last));

// A link sends no key, so the card is then fetched and shown as text.
byId("card").addEventListener("click", async (event) => {
  if (!hasKey()) return;
  event.preventDefault();
  const dialog = byId("card-shown");
  dialog.querySelector("pre").textContent = await (await ask("/v1/model/card")).text();
  dialog.showModal();
});
byId("card-shown").querySelector("button").addEventListener("click", () => byId("card-shown").close());

start().catch((error) => {
  byId("trouble").textContent = error.message;
});
