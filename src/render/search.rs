//! What readers search: an index that lies in small files, of which a query needs a few.
//!
//! Documents have numbers: actors, topics, storylines and pages first, those with the most briefs before others, then
//! the briefs, newest first. For each word the index lists the documents that have it in their title (or another name of
//! their own), in a name of whom or what they are about, or in their summary, bottom line or headings; each document
//! once, where the word counts most. The words in order are cut into as many files as are planned, all about as long. What is shown of
//! documents lies in files of its own.
//!
//! The files are scripts that hand over JSON, as those can be loaded from any host and from a disk. Each names the
//! stamp of its index, so that files of two builds are never mixed. `static/theme/search.js` reads them.

use std::borrow::Cow;
use std::cmp::Reverse;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::Xxh3;

use crate::arena::Ix;
use crate::front_matter::Brief;
use crate::graph::{Destination, DocumentIx};
use crate::html::Html;
use crate::markdown::{Fill, Markup, TargetIx};
use crate::names::words;
use crate::never;
use crate::plan::{SEARCH_BLOCK, search_files};

use super::Renderer;

/// Stands for how the files are written, and is another when that changes.
const FORMAT: &[u8] = b"1";
/// The digits of numbers in lists.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The index of a site.
pub(super) struct Index {
    /// A hash of the whole index.
    pub(super) stamp: String,
    /// The documents that are no briefs, by number.
    others: Vec<DocumentIx>,
    /// The first word of each file of words.
    firsts: Vec<String>,
    /// The words of each file, as JSON.
    files: Vec<String>,
}

/// Where a word stands.
#[derive(Default)]
struct Places {
    /// Documents, by twice their number, and one more if it stands in the text only. In order.
    own: Vec<u32>,
    /// Documents that are no briefs and are called so; what is about them is found by it too. In order.
    names: Vec<u32>,
}

impl Places {
    fn add(&mut self, number: u32, in_text: bool) {
        // The title is read first, and counts most.
        if self.own.last().is_none_or(|last| last >> 1 != number) {
            self.own.push(number << 1 | u32::from(in_text));
        }
    }
}

/// The words of the site.
#[derive(Default)]
struct Vocabulary {
    numbers: FxHashMap<Box<str>, u32>,
    places: Vec<Places>,
}

impl Vocabulary {
    /// The places of each word of a text.
    fn each(&mut self, text: &str, mut add: impl FnMut(&mut Places)) {
        words(text, &mut |word| {
            let number = match self.numbers.get(word) {
                Some(number) => *number,
                None => {
                    let number = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
                    self.numbers.insert(word.into(), number);
                    self.places.push(Places::default());
                    number
                }
            };
            if let Some(places) = self.places.get_mut(number as usize) {
                add(places);
            }
        });
    }

    fn title(&mut self, number: u32, text: &str) {
        self.each(text, |places| places.add(number, false));
    }

    fn text(&mut self, number: u32, text: &str) {
        self.each(text, |places| places.add(number, true));
    }

    fn name(&mut self, number: u32, text: &str) {
        self.each(text, |places| {
            if places.names.last() != Some(&number) {
                places.names.push(number);
            }
        });
    }

    /// The words in the order in which browsers compare them, with their places.
    fn sorted(&self) -> Vec<(&str, &Places)> {
        let entries = self.numbers.iter();
        let mut sorted: Vec<(&str, &Places)> = entries
            .filter_map(|(word, number)| Some((&**word, self.places.get(*number as usize)?)))
            .collect();
        sorted.sort_unstable_by(|(a, _), (b, _)| match a.is_ascii() && b.is_ascii() {
            true => a.cmp(b),
            false => a.encode_utf16().cmp(b.encode_utf16()),
        });
        sorted
    }
}

