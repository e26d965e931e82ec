// The pictures of the documentation. Run by `scripts/pictures`.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./browser.mjs";

const { CHANCERY, SITE } = process.env;
const docs = new URL("../../docs/", import.meta.url).pathname;
const pictures = join(docs, "pictures");
mkdirSync(pictures, { recursive: true });

const write = (file, text) => {
  mkdirSync(dirname(join(SITE, file)), { recursive: true });
  writeFileSync(join(SITE, file), text);
};

// The files that the first site is made of: blocks with a file behind the language.
const first = readFileSync(join(docs, "first-site.md"), "utf8");
for (const [, file, text] of first.matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms)) write(file, text);

// Each piece of the gallery is a brief of its own, in the picture that follows it.
const gallery = readFileSync(join(docs, "gallery.md"), "utf8");
const pieces = [...gallery.matchAll(/^(`{3,})markdown\n(.*?)^\1$\s*!\[[^\]]*\]\(pictures\/(gallery-[\w-]+)\.png\)/gms)];
const chart = join(SITE, "content/briefs/2024-03-07-sweden-joins-nato/members.svg");
for (const [, , text, name] of pieces) {
  write(`content/pages/${name}/index.md`, `+++\ntitle = "${name}"\n+++\n\n${text}`);
  copyFileSync(chart, join(SITE, `content/pages/${name}/members.svg`));
}
const output = join(SITE, "out");
execFileSync(CHANCERY, ["build", SITE, "--offline", "--quiet", "--output", output], { stdio: "inherit" });

const browser = await launch();
const context = await browser.newContext({ colorScheme: "light", viewport: { width: 1120, height: 700 } });
const page = await context.newPage();
const show = (path) => page.goto(pathToFileURL(join(output, path, "index.html")).href);

await show(".");
await page.screenshot({ path: join(pictures, "first-home.png") });
await show("briefs/2024-03-07-sweden-joins-nato");
await page.screenshot({ path: join(pictures, "first-brief.png"), clip: { x: 0, y: 0, width: 1120, height: 1340 }, fullPage: true });

await page.setViewportSize({ width: 680, height: 600 });
for (const [, , , name] of pieces) {
  await show(name);
  const prose = page.locator(".prose");
  const { x, y, width, height } = await prose.boundingBox();
  const clip = { x: Math.max(0, x - 12), y: Math.max(0, y - 12), width: width + 24, height: height + 24 };
  await page.screenshot({ path: join(pictures, `${name}.png`), clip, fullPage: true });
}
await browser.close();
console.log(`${pieces.length + 2} pictures`);
