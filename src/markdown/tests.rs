use proptest::prelude::*;

use super::body::Citation;
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
            Fill::Size(_) => String::new(),
            Fill::MentionOpen(n) => format!("<a actor {n:?}>"),
            Fill::AbbreviationOpen(n) => format!("<abbr {n:?}>"),
            Fill::AbbreviationClose(_) => "</abbr>".into(),
            Fill::AlertTitle(alert) => format!("title of a {}", alert.word()),
            Fill::Citation(n) => {
                let Citation { source, place, .. } = &body.citations[n.get()];
                format!("{source}|{place}")
            }
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
            "<section class=\"table\" tabindex=\"0\" aria-label=\"x, y, z\"><table>\n<thead><tr><th scope=\"col\" class=\"left\">x</th>\
             <th scope=\"col\" class=\"center\">y</th><th scope=\"col\" class=\"right\">z</th></tr></thead>\n\
             <tbody>\n<tr><td class=\"left\">1</td><td class=\"center\">2</td><td class=\"right\">3</td></tr>\n\
             </tbody></table></section>\n",
        ),
        ("x\n: y", "<dl>\n<dt>x</dt>\n<dd>y</dd>\n</dl>\n"),
        (
            "> [!NOTE]\n> x",
            "<div class=\"alert alert-note\" role=\"note\"><p class=\"alert-title\">title of a note</p>\n<p>x</p>\n</div>\n",
        ),
        ("## X *y*", "<h2 id=\"x-y\">X <em>y</em></h2>\n"),
        ("## İlk Öncü", "<h2 id=\"ilk-öncü\">İlk Öncü</h2>\n"),
        ("## X {#z .c onclick=x}", "<h2 id=\"z\" class=\"c\">X</h2>\n"),
        (
            "## X\n## X\n## X-2",
            "<h2 id=\"x\">X</h2>\n<h2 id=\"x-2\">X</h2>\n<h2 id=\"x-2-2\">X-2</h2>\n",
        ),
        ("## !", "<h2 id=\"section\">!</h2>\n"),
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
            "<p><a Wiki y>title of y</a> <a Wiki y#z>title of y#z</a> <a Wiki y>x</a></p>\n",
        ),
        ("\\[[y]]", "<p>[[y]]</p>\n"),
        ("x ![p *q*](p.png)", "<p>x <img src=\"url of p.png\" alt=\"p q\" loading=\"lazy\"></p>\n"),
        (
            "![p](p.png \"T\")",
            "<figure><img src=\"url of p.png\" alt=\"p\" loading=\"lazy\"><figcaption>T</figcaption></figure>\n",
        ),
        (
            "![p](p.png \"T | Photo: x < y\")",
            "<figure><img src=\"url of p.png\" alt=\"p\" loading=\"lazy\"><figcaption>T \
             <span class=\"credit\">Photo: x &lt; y</span></figcaption></figure>\n",
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
            "<p>x<sup class=\"footnote-ref\"><a href=\"#fn--1\" id=\"fnref--1\">1</a></sup> \
             y<sup class=\"footnote-ref\"><a href=\"#fn--1\" id=\"fnref--1--2\">1</a></sup></p>\n\
             <section class=\"footnotes\">\n<ol>\n<li id=\"fn--1\"><p>z \
             <a class=\"footnote-back\" role=\"doc-backlink\" href=\"#fnref--1\">↩</a> \
             <a class=\"footnote-back\" role=\"doc-backlink\" href=\"#fnref--1--2\">↩<sup>2</sup></a></p>\n</li>\n</ol>\n</section>\n",
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
            "<p>Now <a actor 1>Russia</a> met<sup class=\"footnote-ref\"><a href=\"#fn--1\" id=\"fnref--1\">1</a></sup></p>\n<section class=\"footnotes\">\n<ol>\n<li id=\"fn--1\"><p>x <a class=\"footnote-back\" role=\"doc-backlink\" href=\"#fnref--1\">↩</a></p>\n</li>\n</ol>\n</section>\n",
        ),
        ("Now Russia met `x`", "<p>Now <a actor 1>Russia</a> met <code>x</code></p>\n"),
        ("## ~Russia", "<h2 id=\"russia\">Russia</h2>\n"),
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
    assert_eq!((russia.actor.get(), russia.count), (1, 2));
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
        (
            "<a name=\"n\">x</a> <a id=i href=y>z</a>",
            "<p><a name=\"n\">x</a> <span id=\"i\"></span><a Link y>z</a></p>\n",
        ),
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

/// What each becomes, and the codes of what is said of it; the cases of `tests/diagnostics/html` show the words.
#[test]
fn nothing_is_taken_out_in_silence() {
    let mut embeds = crate::html::Embeds::of_site("https://small.example/");
    embeds.add("https://frames.example/x/").unwrap();
    let options = Options { embeds: std::sync::Arc::new(embeds), ..Options::default() };
    let frame = "<iframe class=\"embed\" src=\"https://frames.example/x/y?a=1&amp;b=2\" title=\"T\" \
                 loading=\"lazy\" sandbox=\"allow-forms allow-popups allow-popups-to-escape-sandbox \
                 allow-same-origin allow-scripts\"></iframe>";
    for (source, expected, said) in [
        ("a <b>b</b> <!-- c --> 3<4", "<p>a <b>b</b>  3&lt;4</p>\n", ""),
        (
            "see <Annex A> & <TBC>",
            "<p>see &lt;Annex A&gt; &amp; &lt;TBC&gt;</p>\n",
            "no-html no-html",
        ),
        ("</your-name>", "<p>&lt;/your-name&gt;</p>\n", ""),
        ("<Annex>\n<b>x</b>\n", "<p>&lt;Annex&gt;\n<b>x</b></p>\n", "no-html"),
        (
            "> <Annex>\n> Russia <Tbc>",
            "<blockquote>\n<p>&lt;Annex&gt;\nRussia &lt;Tbc&gt;</p>\n</blockquote>\n",
            "no-html no-html",
        ),
        ("\\<Annex> `<Annex>`", "<p>&lt;Annex&gt; <code>&lt;Annex&gt;</code></p>\n", ""),
        ("a <video src=\"b\"><source src=\"c\">d</video>", "<p>a d</p>\n", "html-taken-out"),
        ("a <font>b</font> <font>c</font>", "<p>a b c</p>\n", "html-taken-out html-taken-out"),
        (
            "a <i style=\"x\" ONCLICK='y' class=z>b</i>",
            "<p>a <i class=\"z\">b</i></p>\n",
            "html-taken-out",
        ),
        (
            "<svg><path d=\"x\"/><text>b</text></svg> <Annex>",
            "<p> &lt;Annex&gt;</p>\n",
            "html-taken-out no-html",
        ),
        (
            "<div>\n<svg>\n<path/>\n\n<path/></svg></div>\n\n<Annex>",
            "<div>\n\n\n<p></p></div><p></p>\n<p>&lt;Annex&gt;</p>\n",
            "html-taken-out no-html",
        ),
        ("<div title=\"\n\nb", "", "html-taken-out"),
        ("<!-- b\n\nc", "", "html-taken-out"),
        (
            "<a href=\"data:x\">a</a> <img src=\"../b.png\">",
            "<p><a>a</a> <img src=\"url of ../b.png\"></p>\n",
            "html-taken-out",
        ),
        ("a <script><Annex></script>", "<p>a </p>\n", "html-taken-out"),
        ("<iframe src=\"https://frames.example/x/y?a=1&amp;b=2\" title=T>z</iframe>", frame, ""),
        ("<iframe src='//frames.example/x/y?a=1&b=2' title='T'></iframe>", frame, ""),
        ("<iframe src=\"https://frames.example/z\" title=T></iframe>", "", "html-taken-out"),
        (
            "<iframe src=\"https://frames.example/x/\" title=T srcdoc=\"x\"></iframe>",
            "",
            "html-taken-out",
        ),
    ] {
        let (body, found) = read_with(&["Oz"], source, &options);
        let codes: Vec<_> = found.iter().map(|d| d.code.name()).collect();
        assert_eq!(written(&body).trim_end(), expected.trim_end(), "{source}");
        assert_eq!(codes.join(" "), said, "{source}");
    }
}

