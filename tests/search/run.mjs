// Runs the script of the search as a browser does, but for the page: on a built site, whose folder is the first
// argument. What is asked comes on standard input as JSON: `{"texts": [...], "queries": [...]}`; the words of the texts and
// what is found come back on standard output.
import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";

const [script, site] = process.argv.slice(2);
runInThisContext(readFileSync(script, "utf8"));
const search = globalThis.chancerySearch;

// Files of the index hand over what they hold when they are run.
const stamps = new Set();
const load = async (name) => {
  const text = readFileSync(`${site}/search/${name}.js`, "utf8");
  let delivered;
  search.deliver = (of, stamp, data) => {
    if (of !== name) throw new Error(`${name} calls itself ${of}`);
    stamps.add(stamp);
    delivered = data;
  };
  runInThisContext(text);
  return delivered;
};

const { texts, queries } = JSON.parse(readFileSync(0, "utf8"));
const answers = [];
for (const query of queries) {
  const { numbers } = await search.find(query, load);
  const found = await Promise.all(numbers.map((number) => search.entry(number, load)));
  answers.push(found);
}
process.stdout.write(JSON.stringify({ words: texts.map(search.words), answers, stamps: [...stamps] }));
