// <loss-curve>: losses in one panel, scores in another, drawn as SVG, with the numbers in a table below.

import { make, makeSvg, readJson } from "../lib/dom.js";
import { fill } from "../lib/sentences.js";

/** @typedef {Record<string, number>} Point as `{epoch: 3, loss: 0.12, accuracy: 0.9}` */
/** @typedef {{name: string, tone: string, values: {x: number, y: number}[]}} Series */
/** @typedef {{ticks: number[], at: (value: number) => number}} Scale */

const WIDTH = 420;
const HEIGHT = 210;
const EDGE = { top: 8, right: 12, bottom: 24, left: 44 };
const TONES = 4;
const X_NAMES = ["epoch", "step"];
const LOSS = /loss|entropy|error|mse|mae/i;

/** The element; its words and its first points stand in it as JSON. */
export class LossCurve extends HTMLElement {
  words = /** @type {Record<string, string>} */ ({});
  points = /** @type {Point[]} */ ([]);
  number = new Intl.NumberFormat(document.documentElement.lang, { maximumSignificantDigits: 3 });
  waiting = false; // whether it is drawn with the next frame

  connectedCallback() {
    this.words = readJson(this, "words");
    this.points = this.querySelector("[data-points]") ? readJson(this, "points") : [];
    this.replaceChildren();
    this.draw();
  }

  /**
   * One more point; drawn with the next frame.
   *
   * @param {Point} point
   */
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
    const losses = series.filter(({ name }) => isLoss(name));
    const scores = series.filter(({ name }) => !isLoss(name));
    const groups = [losses, scores].filter((group) => group.length > 0);
    const panels = make("div", { class: "panels" }, ...groups.map((group) => this.panel(group)));
    this.replaceChildren(panels, this.table(series, open));
  }

  /** @returns {Series[]} losses first */
  series() {
    const names = new Set(this.points.flatMap((point) => Object.keys(point)));
    for (const name of X_NAMES) names.delete(name);
    const ordered = [...names].sort((a, b) => Number(isLoss(b)) - Number(isLoss(a)) || (a < b ? -1 : 1));
    const found = ordered.map((name, index) => ({
      name,
      tone: `series-${(index % TONES) + 1}`,
      values: this.points.flatMap((point, at) =>
        Number.isFinite(point[name]) ? [{ x: xOf(point, at), y: point[name] }] : [],
      ),
    }));
    return found.filter(({ values }) => values.length > 0);
  }

  /** @param {Series[]} group */
  panel(group) {
    const values = group.flatMap((series) => series.values);
    const across = values.map(({ x }) => x);
    const up = values.map(({ y }) => y);
    const xs = scale(across, EDGE.left, WIDTH - EDGE.right, false);
    const ys = scale(up, HEIGHT - EDGE.bottom, EDGE.top, true);
    const label = group.map((series) => this.summary(series)).join(" ");
    const svg = makeSvg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label });
    for (const tick of ys.ticks) svg.append(...this.gridline(ys.at(tick), tick));
    for (const tick of xs.ticks.filter(Number.isInteger)) {
      svg.append(tickLabel(xs.at(tick), HEIGHT - 6, this.number.format(tick), "middle"));
    }
    for (const series of group) svg.append(...seriesLine(series, xs, ys));
    const keys = group.map(({ name, tone }) => make("span", { class: `key ${tone}` }, spelt(name)));
    return make("figure", {}, make("figcaption", {}, ...keys), svg);
  }

  /**
   * @param {number} y
   * @param {number} tick
   */
  gridline(y, tick) {
    const ends = { x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y, y2: y };
    const line = makeSvg("line", { class: "gridline", ...ends });
    return [line, tickLabel(EDGE.left - 8, y + 4, this.number.format(tick), "end")];
  }

  /** @param {Series} series */
  summary({ name, values }) {
    const ends = [values[0].y, values[values.length - 1].y].map((y) => this.number.format(y));
    const facts = { name: spelt(name), first: ends[0], last: ends[1], n: values.length };
    return fill(this.words.summary, facts);
  }

  /**
   * @param {Series[]} series
   * @param {boolean} open
   */
  table(series, open) {
    const names = [this.words.epoch, ...series.map(({ name }) => spelt(name))];
    const head = names.map((name) => make("th", { scope: "col", class: "number" }, name));
    const rows = this.points.map((point, at) => {
      const x = this.number.format(xOf(point, at));
      const cells = series.map(({ name }) => {
        const text = Number.isFinite(point[name]) ? this.number.format(point[name]) : "–";
        return make("td", { class: "number" }, text);
      });
      return make("tr", {}, make("th", { scope: "row", class: "number" }, x), ...cells);
    });
    const table = make(
      "table",
      { class: "list" },
      make("thead", {}, make("tr", {}, ...head)),
      make("tbody", {}, ...rows),
    );
    const look = { class: "scroll", tabindex: "0", role: "region", "aria-label": this.words.numbers };
    return make("details", { open }, make("summary", {}, this.words.numbers), make("div", look, table));
  }
}

/** @param {string} name */
function isLoss(name) {
  return LOSS.test(name);
}

/** @param {string} name */
function spelt(name) {
  return name.replaceAll("_", " ");
}

/**
 * Where a point lies: by its epoch or step, or else by its place in the list.
 *
 * @param {Point} point
 * @param {number} index
 */
function xOf(point, index) {
  const name = X_NAMES.find((candidate) => Number.isFinite(point[candidate]));
  return name ? point[name] : index + 1;
}

/**
 * Where values lie between two pixels, and the round numbers to print beside them.
 *
 * @param {number[]} values
 * @param {number} from
 * @param {number} to
 * @param {boolean} widen whether the ends are round numbers too
 * @returns {Scale}
 */
function scale(values, from, to, widen) {
  let low = Math.min(...values);
  let high = Math.max(...values);
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const step = roundStep((high - low) / 4);
  if (widen) [low, high] = [Math.floor(low / step) * step, Math.ceil(high / step) * step];
  const ticks = [];
  for (let tick = Math.ceil(low / step); tick <= high / step + 1e-9; tick += 1) {
    ticks.push(Number((tick * step).toPrecision(10)));
  }
  return { ticks, at: (value) => from + ((value - low) / (high - low)) * (to - from) };
}

/** @param {number} raw */
function roundStep(raw) {
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 5, 10].find((candidate) => raw <= candidate * power) ?? 10;
  return factor * power;
}

/**
 * @param {Series} series
 * @param {Scale} xs
 * @param {Scale} ys
 */
function seriesLine({ values, tone }, xs, ys) {
  const dots = values.map(({ x, y }) => [xs.at(x), ys.at(y)]);
  const [cx, cy] = dots[dots.length - 1];
  const points = dots.map((dot) => dot.map((part) => part.toFixed(1)).join(",")).join(" ");
  return [makeSvg("polyline", { class: tone, points }), makeSvg("circle", { class: tone, cx, cy, r: 4 })];
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} text
 * @param {"middle" | "end"} anchor
 */
function tickLabel(x, y, text, anchor) {
  return makeSvg("text", { x, y, "text-anchor": anchor }, text);
}

customElements.define("loss-curve", LossCurve);