/// Adds numbers in ascending order: their differences, five bits a digit, the lowest first; the sixth bit says that
/// more follow.
fn write_numbers(out: &mut String, numbers: &[u32]) {
    let mut last = 0;
    for number in numbers {
        let mut rest = number - last;
        last = *number;
        loop {
            let digit = (rest & 31) as usize;
            rest >>= 5;
            let digit = if rest > 0 { digit | 32 } else { digit };
            out.push(
                DIGITS
                    .get(digit)
                    .copied()
                    .unwrap_or_else(|| never!("no digit {digit}" => b'0'))
                    .into(),
            );
            if rest == 0 {
                break;
            }
        }
    }
}

/// Writes the places of words.
struct Postings<'a> {
    /// The briefs about each document that is none.
    about: &'a [Vec<u32>],
    /// By document: the word that listed it last.
    listed: Vec<u32>,
    numbers: Vec<u32>,
}

impl Postings<'_> {
    /// Adds the documents with a word, the `turn`-th: those with it in their title, in a name, in their text.
    fn write(&mut self, turn: u32, places: &Places, out: &mut String) {
        let own = |in_text: u32| {
            let own = places.own.iter().filter(move |place| *place & 1 == in_text);
            own.map(|place| place >> 1)
        };
        own(0).for_each(|number| self.add(turn, number));
        self.end(out);
        out.push(';');
        let about = self.about;
        for name in &places.names {
            self.add(turn, *name);
            let about = about.get(*name as usize).into_iter().flatten();
            about.for_each(|number| self.add(turn, *number));
        }
        self.end(out);
        out.push(';');
        own(1).for_each(|number| self.add(turn, number));
        self.end(out);
        out.truncate(out.trim_end_matches(';').len());
    }

    /// Adds a document to a list of a word, unless it is in one.
    fn add(&mut self, turn: u32, number: u32) {
        if let Some(last) = self.listed.get_mut(number as usize)
            && std::mem::replace(last, turn) != turn
        {
            self.numbers.push(number);
        }
    }

    /// Writes a list.
    fn end(&mut self, out: &mut String) {
        // Names give lists in order, one after the other; others are one.
        self.numbers.sort();
        write_numbers(out, &self.numbers);
        self.numbers.clear();
    }
}

/// The text of inline HTML, with what belongs in its holes.
fn text_of<'t>(body: &Markup, title: impl Fn(TargetIx) -> &'t str) -> String {
    let mut html = Html::with_capacity(body.html.len());
    body.write(&mut html, &mut |fill, out| {
        if let Fill::LinkText(target) = fill {
            out.quoted(title(*target));
        }
    });
    let mut text = String::with_capacity(html.len());
    let mut rest = &*html;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'<' | b'&')) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        let end = match from.starts_with('<') {
            true => '>',
            false => {
                // What is escaped is no letter of a word.
                text.push(' ');
                ';'
            }
        };
        rest = from.split_once(end).map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    text
}

/// Adds a file of the index to a text.
fn deliver(out: &mut String, name: &str, stamp: &str, data: &str) {
    out.push_str("chancerySearch.deliver(\"");
    out.push_str(name);
    out.push_str("\",\"");
    out.push_str(stamp);
    out.push_str("\",");
    out.push_str(data);
    out.push_str(");\n");
}

impl Renderer {
    /// The index, made when it is first asked for.
    pub(super) fn search_index(&self) -> &Index {
        self.search.get_or_init(|| self.make_search_index())
    }

