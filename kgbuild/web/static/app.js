// The frame: which page is shown, what the banner says, the look, the keys.
import { get, post } from "./api.js";
import { announce, counted, el, show } from "./dom.js";
import { problem, setTypes } from "./parts.js";
import { reviewPage } from "./review.js";
import { explorePage } from "./explore.js";
import { entityPage } from "./entity.js";
import { documentPage } from "./document.js";
import { judgementsPage } from "./judgements.js";

const RETRY = 3000;
const main = document.getElementById("main");
const banner = document.getElementById("banner");

/** What all pages share. state: of /api/state; keys: what the shown page makes of a key; leave: called when it goes. */
export const app = { state: null, keys: {}, leave: null, refresh };

const PAGES = { review: reviewPage, explore: explorePage, entity: entityPage, document: documentPage, judgements: judgementsPage };

async function route() {
  if (location.hash && !location.hash.startsWith("#/")) return; // the link that skips to the content
  const [path, query = ""] = (location.hash || "#/review").slice(2).split("?");
  const [name, ...rest] = path.split("/");
  const page = PAGES[name] ?? reviewPage;
  const room = el("div"); // a page that comes too late fills a room that nobody is in any more
  route.latest = room;
  app.leave?.();
  app.keys = {};
  app.leave = null;
  for (const a of document.querySelectorAll("header nav a")) {
    const own = a.getAttribute("href") === `#/${name}` || (name === "entity" || name === "document") && a.getAttribute("href") === "#/explore";
    if (own) a.setAttribute("aria-current", "page"); else a.removeAttribute("aria-current");
  }
  try {
    await refresh();
    if (route.latest !== room) return;
    show(main, room);
    await page(app, room, rest.map(decodeURIComponent), new URLSearchParams(query));
  } catch (error) {
    if (route.latest === room) show(main, problem(error));
  }
}

/** Ask again what the whole page depends on, and say what stands in the way. */
async function refresh() {
  app.state = await get("/api/state");
  setTypes(app.state.types);
  document.getElementById("workspace").textContent = app.state.name;
  drawBanner();
}

function drawBanner() {
  const { busy, waiting, imported } = app.state;
  document.body.classList.toggle("readonly", Boolean(busy) || imported);
  clearTimeout(drawBanner.timer);
  if (imported) {
    show(banner, el("p.note", {}, "This graph was imported: it can be explored, and there is nothing to judge."));
  } else if (busy) {
    show(banner, el("p.note.busy", {}, el("b", {}, "Read only. "), `${busy} `, el("button", { type: "button", onclick: refresh }, "Try again")));
    drawBanner.timer = setTimeout(() => refresh().catch(() => {}), RETRY);
  } else if (waiting) {
    const button = el("button", { type: "button", id: "build", onclick: () => build(button) }, "Build now");
    show(banner, el("p.note", {}, `${counted(waiting, "word")} ${waiting === 1 ? "waits" : "wait"} for the next build: the graph that you see does not follow ${waiting === 1 ? "it" : "them"} yet. `, button));
  } else {
    show(banner);
  }
}

async function build(button) {
  button.disabled = true;
  button.textContent = "Building …";
  try {
    const report = await post("/api/build", {});
    announce(`Built in ${report.seconds} seconds: ${counted(report.entities, "entity", "entities")}, ${counted(report.triples, "fact")}`);
    await route();
  } catch (error) {
    show(banner, problem(error));
  }
}

// the look ------------------------------------------------------------------------------------------------------------

const themeButton = document.getElementById("theme");
const systemDark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme ?? (systemDark.matches ? "dark" : "light")) === "dark";

function drawTheme() {
  themeButton.textContent = isDark() ? "Light" : "Dark";
  themeButton.setAttribute("aria-label", `Switch to the ${isDark() ? "light" : "dark"} look`);
  dispatchEvent(new Event("themechange"));
}

themeButton.addEventListener("click", () => {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  try { localStorage.setItem("kgbuild-theme", document.documentElement.dataset.theme); } catch { /* not kept */ }
  drawTheme();
});
systemDark.addEventListener("change", drawTheme);
drawTheme();

// keys ----------------------------------------------------------------------------------------------------------------

const dialog = document.getElementById("keys");
const keysOn = document.getElementById("keys-on");
document.getElementById("keys-button").addEventListener("click", () => dialog.showModal());
try { keysOn.checked = localStorage.getItem("kgbuild-keys") !== "off"; } catch { /* on */ }
keysOn.addEventListener("change", () => {
  try { localStorage.setItem("kgbuild-keys", keysOn.checked ? "on" : "off"); } catch { /* not kept */ }
});

/** To the field for text; where it is shown, what stands in the others stays. */
function search() {
  const field = document.getElementById("q");
  if (field) { field.select(); return; }
  location.hash = "#/explore";
  setTimeout(() => document.getElementById("q")?.focus(), 80);
}

const typing = (node) => node.closest("input:not([type=checkbox]):not([type=range]), textarea, select") !== null;

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || dialog.open || !keysOn.checked || event.isComposing) return;
  const node = event.target instanceof Element ? event.target : document.body;
  if (event.key === "Enter" && node.closest("a, button, summary")) return; // it presses what has the focus
  if (typing(node) && event.key !== "Escape" && !(event.key === "Enter" && node.closest(".reason"))) return;
  const shared = { "?": () => dialog.showModal(), "/": search };
  const work = app.keys[event.key.length === 1 ? event.key.toLowerCase() : event.key] ?? shared[event.key];
  if (work && !event.repeat) {
    event.preventDefault();
    work();
  }
});

addEventListener("hashchange", () => { route().then(() => { if (document.activeElement === document.body) main.focus({ preventScroll: true }); }); });
route();
