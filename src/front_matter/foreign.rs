//! Keys of other generators, and spellings of Chancery's own that they use: what each is called here.

/// What a key of another generator is here.
enum Here {
    /// The first of these keys that the document can have, and what to say of it.
    Key(&'static [&'static str], &'static str),
    /// Nothing, and why.
    Nothing(&'static str),
}

use Here::{Key, Nothing};

const LAYOUT: &str = "each kind of document has a template of its own";
const ORDER: &str = "lists are in the order of dates or names";
const FEATURE: &str = "it has no meaning here";

/// Keys as Jekyll, Hugo, Zola, Eleventy, Astro, Pelican, Hexo, Quarto, Docusaurus and Ghost have them: in lower case without
/// signs between their words.
const KNOWN: &[(&[&str], Here)] = &[
    (
        &[
            "tags",
            "tag",
            "categories",
            "category",
            "keywords",
            "keyword",
            "taxonomies",
            "labels",
            "subjects",
        ],
        Key(&["topics"], "the ids of topics, each a file in `content/topics`"),
    ),
    (
        &[
            "description",
            "excerpt",
            "abstract",
            "subtitle",
            "teaser",
            "deck",
            "dek",
            "metadescription",
            "synopsis",
            "standfirst",
            "intro",
            "blurb",
        ],
        Key(&["summary"], "one sentence, for lists and feeds"),
    ),
    (
        &["keyjudgement", "keyjudgment", "bottomline", "takeaway", "tldr"],
        Key(&["bluf"], "the bottom line up front"),
    ),
    (
        &[
            "lastmod",
            "modified",
            "lastmodified",
            "lastmodifiedat",
            "datemodified",
            "modifieddate",
            "updatedat",
            "updateddate",
            "lastupdated",
            "lastupdate",
            "dateupdated",
            "changed",
        ],
        Key(&["updated"], "when it last changed"),
    ),
    (
        &[
            "pubdate",
            "publisheddate",
            "publishedat",
            "datepublished",
            "created",
            "createdat",
            "datecreated",
            "posted",
            "postdate",
            "datetime",
            "day",
            "time",
        ],
        Key(&["date"], "the day or moment of the brief"),
    ),
    (
        &["publishdate", "releasedate", "scheduled"],
        Key(&["embargo"], "it is not published before that moment; the day of the brief is `date`"),
    ),
    (
        &[
            "expirydate",
            "expiry",
            "expiresat",
            "expiredate",
            "expirationdate",
            "unpublishdate",
            "expire",
            "until",
        ],
        Key(&["expires"], "it is not published from that moment on"),
    ),
    (
        &["author", "byline", "by", "writer", "writers", "creator", "contributors", "contributor"],
        Key(&["authors"], "a list of names, as in `[\"A. Name\"]`"),
    ),
    (
        &["aliases", "alias", "redirectfrom", "redirect", "oldurl", "oldurls", "oldpaths"],
        Key(&["redirects"], "a list of old addresses that lead here, as in `[\"/old/path/\"]`"),
    ),
    (
        &["permalink", "url", "address", "route", "canonicalpath"],
        Key(
            &["redirects", "path"],
            "a list of old addresses that lead here; or keep the address itself with `path`",
        ),
    ),
    (
        &["slug", "id", "uid", "basename", "identifier"],
        Key(
            &["path"],
            "the whole address, such as `/talks/`; or leave it out: the name of the file makes the address",
        ),
    ),
    (
        &["published", "publish", "public", "visible"],
        Key(
            &["draft"],
            "it is true where `published` is false; leave both out of what is to be published",
        ),
    ),
    (&["unpublished", "hidden", "private", "wip", "buildfuture"], Key(&["draft"], "true or false")),
    (
        &["series", "story", "collection"],
        Key(&["storyline"], "the id of a storyline, a file in `content/storylines`"),
    ),
    (&["lang", "locale", "languagecode", "hreflang"], Key(&["language"], "such as `en`")),
    (
        &["headline", "heading", "linktitle", "seotitle", "pagetitle", "h1"],
        Key(&["title", "name"], "as it is shown"),
    ),
    (&["title", "label", "fullname", "displayname"], Key(&["name", "menu"], "as it is shown")),
    (&["name"], Key(&["title"], "as it is shown")),
    (
        &["navtitle", "menutitle", "sidebarlabel", "navigation"],
        Key(&["menu"], "its label in the menu"),
    ),
    (
        &["order", "navorder", "position", "sidebarposition", "sortorder", "sort"],
        Key(&["weight"], "its order in the menu, lowest first"),
    ),
    (&["weight", "rank", "priority", "sticky", "pin", "pinned", "featured"], Nothing(ORDER)),
    (
        &["thumbnail", "photo", "picture", "avatar", "portrait", "logo", "icon"],
        Key(&["image"], "the path of a file"),
    ),
    (&["homepage", "web", "site", "link"], Key(&["website"], "its own site")),
    (&["type", "posttype", "format"], Key(&["kind"], "what it is")),
    (
        &[
            "countries",
            "country",
            "people",
            "persons",
            "organisations",
            "organizations",
            "entities",
        ],
        Key(&["actors"], "the ids of actors, each a file in `content/actors`"),
    ),
    (
        &[
            "layout",
            "template",
            "pagetemplate",
            "view",
            "theme",
            "classes",
            "class",
            "cssclass",
            "cssclasses",
            "bodyclass",
            "style",
            "styles",
        ],
        Nothing(LAYOUT),
    ),
    (
        &[
            "image",
            "images",
            "cover",
            "coverimage",
            "featuredimage",
            "featureimage",
            "feature",
            "hero",
            "heroimage",
            "banner",
            "header",
            "ogimage",
            "socialimage",
            "caption",
            "thumb",
        ],
        Nothing("put the image into the text, as in `![what it shows](file.jpg)`"),
    ),
    (
        &[
            "comments",
            "comment",
            "disqus",
            "share",
            "toc",
            "tableofcontents",
            "math",
            "mathjax",
            "katex",
            "mermaid",
            "outputs",
            "markup",
            "cascade",
            "headless",
            "resources",
            "sitemap",
            "render",
            "eleventyexcludefromcollections",
            "pagination",
            "paginate",
            "draftlink",
            "insertanchorlinks",
            "inlinetoc",
            "generatefeed",
            "generatefeeds",
            "insearchindex",
            "robots",
            "noindex",
            "seo",
            "og",
            "twitter",
            "readingtime",
            "readtime",
            "wordcount",
            "iscjklanguage",
            "status",
            "parent",
            "section",
            "sections",
            "params",
            "data",
            "menus",
            "output",
            "bibliography",
            "csl",
            "execute",
            "jupyter",
            "editor",
        ],
        Nothing(FEATURE),
    ),
    (&["canonical", "canonicalurl", "canonicallink"], Nothing("each page names its own address")),
];

/// A key in lower case without signs between its words.
fn plain(key: &str) -> String {
    key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What to say of a value that is no table with such keys, where other generators have a value of another kind under the key.
pub(super) fn elsewhere(keys: &[&'static str]) -> Option<&'static str> {
    // A series, which is declared a floor above.
    keys.starts_with(&["file", "title", "unit"]).then_some(
        "the series that a text belongs to elsewhere is a storyline here: write its id, as in `storyline = \"id\"`; `[[series]]` is numbers by date",
    )
}

/// What to say of a key that is none of the document's `known` keys, but one of another generator or one of them in another
/// spelling: a message and help.
pub(super) fn known_as(key: &str, known: &[&'static str]) -> Option<(String, String)> {
    let written = plain(key);
    if let Some(own) = known.iter().find(|own| plain(own) == written) {
        let message = format!("the key `{key}` is written `{own}`");
        return Some((message, format!("write `{own}`")));
    }
    let mut meant =
        KNOWN.iter().filter(|(names, _)| names.contains(&&*written)).map(|(_, here)| here);
    let found = meant.clone().find_map(|here| match here {
        Key(keys, say) => keys.iter().find(|key| known.contains(key)).map(|own| (*own, *say)),
        Nothing(_) => None,
    });
    if let Some((own, say)) = found {
        let message = format!("the key `{key}` is called `{own}` here");
        return Some((message, format!("write `{own}`: {say}")));
    }
    let why = match meant.next_back()? {
        Key(..) => "this kind of document has no such key",
        Nothing(why) => why,
    };
    Some((
        format!("there is no key `{key}` here"),
        format!("take it out: {why}; or put it below `[extra]`, for templates of your own"),
    ))
}

/// Which of the `known` keys another generator's key is, if it is one of them.
pub(crate) fn own(key: &str, known: &[&'static str]) -> Option<&'static str> {
    let written = plain(key);
    if let Some(own) = known.iter().find(|own| plain(own) == written) {
        return Some(own);
    }
    let mut meant = KNOWN.iter().filter(|(names, _)| names.contains(&&*written));
    meant.find_map(|(_, here)| match here {
        Key(keys, _) => keys.iter().find(|key| known.contains(key)).copied(),
        Nothing(_) => None,
    })
}

/// Whether a key is what others call `own`.
pub(super) fn is(key: &str, own: &str) -> bool {
    let written = plain(key);
    let names = |(names, here): &(&[&str], Here)| {
        matches!(here, Key(keys, _) if keys.contains(&own)) && names.contains(&&*written)
    };
    written == plain(own) || KNOWN.iter().any(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_stands_twice_in_one_meaning_and_all_are_plain() {
        for (names, _) in KNOWN {
            let mut sorted = names.to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), names.len(), "{names:?}");
            assert!(names.iter().all(|name| plain(name) == *name), "{names:?}");
        }
    }
}
