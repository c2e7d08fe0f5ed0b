// Search: entities by name or alias, facts by the names of their ends; filters in the page's address, so that they can be kept.
import { get } from "./api.js";
import { announce, counted, debounced, el, entityLink, link, percent, show } from "./dom.js";
import { chip, factRow, field, options, problem } from "./parts.js";

const PAGE = 40;

export async function explorePage(app, main, _, query) {
  document.title = "Explore · kgbuild";
  const { counts } = app.state;
  const given = Object.fromEntries(query);
  const what = given.what === "facts" ? "facts" : "entities";
  const results = el("div", { id: "results" });
  const form = filterForm(app, given, { search: true });
  const tabs = el("div.tabs", { role: "group", "aria-label": "What to look for" }, [["entities", "Entities"], ["facts", "Facts"]].map(([value, name]) =>
    el("a", { href: link("explore", { ...given, what: value === "facts" ? "facts" : "" }), "aria-current": value === what ? "true" : null }, name)));
  show(main, el("div.explore", {},
    el("h1", {}, "Explore"),
    el("p.small", {}, `${counted(counts.entities, "entity", "entities")} · ${counted(counts.triples, "fact")} · ${counted(counts.documents, "document")}`),
    form.node, tabs, results));
  let running = new AbortController();
  app.leave = () => running.abort();
  const look = async () => {
    running.abort();
    running = new AbortController();
    const values = form.values();
    history.replaceState(null, "", `${location.pathname}${location.search}${link("explore", { ...values, what: what === "facts" ? "facts" : "" })}`);
    for (const a of tabs.children) a.href = link("explore", { ...values, what: a.textContent === "Facts" ? "facts" : "" });
    await list(what, values, results, running.signal);
  };
  form.changed = debounced(look, 150);
  await look();
}

async function list(what, values, results, signal, offset = 0) {
  const path = what === "facts" ? "/api/facts" : "/api/search";
  try {
    const { rows } = await get(path, { ...values, limit: PAGE, offset }, signal);
    const items = rows.map(what === "facts" ? (row) => factRow(row) : hit);
    if (!offset) {
      const none = el("p.empty", {}, "Nothing fits. Try fewer letters, or take a filter away.");
      show(results, rows.length ? el(`ul.hits.${what}`, {}, items) : none);
      announce(rows.length ? `${rows.length === PAGE ? `first ${PAGE}` : counted(rows.length, "hit")}: ${what}` : "Nothing fits");
    } else {
      results.querySelector("ul").append(...items);
    }
    results.querySelector(".more")?.remove();
    if (what === "facts" && rows.length === PAGE) {
      results.append(el("button.more", { type: "button", onclick: () => list(what, values, results, signal, offset + PAGE) }, "More facts"));
    } else if (what === "entities" && rows.length === PAGE) {
      results.append(el("p.small.more", {}, `The ${PAGE} that are mentioned most are shown: type more letters to narrow them down.`));
    }
  } catch (error) {
    if (error.name !== "AbortError") show(results, problem(error));
  }
}

function hit(row) {
  return el("li", {}, el("a.hit", { href: entityLink(row.id) },
    el("span.name", {}, row.name, row.alias ? el("span.small", {}, ` (${row.alias})`) : ""),
    chip(row.type),
    el("span.small", {}, `${counted(row.mentions, "mention")} in ${counted(row.documents, "document")}`)));
}

/** Fields to filter by. given: their values; search: with the field for text. changed is called whenever one changes. */
export function filterForm(app, given, { search = false, predicates = app.state.predicates } = {}) {
  const form = { changed: () => {} };
  const changed = () => form.changed();
  const text = el("input", { type: "search", id: "q", name: "q", value: given.q ?? "", autocomplete: "off", placeholder: "a name or an alias", oninput: changed });
  const type = el("select", { name: "type", onchange: changed });
  options(type, app.state.types, search ? "All types" : "All types");
  type.value = given.type ?? "";
  const predicate = el("select", { name: "predicate", onchange: changed });
  options(predicate, predicates, "All relations");
  predicate.value = given.predicate ?? "";
  const told = el("output", {}, `${given.confidence || 0} %`);
  const confidence = el("input", { type: "range", name: "confidence", min: "0", max: "100", step: "5", value: given.confidence || "0",
    oninput: () => { told.textContent = `${confidence.value} %`; changed(); } });
  const names = el("datalist", { id: "documents" });
  const suggest = debounced(async () => {
    if (document_.value.length < 2) return;
    const { rows } = await get("/api/documents", { q: document_.value });
    show(names, rows.slice(0, 20).map((row) => el("option", { value: row.uri }, row.name)));
  }, 200);
  const document_ = el("input", { type: "text", name: "document", value: given.document ?? "", list: "documents", autocomplete: "off",
    placeholder: "part of a name or address", oninput: () => { suggest(); changed(); } });
  form.node = el("form.filters", { role: "search", onsubmit: (event) => event.preventDefault() },
    search ? field("Search", text) : null, field("Type", type), field("Relation", predicate),
    field("Confidence at least", el("span.range", {}, confidence, told)), field("Document", document_), names);
  form.values = () => ({
    q: search ? text.value.trim() : "", type: type.value, predicate: predicate.value,
    confidence: confidence.value === "0" ? "" : confidence.value, document: document_.value.trim(),
  });
  return form;
}
