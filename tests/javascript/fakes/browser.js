// A page without a browser: its window, its storage, and elements as far as our scripts use them.

/** What is kept, or an error where a private window keeps nothing. */
export class FakeStorage {
  kept = new Map();
  forbidden = false;

  getItem(key) {
    this.check();
    return this.kept.get(key) ?? null;
  }

  setItem(key, value) {
    this.check();
    this.kept.set(key, String(value));
  }

  removeItem(key) {
    this.check();
    this.kept.delete(key);
  }

  check() {
    if (this.forbidden) throw new Error("storage is forbidden");
  }
}

const VOID_ATTRIBUTES = ["hidden", "disabled", "open"];

/** An element of a page: attributes, children, events. A selector that it does not know is an error. */
export class FakeElement extends EventTarget {
  attributes = new Map();
  childNodes = [];
  parent = null;
  style = {};
  value = "";
  checked = false;

  constructor(name = "div") {
    super();
    this.localName = name;
    for (const attribute of VOID_ATTRIBUTES) {
      Object.defineProperty(this, attribute, {
        get: () => this.attributes.has(attribute),
        set: (on) => this.toggleAttribute(attribute, on),
      });
    }
    const classes = () => (this.getAttribute("class") ?? "").split(" ").filter(Boolean);
    const write = (all) => this.setAttribute("class", all.join(" "));
    this.classList = {
      contains: (one) => classes().includes(one),
      add: (one) => write([...new Set([...classes(), one])]),
      remove: (one) => write(classes().filter((other) => other !== one)),
      toggle: (one, on) => (on ? this.classList.add(one) : this.classList.remove(one)),
    };
    this.dataset = new Proxy(
      {},
      {
        get: (_all, key) => this.attributes.get(dataName(key)),
        set: (_all, key, value) => Boolean(this.setAttribute(dataName(key), value)) || true,
        has: (_all, key) => this.attributes.has(dataName(key)),
      },
    );
  }

  get id() {
    return this.getAttribute("id") ?? "";
  }

  set id(value) {
    this.setAttribute("id", value);
  }

  get children() {
    return this.childNodes.filter((child) => child instanceof FakeElement);
  }

  get firstElementChild() {
    return this.children[0] ?? null;
  }

  get textContent() {
    return this.childNodes.map((child) => child.textContent ?? child).join("");
  }

  set textContent(text) {
    this.replaceChildren(text);
  }

  /** HTML is not read: it is one text. */
  get innerHTML() {
    return this.textContent.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  }

  set innerHTML(html) {
    this.replaceChildren(html);
  }

  append(...children) {
    for (const child of children) if (child instanceof FakeElement) child.parent = this;
    this.childNodes.push(...children);
  }

  replaceChildren(...children) {
    this.childNodes = [];
    this.append(...children);
  }

  after(...others) {
    this.parent.childNodes.splice(this.parent.childNodes.indexOf(this) + 1, 0, ...others);
  }

  remove() {
    this.parent.childNodes = this.parent.childNodes.filter((child) => child !== this);
  }

  setAttribute(name, value) {
    this.attributes.set(name, String(value));
    if (name === "value") this.value = String(value);
  }

  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }

  removeAttribute(name) {
    this.attributes.delete(name);
  }

  toggleAttribute(name, on) {
    if (on) this.attributes.set(name, "");
    else this.attributes.delete(name);
  }

  querySelectorAll(selectors) {
    const all = this.children.flatMap((child) => [child, ...child.querySelectorAll("*")]);
    const known = selectors.split(", ").map((selector) => matcher(selector, this));
    return all.filter((element) => known.some((matches) => matches(element)));
  }

  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }

  scrollIntoView() {}

  focus() {
    document.activeElement = this;
  }

  /** What a person does, who cannot press what is disabled. */
  click() {
    if (this.disabled) return;
    const inForm = this.localName === "button" && !this.attributes.has("type");
    this.dispatchEvent(new Event("click"));
    if (inForm) this.formAround()?.dispatchEvent(new Event("submit", { cancelable: true }));
  }

  formAround() {
    return this.localName === "form" ? this : (this.parent?.formAround() ?? null);
  }

  /** Write into a field. */
  type(text) {
    this.value = text;
    this.dispatchEvent(new Event("input"));
  }

  /** Tick a box, or choose a value. */
  change(to) {
    if (typeof to === "boolean") this.checked = to;
    else this.value = to;
    this.dispatchEvent(new Event("change"));
  }
}

function dataName(key) {
  return `data-${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

const PART = /^(?:(\*|[a-z]+\d?)|\.([\w-]+)|#([\w-]+)|\[([\w-]+)(?:="([^"]*)")?\])/;

/** Whether an element is what one compound selector says: `button.go[disabled]`. */
function matcher(selector, scope) {
  const child = selector.startsWith(":scope > ");
  const tests = child ? [(element) => element.parent === scope] : [];
  let rest = selector.replace(":scope > ", "");
  while (rest) {
    const found = PART.exec(rest);
    if (!found) throw new Error(`this page does not know the selector ${selector}`);
    const [whole, name, look, id, attribute, value] = found;
    if (name && name !== "*") tests.push((element) => element.localName === name);
    if (look) tests.push((element) => element.classList.contains(look));
    if (id) tests.push((element) => element.id === id);
    if (attribute && value === undefined) tests.push((element) => element.attributes.has(attribute));
    if (value !== undefined) tests.push((element) => element.getAttribute(attribute) === value);
    rest = rest.slice(whole.length);
  }
  return (element) => tests.every((test) => test(element));
}

/** Put a page in the place of the browser's. Returns its storages and its window. */
export function fakeBrowser() {
  const page = new EventTarget();
  const root = new FakeElement("html");
  root.lang = "en";
  Object.assign(page, {
    documentElement: root,
    createElement: (name) => new FakeElement(name),
    querySelector: (selector) => root.querySelector(selector),
    querySelectorAll: (selector) => root.querySelectorAll(selector),
    visibilityState: "visible",
    hidden: false,
    activeElement: null,
  });
  const events = new EventTarget();
  const storages = { localStorage: new FakeStorage(), sessionStorage: new FakeStorage() };
  const location = { href: "https://hazi.test/", reloads: 0, reload: () => (location.reloads += 1) };
  const given = {
    document: page,
    HTMLElement: FakeElement,
    addEventListener: events.addEventListener.bind(events),
    removeEventListener: events.removeEventListener.bind(events),
    navigator: { onLine: true },
    location,
    scrollTo: () => {},
    ...storages,
    window: storages,
  };
  for (const [name, value] of Object.entries(given)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  console.info = () => {}; // what a page notes of its troubles
  return { ...storages, location, page, tell: (name) => events.dispatchEvent(new Event(name)) };
}
