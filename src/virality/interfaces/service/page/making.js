// Elements, whose words are words whatever they hold.

export const byId = (id) => document.getElementById(id);

export function made(tag, attributes = {}, ...inner) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...inner);
  return element;
}

export const place = (element, name, percent) => element.style.setProperty(`--${name}`, `${percent}%`);

export const signed = (points) =>
  Math.abs(points) < 0.05 ? "0.0" : `${points > 0 ? "+" : "−"}${Math.abs(points).toFixed(1)}`;

export const whole = (number) => Math.round(number).toString();

export function say(element, text) {
  element.textContent = text;
  element.hidden = text === "";
}

// Do the last of several things that follow each other closely; `drop` lets it be.
export function settled(wait, work) {
  let timer;
  const later = (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), wait);
  };
  later.drop = () => clearTimeout(timer);
  return later;
}
