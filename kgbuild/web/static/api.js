// Questions to the server of this page. The token is in the page's address and goes along with every question.
const token = new URLSearchParams(location.search).get("token") ?? "";

export class Refusal extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
  get busy() { return this.status === 423; }
}

async function answered(path, options) {
  let response;
  try {
    response = await fetch(path, { ...options, headers: { "X-Kgbuild-Token": token, ...options.headers } });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal("kgbuild review does not answer: it has ended, or is not reached; start it again in the terminal", 0);
  }
  const value = await response.json();
  if (!response.ok) throw new Refusal(value.error ?? `HTTP ${response.status}`, response.status);
  return value;
}

/** GET; parameters: a plain object, lists are repeated, empty ones left out. */
export function get(path, parameters = {}, signal = undefined) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== "" && each !== undefined && each !== null) query.append(name, each);
    }
  }
  return answered(`${path}?${query}`, { signal });
}

export function post(path, body) {
  return answered(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}