/// Marks of other tools: what is understood, and what is told of; those that are neither stay right.
#[test]
fn what_other_tools_read_is_understood_or_told() {
    for (source, expected, said) in [
        ("a ==b *c*== d", "<p>a <mark>b <em>c</em></mark> d</p>\n", ""),
        (
            "==Oz== and *==it== is*",
            "<p><mark><a actor 0>Oz</a></mark> and <em><mark>it</mark> is</em></p>\n",
            "",
        ),
        ("a==b and c==d, a == b == c", "<p>a==b and c==d, a == b == c</p>\n", ""),
        ("==a *b== c*", "<p>==a <em>b== c</em></p>\n", ""),
        ("`==a==` ===b=== ==c\n\nd==", "<p><code>==a==</code> ===b=== ==c</p>\n<p>d==</p>\n", ""),
        ("==\"a\"==", "<p><mark>“a”</mark></p>\n", ""),
        (
            "| ==a== |\n|---|\n| b |",
            "<section class=\"table\" tabindex=\"0\" aria-label=\"a\"><table>\n<thead><tr><th scope=\"col\"><mark>a</mark></th></tr></thead>\n\
            <tbody>\n<tr><td>b</td></tr>\n</tbody></table></section>\n",
            "",
        ),
        ("a %%Oz, [x](y.md)%%b", "<p>a b</p>\n", "comment"),
        ("%%\n# Oz\n%%\nb `%%c%%`", "<p>b <code>%%c%%</code></p>\n", "comment"),
        ("a %%b", "<p>a %%b</p>\n", "unclosed-comment"),
        ("{% raw %} \\{% x %}", "<p>{% raw %} {% x %}</p>\n", "leftover-markup"),
        (
            "{{< figure src='a.png' >}}",
            "<p>{{&lt; figure src=‘a.png’ &gt;}}</p>\n",
            "leftover-markup",
        ),
        (
            "[a]({{ site.url }}/b) `{{ c }}` $x_{{a}}$",
            "<p>[a]({{ site.url }}/b) <code>{{ c }}</code> ",
            "leftover-markup",
        ),
        ("```\n{{ a }}\n<<<<<<< b\n```\n{a} {b: c} {{d", "", ""),
        (
            "a\n{: .b}\n\n![](https://x.example/a.png){width=50%}\n\n{:toc}",
            "",
            "leftover-markup leftover-markup leftover-markup",
        ),
        ("## a {#b .c}\n\nf(x){y} and {.z}", "", ""),
        ("[TOC]", "<p>[TOC]</p>\n", "leftover-markup"),
        ("a\n\n[[_TOC_]]\n\n[toc](b.md) [TOC]", "", "leftover-markup"),
        (
            "a ^b1c2\n\nx^2 ^3 ^n\n\n- c ^d-e\n\n`a ^bc`\n\n^fg",
            "",
            "leftover-markup leftover-markup leftover-markup",
        ),
        ("<<<<<<< HEAD\na\n=======\nb\n>>>>>>> c", "", "conflict-marker conflict-marker"),
        ("a\n>>>>>>> b\n\n> > > > > > > c\n\n<<<<<<<", "", "conflict-marker"),
        (
            "# a\n\n## b\n\n# c\n\n###### d",
            "<h2 id=\"a\">a</h2>\n<h3 id=\"b\">b</h3>\n<h2 id=\"c\">c</h2>\n<h6 id=\"d\">d</h6>\n",
            "title-heading",
        ),
        (
            "a\n=\n\n    # b",
            "<h2 id=\"a\">a</h2>\n<pre tabindex=\"0\"><code># b</code></pre>\n",
            "title-heading",
        ),
        ("> # a", "<blockquote>\n<h2 id=\"a\">a</h2>\n</blockquote>\n", ""),
        (
            "## a\n\nissue # 5, C# and\n```\n# b\n```",
            "<h2 id=\"a\">a</h2>\n<p>issue # 5, C# and</p>\n",
            "",
        ),
    ] {
        let (body, found) = read_with(&["Oz"], source, &Options::default());
        let codes: Vec<_> = found.iter().map(|d| d.code.name()).collect();
        assert_eq!(codes.join(" "), said, "{source}");
        let shown = written(&body);
        assert!(shown.starts_with(expected), "{source}: {shown}");
    }
}

/// What the theme's pages are found by is theirs alone, also where the cleaner has been.
#[test]
#[allow(clippy::disallowed_methods, reason = "a test reads the theme as it is")]
fn no_id_of_a_document_is_one_of_the_theme() {
    let templates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut ids = Vec::new();
    for entry in std::fs::read_dir(templates).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "html") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        // A page that shows no document has no headings of one.
        let shows = text.contains("content")
            || path.ends_with("base.html")
            || path.ends_with("components.html");
        let tags = text.split("id=\"").skip(1).filter(|_| shows);
        // Those of sources are made by the program, as those of footnotes are: with a colon, which no words of a heading give.
        let own = tags.map(|tag| tag.split('"').next().unwrap()).filter(|id| !id.contains("{{"));
        ids.extend(own.map(str::to_owned));
    }
    assert!(ids.len() > 5, "{ids:?}");
    for id in ids {
        assert!(id.starts_with("chancery-"), "the theme's id `{id}` may be that of a heading");
        let title = id.replace('-', " ");
        for source in [
            format!("## {title}\n\n## {title}"),
            format!("## x {{#{id}}}"),
            format!("<b id=\"{id}\">x</b>\n\n## {title}"),
            format!("<b id='{id}'>x</b>"),
        ] {
            let (body, found) = read_with(&["Oz"], &source, &Options::default());
            assert!(body.anchors().all(|anchor| anchor != id), "{source}");
            assert!(!body.text.html.contains(&format!("id=\"{id}\"")), "{source}");
            let changed = source.contains("id=") || source.contains("{#");
            assert_eq!(found.len(), usize::from(changed), "{source}");
        }
    }
    assert_eq!(html("## Chancery main"), "<h2 id=\"section-chancery-main\">Chancery main</h2>\n");
}

