// What is asked of the service, with a key where it wants one.

let key = "";
const form = document.getElementById("key");

// A request that was not carried out, as the service tells it (RFC 9457).
export class Problem extends Error {
  constructor(told) {
    super(told.detail);
    this.errors = told.errors || [];
  }
}

export async function ask(path, { body, kind = "application/json", accept, signal } = {}) {
  const headers = {};
  if (body !== undefined) headers["content-type"] = kind;
  if (accept) headers.accept = accept;
  if (key) headers["x-api-key"] = key;
  let answer;
  try {
    answer = await fetch(path, { method: body === undefined ? "GET" : "POST", headers, body, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem({ detail: "The service does not answer. Is it still running?" });
  }
  if (answer.status === 401) {
    await newKey();
    return ask(path, { body, kind, accept, signal });
  }
  if (!answer.ok) throw new Problem(await told(answer));
  return answer;
}

export const hasKey = () => key !== "";

async function told(answer) {
  try {
    return await answer.json();
  } catch {
    return { detail: `The service answered ${answer.status}.` };
  }
}

let asked = null;

// All who wait for a key wait for the same one.
function newKey() {
  asked = asked || new Promise((resolve) => {
    const field = form.querySelector("input");
    form.hidden = false;
    field.focus();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      key = field.value.trim();
      field.value = "";
      form.hidden = true;
      asked = null;
      resolve();
    }, { once: true });
  });
  return asked;
}
