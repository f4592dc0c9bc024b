// The editor of a quiz: goes to the line of the mistake, and lets the tab key leave the field as everywhere else.

const field = document.querySelector("#toml");

if (field?.dataset.line) {
  const lines = field.value.split("\n");
  const line = Math.min(Number(field.dataset.line), lines.length);
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  field.focus();
  field.setSelectionRange(start, start + lines[line - 1].length);
  field.scrollTop = (field.scrollHeight / lines.length) * Math.max(0, line - 6);
}
