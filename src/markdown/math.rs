//! LaTeX formulas to MathML.
//!
//! What the converter writes is not HTML that a page may have: it puts text of the author into it as it stands. So it is
//! read again by a strict reader, and built anew from the elements and attributes of MathML Core that are listed here.
//! Whatever is not among them makes the formula one that cannot be shown.

use std::panic::catch_unwind;

use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::event::{Content, Event};
use pulldown_latex::{Parser, Storage, push_mathml};

use crate::html::Html;

/// The longest formula that is read, in bytes.
const LONGEST: usize = 16 * 1024;
/// The most commands, scripts and groups in one formula. The parser recurses once for each at worst
/// (`\frac x\frac x…`), and a thread's stack must hold that.
const MOST_PARTS: usize = 500;

/// Elements that hold others (MathML Core, 3), with their tags.
const ELEMENTS: [(&str, &str, &str); 16] = [
    ("math", "<math", "</math>"),
    ("mfrac", "<mfrac", "</mfrac>"),
    ("mover", "<mover", "</mover>"),
    ("mpadded", "<mpadded", "</mpadded>"),
    ("mphantom", "<mphantom", "</mphantom>"),
    ("mroot", "<mroot", "</mroot>"),
    ("mrow", "<mrow", "</mrow>"),
    ("msqrt", "<msqrt", "</msqrt>"),
    ("msub", "<msub", "</msub>"),
    ("msubsup", "<msubsup", "</msubsup>"),
    ("msup", "<msup", "</msup>"),
    ("mtable", "<mtable", "</mtable>"),
    ("mtd", "<mtd", "</mtd>"),
    ("mtr", "<mtr", "</mtr>"),
    ("munder", "<munder", "</munder>"),
    ("munderover", "<munderover", "</munderover>"),
];
/// Elements that hold text.
const TOKENS: [(&str, &str, &str); 4] = [
    ("mi", "<mi", "</mi>"),
    ("mn", "<mn", "</mn>"),
    ("mo", "<mo", "</mo>"),
    ("mtext", "<mtext", "</mtext>"),
];

/// The characters that the converter writes as they are, and what stands for them while it writes: characters that
/// Unicode sets aside for the use inside of a program.
const MARKUP: [(char, char); 5] = [
    ('<', '\u{FDD0}'),
    ('>', '\u{FDD1}'),
    ('&', '\u{FDD2}'),
    ('"', '\u{FDD3}'),
    ('\'', '\u{FDD4}'),
];

/// The formula as MathML, or what is wrong with it.
pub(super) fn render(latex: &str, display: bool) -> Result<Html, String> {
    if latex.len() > LONGEST {
        return Err(format!("the formula is longer than {LONGEST} bytes"));
    }
    let parts =
        latex.bytes().filter(|byte| matches!(byte, b'\\' | b'^' | b'_' | b'{' | b'\'')).count();
    if parts > MOST_PARTS {
        return Err(format!("the formula has more than {MOST_PARTS} commands and groups"));
    }
    catch_unwind(|| rebuild(&convert(latex, display)?))
        .unwrap_or_else(|_| Err("the formula cannot be read".to_owned()))
}

/// What the converter makes of a formula, with the author's markup masked.
fn convert(latex: &str, display: bool) -> Result<String, String> {
    let storage = Storage::new();
    let events = Parser::new(latex, &storage)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| first_line(&error.to_string()))?;
    let masked: Vec<Option<String>> = events.iter().map(masked).collect();
    let events = events.into_iter().zip(&masked).map(|(event, masked)| match (event, masked) {
        (Event::Content(Content::Text(_)), Some(text)) => Event::Content(Content::Text(text)),
        (Event::Content(Content::Function(_)), Some(text)) => {
            Event::Content(Content::Function(text))
        }
        (event, _) => event,
    });
    let mode = if display { DisplayMode::Block } else { DisplayMode::Inline };
    let config = RenderConfig { display_mode: mode, ..RenderConfig::default() };
    let mut out = String::new();
    push_mathml(&mut out, events.map(Ok::<_, std::convert::Infallible>), config)
        .map_err(|error| first_line(&error.to_string()))?;
    Ok(out)
}

