use proptest::prelude::*;

use super::*;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::html::Html;
use crate::names::Linker;
use crate::names::tests::subject;
use crate::names::{Declaration, Name, Policy, Registry};

const NAMES: [&str; 4] = ["United States", "Russia", "Türkiye", "a"];

fn registry(names: &[&str]) -> Registry {
    let declare = |name: &&str| Declaration {
        id: name.to_lowercase(),
        name: Name { text: (*name).to_owned(), span: Span::default() },
        ..Declaration::default()
    };
    Registry::new(&names.iter().map(declare).collect::<Vec<_>>(), &mut Vec::new())
}

fn read_with(names: &[&str], source: &str, options: &Options) -> (Body, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let registry = registry(names);
    let mut linker = Linker::new(&registry, subject(), Policy::First);
    let body =
        BodyRenderer::new(options).render(&"f.md".into(), source, 0, &mut linker, &mut diagnostics);
    (body, diagnostics)
}

fn read(source: &str, options: &Options) -> (Body, Vec<Diagnostic>) {
    read_with(&NAMES, source, options)
}

/// The HTML with every hole filled by something that shows what it is.
fn written(body: &Body) -> String {
    let mut out = Html::default();
    body.text.write(&mut out, &mut |fill, out| {
        let text = match fill {
            Fill::LinkOpen(n) => {
                let target = &body.targets.get(*n).unwrap();
                let fragment =
                    target.fragment.as_ref().map(|f| format!("#{f}")).unwrap_or_default();
                format!("<a {:?} {}{fragment}>", target.kind, target.destination)
            }
            Fill::LinkClose(_) | Fill::MentionClose(_) => "</a>".into(),
            Fill::LinkText(n) => format!("title of {}", body.targets.get(*n).unwrap().destination),
            Fill::Url(n) => format!("url of {}", body.targets.get(*n).unwrap().destination),
            Fill::MentionOpen(n) => format!("<a actor {n}>"),
            Fill::AbbreviationOpen(n) => format!("<abbr {n}>"),
            Fill::AbbreviationClose(_) => "</abbr>".into(),
            Fill::AlertTitle(alert) => format!("title of a {}", alert.word()),
        };
        out.append(Html::trusted(&text).whole());
    });
    out.to_string()
}

fn html(source: &str) -> String {
    written(&read(source, &Options::default()).0)
}

fn codes(source: &str) -> Vec<&'static str> {
    read(source, &Options::default()).1.iter().map(|d| d.code.name()).collect()
}

