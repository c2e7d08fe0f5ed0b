// The queue: one question at a time, its sentences, why the machine thinks so, and what an answer would change.
import { get, post } from "./api.js";
import { announce, counted, el, entityLink, percent, questionLink, show } from "./dom.js";
import { chip, context, difference, problem, weighed } from "./parts.js";

const KINDS = { merge: "Merge", apart: "Kept apart", fact: "Fact", mention: "Mention" };
const ANSWERS = {
  same: ["s", "Same"], different: ["d", "Different"], right: ["r", "Right"], wrong: ["w", "Wrong"],
};
const MEANS = {
  merge: { same: "they stay one entity", different: "they become two entities" },
  apart: { same: "they become one entity", different: "they stay two entities" },
  fact: { right: "the fact is asserted", wrong: "the fact goes" },
  mention: { right: "it stays an entity", wrong: "it is no entity here" },
};
let kind = "";

export async function reviewPage(app, main, [asked]) {
  document.title = "Review · kgbuild";
  if (app.state.imported) {
    show(main, el("p.empty", {}, "Nothing to judge: this graph was imported. ", el("a", { href: "#/explore" }, "Explore it")));
    return;
  }
  const side = el("aside.queue", { "aria-label": "Open questions" });
  const card = el("article.card", { "aria-live": "off" });
  show(main, el("div.review", {}, card, side));
  const view = { app, card, side, asked, question: null, preview: null };
  app.keys = {
    s: () => propose(view, "same"), d: () => propose(view, "different"), r: () => propose(view, "right"), w: () => propose(view, "wrong"),
    k: () => skip(view), u: () => undo(view), Enter: () => save(view), Escape: () => withdraw(view),
  };
  await load(view);
}

/** The list, and the question that was asked for, else the first. */
async function load(view) {
  view.preview = null;
  try {
    view.queue = await get("/api/queue", { kind, limit: 30 });
    drawQueue(view);
    const id = view.asked ?? view.queue.rows[0]?.id;
    if (id) await open(view, id); else drawEnd(view);
  } catch (error) {
    show(view.card, problem(error), el("button", { type: "button", onclick: () => next(view) }, "Go on"));
  }
}

function next(view) {
  view.asked = undefined;
  if (location.hash.startsWith("#/review/")) history.replaceState(null, "", `${location.pathname}${location.search}#/review`);
  return load(view);
}

function drawQueue(view) {
  const { left, judged, skipped, rows } = view.queue;
  const select = el("select", { "aria-label": "Which questions", onchange: (event) => { kind = event.target.value; next(view); } },
    [["", "All questions"], ["merge", "Merges"], ["apart", "Kept apart"], ["fact", "Facts"], ["mention", "Mentions"]]
      .map(([value, name]) => el("option", { value, selected: value === kind }, name)));
  const told = [el("b", {}, counted(left, "question")), " left", el("br"), `${judged.toLocaleString("en")} judged now, ${skipped.toLocaleString("en")} skipped`];
  const share = el("progress", { max: String(Math.max(1, left + judged)), value: String(judged), "aria-label": "Judged in this sitting" });
  show(view.side, el("div.progress", {}, el("p", { id: "progress" }, told), share, select),
    el("ol.questions", {}, rows.map((row) => queueItem(row, view))));
}

function queueItem(row, view) {
  const [left, joint, right] = row.title;
  const text = { merge: `${left} = ${right}`, apart: `${left} ≠ ${right}`, fact: `${left} ${joint} ${right}`, mention: `${left}: ${joint}` }[row.kind];
  return el("li", {}, el("a", { href: questionLink(row.id), "data-id": row.id },
    el("span.small", {}, `${KINDS[row.kind]} · ${sure(row.uncertainty)}`), el("span", {}, text)));
}

const sure = (uncertainty) => `${percent(10000 - uncertainty / 2)} sure`;