/// The text of an event without markup, if it has any.
fn masked(event: &Event<'_>) -> Option<String> {
    let Event::Content(Content::Text(text) | Content::Function(text)) = event else { return None };
    let mask =
        |c: char| MARKUP.iter().find(|(markup, _)| *markup == c).map_or(c, |(_, mask)| *mask);
    text.contains(|c| mask(c) != c).then(|| text.chars().map(mask).collect())
}

fn unmasked(text: &str) -> String {
    let unmask =
        |c: char| MARKUP.iter().find(|(_, mask)| *mask == c).map_or(c, |(markup, _)| *markup);
    text.chars().map(unmask).collect()
}

/// MathML built anew, of what is known only.
fn rebuild(mathml: &str) -> Result<Html, String> {
    let unknown = || "it uses what Chancery does not know how to show".to_owned();
    let mut out = Html::with_capacity(mathml.len());
    let mut open: Vec<&'static str> = Vec::new();
    let mut rest = mathml;
    while !rest.is_empty() {
        // Between elements the converter writes nothing.
        rest = rest.strip_prefix('<').ok_or_else(unknown)?;
        if let Some(after) = rest.strip_prefix('/') {
            let close = open.pop().ok_or_else(unknown)?;
            // The same as the closing tag, of which two bytes are read.
            rest = close.get(2..).and_then(|name| after.strip_prefix(name)).ok_or_else(unknown)?;
            out.literal(close);
            continue;
        }
        if open.is_empty() && !out.is_empty() {
            return Err(unknown());
        }
        let end = rest.find(|c: char| !c.is_ascii_lowercase()).ok_or_else(unknown)?;
        let (name, after) = rest.split_at(end);
        if name == "mspace" {
            out.literal("<mspace");
            rest = attributes(after, &mut out)
                .and_then(|rest| rest.strip_prefix("/>"))
                .ok_or_else(unknown)?;
            out.literal("></mspace>");
            continue;
        }
        let (is_token, (_, start, close)) = TOKENS
            .iter()
            .map(|element| (true, element))
            .chain(ELEMENTS.iter().map(|element| (false, element)))
            .find(|(_, (known, ..))| *known == name)
            .ok_or_else(unknown)?;
        if (name == "math") != open.is_empty() {
            return Err(unknown());
        }
        out.literal(start);
        rest = attributes(after, &mut out)
            .and_then(|rest| rest.strip_prefix('>'))
            .ok_or_else(unknown)?;
        out.literal(">");
        if is_token {
            // The author's markup is masked, so that the next closing tag is the converter's.
            let (text, after) = rest.split_once(close).ok_or_else(unknown)?;
            let text = text.replace("&nbsp;", "\u{A0}").replace("&amp;", "&");
            out.text(&unmasked(&text));
            out.literal(close);
            rest = after;
        } else {
            open.push(close);
        }
    }
    if open.is_empty() { Ok(out) } else { Err(unknown()) }
}