#[test]
fn each_feature_has_its_html() {
    for (source, expected) in [
        ("One\ntwo  \nthree", "<p>One\ntwo<br>\nthree</p>\n"),
        (
            "*x* **y** `a<b` ~~z~~",
            "<p><em>x</em> <strong>y</strong> <code>a&lt;b</code> <del>z</del></p>\n",
        ),
        ("one ~z~ two", "<p>one ~z~ two</p>\n"),
        ("> q", "<blockquote>\n<p>q</p>\n</blockquote>\n"),
        ("- x\n- y", "<ul>\n<li>x</li>\n<li>y</li>\n</ul>\n"),
        ("3. x\n\n4. y", "<ol start=\"3\">\n<li>\n<p>x</p>\n</li>\n<li>\n<p>y</p>\n</li>\n</ol>\n"),
        (
            "- [x] x\n- [ ] y",
            "<ul>\n<li class=\"task done\">☑ x</li>\n<li class=\"task\">☐ y</li>\n</ul>\n",
        ),
        ("***", "<hr>\n"),
        (
            "|x|y|z|\n|:-|:-:|-:|\n|1|2|3|",
            "<div class=\"table\"><table>\n<thead><tr><th scope=\"col\" class=\"left\">x</th>\
             <th scope=\"col\" class=\"center\">y</th><th scope=\"col\" class=\"right\">z</th></tr></thead>\n\
             <tbody>\n<tr><td class=\"left\">1</td><td class=\"center\">2</td><td class=\"right\">3</td></tr>\n\
             </tbody></table></div>\n",
        ),
        ("x\n: y", "<dl>\n<dt>x</dt>\n<dd>y</dd>\n</dl>\n"),
        (
            "> [!NOTE]\n> x",
            "<div class=\"alert alert-note\" role=\"note\"><p class=\"alert-title\">title of a note</p>\n<p>x</p>\n</div>\n",
        ),
        ("# X *y*", "<h1 id=\"x-y\">X <em>y</em></h1>\n"),
        ("## İlk Öncü", "<h2 id=\"ilk-öncü\">İlk Öncü</h2>\n"),
        ("# X {#z .c onclick=x}", "<h1 id=\"z\" class=\"c\">X</h1>\n"),
        (
            "# X\n# X\n# X-2",
            "<h1 id=\"x\">X</h1>\n<h1 id=\"x-2\">X</h1>\n<h1 id=\"x-2-2\">X-2</h1>\n",
        ),
        ("# !", "<h1 id=\"section\">!</h1>\n"),
        ("\"x\" -- y...", "<p>“x” – y…</p>\n"),
        (
            "[x](https://x.example/ä?a&b \"t\")",
            "<p><a href=\"https://x.example/%C3%A4?a&amp;b\" title=\"t\">x</a></p>\n",
        ),
        ("<x@y.example>", "<p><a href=\"mailto:x@y.example\">x@y.example</a></p>\n"),
        ("[x](../y.md#z)", "<p><a Link ../y.md#z>x</a></p>\n"),
        ("[x](#z)", "<p><a Link #z>x</a></p>\n"),
        (
            "[[y]] [[y#z]] [[y|x]]",
            "<p><a Wiki y>title of y</a> <a Wiki y#z>title of y</a> <a Wiki y>x</a></p>\n",
        ),
        ("\\[[y]]", "<p>[[y]]</p>\n"),
        ("x ![p *q*](p.png)", "<p>x <img src=\"url of p.png\" alt=\"p q\" loading=\"lazy\"></p>\n"),
        (
            "![p](p.png \"T\")",
            "<figure><img src=\"url of p.png\" alt=\"p\" loading=\"lazy\"><figcaption>T</figcaption></figure>\n",
        ),
        (
            "[![p](p.png \"T\")](y)",
            "<p><a Link y><img src=\"url of p.png\" alt=\"p\" loading=\"lazy\" title=\"T\"></a></p>\n",
        ),
        ("x\0y", "<p>x\u{FFFD}y</p>\n"),
        (
            "```klingon\n<x>\n```",
            "<pre tabindex=\"0\"><code class=\"language-klingon\">&lt;x&gt;\n</code></pre>\n",
        ),
        (
            "x[^n] y[^n]\n\n[^n]: z",
            "<p>x<sup class=\"footnote-ref\"><a href=\"#fn:1\" id=\"fnref:1\">1</a></sup> \
             y<sup class=\"footnote-ref\"><a href=\"#fn:1\" id=\"fnref:1:2\">1</a></sup></p>\n\
             <section class=\"footnotes\">\n<ol>\n<li id=\"fn:1\"><p>z \
             <a class=\"footnote-back\" role=\"doc-backlink\" href=\"#fnref:1\">↩</a> \
             <a class=\"footnote-back\" role=\"doc-backlink\" href=\"#fnref:1:2\">↩<sup>2</sup></a></p>\n</li>\n</ol>\n</section>\n",
        ),
        ("x[^n]", "<p>x[^n]</p>\n"),
    ] {
        assert_eq!(html(source), expected, "{source}");
    }
}

