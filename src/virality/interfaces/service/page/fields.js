// The form, made of what the model takes in: one field for each input, empty where it is unknown.

import { byId, made } from "/page/making.js";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MANY = 6;
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

const WIDGETS = {
  "yes or no": () => choice([["1", "yes"], ["0", "no"]]),
  "days after Sunday": () => choice(DAYS.map((day, number) => [String(number), day])),
  "hours after midnight": () => made("input", { type: "time" }),
};
const HINTS = {
  "yes or no": "", "days after Sunday": "", "hours after midnight": "",
  share: "share, such as 40%", times: "times, such as 1.5", "times the usual": "times its usual",
};

const PAST = "They tell most. To give them as records, paste a record; or open their figures.";

function choice(options) {
  const unknown = made("option", { value: "" }, "unknown");
  return made("select", {}, unknown, ...options.map(([value, text]) => made("option", { value }, text)));
}

export function build(inputs) {
  const groups = new Map();
  for (const input of inputs) {
    const name = input.group || "Inputs";
    groups.set(name, [...(groups.get(name) || []), input]);
  }
  for (const [name, members] of groups) byId("groups").append(group(name, members));
}

function group(name, inputs) {
  const ofCaption = inputs.filter((one) => (one.reads || []).some((column) => ["caption", "hashtags"].includes(column)));
  const others = inputs.filter((one) => !ofCaption.includes(one));
  const shown = made("div", { class: "fields" });
  const whole = made("fieldset", { class: "group" }, made("legend", {}, name), shown);
  if (ofCaption.length) shown.append(caption());
  const hidden = others.length > MANY && others[0].phase === "history" ? others : [];
  shown.append(...others.filter((one) => !hidden.includes(one)).map(field));
  if (hidden.length) whole.append(made("p", { class: "how" }, PAST), folded("Its figures, if you have them", hidden));
  if (ofCaption.length) whole.append(folded("Its figures instead of a caption", ofCaption));
  if (!shown.children.length) shown.remove();
  return whole;
}

const folded = (title, inputs) =>
  made("details", {}, made("summary", {}, title), made("div", { class: "fields" }, ...inputs.map(field)));

const caption = () =>
  wrapped("caption", "Caption, with its hashtags", "", made("textarea", { rows: 2 }), "field wide");

function field(input) {
  const unit = input.unit || "";
  const said = (input.phrase || "").includes(unit) ? "" : HINTS[unit] ?? unit;
  const text = () => made("input", { type: "text", inputmode: "decimal", autocomplete: "off" });
  return wrapped(input.name, capital(input.phrase || input.name), said, (WIDGETS[unit] || text)(), "field");
}

function wrapped(name, label, unit, widget, kind) {
  const id = `field-${name}`;
  widget.id = id;
  widget.name = name;
  widget.setAttribute("aria-describedby", `${id}-fault`);
  const words = made("label", { for: id }, label);
  if (unit) words.append(" ", made("span", { class: "unit" }, unit));
  return made("div", { class: kind }, words, widget, made("p", { class: "fault", id: `${id}-fault` }));
}

// What is stated, by name; numbers as people write them are read by the service.
export function stated() {
  const video = {};
  for (const widget of byId("fields").elements) {
    const value = (widget.value || "").trim();
    if (widget.name && value !== "") video[widget.name] = read(widget, value);
  }
  return video;
}

function read(widget, value) {
  if (widget.type === "time") {
    const [hours, minutes] = value.split(":").map(Number);
    return hours + minutes / 60;
  }
  return widget.tagName === "SELECT" ? Number(value) : value;
}
