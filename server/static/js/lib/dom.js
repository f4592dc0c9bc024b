// Elements of a page: those that are marked in its HTML, and new ones.

/** @typedef {string | number | boolean | null | undefined} AttributeValue */
/** @typedef {Node | string | null} Child */
/** @typedef {new (...args: any[]) => Element} ElementClass */

/**
 * Finds a marked element, of the class that is said or else an HTMLElement.
 *
 * @typedef {<C extends ElementClass = typeof HTMLElement>(name: string, kind?: C) => InstanceType<C>} Parts
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * The first element that a selector finds. Throws where there is none: page and script do not fit.
 *
 * @template {ElementClass} [C=typeof HTMLElement]
 * @param {ParentNode} scope
 * @param {string} selector
 * @param {C} [kind] the class it has to be of; HTMLElement when it is not said
 * @returns {InstanceType<C>}
 */
export function find(scope, selector, kind) {
  const found = scope.querySelector(selector);
  if (!(found instanceof (kind ?? HTMLElement))) throw new Error(`nothing is ${selector}`);
  return /** @type {InstanceType<C>} */ (found);
}

/**
 * All elements of one class that a selector finds.
 *
 * @template {ElementClass} [C=typeof HTMLElement]
 * @param {ParentNode | null | undefined} scope
 * @param {string} selector
 * @param {C} [kind] HTMLElement when it is not said
 * @returns {InstanceType<C>[]}
 */
export function findAll(scope, selector, kind) {
  const found = [...(scope?.querySelectorAll(selector) ?? [])];
  const right = found.filter((one) => one instanceof (kind ?? HTMLElement));
  return /** @type {InstanceType<C>[]} */ (right);
}

/**
 * Finds the elements of a page by their marks: part("problem") is marked data-problem.
 *
 * @param {ParentNode} root
 * @returns {Parts}
 */
export function partsOf(root) {
  return (name, kind) => find(root, `[data-${name}]`, kind);
}

/**
 * What the server wrote into a page as JSON, marked by its name: read(root, "words").
 *
 * @param {ParentNode} root
 * @param {string} name
 * @returns {any}
 */
export function readJson(root, name) {
  return JSON.parse(find(root, `:scope > script[data-${name}]`).textContent ?? "null");
}

/**
 * An element: make("button", {class: "go", type: "button"}, child, ...). Texts are texts, never HTML.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Record<string, AttributeValue>} [attributes] `true` is an empty one, `false` and `null` are none
 * @param {...Child} children `null` is none
 */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  setAttributes(element, attributes);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/**
 * An element of a drawing: makeSvg("line", {x1: 0, y1: 0, x2: 9, y2: 9}).
 *
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} name
 * @param {Record<string, AttributeValue>} attributes
 * @param {...Child} children
 */
export function makeSvg(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  setAttributes(element, attributes);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/**
 * @param {Element} element
 * @param {Record<string, AttributeValue>} attributes
 */
function setAttributes(element, attributes) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(key, String(value));
  }
}

/**
 * An element around HTML that the server has rendered and sifted.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Record<string, AttributeValue>} attributes
 * @param {string} html
 */
export function rendered(name, attributes, html) {
  const element = make(name, attributes);
  element.innerHTML = html;
  return element;
}

/**
 * Put HTML that the server has rendered and sifted in the place of what an element holds.
 *
 * @param {Element} element
 * @param {string} html
 */
export function showRendered(element, html) {
  element.innerHTML = html;
}
