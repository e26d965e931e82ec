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

// Each kind of page, as the demo has it, and the site that needs no actor file.
const root = join(docs, "..");
const KINDS = {
  home: "",
  brief: "briefs/2025-02-28-what-to-watch",
  actor: "actors/us",
  pair: "pairs/russia--united-states",
  topic: "topics/diplomacy",
  storyline: "storylines/us-russia-talks",
  timeline: "timeline",
  archive: "archive",
  network: "pairs",
  judgements: "judgements/settled",
};
const build = (site, to) => execFileSync(CHANCERY, ["build", site, "--offline", "--quiet", "--now", "2025-07-01", "--output", to], { stdio: ["ignore", "inherit", "ignore"] });
const [demo, briefs] = [join(SITE, "demo"), join(SITE, "briefs")];
build(root, demo);
build(join(root, "tests/sites/first-briefs"), briefs);
const shoot = async (folder, path, width, height, file) => {
  await page.setViewportSize({ width, height });
  await page.goto(pathToFileURL(join(folder, path, "index.html")).href);
  const type = file.endsWith(".jpg") ? { type: "jpeg", quality: 72 } : {};
  await page.screenshot({ path: join(docs, file), ...type });
};
for (const [kind, path] of Object.entries(KINDS)) await shoot(demo, path, 1280, 1000, `pictures/page-${kind}.jpg`);
for (const kind of ["home", "brief"]) await shoot(demo, KINDS[kind], 390, 844, `pictures/phone-${kind}.jpg`);
await shoot(demo, "", 1280, 900, "demo.png");
await shoot(briefs, "briefs/1947-03-12-truman-doctrine", 1280, 800, "first-briefs.png");
await browser.close();
console.log(`${pieces.length + Object.keys(KINDS).length + 6} pictures`);