    fn make_search_index(&self) -> Index {
        let graph = &*self.graph;
        let documents = &graph.documents;
        let briefs_of = |document: &DocumentIx| match document {
            DocumentIx::Actor(ix) => graph.actors[*ix].briefs.len(),
            DocumentIx::Topic(ix) => graph.topics[*ix].briefs.len(),
            DocumentIx::Storyline(ix) => graph.storylines[*ix].briefs.len(),
            DocumentIx::Brief(_) | DocumentIx::Page(_) => 0,
        };
        let all = graph.all().into_iter();
        let mut others: Vec<DocumentIx> =
            all.filter(|document| !matches!(document, DocumentIx::Brief(_))).collect();
        others.sort_by_key(|document| (Reverse(briefs_of(document)), *document));

        let number_of = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        let first_brief = number_of(others.len());
        let mut vocabulary = Vocabulary::default();
        let (mut hash, mut days) = (Xxh3::new(), Xxh3::new());
        hash.update(FORMAT);
        let words = self.strings.all().into_iter().filter(|(key, _)| {
            *key == "draft" || key.starts_with("kind_") || key.starts_with("month_")
        });
        for (key, text) in words {
            hash.update(key.as_bytes());
            hash.update(text.as_bytes());
        }
        let mut shown = |document: DocumentIx, summary: &str| {
            let (kind, mark) = self.kind_of(document);
            for text in [self.path(document).as_str(), graph.title(document), summary, kind] {
                hash.update(text.as_bytes());
                hash.update(b"\n");
            }
            hash.update(&[mark.is_some().into()]);
            hash.update(mark.unwrap_or_default().as_bytes());
        };
        let mut about: Vec<Vec<u32>> = vec![Vec::new(); others.len()];
        let mut actors = vec![0; documents.actors.len()];
        let mut topics = vec![0; documents.topics.len()];
        for (index, document) in others.iter().enumerate() {
            let number = number_of(index);
            let title = graph.title(*document);
            let summary = self.summary_of(*document).unwrap_or_default();
            shown(*document, summary);
            vocabulary.title(number, title);
            match document {
                DocumentIx::Actor(ix) => {
                    let front = &documents.actors[*ix].front;
                    vocabulary.name(number, title);
                    for (name, _) in front.other_names() {
                        vocabulary.title(number, name);
                        vocabulary.name(number, name);
                    }
                    if let Some(place) = actors.get_mut(ix.get()) {
                        *place = index;
                    }
                }
                DocumentIx::Topic(ix) => {
                    vocabulary.name(number, title);
                    if let Some(place) = topics.get_mut(ix.get()) {
                        *place = index;
                    }
                }
                _ => {}
            }
            vocabulary.text(number, summary);
        }
        for (ix, document) in documents.briefs.entries() {
            let number = first_brief + number_of(ix.get());
            let links = &graph.briefs[ix];
            let actors = links.actors.iter().filter_map(|actor| actors.get(actor.get()));
            let topics = links.topics.iter().filter_map(|topic| topics.get(topic.get()));
            for index in actors.chain(topics) {
                if let Some(about) = about.get_mut(*index) {
                    about.push(number);
                }
            }
            let summary = self.summary_of(DocumentIx::Brief(ix)).unwrap_or_default();
            shown(DocumentIx::Brief(ix), summary);
            if let Some(date) = document.date {
                let [low, high] = date.year().to_le_bytes();
                days.update(&[low, high, date.month().unsigned_abs(), date.day().unsigned_abs()]);
            }
            vocabulary.title(number, &document.front.title.value);
            vocabulary.text(number, summary);
            for text in document.bluf.iter().chain(&document.judgements) {
                vocabulary.text(number, &self.plain(ix, text));
            }
            for heading in &document.body.headings {
                vocabulary.text(number, &heading.title);
            }
        }

        let sorted = vocabulary.sorted();
        let listed = vec![u32::MAX; others.len() + documents.briefs.len()];
        let mut lists = Postings { about: &about, listed, numbers: Vec::new() };
        let mut text = String::new();
        let mut ends = Vec::with_capacity(sorted.len());
        for (turn, (word, places)) in sorted.iter().enumerate() {
            text.push(',');
            text.push_str(&Html::json(word));
            text.push_str(":\"");
            lists.write(number_of(turn), places, &mut text);
            text.push('"');
            ends.push(text.len());
        }
        hash.update(text.as_bytes());
        hash.update(&days.digest().to_le_bytes());
        let (planned, _) = search_files(graph);
        let mut firsts = Vec::with_capacity(planned);
        let mut files = Vec::with_capacity(planned);
        let mut from = 0;
        let mut rest = sorted.iter().zip(&ends).peekable();
        for file in 1..=planned {
            let Some(((first, _), _)) = rest.peek() else { break };
            // The first file has what comes before the first word too.
            firsts.push(if file == 1 { String::new() } else { (*first).to_owned() });
            let wanted = text.len() * file / planned;
            let mut to = from;
            while let Some((_, end)) = rest.next_if(|(_, end)| to == from || **end <= wanted) {
                to = *end;
            }
            files.push(
                [
                    "{",
                    text.get(from + 1..to)
                        .unwrap_or_else(|| never!("a file of words that has no end" => "")),
                    "}",
                ]
                .concat(),
            );
            from = to;
        }
        // Where there are fewer words than files, the last ones hold none.
        files.resize(planned, "{}".to_owned());
        let mut stamp = format!("{:016x}", hash.digest());
        stamp.truncate(10);
        Index { stamp, others, firsts, files }
    }

