// A slider for each feature that a person can change; the score follows.

import { ask } from "/page/asking.js";
import { byId, made, settled, signed } from "/page/making.js";

const WAIT_MS = 120;
let known = {}, changed = {}, base = null, moved = () => {}, running = null;

// Show sliders of a video whose features are `values` and whose score is `score`.
export function show(choices, values, score, follow) {
  known = values;
  changed = {};
  base = score;
  moved = follow;
  running?.abort();
  const held = document.activeElement?.id;
  byId("sliders").replaceChildren(...choices.map(slider));
  if (held?.startsWith("slider-")) document.getElementById(held)?.focus();
  byId("what-if").hidden = choices.length === 0;
  byId("as-it-was").disabled = true;
}

function slider(choice) {
  const id = `slider-${choice.feature}`;
  const last = choice.values.length - 1;
  const at = choice.now === null ? Math.floor(last / 2) : nearest(choice.values, choice.now);
  const range = made("input", { type: "range", id, min: 0, max: last, step: 1 });
  range.value = at;
  range.className = choice.now === null ? "unset" : "";
  const now = choice.now === null ? "unknown" : choice.words[at];
  const output = made("output", { for: id }, now);
  const told = made("p", { class: "how" });
  range.setAttribute("aria-valuetext", now);
  range.addEventListener("input", () => {
    const place = Number(range.value);
    changed[choice.feature] = choice.values[place];
    output.textContent = choice.words[place];
    output.className = "moved";
    range.className = "";
    range.setAttribute("aria-valuetext", choice.words[place]);
    told.textContent = alone(choice, place);
    byId("as-it-was").disabled = false;
    follow();
  });
  const label = choice.phrase.charAt(0).toUpperCase() + choice.phrase.slice(1);
  return made("div", { class: "slider" }, made("label", { for: id }, label, output), range, told);
}

// What this change goes with by itself, and whether the data can tell.
function alone(choice, place) {
  const change = choice.scores[place] - choice.score;
  if (choice.low === null) return `By itself ${signed(change)} points.`;
  const [low, high] = [choice.low[place], choice.high[place]];
  const clear = Math.abs(change) >= 0.05 && (low > 0 || high < 0);
  const doubt = clear ? "" : ", so there may be no difference";
  return `By itself ${signed(change)} points (95 %: ${signed(low)} to ${signed(high)}${doubt}).`;
}

function nearest(values, value) {
  const far = values.map((one) => Math.abs(one - value));
  return far.indexOf(Math.min(...far));
}

const follow = settled(WAIT_MS, async () => {
  running?.abort();
  running = new AbortController();
  const body = JSON.stringify({ video: { ...known, ...changed } });
  try {
    const answer = await ask("/v1/score", { body, signal: running.signal });
    moved(await answer.json(), base);
  } catch (error) {
    if (error.name !== "AbortError") byId("trouble").textContent = error.message;
  }
});
