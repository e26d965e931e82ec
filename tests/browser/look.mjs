// Looks at built sites as their readers do, and says what is wrong: with a strict validator, with axe, with a keyboard
// only, without scripts, in the dark, on the narrowest phone, on paper.
//
//   node look.mjs FOLDER...   each folder is a published site, with pages `*.html`
//
// Writes JSON: how many pages were looked at, and a list of what is wrong, each with its page.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { readFile, readdir } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { HtmlValidate } from "html-validate";
import { launch } from "./browser.mjs";

const TABS = 4;
// So many pages of a kind are looked at in the browser, and so many are validated: with LOOK=all, each is.
const [OF_A_KIND, VALIDATED] = process.env.LOOK === "all" ? [5, Infinity] : [1, 8];
// A page of a brief with its sheets and scripts, compressed, in bytes.
const LARGEST = 30_000;
const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml" };
// What the site passes: nothing inline, nothing from elsewhere.
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'";
const folders = process.argv.slice(2);
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const wrong = [];
const say = (page, what) => wrong.push({ page, what });

async function pagesOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".html"))
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(folder, name), "utf8") })));
}

const server = createServer(async (request, response) => {
  try {
    const [, number, ...rest] = decodeURIComponent(new URL(request.url, "http://x").pathname).split("/");
    const path = join(folders[Number(number)], rest.join("/") || "index.html");
    const file = path.endsWith("/") ? join(path, "index.html") : path;
    const bytes = await readFile(file);
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", "content-security-policy": POLICY }).end(bytes);
  } catch {
    response.writeHead(404, { "content-type": "text/plain" }).end("not found");
  }
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const origin = `http://127.0.0.1:${server.address().port}`;

const validator = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: {
    // The titles of briefs are their authors', and of any length.
    "long-title": "off",
    // Text is written as it is read; `>` and quotes need no escape, and the theme has none of `&`.
    "no-raw-characters": ["error", { relaxed: true }],
    // What is empty closes as HTML has it; in drawings as XML has it.
    "void-style": "off",
    // An `<aside>` in a text is no landmark; axe knows which are.
    "unique-landmark": "off",
    // How the markup is laid out is not what it says.
    "no-trailing-whitespace": "off",
  },
});

const kinds = new Map();
const briefs = [];
let validated = 0;
for (const [number, folder] of folders.entries()) {
  for (const { name, text } of await pagesOf(folder)) {
    // Of a kind, a page in a language of its own is another, and so is one that is not the first of its list.
    const [, language, direction] = text.match(/<html lang="([^"]*)"( dir="rtl")?/);
    const word = text.match(/<body class="([^"]*)"/)?.[1] ?? "redirect";
    const kind = [number, word, language, direction, /\/page\/\d/.test(name)].join();
    kinds.set(kind, [...(kinds.get(kind) ?? []), { number, name, text }]);
    if (word === "is-brief") briefs.push({ number, name, text });
  }
}
for (const [kind, of] of kinds) {
  // The longest are the ones with most on them.
  of.sort((a, b) => b.text.length - a.text.length);
  for (const { number, name, text } of of.slice(0, VALIDATED)) {
    const report = await validator.validateString(text, name);
    validated += 1;
    for (const message of report.results.flatMap((result) => result.messages))
      say(`${folders[number]}/${name}`, `${message.ruleId} at ${message.line}:${message.column}: ${message.message}`);
  }
  if (/,is-brief,/.test(kind)) {
    // What a browser loads for the longest brief, pictures aside, as hosts compress it.
    const [{ number, name, text }] = of;
    const files = [...text.matchAll(/(?:href|src)="(?:\.\.\/)+(theme\/[^"]+)"/g)].map(([, file]) => readFile(join(folders[number], file)));
    const bytes = [Buffer.from(text), ...(await Promise.all(files))].reduce((sum, one) => sum + gzipSync(one).length, 0);
    if (bytes > LARGEST) say(`${folders[number]}/${name}`, `${bytes} bytes are loaded for it`);
  }
  kinds.set(kind, of.slice(0, OF_A_KIND));
}