#[test]
fn alerts_have_titles_and_fold() {
    for (source, expected, said) in [
        (
            "> [!WARNING] Oz *and* b\n> c\n>\n> d",
            "<div class=\"alert alert-warning\" role=\"note\"><p class=\"alert-title\"><a actor 0>Oz</a> <em>and</em> b</p>\n<p>c</p>\n<p>d</p>\n</div>\n",
            "",
        ),
        (
            "> [!note]- A \"title\"\n> - b",
            "<details class=\"alert alert-note\"><summary class=\"alert-title\">A “title”</summary>\n<ul>\n<li>b</li>\n</ul>\n</details>\n",
            "",
        ),
        (
            "> [!faq]+\n> b",
            "<details class=\"alert alert-question\" open><summary class=\"alert-title\">title of a question</summary>\n<p>b</p>\n</details>\n",
            "",
        ),
        (
            "> [!tldr]",
            "<div class=\"alert alert-abstract\" role=\"note\"><p class=\"alert-title\">title of a abstract</p>\n</div>\n",
            "",
        ),
        (
            ">[!Info|wide] a\nlazy",
            "<div class=\"alert alert-info\" role=\"note\"><p class=\"alert-title\">a</p>\n<p>lazy</p>\n</div>\n",
            "",
        ),
        (
            "- > [!tip] a\n  > > [!bug] b\n  > > c",
            "<ul>\n<li><div class=\"alert alert-tip\" role=\"note\"><p class=\"alert-title\">a</p>\n<div class=\"alert alert-bug\" role=\"note\"><p class=\"alert-title\">b</p>\n<p>c</p>\n</div>\n</div>\n</li>\n</ul>\n",
            "",
        ),
        (
            "> [!note] a <b>b</b>\n> c",
            "<div class=\"alert alert-note\" role=\"note\"><p class=\"alert-title\">a <b>b</b></p>\n<p>c</p>\n</div>\n",
            "",
        ),
        (
            "> [!note] a\n> ---\n> b",
            "<div class=\"alert alert-note\" role=\"note\"><p class=\"alert-title\">title of a note</p>\n<h2 id=\"note-a\">[!note] a</h2>\n<p>b</p>\n</div>\n",
            "",
        ),
        ("> [!xyz] a", "<blockquote>\n<p>[!xyz] a</p>\n</blockquote>\n", "leftover-markup"),
        (
            "> [!note](https://x.example) a",
            "<blockquote>\n<p><a href=\"https://x.example\">!note</a> a</p>\n</blockquote>\n",
            "",
        ),
        (
            "> [! sic ] a\n\n[!note] a",
            "<blockquote>\n<p>[! sic ] a</p>\n</blockquote>\n<p>[!note] a</p>\n",
            "",
        ),
        (
            "> [!note] `a`\n\n> Oz",
            "<div class=\"alert alert-note\" role=\"note\"><p class=\"alert-title\"><code>a</code></p>\n</div>\n<blockquote>\n<p>Oz</p>\n</blockquote>\n",
            "",
        ),
    ] {
        let (body, found) = read_with(&["Oz"], source, &Options::default());
        let codes: Vec<_> = found.iter().map(|d| d.code.name()).collect();
        assert_eq!(
            (written(&body).as_str(), codes.join(" ").as_str()),
            (expected, said),
            "{source}"
        );
    }
}

