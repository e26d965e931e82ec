//! What pages say of themselves to other programs, on built sites.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test prepares files, and may stop where it fails"
)]

mod site;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use site::{Scratch, chancery, files};

const START: &str = "<script type=\"application/ld+json\">";

/// The things that a page speaks of; none if it says nothing.
fn graph(html: &str) -> Option<Vec<Value>> {
    let mut blocks = html.split(START).skip(1);
    let block = blocks.next()?.split("</script>").next().unwrap();
    assert!(blocks.next().is_none());
    let mut data: Value = serde_json::from_str(block).unwrap_or_else(|e| panic!("{e}: {block}"));
    assert_eq!(data["@context"], "https://schema.org");
    match data["@graph"].take() {
        Value::Array(things) => Some(things),
        other => panic!("{other}"),
    }
}

/// What each page of a site says, by the name of its file.
fn graphs(site: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<Value>> {
    let pages = site.iter().filter(|(name, _)| name.ends_with(".html"));
    let graphs = pages
        .map(|(name, bytes)| Some((name.clone(), graph(std::str::from_utf8(bytes).unwrap())?)));
    graphs.flatten().collect()
}

/// The things of a kind that a page speaks of.
fn of_type<'v>(things: &'v [Value], kind: &str) -> Vec<&'v Value> {
    things.iter().filter(|thing| thing["@type"] == kind).collect()
}

/// Every value of `@id`, at any depth.
fn ids(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| ids(item, found)),
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(id) if key == "@id" => found.push(id.clone()),
                    value => ids(value, found),
                }
            }
        }
        _ => {}
    }
}

/// Holds what a site says against what it must.
fn check(site: &BTreeMap<String, Vec<u8>>, base: &str) -> BTreeMap<String, Vec<Value>> {
    let graphs = graphs(site);
    for (name, things) in &graphs {
        let url = format!("{base}{}", name.strip_suffix("index.html").unwrap());
        assert_eq!(things[0]["@id"], *url, "{name}");
        let mut found = Vec::new();
        for thing in things {
            let required: &[&str] = match thing["@type"].as_str().unwrap() {
                "AnalysisNewsArticle" | "BackgroundNewsArticle" | "Report" => {
                    &["@id", "headline", "url", "mainEntityOfPage", "datePublished", "inLanguage"]
                }
                "Country" | "GovernmentOrganization" | "Organization" | "Person" => {
                    &["@id", "url", "name"]
                }
                // A kind of the site's own.
                "PoliticalParty" | "SoftwareApplication" | "Thing" => &["@id", "url", "name"],
                "DefinedTerm" => &["@id", "url", "name", "inDefinedTermSet"],
                "DefinedTermSet" | "CreativeWorkSeries" | "WebSite" => &["@id", "url", "name"],
                "Event" => &["name", "startDate", "subjectOf"],
                "BreadcrumbList" => &["itemListElement"],
                other => panic!("{name}: {other}"),
            };
            for key in required {
                assert!(!thing[*key].is_null(), "{name}: {key} is missing in {thing}");
            }
            ids(thing, &mut found);
        }
        for id in found {
            let path = id.strip_prefix(base).unwrap_or_else(|| panic!("{name}: {id}"));
            let path = percent_encoding::percent_decode_str(path).decode_utf8().unwrap();
            assert!(site.contains_key(&format!("{path}index.html")), "{name}: {id} is no page");
        }
    }
    // Documents have something to say, and lists but for the first page of one have not.
    for (name, bytes) in site.iter().filter(|(name, _)| name.ends_with("/index.html")) {
        if String::from_utf8_lossy(bytes).contains("http-equiv=\"refresh\"") {
            continue;
        }
        let document = ["briefs/", "actors/", "topics/", "storylines/"]
            .iter()
            .any(|folder| name.strip_prefix(folder).is_some_and(|rest| rest != "index.html"));
        // A month of all storylines is a list.
        let document = document && !name.starts_with("storylines/20");
        let later = name.contains("/page/") || name.starts_with("page/");
        assert_eq!(
            graphs.contains_key(name),
            (document && !later) || name == "topics/index.html",
            "{name}"
        );
    }
    assert!(graphs.contains_key("index.html"));
    graphs
}

