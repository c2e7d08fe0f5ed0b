// An entity: who stands around it, what is said of it, where it is named, and why its names are one.
import { get } from "./api.js";
import { announce, counted, debounced, documentLink, el, link, percent, questionLink, show } from "./dom.js";
import { drawing } from "./drawing.js";
import { filterForm } from "./explore.js";
import { chip, context, factRow, problem, weighed } from "./parts.js";

export async function entityPage(app, main, [id], query) {
  const given = Object.fromEntries(query);
  const page = await get("/api/entity", { id, ...given });
  document.title = `${page.name} · kgbuild`;
  const form = filterForm(app, given, { predicates: page.predicates });
  const around = el("section.around", { "aria-labelledby": "around" });
  const facts = el("section", { "aria-labelledby": "facts" });
  const mentions = el("section", { "aria-labelledby": "mentions" });
  show(main, el("article.entity", {},
    el("header", {},
      el("h1", {}, page.name, " ", chip(page.type)),
      el("p.small", {}, `${counted(page.mentions, "mention")} in ${counted(page.documents, "document")} · the surest mention ${percent(page.confidence)}`),
      page.found === page.id || page.found === page.name ? null : el("p.note", {}, "The id that was asked for is of an earlier graph: this entity holds its names now."),
      page.aliases.length ? el("p", {}, el("b", {}, "Also "), aliases(page.aliases)) : null,
      page.values.length ? el("dl.values", {}, page.values.map(([name, value]) => el("div", {}, el("dt", {}, name.replaceAll("_", " ")), el("dd", {}, value)))) : null),
    el("details.filterbox", { open: Object.keys(given).length > 0 }, el("summary", {}, "Filter facts and neighbours"), form.node),
    el("div.columns", {}, el("div", {}, around, facts), el("div", {}, mentions, whyOne(page), places(page)))));
  const graph = await drawing(app, around, page);
  app.leave = () => graph.destroy();
  drawFacts(facts, page, given, page.facts, page.fact_count);
  graph.draw(given);
  form.changed = debounced(async () => {
    const values = form.values();
    history.replaceState(null, "", `${location.pathname}${location.search}${link(`entity/${encodeURIComponent(id)}`, values)}`);
    try {
      const { rows, count } = await get("/api/entity/facts", { id: page.id, ...values });
      drawFacts(facts, page, values, rows, count);
      announce(counted(count, "fact"));
      await graph.draw(values);
    } catch (error) {
      show(facts, problem(error));
    }
  }, 200);
  await drawMentions(mentions, page);
}

function aliases(list) {
  const [first, rest] = [list.slice(0, 12), list.slice(12)];
  return rest.length ? [first.join(", "), el("details.inline", {}, el("summary", {}, `and ${rest.length} more`), rest.join(", "))] : first.join(", ");
}

function drawFacts(section, page, values, rows, count) {
  const list = el("ul.facts", {}, rows.map((row) => factRow(row, { middle: page.id })));
  const more = el("button.more", { type: "button" }, "More facts");
  more.addEventListener("click", async () => {
    const next = await get("/api/entity/facts", { id: page.id, ...values, offset: list.children.length });
    list.append(...next.rows.map((row) => factRow(row, { middle: page.id })));
    if (list.children.length >= count) more.remove();
  });
  show(section, el("h2", { id: "facts" }, `Facts (${count.toLocaleString("en")})`),
    rows.length ? list : el("p.empty", {}, page.fact_count || Object.values(values).some(Boolean) ? "No fact fits the filters." : "No fact is known of it."),
    count > rows.length ? more : null);
}

async function drawMentions(section, page) {
  const head = el("h2", { id: "mentions" }, "Where it is mentioned");
  try {
    const { rows, count } = await get("/api/entity/mentions", { id: page.id });
    const list = el("div", {}, rows.map(context));
    let shown = 10;
    const more = el("button.more", { type: "button" }, "More sentences");
    more.addEventListener("click", async () => {
      const next = await get("/api/entity/mentions", { id: page.id, offset: shown });
      list.append(...next.rows.map(context));
      shown += 10;
      if (shown >= count) more.remove();
    });
    show(section, head, el("p.small", {}, `One sentence a document; ${counted(count, "document")}.`), rows.length ? list : el("p.empty", {}, "The texts are not in this workspace."), count > shown ? more : null);
  } catch (error) {
    show(section, head, problem(error));
  }
}

function whyOne(page) {
  const names = el("ul.plain.names", {}, page.names.map((row) => el("li", {},
    row.forms.slice(0, 6).map(([form, count], at) => [at ? ", " : "", form, el("span.small", {}, ` ${count.toLocaleString("en")}`)]),
    el("span.small", {}, ` · ${row.key.split("/")[0]} · ${counted(row.documents, "document")}`))));
  const joins = page.joins.map((join) => el("li", {}, el("span.weight", {}, join.weight ? weighed(join.weight) : "word"),
    el("span", {}, el("b", {}, bare(join.left)), " = ", el("b", {}, bare(join.right)), join.reasons.map(([text, weight]) =>
      el("span.small.block", {}, weight && join.reasons.length > 1 ? `${text} (${weighed(weight)})` : text)))));
  return el("section", { "aria-labelledby": "why" }, el("h2", { id: "why" }, "Why these names are one"), names,
    joins.length ? el("ul.reasons", {}, joins) : el("p.small", {}, page.names.length > 1 ? "" : "It has one name, so nothing was joined."),
    page.judgements.length ? [el("h3", {}, "What people said"), el("ul.plain", {}, page.judgements.map((j) => el("li", {}, `#${j.number} ${j.said}`, el("span.small", {}, ` ${j.by} ${j.at.slice(0, 10)}${j.reason ? `: ${j.reason}` : ""}`))))] : null);
}

const bare = (node) => node.split("\t")[0].split("/").slice(1).join("/");

function places(page) {
  const box = el("details.places", {}, el("summary", {}, "All documents, with how it is written"));
  box.addEventListener("toggle", async () => {
    if (!box.open || box.dataset.loaded) return;
    box.dataset.loaded = "yes";
    const list = el("ol.plain", {});
    box.append(list);
    const more = el("button.more", { type: "button", onclick: load }, "More documents");
    async function load() {
      const { rows, count } = await get("/api/entity/places", { id: page.id, offset: list.children.length });
      list.append(...rows.map((row) => el("li", {}, el("a", { href: documentLink(row.document) }, row.uri), ` ${row.forms.map(([form, n]) => `${form} ${n}`).join(", ")} `,
        el("a.small", { href: questionLink(JSON.stringify(["mention", row.document, row.name])), "aria-label": `Judge the mention in ${row.uri}` }, "judge"))));
      if (list.children.length < count) box.append(more); else more.remove();
    }
    await load();
  });
  return box;
}
