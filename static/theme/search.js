// Search, in the reader's browser. The index lies in small files (`search/`), of which a query needs a few; they are
// scripts, because those can be loaded from any host, and from a disk.
"use strict";

globalThis.chancerySearch = (() => {
  // Marks that a writer in a hurry leaves out, and characters that nobody sees.
  const DROPPED = /[\u00ad\u0300-\u036f\u05b0-\u05bd\u05bf\u05c1\u05c2\u061c\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]/g;
  // Letters that have a plain spelling and no decomposition.
  const PLAIN = { ı: "i", ł: "l", ø: "o", đ: "d", ð: "d", ħ: "h", ŧ: "t", ŋ: "n", ə: "e", ß: "ss", æ: "ae", œ: "oe", þ: "th", ς: "σ" };
  const LETTER = "[\\p{Alphabetic}\\p{N}\\p{M}]";
  // Scripts that are written without spaces between words.
  const SPACELESS = "[\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3005-\\u3007\\u3040-\\u30ff\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\uff66-\\uff9f\\u{20000}-\\u{3ffff}]";
  const IS_SPACELESS = new RegExp(SPACELESS, "u");
  const RUN = new RegExp(`((?:(?=${LETTER})${SPACELESS})+)|(?:(?!${SPACELESS}|\\u02bc)${LETTER})+`, "gu");

  // The words of a text, as the index spells them; texts without spaces by two letters each.
  function words(text) {
    const folded = text
      .normalize("NFD")
      .replace(DROPPED, "")
      .toLowerCase()
      .replace(/[ıłøđðħŧŋəßæœþς]/g, (letter) => PLAIN[letter])
      .normalize("NFC");
    const found = [];
    for (const [run, spaceless] of folded.matchAll(RUN)) {
      const letters = spaceless ? [...run] : [];
      if (letters.length < 2) found.push(run);
      for (let at = 0; at + 1 < letters.length; at += 1) found.push(letters[at] + letters[at + 1]);
    }
    return found;
  }

  // Where a word is found: title, names, summary and headings; the whole word counts more than its beginning.
  const WEIGHTS = [6, 4, 2];
  const WHOLE = 1;
  // A beginning that more files than this have words for is not looked up in all of them.
  const FILES = 8;
  // How many documents share a file.
  const BLOCK = 32;

  const DIGITS = new Uint8Array(128);
  [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].forEach((digit, value) => {
    DIGITS[digit.charCodeAt(0)] = value;
  });

  // Calls `each` with the numbers of documents, in ascending order. They are written as differences, five bits a digit,
  // the lowest first; the sixth says that more follow.
  function decode(list, each) {
    let number = 0;
    let difference = 0;
    let shift = 0;
    for (let at = 0; at < list.length; at += 1) {
      const value = DIGITS[list.charCodeAt(at)];
      difference += (value & 31) * 2 ** shift;
      shift += 5;
      if (value < 32) {
        number += difference;
        each(number);
        difference = 0;
        shift = 0;
      }
    }
  }

  // The files with words that are the word or, as a beginning, begin with it.
  function filesOf(firsts, word, beginning) {
    let at = 0;
    while (at + 1 < firsts.length && firsts[at + 1] <= word) at += 1;
    const files = [at];
    while (beginning && at + 1 < firsts.length && firsts[at + 1].startsWith(word)) files.push((at += 1));
    return files;
  }

  // The documents with a word, and how much it counts in each.
  async function scores(word, beginning, firsts, load) {
    const found = new Map();
    const files = filesOf(firsts, word, beginning);
    for (const words of await Promise.all(files.slice(0, FILES).map((file) => load(`words/${file}`)))) {
      for (const [known, lists] of Object.entries(words)) {
        if (known !== word && !(beginning && known.startsWith(word))) continue;
        lists.split(";").forEach((list, field) => {
          const score = WEIGHTS[field] + (known === word ? WHOLE : 0);
          decode(list, (number) => {
            if (!(found.get(number) >= score)) found.set(number, score);
          });
        });
      }
    }
    return { found, partial: files.length > FILES };
  }

  // The documents with all words of a query, best first. The last word may be a beginning.
  async function find(query, load) {
    const asked = words(query);
    if (!asked.length) return { numbers: [], partial: false };
    const { firsts } = await load("index");
    const all = await Promise.all(
      asked.map((word, at) => {
        // Too many words begin with one letter, but for scripts of which a letter is half a word.
        const long = word.length > 1 || IS_SPACELESS.test(word);
        const last = at + 1 === asked.length && !/\s$/.test(query);
        return scores(word, last && long, firsts, load);
      }),
    );
    const [fewest, ...others] = all.map((one) => one.found).sort((a, b) => a.size - b.size);
    const ranked = [];
    for (const [number, score] of fewest) {
      if (others.every((other) => other.has(number)))
        ranked.push([number, others.reduce((sum, other) => sum + other.get(number), score)]);
    }
    ranked.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    return { numbers: ranked.map(([number]) => number), partial: all.some((one) => one.partial) };
  }

  // What is shown of a document.
  async function entry(number, load) {
    const block = await load(`documents/${Math.floor(number / BLOCK)}`);
    const [path, title, kind, summary, date, dateText] = block[number % BLOCK];
    return { path, title, kind, summary, date, dateText };
  }

  return { words, find, entry, deliver() {} };
})();

