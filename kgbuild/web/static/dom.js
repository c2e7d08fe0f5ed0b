// Elements from code. Children are elements or text; text is never markup, and turns round nothing that stands behind it.

const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069]/g;

/** el("p.note#x", {title: "…", onclick: f}, "text", child, …) */
export function el(what, attributes = {}, ...children) {
  const [, tag, rest] = /^([a-z0-9]+)(.*)$/.exec(what);
  const node = document.createElement(tag);
  for (const part of rest.match(/[.#][^.#]+/g) ?? []) {
    if (part[0] === ".") node.classList.add(part.slice(1));
    else node.id = part.slice(1);
  }
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value);
  }
  const shown = children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
  node.append(...shown.map((child) => (child instanceof Node ? child : String(child).replace(DIRECTIONS, ""))));
  return node;
}

export function show(container, ...children) {
  container.replaceChildren(...children.flat(Infinity).filter(Boolean));
}

/** Say it to those who do not see the page. */
export function announce(text) {
  const live = document.getElementById("live");
  live.textContent = "";
  setTimeout(() => { live.textContent = text; }, 50);
}

export const counted = (n, one, many = `${one}s`) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

export const percent = (tenThousandths) => `${Math.floor(tenThousandths / 100)} %`;

export function debounced(work, milliseconds) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), milliseconds);
  };
}

/** The address of a page: link("explore", {q: "x"}) */
export function link(path, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value) query.set(name, value);
  return `#/${path}${query.size ? `?${query}` : ""}`;
}

export const entityLink = (id) => link(`entity/${encodeURIComponent(id)}`);
export const documentLink = (id, at) => link(`document/${encodeURIComponent(id)}`, { at: at === undefined ? "" : String(at) });
export const questionLink = (id) => link(`review/${encodeURIComponent(id)}`);