function drawEnd(view) {
  const text = kind ? "No question of this kind is open." : "Nothing is open: the machine is sure of the rest, or you have judged it.";
  show(view.card, el("h1", {}, "Done"), el("p", {}, text), answerBar(view, []));
}

async function open(view, id) {
  view.question = null;
  view.preview = null;
  const question = await get("/api/question", { id });
  view.question = question;
  for (const a of view.side.querySelectorAll("a")) {
    if (a.dataset.id === id) a.setAttribute("aria-current", "true"); else a.removeAttribute("aria-current");
  }
  drawCard(view);
  announce(`${KINDS[question.kind]}: ${view.card.querySelector("h1").textContent}`);
}

function drawCard(view) {
  const q = view.question;
  const evidence = q.kind === "merge" || q.kind === "apart"
    ? el("div.sides", {}, q.sides.map((side, at) => sideBox(side, at)))
    : el("div.evidence", {}, q.contexts.map(context));
  show(view.card,
    el("p.eyebrow", {}, el("span.kind", {}, KINDS[q.kind]), ` the machine is ${sure(q.uncertainty)}`),
    el("h1", {}, heading(q)),
    q.kind === "fact" || q.kind === "mention" ? el("div.ends", {}, q.sides.map(endBox)) : null,
    el("section.why", {}, el("h2", {}, "Why the machine thinks so"), el("ul.reasons", {}, q.reasons.map((r) => reason(q.kind, r)))),
    evidence,
    answerBar(view, q.answers));
}

function heading(q) {
  const [left, right] = q.sides.map((side) => side.name);
  const mark = (word, text) => el(`mark.${word}`, {}, text);
  switch (q.kind) {
    case "merge": return ["Are ", mark("left", left), " and ", mark("right", right), " the same?"];
    case "apart": return ["Are ", mark("left", left), " and ", mark("right", right), " the same after all?"];
    case "fact": return [mark("left", left), " ", el("span.predicate", {}, q.predicate), " ", mark("right", q.value || right), "?"];
    default: return ["Is ", mark("left", left), ` here a ${q.sides[0].type}?`];
  }
}

function sideBox(side, at) {
  const forms = side.forms.slice(1).map(([form]) => form);
  return el("section.side", { "aria-label": side.name },
    el("h2", {}, el(`mark.${at ? "right" : "left"}`, {}, side.name), " ", chip(side.type)),
    el("p.small", {}, el("a", { href: entityLink(side.entity) }, `${counted(side.mentions, "mention")} in ${counted(side.documents, "document")}`),
      forms.length ? ` · also ${forms.join(", ")}` : ""),
    side.contexts.map(context));
}

function endBox(side) {
  const forms = side.forms.map(([form]) => form).filter((form) => form !== side.name);
  return el("p", {}, chip(side.type), " ", el("a", { href: entityLink(side.entity) }, side.name),
    el("span.small", {}, ` ${counted(side.mentions, "mention")} in ${counted(side.documents, "document")}${forms.length ? ` · also ${forms.slice(0, 4).join(", ")}` : ""}`));
}

function reason(kind, { text, weight }) {
  const told = weight === null ? "" : kind === "merge" || kind === "apart" ? weighed(weight) : percent(weight);
  return el("li", {}, el("span.weight", {}, told), el("span", {}, text));
}

// answering -----------------------------------------------------------------------------------------------------------

function answerBar(view, answers) {
  const buttons = answers.map((answer) => el(`button.answer.${answer}`, {
    type: "button", "data-answer": answer, "aria-keyshortcuts": ANSWERS[answer][0], onclick: () => propose(view, answer),
    title: MEANS[view.question.kind][answer],
  }, ANSWERS[answer][1], " ", el("kbd", {}, ANSWERS[answer][0])));
  const others = [
    answers.length ? el("button.quiet", { type: "button", "aria-keyshortcuts": "k", onclick: () => skip(view) }, "Skip ", el("kbd", {}, "k")) : null,
    el("button.quiet", { type: "button", id: "undo", "aria-keyshortcuts": "u", disabled: !view.queue?.can_undo, onclick: () => undo(view) }, "Undo ", el("kbd", {}, "u")),
  ];
  return el("div.bar", { id: "bar" }, el("div.effect", { id: "effect" }), el("div.buttons", { role: "group", "aria-label": "Answers" }, buttons, others));
}

