// The neighbourhood as a drawing (Cytoscape.js), with the same facts as a list below it for those who do not see it.
import { get } from "./api.js";
import { announce, counted, el, entityLink, show } from "./dom.js";
import { chip, problem, typeNumber } from "./parts.js";

const SHAPES = ["ellipse", "round-rectangle", "diamond", "round-hexagon", "triangle", "pentagon", "star", "round-octagon"];

const MOST_LABELS = 9;

let loading;
/** The library, loaded when the first drawing is wanted. */
function library() {
  loading ??= new Promise((resolve, reject) => {
    const script = el("script", { src: "/vendor/cytoscape.min.js" });
    script.addEventListener("load", () => resolve(window.cytoscape));
    script.addEventListener("error", () => reject(new Error("the drawing library could not be loaded")));
    document.head.append(script);
  });
  return loading;
}

export async function drawing(app, section, page) {
  const cytoscape = await library();
  const canvas = el("div.canvas", { role: "img" });
  const told = el("p.small", {});
  const legend = el("p.legend", {});
  const steps = el("select", { "aria-label": "How far" }, el("option", { value: "1" }, "direct facts"), el("option", { value: "2" }, "two steps"));
  const view = { cy: null, values: {}, crowded: false };
  steps.addEventListener("change", () => draw(view.values));
  const button = (name, text, work) => el("button.quiet.square", { type: "button", "aria-label": name, title: name, onclick: work }, text);
  const zoom = (factor) => () => view.cy?.zoom({ level: view.cy.zoom() * factor, renderedPosition: { x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 } });
  show(section,
    el("div.heading", {}, el("h2", { id: "around" }, "Neighbourhood"), el("span.tools", {}, steps, button("Closer", "+", zoom(1.3)), button("Farther", "−", zoom(1 / 1.3)), button("All of it", "⤢", () => view.cy && fit()))),
    canvas, legend, told);

  async function draw(values) {
    view.values = values;
    try {
      const found = await get("/api/neighbourhood", { id: page.id, ...values, steps: steps.value, most: 30 });
      paint(found);
    } catch (error) {
      show(canvas, problem(error));
    }
  }

  function paint(found) {
    view.cy?.destroy();
    view.crowded = found.facts.length > 2 * MOST_LABELS;
    show(canvas);
    canvas.classList.toggle("bare", found.nodes.length < 2);
    const types = [...new Set(found.nodes.map((node) => node.type))];
    show(legend, types.map((type) => chip(type)));
    const crowded = view.crowded ? " Point at an entity to see its relations." : "";
    told.textContent = (found.left_out ? `The ${counted(found.facts.length, "fact")} that most sentences support; ${found.left_out.toLocaleString("en")} more fit: use the filters.` : "") + crowded;
    const names = found.nodes.slice(1, 8).map((node) => node.name).join(", ");
    canvas.setAttribute("aria-label", `${page.name} and ${counted(found.nodes.length - 1, "neighbour")}${names ? `: ${names}` : ""}. The list of facts says the same in words.`);
    if (found.nodes.length < 2) {
      show(canvas, el("p.empty", {}, "Nothing to draw: no fact with another entity fits."));
      return;
    }
    view.cy = cytoscape({
      container: canvas, elements: elements(found), style: style(view.crowded), minZoom: 0.2, maxZoom: 3, layout: layoutOf(found),
    });
    fit();
    view.cy.on("tap", "node", (event) => { location.hash = entityLink(event.target.id()).slice(1); });
    view.cy.on("mouseover", "node", (event) => { canvas.style.cursor = "pointer"; event.target.connectedEdges().addClass("near"); });
    view.cy.on("mouseout", "node", () => { canvas.style.cursor = ""; view.cy.edges().removeClass("near"); });
  }

  /** All of it in view, but not larger than life. */
  function fit() {
    view.cy.fit(undefined, 28);
    if (view.cy.zoom() > 1.25) {
      view.cy.zoom(1.25);
      view.cy.center();
    }
  }

  const recolour = () => view.cy?.style(style(view.crowded));
  addEventListener("themechange", recolour);
  return { draw, destroy: () => { removeEventListener("themechange", recolour); view.cy?.destroy(); } };
}

/** Nodes and edges; several facts between two are one line. */
function elements(found) {
  const nodes = found.nodes.map((node, at) => ({
    data: { id: node.id, label: node.name.length > 30 ? `${node.name.slice(0, 28)}…` : node.name, type: typeNumber(node.type), size: 18 + Math.min(22, 5 * Math.log10(1 + node.mentions) * 2), middle: node.distance === 0 ? 1 : 0 },
    position: { x: 260 * Math.cos(at * 2.4) * (node.distance || 0), y: 200 * Math.sin(at * 2.4) * (node.distance || 0) },
  }));
  const lines = new Map();
  for (const fact of found.facts) {
    const key = `${fact.subject} ${fact.object}`;
    const line = lines.get(key) ?? { source: fact.subject, target: fact.object, labels: [], support: 0 };
    line.labels.push(fact.predicate);
    line.support += fact.support;
    lines.set(key, line);
  }
  const edges = [...lines].map(([id, line]) => ({
    data: { id, source: line.source, target: line.target, label: line.labels.join(", ").replaceAll("_", " ").toLowerCase(), width: 1 + Math.min(4, Math.log2(line.support)) },
  }));
  return [...nodes, ...edges];
}

function layoutOf(found) {
  return { name: "cose", randomize: false, animate: false, padding: 24, nodeRepulsion: () => 60000, idealEdgeLength: () => (found.nodes.length > 18 ? 110 : 130), nodeOverlap: 24, gravity: 0.4, numIter: 1500, componentSpacing: 60 };
}

/** crowded: the relation is written on a line only while somebody points at one of its ends. */
function style(crowded) {
  const css = getComputedStyle(document.documentElement);
  const probe = document.querySelector(".canvas");
  const own = getComputedStyle(probe);
  const [text, line, ground] = [own.color, own.outlineColor, own.backgroundColor];
  const colours = SHAPES.map((_, at) => {
    const sample = el(`span.chip.t${at}`, { hidden: true });
    probe.append(sample);
    const colour = getComputedStyle(sample).borderTopColor;
    sample.remove();
    return colour;
  });
  const font = css.getPropertyValue("font-family") || "sans-serif";
  return [
    { selector: "node", style: { width: "data(size)", height: "data(size)", label: "data(label)", color: text, "font-size": 12, "font-family": font, "text-valign": "bottom", "text-margin-y": 4, "text-wrap": "wrap", "text-max-width": 120, "text-outline-color": ground, "text-outline-width": 2, "border-width": 1, "border-color": ground } },
    ...SHAPES.map((shape, at) => ({ selector: `node[type = ${at}]`, style: { shape, "background-color": colours[at] } })),
    { selector: "node[middle = 1]", style: { "font-weight": "bold", "font-size": 14, "border-width": 3, "border-color": text } },
    { selector: "edge", style: { width: "data(width)", "line-color": line, "target-arrow-color": line, "target-arrow-shape": "triangle", "arrow-scale": 0.8, "curve-style": "bezier", label: "data(label)", "font-size": 9, "font-family": font, color: text, "text-opacity": crowded ? 0 : 0.85, "text-rotation": "autorotate", "text-background-color": ground, "text-background-opacity": crowded ? 0 : 0.9, "text-background-padding": 1, "min-zoomed-font-size": 7 } },
    { selector: "edge.near", style: { "line-color": text, "target-arrow-color": text, "text-opacity": 1, "text-background-opacity": 0.9, "font-size": 11, "z-index": 9 } },
  ];
}