/// Writes the attributes of a tag anew; what follows them, or nothing if one is not known.
fn attributes<'m>(mut tag: &'m str, out: &mut Html) -> Option<&'m str> {
    loop {
        tag = tag.trim_start_matches(' ');
        if tag.starts_with(['>', '/']) {
            return Some(tag);
        }
        let (name, after) = tag.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        tag = after;
        let known = |values: &[&str]| values.contains(&value);
        let truth = ["true", "false"];
        match name {
            "class" if value.split(' ').all(is_class) => out.attribute("class", value),
            "columnalign" if known(&["left", "center", "right"]) => {
                out.attribute("columnalign", value)
            }
            "depth" if is_length(value) => out.attribute("depth", value),
            "display" if known(&["block", "inline"]) => out.attribute("display", value),
            "displaystyle" if known(&truth) => out.attribute("displaystyle", value),
            "height" if is_length(value) => out.attribute("height", value),
            "largeop" if known(&truth) => out.attribute("largeop", value),
            "linethickness" if is_length(value) => out.attribute("linethickness", value),
            "mathvariant" if known(&["normal"]) => out.attribute("mathvariant", value),
            "maxsize" if is_length(value) => out.attribute("maxsize", value),
            "minsize" if is_length(value) => out.attribute("minsize", value),
            "movablelimits" if known(&truth) => out.attribute("movablelimits", value),
            "scriptlevel" if known(&["0", "1", "2"]) => out.attribute("scriptlevel", value),
            "stretchy" if known(&truth) => out.attribute("stretchy", value),
            "style" => style(value, out)?,
            "symmetric" if known(&truth) => out.attribute("symmetric", value),
            "width" if is_length(value) => out.attribute("width", value),
            _ => return None,
        }
    }
}

/// Writes a style anew: colours as the attributes that MathML has for them, and what it has none for.
fn style(style: &str, out: &mut Html) -> Option<()> {
    let mut left = String::new();
    for declaration in style.split("; ") {
        match declaration.split_once(": ")? {
            ("color", value) => out.attribute("mathcolor", &colour(value)?),
            ("background-color", value) => out.attribute("mathbackground", &colour(value)?),
            ("border", value) => {
                let colour = colour(value.strip_prefix("0.06em solid ")?)?;
                left = format!("border:0.06em solid {colour}");
            }
            ("margin-left", value) if is_length(value) => left = format!("margin-left:{value}"),
            ("height", value) if is_length(value) => left = format!("height:{value}"),
            _ => return None,
        }
    }
    if !left.is_empty() {
        out.attribute("style", &left);
    }
    Some(())
}

/// `rgb(255 0 0)` as `#ff0000`.
fn colour(value: &str) -> Option<String> {
    let numbers = value.strip_prefix("rgb(")?.strip_suffix(')')?;
    let numbers = numbers.split(' ').map(|n| n.parse::<u8>().ok()).collect::<Option<Vec<u8>>>()?;
    let [red, green, blue] = numbers.try_into().ok()?;
    Some(format!("#{red:02x}{green:02x}{blue:02x}"))
}

