"use strict";
// Language, search, sorting, the choice of a year, and the charts. Text goes into the page as text only.

const page = document.documentElement;
const root = document.body.dataset.root;
const language = () => (page.classList.contains("zh") ? "zh" : "en");
const pick = (said) => (Array.isArray(said) ? said[language() === "zh" ? 0 : 1] : said);
const say = (zh, en) => (language() === "zh" ? zh : en);

// --- Language --------------------------------------------------------------------------------------------------

function speak(wanted) {
  page.classList.remove("zh", "en");
  page.classList.add(wanted);
  page.lang = wanted === "zh" ? "zh-Hans" : "en";
  const title = document.querySelector("title");
  document.title = title.dataset[wanted];
  for (const field of document.querySelectorAll("input[data-zh]")) field.placeholder = field.dataset[wanted];
}

const switcher = document.querySelector(".language");
switcher.hidden = false;
switcher.addEventListener("click", () => {
  const wanted = language() === "zh" ? "en" : "zh";
  try { localStorage.setItem("duixian-language", wanted); } catch { /* remembered for this page only */ }
  speak(wanted);
  redraw();
});
speak(language());

// --- Scripts that are asked for only where they are needed -----------------------------------------------------

const asked = new Map();
function load(name) {
  if (!asked.has(name)) {
    asked.set(name, new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = `${root}assets/${name}`;
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    }));
  }
  return asked.get(name);
}

// --- Search ----------------------------------------------------------------------------------------------------

const field = document.getElementById("search");
const list = document.getElementById("found");
const counted = document.getElementById("found-count");
document.querySelector(".search").hidden = false;
const MOST = 12;

// how well a word fits: 0 the whole name, 1 its beginning, 2 within; null not at all
function fit(word, names) {
  let best = null;
  for (const name of names) {
    const at = name.toLowerCase().indexOf(word);
    if (at < 0) continue;
    const rank = name.length === word.length ? 0 : at === 0 ? 1 : 2;
    if (best === null || rank < best) best = rank;
  }
  return best;
}

function ranked(word, rows) {
  return rows.map((row) => [fit(word, row), row]).filter(([rank]) => rank !== null).sort((a, b) => a[0] - b[0]).map(([, row]) => row);
}

function hits(text) {
  const { areas, indicators } = window.duixianIndex;
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const whole = words.join(" ");
  const places = ranked(whole, areas).map((row) => ({ href: `areas/${row[0]}.html`, name: [row[1], row[2]], kind: ["地区", "area"] }));
  const things = ranked(whole, indicators).map((row) => ({ href: `indicators/${row[0]}.html`, name: [row[1], row[2]], kind: ["指标", "indicator"] }));
  const found = [...places.slice(0, MOST), ...things.slice(0, MOST)];
  for (let at = 1; at < words.length; at += 1) { // 大同 就业: an indicator of an area, in either order
    for (const [first, second] of [[words.slice(0, at), words.slice(at)], [words.slice(at), words.slice(0, at)]]) {
      for (const area of ranked(first.join(" "), areas).slice(0, 3)) {
        for (const thing of ranked(second.join(" "), indicators).slice(0, 3)) {
          found.unshift({ href: `areas/${area[0]}.html#${thing[0]}`, name: [`${area[1]}：${thing[1]}`, `${area[2]}: ${thing[2]}`], kind: ["地区的指标", "indicator of an area"] });
        }
      }
    }
  }
  return found.slice(0, MOST);
}

let chosen = -1;
function choose(at) {
  const options = [...list.children];
  options.forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
  chosen = at;
  if (at >= 0) {
    field.setAttribute("aria-activedescendant", options[at].id);
    options[at].scrollIntoView({ block: "nearest" });
  } else field.removeAttribute("aria-activedescendant");
}

function close() {
  list.hidden = true;
  field.setAttribute("aria-expanded", "false");
  choose(-1);
}

async function search() {
  await load("search.js");
  const found = hits(field.value);
  list.replaceChildren(...found.map((hit, at) => {
    const option = document.createElement("li");
    option.id = `hit-${at}`;
    option.role = "option";
    option.dataset.href = root + hit.href;
    const kind = document.createElement("small");
    kind.textContent = pick(hit.kind);
    const name = document.createElement("span");
    name.textContent = pick(hit.name);
    option.append(name, kind);
    return option;
  }));
  const open = field.value.trim() !== "";
  list.hidden = !found.length;
  field.setAttribute("aria-expanded", String(found.length > 0));
  counted.textContent = open ? say(`${found.length}条结果`, `${found.length} results`) : "";
  choose(-1);
}

