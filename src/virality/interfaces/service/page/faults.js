// What cannot be used, in words beside its field.

import { byId, say } from "/page/making.js";

export function clear() {
  for (const one of document.querySelectorAll("#ask .fault")) one.textContent = "";
  for (const one of document.querySelectorAll("#ask [aria-invalid]")) one.removeAttribute("aria-invalid");
}

export function show(problem) {
  clear();
  const left = problem.errors.filter((one) => !beside(one));
  const first = document.querySelector("#ask [aria-invalid]");
  if (left.length || !first) byId("trouble").textContent = problem.message;
  return first;
}

function beside({ pointer, detail, remedy }) {
  const element = byId(place(pointer));
  const fault = element && byId(`${element.id}-fault`);
  if (!fault || element.closest("form").hidden) return false;
  fault.textContent = remedy ? `${detail}: ${remedy}` : detail;
  element.setAttribute("aria-invalid", "true");
  const folded = element.closest("details");
  if (folded) folded.open = true;
  return true;
}

function place(pointer) {
  const [, part, name] = pointer.split("/").map((one) => one.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (part === "history") return "history";
  return byId("paste").hidden ? `field-${name}` : "record";
}

export const mend = (id, text) => {
  byId(id).setAttribute("aria-invalid", "true");
  say(byId(`${id}-fault`), text);
};