/// A number with a unit of CSS.
fn is_length(value: &str) -> bool {
    let number = value.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let unit = value.get(number.len()..).unwrap_or_default();
    let digits = number.strip_prefix('-').unwrap_or(number);
    ["", "em", "ex", "px", "pt", "pc", "cm", "mm", "in"].contains(&unit)
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// A class that the converter gives to parts of a table and to small signs.
fn is_class(class: &str) -> bool {
    let is_of = |prefix: &str| {
        class.strip_prefix(prefix).is_some_and(|rest| {
            !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        })
    };
    class == "small" || ["menv-", "mop-", "cell-"].into_iter().any(is_of)
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().trim_end_matches(['.', ':']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(latex: &str) -> String {
        render(latex, true).unwrap_or_else(|why| panic!("{latex}: {why}")).to_string()
    }

    #[test]
    fn what_the_author_writes_stays_text() {
        for command in [
            r"\operatorname",
            r"\mathop",
            r"\text",
            r"\mathrm",
            r"\operatorname*",
            r"\mathbf",
            r"\textbf",
            r"\mbox",
        ] {
            for hostile in [
                "<img src=x onerror=alert(1)>",
                "</mi><script>alert(1)</script>",
                "&lt;b&gt;",
                "\"'",
                "</mtext></math><b>",
            ] {
                let Ok(html) = render(&format!("{command}{{{hostile}}}"), false) else { continue };
                for bad in ["<img", "<script", "<b"] {
                    assert!(!html.contains(bad), "{command} {hostile}: {html}");
                }
            }
        }
        assert!(shown(r"\operatorname{<b>}").contains("<mi>&lt;b&gt;</mi>"));
        assert!(shown(r"\text{a < b}").contains("a &lt; b"));
        assert!(shown("a<b>c").contains("<mo>&lt;</mo>"));
        assert!(shown(r"a \not< b").contains("&lt;\u{338}</mo>"));
        assert!(shown(r"\&").contains("&amp;"));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for mathml in [
            "<math><mi>x</mi><img></math>",
            "<math><mi onclick=\"x\">x</mi></math>",
            "<math><mi style=\"background: url(x)\">x</mi></math>",
            "<math><mi style=\"color: rgb(1 2 300)\">x</mi></math>",
            "<math href=\"x\"></math>",
            "<math><mrow></math>",
            "<math></math><math></math>",
            "<math>x</math>",
            "<mi>x</mi>",
            "<math><annotation-xml></annotation-xml></math>",
            "<math><maction></maction></math>",
            "<math><mspace width=\"expression(1)\" /></math>",
            "<math><mi class=\"x\">x</mi></math>",
        ] {
            assert!(rebuild(mathml).is_err(), "{mathml}");
        }
    }

    #[test]
    fn what_formulas_are_made_of_is_known() {
        for latex in [
            r"\frac{a}{b} \sqrt{x} \sqrt[3]{x} x^2 x_1 x_1^2 \sum_{i=0}^n \int_0^1 \lim_{x \to 0}",
            r"\begin{matrix} a & b \\ c & d \end{matrix}",
            r"\begin{pmatrix} a & b \\[1em] c & d \end{pmatrix}",
            r"\begin{array}{|l:c|r||} \hline a & b & c \\ \hdashline d & e & f \end{array}",
            r"\begin{cases} a & x < 0 \\ b & x \geq 0 \end{cases}",
            r"\begin{rcases} a & b \end{rcases}",
            r"\begin{align} a &= b \\ c &= d \end{align}",
            r"\begin{align*} a &= b \end{align*}",
            r"\begin{aligned} a &= b \end{aligned}",
            r"\begin{gather} a \\ b \end{gather}",
            r"\begin{alignat}{2} a &= b & c &= d \end{alignat}",
            r"\begin{multline} a \\ b \end{multline}",
            r"\begin{split} a &= b \end{split}",
            r"\begin{equation} a = b \end{equation}",
            r"\begin{smallmatrix} a \end{smallmatrix}",
            r"\substack{a \\ b}",
            r"\left( \frac12 \right] \bigl( \Bigg| \middle",
            r"\color{red} x \textcolor{blue}{y} \colorbox{yellow}{z} \fcolorbox{red}{white}{w}",
            r"a \! b \, c \; d \quad e \hspace{1em} f \kern-3pt g",
            r"\hat x \vec y \bar z \overline{ab} \underline{ab} \overbrace{ab}^c \underbrace{ab}_c",
            r"\mathbb R \mathcal L \mathfrak g \mathbf x \mathrm d \boldsymbol\alpha",
            r"\sin x \operatorname{rank} A \operatorname*{argmax}_x \bmod n \pmod n",
            r"a \neq b \not= c \leq d \approx \shortparallel \smallsetminus \not\in",
            r"\displaystyle x \textstyle y \scriptstyle z \scriptscriptstyle w",
            r"\binom n k \dfrac a b \tfrac a b \cfrac a b \genfrac(]{0pt}{2}{a}{b}",
            r"\phantom x \stackrel a = \overset a b \underset a b \xrightarrow{a} \prod \coprod \bigcup",
            r"x' y'' \dots \ldots \cdots \infty \partial \nabla \forall \exists \emptyset \# \% \$ \_",
        ] {
            // The converter does not know all of LaTeX; what it knows, it must be possible to show.
            match convert(latex, true) {
                Ok(mathml) => assert!(rebuild(&mathml).is_ok(), "{latex}\n{mathml}"),
                Err(why) => assert!(!why.is_empty(), "{latex}"),
            }
        }
    }
}