#[test]
fn names_are_linked_where_they_may_be() {
    for (source, expected) in [
        ("Russia and Russia", "<p><a actor 1>Russia</a> and Russia</p>\n"),
        ("United\nStates", "<p><a actor 0>United\nStates</a></p>\n"),
        (
            "**United** States, United States",
            "<p><a actor 0><strong>United</strong> States</a>, United States</p>\n",
        ),
        (
            "*z **United*** **States** United **States *x***",
            "<p><em>z <strong>United</strong></em> <strong>States</strong> United <strong>States <em>x</em></strong></p>\n",
        ),
        (
            "***United** States* United [States](https://x.example)",
            "<p><em><a actor 0><strong>United</strong> States</a></em> United <a href=\"https://x.example\">States</a></p>\n",
        ),
        ("**Russia**", "<p><strong><a actor 1>Russia</a></strong></p>\n"),
        ("## Russia\n\nRussia", "<h2 id=\"russia\">Russia</h2>\n<p><a actor 1>Russia</a></p>\n"),
        ("> Russia", "<blockquote>\n<p>Russia</p>\n</blockquote>\n"),
        ("`Russia` Russia", "<p><code>Russia</code> <a actor 1>Russia</a></p>\n"),
        ("[Russia](https://x.example)", "<p><a href=\"https://x.example\">Russia</a></p>\n"),
        ("x & ~Russia, Türkiye", "<p>x &amp; Russia, <a actor 2>Türkiye</a></p>\n"),
        (
            "~Russia [x](y) ~Russia [[y]]",
            "<p>Russia <a Link y>x</a> Russia <a Wiki y>title of y</a></p>\n",
        ),
        ("T&uuml;rkiye", "<p><a actor 2>Türkiye</a></p>\n"),
        ("[x](y) Russia[](z)", "<p><a Link y>x</a> <a actor 1>Russia</a><a Link z></a></p>\n"),
        (
            "[x](y)Russia **B**elarus*Russia*",
            "<p><a Link y>x</a>Russia <strong>B</strong>elarus<em>Russia</em></p>\n",
        ),
        (
            "Russia and [[russia|Moscow]], Russia",
            "<p><a actor 1>Russia</a> and <a Wiki russia>Moscow</a>, Russia</p>\n",
        ),
        ("[[Russia]], Russia", "<p><a Wiki Russia>title of Russia</a>, Russia</p>\n"),
        (
            "Now Russia met[^1]\n\n[^1]: x",
            "<p>Now <a actor 1>Russia</a> met<sup class=\"footnote-ref\"><a href=\"#fn:1\" id=\"fnref:1\">1</a></sup></p>\n<section class=\"footnotes\">\n<ol>\n<li id=\"fn:1\"><p>x <a class=\"footnote-back\" role=\"doc-backlink\" href=\"#fnref:1\">↩</a></p>\n</li>\n</ol>\n</section>\n",
        ),
        ("Now Russia met `x`", "<p>Now <a actor 1>Russia</a> met <code>x</code></p>\n"),
        ("# ~Russia", "<h1 id=\"russia\">Russia</h1>\n"),
        (
            "- ![p](q)\n- Russia\n\n  - United States",
            "<ul>\n<li>\n<p><img src=\"url of q\" alt=\"p\" loading=\"lazy\"></p>\n</li>\n<li>\n<p><a actor 1>Russia</a></p>\n<ul>\n<li><a actor 0>United States</a></li>\n</ul>\n</li>\n</ul>\n",
        ),
    ] {
        assert_eq!(html(source), expected, "{source}");
    }
}

