//! How a brief is cited by others: as a line, and as an entry of BibTeX. What other programs take (RIS, CSL-JSON) is made
//! by `static/theme/reader.js` of the structured data of the page.

use crate::arena::Ix;
use crate::front_matter::Brief;
use crate::graph::DocumentIx;

use super::Renderer;
use super::value::{IntoValue, Value};
use super::view::ReferenceView;

/// A text as a value of BibTeX: what TeX would obey is written as the sign that it is.
fn tex(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '{' | '}' | '#' | '$' | '%' | '&' | '_' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

impl Renderer {
    /// How the brief at an address is cited.
    pub(super) fn reference_to(&self, ix: Ix<Brief>) -> Value<'_> {
        let config = &*self.config;
        let front = &self.graph.documents.briefs[ix].front;
        let url = self.absolute(self.plan.path(&self.graph, DocumentIx::Brief(ix)));
        let (date, day) = self.day(ix).map_or(("", ""), |(date, day)| (date, day));
        let title = &front.title.value;
        let site = &config.title.value;
        let authors = front.authors.join(", ");
        let by = if authors.is_empty() { String::new() } else { format!("{authors}. ") };
        let plain = format!("{by}“{title}”. {site}, {day}. {url}");
        let mut fields = vec![("title", tex(title)), ("date", date.to_owned())];
        if !front.authors.is_empty() {
            let author = |name: &String| match config.is_desk(name) {
                // A name in braces is not taken apart.
                true => format!("{{{}}}", tex(name)),
                false => tex(name),
            };
            let authors: Vec<String> = front.authors.iter().map(author).collect();
            fields.insert(0, ("author", authors.join(" and ")));
        }
        let publisher = config.publisher.as_deref().unwrap_or(site);
        fields.extend([("organization", tex(publisher)), ("url", url)]);
        let id = self.graph.id(DocumentIx::Brief(ix));
        let key: String = id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        let fields = fields.iter().map(|(name, value)| format!(",\n  {name} = {{{value}}}"));
        let bibtex = format!("@online{{{key}{}\n}}", fields.collect::<String>());
        ReferenceView { plain: plain.into(), bibtex: bibtex.into() }.into_value()
    }
}

#[cfg(test)]
mod tests {
    use super::tex;

    #[test]
    fn nothing_in_a_title_is_obeyed_by_tex() {
        assert_eq!(tex("50 % of {A} & \\B_1"), "50 \\% of \\{A\\} \\& \\textbackslash{}B\\_1");
        assert_eq!(
            tex("Türkiye ~ #1 ^ $"),
            "Türkiye \\textasciitilde{} \\#1 \\textasciicircum{} \\$"
        );
    }
}