/// What `tests/hostile.rs` shows in a browser, read as tags: frames are those that the program writes, and whatever else is
/// on the page is what the cleaner keeps.
#[test]
fn of_hostile_html_only_what_is_known_stays() {
    let mut embeds = crate::html::Embeds::of_site("https://small.example/");
    embeds.add("https://datawrapper.dwcdn.net/").unwrap();
    let options = Options { embeds: std::sync::Arc::new(embeds), ..Options::default() };
    let payloads = [
        include_str!("../../tests/hostile/embeds.txt"),
        include_str!("../../tests/hostile/attributes.txt"),
        include_str!("../../tests/hostile/mutation.txt"),
        include_str!("../../tests/hostile/scripts.txt"),
    ];
    let mut frames = 0;
    for payload in payloads.iter().flat_map(|file| file.lines()) {
        let payload = payload.replace("\\n", "\n");
        for source in [
            payload.clone(),
            format!("x {payload} y"),
            format!("<div>{payload}</div>\n\n> {payload}"),
        ] {
            let page = read_with(&["Oz"], &source, &options).0.text.html.to_string();
            for tag in crate::html::tags(&page) {
                let shown = format!("{tag:?} of {source:?}: {page}");
                assert!(tag.ends, "{shown}");
                if tag.name != "iframe" {
                    assert!(crate::html::keeps_element(&tag.name), "{shown}");
                    let known = |(name, value): &(String, String)| {
                        crate::html::keeps_attribute(&tag.name, name, value)
                    };
                    assert!(tag.attributes().all(|attribute| known(&attribute)), "{shown}");
                } else if !tag.closes {
                    frames += 1;
                    let names: Vec<_> = tag.attributes().map(|(name, _)| name).collect();
                    assert!(
                        names.iter().all(|name| {
                            ["class", "src", "title", "loading", "sandbox"].contains(&name.as_str())
                        }),
                        "{shown}"
                    );
                    let from = tag.attribute("src").unwrap();
                    assert!(from.starts_with("https://datawrapper.dwcdn.net/"), "{shown}");
                    assert!(!tag.attribute("sandbox").unwrap().contains("navigation"), "{shown}");
                }
            }
        }
    }
    assert!(frames > 20, "{frames}");
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
    let source = "# X\n\n<p id=\"own\">x</p>\n\ny[^1] <a name=\"named\"></a><a id=\"i\" href=\"y\">z</a>\n\n[^1]: z";
    for raw_html in [RawHtml::Sanitise, RawHtml::Trust] {
        let (body, _) = read(source, &Options { raw_html, ..Options::default() });
        let mut anchors: Vec<&str> = body.anchors().collect();
        anchors.sort_unstable();
        assert_eq!(anchors, ["fn--1", "fnref--1", "i", "named", "own", "x"]);
    }
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
        "https://x.example/a ".repeat(20_000),
        "https:// ".repeat(20_000),
        format!("https://x.example/{}", ")".repeat(200_000)),
        format!("https://x.example/{}", "(".repeat(200_000)),
        format!("https://x.example/{}", "[[".repeat(100_000)),
        "https://x.example/[^".repeat(20_000),
        "$5/US".repeat(50_000),
        "$x$ ".repeat(5_000),
        "$".repeat(100_000),
        "[x](a b.c ".repeat(20_000),
        "[x](a b.c) ".repeat(20_000),
        format!("[[{}]]", "#".repeat(100_000)),
        "x\n:y\n".repeat(10_000),
        "\"x\" ".repeat(20_000),
        "[^a] ".repeat(20_000),
        (0..5_000).map(|n| format!("[^{n}]: x[^{}]\n\n", n + 1)).collect(),
        "<img ".repeat(20_000),
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
        "https://x.example/y",
        "www.x.example",
        "$5",
        "$$",
        "^2",
        "\n:",
        "'",
        "![[",
        "|200",
        "#",
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

    /// A word is on the page, or a finding says what was taken out.
    #[test]
    fn no_word_is_lost_in_silence(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "<b>", "</b>", "<div>", "</div>\n", "\n\n", "\n", " ", "> ", "- ", "*", "`", "<Annex>", "</x>", "<td>",
                "<table>", "</table>", "<ul><li>", "</p>", "<p class=x>", "<video>", "</video>", "<svg>", "</svg>", "<path>",
                "<select>", "<option>", "<script>", "</script>", "<style>", "<iframe>", "</iframe>", "<textarea>", "<title>",
                "<noscript>", "<template>", "<math>", "<mi>", "<caption>", "<col>", "<img src=a>", "<i title='", "'>", "\"",
                "<!--", "-->", "<?", "<!x", ">", "|", "\n|-|\n", "<br/>", "<details>", "<summary>", "</form>", "<form>",
            ]),
            1..30,
        ),
    ) {
        let mut source = String::new();
        for (number, piece) in pieces.iter().enumerate() {
            source.push_str(piece);
            if !piece.ends_with('\'') && number % 2 == 0 {
                source.push_str(&format!("w{number}w"));
            }
        }
        let (body, found) = read_with(&["Oz"], &source, &Options::default());
        let comment = source.contains("<!--") || source.contains("='") || source.contains("[");
        if found.is_empty() && !comment {
            for (number, _) in pieces.iter().enumerate().filter(|(_, piece)| !piece.ends_with('\'')) {
                let word = format!("w{number}w");
                prop_assert!(
                    !source.contains(&word) || written(&body).contains(&word),
                    "{word} of {source:?} is lost: {}", written(&body)
                );
            }
        }
    }

    #[test]
    fn links_change_nothing_else(source in markdown()) {
        let options = Options { raw_html: RawHtml::Escape, ..Options::default() };
        let (body, diagnostics) = read(&source, &options);
        prop_assert!(diagnostics.iter().all(|d| d.code != Code::Parser), "{:?}", diagnostics);
        prop_assert!(body.text.holes.is_sorted_by_key(|hole| hole.at));
        prop_assert!(body.text.holes.iter().all(|hole| body.text.html.is_char_boundary(hole.at as usize)));
        prop_assert!(balanced(&written(&body)), "{}", written(&body));
        // What the parser was given in the place of signs is never shown.
        let mut shown = body.text.html.split('<').filter_map(|tag| Some(tag.split_once('>')?.1));
        prop_assert!(!shown.any(|text| text.contains('%')), "{}", body.text.html);
        let (plain, _) = read_with(&[], &source, &options);
        prop_assert_eq!(body.text.html.replace('~', ""), plain.text.html.replace('~', ""));
        prop_assert_eq!(body.targets.len(), plain.targets.len());
        for mention in &body.text.mentions {
            prop_assert!(source.get(mention.first.range()).is_some());
        }
    }
}

/// The HTML of a text where "a" is nobody's name.
fn plain_html(source: &str) -> String {
    written(&read_with(&NAMES[..3], source, &Options::default()).0)
}