#[test]
fn mentions_are_counted_and_quoted() {
    let source = "+++\n+++\n# On Russia\n\nOne. The *U.S.* met `x` Russia & more. Two.\n\n~Russia T&uuml;rkiye";
    let registry = registry(&NAMES);
    let mut linker = Linker::new(&registry, subject(), Policy::First);
    let options = Options::default();
    let body =
        BodyRenderer::new(&options).render(&"f.md".into(), source, 8, &mut linker, &mut Vec::new());
    let turkiye = &body.text.mentions[1];
    assert_eq!(&source[turkiye.first.range()], "T&uuml;rkiye");
    let russia = &body.text.mentions[0];
    assert_eq!((russia.actor, russia.count), (1, 2));
    assert_eq!(&source[russia.first.range()], "Russia");
    assert_eq!(russia.first.start, 13);
    assert_eq!(russia.quote, Quote::new("The U.S. met x ", "Russia", " & more."));
    assert_eq!(&source[body.text.mentions[1].first.range()], "T&uuml;rkiye");
    assert_eq!(&*body.excerpt, "One. The U.S. met x Russia & more. Two.");
    assert_eq!(body.headings[0].title, "On Russia");
    assert_eq!(body.words, 2 + 7 + 2);
}

#[test]
fn targets_have_their_sentence_and_place() {
    let source = "One. See [the *y*](y.md) now. Two. And [[z]].";
    let (body, _) = read(source, &Options::default());
    let sentence = |n: usize| body.targets.iter().nth(n).unwrap().sentence.clone().unwrap();
    assert_eq!(sentence(0), Quote::new("See ", "the y", " now."));
    assert_eq!(&source[body.targets.iter().next().unwrap().span.range()], "[the *y*](y.md)");
    assert_eq!(sentence(1).parts().1, "z");
    assert_eq!(&source[body.targets.iter().nth(1).unwrap().span.range()], "[[z]]");
}

#[test]
fn sanitising_keeps_what_is_harmless() {
    for (source, expected) in [
        ("a<script>alert(1)</script>b", "<p>ab</p>\n"),
        ("<b onclick=\"x()\">b</b>", "<p><b>b</b></p>\n"),
        ("<a href=\"javascript:x()\">b</a>", "<p><a>b</a></p>\n"),
        ("<a href=\" java&#10;script:x()\">b</a>", "<p><a>b</a></p>\n"),
        ("<img src=\"data:x\" alt=\"y\">\n", "<img alt=\"y\">\n"),
        ("<a href=\"y.md#z\" class=\"c\">Russia</a>", "<p><a Link y.md#z>Russia</a></p>\n"),
        ("x <img alt=' src=' src=p.png>", "<p>x <img alt=\" src=\" src=\"url of p.png\"></p>\n"),
        ("<kbd class=\"k\">K</kbd>", "<p><kbd class=\"k\">K</kbd></p>\n"),
        (
            "<details><summary>S</summary>\n\n**Russia** [[y]]\n\n</details>\n\nx",
            "<details><summary>S</summary>\n<p><strong><a actor 1>Russia</a></strong> <a Wiki y>title of y</a></p>\n</details>\n<p>x</p>\n",
        ),
        ("<div>\n\nRussia", "<div>\n<p><a actor 1>Russia</a></p>\n</div>"),
        ("</div>\n\n[x](y)", "\n<p><a Link y>x</a></p>\n"),
        ("<svg><g></g></svg>\n\nx", "<p></p>\n<p>x</p>\n"),
        ("<b>x</b> $y$", "<p><b>x</b> <math display=\"inline\"><mi>y</mi></math></p>\n"),
    ] {
        assert_eq!(html(source), expected, "{source}");
    }
}

#[test]
fn an_unclosed_quote_in_a_tag_leaves_no_token() {
    let (body, _) = read(
        "<div title=\"\n\nRussia [x](y) ![z](z) $z$\n\n<p title=\"\n\nx \" >",
        &Options::default(),
    );
    let longest_hex = body.text.html.split(|c: char| !c.is_ascii_hexdigit()).map(str::len).max();
    assert!(longest_hex.unwrap_or(0) < 20, "{}", body.text.html);
}

#[test]
fn anchors_are_headings_footnotes_and_ids() {
    let (body, _) = read("# X\n\n<p id=\"own\">x</p>\n\ny[^1]\n\n[^1]: z", &Options::default());
    let mut anchors: Vec<&str> = body.anchors().collect();
    anchors.sort_unstable();
    assert_eq!(anchors, ["fn:1", "fnref:1", "own", "x"]);
}

