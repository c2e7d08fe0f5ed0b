// What people said, newest first, with what becomes of it; each can be taken back.
import { get, post } from "./api.js";
import { announce, el, show } from "./dom.js";
import { problem } from "./parts.js";

export async function judgementsPage(app, main) {
  document.title = "Judgements · kgbuild";
  const table = el("div", {});
  const all = el("input", { type: "checkbox", onchange: () => load() });
  show(main, el("div.judgements", {}, el("h1", {}, "Judgements"),
    el("p.small", {}, "A person's word is stronger than any score, and holds through edits and other models until it is undone."),
    el("label", {}, all, " also what was undone"), table));

  async function load() {
    const { rows } = await get("/api/judgements", { all: all.checked ? "1" : "" });
    if (!rows.length) { show(table, el("p.empty", {}, "No judgements yet. ", el("a", { href: "#/review" }, "Judge what the machine is least sure of"))); return; }
    show(table, el("div.scroll", { tabindex: "0", role: "region", "aria-label": "Table of judgements" }, el("table", {},
      el("thead", {}, el("tr", {}, ["No.", "Judgement", "By", "When", "Why", "State", ""].map((name) => el("th", { scope: "col" }, name || el("span.unseen", {}, "Undo"))))),
      el("tbody", {}, rows.map(row)))));
  }

  function row(j) {
    const undo = el("button.quiet", { type: "button", "aria-label": `Undo judgement ${j.number}`, onclick: () => takeBack(j.number, undo) }, "Undo");
    return el("tr", {}, el("td", {}, String(j.number)), el("td", {}, j.said), el("td", {}, j.by), el("td", {}, j.at.slice(0, 10)), el("td", {}, j.reason),
      el("td", {}, j.state, j.because ? el("span.small.block", {}, j.because) : ""), el("td", {}, j.state === "revoked" ? "" : undo));
  }

  async function takeBack(number, button) {
    button.disabled = true;
    try {
      await post("/api/undo", { numbers: [number] });
      announce(`Undone: judgement ${number}`);
      await app.refresh();
      await load();
    } catch (error) {
      show(table, problem(error), el("button", { type: "button", onclick: load }, "Back to the list"));
      if (error.busy) await app.refresh().catch(() => {});
    }
  }

  await load();
}
