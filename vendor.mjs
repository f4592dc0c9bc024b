// Copies what the pages need from node_modules to server/static/vendor and writes MANIFEST, so that
// neither Node nor the network is needed to run Házi: `npm ci && npm run vendor`.

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const TARGET = "server/static/vendor";
const FONTS = [
  { name: "bricolage-grotesque", family: "Bricolage Grotesque", weights: "200 800" },
  { name: "figtree", family: "Figtree", weights: "300 900" },
  { name: "jetbrains-mono", family: "JetBrains Mono", weights: "100 800" },
];
const HASH_FILES = ["sha2.js", "_md.js", "_u64.js", "utils.js"]; // sha2.js and what it imports
const SUBSETS = ["latin", "latin-ext"]; // latin-ext has the Hungarian ő and ű
const ICONS = `
  activity arrow-right ban bell calendar check chevron-left chevron-right circle-alert circle-check
  circle-x clock copy download file-archive file-code file-text hourglass info key-round languages
  list-checks log-out mail maximize medal moon notebook-pen play presentation printer rotate-ccw search
  sun terminal timer trash-2 triangle-alert trophy upload user users x
`
  .trim()
  .split(/\s+/);

rmSync(TARGET, { recursive: true, force: true });
mkdirSync(join(TARGET, "fonts"), { recursive: true });
const licences = [];

vendorNormalize();
vendorFonts();
vendorIcons();
vendorHashes();
writeFileSync(join(TARGET, "LICENSES.txt"), licences.join(`\n\n${"=".repeat(80)}\n\n`));
writeManifest();

function vendorNormalize() {
  const home = "node_modules/modern-normalize";
  writeFileSync(join(TARGET, "modern-normalize.css"), readFileSync(join(home, "modern-normalize.css")));
  keepLicence(home, "license");
}

function vendorFonts() {
  const faces = [];
  for (const font of FONTS) {
    const home = `node_modules/@fontsource-variable/${font.name}`;
    const ranges = JSON.parse(readFileSync(join(home, "unicode.json"), "utf8"));
    for (const subset of SUBSETS) {
      // The version is in the name because browsers keep static files for good.
      const name = `${font.name}-${version(home)}-${subset}.woff2`;
      const source = join(home, "files", `${font.name}-${subset}-wght-normal.woff2`);
      writeFileSync(join(TARGET, "fonts", name), readFileSync(source));
      faces.push(face(font, name, ranges[subset]));
    }
    keepLicence(home, "LICENSE");
  }
  writeFileSync(join(TARGET, "fonts.css"), faces.join("\n"));
}

function face(font, file, range) {
  return `@font-face {
  font-family: "${font.family}";
  font-style: normal;
  font-display: swap;
  font-weight: ${font.weights};
  src: url("fonts/${file}") format("woff2");
  unicode-range: ${range};
}
`;
}

function vendorIcons() {
  const home = "node_modules/lucide-static";
  const symbols = ICONS.map((name) => symbol(name, readFileSync(join(home, "icons", `${name}.svg`), "utf8")));
  writeFileSync(
    join(TARGET, "icons.svg"),
    `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`,
  );
  keepLicence(home, "LICENSE");
}

/** crypto.subtle cannot hash a large file bit by bit; this can, and without WebAssembly. */
function vendorHashes() {
  const home = "node_modules/@noble/hashes";
  mkdirSync(join(TARGET, "noble-hashes"));
  for (const name of HASH_FILES) {
    writeFileSync(join(TARGET, "noble-hashes", name), readFileSync(join(home, name)));
  }
  keepLicence(home, "LICENSE");
}

function symbol(name, svg) {
  const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  const paint =
    'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${shapes.replace(/\s*\n\s*/g, "")}</symbol>`;
}

function keepLicence(home, file) {
  const name = home.replace("node_modules/", "");
  licences.push(`${name} ${version(home)}\n\n${readFileSync(join(home, file), "utf8").trim()}\n`);
}

function version(home) {
  return JSON.parse(readFileSync(join(home, "package.json"), "utf8")).version;
}

function writeManifest() {
  const digest = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");
  const lines = files(TARGET)
    .map((path) => `${digest(path)}  ${path.slice(TARGET.length + 1)}`)
    .sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1));
  writeFileSync(join(TARGET, "MANIFEST"), `${lines.join("\n")}\n`);
}

function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}
