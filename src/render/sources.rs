//! The sources of a brief on its page and in feeds: citations, endnotes, and what they are like in words.

use std::collections::BTreeMap;

use crate::arena::Ix;
use crate::corpus::Document;
use crate::front_matter::{Brief, Grade, PartialDate, Source};
use crate::graph::DocumentIx;
use crate::html::Html;
use crate::markdown::{CitationIx, citation_anchor, source_anchor};
use crate::never;

use super::strings::Strings;
use super::value::{IntoValue, Value};
use super::view::{CitationView, SourceView};
use super::{Renderer, Shown, dates};

/// What stands between parts of an endnote.
const AND: &str = ", ";

/// A grade in words, such as "usually reliable, probably true".
fn grade_in_words(strings: &Strings, grade: Grade) -> String {
    let reliability = strings.of("reliability", grade.reliability());
    let credibility = strings.of("credibility", grade.credibility());
    [reliability, credibility].join(AND)
}

/// When a source was retracted, in words.
fn retraction(strings: &Strings, source: &Source) -> Option<String> {
    let date = source.retracted.as_ref().filter(|_| source.is_retracted())?;
    Some([strings.get("source_retracted_on"), &dates::partial(strings, &date.value)].join(" "))
}

/// What a source is, to a reader who points at its number.
fn hint(strings: &Strings, source: &Source) -> String {
    let mut hint = source.title.value.clone();
    if let Some(grade) = &source.grade {
        hint.push_str(&format!(" ({}: {})", grade.value, grade_in_words(strings, grade.value)));
    }
    if let Some(retraction) = retraction(strings, source) {
        hint.push_str(". ");
        hint.push_str(&retraction);
    }
    hint
}

impl Renderer {
    /// Appends the number of a source that a document cites, with a link to its endnote and the place in it.
    pub(super) fn cite(
        &self,
        from: DocumentIx,
        citation: CitationIx,
        root: &str,
        shown: Shown,
        out: &mut Html,
    ) {
        let DocumentIx::Brief(ix) = from else {
            return never!("a citation in a document that has no sources");
        };
        let document = &self.graph.documents.briefs[ix];
        let cited = || {
            let citation = document.body.citations.get(citation.get())?;
            let source = document.front.sources.get(citation.source as usize)?;
            Some((citation, source, document.endnotes.as_ref()?))
        };
        let Some((written, source, endnotes)) = cited() else {
            return never!("{citation:?} of a source that is not there");
        };
        let number = endnotes.number(written.source as usize).unwrap_or_default();
        let strings = self.strings_of(from);
        out.literal("[<a");
        // The endnotes are on the page of the brief.
        let page = match shown {
            Shown::Elsewhere => [root, self.path(from).as_str()].concat(),
            Shown::AtHome | Shown::InFeed => String::new(),
        };
        out.attribute("href", &[&page, "#", &source_anchor(&source.id.value)].concat());
        if let Some(nth) = endnotes.nth(citation).filter(|_| shown != Shown::Elsewhere) {
            out.attribute("id", &citation_anchor(&source.id.value, nth));
        }
        out.literal(" role=\"doc-noteref\"");
        out.attribute("title", &hint(strings, source));
        out.literal(">");
        out.number(u64::from(number));
        out.literal("</a>");
        if !written.place.is_empty() {
            out.literal(AND);
            out.text(&written.place);
        }
        if source.is_retracted() {
            out.literal(AND);
            out.literal("<em>");
            out.text(strings.get("source_retracted"));
            out.literal("</em>");
        }
        out.literal("]");
    }

