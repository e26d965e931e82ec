//! Tables.

use std::ops::Range;

use pulldown_cmark::{Alignment, Tag, TagEnd};
use rustc_hash::FxHashMap;

use super::body::TargetIx;
use super::mentions::Mentions;
use super::quote::{LONGEST_QUOTE, Quote};
use super::sink::Sink;
use crate::diagnostic::{Code, Diagnostic};
use crate::html::Html;

/// Parts the cells of a row that is quoted.
const CELL: &str = " · ";
/// A table's name is no longer, in bytes.
const LONGEST_NAME: usize = 120;

/// The first of some texts of cells: as many as a quote can show, and one.
fn nearest<'t>(texts: impl Iterator<Item = &'t (usize, &'t str)>) -> Vec<&'t str> {
    let mut length = 0;
    let texts = texts.map(|(_, text)| *text);
    let shown = texts.take_while(|text| {
        let is_shown = length <= LONGEST_QUOTE;
        length += text.len();
        is_shown
    });
    shown.collect()
}

/// A cell of the row that is open.
#[derive(Default)]
struct Cell {
    /// Its plain text.
    text: String,
    /// The actors that it is the first to mention, or to mention outside of a heading, by their places among all.
    mentions: Vec<usize>,
    /// The links and images in it.
    targets: Range<usize>,
}

/// The table that is open; a table holds no other.
#[derive(Default)]
pub(super) struct Tables {
    /// Where its tag stands in the HTML, before so many holes and special ranges.
    start: (usize, usize, usize),
    /// The cells of the row that is open.
    row: Vec<Cell>,
    /// How many targets there were before the last of them.
    targets: usize,
    /// What tables of the document are called, and how many are called so.
    names: FxHashMap<String, usize>,
    columns: Vec<Alignment>,
    column: usize,
    in_head: bool,
    has_rows: bool,
    /// Where the last cell of the row ends in the source.
    cell_end: usize,
}

impl Tables {
    /// Begins a table or a part of one.
    pub(super) fn start(&mut self, tag: Tag<'_>, out: &mut Sink<'_, '_>) {
        match tag {
            Tag::Table(columns) => {
                let names = std::mem::take(&mut self.names);
                let fragment = &out.fragment;
                let start = (fragment.html.len(), fragment.holes.len(), fragment.special.len());
                *self = Tables { columns, start, names, ..Tables::default() };
                out.block_tag("<table>\n");
            }
            Tag::TableHead => {
                self.in_head = true;
                self.column = 0;
                out.block_tag("<thead><tr>");
            }
            Tag::TableRow => {
                if !self.has_rows {
                    out.block_tag("<tbody>\n");
                    self.has_rows = true;
                }
                self.column = 0;
                out.block_tag("<tr>");
            }
            Tag::TableCell => {
                self.targets = out.targets.len();
                let class = match self.columns.get(self.column) {
                    Some(Alignment::Left) => " class=\"left\"",
                    Some(Alignment::Center) => " class=\"center\"",
                    Some(Alignment::Right) => " class=\"right\"",
                    _ => "",
                };
                let (name, scope) =
                    if self.in_head { ("th", " scope=\"col\"") } else { ("td", "") };
                for part in ["<", name, scope, class, ">"] {
                    out.block_tag(part);
                }
            }
            _ => {}
        }
    }

    /// Ends a table or a part of one.
    pub(super) fn end(
        &mut self,
        tag: TagEnd,
        source: &str,
        range: &Range<usize>,
        mentions: &mut Mentions,
        out: &mut Sink<'_, '_>,
    ) {
        match tag {
            TagEnd::Table => out.block_tag(match self.has_rows {
                true => "</tbody></table></section>\n",
                false => "</table></section>\n",
            }),
            TagEnd::TableHead => {
                self.in_head = false;
                out.block_tag("</tr></thead>\n");
                self.name(out);
                self.quote(mentions, out);
            }
            TagEnd::TableRow => {
                out.block_tag("</tr>\n");
                self.quote(mentions, out);
                self.report_lost(source, range, out);
            }
            TagEnd::TableCell => {
                self.column += 1;
                self.cell_end = range.end;
                out.block_tag(if self.in_head { "</th>" } else { "</td>" });
            }
            _ => {}
        }
    }

    /// Notes a cell of the row that is open: its plain text, whom it mentions, and its targets.
    pub(super) fn cell(&mut self, text: String, mentions: Vec<usize>, out: &Sink<'_, '_>) {
        let targets = self.targets..out.targets.len();
        self.row.push(Cell { text, mentions, targets });
    }

    /// Writes the tag around the table: it scrolls if it is wide, by the keyboard too, and is called what its columns are.
    fn name(&mut self, out: &mut Sink<'_, '_>) {
        if out.inline {
            return;
        }
        let heads = self.row.iter().map(|cell| cell.text.trim()).filter(|text| !text.is_empty());
        let mut name = heads.collect::<Vec<_>>().join(", ");
        name.truncate(name.floor_char_boundary(LONGEST_NAME));
        let count = self.names.entry(name.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            name = format!("{name} ({count})");
        }
        let mut tag = Html::of("<section class=\"table\" tabindex=\"0\"");
        if !name.is_empty() {
            tag.attribute("aria-label", &name);
        }
        tag.literal(">");
        let (at, holes, special) = self.start;
        out.fragment.insert(at, &tag, holes, special);
    }

    /// Ends the row: what is quoted of one of its cells is quoted of all of it, as a cell alone says little.
    fn quote(&mut self, mentions: &mut Mentions, out: &mut Sink<'_, '_>) {
        let row = std::mem::take(&mut self.row);
        let filled = row.iter().map(|cell| cell.text.trim()).enumerate();
        let filled: Vec<_> = filled.filter(|(_, text)| !text.is_empty()).collect();
        for (number, cell) in row.iter().enumerate() {
            if cell.mentions.is_empty() && cell.targets.is_empty() {
                continue;
            }
            let (before, rest) = filled.split_at(filled.partition_point(|(at, _)| *at < number));
            let after = rest.iter().filter(|(at, _)| *at != number);
            let mut before = nearest(before.iter().rev());
            before.reverse();
            let (before, after) = (before.join(CELL), nearest(after).join(CELL));
            let of_row = |quote: &Quote| {
                let (start, marked, end) = quote.parts();
                let start =
                    if before.is_empty() { start.into() } else { [&before, CELL, start].concat() };
                let end = if after.is_empty() { end.into() } else { [end, CELL, &after].concat() };
                Quote::new(&start, marked, &end)
            };
            for mention in &cell.mentions {
                mentions.requote(*mention, of_row);
            }
            for target in cell.targets.clone() {
                out.targets.requote(TargetIx::new(target), of_row);
            }
        }
    }

    /// Reports the cells of a row that no column is there for (GFM, 4.10: the excess is ignored).
    fn report_lost(&self, source: &str, row: &Range<usize>, out: &mut Sink<'_, '_>) {
        if self.column < self.columns.len() {
            return;
        }
        let Some(rest) = source.get(self.cell_end..row.end) else { return };
        let lost = rest.trim_matches(|c: char| c.is_whitespace() || c == '|');
        if lost.is_empty() {
            return;
        }
        let start = self.cell_end + rest.find(lost).unwrap_or_default();
        let message =
            format!("this row has more cells than the table has columns: {}", self.columns.len());
        let finding = Diagnostic::new(Code::ExtraCell, message).label("not shown").help(
            "give the table's head a cell for it, or write `\\|` for a bar that parts no cells",
        );
        out.report(&(start..start + lost.len()), finding);
    }
}