// The page.
if (typeof document !== "undefined") {
  const search = globalThis.chancerySearch;
  const byId = (id) => document.getElementById(`chancery-search-${id}`);
  const form = byId("form");
  const box = byId("box");
  const status = byId("status");
  const list = byId("results");
  const more = byId("more");
  const { root, stamp } = form.dataset;
  const SHOWN = 10;

  // Loads a file of the index. Files of another build than the page are refused: they would not fit together.
  const files = new Map();
  const waiting = new Map();
  search.deliver = (name, of, data) => {
    const { resolve, reject } = waiting.get(name);
    if (of === stamp) resolve(data);
    else reject(form.dataset.changed);
  };
  const load = (name) => {
    if (!files.has(name)) {
      const file = new Promise((resolve, reject) => {
        waiting.set(name, { resolve, reject });
        const script = document.createElement("script");
        script.src = `${root}search/${name}.js?v=${stamp}`;
        script.addEventListener("error", () => reject(form.dataset.failed));
        script.addEventListener("load", () => script.remove());
        document.head.append(script);
      });
      files.set(name, file);
      file.catch(() => files.delete(name));
    }
    return files.get(name);
  };

  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  const card = ({ path, title, kind, summary, date, dateText }) => {
    const item = element("li", "", "card");
    const label = element("p", "", "label");
    if (date) {
      const time = element("time", dateText);
      time.dateTime = date;
      label.append(time, " ");
    }
    label.append(element("span", kind));
    // Titles may be in any language.
    const heading = element("h3");
    heading.dir = "auto";
    const link = element("a", title);
    link.href = root + path;
    heading.append(link);
    item.append(label, heading);
    if (summary) {
      const said = element("p", summary, "summary");
      said.dir = "auto";
      item.append(said);
    }
    return item;
  };

  // Only the last question is answered.
  let turn = 0;
  let found = [];
  const show = async (mine) => {
    const from = list.children.length;
    const shown = await Promise.all(found.slice(from, from + SHOWN).map((number) => search.entry(number, load)));
    // Pressed twice, "more" asks for the same results twice.
    if (mine !== turn || list.children.length !== from) return false;
    list.append(...shown.map(card));
    more.hidden = list.children.length >= found.length;
    return true;
  };
  const fail = (mine, why) => {
    if (mine === turn) status.textContent = typeof why === "string" ? why : form.dataset.failed;
  };

  const ask = async () => {
    const query = box.value;
    const mine = (turn += 1);
    try {
      const answer = await search.find(query, load);
      if (mine !== turn) return;
      found = answer.numbers;
      list.replaceChildren();
      if (!(await show(mine))) return;
      const { none, one, many, partial } = form.dataset;
      const count = found.length ? `${found.length} ${found.length === 1 ? one : many}` : none;
      status.textContent = search.words(query).length ? count + (answer.partial ? ` ${partial}` : "") : "";
      const address = new URL(location.href);
      if (query) address.searchParams.set("q", query);
      else address.searchParams.delete("q");
      history.replaceState(null, "", address);
    } catch (why) {
      fail(mine, why);
    }
  };

  let pause;
  box.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(ask, 150);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(pause);
    ask();
  });
  more.addEventListener("click", async () => {
    const next = list.children.length;
    try {
      if (await show(turn)) list.children[next]?.querySelector("a").focus();
    } catch (why) {
      fail(turn, why);
    }
  });
  // The arrow keys lead from the box to the results, and through them.
  byId("main").addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const stops = [box, ...list.querySelectorAll("a")];
    const next = stops[stops.indexOf(document.activeElement) + step];
    if (step && stops.includes(document.activeElement) && next) {
      event.preventDefault();
      next.focus();
    }
  });

  box.value = new URL(location.href).searchParams.get("q") ?? "";
  if (box.value) ask();
  else box.focus();
}