field.addEventListener("input", search);
field.addEventListener("focus", () => load("search.js"));
field.addEventListener("keydown", (event) => {
  const most = list.children.length;
  if (event.key === "ArrowDown" && most) choose((chosen + 1) % most);
  else if (event.key === "ArrowUp" && most) choose((chosen - 1 + most) % most);
  else if (event.key === "Escape") close();
  else if (event.key === "Enter" && most) window.location.href = list.children[Math.max(chosen, 0)].dataset.href;
  else return;
  event.preventDefault();
});
list.addEventListener("mousedown", (event) => {
  const option = event.target.closest("[data-href]");
  if (option) { event.preventDefault(); window.location.href = option.dataset.href; }
});
field.addEventListener("blur", () => { list.hidden = true; field.setAttribute("aria-expanded", "false"); });

// --- Tables that sort ------------------------------------------------------------------------------------------

function key(cell) {
  const said = cell.dataset.sort ?? cell.innerText.trim();
  if (said === "" || said === "—") return null;
  const number = Number(said.replace(/[%,\s]/g, ""));
  return Number.isNaN(number) ? said : number;
}

function compare(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), page.lang);
}

function sort(table, column, down) {
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => [key(row.cells[column]), row]);
  const there = rows.filter(([value]) => value !== null).sort((a, b) => (down ? -1 : 1) * compare(a[0], b[0]));
  body.append(...[...there, ...rows.filter(([value]) => value === null)].map(([, row]) => row)); // what is not known goes last
  [...table.tHead.rows[0].cells].forEach((cell, at) => {
    if (at === column) cell.setAttribute("aria-sort", down ? "descending" : "ascending");
    else cell.removeAttribute("aria-sort");
  });
}

for (const table of document.querySelectorAll("table.sortable")) {
  [...table.tHead.rows[0].cells].forEach((cell, column) => {
    if ("nosort" in cell.dataset) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...cell.childNodes);
    cell.append(button);
    button.addEventListener("click", () => sort(table, column, cell.getAttribute("aria-sort") === "ascending"));
  });
}

for (const box of document.querySelectorAll(".scroll.to-end")) box.scrollLeft = box.scrollWidth;

// --- Charts ----------------------------------------------------------------------------------------------------

const data = document.getElementById("charts");
const { told, charts } = data ? JSON.parse(data.textContent) : { told: [], charts: {} }; // what rows tell stands once, the marks point to it
const drawn = new Map(); // element → its view
const PAPER = { // on white, whatever the page looks like
  "--ink": "#1c1e22", "--soft": "#555b66", "--line": "#dddddd", "--target": "#9db7d5", "--target-end": "#9db7d500",
  "--target-edge": "#2f5f95", "--met": "#0b6b74", "--missed": "#c2410c", "--told": "#4a4f59", "--later": "#7a3aa0",
  "--incomparable": "#7a3aa0",
};

function colours() {
  const style = getComputedStyle(page);
  return Object.fromEntries(Object.keys(PAPER).map((name) => [name, style.getPropertyValue(name).trim()]));
}

const current = (id) => (charts[id].by ? charts[id].by[charts[id].year] : charts[id]);

// a specification with a chart's rows in it, its numbers in the unit of its axis, its words in the language of the page
function filled(id, colour, width) {
  const chart = current(id);
  const sideways = Boolean(charts[id].by);
  const text = JSON.stringify(sideways ? window.duixian.sideways : window.duixian.upright);
  const spec = JSON.parse(text.replace(/var\((--[a-z-]+)\)/g, (_, name) => colour[name]));
  const [unit, factor] = chart.unit[language()];
  const scaled = (row) => {
    const said = { ...row };
    for (const name of ["value", "low", "high", "later"]) if (typeof row[name] === "number") said[name] = row[name] / factor;
    if ("x" in row) said.x = pick(row.x);
    if (typeof row.of === "number") {
      said.tip = `${said.x} · ${pick(told[row.of])}`;
      said.href = told[row.of][2];
    }
    return said;
  };
  const rows = chart.rows.map(scaled);
  spec.data.find((one) => one.name === "rows").values = rows;
  const numbers = rows.flatMap((row) => ["value", "low", "high", "later"].map((name) => row[name])).filter(Number.isFinite);
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const room = (most - least) * 0.06 || Math.abs(most) * 0.1 || 1;
  spec.scales.find((one) => one.name === (sideways ? "x" : "y")).domain = [least - room, most + room];
  // in the order of the rows, whichever layer shows them
  spec.scales.find((one) => one.name === (sideways ? "y" : "x")).domain = [...new Set(rows.filter((row) => "x" in row).map((row) => row.x))];
  spec.width = width;
  return { spec, unit, chart };
}

const OPTIONS = { mode: "vega", renderer: "svg", actions: false, ast: true, defaultStyle: false, tooltip: { disableDefaultStyle: true }, config: { aria: false } };

async function draw(element) {
  const id = element.dataset.chart;
  await load("charts.js");
  await load(window.duixian.library);
  const { spec, unit } = filled(id, colours(), Math.max(element.clientWidth, 180));
  const holder = document.createElement("div");
  const result = await window.vegaEmbed(holder, spec, OPTIONS);
  drawn.get(element)?.finalize();
  drawn.set(element, result.view);
  const label = document.createElement("p");
  label.className = "unit";
  label.textContent = unit;
  // the figure is one image with a name, and its table tells the rest: no part of it has a name or a role of its own
  for (const part of holder.querySelectorAll("svg, svg *")) {
    for (const name of ["role", "aria-label", "aria-roledescription"]) part.removeAttribute(name);
  }
  holder.querySelector("svg").setAttribute("aria-hidden", "true");
  element.replaceChildren(label, holder);
}