const browser = await launch();
const address = ({ number, name }) => `${origin}/${number}/${name.split("/").map(encodeURIComponent).join("/")}`;
// The page that a host shows anywhere has the full addresses of its files, which are not ours here.
const work = [...kinds.entries()].flatMap(([kind, of]) => (/,redirect,|,is-not-found,/.test(kind) ? [] : of));
const looked = work.length;

// In the page: what a reader with this width and these colours would stumble over.
async function findings() {
  const found = [];
  const { violations } = await window.axe.run(document, { runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }, resultTypes: ["violations"] });
  for (const { id, nodes } of violations) found.push(`axe ${id}: ${nodes.slice(0, 3).map((node) => `${node.target} ${node.any[0]?.message ?? ""}`).join("; ")}`);
  return found;
}
function measures() {
  const found = [];
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) {
    const guilty = [...document.querySelectorAll("main *, header *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".table, pre, .sr"));
    found.push(`${wide} px too wide at ${innerWidth}: ${guilty.slice(0, 2).map((one) => `<${one.localName} class="${one.className}">`)}`);
  }
  // What is pressed is at least 24 px, but within a sentence (WCAG 2.2, 2.5.8).
  const inSentence = ".prose, .tags, .sources, .footnotes, .bluf, .judged, .quotes, .byline, .summary, .citation, .mentioned, .previously, .facts dd, .judgement, .roles, .sequence";
  for (const one of document.querySelectorAll("a[href], button, summary, input, select")) {
    // What a drawing shows small has its like in the list or the table behind it.
    if (one.closest(inSentence) || one.closest(".skip, .sr, .picture svg") || !one.checkVisibility()) continue;
    const { width, height } = one.getBoundingClientRect();
    if (width && (height < 23.5 || width < 23.5)) {
      const named = one.textContent.trim().slice(0, 30);
      // A word of few letters is as narrow as it is.
      if (height < 23.5 || named.length > 3) found.push(`a target of ${Math.round(width)} × ${Math.round(height)}: ${named} in ${one.parentElement.className || one.parentElement.localName}`);
    }
  }
  return found;
}
// Lines under links are told from the paper (WCAG 2.2, 1.4.11).
function underlines() {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const colour = (text) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4)).reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const found = new Set();
  for (const link of document.querySelectorAll("main a[href]")) {
    const style = getComputedStyle(link);
    if (style.textDecorationLine === "none" || !link.checkVisibility()) continue;
    let behind = link;
    while (behind && colour(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
    const [a, b] = [style.textDecorationColor, behind ? getComputedStyle(behind).backgroundColor : "white"].map((text) => luminance(colour(text)));
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 3) found.add(`an underline of ${contrast.toFixed(2)} to 1 in ${link.parentElement.className || link.parentElement.localName}`);
  }
  return [...found];
}

async function tab() {
  const contexts = {
    light: await browser.newContext({ colorScheme: "light", viewport: { width: 1280, height: 900 } }),
    dark: await browser.newContext({ colorScheme: "dark", viewport: { width: 390, height: 844 } }),
  };
  for (const context of Object.values(contexts)) await context.addInitScript(axe);
  for (let at = work.pop(); at; at = work.pop()) {
    for (const [scheme, context] of Object.entries(contexts)) {
      const name = `${folders[at.number]}/${at.name} (${scheme})`;
      const page = await context.newPage();
      page.on("pageerror", (error) => say(name, error.message));
      page.on("console", (message) => message.type() === "error" && say(name, message.text()));
      await page.goto(address(at), { waitUntil: "load" });
      for (const one of await page.evaluate(findings)) say(name, one);
      for (const one of await page.evaluate(underlines)) say(name, one);
      if (scheme === "dark") {
        for (const one of await page.evaluate(measures)) say(name, one);
        await page.setViewportSize({ width: 320, height: 600 });
        for (const one of (await page.evaluate(measures)).filter((one) => /too wide/.test(one))) say(name, one);
        await page.setViewportSize({ width: 390, height: 844 });
      }
      await page.close();
    }
  }
  for (const context of Object.values(contexts)) await context.close();
}
await Promise.all(Array.from({ length: TABS }, tab));

