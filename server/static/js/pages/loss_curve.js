// <loss-curve>: losses in one panel, scores in another, drawn as SVG, with the numbers in a table below.

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 420;
const HEIGHT = 210;
const EDGE = { top: 8, right: 12, bottom: 24, left: 44 };
const X_NAMES = ["epoch", "step"];

class LossCurve extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(this.querySelector("[data-words]").textContent);
    this.points = JSON.parse(this.querySelector("[data-points]")?.textContent ?? "[]");
    this.number = new Intl.NumberFormat(document.documentElement.lang, { maximumSignificantDigits: 3 });
    this.replaceChildren();
    this.draw();
  }

  /** One more point, `{epoch: 3, loss: 0.12, accuracy: 0.9}`; drawn with the next frame. */
  add(point) {
    this.points.push(point);
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
    });
  }

  clear() {
    this.points = [];
    this.draw();
  }

  draw() {
    const open = this.querySelector("details")?.open ?? false;
    const series = this.series();
    if (series.length === 0) return this.replaceChildren();
    const panels = element("div", { class: "panels" });
    const losses = series.filter(({ name }) => isLoss(name));
    const scores = series.filter(({ name }) => !isLoss(name));
    for (const group of [losses, scores]) if (group.length) panels.append(this.panel(group));
    this.replaceChildren(panels, this.table(series, open));
  }

  series() {
    const names = new Set(this.points.flatMap((point) => Object.keys(point)));
    for (const name of X_NAMES) names.delete(name);
    const ordered = [...names].sort((a, b) => isLoss(b) - isLoss(a) || (a < b ? -1 : 1));
    return ordered.map((name, index) => ({
      name,
      tone: `series-${(index % 4) + 1}`,
      values: this.points.flatMap((point, at) =>
        Number.isFinite(point[name]) ? [{ x: xOf(point, at), y: point[name] }] : [],
      ),
    })).filter(({ values }) => values.length);
  }

  panel(group) {
    const values = group.flatMap((line) => line.values);
    const xs = scale(values.map(({ x }) => x), EDGE.left, WIDTH - EDGE.right, false);
    const ys = scale(values.map(({ y }) => y), HEIGHT - EDGE.bottom, EDGE.top, true);
    const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
    svg.setAttribute("aria-label", group.map((line) => this.summary(line)).join(" "));
    for (const tick of ys.ticks) {
      const y = ys.at(tick);
      svg.append(shape("line", { class: "gridline", x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y, y2: y }));
      svg.append(label(EDGE.left - 8, y + 4, this.number.format(tick), "end"));
    }
    for (const tick of xs.ticks.filter(Number.isInteger)) {
      svg.append(label(xs.at(tick), HEIGHT - 6, this.number.format(tick), "middle"));
    }
    for (const line of group) svg.append(...this.line(line, xs, ys));
    const figure = element("figure");
    const caption = element("figcaption");
    for (const { name, tone } of group) caption.append(element("span", { class: `key ${tone}` }, shown(name)));
    figure.append(caption, svg);
    return figure;
  }

  line({ values, tone }, xs, ys) {
    const dots = values.map(({ x, y }) => [xs.at(x), ys.at(y)]);
    const [x, y] = dots.at(-1);
    const points = dots.map((dot) => dot.map((part) => part.toFixed(1)).join(",")).join(" ");
    return [shape("polyline", { class: tone, points }), shape("circle", { class: tone, cx: x, cy: y, r: 4 })];
  }

  summary({ name, values }) {
    return this.words.summary
      .replace("{name}", shown(name))
      .replace("{first}", this.number.format(values[0].y))
      .replace("{last}", this.number.format(values.at(-1).y))
      .replace("{n}", values.length);
  }

  table(series, open) {
    const details = element("details");
    details.open = open;
    const scroll = element("div", { class: "scroll", tabindex: "0", role: "region" });
    scroll.setAttribute("aria-label", this.words.numbers);
    const table = element("table", { class: "list" });
    const head = table.createTHead().insertRow();
    for (const name of [this.words.epoch, ...series.map((line) => shown(line.name))]) {
      head.append(element("th", { scope: "col", class: "number" }, name));
    }
    const body = table.createTBody();
    this.points.forEach((point, at) => {
      const row = body.insertRow();
      row.append(element("th", { scope: "row", class: "number" }, this.number.format(xOf(point, at))));
      for (const { name } of series) {
        const text = Number.isFinite(point[name]) ? this.number.format(point[name]) : "–";
        row.append(element("td", { class: "number" }, text));
      }
    });
    scroll.append(table);
    details.append(element("summary", {}, this.words.numbers), scroll);
    return details;
  }
}

const isLoss = (name) => /loss|entropy|error|mse|mae/i.test(name);
const shown = (name) => name.replaceAll("_", " ");

function xOf(point, at) {
  const name = X_NAMES.find((candidate) => Number.isFinite(point[candidate]));
  return name ? point[name] : at + 1;
}

/** Where values lie between two pixels, and the round numbers to print beside them. */
function scale(values, from, to, widen) {
  let low = Math.min(...values);
  let high = Math.max(...values);
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const step = roundStep((high - low) / 4);
  if (widen) [low, high] = [Math.floor(low / step) * step, Math.ceil(high / step) * step];
  const ticks = [];
  for (let tick = Math.ceil(low / step); tick <= high / step + 1e-9; tick += 1) ticks.push(round(tick * step));
  return { ticks, at: (value) => from + ((value - low) / (high - low)) * (to - from) };
}

function roundStep(raw) {
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].find((factor) => raw <= factor * power) * power;
}

const round = (value) => Number(value.toPrecision(10));

function label(x, y, text, anchor) {
  const node = shape("text", { x, y, "text-anchor": anchor });
  node.textContent = text;
  return node;
}

function shape(name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

function element(name, attributes = {}, text = "") {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text) node.textContent = text;
  return node;
}

customElements.define("loss-curve", LossCurve);
