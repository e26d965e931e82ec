//! Tables.

use std::ops::Range;

use pulldown_cmark::{Alignment, Tag, TagEnd};

use super::sink::Sink;
use crate::diagnostic::{Code, Diagnostic};

/// The table that is open; a table holds no other.
#[derive(Default)]
pub(super) struct Tables {
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
                *self = Tables { columns, ..Tables::default() };
                out.block_tag("<div class=\"table\"><table>\n");
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
        out: &mut Sink<'_, '_>,
    ) {
        match tag {
            TagEnd::Table => out.block_tag(match self.has_rows {
                true => "</tbody></table></div>\n",
                false => "</table></div>\n",
            }),
            TagEnd::TableHead => {
                self.in_head = false;
                out.block_tag("</tr></thead>\n");
            }
            TagEnd::TableRow => {
                out.block_tag("</tr>\n");
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