#[test]
fn tags_are_shown_or_trusted_as_told() {
    let with = |raw_html: RawHtml, source: &str| {
        written(&read(source, &Options { raw_html, ..Options::default() }).0)
    };
    assert_eq!(
        with(RawHtml::Escape, "<script>x</script>\n\n<b>y</b>"),
        "<p>&lt;script&gt;x&lt;/script&gt;</p>\n<p>&lt;b&gt;y&lt;/b&gt;</p>\n"
    );
    assert_eq!(with(RawHtml::Trust, "<b onclick=x>y</b>"), "<p><b onclick=x>y</b></p>\n");
    assert_eq!(with(RawHtml::Trust, "<a href=x>Russia</a>"), "<p><a href=x>Russia</a></p>\n");
}

#[test]
fn mistakes_are_reported() {
    for (source, expected) in [
        ("[x](javascript:y)", "bad-scheme"),
        ("![x](data:y)", "bad-scheme"),
        ("[x](<java\tscript:y>)", "bad-scheme"),
        ("$\\frac$", "bad-math"),
        ("[^n]: z", "footnote"),
        (&">".repeat(65), "too-deep"),
    ] {
        assert_eq!(codes(source), [expected], "{source}");
    }
    assert_eq!(html("[x](javascript:y)"), "<p>x</p>\n");
    assert_eq!(html("x $\\frac$"), "<p>x <code class=\"math\">\\frac</code></p>\n");
    assert_eq!(html("[^n]: Russia"), "");
}

#[test]
fn formulas_hold_no_markup_of_their_own() {
    let out = html("$\\text{<script>alert(1)</script>}$");
    assert!(!out.contains("<script"), "{out}");
    assert!(codes(&format!("${}x{}$", "{".repeat(5000), "}".repeat(5000))) == ["bad-math"]);
    for command in ["\\frac x", "\\sqrt ", "x^", "\\left(", "\\hat", "^^", "{", "\\text{"] {
        for times in [450, 3000] {
            let _ = html(&format!("${}$", command.repeat(times)));
            let _ = html(&format!("${}x{}$", command.repeat(times), "}".repeat(times)));
        }
    }
}

#[test]
fn a_value_is_inline() {
    let value = "**Russia**\n\n# and [[y]]\n\n- x";
    let escaped = "x = \"**Russia**\\n\\n# and [[y]]\\n\\n- x\"".to_owned();
    let options = Options::default();
    let mut renderer = BodyRenderer::new(&options);
    for source in [escaped, format!("x = \"\"\"{value}\"\"\"")] {
        let span = Span::from(4..source.len());
        let registry = registry(&NAMES);
        let mut linker = Linker::new(&registry, subject(), Policy::First);
        let file = "f.md".into();
        let value =
            renderer.render_inline(&file, &source, value, span, &mut linker, &mut Vec::new());
        let mut body = Body::default();
        body.text = body.adopt(value);
        assert_eq!(
            written(&body),
            "<strong><a actor 1>Russia</a></strong> and <a Wiki y>title of y</a> x"
        );
        // With escapes in it, the whole value is the place.
        let escaped = source.contains('\\');
        let place = |text: &str, span: Span| escaped || source.get(span.range()) == Some(text);
        assert!(place("Russia", body.text.mentions[0].first));
        assert!(place("[[y]]", body.targets.iter().next().unwrap().span));
        assert_eq!(escaped, body.targets.iter().next().unwrap().span == span);
    }
}

#[test]
fn pathological_input_ends_soon() {
    for source in [
        "> ".repeat(10_000),
        "[".repeat(50_000),
        "*a ".repeat(20_000),
        "[^".repeat(50_000),
        "<div>".repeat(10_000),
        "<b>".repeat(3_000),
        "~Russia ".repeat(10_000),
        "# x\n".repeat(5_000),
        format!("{}Russia.", "a. ".repeat(20_000)),
    ] {
        let _ = html(&source);
    }
}

