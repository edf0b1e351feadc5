// What the model says of one video: score, standing, outcome, tiers and reasons.

import { byId, made, place, say, signed, whole } from "/page/making.js";

const MOST_REASONS = 8;
let all = false;

export function show(told, model, base = null) {
  byId("shown").hidden = false;
  gauge(told, model, base);
  tracks(told);
  tiers(told, model.tiers);
  rest(told, model);
  byId("said").textContent = sentence(told, model);
}

function gauge(told, model, base) {
  byId("number").textContent = told.score.toFixed(1);
  byId("arc").setAttribute("stroke-dasharray", `${told.score} 100`);
  byId("tier").textContent = model.tiers[told.tier - 1];
  byId("before").toggleAttribute("hidden", base === null);
  if (base !== null) byId("before").setAttribute("transform", `rotate(${1.8 * base - 90} 100 100)`);
  byId("now").textContent = `Score ${told.score.toFixed(1)}${base === null ? "" : `, ${signed(told.score - base)} points`}`;
  say(byId("change"), base === null ? "" : `${signed(told.score - base)} points; it was ${base.toFixed(1)}.`);
}

function tracks(told) {
  byId("tracks").hidden = told.percentile === null || told.interval === null;
  if (byId("tracks").hidden) return;
  const { low, median, high } = told.interval;
  place(byId("standing-at"), "at", told.percentile);
  byId("standing").textContent = `scores higher than ${whole(told.percentile)} of 100 training videos`;
  place(byId("outcome-at"), "at", median);
  place(byId("outcome-span"), "from", low);
  place(byId("outcome-span"), "wide", high - low);
  byId("outcome").textContent =
    `with 80 % probability, better than ${whole(low)} to ${whole(high)} of 100 training videos`;
}

function tiers(told, names) {
  byId("tiers").replaceChildren(...names.map((name, number) => {
    const share = told.tier_probabilities[number];
    const bar = made("i", { class: "bar", "aria-hidden": "true" });
    place(bar, "wide", 100 * share);
    const likeliest = number === told.tier - 1 ? { class: "likeliest" } : {};
    return made("li", likeliest, made("span", {}, `${number + 1} ${name}`), bar, made("b", {}, `${whole(100 * share)} %`));
  }));
}

function rest(told, model) {
  const count = model.inputs.length;
  const narrows = model.inputs.find((one) => one.name === told.narrows);
  const most = narrows ? ` Of these, “${narrows.phrase || narrows.name}” would narrow the outcome most.` : "";
  const unknown = told.unknown.length;
  byId("unknown").textContent = unknown
    ? `${unknown} of ${count} inputs are unknown, and averaged over.${most}` : `All ${count} inputs are known.`;
  say(byId("ignored"), told.ignored.length ? `Ignored, as the model does not use it, or it is not known yet: ${told.ignored.join(", ")}.` : "");
}

function sentence(told, model) {
  const outcome = told.interval
    ? ` Outcome with 80 % probability better than ${whole(told.interval.low)} to ${whole(told.interval.high)} of 100 videos.` : "";
  return `Score ${told.score.toFixed(1)} of 100, ${model.tiers[told.tier - 1]}.${outcome}`;
}

export function reasons(explanation) {
  const { base, reasons: known, unknown, not_known: missing, score } = explanation;
  const shown = all || known.length <= MOST_REASONS + 1 ? known : known.slice(0, MOST_REASONS);
  const others = known.slice(shown.length).reduce((sum, one) => sum + one.contribution, 0);
  const most = Math.max(5, ...known.map((one) => Math.abs(one.contribution)), Math.abs(unknown));
  const rows = [line(base.toFixed(1), null, "the score of a video of which nothing is known")];
  rows.push(...shown.map((one) => line(signed(one.contribution), one.contribution / most, one.text)));
  if (shown.length < known.length) {
    rows.push(line(signed(others), others / most, `${known.length - shown.length} other known inputs`));
  }
  if (missing.length) rows.push(line(signed(unknown), unknown / most, `what is not known: ${missing.length} inputs`));
  rows.push(line(score.toFixed(1), null, "the score", "whole"));
  byId("reasons").replaceChildren(...rows);
  const button = byId("all-reasons");
  button.hidden = known.length <= MOST_REASONS + 1;
  button.textContent = all ? "Show fewer" : `Show all ${known.length}`;
  button.onclick = () => {
    all = !all;
    reasons(explanation);
  };
}

function line(points, part, text, kind = "") {
  const pull = made("span", { "aria-hidden": "true", class: part === null ? "" : "pull" });
  if (part !== null) {
    const bar = made("i", { class: part < 0 ? "less" : "" });
    place(bar, "wide", 50 * Math.abs(part));
    place(bar, "from", part < 0 ? 50 - 50 * Math.abs(part) : 50);
    pull.append(bar);
  }
  return made("li", { class: kind }, made("b", {}, points), pull, made("span", {}, text));
}
