// Scores of a file, as a table that can be sorted and kept.

import { ask } from "/page/asking.js";
import { byId, made, whole } from "/page/making.js";

const PAGE = 100;
const COLUMNS = [
  ["video", "Video", (row) => row.caption || row.video_id, (row) => row.caption || row.video_id],
  ["score", "Score", (row) => row.score, (row) => row.score.toFixed(1)],
  ["tier", "Tier", (row) => row.tier, (row) => String(row.tier)],
  ["percentile", "Higher than, of 100", (row) => row.percentile, (row) => shown(row.percentile)],
  ["low", "Outcome from", (row) => row.low, (row) => shown(row.low)],
  ["high", "Outcome to", (row) => row.high, (row) => shown(row.high)],
  ["unknown", "Unknown inputs", (row) => row.unknown, (row) => String(row.unknown)],
];
const shown = (number) => (number === null ? "–" : whole(number));
let rows = [], sorted = { name: "score", up: false }, count = PAGE, address = null;

export function listen() {
  const drop = byId("drop"), file = byId("file");
  file.addEventListener("change", () => file.files.length && score(file.files[0]));
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) score(event.dataTransfer.files[0]);
  });
  byId("more-rows").addEventListener("click", () => {
    count += PAGE;
    draw();
  });
  byId("table").tHead.rows[0].append(...COLUMNS.map(heading));
}

function heading([name, text]) {
  const button = made("button", { type: "button" }, text);
  button.addEventListener("click", () => {
    sorted = { name, up: sorted.name === name ? !sorted.up : name === "video" };
    draw();
  });
  return made("th", { scope: "col", "data-name": name }, button);
}

async function score(file) {
  byId("found").hidden = true;
  byId("file-fault").textContent = "";
  byId("file-said").textContent = "Reading …";
  try {
    const answer = await ask("/v1/score/file", { body: file, kind: "application/octet-stream" });
    told(await answer.json());
  } catch (error) {
    byId("file-said").textContent = "";
    byId("file-fault").textContent = error.message;
  }
  byId("file").value = "";
}

function told(answer) {
  rows = answer.videos;
  count = PAGE;
  const { read, rejected, duplicates, scored } = answer.rows;
  const more = [rejected && `${rejected} cannot be used`, duplicates && `${duplicates} are there twice`].filter(Boolean);
  byId("file-said").textContent = `${scored} of ${read} records are scored${more.length ? `; ${more.join(", ")}` : ""}.`;
  byId("found").hidden = false;
  byId("refused").hidden = answer.rejections.length === 0;
  byId("refused").querySelector("ul").replaceChildren(
    ...answer.rejections.map((one) => made("li", {}, `Record ${one.row}, ${one.field}: ${one.reason}`)),
  );
  draw();
  if (address) URL.revokeObjectURL(address);
  address = URL.createObjectURL(new Blob([csv(answer.videos)], { type: "text/csv" }));
  byId("download").href = address;
}

function draw() {
  const value = COLUMNS.find(([name]) => name === sorted.name)[2];
  rows.sort((one, other) => compared(value(one), value(other)) * (sorted.up ? 1 : -1));
  for (const cell of byId("table").tHead.rows[0].cells) {
    const direction = sorted.up ? "ascending" : "descending";
    if (cell.dataset.name === sorted.name) cell.setAttribute("aria-sort", direction);
    else cell.removeAttribute("aria-sort");
  }
  byId("table").tBodies[0].replaceChildren(...rows.slice(0, count).map(line));
  byId("more-rows").hidden = count >= rows.length;
}

const compared = (one, other) =>
  typeof one === "string" ? one.localeCompare(other) : (one ?? -1) - (other ?? -1);

const line = (row) =>
  made("tr", {}, ...COLUMNS.map(([name, , , text]) =>
    made(name === "video" ? "th" : "td", name === "video" ? { scope: "row" } : {}, text(row))));

// A text that a spreadsheet would take for a formula is kept a text.
function csv(videos) {
  if (!videos.length) return "";
  const names = Object.keys(videos[0]);
  const cell = (value) => {
    const text = value === null ? "" : String(value);
    const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [names, ...videos.map((row) => names.map((name) => row[name]))]
    .map((row) => row.map(cell).join(",")).join("\r\n");
}
