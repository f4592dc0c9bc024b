// A question to look at, on the wall and on the remote: options with their letters, and bars once there are some.

import { drawn, letter, make } from "./controls.js";

/** The options or parts of a question; with a tally their bars, with `answered` what was right. */
export function board(question, { words, answered, tally, before }) {
  const makers = { single: options, multiple: options, "true-false": truth, ordering, matching, cell: matrix };
  const made = makers[question.type]?.(question, { words, answered, tally, before }) ?? typed({ words, answered, tally });
  return make("div", { class: "board" }, made);
}

function options(question, { answered, tally, before }) {
  const most = Math.max(1, ...(tally?.bars ?? []), ...(before?.bars ?? []));
  const rows = question.options.map((html, at) => {
    const right = answered?.right.includes(at);
    const voided = answered?.void_options?.includes(at);
    const row = make("li", { class: `board-option${right ? " right" : ""}${voided ? " voided" : ""}` }, letter(at), drawn("div", { class: "option-text" }, html));
    if (right) row.append(make("span", { class: "tick", "aria-hidden": "true" }, "✓"));
    if (tally?.bars) row.append(bars(tally.bars[at], before?.bars?.[at], most));
    return row;
  });
  const long = question.options.some((html) => html.replace(/<[^>]*>/g, "").length > 60 || html.includes("<pre"));
  return make("ul", { class: `board-options${long ? " long" : ""}` }, ...rows);
}

function truth(question, { words, answered, tally, before }) {
  const texts = [words.true, words.false].map((text) => make("span", {}, text).innerHTML);
  const right = answered ? { ...answered, right: [answered.right ? 0 : 1] } : undefined;
  return options({ options: texts }, { answered: right, tally, before });
}

function ordering(question, { answered, tally }) {
  const order = answered ? answered.right : question.items.map((_, at) => at);
  const rows = order.map((item) => {
    const row = make("li", { class: "board-option" }, drawn("div", { class: "option-text" }, question.items[item]));
    if (tally?.bars) row.append(bars(tally.bars[item], undefined, Math.max(1, tally.answers)));
    return row;
  });
  return make(answered ? "ol" : "ul", { class: "board-options long" }, ...rows);
}

function matching(question, { answered, tally }) {
  const rows = question.lefts.map((html, line) => {
    const row = make("li", { class: "board-option" }, drawn("div", { class: "option-text" }, html));
    if (answered) row.append(letter(answered.right[line]));
    if (tally?.bars) row.append(bars(tally.bars[line], undefined, Math.max(1, tally.answers)));
    return row;
  });
  const rights = question.rights.map((html, at) => make("li", { class: "board-option" }, letter(at), drawn("div", { class: "option-text" }, html)));
  return make("div", { class: "board-sides" }, make("ul", { class: "board-options long" }, ...rows), make("ul", { class: "board-options long" }, ...rights));
}

function matrix(question, { words, answered, tally }) {
  const right = new Set((answered?.right ?? []).map((place) => place.join(",")));
  const head = make("tr", {}, make("td", { class: "corner" }, `${words.true_class} ↓ ${words.predicted_class} →`), ...question.classes.map((name) => make("th", { scope: "col" }, name)));
  const body = question.matrix.map((counts, row) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, question.classes[row]),
      ...counts.map((count, column) => {
        const cell = make("td", { class: `board-cell${right.has(`${row},${column}`) ? " right" : ""}` }, String(count));
        if (tally?.cells) cell.append(make("small", {}, String(tally.cells[row][column])));
        return cell;
      }),
    ),
  );
  return make("table", { class: "matrix" }, make("thead", {}, head), make("tbody", {}, ...body));
}

function typed({ words, answered, tally }) {
  const made = make("div", { class: "board-typed" });
  if (answered) made.append(make("p", { class: "right-is" }, make("strong", {}, words.answer_is), ` ${[answered.right].flat().join(" · ")}`));
  if (tally?.typed) {
    const most = Math.max(1, ...tally.typed.map((one) => one.count));
    const rows = tally.typed.map((one) => {
      const row = make("li", { class: `board-option${answered && one.credit >= 1 ? " right" : ""}` }, make("div", { class: "option-text" }, one.text));
      row.append(bars(one.count, undefined, most));
      return row;
    });
    made.append(make("ul", { class: "board-options long" }, ...rows));
  } else if (tally) {
    made.append(make("p", {}, `${words.right_count}: ${tally.right} / ${tally.answers}`));
  }
  return made;
}

/** One bar, or two: the first vote pale above the second. */
function bars(count, before, most) {
  const box = make("div", { class: "bars" });
  if (before !== undefined) box.append(bar(before, most, "before"));
  box.append(bar(count, most, ""));
  return box;
}

function bar(count, most, kind) {
  const fill = make("span", { class: "bar-fill" });
  fill.style.width = `${(100 * count) / most}%`;
  return make("div", { class: `bar-row ${kind}` }, make("span", { class: "bar-track" }, fill), make("span", { class: "bar-count" }, String(count)));
}