    /// The sources of a brief, as templates see them, in the order of their numbers.
    pub(super) fn sources(&self, ix: Ix<Brief>) -> Vec<Value<'_>> {
        let document = &self.graph.documents.briefs[ix];
        let Some(endnotes) = &document.endnotes else { return Vec::new() };
        let mut citations: BTreeMap<u32, Vec<Value<'_>>> = BTreeMap::new();
        // In the order of the page, where the bottom line stands before the text.
        let mut shown: Vec<(usize, u32)> = endnotes.shown().collect();
        shown.sort_unstable_by_key(|(_, nth)| *nth);
        for (at, nth) in shown {
            let Some(citation) = document.body.citations.get(at) else { continue };
            let source = document.front.sources.get(citation.source as usize);
            let view = source.map(|source| CitationView {
                n: nth as usize,
                anchor: citation_anchor(&source.id.value, nth),
                place: Some(&*citation.place).filter(|place| !place.is_empty()),
            });
            let all = citations.entry(citation.source).or_default();
            all.extend(view.map(IntoValue::into_value));
        }
        let strings = self.strings_of(DocumentIx::Brief(ix));
        let sources = document.sources();
        sources
            .map(|(number, at, source)| {
                let citations = u32::try_from(at).ok().and_then(|at| citations.remove(&at));
                source_view(strings, number, source, citations.unwrap_or_default())
            })
            .collect()
    }

    /// The sources of a brief that were retracted, as templates see them.
    pub(super) fn retracted_sources(&self, ix: Ix<Brief>) -> Vec<Value<'_>> {
        let strings = self.strings_of(DocumentIx::Brief(ix));
        let retracted = self.graph.documents.briefs[ix].retracted();
        retracted
            .map(|(number, _, source)| source_view(strings, number, source, Vec::new()))
            .collect()
    }

    /// What the sources of a brief are like, in words: how many of which kinds and grades, and from when to when (ICD 206,
    /// the source summary statement).
    pub(super) fn source_summary(&self, ix: Ix<Brief>) -> Option<String> {
        let brief = &self.graph.documents.briefs[ix].front;
        let is_there = !brief.sources.is_empty();
        is_there.then(|| summary(self.strings_of(DocumentIx::Brief(ix)), brief))
    }

    /// Appends what a reader of a feed is told of the sources of a brief that were retracted.
    pub(super) fn write_retracted(&self, ix: Ix<Brief>, out: &mut Html) {
        let document = &self.graph.documents.briefs[ix];
        let strings = self.strings_of(DocumentIx::Brief(ix));
        let mut retracted = document.retracted().peekable();
        if retracted.peek().is_none() {
            return;
        }
        out.literal("<p><strong>");
        out.text(strings.get("rests_on_retracted"));
        out.literal("</strong></p>\n<ul>\n");
        for (_, _, source) in retracted {
            out.literal("<li>");
            write_title(source, out);
            write_retraction(strings, source, out);
            out.literal("</li>\n");
        }
        out.literal("</ul>\n");
    }

    /// What a reader of a feed is told of the sources of a brief that were retracted, if there are such, as plain text.
    pub(super) fn retraction_notice(&self, ix: Ix<Brief>) -> Option<String> {
        let document = &self.graph.documents.briefs[ix];
        if !document.front.has_retracted() {
            return None;
        }
        let strings = self.strings_of(DocumentIx::Brief(ix));
        let mut notice = String::new();
        for (_, _, source) in document.retracted() {
            if notice.is_empty() {
                notice.push_str(strings.get("rests_on_retracted"));
            }
            let when = retraction(strings, source).unwrap_or_default();
            notice.push_str(&format!(" {}. {when}", source.title.value));
            if let Some(reason) = &source.reason {
                notice.push_str(&format!(": {}", reason.value));
            }
        }
        (!notice.is_empty()).then_some(notice)
    }

    /// Appends the sources of a brief as a list, for a feed, whose readers have no other page.
    pub(super) fn write_sources(&self, ix: Ix<Brief>, out: &mut Html) {
        let document: &Document<Brief> = &self.graph.documents.briefs[ix];
        if document.endnotes.is_none() {
            return;
        }
        let strings = self.strings_of(DocumentIx::Brief(ix));
        out.literal("<h2>");
        out.text(strings.get("sources"));
        out.literal("</h2>\n<p>");
        out.text(&summary(strings, &document.front));
        out.literal("</p>\n<ol>\n");
        for (_, _, source) in document.sources() {
            out.literal("<li>");
            if let Some(author) = &source.author {
                out.text(author);
                out.literal(AND);
            }
            write_title(source, out);
            if let Some(publisher) = &source.publisher {
                out.literal(AND);
                out.text(publisher);
            }
            if let Some(date) = &source.date {
                out.literal(AND);
                out.text(&dates::partial(strings, &date.value));
            }
            out.literal(".");
            if let Some(grade) = &source.grade {
                out.literal(" ");
                out.text(&format!("{}: {}.", grade.value, grade_in_words(strings, grade.value)));
            }
            write_retraction(strings, source, out);
            out.literal("</li>\n");
        }
        out.literal("</ol>\n");
    }
}

/// Appends the title of a source, with a link if it is on the web.
fn write_title(source: &Source, out: &mut Html) {
    let url = source.url.as_ref().or(source.archived.as_ref());
    if let Some(url) = url {
        out.literal("<a");
        out.attribute("href", &url.value);
        out.literal(">");
    }
    out.literal("<cite>");
    out.text(&source.title.value);
    out.literal("</cite>");
    if url.is_some() {
        out.literal("</a>");
    }
}

/// Appends when and why a source was retracted, if it was.
fn write_retraction(strings: &Strings, source: &Source, out: &mut Html) {
    let Some(when) = retraction(strings, source) else { return };
    out.literal(" <strong>");
    out.text(&when);
    out.literal("</strong>");
    if let Some(reason) = &source.reason {
        out.literal(": ");
        out.text(&reason.value);
    }
}