/// Fails with all that are not as expected.
fn all_equal(pairs: impl IntoIterator<Item = (String, String, String)>) {
    let wrong: Vec<String> = pairs
        .into_iter()
        .filter(|(_, found, expected)| found != expected)
        .map(|(source, found, expected)| format!("{source:?}\n   is {found:?}\n  not {expected:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A text, and the inside of its only paragraph.
fn paragraph(source: &str) -> String {
    let html = plain_html(source);
    let inside = html.strip_prefix("<p>").and_then(|html| html.strip_suffix("</p>\n"));
    inside.unwrap_or_else(|| panic!("{source}: {html}")).to_owned()
}

#[test]
fn money_is_no_formula() {
    let mut wrong = Vec::new();
    for money in [
        "US$5bn in 2023 to US$7bn",
        "$10bn and US$5bn",
        "$40-$50",
        "$40–$50",
        "($6.67B) and ($9B)",
        "C$6bn, A$3bn",
        "$6bn, A$ and more",
        "$3m/$4m",
        "$3m/C$4m",
        "$3m/$4m, 5$ and 6$",
        "$40-$50, 5$ or 6$",
        "$9bn; 5$",
        "5$ and 6$",
        "5$, 6$.",
        "$5 to $6, then $7 or $8",
        "$5bn (US$) and",
        "between $5 and US$",
        "$5/$6/$7/$8",
        "a $-sign and a $-bill",
        "$AAPL/$MSFT and $AAPL, $MSFT",
        "$HOME/$USER",
        "$5 or 6$",
        "“$5” and “A$”",
        "$5bn—US$",
        "$5亿和US$",
        "$ and $, $$ and $$$, $$$$",
        "cheap ($$) or dear ($$$)",
        "$1,000 for 2,000 sailors$",
        "it was $5",
        "R$5/kg–R$6/kg",
        "$100-million$",
        "$5 **and** A$",
        "a US$ b C$ c",
        "($/b) and ($/t)",
        "$/b, $/t$",
        "set $FOO=$BAR",
        "$B/$C",
        "$5m (A$6m) or $7m (A$8m)",
        "US$/bbl, C$/bbl",
    ] {
        let shown = paragraph(money).replace("<strong>", "**").replace("</strong>", "**");
        wrong.push((money.to_owned(), shown, money.to_owned()));
        assert_eq!(codes(money), [""; 0], "{money}");
        let table = format!("|x|y|\n|-|-|\n|{money}|$7|");
        assert!(!plain_html(&table).contains("<math"), "{table}");
    }
    all_equal(wrong);
    for (source, expected) in [
        ("$5bn for Russia, US$7bn", "$5bn for <a actor 1>Russia</a>, US$7bn"),
        ("$5bn *for [x](y)* and US$", "$5bn <em>for <a Link y>x</a></em> and US$"),
        (
            "**$5**bn, **$6** and *US$*",
            "<strong>$5</strong>bn, <strong>$6</strong> and <em>US$</em>",
        ),
        ("`$x$ $5` $6 and `$7`", "<code>$x$ $5</code> $6 and <code>$7</code>"),
        ("[a $5](b$6) and C$", "<a Link b$6>a $5</a> and C$"),
        ("[US$5][] and ($x$)\n\n[US$5]: y", "<a Link y>US$5</a> and ($x$)"),
        ("\\$5 and \\$6$", "$5 and $6$"),
        ("[[a $5]] [[b $6|c]] and C$", "<a Wiki a $5>title of a $5</a> <a Wiki b $6>c</a> and C$"),
        (
            "<https://y.example/$5> and $6",
            "<a href=\"https://y.example/$5\">https://y.example/$5</a> and $6",
        ),
        ("<b title=\"$5\">$6</b>", "<b title=\"$5\">$6</b>"),
    ] {
        let out = plain_html(source);
        let math = "<math display=\"inline\"><mi>x</mi></math>";
        assert_eq!(out.replace(math, "$x$"), format!("<p>{expected}</p>\n"), "{source}");
        assert_eq!(out.contains("<math"), source.contains("($x$)"), "{source}");
    }
}

#[test]
fn formulas_stay_formulas() {
    for formula in [
        "$x$",
        "$x^2$",
        "$E=mc^2$",
        "$n$",
        "$5$",
        "$3.5$",
        "$2n - 1$",
        "$x, y$",
        "$[0,1)$",
        "$a*b*c$",
        "$x^*y^*$",
        "$\\frac{a}{b}$",
        "$\\text{for all words}$",
        "$a<b>c$",
        "$\\$5 + x$",
        "$f(x) = y$",
        "$-1$",
        "$+$",
        "$\\{x\\}$",
        "$]0,1[$",
        "$a_1, \\dots, a_n$",
        "$x\\, y$",
        "$ab$",
        "$\\mathbb{E}[X](t)$",
        "$x\ny$",
        "$a'$",
    ] {
        for text in [format!("so {formula}, a"), format!("({formula})"), format!("{formula}-axis")]
        {
            assert_eq!(
                plain_html(&text).matches("<math").count(),
                1,
                "{text}: {}",
                plain_html(&text)
            );
            assert_eq!(codes(&text), [""; 0], "{text}");
        }
        let table = format!("|a|\n|-|\n|{}|", formula.replace('\n', " "));
        assert_eq!(plain_html(&table).matches("<math").count(), 1, "{table}");
    }
    for text in
        ["CO$_2$ and H$_2$O", "10$^6$", "the $n$th", "$x$, $y$ and $5", "$5 or $x$", "$x$ costs $5"]
    {
        assert!(plain_html(text).contains("<math"), "{text}");
    }
    for text in ["$$x$$", "$$ x = y $$", "$$\nx + y\n= z\n$$", "$$\\frac a b$$"] {
        assert!(plain_html(text).contains("<math display=\"block\""), "{text}");
        assert_eq!(codes(text), [""; 0], "{text}");
    }
    for text in ["$x and y$", "$revenue - cost$", "$profit$", "$\\frac{GDP}{n}$", "$$x = cost$$"] {
        assert_eq!(codes(text), ["word-in-formula"], "{text}");
        assert!(plain_html(text).contains("<math"), "{text}");
    }
}

#[test]
fn bare_addresses_are_links() {
    let link = |url: &str, shown: &str| format!("<a href=\"{url}\">{shown}</a>");
    let same = |url: &str| link(url, url);
    let mut pairs = Vec::new();
    for (source, expected) in [
        ("https://x.example", same("https://x.example")),
        (
            "See https://x.example/a_b_c, and",
            format!("See {}, and", same("https://x.example/a_b_c")),
        ),
        ("(https://x.example/a(b))", format!("({})", same("https://x.example/a(b)"))),
        ("(see https://x.example/a.)", format!("(see {}.)", same("https://x.example/a"))),
        ("www.x.example/y?z", link("http://www.x.example/y?z", "www.x.example/y?z")),
        ("https://x.example/*a*/_b_/~c~", format!("{}~", same("https://x.example/*a*/_b_/~c"))),
        (
            "**https://x.example/a--b...c** d",
            format!("<strong>{}</strong> d", same("https://x.example/a--b...c")),
        ),
        ("_https://x.example/_", format!("<em>{}</em>", same("https://x.example/"))),
        (
            "https://x.example/?a=1&amp;b=2&amp;",
            format!(
                "{}&amp;",
                link("https://x.example/?a=1&amp;b=2", "https://x.example/?a=1&amp;b=2")
            ),
        ),
        (
            "https://x.example/?a=1&b=2;",
            format!(
                "{};",
                link("https://x.example/?a=1&amp;b=2", "https://x.example/?a=1&amp;b=2")
            ),
        ),
        ("https://x.example/a\\_b", same("https://x.example/a_b")),
        ("“https://x.example/”", format!("“{}”", same("https://x.example/"))),
        ("\"https://x.example\".", format!("“{}”.", same("https://x.example"))),
        ("HTTP://X.example", same("HTTP://X.example")),
        ("http://localhost:8000/x", same("http://localhost:8000/x")),
        (
            "https://x.example/Russia and Russia",
            format!("{} and <a actor 1>Russia</a>", same("https://x.example/Russia")),
        ),
        ("https://x.example/$5 and US$6", format!("{} and US$6", same("https://x.example/$5"))),
        ("https://x.example。俄", format!("{}。俄", same("https://x.example"))),
        ("a\\\nhttps://x.example\\\nb", format!("a<br>\n{}<br>\nb", same("https://x.example"))),
        ("https://x.example/[a]", same("https://x.example/[a]")),
        (
            "https://w.example/x [y](https://x.example)",
            format!("{} {}", same("https://w.example/x"), link("https://x.example", "y")),
        ),
        // No links: in code, in links and in words, or no domain.
        ("`https://x.example`", "<code>https://x.example</code>".to_owned()),
        ("[https://x.example](y)", "<a Link y>https://x.example</a>".to_owned()),
        (
            "<a href=\"https://y.example\">www.x.example</a>",
            link("https://y.example", "www.x.example"),
        ),
        ("<code>www.x.example</code>", "<code>www.x.example</code>".to_owned()),
        (
            "awww.x.example and xhttps://x.example",
            "awww.x.example and xhttps://x.example".to_owned(),
        ),
        ("www. and https:// and https://?x", "www. and https:// and https://?x".to_owned()),
        ("www.x_y.example/ and www.x.y_z", "www.x_y.example/ and www.x.y_z".to_owned()),
        ("<https://x.example>", same("https://x.example")),
    ] {
        pairs.push((source.to_owned(), paragraph(source), expected));
    }
    all_equal(pairs);
    let table = plain_html("|a|b|\n|-|-|\n|https://x.example/a|b|");
    assert!(
        table
            .contains("<td><a href=\"https://x.example/a\">https://x.example/a</a></td><td>b</td>"),
        "{table}"
    );
    let note = plain_html("x https://x.example[^1]\n\n[^1]: y");
    assert!(note.contains("x.example</a><sup"), "{note}");
    let (body, _) = read("https://x.example/Russia. Türkiye", &Options::default());
    assert_eq!(body.text.mentions.len(), 1);
    assert_eq!(body.text.mentions[0].quote.parts().1, "Türkiye");
    assert_eq!(
        html("    https://x.example\n"),
        "<pre tabindex=\"0\"><code>https://x.example\n</code></pre>\n"
    );
}

#[test]
fn a_definition_has_a_space_behind_its_colon() {
    all_equal(
        [
            ("x\n: y", "<dl>\n<dt>x</dt>\n<dd>y</dd>\n</dl>\n"),
            ("x\n:   y", "<dl>\n<dt>x</dt>\n<dd>y</dd>\n</dl>\n"),
            ("x\n:y", "<p>x\n:y</p>\n"),
            ("x\n:smile: and\n:) z", "<p>x\n:smile: and\n:) z</p>\n"),
            ("> x\n> :y", "<blockquote>\n<p>x\n:y</p>\n</blockquote>\n"),
            ("- x\n  :y", "<ul>\n<li>x\n:y</li>\n</ul>\n"),
            ("a `x\n:y` b", "<p>a <code>x :y</code> b</p>\n"),
            ("x\n:y\n: z", "<dl>\n<dt>x\n:y</dt>\n<dd>z</dd>\n</dl>\n"),
        ]
        .map(|(source, expected)| (source.to_owned(), plain_html(source), expected.to_owned())),
    );
}

fn reports(source: &str) -> Vec<String> {
    let (_, found) = read_with(&NAMES[..3], source, &Options::default());
    found.iter().map(|d| format!("{}: {}", d.code.name(), d.message)).collect()
}

#[test]
fn footnotes_that_are_not_what_they_seem_are_reported() {
    for (source, expected, lost) in [
        (
            "x[^1]\n\n[^1]: one\n\n[^1]: two",
            vec!["footnote: the footnote `[^1]` is defined twice"],
            "two",
        ),
        (
            "x[^A]\n\n[^a]: one\n[^A]: two",
            vec!["footnote: the footnote `[^A]` is defined twice"],
            "two",
        ),
        (
            "x[^1] and [^2] and [^ b c]",
            vec![
                "footnote: the footnote `[^1]` is not defined",
                "footnote: the footnote `[^2]` is not defined",
                "footnote: the footnote `[^ b c]` is not defined",
            ],
            "",
        ),
        (
            "x\n\n[^1]: one",
            vec!["footnote: nothing in the text refers to the footnote `[^1]`"],
            "one",
        ),
        (
            "`[^1]`\n\n[^1]: one",
            vec!["footnote: nothing in the text refers to the footnote `[^1]`"],
            "one",
        ),
        (
            "x\n\n[^1]: one[^2]\n\n[^2]: two",
            vec![
                "footnote: nothing in the text refers to the footnote `[^1]`",
                "footnote: nothing in the text refers to the footnote `[^2]`",
            ],
            "two",
        ),
        (
            "x[^2]\n\n[^1]: one\n\n    > [^2]: two",
            vec!["footnote: nothing in the text refers to the footnote `[^1]`"],
            "one",
        ),
        (
            "`[^b]` x\n\n[^b]: see[^a]\n\n[^a]: one",
            vec![
                "footnote: nothing in the text refers to the footnote `[^a]`",
                "footnote: nothing in the text refers to the footnote `[^b]`",
            ],
            "see",
        ),
        ("x[^1] `[^2]` \\[^3] a^b [a^](y)\n\n[^1]: one", vec![], ""),
        ("|a|\n|-|\n|x[^9]|", vec!["footnote: the footnote `[^9]` is not defined"], ""),
    ] {
        assert_eq!(reports(source), expected, "{source}");
        let out = plain_html(source);
        assert!(lost.is_empty() || !out.contains(lost), "{source}: {out}");
        for at in out.split("href=\"#").skip(1) {
            let id = at.split('"').next().unwrap();
            assert!(out.contains(&format!("id=\"{id}\"")), "{source}: {out}");
        }
    }
    assert!(
        plain_html("x[^2]\n\n[^1]: one\n\n    > [^2]: two").contains("<li id=\"fn--1\"><p>two")
    );
}

const SOURCES: [&str; 4] = ["report", "Treaty", "доклад", "rapport-é"];

/// What a text becomes that may cite: its body, and what is found.
fn citing(source: &str) -> (Body, Vec<String>) {
    let mut diagnostics = Vec::new();
    let registry = registry(&NAMES[..3]);
    let mut linker = Linker::new(&registry, subject(), Policy::First);
    let options = Options { proof: true, ..Options::default() };
    let mut renderer = BodyRenderer::new(&options);
    renderer.cite(SOURCES.into_iter().map(|id| (id, Span::default())));
    let body = renderer.render(&"f.md".into(), source, 0, &mut linker, &mut diagnostics);
    let found = diagnostics.iter().map(|d| format!("{}: {}", d.code.name(), d.message));
    (body, found.collect())
}

#[test]
fn citations_are_found_wherever_text_is() {
    /// A citation as it is written in these cases.
    fn shown(source: u32, place: &str) -> String {
        format!("<sup class=\"citation\">{source}|{place}</sup>")
    }
    for (source, expected) in [
        ("x[^report]", format!("<p>x{}</p>\n", shown(0, ""))),
        ("[^report] x", format!("<p>{} x</p>\n", shown(0, ""))),
        ("x[^report: p. 4] y", format!("<p>x{} y</p>\n", shown(0, "p. 4"))),
        ("x[^report:p. 4]", format!("<p>x{}</p>\n", shown(0, "p. 4"))),
        ("x[^ report : p. 4 ]", format!("<p>x{}</p>\n", shown(0, "p. 4"))),
        ("x[^report:]", format!("<p>x{}</p>\n", shown(0, ""))),
        ("x[^report: pp. 4–6]", format!("<p>x{}</p>\n", shown(0, "pp. 4–6"))),
        ("x[^report: pp. 4--6]", format!("<p>x{}</p>\n", shown(0, "pp. 4–6"))),
        ("x[^report: 12:30]", format!("<p>x{}</p>\n", shown(0, "12:30"))),
        ("x[^report: \"A\"]", format!("<p>x{}</p>\n", shown(0, "“A”"))),
        ("x[^report: *A* `b` &amp; $5]", format!("<p>x{}</p>\n", shown(0, "A b & $5"))),
        ("x[^REPORT] y[^treaty]", format!("<p>x{} y{}</p>\n", shown(0, ""), shown(1, ""))),
        ("x[^доклад: с. 4]", format!("<p>x{}</p>\n", shown(2, "с. 4"))),
        ("x[^rapport-e\u{301}]", format!("<p>x{}</p>\n", shown(3, ""))),
        (
            "x[^report][^treaty: art. 9]",
            format!("<p>x{}{}</p>\n", shown(0, ""), shown(1, "art. 9")),
        ),
        ("x![^report]", format!("<p>x!{}</p>\n", shown(0, ""))),
        ("**x[^report]**", format!("<p><strong>x{}</strong></p>\n", shown(0, ""))),
        ("*x*[^report]*y*", format!("<p><em>x</em>{}<em>y</em></p>\n", shown(0, ""))),
        ("==x[^report]==", format!("<p><mark>x{}</mark></p>\n", shown(0, ""))),
        ("## A[^report]", format!("<h2 id=\"a\">A{}</h2>\n", shown(0, ""))),
        (
            "|a|\n|-|\n|x[^report: p. 4]|",
            format!(
                "<section class=\"table\" tabindex=\"0\" aria-label=\"a\"><table>\n<thead><tr><th scope=\"col\">a</th></tr></thead>\n<tbody>\n<tr><td>x{}</td></tr>\n</tbody></table></section>\n",
                shown(0, "p. 4")
            ),
        ),
        (
            "> x[^report:\n> p. 4]",
            format!("<blockquote>\n<p>x{}</p>\n</blockquote>\n", shown(0, "p. 4")),
        ),
        ("x[^report: p.\n4] y", format!("<p>x{} y</p>\n", shown(0, "p. 4"))),
        ("x [^report](y)", "<p>x <a Link y>^report</a></p>\n".to_owned()),
        (
            "`[^report]` \\[^report] \\\\[^report]",
            format!("<p><code>[^report]</code> [^report] \\{}</p>\n", shown(0, "")),
        ),
        ("Russia[^report]", format!("<p><a actor 1>Russia</a>{}</p>\n", shown(0, ""))),
        ("<b>x</b>[^report: p. 4]", format!("<p><b>x</b>{}</p>\n", shown(0, "p. 4"))),
        ("see https://x.example/a[^report]", String::new()),
    ] {
        let (body, found) = citing(source);
        let out = written(&body);
        if expected.is_empty() {
            assert!(!out.is_empty(), "{source}");
            continue;
        }
        assert_eq!(out, expected, "{source}: {found:?}");
        let link = source.contains("(y)");
        assert!(found.is_empty() || link, "{source}: {found:?}");
    }
    // Without sources, a text is read as ever.
    for text in ["x[^report: p. 4]", "x[^report]"] {
        assert_eq!(html(text), format!("<p>{text}</p>\n"));
    }
}

#[test]
fn citations_that_are_none_are_told_of_and_shown() {
    for (source, expected, shown) in [
        (
            "x[^reprot] y",
            "footnote: `[^reprot]` is neither a footnote nor a source of the brief",
            "<p>x[^reprot] y</p>\n",
        ),
        (
            "x[^reprot: p. 4] y",
            "footnote: the brief has no source `reprot`, which `[^reprot: p. 4]` cites",
            "<p>x[^reprot: p. 4] y</p>\n",
        ),
        (
            "x[^report, p. 4] y",
            "footnote: `[^report, p. 4]` is neither a footnote nor a source of the brief",
            "<p>x[^report, p. 4] y</p>\n",
        ),
        (
            "*x[^report: p* 4] y",
            "footnote: a citation is cut in two by other markup",
            "<p><em>x[^report: p</em> 4] y</p>\n",
        ),
        (
            "x[^report: *p 4] y*",
            "footnote: a citation is cut in two by other markup",
            "<p>x[^report: <em>p 4] y</em></p>\n",
        ),
        (
            "x[^report: `p 4] y`",
            "footnote: a citation is cut in two by other markup",
            "<p>x[^report: <code>p 4] y</code></p>\n",
        ),
        (
            "x[^report:\n\ny] z",
            "footnote: a citation is cut in two by other markup",
            "<p>x[^report:</p>\n<p>y] z</p>\n",
        ),
        (
            "x[^report: a ==b== c] y",
            "footnote: the citation `[^report: a ==b== c]` holds markup",
            "<p>x[^report: a <mark>b</mark> c] y</p>\n",
        ),
        (
            "x[^report: [b]] y",
            "footnote: the citation `[^report: [b]` holds markup",
            "<p>x[^report: [b]] y</p>\n",
        ),
        (
            "[x [^report] y](z)",
            "footnote: the citation `[^report]` stands in a link",
            "<p><a Link z>x [^report] y</a></p>\n",
        ),
        (
            "x[^Report]\n\n[^report]: z",
            "duplicate-source: `report` is a source of the brief and a footnote of its text",
            "",
        ),
    ] {
        let (body, found) = citing(source);
        assert_eq!(found, [expected], "{source}");
        if !shown.is_empty() {
            assert_eq!(written(&body), shown, "{source}");
        }
    }
}

#[test]
fn citations_have_their_place_and_their_sentence() {
    let source = "One. It was confirmed there.[^report] Two[^treaty: art. 9] was not. Three.";
    let (body, found) = citing(source);
    assert_eq!(found, [""; 0]);
    let places: Vec<_> = body.citations.iter().map(|cited| &source[cited.span.range()]).collect();
    assert_eq!(places, ["[^report]", "[^treaty: art. 9]"]);
    let proof = body.text.proof.unwrap();
    let sentences: Vec<_> = proof.citations.iter().map(|cited| cited.sentence.as_str()).collect();
    assert_eq!(sentences, ["It was confirmed there.", "Two was not."]);
}

#[test]
fn sources_are_numbered_as_the_page_cites_them() {
    let source = "x[^доклад] y[^n] z[^report][^доклад: p. 4]\n\n[^n]: a[^treaty]\n\n[^unused]: b[^rapport-é]";
    let (body, _) = citing(source);
    let endnotes = Endnotes::new(5, &body.citations, [&body.text].into_iter(), [4].into_iter());
    assert_eq!(endnotes.order().collect::<Vec<_>>(), [2, 0, 1, 4, 3]);
    assert_eq!((0..5).map(|at| endnotes.number(at).unwrap()).collect::<Vec<_>>(), [2, 3, 1, 5, 4]);
    let cited: Vec<_> = (0..5).map(|at| endnotes.is_cited(at)).collect();
    assert_eq!(cited, [true, true, true, false, true]);
    let shown: Vec<_> =
        endnotes.shown().map(|(at, nth)| (body.citations[at].source, nth)).collect();
    assert_eq!(shown, [(2, 1), (0, 1), (2, 2), (1, 1)]);
}

#[test]
fn wikilinks_are_read_as_they_are_written() {
    all_equal(
        [
            ("|a|b|\n|-|-|\n|[[un\\|The UN]]|x|", "<a Wiki un>The UN</a></td><td>x"),
            ("[[un\\|The UN]]", "<p><a Wiki un>The UN</a></p>"),
            ("[[x|]] [[x| ]]", "<a Wiki x>title of x</a> <a Wiki x>title of x</a>"),
            (
                "[[C# now|x]] [[y#Some words]]",
                "<a Wiki C# now>x</a> <a Wiki y#Some words>title of y#Some words</a>",
            ),
            ("![[a.png]]", "<img src=\"url of a.png\" alt=\"\" loading=\"lazy\">"),
            (
                "![[a.png|200]]",
                "<img src=\"url of a.png\" alt=\"\" width=\"200\" loading=\"lazy\">",
            ),
            ("![[a.png|200x100]]", "alt=\"\" width=\"200\" height=\"100\""),
            ("![[a.png|A ship|200]]", "alt=\"A ship\" width=\"200\""),
            ("![[a.png|A ship]]", "alt=\"A ship\" loading"),
            ("![A ship|200](a.png)", "alt=\"A ship\" width=\"200\""),
            (
                "![A|B](a.png) ![1979](b.png)",
                "alt=\"A|B\" loading=\"lazy\"> <img src=\"url of b.png\" alt=\"1979\" loading",
            ),
            ("|a|\n|-|\n|![[a.png\\|200]]|", "<img src=\"url of a.png\" alt=\"\" width=\"200\""),
        ]
        .map(|(source, part)| {
            let out = plain_html(source);
            let found = if out.contains(part) { part.to_owned() } else { out };
            (source.to_owned(), found, part.to_owned())
        }),
    );
    for (source, expected) in [
        ("[[ ]]", "broken-link: the wikilink names nothing"),
        ("[[ |x]]", "broken-link: the wikilink names nothing"),
        (
            "|a|b|\n|-|-|\n|[[un|The UN]]|",
            "broken-link: the end of the cell cuts the wikilink `[[un` off",
        ),
        (
            "![[note]]",
            "embedded-document: `note` cannot be shown inside of this text: it is no image",
        ),
        (
            "![[note#Part|x]]",
            "embedded-document: `note#Part` cannot be shown inside of this text: it is no image",
        ),
        (
            "![[r.pdf]]",
            "embedded-document: `r.pdf` cannot be shown inside of this text: it is no image",
        ),
        (
            "|a|b|\n|-|-|\n|x|y|z|",
            "extra-cell: this row has more cells than the table has columns: 2",
        ),
        ("[x](a b.pdf)", "no-link: this is no link, as there is a space in its address"),
        ("[x](../a b/c.md \"t\")", "no-link: this is no link, as there is a space in its address"),
    ] {
        assert_eq!(reports(source).first().map(String::as_str), Some(expected), "{source}");
    }
    for source in [
        "[[x|y]]",
        "|a|b|\n|-|-|\n|x|",
        "|a|b|\n|-|-|\n|x|y|  ",
        "|a|\n|-|\n|x\\|y|",
        "[sic](as he said)",
        "\\[x](a b.pdf)",
        "[x](<a b.pdf>)",
        "`[x](a b.pdf)`",
        "a](b c.pdf)",
        "|a|\n|-|\n|\\[[x]]|",
        "![[a b.jpeg|x]]",
        "[x](see p. 3)",
    ] {
        assert_eq!(reports(source), [""; 0], "{source}");
    }
}

#[test]
fn quotation_marks_are_those_of_the_language() {
    let text = "\"Er's 'gut'\" (\"*so*\") sagte\" und \"";
    for (language, expected) in [
        ("en", "“Er’s ‘gut’” (“<em>so</em>”) sagte” und \""),
        ("de", "„Er’s ‚gut‘“ („<em>so</em>“) sagte“ und \""),
        (
            "fr-FR",
            "«\u{202f}Er’s «\u{202f}gut\u{202f}»\u{202f}» («\u{202f}<em>so</em>\u{202f}») sagte\u{202f}» und \"",
        ),
        ("ru", "«Er’s „gut“» («<em>so</em>») sagte» und \""),
    ] {
        let options = Options { language: language.into(), ..Options::default() };
        let (body, _) = read_with(&NAMES[..3], text, &options);
        assert_eq!(written(&body), format!("<p>{expected}</p>\n"), "{language}");
        let straight = Options { smart_punctuation: false, ..options };
        let (body, _) = read_with(&NAMES[..3], text, &straight);
        assert!(!written(&body).contains(['“', '„', '«']), "{language}");
    }
    for (source, expected) in [
        ("said so.\"", "said so.”"),
        ("the word\" and \"it\"", "the word” and “it”"),
        ("a 12\" gun", "a 12” gun"),
        ("צה\"ל", "צה\"ל"),
        ("the US' and Russia's", "the US’ and <a actor 1>Russia</a>’s"),
        ("the '90s' end", "the ‘90s’ end"),
        ("\\\"x\\\"", "\"x\""),
    ] {
        assert_eq!(paragraph(source), expected, "{source}");
    }
}

/// A table says what it is of, and no two say the same; it is reached by the keyboard.
#[test]
fn tables_are_named_by_their_columns() {
    let table = "| Party | |\n|---|---|\n| b | c |\n\n";
    let html = html(&format!("{table}{table}| | |\n|---|---|\n| b | c |\n"));
    let names: Vec<&str> = html
        .split("<section class=\"table\" tabindex=\"0\"")
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap())
        .collect();
    assert_eq!(names, [" aria-label=\"Party\"", " aria-label=\"Party (2)\"", ""]);
}

/// Paragraphs of the text itself have anchors that follow from their words.
#[test]
fn paragraphs_have_anchors_that_follow_from_their_words() {
    let options = Options { paragraphs: true, ..Options::default() };
    let anchors = |source: &str| {
        let (body, _) = read_with(&["Oz"], source, &options);
        let html = written(&body);
        let ids: Vec<String> = html
            .split("<p id=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect();
        for id in &ids {
            assert!(id.starts_with("p--"), "{id}");
            assert!(body.anchors().any(|known| known == id), "{id}");
        }
        ids
    };
    let one = anchors("One of [Oz](y).\n\nTwo.");
    assert_eq!(one.len(), 2);
    // They go with their words, and the same words are told apart.
    let moved = anchors("Two.\n\nNew.\n\nOne of [Oz](y).\n\nTwo.");
    assert_eq!((&moved[0], &moved[2]), (&one[1], &one[0]));
    assert_eq!(moved[3], format!("{}-2", one[1]));
    // What is no paragraph of the text has none.
    let nested = "- a\n\n  b\n\n> c\n\n![d](e.svg \"f\")\n\n[^1]: g\n\nh[^1]\n";
    assert_eq!(anchors(nested).len(), 1);
}
