//! Any registry and any text: what is found lies in the text, in order, and says who and why; and links
//! change nothing of what is printed.

#![no_main]

use std::sync::{Arc, LazyLock};

use arbitrary::Arbitrary;
use chancery::internals::html::Html;
use chancery::internals::markdown::{Fill, Options, RawHtml, BodyRenderer};
use chancery::internals::names::{
    Declaration, Languages, Linker, Name, Policy, RegisteredIx, Registry, Role, Setting, Subject,
};
use jiff::civil::date;
use libfuzzer_sys::fuzz_target;

static LANGUAGES: LazyLock<Languages> = LazyLock::new(Languages::default);

#[derive(Arbitrary, Debug)]
struct Actor<'a> {
    name: &'a str,
    aliases: Vec<&'a str>,
    abbreviation: Option<&'a str>,
    weak: Vec<&'a str>,
    metonyms: Vec<&'a str>,
    demonyms: Vec<&'a str>,
    stop: Vec<&'a str>,
    roles: Vec<&'a str>,
    guarded: Vec<&'a str>,
    state: bool,
    draft: bool,
}

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    actors: Vec<Actor<'a>>,
    about: Vec<u32>,
    own: Option<u32>,
    policy: u8,
    language: u8,
    text: &'a str,
}

fn declaration(actor: &Actor<'_>) -> Declaration {
    let name = |text: &&str| Name { text: (*text).to_owned(), ..Name::default() };
    let names = |list: &[&str]| list.iter().map(name).collect();
    Declaration {
        id: actor.name.to_owned(),
        name: name(&actor.name),
        aliases: names(&actor.aliases),
        abbreviation: actor.abbreviation.as_ref().map(name),
        weak: names(&actor.weak),
        metonyms: names(&actor.metonyms),
        demonyms: names(&actor.demonyms),
        stop: names(&actor.stop),
        roles: actor.roles.iter().map(|title| Role { title: name(title), from: None, to: None }).collect(),
        guarded: names(&actor.guarded),
        state: actor.state,
        draft: actor.draft,
        ..Declaration::default()
    }
}

fuzz_target!(|case: Case<'_>| {
    let actors: Vec<Declaration> = case.actors.iter().map(declaration).collect();
    let registry = Registry::new(&actors, &mut Vec::new());
    let policy = [Policy::First, Policy::Section, Policy::All, Policy::None][usize::from(case.policy % 4)];
    let tags = ["en", "de", "fr", "es", "tr", "ru", "uk", "zh", "fi"];
    let language = LANGUAGES.of(tags[usize::from(case.language) % tags.len()]);
    let date = Some(date(2025, 2, 27));
    let number = |number: u32| RegisteredIx::new(number as usize);
    let about: Vec<RegisteredIx> = case.about.iter().copied().map(number).collect();
    let subject = Subject { about: &about, own: case.own.map(number), date, language };
    let mut found = Vec::new();
    let mut linker = Linker::new(&registry, subject, policy);
    linker.block(case.text, &[], |_| Setting::Prose, &mut found);
    if let Some(mut informed) = linker.informed() {
        // Who is named in full is the same at every reading, so that the second is the last.
        informed.block(case.text, &[], |_| Setting::Prose, &mut Vec::new());
        let again = informed.informed().map(|mut last| {
            let mut found = Vec::new();
            last.block(case.text, &[], |_| Setting::Prose, &mut found);
            found
        });
        assert!(again.is_none());
    }
    let mut last = 0;
    for f in &found {
        assert!(f.range.start >= last && f.range.end > f.range.start);
        assert!(case.text.get(f.range.clone()).is_some());
        assert!(f.actor.is_none_or(|actor| actor.get() < actors.len()));
        assert!(!f.explain(&registry).is_empty());
        last = f.range.end;
    }
    // The printed text without its links is the text without linking, but for the `~` that suppress.
    let file: Arc<str> = "f.md".into();
    let options = Options { raw_html: RawHtml::Escape, proof: true, ..Options::default() };
    let read = |registry: &Registry| {
        let mut linker = Linker::new(registry, subject, policy);
        let body = BodyRenderer::new(&options).render(&file, case.text, 0, &mut linker, &mut Vec::new());
        let mut html = Html::default();
        body.text.write(&mut html, &mut |fill, out| match fill {
            Fill::LinkOpen(_) | Fill::LinkText(_) | Fill::Url(_) => out.literal("hole"),
            _ => {}
        });
        html.replace('~', "")
    };
    let nobody = Registry::new(&[], &mut Vec::new());
    assert_eq!(read(&registry), read(&nobody));
});