// What a reader does on a site; each has a page to do it on.
const first = (kind, test = () => true) => [...kinds.entries()].filter(([key, of]) => key.split(",")[1] === `is-${kind}` && test(key, of)).flatMap(([, of]) => of)[0];
const expect = (truth, page, what) => truth || say(page, what);

async function withoutScripts() {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await page.goto(address(first("brief")));
  expect(await page.locator(".site-search input").isVisible(), "without scripts", "there is no search box");
  expect(!(await page.locator("#chancery-theme").isVisible()), "without scripts", "there is a switch that does nothing");
  expect(await page.locator(".prose > *").first().isVisible(), "without scripts", "there is no text");
  await page.locator(".more-lists > summary").click();
  expect(await page.locator(".more-lists a").first().isVisible(), "without scripts", "the menu does not open");
  await page.locator(".site-search input").fill("talks");
  await page.locator(".site-search input").press("Enter");
  await page.waitForLoadState();
  expect(/\/search\/(index\.html)?\?q=talks$/.test(page.url()), "without scripts", `the search leads to ${page.url()}`);
  expect(await page.locator(".browse a").first().isVisible(), "without scripts", "the page of the search leads nowhere");
  await context.close();
}

async function byKeyboard() {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  for (const at of [first("home"), first("brief"), first("actor")]) {
    await page.goto(address(at));
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement.matches(".skip") && document.activeElement.getBoundingClientRect().width > 20), at.name, "the first stop is not the way to the content");
    const stops = await page.evaluate(() => [...document.querySelectorAll("a[href], button, input, summary, [tabindex='0']")].filter((one) => one.checkVisibility() && one.tabIndex >= 0).length);
    const seen = new Set();
    for (let turn = 0; turn < Math.min(stops, 120); turn += 1) {
      const stop = await page.evaluate(() => {
        const one = document.activeElement;
        const style = getComputedStyle(one);
        one.dataset.stop ??= String(Math.random());
        return { id: one.dataset.stop, shown: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0, name: `${one.localName} ${one.className}` };
      });
      if (stop.name.startsWith("body")) break;
      expect(stop.shown, at.name, `the focus does not show on ${stop.name}`);
      seen.add(stop.id);
      await page.keyboard.press("Tab");
    }
    expect(seen.size >= Math.min(stops, 120) - 1, at.name, `the keyboard comes to ${seen.size} of ${stops} stops`);
  }
  await page.goto(address(first("home")));
  await page.locator(".more-lists > summary").focus();
  await page.keyboard.press("Enter");
  expect(await page.locator(".more-lists a").first().isVisible(), "by keyboard", "the menu does not open");
  await page.keyboard.press("Escape");
  expect(!(await page.locator(".more-lists a").first().isVisible()), "by keyboard", "Escape does not close the menu");
  await page.close();
}

async function colours() {
  const context = await browser.newContext({ colorScheme: "light" });
  const page = await context.newPage();
  const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await page.goto(address(first("home")));
  const light = await paper();
  const button = page.locator("#chancery-theme");
  await button.click();
  expect((await paper()) === light, "colours", "light is not what the system has");
  await button.click();
  const dark = await paper();
  expect(dark !== light, "colours", "the switch does nothing");
  await page.goto(address(first("brief")));
  await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
  expect((await paper()) === dark, "colours", "the choice is not remembered");
  await page.locator("#chancery-theme").click();
  expect((await paper()) === light, "colours", "the system's colours do not come back");
  await context.close();
}

async function searching() {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.addInitScript(() => {
    window.shift = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => (window.shift += entry.value))).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(`${address(first("search"))}?q=a`);
  await page.waitForFunction(() => document.querySelectorAll("#chancery-search-results > li").length > 0);
  await page.waitForTimeout(200);
  const shift = await page.evaluate(() => window.shift);
  expect(shift < 0.1, "search", `the page jumps when results come: ${shift.toFixed(3)}`);
  await page.close();
}

