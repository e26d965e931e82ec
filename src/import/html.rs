//! The HTML of an editor as Markdown.

use std::sync::LazyLock;

use htmd::element_handler::{HandlerResult, Handlers};
use htmd::options::{BrStyle, BulletListMarker, Options};
use htmd::{Element, HtmlToMarkdown};

use crate::html::Html;

use super::model::System;
use super::templates::in_brackets;

/// What stands around a caption until its figure is known: letters that no text has.
const CAPTION: (char, char) = ('\u{e0c0}', '\u{e0c1}');

/// Elements that begin a block (HTML Standard, 15.3.3), as WordPress knows them.
const BLOCKS: [&str; 25] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "details",
    "div",
    "dl",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
];

/// Shortcodes that WordPress has by itself.
const SHORTCODES: [&str; 8] =
    ["caption", "wp_caption", "gallery", "audio", "video", "playlist", "embed", "contact-form-7"];

static CONVERTER: LazyLock<HtmlToMarkdown> = LazyLock::new(|| {
    HtmlToMarkdown::builder()
        .options(Options {
            br_style: BrStyle::Backslash,
            bullet_list_marker: BulletListMarker::Dash,
            ul_bullet_spacing: 1,
            ol_number_spacing: 1,
            ..Options::default()
        })
        .scripting_enabled(false)
        .skip_tags(vec!["script", "style", "noscript", "template", "svg", "form"])
        .add_handler(vec!["figcaption"], caption)
        .add_handler(vec!["figure"], figure)
        .add_handler(vec!["iframe", "video", "audio", "embed"], player)
        .build()
});

/// A text in HTML as Markdown, and what was not understood: its kind, and itself.
pub(super) fn markdown(html: &str, system: System) -> (String, Vec<(String, String)>) {
    let mut found = Vec::new();
    let html = html.replace([CAPTION.0, CAPTION.1], "");
    let html = match system {
        System::Wordpress => of_wordpress(&html, &mut found),
        _ => html,
    };
    for tag in crate::html::tags(&html).filter(|tag| !tag.closes) {
        if matches!(tag.name.as_str(), "iframe" | "video" | "audio" | "embed") {
            let source = tag.attribute("src").unwrap_or_default();
            found.push((format!("`<{}>`: a link now", tag.name), source));
        } else if matches!(tag.name.as_str(), "script" | "style" | "form" | "svg") {
            found.push((format!("`<{}>`: left out", tag.name), String::new()));
        }
    }
    // What is nested too deep for a page is too deep for the converter.
    let converted = match Html::cleaned(&html) {
        Ok(_) => CONVERTER.convert(&html).ok(),
        Err(_) => None,
    };
    let text = converted.unwrap_or_else(|| {
        found.push(("HTML that is nested too deep: its text is taken".to_owned(), String::new()));
        without_tags(&html)
    });
    (text.replace([CAPTION.0, CAPTION.1], ""), found)
}

/// The text of HTML, in paragraphs where blocks begin.
fn without_tags(html: &str) -> String {
    let mut out = String::new();
    for part in html.split('<') {
        let (tag, text) = part.split_once('>').unwrap_or(("", part));
        let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next();
        let is_block = name.is_some_and(|name| BLOCKS.contains(&&*name.to_ascii_lowercase()));
        if is_block && !out.ends_with("\n\n") {
            out.push_str("\n\n");
        }
        out.push_str(&crate::html::unescape(text).replace(['<', '>', '[', ']'], " "));
    }
    out
}

/// The value of an attribute.
fn attribute(element: &Element<'_>, wanted: &str) -> Option<String> {
    let found = element.attrs.iter().find(|attribute| &*attribute.name.local == wanted);
    found.map(|attribute| attribute.value.trim().to_owned()).filter(|value| !value.is_empty())
}

fn caption(handlers: &dyn Handlers, element: Element<'_>) -> Option<HandlerResult> {
    let words = handlers.walk_children(element.node).content;
    Some(format!("{}{}{}", CAPTION.0, words.trim(), CAPTION.1).into())
}

/// An image with its caption behind it becomes a figure; anything else stays, with its caption as a paragraph.
fn figure(handlers: &dyn Handlers, element: Element<'_>) -> Option<HandlerResult> {
    let inside = handlers.walk_children(element.node).content;
    let Some((before, rest)) = inside.split_once(CAPTION.0) else {
        return Some(format!("\n\n{}\n\n", inside.trim()).into());
    };
    let (words, behind) = rest.split_once(CAPTION.1).unwrap_or((rest, ""));
    let shown = format!("{}{}", before.trim(), behind.trim());
    let is_plain = !words.contains("](") && !words.contains(['\n', '*', '`']);
    let image = shown.strip_suffix(')').filter(|image| {
        image.starts_with("![")
            && !image.contains('\n')
            && !image.ends_with('"')
            && image.matches("](").count() == 1
    });
    Some(match image.filter(|_| is_plain && !words.is_empty()) {
        Some(image) => format!("\n\n{image} \"{}\")\n\n", words.replace('"', "\\\"")).into(),
        None => format!("\n\n{shown}\n\n{words}\n\n").into(),
    })
}

