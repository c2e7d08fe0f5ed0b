// A document: its text, block by block, with what was found in it.
import { get } from "./api.js";
import { counted, el, entityLink, show } from "./dom.js";
import { chip, pieces } from "./parts.js";

const TAGS = { heading: "h3", paragraph: "p", list_item: "p.item", table_row: "p.row", caption: "p.small", code: "pre" };

export async function documentPage(app, main, [id], query) {
  const page = await get("/api/document", { id });
  document.title = `${page.name || page.uri} · kgbuild`;
  const blocks = page.blocks.map((block, at) => el(TAGS[page.kinds[at]] ?? "p", { "data-start": String(page.starts[at]) }, pieces(block, { linked: true })));
  show(main, el("article.document", {},
    el("header", {}, el("h1", {}, page.name || page.uri), el("p.small", {}, [page.uri, page.published, page.language].filter(Boolean).join(" · "))),
    el("div.columns.wide", {},
      el("div.text", { lang: page.language || null }, blocks.length ? blocks : el("p.empty", {}, "The text is not in this workspace.")),
      el("aside", { "aria-label": "Entities in this document" }, el("h2", {}, counted(page.entities.length, "entity", "entities")),
        el("ul.plain", {}, page.entities.map(([entity, name, type, count]) => el("li", {}, el("a", { href: entityLink(entity) }, name), " ", chip(type), el("span.small", {}, ` ${count}`))))))));
  const at = Number(query.get("at") ?? "0");
  if (at > 0) [...main.querySelectorAll("[data-start]")].filter((node) => Number(node.dataset.start) <= at).at(-1)?.scrollIntoView({ block: "center" });
  else window.scrollTo({ top: 0 });
}