async function onPaper() {
  const page = await browser.newPage();
  for (const at of [first("brief"), first("home"), first("actor")]) {
    await page.goto(address(at));
    await page.emulateMedia({ media: "print" });
    const shown = await page.evaluate(() => [".site-nav", ".site-search", ".theme-switch", ".further", ".backlinks", ".contents", ".pager"].filter((one) => document.querySelector(one)?.checkVisibility()));
    expect(!shown.length, at.name, `paper shows ${shown}`);
    expect(await page.locator(".address").isVisible(), at.name, "paper does not say where the page is from");
    const high = await page.evaluate(() => Math.max(0, ...[...document.querySelectorAll("figure img, figure svg")].map((one) => one.getBoundingClientRect().height)));
    expect(high < 560, at.name, `a figure of ${high} px leaves a page of paper empty`);
    const pdf = await page.pdf({ format: "A4", preferCSSPageSize: true });
    expect(pdf.length > 5000, at.name, "nothing is printed");
    await page.emulateMedia({ media: null });
  }
  await page.close();
}

// In a text that runs from right to left, dates and names of the other direction stay in one piece.
async function directions() {
  const at = first("brief", (key) => key.split(",")[3] !== "");
  if (!at) return say("directions", "there is no brief that runs from right to left");
  const page = await browser.newPage();
  await page.goto(address(at));
  const scrambled = await page.evaluate(() => {
    const left = (node, at) => {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      return range.getBoundingClientRect().left;
    };
    return [...document.querySelectorAll("main time, main .label > span")]
      .filter((one) => one.checkVisibility() && /^\d+ [A-Za-z]/.test(one.textContent) && one.getClientRects().length === 1)
      .filter((one) => left(one.firstChild, 0) > left(one.firstChild, one.firstChild.length - 1))
      .map((one) => one.textContent);
  });
  expect(!scrambled.length, at.name, `scrambled: ${scrambled}`);
  const code = await page.evaluate(() => [...document.querySelectorAll("pre, code")].map((one) => getComputedStyle(one).direction));
  expect(code.length && code.every((one) => one === "ltr"), at.name, "code runs from right to left");
  await page.close();
}

// The first brief that has something: without one, nothing would be looked at.
function briefWith(pattern) {
  const at = briefs.find(({ text }) => pattern.test(text));
  if (!at) throw new Error(`no brief has ${pattern}`);
  return at;
}

async function previews() {
  const at = briefWith(/<div class="prose"[^]*<a class="actor"/);
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(address(at));
  const link = page.locator(".prose a.actor").first();
  const target = (await link.evaluate((one) => one.href)).split("#")[0];
  const box = page.locator("#chancery-preview");
  const fetched = () => asked.filter((url) => url === target).length;
  await link.hover();
  await page.waitForTimeout(120);
  expect((await box.count()) === 0 && fetched() === 0, at.name, "a preview comes before the pointer has rested");
  await box.waitFor({ timeout: 5000 });
  expect((await box.locator(".name").textContent()).length > 1, at.name, "a preview says no name");
  expect((await box.locator(".label").count()) === 1, at.name, "a preview does not say what kind of actor it is");
  expect(await link.evaluate((one) => one.getAttribute("aria-describedby") === "chancery-preview"), at.name, "a preview does not describe its link");
  expect(await box.evaluate((one) => one.getBoundingClientRect().right <= innerWidth && one.getBoundingClientRect().left >= 0), at.name, "a preview leaves the page");
  await page.keyboard.press("Escape");
  expect((await box.count()) === 0, at.name, "Escape does not close a preview");
  await page.mouse.move(2, 2);
  await link.focus();
  await box.waitFor({ timeout: 5000 });
  expect(fetched() === 1, at.name, `what a preview shows is fetched ${fetched()} times`);
  await page.keyboard.press("Tab");
  await box.waitFor({ state: "detached", timeout: 5000 });
  await page.close();
}