fn built(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out");
    let run =
        chancery(root, &["build", "--now", "2026-01-01", "--output", output.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    files(&output)
}

#[test]
fn every_page_of_the_demo_says_what_it_is() {
    let site = built(Path::new(env!("CARGO_MANIFEST_DIR")));
    let graphs = check(&site, "https://chancery.example/");
    let brief = &graphs["briefs/2025-02-27-istanbul-embassy-talks/index.html"];
    assert!(
        !of_type(brief, "AnalysisNewsArticle").is_empty() || !of_type(brief, "Report").is_empty()
    );
    assert!(brief[0]["about"].as_array().unwrap().len() > 1);
    assert!(!of_type(brief, "Event").is_empty());
    // It is signed by a desk, and leads with no picture; another has one.
    assert_eq!(brief[0]["author"][0]["@type"], "Organization");
    assert!(brief[0].get("image").is_none());
    let pictured = &graphs["briefs/2025-02-27-low-point-in-relations/index.html"][0];
    let picture = "briefs/2025-02-27-low-point-in-relations/relations-timeline.svg";
    assert_eq!(pictured["image"], format!("https://chancery.example/{picture}"));
    assert!(site.contains_key(picture));
    assert_eq!(graphs["actors/ru/index.html"][0]["@type"], "Country");
    assert_eq!(graphs["actors/lavrov/index.html"][0]["@type"], "Person");
    assert_eq!(graphs["actors/state-department/index.html"][0]["@type"], "GovernmentOrganization");
    let topics = graphs.iter().filter(|(name, _)| name.starts_with("topics/"));
    let trails = topics.filter(|(_, things)| !of_type(things, "BreadcrumbList").is_empty());
    assert!(trails.count() > 1);
}

#[test]
fn the_golden_sites_say_what_they_declare() {
    let scratch = Scratch::empty();
    scratch.lay_over(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites/features"));
    let graphs = check(&built(&scratch.root), "https://x.example/repo/");
    let brief = &graphs["briefs/2025-02-27-talks/index.html"];
    let article = &brief[0];
    assert_eq!(article["headline"], "Talks & <terms>");
    assert_eq!(article["dateModified"], "2025-03-01T07:00:00Z");
    assert_eq!(article["temporalCoverage"], "2014/2025-02-27");
    assert_eq!(article["author"][0]["name"], "A. Author");
    assert_eq!(article["publisher"]["name"], "The desk");
    assert_eq!(article["isPartOf"]["name"], "A thaw");
    assert_eq!(article["position"], 3);
    assert!(graphs.contains_key("storylines/thaw/index.html"));
    assert!(!graphs.contains_key("storylines/thaw/page/2/index.html"), "it says so once");
    // What the author declares is apart from what is found in the text.
    let names = |value: &Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|v| v["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&article["about"]), ["United States", "Russia", "Missions"]);
    assert_eq!(article["mentions"][0]["@id"], "https://x.example/repo/actors/lavrov/");
    let events = of_type(brief, "Event");
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["location"]["name"], "Istanbul");
    assert_eq!(names(&events[0]["attendee"]), ["United States", "Russia"]);
    let person = &graphs["actors/lavrov/index.html"][0];
    assert_eq!(person["jobTitle"][0], "Foreign Minister");
    let trail = of_type(&graphs["topics/missions/index.html"], "BreadcrumbList")[0];
    assert_eq!(trail["itemListElement"][0]["item"]["name"], "Diplomacy");
    assert_eq!(trail["itemListElement"][1]["position"], 2);
}

/// A relation is said where schema.org has a property for it between two such actors, and it holds; a kind of the site's own
/// is what the site says that it is.
#[test]
fn relations_are_told_as_far_as_schema_org_has_words_for_them() {
    let scratch = Scratch::small();
    scratch.write(
        "site.toml",
        "title = \"S\"\nbase_url = \"https://s.example/\"\n\
         [kinds.party]\nname = \"Party\"\nplural = \"Parties\"\nschema_type = \"PoliticalParty\"\n\
         [kinds.ship]\nname = \"Ship\"\nplural = \"Ships\"\n\
         [relations.works-for]\nname = \"works for\"\ninverse = \"employs\"\nschema_property = \"worksFor\"\n\
         [relations.sits-in]\nname = \"sits in\"\ninverse = \"seats\"\nschema_property = \"memberOf\"\n\
         [relations.married-to]\nname = \"married to\"\nschema_property = \"spouse\"\n\
         [relations.owns]\nname = \"owns\"\ninverse = \"owned by\"\n",
    );
    let actor = |name: &str, kind: &str, more: &str| {
        let text =
            format!("+++\nname = \"{}\"\nkind = \"{kind}\"\n{more}+++\n", name.to_uppercase());
        scratch.write(&format!("content/actors/{name}.md"), text);
    };
    let relations = [
        "{ kind = \"works-for\", to = \"party\" }",
        "{ kind = \"works-for\", to = \"club\", until = 2020 }",
        "{ kind = \"works-for\", to = \"ship\" }",
        "{ kind = \"sits-in\", to = \"party\" }",
        "{ kind = \"married-to\", to = \"ben\" }",
        "{ kind = \"owns\", to = \"ship\" }",
    ];
    let more = format!("member_of = [\"club\"]\nrelations = [{}]\n", relations.join(", "));
    actor("ada", "person", &more);
    actor("ben", "person", "");
    actor("club", "organisation", "");
    actor("party", "party", "part_of = \"club\"\n");
    actor("ship", "ship", "member_of = [\"club\"]\n");
    let graphs = check(&built(&scratch.root), "https://s.example/");
    let names = |actor: &str, property: &str| -> Vec<String> {
        let thing = &graphs[&format!("actors/{actor}/index.html")][0];
        let others = thing[property].as_array().cloned().unwrap_or_default();
        others.iter().map(|other| other["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("ada", "worksFor"), ["PARTY"], "past, and a ship is no employer");
    assert_eq!(names("ada", "memberOf"), ["CLUB", "PARTY"]);
    assert_eq!(names("ada", "spouse"), ["BEN"]);
    assert_eq!(names("ben", "spouse"), ["ADA"], "it is the same from both ends");
    assert_eq!(names("party", "parentOrganization"), ["CLUB"]);
    let ada = graphs["actors/ada/index.html"][0].as_object().unwrap();
    assert!(
        !ada.contains_key("owns") && !ada.values().any(|value| value.to_string().contains("SHIP"))
    );
    let of_type = |actor: &str| graphs[&format!("actors/{actor}/index.html")][0]["@type"].clone();
    assert_eq!((of_type("party"), of_type("ship")), ("PoliticalParty".into(), "Thing".into()));
    let ship = graphs["actors/ship/index.html"][0].as_object().unwrap();
    assert!(!ship.contains_key("memberOf") && !ship.contains_key("parentOrganization"));
}

#[test]
fn a_hostile_title_stays_a_title() {
    let scratch = Scratch::small();
    let title = "</script><script>alert(1)</script> & \"so\" \\ on <!-- \u{2028}\u{2029}";
    let front = format!("title = {}\ndate = 2025-03-01\nactors = [\"us\"]", toml(title));
    scratch.write("content/briefs/hostile.md", format!("+++\n{front}\n+++\nText.\n"));
    scratch.write(
        "content/actors/us.md",
        format!("+++\nname = {}\nkind = \"body\"\ndraft = false\n+++\n", toml(title)),
    );
    let graphs = check(&built(&scratch.root), "https://small.example/");
    let article = &graphs["briefs/hostile/index.html"][0];
    assert_eq!(article["headline"], title);
    assert_eq!(article["about"][0]["name"], title);
    assert_eq!(graphs["actors/us/index.html"][0]["@type"], "Organization");
}

/// Text as TOML has it.
fn toml(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

#[test]
fn a_site_may_say_nothing() {
    let scratch = Scratch::small();
    let quiet = "title = \"Small\"\nbase_url = \"https://small.example/\"\n[structured_data]\nenabled = false\n";
    scratch.write("site.toml", quiet);
    assert!(graphs(&built(&scratch.root)).is_empty());
}

#[test]
fn sources_are_cited() {
    let scratch = Scratch::empty();
    scratch.lay_over(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites/sources"));
    let graphs = check(&built(&scratch.root), "https://x.example/");
    let cited = &graphs["briefs/2025-02-27-cited/index.html"][0]["citation"];
    let of = |name: &str| cited.as_array().unwrap().iter().find(|c| c["name"] == name).unwrap();
    let treaty = of("Convention & protocol");
    assert_eq!(treaty["@type"], "Legislation");
    assert_eq!(treaty["datePublished"], "1961-04-18");
    assert_eq!(treaty["archivedAt"], "https://archive.example/61");
    assert_eq!(treaty["publisher"]["name"], "A depositary");
    assert_eq!(of("They meet")["author"]["name"], "A. Reporter");
    assert_eq!(of("A report")["creativeWorkStatus"], "Retracted");
    let plain = &graphs["briefs/2025-02-26-plain/index.html"][0];
    assert!(plain["citation"].is_null());
}