async function propose(view, answer) {
  const q = view.question;
  if (!q || !q.answers.includes(answer)) return;
  const effect = view.card.querySelector("#effect");
  const mine = Symbol(answer);
  view.preview = { answer, mine, ready: false };
  for (const button of view.card.querySelectorAll("[data-answer]")) button.setAttribute("aria-pressed", String(button.dataset.answer === answer));
  show(effect, el("p.small", {}, "Looking ahead at the next build …"));
  try {
    const decision = await post("/api/preview", { id: q.id, answer });
    if (view.preview?.mine !== mine) return;
    view.preview.ready = true;
    drawEffect(view, effect, decision, answer);
  } catch (error) {
    if (view.preview?.mine !== mine) return;
    view.preview = null;
    await failed(view, effect, error);
  }
}

function drawEffect(view, effect, decision, answer) {
  const saveButton = el("button.primary", { type: "button", id: "save", onclick: () => save(view) }, "Save ", el("kbd", {}, "Enter"));
  const body = decision.difference ? difference(decision.difference) : [];
  show(effect,
    el("h2", {}, `${ANSWERS[answer][1]}: ${MEANS[view.question.kind][answer]}`),
    el("details.words", {}, el("summary", {}, `Saved as ${counted(decision.judgements.length, "judgement")}`),
      el("ul.plain", {}, decision.judgements.map((j) => el("li", {}, j.said)))),
    el("div.difference", { tabindex: "0", role: "region", "aria-label": "What the next build changes" }, body, decision.notes.map((note) => el("p.small", {}, `Note: ${note}.`))),
    el("div.saving", {},
      el("label.reason", {}, el("span", {}, "Why (may be left out)"), el("input", { type: "text", id: "why", autocomplete: "off", maxlength: "500" })),
      saveButton, el("button.quiet", { type: "button", onclick: () => withdraw(view) }, "Back ", el("kbd", {}, "Esc"))));
  effect.scrollIntoView({ block: "nearest" });
  announce(`Preview of ${ANSWERS[answer][1]}: ${[...effect.querySelectorAll("h3")].map((h) => h.textContent).join(", ") || "the graph stays as it is"}. Enter saves it.`);
}

function withdraw(view) {
  if (!view.preview) return;
  view.preview = null;
  show(view.card.querySelector("#effect"));
  for (const button of view.card.querySelectorAll("[data-answer]")) button.setAttribute("aria-pressed", "false");
  announce("Not saved.");
}

async function save(view) {
  if (!view.preview?.ready || !view.question) return;
  const { answer } = view.preview;
  const why = view.card.querySelector("#why").value.trim();
  view.preview.ready = false;
  try {
    const decision = await post("/api/judge", { id: view.question.id, answer, why });
    announce(`Saved: ${decision.judgements.map((j) => j.said).join("; ")}`);
    await view.app.refresh();
    await next(view);
    window.scrollTo({ top: 0 });
  } catch (error) {
    view.preview = null;
    await failed(view, view.card.querySelector("#effect"), error);
  }
}

async function skip(view) {
  if (!view.question) return;
  await post("/api/skip", { id: view.question.id });
  announce("Skipped.");
  await next(view);
}

async function undo(view) {
  try {
    const decision = await post("/api/undo", {});
    announce(`Undone: ${decision.undone.map((j) => j.said).join("; ")}`);
    await view.app.refresh();
    view.asked = decision.question;
    await load(view);
  } catch (error) {
    await failed(view, view.card.querySelector("#effect"), error);
  }
}

/** Say what went wrong; while another process writes, the page is for reading. */
async function failed(view, where, error) {
  if (where) show(where, problem(error));
  if (error.busy) await view.app.refresh().catch(() => {});
}
