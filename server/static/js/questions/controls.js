// How each type of question is answered on a phone: `control(question, words, send)` makes the part below the text.
//
// Texts come as HTML that the server has drawn and sifted. A control has `element`, `set(answer)`,
// `shut()` when time is up, and `reveal(answered)` when it is known what was right.

export const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

const MAKERS = {
  single: choice,
  multiple: choice,
  "true-false": trueFalse,
  numeric: typed,
  text: typed,
  shape: typed,
  ordering,
  matching,
  cell: cells,
};

export function control(question, words, send) {
  return MAKERS[question.type](question, words, send);
}

/** An element: make("button", {class: "go", type: "button"}, child, ...). Texts are texts, never HTML. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** An element around HTML from the server. */
export function drawn(name, attributes, html) {
  const element = make(name, attributes);
  element.innerHTML = html;
  return element;
}

/** A sentence of the page with its values: say("{n} of {of}", {n: 1, of: 3}). */
export function say(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** What came of an answer: "void", "none" where there is no credit, "right", "partly" or "wrong". */
export function verdict(answered, credit) {
  if (answered.void) return "void";
  if (credit === undefined) return "none";
  if (credit >= 1) return "right";
  return credit > 0 ? "partly" : "wrong";
}

/** A letter in its colour and shape, the same on the phone and on the wall. */
export function letter(at) {
  return make("span", { class: `letter letter-${at % 6}`, "aria-hidden": "true" }, LETTERS[at]);
}

function choice(question, words, send) {
  const several = question.type === "multiple";
  const buttons = question.options.map((html, at) => {
    const body = drawn("span", { class: "option-text" }, html);
    const button = make("button", { class: "option", type: "button", "aria-pressed": "false" }, letter(at), body);
    button.addEventListener("click", () => pick(at));
    return button;
  });
  const go = several ? sendButton(words, () => send(chosen())) : null;
  const hint = several ? make("p", { class: "hint" }, words.choose_some) : null;
  const element = make("div", { class: "options" }, hint, ...buttons, go);

  const chosen = () => buttons.flatMap((button, at) => (button.getAttribute("aria-pressed") === "true" ? [at] : []));

  function pick(at) {
    if (several) return press(buttons[at], buttons[at].getAttribute("aria-pressed") !== "true");
    set(at);
    send(at);
  }

  function set(answer) {
    const picked = several ? answer : [answer];
    buttons.forEach((button, at) => press(button, picked.includes(at)));
  }

  return {
    element,
    set,
    shut: () => disable(element),
    reveal: ({ right, feedback }) =>
      buttons.forEach((button, at) => {
        button.classList.toggle("right", right.includes(at));
        if (feedback?.[at] && button.getAttribute("aria-pressed") === "true") {
          button.after(drawn("p", { class: "feedback" }, feedback[at]));
        }
      }),
  };
}

function trueFalse(question, words, send) {
  const made = choice({ ...question, type: "single", options: [escaped(words.true), escaped(words.false)] }, words, (at) => send(at === 0));
  return {
    ...made,
    set: (answer) => made.set(answer ? 0 : 1),
    reveal: ({ right }) => made.reveal({ right: [right ? 0 : 1] }),
  };
}

function typed(question, words, send) {
  const label = { numeric: words.number, text: words.word_or_two, shape: words.shape }[question.type];
  const input = make("input", {
    class: "big-input",
    id: "typed",
    inputmode: question.type === "numeric" ? "decimal" : "text",
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
    maxlength: "200",
    enterkeyhint: "send",
  });
  const unit = question.unit ? make("span", { class: "unit" }, question.unit) : null;
  const form = make(
    "form",
    { class: "typed" },
    make("label", { for: "typed" }, label),
    make("div", { class: "typed-row" }, input, unit),
    make("button", { class: "go" }, words.send),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.value.trim()) send(input.value);
  });
  return {
    element: form,
    set: (answer) => (input.value = answer),
    shut: () => disable(form),
    reveal: ({ right }) => form.append(rightIs(words, [right].flat().join(" · "))),
  };
}