fn source_view<'a>(
    strings: &'a Strings,
    number: usize,
    source: &'a Source,
    citations: Vec<Value<'a>>,
) -> Value<'a> {
    let date = source.date.as_ref().map(|date| &date.value);
    let grade = source.grade.as_ref().map(|grade| grade.value);
    SourceView {
        number,
        id: &source.id.value,
        anchor: source_anchor(&source.id.value),
        title: &source.title.value,
        author: source.author.as_deref(),
        publisher: source.publisher.as_deref(),
        date: date.map(ToString::to_string),
        date_text: date.map(|date| dates::partial(strings, date)),
        url: source.url.as_ref().map(|url| &*url.value),
        archived: source.archived.as_ref().map(|url| &*url.value),
        accessed_text: source.accessed.as_ref().map(|day| dates::day(strings, day.value)),
        kind: source.kind.map(|kind| kind.word()),
        kind_text: source.kind.map(|kind| strings.of("source_kind", kind.word())),
        grade: grade.map(|grade| grade.to_string()),
        grade_text: grade.map(|grade| grade_in_words(strings, grade)),
        descriptor: source.descriptor.as_ref().map(|text| text.value.as_str()),
        retracted: source.is_retracted(),
        retracted_text: retraction(strings, source),
        reason: source.reason.as_ref().map(|reason| reason.value.as_str()),
        citations,
    }
    .into_value()
}

/// How often each of some things is there, the most frequent first, and what has none of them: "report (3), article (1)".
fn counted<K: Ord>(
    all: impl Iterator<Item = Option<K>>,
    words: impl Fn(K) -> String,
    none: &str,
) -> Option<String> {
    let (mut counts, mut without) = (BTreeMap::new(), 0_usize);
    for one in all {
        match one {
            Some(one) => *counts.entry(one).or_insert(0_usize) += 1,
            None => without += 1,
        }
    }
    if counts.is_empty() {
        return None;
    }
    let mut counts: Vec<(K, usize)> = counts.into_iter().collect();
    counts.sort_by(|(_, one), (_, other)| other.cmp(one));
    let mut parts: Vec<String> =
        counts.into_iter().map(|(one, count)| format!("{} ({count})", words(one))).collect();
    if without > 0 {
        parts.push(format!("{none} ({without})"));
    }
    Some(parts.join(AND))
}

/// What the sources of a brief are like, in words, and how many of its judgements rest on one alone.
fn summary(strings: &Strings, brief: &Brief) -> String {
    let sources = brief.sources.as_slice();
    let word = |key: &'static str| strings.get(key);
    let count = sources.len();
    let noun = word(if count == 1 { "source_one" } else { "source_many" });
    let mut sentences = Vec::new();
    let kinds = counted(
        sources.iter().map(|source| source.kind.map(|kind| strings.of("source_kind", kind.word()))),
        str::to_owned,
        word("source_of_no_kind"),
    );
    sentences.push(match kinds {
        Some(kinds) => format!("{count} {noun}: {kinds}."),
        None => format!("{count} {noun}."),
    });
    let grades = counted(
        sources.iter().map(|source| source.grade.as_ref().map(|grade| grade.value)),
        |grade| format!("{grade} {}", grade_in_words(strings, grade)),
        word("source_ungraded"),
    );
    sentences.extend(grades.map(|grades| format!("{}: {grades}.", word("source_grades"))));
    let dates = || sources.iter().filter_map(|source| Some(&source.date.as_ref()?.value));
    let oldest = dates().min_by_key(|date| date.first_day());
    let newest = dates().max_by_key(|date| date.last_day());
    if let (Some(oldest), Some(newest)) = (oldest, newest) {
        let day = |date: &PartialDate| dates::partial(strings, date);
        let undated = count - dates().count();
        sentences.push(match oldest == newest {
            true => format!("{}: {}", word("source_dates"), day(oldest)),
            false => {
                let (from, to) = (day(oldest), day(newest));
                format!("{}: {from} {} {to}", word("source_dates"), word("source_to"))
            }
        });
        if let Some(last) = sentences.last_mut() {
            if undated > 0 {
                last.push_str(&format!("{AND}{} ({undated})", word("source_undated")));
            }
            last.push('.');
        }
    }
    let retracted = sources.iter().filter(|source| source.is_retracted()).count();
    if retracted > 0 {
        sentences.push(format!("{}: {retracted}.", word("source_retracted_count")));
    }
    let alone = brief.on_one_source();
    if alone > 0 {
        sentences.push(format!("{}: {alone}.", word("source_alone")));
    }
    sentences.join(" ")
}
