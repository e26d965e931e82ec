// Edits a brief as its author does, and looks at what `chancery serve` shows of it in a browser meanwhile.
//
//   node serve.mjs ADDRESS FILE   the address of the brief's page, and its file, in which `Text.` is a paragraph
//
// Writes JSON: a list of what is wrong.
import { readFile, writeFile } from "node:fs/promises";
import { launch } from "./browser.mjs";

const [address, file] = process.argv.slice(2);
const whole = await readFile(file, "utf8");
const wrong = [];
const browser = await launch();
const page = await browser.newPage();
page.on("pageerror", (error) => wrong.push(error.message));
page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
const until = (what, test, given) => page.waitForFunction(test, given, { timeout: 20000 }).catch(() => wrong.push(what));
const says = (text) => document.querySelector(".prose")?.textContent.includes(text);

await page.goto(address);
await until("the page has no text", says, "Text.");
await writeFile(file, whole.replace("Text.", "Better text."));
await until("a saved text does not come", says, "Better text.");
await writeFile(file, whole.replace('"ru"', '"rus"'));
await until("errors are not shown", () => document.getElementById("chancery-errors")?.shadowRoot.textContent.includes("unknown-actor"));
const seen = await page.evaluate(() => {
  const section = document.getElementById("chancery-errors").shadowRoot.querySelector("section");
  const { width, height } = section.getBoundingClientRect();
  return { role: section.role ?? section.getAttribute("role"), whole: width === innerWidth && height === innerHeight, title: section.querySelector("h1").textContent };
});
if (seen.role !== "alertdialog" || !seen.whole || !seen.title) wrong.push(`the errors stand in ${JSON.stringify(seen)}`);
await page.getByRole("button", { name: "Hide" }).click();
if (await page.evaluate(() => Boolean(document.getElementById("chancery-errors")))) wrong.push("the errors cannot be put away");
await writeFile(file, whole.replace('"ru"', '"russ"'));
await until("other errors are not shown", () => document.getElementById("chancery-errors")?.shadowRoot.textContent.includes("russ"));
await writeFile(file, whole.replace("Text.", "Mended."));
await until("a mended text does not come", says, "Mended.");
if (await page.evaluate(() => Boolean(document.getElementById("chancery-errors")))) wrong.push("the errors stay when they are mended");
await browser.close();
console.log(JSON.stringify(wrong));