function ordering(question, words, send) {
  let order = question.items.map((_, at) => at);
  const list = make("ol", { class: "ordering" });
  const element = make("div", {}, make("p", { class: "hint" }, words.order), list, sendButton(words, () => send(order)));

  function show(focus) {
    list.replaceChildren(...order.map((item, at) => row(item, at)));
    if (focus) list.querySelectorAll("li")[focus.at]?.querySelector(`[data-move="${focus.move}"]`)?.focus();
  }

  function row(item, at) {
    return make(
      "li",
      {},
      drawn("span", { class: "option-text" }, question.items[item]),
      mover("up", words.up, at, -1),
      mover("down", words.down, at, 1),
    );
  }

  function mover(name, label, at, by) {
    const button = make("button", { type: "button", "data-move": name, "aria-label": label, disabled: !(at + by in order) }, by < 0 ? "▲" : "▼");
    button.addEventListener("click", () => {
      [order[at], order[at + by]] = [order[at + by], order[at]];
      show({ at: at + by, move: name });
    });
    return button;
  }

  show();
  return {
    element,
    set: (answer) => {
      order = [...answer];
      show();
    },
    shut: () => disable(element),
    reveal: ({ right }) => {
      const items = right.map((item) => drawn("li", {}, question.items[item]));
      element.append(make("div", { class: "right-is" }, make("strong", {}, words.answer_is), make("ol", {}, ...items)));
    },
  };
}

function matching(question, words, send) {
  const chosen = question.lefts.map(() => null);
  const rights = make("ol", { class: "rights" }, ...question.rights.map((html, at) => make("li", {}, letter(at), drawn("span", {}, html))));
  const rows = question.lefts.map((html, line) => {
    const buttons = question.rights.map((_, at) => {
      const button = make("button", { type: "button", class: "letter-button", "aria-pressed": "false", "aria-label": LETTERS[at] }, letter(at));
      button.addEventListener("click", () => set(chosen.map((old, other) => (other === line ? at : old))));
      return button;
    });
    return { buttons, element: make("div", { class: "match" }, drawn("p", {}, html), make("div", { class: "match-row" }, ...buttons)) };
  });
  const element = make("div", {}, make("p", { class: "hint" }, words.match), rights, ...rows.map((row) => row.element), sendButton(words, () => send(chosen)));

  function set(answer) {
    answer.forEach((at, line) => {
      chosen[line] = at;
      rows[line].buttons.forEach((button, other) => press(button, other === at));
    });
  }

  return {
    element,
    set,
    shut: () => disable(element),
    reveal: ({ right }) => rows.forEach((row, line) => row.buttons[right[line]].classList.add("right")),
  };
}

function cells(question, words, send) {
  const several = question.several;
  const buttons = new Map();
  const body = question.matrix.map((counts, row) => {
    const made = counts.map((count, column) => {
      const button = make("button", { type: "button", class: "cell", "aria-pressed": "false" }, String(count));
      button.setAttribute("aria-label", `${question.classes[row]} → ${question.classes[column]}: ${count}`);
      button.addEventListener("click", () => pick(row, column));
      buttons.set(`${row},${column}`, button);
      return make("td", {}, button);
    });
    return make("tr", {}, make("th", { scope: "row" }, question.classes[row]), ...made);
  });
  const head = make("tr", {}, make("td", { class: "corner" }, `${words.true_class} ↓ ${words.predicted_class} →`), ...question.classes.map((name) => make("th", { scope: "col" }, name)));
  const table = make("table", { class: "matrix" }, make("thead", {}, head), make("tbody", {}, ...body));
  const element = make("div", { class: "scroll-x" }, make("p", { class: "hint" }, several ? words.cells : words.cell), table, several ? sendButton(words, () => send(chosen())) : null);

  const chosen = () => [...buttons].filter(([, button]) => button.getAttribute("aria-pressed") === "true").map(([place]) => place.split(",").map(Number));

  function pick(row, column) {
    const button = buttons.get(`${row},${column}`);
    if (several) return press(button, button.getAttribute("aria-pressed") !== "true");
    set([[row, column]]);
    send([[row, column]]);
  }

  function set(answer) {
    const places = new Set(answer.map((place) => place.join(",")));
    for (const [place, button] of buttons) press(button, places.has(place));
  }

  return {
    element,
    set,
    shut: () => disable(element),
    reveal: ({ right }) => right.forEach((place) => buttons.get(place.join(",")).classList.add("right")),
  };
}

function sendButton(words, send) {
  const button = make("button", { class: "go", type: "button" }, words.send);
  button.addEventListener("click", send);
  return button;
}

function rightIs(words, text) {
  return make("p", { class: "right-is" }, make("strong", {}, words.answer_is), ` ${text}`);
}

function press(button, pressed) {
  button.setAttribute("aria-pressed", String(pressed));
}

function disable(element) {
  for (const one of element.querySelectorAll("button, input")) one.disabled = true;
  element.querySelector(".go")?.remove();
}

function escaped(text) {
  return make("span", {}, text).innerHTML;
}
