// Parts that several pages show: types, sentences, facts, what an answer would change.
import { counted, documentLink, el, entityLink, percent, questionLink } from "./dom.js";

let order = [];

/** The types of the graph, most frequent first: they get their colours in this order. */
export function setTypes(types) { order = types.map(([name]) => name); }
export const typeNumber = (type) => { const at = order.indexOf(type); return at < 0 || at > 6 ? 7 : at; };

export const chip = (type) => el(`span.chip.t${typeNumber(type)}`, {}, type);

const SPOKEN = { left: "first", right: "second", mention: "mention" };

/** Pieces of text with their marks. link: whether a mention leads to its entity. */
export function pieces(list, { linked = false } = {}) {
  return list.map(({ text, marks, entity }) => {
    const word = marks.find((mark) => mark in SPOKEN);
    let node = text;
    if (word) node = el(`mark.${word}`, {}, linked && entity ? el("a", { href: entityLink(entity) }, text) : text);
    return marks.includes("sentence") ? el("span.sentence", {}, node) : node;
  });
}

const closer = (list) => list.map((piece) => ({ ...piece, text: piece.text.replace(/\s*\n\s*/g, "\n") }));

export function context(one) {
  const told = one.scope ? `${one.scope}, ${percent(one.confidence)}` : "";
  return el("figure.context", {},
    el("blockquote", {}, pieces(closer(one.pieces))),
    el("figcaption", {},
      el("a", { href: documentLink(one.document, one.start), title: one.uri }, one.name || one.uri), told ? ` · ${told}` : ""));
}

export function factRow(fact, { middle = "" } = {}) {
  const end = (id, name, type) => (!id || id === middle ? el("b", {}, name) : el("a", { href: entityLink(id) }, name));
  const sure = fact.confidence === 10000 ? "asserted" : percent(fact.confidence);
  return el("li.fact", {},
    el("p.triple", {},
      end(fact.subject, fact.subject_name), " ", el("span.predicate", {}, fact.predicate), " ",
      fact.object ? end(fact.object, fact.object_name) : el("span.value", {}, fact.object_name)),
    el("p.quote", {}, `“${fact.quote}”`),
    el("p.small", {},
      `${sure} · ${fact.scope} · ${counted(fact.support, "sentence")} in `,
      el("a", { href: documentLink(fact.document) }, counted(fact.documents, "document")), " · ",
      el("a", { href: questionLink(JSON.stringify(["fact", fact.id])), "aria-label": `Judge: ${fact.subject_name} ${fact.predicate} ${fact.object_name}` }, "judge")));
}

export function difference(d) {
  const entity = (e) => [chip(e.type), " ", e.name, el("span.small", {}, ` ${counted(e.mentions, "mention")}`)];
  const fact = (f) => [`${f.subject} `, el("span.predicate", {}, f.predicate), ` ${f.object}`,
    el("span.small", {}, ` ${f.confidence === 10000 ? "asserted" : percent(f.confidence)}`)];
  const changed = ({ before, after, gained, lost }) => [
    ...entity(after),
    before.name === after.name ? "" : ` (was ${before.name})`,
    before.type === after.type ? "" : ` (was ${before.type})`,
    before.mentions === after.mentions ? "" : `, before ${before.mentions.toLocaleString("en")}`,
    gained.length ? el("span.small", {}, ` with ${gained.map(bare).join(", ")}`) : "",
    lost.length ? el("span.small", {}, ` without ${lost.map(bare).join(", ")}`) : ""];
  const groups = [
    ["entities_removed", "−", "goes", "entity", "entities", entity], ["entities_added", "+", "comes", "entity", "entities", entity],
    ["entities_changed", "~", "changes", "entity", "entities", changed], ["triples_removed", "−", "goes", "fact", "facts", fact],
    ["triples_added", "+", "comes", "fact", "facts", fact],
    ["triples_changed", "~", "changes", "fact", "facts", ([a, b]) => [...fact(b), el("span.small", {}, `, before ${percent(a.confidence)}`)]],
    ["triples_moved", "↷", "moves", "fact", "facts", ([, b]) => fact(b)],
  ];
  const lists = groups.filter(([part]) => d[part].count).map(([part, sign, verb, one, many, line]) => {
    const { count, rows } = d[part];
    const head = `${counted(count, one, many)} ${count === 1 ? verb : verb.replace(/s$/, "").replace(/goe$/, "go")}`;
    const items = rows.map((row) => el("li", {}, el("span.sign", { "aria-hidden": "true" }, sign), el("span", {}, line(row))));
    const more = count > rows.length ? el("p.small", {}, `… and ${(count - rows.length).toLocaleString("en")} more`) : null;
    return el(`section.part.${verb}`, {}, el("h3", {}, head), el("ul.plain", {}, items), more);
  });
  return lists.length ? lists : [el("p", {}, "The graph stays as it is. Your word keeps it so through edits and other models.")];
}

const bare = (key) => key.split("\t")[0].split("/").slice(1).join("/");

export const weighed = (weight) => (weight > 0 ? `+${weight}` : `−${Math.abs(weight)}`);

export function problem(error) {
  return el("p.problem", { role: "alert" }, error.message);
}

/** A labelled field. */
export function field(label, input) {
  return el("label.field", {}, el("span", {}, label), input);
}

export function options(select, rows, all) {
  select.replaceChildren(el("option", { value: "" }, all), ...rows.map(([value, count]) => el("option", { value }, `${value} (${count.toLocaleString("en")})`)));
}