async function notesInMargin() {
  const at = briefWith(/<section class="footnotes">/);
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(address(at));
  const boxes = () =>
    page.evaluate(() =>
      [...document.querySelectorAll(".footnotes > ol > li")].map((one) => {
        const [box, text] = [one.getBoundingClientRect(), one.closest(".column").querySelector(".prose > p").getBoundingClientRect()];
        return { top: box.top, bottom: box.bottom, beside: one.matches(".in-margin") && (box.left >= text.right || box.right <= text.left) };
      }),
    );
  const wide = await boxes();
  expect(wide.some((one) => one.beside), at.name, "no note stands in the margin where there is room");
  const margin = wide.filter((one) => one.beside).sort((a, b) => a.top - b.top);
  expect(margin.every((one, n) => n === 0 || one.top >= margin[n - 1].bottom), at.name, "notes in the margin lie over each other");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.waitForFunction(() => !document.querySelector(".footnotes li.in-margin"), undefined, { timeout: 5000 });
  const text = await page.evaluate(() => Math.max(...[...document.querySelectorAll(".prose > p, .prose > h2")].map((one) => one.getBoundingClientRect().bottom)));
  expect((await boxes()).every((one) => one.top >= text - 1), at.name, "notes of a narrow page do not stand at its end");
  await page.close();
}

async function contentsFollow() {
  const at = briefWith(/id="chancery-contents"/);
  const page = await browser.newPage({ viewport: { width: 1280, height: 500 } });
  await page.goto(address(at));
  const last = page.locator("#chancery-contents a").last();
  await page.evaluate((id) => document.getElementById(id).scrollIntoView({ block: "start" }), decodeURIComponent((await last.getAttribute("href")).split("#")[1]));
  await page
    .waitForFunction(() => [...document.querySelectorAll("#chancery-contents a")].at(-1).ariaCurrent === "true", undefined, { timeout: 5000 })
    .catch(() => say(at.name, "the contents do not follow the reader"));
  expect(await last.evaluate((one) => one.getBoundingClientRect().bottom > 0 && one.getBoundingClientRect().top < innerHeight), at.name, "the contents scroll away");
  await page.close();
}

async function paragraphLinks() {
  const at = briefWith(/<p id="p--/);
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(address(at));
  const marks = page.locator(".prose > p > a.para");
  expect((await marks.count()) === (await page.locator('.prose > p[id^="p--"]').count()), at.name, "paragraphs have no links");
  const mark = marks.last();
  expect(Boolean(await mark.getAttribute("aria-label")), at.name, "the link of a paragraph has no name");
  await mark.evaluate((one) => one.click());
  await page.waitForFunction(() => document.querySelector("p:target") !== null, undefined, { timeout: 5000 });
  await page.close();
}

async function references() {
  const at = briefWith(/"author":\[/);
  const page = await browser.newPage();
  await page.goto(address(at));
  await page.locator("#chancery-cite > summary").click();
  const graph = JSON.parse(await page.locator('script[type="application/ld+json"]').textContent())["@graph"];
  const article = graph.find((thing) => thing.headline);
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator('#chancery-cite a[download="reference.ris"]').click()]);
  const ris = await readFile(await download.path(), "utf8");
  // RIS: a tag of two letters, two spaces, a hyphen, a space, a value; the type first, `ER` last.
  const lines = ris.split("\r\n").filter(Boolean);
  expect(lines.every((line) => /^[A-Z][A-Z0-9]  - /.test(line)) && lines[0] === "TY  - ELEC" && lines.at(-1) === "ER  - ", at.name, `not RIS: ${ris}`);
  for (const line of [`TI  - ${article.headline}`, `AU  - ${article.author[0].name}`, `UR  - ${article.url}`, `DA  - ${article.datePublished.slice(0, 10).replaceAll("-", "/")}`])
    expect(lines.includes(line), at.name, `the reference does not say ${line}`);
  const [second] = await Promise.all([page.waitForEvent("download"), page.locator('#chancery-cite a[download="reference.json"]').click()]);
  const [item, ...more] = JSON.parse(await readFile(await second.path(), "utf8"));
  expect(!more.length && item.title === article.headline && item.URL === article.url && item.author.length === article.author.length, at.name, "the CSL-JSON is of something else");
  expect(item.issued["date-parts"][0].join("-") === article.datePublished.slice(0, 10).split("-").map(Number).join("-"), at.name, "the CSL-JSON has another day");
  expect(/^@\w+\{[^,]+,\n(  \w+ = \{.*\},?\n)+\}$/.test((await page.locator("#chancery-cite pre").textContent()).trim()), at.name, "the BibTeX is none");
  await page.close();
}