/// What plays something of another site becomes a link to it.
fn player(_: &dyn Handlers, element: Element<'_>) -> Option<HandlerResult> {
    let source = attribute(&element, "src")?;
    let title = attribute(&element, "title");
    let id = |lead: &str| {
        let (_, rest) = source.split_once(lead)?;
        let end = rest.find(['?', '&', '/', '#']).unwrap_or(rest.len());
        rest.get(..end).map(str::to_owned)
    };
    let (address, words) = match (
        id("youtube.com/embed/").or_else(|| id("youtube-nocookie.com/embed/")),
        id("player.vimeo.com/video/"),
    ) {
        (Some(id), _) => (format!("https://www.youtube.com/watch?v={id}"), "Video on YouTube"),
        (_, Some(id)) => (format!("https://vimeo.com/{id}"), "Video on Vimeo"),
        _ => (
            source.clone(),
            match element.tag {
                "video" => "Video",
                "audio" => "Recording",
                _ => "Shown on another site",
            },
        ),
    };
    let address = address.replace(' ', "%20").replace('(', "%28").replace(')', "%29");
    let words = in_brackets(title.as_deref().unwrap_or(words));
    Some(format!("\n\n[{words}]({address})\n\n").into())
}

/// What WordPress does to a text before it is HTML: the comments of its editor, its shortcodes, and paragraphs where lines
/// are blank.
fn of_wordpress(text: &str, found: &mut Vec<(String, String)>) -> String {
    let has_blocks = text.contains("<!-- wp:");
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("<!--") {
        out.push_str(before);
        let Some((_, behind)) = behind.split_once("-->") else {
            rest = "";
            break;
        };
        rest = behind;
    }
    out.push_str(rest);
    let out = captions(&out);
    shortcodes(&out, found);
    match has_blocks || out.contains("<p>") || out.contains("<p ") {
        true => out,
        false => paragraphs(&out),
    }
}

/// `[caption …]<img …> words[/caption]` as a figure, `[embed]address[/embed]` as the address.
fn captions(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('[') {
        let (before, here) = rest.split_at(at);
        out.push_str(before);
        let whole = ["caption", "wp_caption", "embed"].into_iter().find_map(|name| {
            let behind = here.strip_prefix('[')?.strip_prefix(name)?;
            if !behind.starts_with([' ', ']']) {
                return None;
            }
            let (_, inside) = behind.split_once(']')?;
            let (inside, behind) = inside.split_once(&format!("[/{name}]"))?;
            Some((name, inside, behind))
        });
        match whole {
            Some(("embed", inside, behind)) => {
                out.push_str(&format!("\n\n{}\n\n", inside.trim()));
                rest = behind;
            }
            Some((_, inside, behind)) => {
                // The image, perhaps in a link, and what stands behind it.
                let end = inside.rfind('>').map_or(0, |end| end + 1);
                let (image, words) = inside.split_at(end);
                out.push_str(&format!(
                    "\n\n<figure>{image}<figcaption>{}</figcaption></figure>\n\n",
                    words.trim()
                ));
                rest = behind;
            }
            None => {
                out.push('[');
                rest = here.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

/// Tells of shortcodes, which stay as they are.
fn shortcodes(text: &str, found: &mut Vec<(String, String)>) {
    for part in text.split('[').skip(1) {
        let Some((inside, _)) = part.split_once(']') else { continue };
        let name = inside.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
        let is_name = name.len() > 1
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || b"_-".contains(&byte));
        let has_values = inside.contains("=\"") || inside.contains("='");
        if is_name && (has_values || SHORTCODES.contains(&name)) {
            let shown: String = inside.chars().take(120).collect();
            found.push((format!("shortcode `{name}`"), format!("[{shown}]")));
        }
    }
}

/// Makes paragraphs of lines, as WordPress does where its editor has made none.
fn paragraphs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_pre = false;
    for part in text.split("\n\n") {
        let trimmed = part.trim();
        if trimmed.is_empty() {
            if in_pre {
                out.push_str("\n\n");
            }
            continue;
        }
        let name = trimmed.strip_prefix('<').map(|tag| {
            tag.trim_start_matches('/')
                .split(|c: char| !c.is_ascii_alphanumeric())
                .next()
                .unwrap_or_default()
        });
        let is_block = name.is_some_and(|name| BLOCKS.contains(&&*name.to_ascii_lowercase()));
        let opens = trimmed.matches("<pre").count() > trimmed.matches("</pre>").count();
        let closes = trimmed.matches("</pre>").count() > trimmed.matches("<pre").count();
        if in_pre || is_block || opens {
            out.push_str(part);
            out.push_str("\n\n");
        } else {
            out.push_str(&format!("<p>{}</p>\n", trimmed.replace('\n', "<br>")));
        }
        in_pre = (in_pre || opens) && !closes;
    }
    out
}
