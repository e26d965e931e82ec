//! Tables.

use pulldown_cmark::{Alignment, Tag, TagEnd};

use super::sink::Sink;

/// The table that is open; a table holds no other.
#[derive(Default)]
pub(super) struct Tables {
    columns: Vec<Alignment>,
    column: usize,
    in_head: bool,
    has_rows: bool,
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
    pub(super) fn end(&mut self, tag: TagEnd, out: &mut Sink<'_, '_>) {
        match tag {
            TagEnd::Table => out.block_tag(match self.has_rows {
                true => "</tbody></table></div>\n",
                false => "</table></div>\n",
            }),
            TagEnd::TableHead => {
                self.in_head = false;
                out.block_tag("</tr></thead>\n");
            }
            TagEnd::TableRow => out.block_tag("</tr>\n"),
            TagEnd::TableCell => {
                self.column += 1;
                out.block_tag(if self.in_head { "</th>" } else { "</td>" });
            }
            _ => {}
        }
    }
}