    /// The bottom line or a judgement of a brief as plain text.
    fn plain(&self, ix: Ix<Brief>, text: &Markup) -> String {
        let from = DocumentIx::Brief(ix);
        text_of(text, |target| match self.graph.destination(from, target) {
            Destination::Document(to, _) => self.graph.title(*to),
            _ => "",
        })
    }

    /// Writes where which words are.
    pub(super) fn write_search_index(&self, out: &mut String) {
        let index = self.search_index();
        let data = Html::json(&serde_json::json!({ "firsts": index.firsts }));
        deliver(out, "index", &index.stamp, &data);
    }

    /// Writes a file of words.
    pub(super) fn write_search_words(&self, file: usize, out: &mut String) {
        let index = self.search_index();
        let words = index
            .files
            .get(file)
            .map_or_else(|| never!("no file {file} of words" => "{}"), String::as_str);
        deliver(out, &format!("words/{file}"), &index.stamp, words);
    }

    /// Writes what is shown of a block of documents.
    pub(super) fn write_search_block(&self, block: usize, out: &mut String) {
        let index = self.search_index();
        let briefs = self.graph.documents.briefs.len();
        let from = block * SEARCH_BLOCK;
        let numbers = from..(from + SEARCH_BLOCK).min(index.others.len() + briefs);
        let found: Vec<_> = numbers
            .map(|number| {
                let brief = || DocumentIx::Brief(Ix::new(number - index.others.len()));
                self.found(index.others.get(number).copied().unwrap_or_else(brief))
            })
            .collect();
        let data = Html::json(&found);
        deliver(out, &format!("documents/{block}"), &index.stamp, &data);
    }

    /// What kind of document it is, as a word of the theme's strings, and why it is held back from readers if it is, in
    /// words.
    fn kind_of(&self, document: DocumentIx) -> (&str, Option<&str>) {
        let kind = self.kind_word(document);
        let hold = self.graph.hold(document);
        (kind, hold.map(|hold| self.strings.get(hold.why.word())))
    }

    /// What is shown of a document that was found: its path, title, kind and summary, and a brief's date.
    fn found(&self, document: DocumentIx) -> Vec<Cow<'_, str>> {
        let (kind, mark) = self.kind_of(document);
        let kind = self.strings.of("kind", kind);
        let kind = mark.map_or(Cow::Borrowed(kind), |mark| [kind, ", ", mark].concat().into());
        let path = self.path(document).as_str().into();
        let mut texts = vec![
            path,
            self.graph.title(document).into(),
            kind,
            self.summary_of(document).unwrap_or_default().into(),
        ];
        if let DocumentIx::Brief(ix) = document
            && let Some((numbers, words)) = self.day(ix)
        {
            texts.extend([numbers.into(), words.into()]);
        }
        texts
    }
}