const waiting = new Set(document.querySelectorAll("[data-chart]"));
const near = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) { waiting.delete(entry.target); near.unobserve(entry.target); draw(entry.target); }
}, { rootMargin: "400px" });
waiting.forEach((element) => near.observe(element));

// the others when the browser has time, so that they are there to be printed and searched
async function drawAll() {
  while (waiting.size) {
    const [element] = waiting;
    waiting.delete(element);
    near.unobserve(element);
    await draw(element);
    await new Promise((done) => setTimeout(done, 30));
  }
}
if (waiting.size) window.addEventListener("load", () => setTimeout(drawAll, 600));

function redraw() { for (const element of drawn.keys()) draw(element); }
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
let width = window.innerWidth;
let resized;
window.addEventListener("resize", () => {
  if (window.innerWidth === width) return; // a telephone's bar that comes and goes
  width = window.innerWidth;
  clearTimeout(resized);
  resized = setTimeout(redraw, 200);
});

// --- What can be taken away ------------------------------------------------------------------------------------

function give(name, href) {
  const link = document.createElement("a");
  link.download = name;
  link.href = href;
  document.body.append(link);
  link.click();
  link.remove();
}

// a cell of csv that starts no formula; numbers stay numbers
function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

async function take(id, form) {
  const { spec, unit, chart } = filled(id, PAPER, 640);
  const name = pick(chart.title).replace(/[\\/:*?"<>|\s]+/g, "-");
  if (form === "csv") {
    const lines = [window.duixian.columns.map((said) => `${said[0]} ${said[1]}`), ...chart.of.map((at) => told[at][3])].map((row) => row.map(cell).join(","));
    const blob = new Blob([`\ufeff${lines.join("\r\n")}\r\n`], { type: "text/csv;charset=utf-8" });
    const href = URL.createObjectURL(blob);
    give(`${name}.csv`, href);
    setTimeout(() => URL.revokeObjectURL(href), 10000);
    return;
  }
  await load("charts.js");
  await load(window.duixian.library);
  const note = chart.sample ? say("样例，不是报告原文", "samples, not the reports themselves") : "";
  spec.title = {
    text: `${chart.title[0]}  ${chart.title[1]}`, anchor: "start", fontSize: 14, color: PAPER["--ink"], offset: 14,
    subtitle: [unit, note, say("兑现，据各级政府工作报告", "Duixian, from government work reports")].filter(Boolean).join(" · "),
    subtitleColor: PAPER["--soft"],
  };
  spec.background = "#ffffff";
  spec.padding = 14;
  const result = await window.vegaEmbed(document.createElement("div"), spec, OPTIONS);
  if (form === "png") give(`${name}.png`, await result.view.toImageURL("png", 2));
  else give(`${name}.svg`, await result.view.toImageURL("svg"));
  result.finalize();
}

for (const box of document.querySelectorAll("[data-take]")) {
  box.hidden = false;
  box.addEventListener("click", async (event) => {
    const form = event.target.dataset?.as;
    if (!form) return;
    await load("charts.js");
    take(box.dataset.take, form);
  });
}

// --- A year, side by side --------------------------------------------------------------------------------------

function ofYear(anchor, year) {
  for (const row of document.querySelectorAll(`table[data-of="${CSS.escape(anchor)}"] tbody tr`)) row.hidden = row.dataset.year !== year;
}
for (const select of document.querySelectorAll("select[data-years]")) {
  select.parentElement.hidden = false;
  const anchor = select.dataset.years;
  const change = () => {
    charts[`${anchor}-c`].year = select.value;
    ofYear(anchor, select.value);
    const element = document.querySelector(`[data-chart="${CSS.escape(`${anchor}-c`)}"]`);
    if (drawn.has(element)) draw(element);
  };
  select.addEventListener("change", change);
  change();
}

// --- Where an address leads, and paper --------------------------------------------------------------------------

// a search for an indicator of an area leads to its first chart; a piece of evidence is opened
function arrive() {
  const wanted = decodeURIComponent(window.location.hash.slice(1));
  if (!wanted) return;
  const element = document.getElementById(wanted) ?? document.querySelector(`article[id^="${CSS.escape(`${wanted}-`)}"]`);
  if (element && element.id !== wanted) element.scrollIntoView();
  element?.querySelector("details.how")?.setAttribute("open", "");
}
window.addEventListener("hashchange", arrive);
arrive();

const folded = [];
window.addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll("details.data:not([open])")) { one.open = true; folded.push(one); }
});
window.addEventListener("afterprint", () => { while (folded.length) folded.pop().open = false; });
