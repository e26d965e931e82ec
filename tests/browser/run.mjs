// Loads pages in a real browser, does all to them that a reader might, and says what ran that should not have.
//
//   node run.mjs FOLDER...   each folder is a published site, with pages `*.html`
//
// Writes JSON: how many pages were loaded, how many were the same in a site before, and a list of what happened, each
// with its page.
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { createServer } from "node:http";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { launch } from "./browser.mjs";

const TABS = 4;
const SEARCH = "search/index.html";
const NOT_FOUND = "404.html";
const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml" };
// A tab that lies behind others draws about once a second: what waits for it to draw waits long.
const WAIT = { polling: 20 };
// The address of every site.
const HOST = "https://small.example/";
// Where frames may be from; they are not loaded.
const EMBEDS = "https://datawrapper.dwcdn.net/";
const folders = process.argv.slice(2);

async function pagesOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".html"))
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

// Serves each folder below its number. What is not there is no page of ours.
const server = createServer(async (request, response) => {
  try {
    const [, number, ...rest] = decodeURIComponent(new URL(request.url, "http://x").pathname).split("/");
    const path = join(folders[Number(number)], rest.join("/") || "index.html");
    const file = path.endsWith("/") ? join(path, "index.html") : path;
    const bytes = await readFile(file);
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" }).end(bytes);
  } catch {
    response.writeHead(404, { "content-type": "text/plain" }).end("not found");
  }
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const origin = `http://127.0.0.1:${server.address().port}`;

const happened = [];
// Names outside are not looked up.
const browser = await launch("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1");
const context = await browser.newContext();

// What the payloads call. It is there before anything of the page is.
await context.addInitScript(() => {
  const ran = [];
  Object.defineProperty(window, "__ran", { value: ran });
  for (const name of ["chanceryHacked", "alert", "confirm", "prompt", "print", "open"]) {
    Object.defineProperty(window, name, { value: (...given) => void ran.push(`${name}(${given.join()})`), writable: false });
  }
  // A frame has a window of its own; what runs there tells the page around it.
  if (window.parent !== window) ran.push = (what) => window.parent.__ran.push(`frame: ${what}`);
});

// All that a reader might do: point at it, come to it, press it, open it, send it. Gives what is wrong with the page itself.
function use() {
  const wrong = [];
  const FOCUSABLE = "[tabindex], [contenteditable], a, area, audio, button, details, iframe, input, select, summary, textarea, video";
  const schemes = ["http:", "https:", "mailto:", "tel:", "ftp:"];
  // Such a drawing as the theme makes, outside of what an author writes: shapes, words, and links within the site.
  const isDrawing = (svg) =>
    svg.matches("svg.on-scale, svg.calibration, svg.over-time, svg.strip, svg.ring, svg.lanes, svg.map, svg.network") &&
    !svg.closest(".prose, .judged, .bluf") &&
    [svg, ...svg.querySelectorAll("*")].every(
      (part) =>
        /^(svg|title|desc|rect|line|circle|path|text|a)$/.test(part.localName) &&
        [...part.attributes].every((one) => /^(class|id|viewBox|x|y|x1|y1|x2|y2|cx|cy|r|d|dx|width|height|stroke-width|href|role|focusable|aria-[a-z]+)$/.test(one.name)) &&
        (part.localName !== "a" || /^(#|(\.\.?\/)+)/.test(part.getAttribute("href"))),
    );
  // What the theme's script gives a note that it puts beside the text.
  const isBeside = (element, style) => element.matches(".footnotes li.in-margin") && /^inline-size: [\d.]+px; top: -?[\d.]+px;$/.test(style);
  for (const element of document.querySelectorAll("*")) {
    const name = element.localName;
    for (const { name: attribute, value } of element.attributes) {
      if (/^on/i.test(attribute)) wrong.push(`<${name} ${attribute}>`);
      if (/^(xlink:)?href$|^(src|action|formaction|data|poster|background|cite|ping)$/i.test(attribute)) {
        let scheme = "http:";
        try {
          scheme = new URL(value, document.baseURI).protocol;
        } catch {
          // What is no address leads nowhere.
        }
        const isReference = scheme === "blob:" && element.closest("#chancery-cite");
        if (!schemes.includes(scheme) && !isReference) wrong.push(`<${name} ${attribute}="${value.slice(0, 60)}">`);
      }
      if (attribute === "style" && name !== "mspace" && name !== "mtr" && !isBeside(element, value) && !/^border:0\.06em solid #[0-9a-f]{6}$/.test(value))
        wrong.push(`<${name} style="${value}">`);
      if (attribute === "srcset" || attribute === "srcdoc") wrong.push(`<${name} ${attribute}>`);
    }
    // All that an author writes is in `<main>`, and no id of the theme's.
    const isOurs = element.closest("head, #chancery-search-main, body > header") !== null;
    // Such a frame as the site lets through, with nothing that its author wrote but these.
    const isEmbed =
      name === "iframe" &&
      element.src.startsWith("https://datawrapper.dwcdn.net/") &&
      element.sandbox.length > 0 &&
      !/top-navigation|modals|downloads/.test(element.sandbox.value) &&
      [...element.attributes].every((one) => /^(class|src|title|width|height|loading|sandbox|allow)$/.test(one.name)) &&
      (element.getAttribute("allow") ?? "fullscreen") === "fullscreen";
    if (!isEmbed && /^(iframe|frame|frameset|object|embed|applet|base|portal|template|animate|set|use|foreignobject|annotation-xml|maction)$/i.test(name)) wrong.push(`<${name}>`);
    if (name === "style" || (name === "svg" && element.closest("main") && !isDrawing(element))) wrong.push(`<${name}>`);
    const isOfDrawing = name === "title" && element.closest("svg") && isDrawing(element.closest("svg"));
    if (/^(form|input|button|textarea|select|link|meta|title)$/.test(name) && !isOurs && !isOfDrawing) wrong.push(`<${name}>`);
    if (name === "meta" && element.httpEquiv && !/^0; url=\.?\.?\//.test(element.content)) wrong.push(`<meta ${element.content}>`);
    if (name === "script") {
      if (element.type === "application/ld+json") JSON.parse(element.textContent);
      else if (!/^(https:\/\/small\.example\/|(\.\.?\/)+)(theme|search)\//.test(element.getAttribute("src") ?? "")) wrong.push(`<script src="${element.getAttribute("src")}">`);
    }
  }
  // Links are pressed, but the page is not left for one that leads to a host.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a, area");
    if (link && [...schemes, "blob:"].includes(link.protocol)) event.preventDefault();
  });
  // Nor for what the search of the site finds.
  document.addEventListener("submit", (event) => {
    if (event.target.matches("body > header form")) event.preventDefault();
  });
  for (const element of document.body.querySelectorAll("*")) {
    for (const kind of ["pointerover", "mouseover", "mouseenter", "mousemove", "wheel", "copy", "contextmenu"])
      element.dispatchEvent(new Event(kind, { bubbles: kind !== "mouseenter" }));
    // What cannot have the focus does not get it, and to try costs a layout of the page each.
    if (element.tabIndex >= 0 || element.matches(FOCUSABLE)) {
      element.focus();
      element.blur();
    }
    if (element.localName === "details") element.open = !element.open;
    if (element.localName === "dialog") element.close();
    if (element.localName === "a" || element.tabIndex >= 0 || element.accessKey) element.click?.();
    if (element.localName === "form" && !element.matches("#chancery-search-form, body > header form")) element.requestSubmit();
    if (element.localName === "input") element.dispatchEvent(new Event("input", { bubbles: true }));
  }
  return wrong;
}

// The first words of the index, so that results of every document are shown.
async function search(page) {
  const words = ["hostile", "img", "script", "svg", "onerror", "chanceryhacked", "evil", "x"];
  const box = page.locator("#chancery-search-box");
  if (!(await box.count())) return 0;
  let shown = 0;
  for (const word of words) {
    await box.fill(word);
    await page.waitForFunction((asked) => new URL(location.href).searchParams.get("q") === asked, word, WAIT);
    const more = page.locator("#chancery-search-more");
    for (let turn = 0; turn < 8 && (await more.isVisible()); turn += 1) {
      const before = await page.locator("#chancery-search-results > li").count();
      await more.evaluate((button) => button.click());
      await page.waitForFunction((count) => document.querySelectorAll("#chancery-search-results > li").length > count, before, WAIT);
    }
    shown += await page.locator("#chancery-search-results > li").count();
    for (const wrong of await page.evaluate(use)) happened.push({ page: `search for ${word}`, what: wrong });
  }
  return shown;
}

// A page that another site has at the same address, byte for byte, does the same there. The search asks for other files.
const work = [];
const known = new Set();
let same = 0;
for (const [number, folder] of folders.entries())
  for (const page of await pagesOf(folder)) {
    const bytes = await readFile(join(folder, page));
    const hash = createHash("sha256").update(bytes).digest("hex");
    const key = page === SEARCH ? `${number}` : `${page} ${hash}`;
    if (known.has(key)) same += 1;
    // A page at an old address leads to the new one at once; where that lies, the requests tell.
    else work.push({ number, page, leads: bytes.includes('<meta http-equiv="refresh"') });
    known.add(key);
  }
let [loaded, results] = [0, 0];

async function tab() {
  const page = await context.newPage();
  let at = null;
  const note = (what) => happened.push({ page: at && `${folders[at.number]}/${at.page}`, what });
  page.on("dialog", (dialog) => {
    note(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("popup", (popup) => {
    note(`window: ${popup.url()}`);
    popup.close();
  });
  page.on("pageerror", (error) => note(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource|ERR_|Access to/.test(message.text())) note(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = request.url();
    if (url.startsWith(`${origin}/`) || url.startsWith(HOST)) return;
    if (url.startsWith(EMBEDS) && request.isNavigationRequest() && request.frame().parentFrame()) return;
    // An image may come from anywhere; nothing else does.
    if (request.resourceType() !== "image" && !(request.isNavigationRequest() && /^(about|chrome-error):/.test(url)))
      note(`request: ${request.resourceType()} ${url}`);
  });
  // The page for what is not found, which a host shows anywhere, asks for the site's files by their full addresses.
  const site = (route) => {
    const { pathname } = new URL(route.request().url());
    const file = join(folders[at.number], decodeURIComponent(pathname), pathname.endsWith("/") ? "index.html" : "");
    return statSync(file, { throwIfNoEntry: false })?.isFile() ? route.fulfill({ path: file }) : route.fulfill({ status: 404 });
  };
  for (;;) {
    at = work.pop();
    if (!at) break;
    if (at.page === NOT_FOUND) await page.route(`${HOST}**`, site);
    const address = `${origin}/${at.number}/${at.page.split("/").map(encodeURIComponent).join("/")}`;
    try {
      await page.goto(address, { waitUntil: "load", timeout: 20000 });
      const found = await page.evaluate(use).catch((error) => (at.leads ? [] : [`left or broken: ${error.message}`]));
      found.forEach(note);
      if (at.leads) await page.waitForURL((url) => url.href !== address, { waitUntil: "load", timeout: 20000 });
      if (at.page === SEARCH) results += await search(page);
      // Handlers that wait for a task have had it.
      await page.evaluate(() => new Promise((done) => setTimeout(done, 0)));
      for (const ran of await page.evaluate(() => window.__ran)) note(`ran: ${ran}`);
    } catch (error) {
      note(`not loaded: ${error.message.split("\n")[0]}`);
    }
    if (at.page === NOT_FOUND) await page.unroute(`${HOST}**`);
    loaded += 1;
  }
  await page.close();
}

await Promise.all(Array.from({ length: TABS }, tab));
await browser.close();
server.close();
console.log(JSON.stringify({ loaded, same, results, happened }));