/// Whether every tag is closed in the right order.
fn balanced(html: &str) -> bool {
    let mut open = Vec::new();
    for tag in html.split('<').skip(1) {
        let Some((tag, _)) = tag.split_once('>') else { return false };
        let name = tag.split(' ').next().unwrap_or_default();
        if let Some(name) = name.strip_prefix('/') {
            if open.pop() != Some(name) {
                return false;
            }
        } else if !matches!(name, "br" | "hr" | "img") && !tag.ends_with('/') {
            open.push(name);
        }
    }
    open.is_empty()
}

fn markdown() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "Russia",
        "United",
        "States",
        "Türkiye",
        "~",
        "~~",
        "*",
        "**",
        "_",
        "`",
        "[",
        "]",
        "(",
        ")",
        "[[",
        "]]",
        "!",
        "|",
        "\n",
        "\n\n",
        "> ",
        "- ",
        "1. ",
        "# ",
        "```",
        "[^1]",
        "[^1]: ",
        "&amp;",
        "\\",
        "$",
        "x",
        " ",
        " ",
        "    ",
        "\"",
        ".",
        ": ",
        "[!NOTE]",
        "|-|\n",
        "{#i}",
        "\0",
        "俄罗斯",
        "a",
    ]);
    prop::collection::vec(word, 0..60).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn nothing_panics(source in any::<String>(), start in 0_usize..20) {
        let mut diagnostics = Vec::new();
        let registry = registry(&NAMES);
        let mut linker = Linker::new(&registry, subject(), Policy::First);
        let options = Options { proof: true, ..Options::default() };
        let body = BodyRenderer::new(&options).render(&"f".into(), &source, start, &mut linker, &mut diagnostics);
        let proof = body.text.proof.clone().unwrap_or_default();
        prop_assert!(proof.sightings.iter().all(|seen| source.get(seen.span.range()).is_some()));
        prop_assert!(diagnostics.iter().all(|d| d.code != Code::Parser));
        let _ = written(&body);
    }

    #[test]
    fn raw_html_never_breaks_the_page(
        words in prop::collection::vec(prop::sample::select(vec![
            "<div>", "</div>", "<a href=\"y\">", "</a>", "<b>", "<table>", "<td>", "Russia", "[x](y)", "[[z]]",
            "\n\n", " ", "<!--", "-->", "<p title=\"", "\">", "<textarea>", "<style>", "![p](q)", "$x$", "*", "<img src=q>",
        ]), 0..30)
    ) {
        let source = words.concat();
        let (body, diagnostics) = read(&source, &Options::default());
        prop_assert!(diagnostics.iter().all(|d| d.code != Code::Parser));
        prop_assert!(balanced(&written(&body)), "{}", written(&body));
    }

    #[test]
    fn links_change_nothing_else(source in markdown()) {
        let options = Options { raw_html: RawHtml::Escape, ..Options::default() };
        let (body, diagnostics) = read(&source, &options);
        prop_assert!(diagnostics.iter().all(|d| d.code != Code::Parser), "{:?}", diagnostics);
        prop_assert!(body.text.holes.is_sorted_by_key(|hole| hole.at));
        prop_assert!(body.text.holes.iter().all(|hole| body.text.html.is_char_boundary(hole.at as usize)));
        prop_assert!(balanced(&written(&body)), "{}", written(&body));
        let (plain, _) = read_with(&[], &source, &options);
        prop_assert_eq!(body.text.html.replace('~', ""), plain.text.html.replace('~', ""));
        prop_assert_eq!(body.targets.len(), plain.targets.len());
        for mention in &body.text.mentions {
            prop_assert!(source.get(mention.first.range()).is_some());
        }
    }
}
