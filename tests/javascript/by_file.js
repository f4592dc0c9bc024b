// A reporter of node's test runner: a line of JSON for each test that ended, with the file it stands in.

export default async function* byFile(events) {
  for await (const { type, data } of events) {
    if (type !== "test:pass" && type !== "test:fail") continue;
    yield `${JSON.stringify({ file: data.file, name: data.name, passed: type === "test:pass" })}\n`;
  }
}