// No line begins with the reference to what stands before it.
async function referencesStay() {
  const page = await browser.newPage();
  let seen = 0;
  for (const at of briefs.filter(({ number, text }) => number === 0 && /<sup class="(citation|footnote-ref)"/.test(text))) {
    await page.goto(address(at));
    for (const width of [320, 360, 390, 430]) {
      await page.setViewportSize({ width, height: 844 });
      const [count, strayed] = await page.evaluate(() => {
        const closely = [...document.querySelectorAll(".prose sup:is(.citation, .footnote-ref)")].filter((one) => /\S$/.test(one.previousSibling?.data ?? ""));
        const strays = closely.filter((one) => {
          const before = document.createRange();
          before.setStart(one.previousSibling, one.previousSibling.length - 1);
          before.setEnd(one.previousSibling, one.previousSibling.length);
          return one.getClientRects()[0].left < before.getBoundingClientRect().left;
        });
        return [closely.length, strays.map((one) => one.previousSibling.data.slice(-20) + one.textContent)];
      });
      seen += count;
      expect(!strayed.length, at.name, `a line begins with a reference at ${width} px: ${strayed}`);
    }
  }
  expect(seen > 20, "references", `only ${seen} were looked at`);
  await page.close();
}

// On a phone the text of a brief with judgements begins on its first screen or just below, and what folds there is to be had.
async function textSoon() {
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  const judging = briefs.filter((brief) => brief.text.includes('class="judgements"')).sort((a, b) => b.text.split('class="judgement ').length - a.text.split('class="judgement ').length);
  for (const at of judging.slice(0, 3)) {
    await page.goto(address(at));
    const top = await page.locator(".prose > *").first().evaluate((one) => one.getBoundingClientRect().top);
    expect(top < 900, at.name, `its text begins ${Math.round(top)} px down on a phone`);
  }
  await page.goto(address(judging[0]));
  const judgement = page.locator(".judgement:has(details)").first();
  expect(await judgement.locator(".judged").isVisible(), judging[0].name, "what is judged does not show");
  expect(/%/.test(await judgement.locator("summary").innerText()), judging[0].name, "how likely it is does not show");
  expect(!(await judgement.locator("summary .on-scale").isVisible()), judging[0].name, "a folded judgement has its scale on a phone");
  const within = judgement.locator("details > :not(summary)").first();
  expect(!(await within.isVisible()), judging[0].name, "a judgement is not folded");
  await page.emulateMedia({ media: "print" });
  expect(await within.isVisible(), judging[0].name, "what a judgement rests on is not printed");
  await page.emulateMedia({ media: null });
  await judgement.locator("summary").click();
  expect(await judgement.locator("summary .on-scale").isVisible(), judging[0].name, "an opened judgement has no scale");
  expect(await within.isVisible(), judging[0].name, "a judgement does not unfold");
  await page.close();
}

for (const task of [textSoon, referencesStay, withoutScripts, byKeyboard, colours, searching, onPaper, directions, previews, notesInMargin, contentsFollow, paragraphLinks, references]) {
  try {
    await task();
  } catch (error) {
    say(task.name, error.message);
  }
}
await browser.close();
server.close();
console.log(JSON.stringify({ validated, looked, wrong }));
