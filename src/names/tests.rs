//! The examples of the rules, as data, and what holds for any text.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::*;
use crate::arena::Ix;
use crate::diagnostic::{Code, Place, Span};

impl Linker<'_> {
    /// A block without inline elements.
    pub(super) fn passage(&mut self, text: &str, setting: Setting, found: &mut Vec<Found>) {
        self.block(text, &[], |_| setting, found);
    }
}

fn languages() -> &'static Languages {
    static LANGUAGES: LazyLock<Languages> = LazyLock::new(Languages::default);
    &LANGUAGES
}

/// A document in English of which nothing is known.
pub(crate) fn subject<'s>() -> Subject<'s> {
    Subject { about: &[], own: None, date: None, language: languages().of("en") }
}

fn name(text: &str) -> Name {
    Name { text: text.into(), span: Span::default() }
}

/// `form: a; b | form: c` after the id and the name.
fn declaration(line: &str) -> Declaration {
    let mut parts = line.split('|').map(str::trim);
    let (id, shown) = parts.next().unwrap().split_once(' ').unwrap();
    let mut made = Declaration {
        file: format!("content/actors/{id}.md").into(),
        id: id.into(),
        name: name(shown),
        ..Declaration::default()
    };
    for part in parts {
        let (form, names) = part.split_once(": ").unwrap();
        let names: Vec<Name> = names.split("; ").map(name).collect();
        match form {
            "aliases" => made.aliases = names,
            "abbreviation" => made.abbreviation = names.into_iter().next(),
            "weak" => made.weak = names,
            "metonyms" => made.metonyms = names,
            "demonyms" => made.demonyms = names,
            "stop" => made.stop = names,
            "guarded" => made.guarded = names,
            "role" => {
                let day = |n: &Name| n.text.parse::<Date>().ok();
                made.roles.push(Role {
                    title: names[0].clone(),
                    from: day(&names[1]),
                    to: day(&names[2]),
                });
            }
            other => panic!("{other}"),
        }
    }
    made
}

const ACTORS: &str = "\
us United States | aliases: U.S.; US; 美国 | metonyms: Washington | demonyms: American | stop: The Washington Post
ru Russia | aliases: Russian Federation; 俄罗斯; ロシア; รัสเซีย | metonyms: Moscow; the Kremlin | demonyms: Russian; Russians | stop: Moscow, Idaho
tr Türkiye | aliases: Turkey; Cumhurbaşkanlığı; İstanbul | metonyms: Ankara | demonyms: Turkish | stop: turkey stuffing
un United Nations | aliases: UN
unsc UN Security Council
mfa-ru Russian Foreign Ministry
lavrov Sergey Lavrov | aliases: Sergei Lavrov | weak: Lavrov
keceli Öncü Keçeli
ivanov-s Sergei Ivanov | weak: Ivanov
ivanov-i Igor Ivanov | weak: Ivanov
rubio Marco Rubio | role: Secretary of State; 2025-01-21; -
blinken Antony Blinken | role: Secretary of State; 2021-01-26; 2025-01-21
ge Georgia
us-ga Georgia
putin Vladimir Putin | aliases: President Putin
bosnia Bosnia-Herzegovina
oneill Tip O'Neill
grossmann Jürgen Großmann
ndr 'Ndrangheta
aa American Airlines | weak: American";

fn registry() -> Registry {
    let actors: Vec<_> = ACTORS.lines().map(declaration).collect();
    Registry::new(&actors, &mut Vec::new())
}

fn actor(registry: &Registry, id: &str) -> RegisteredIx {
    *registry.numbers().get(id).unwrap()
}

/// `US→us m:ru ?Moscow(locative)`: linked, counted, passed over. Passed-over stop phrases and the
/// like are shown too, so that a table row is everything that was found.
fn shown(registry: &Registry, text: &str, found: &[Found]) -> String {
    let one = |f: &Found| {
        let id = f.actor.map_or("", |actor| registry.id(actor));
        let words = &text[f.range.clone()];
        match f.verdict {
            Verdict::Linked => format!("{words}→{id}{}", if f.folded { "*" } else { "" }),
            Verdict::Counted(_) => format!("m:{id}"),
            Verdict::PassedOver(why) => format!("?{words}({})", why.name()),
        }
    };
    found.iter().map(one).collect::<Vec<_>>().join(" ")
}

fn run(about: &[&str], day: Option<Date>, text: &str) -> String {
    let registry = registry();
    let about: Vec<_> = about.iter().map(|id| actor(&registry, id)).collect();
    let mut found = Vec::new();
    Linker::new(
        &registry,
        Subject { about: &about, own: None, date: day, language: languages().of("en") },
        Policy::First,
    )
    .passage(text, Setting::Prose, &mut found);
    shown(&registry, text, &found)
}

/// Texts and what is found in them when the brief lists us and ru.
const EXAMPLES: &[(&str, &str)] = &[
    ("US and Russian officials met", "US→us m:ru"),
    ("US-Russia", "US→us Russia→ru"),
    ("US\u{2011}Russia", "US→us Russia→ru"),
    ("the United States' view", "United States→us"),
    ("USAID funds", ""),
    ("Prussia's archive", ""),
    ("Moscow rejected it", "Moscow→ru"),
    ("Moscow, Idaho", "?Moscow, Idaho(stop)"),
    ("Ankara hosted", "?Ankara(no-evidence)"),
    ("Lavrov said", "?Lavrov(no-evidence)"),
    ("Sergei Ivanov left. Ivanov said", "Sergei Ivanov→ivanov-s m:ivanov-s"),
    ("俄罗斯和美国会谈", "俄罗斯→ru 美国→us"),
    ("UN Security Council", "UN Security Council→unsc"),
    ("turkey stuffing", "?turkey stuffing(stop)"),
    ("Russia-backed; pro-Russian", "Russia→ru m:ru"),
    ("President Putin\u{2019}s aide", "President Putin→putin"),
    // Rule 3: what is equated, and what is kept apart.
    ("United\u{a0}States, Russian\nFederation", "United\u{a0}States→us Russian\nFederation→ru"),
    ("Rus\u{ad}sia\u{ad} and", "Rus\u{ad}sia→ru"),
    ("Bosnia\u{2013}Herzegovina", "Bosnia\u{2013}Herzegovina→bosnia"),
    ("Bosnia \u{2013} Herzegovina", ""),
    ("Tip O\u{2019}Neill", "Tip O\u{2019}Neill→oneill"),
    ("\u{2019}Ndrangheta", "\u{2019}Ndrangheta→ndr"),
    ("Oncu Keceli spoke", "Oncu Keceli→keceli*"),
    ("Turkiye and Jurgen Grossmann", "Turkiye→tr* Jurgen Grossmann→grossmann*"),
    ("Cumhurbaskanligi", "Cumhurbaskanligi→tr*"),
    ("Rússia", "Rússia→ru*"),
    // Rule 4.
    ("let us go to russia with turkey", ""),
    ("RUSSIA", ""),
    ("Sam Altman, and Sam", ""),
    ("istanbul ISTANBUL", ""),
    ("Turkey stuffing is eaten in Turkey", "?Turkey stuffing(stop) Turkey→tr"),
    ("They like Turkey stuffing", "Turkey→tr"),
    // Rule 5.
    ("US$5bn", ""),
    ("$US and A\u{20ac}US", ""),
    ("U.S. and U.S.A.", "U.S.→us"),
    ("the U.S., they", "U.S.→us"),
    ("G7US US7 US_7 _US_", ""),
    ("us.gov US.gov Russia.example", ""),
    ("It is Russia.", "Russia→ru"),
    ("Russia\u{301}x", ""),
    ("press@Russia.example a@x.Russia https://x.example/Russia/US", ""),
    ("ベラロシアのロシア人", "ロシア→ru m:ru"),
    ("ของรัสเซียและ", "รัสเซีย→ru"),
    ("(Russia)", "Russia→ru"),
    ("US/Russia", "US→us Russia→ru"),
    ("美国US美国", "美国→us m:us m:us"),
    // Rule 6.
    ("Russian Foreign Ministry and Russian Foreign Office", "Russian Foreign Ministry→mfa-ru m:ru"),
    ("The Washington Post, Washington said", "?The Washington Post(stop) Washington→us"),
    ("UN Security Force", "UN→un"),
    // Rule 7.
    ("İstanbul's, I\u{307}stanbul\u{2019}s", "İstanbul→tr m:tr"),
    ("İstanbul'da", ""),
    ("US\u{2013}Russia talks", "US→us Russia→ru"),
    // Rule 8.
    (
        "Sergei Ivanov and Igor Ivanov; Ivanov",
        "Sergei Ivanov→ivanov-s Igor Ivanov→ivanov-i ?Ivanov(ambiguous)",
    ),
    (
        "Lavrov, then Sergey Lavrov, then Lavrov",
        "?Lavrov(no-evidence) Sergey Lavrov→lavrov m:lavrov",
    ),
    // A block by itself does not know what follows: that is read once more.
    ("an American", "m:us"),
    ("American Airlines, American", "American Airlines→aa m:aa"),
    // Rule 9.
    ("flew to Moscow", "?Moscow(locative)"),
    ("in the Kremlin", "?the Kremlin(locative)"),
    (
        "In Moscow, near\nMoscow, via Washington",
        "?Moscow(locative) ?Moscow(locative) ?Washington(locative)",
    ),
    ("The Kremlin denied it", "The Kremlin→ru"),
    ("told Moscow", "Moscow→ru"),
    ("in Ankara; Ankara said; Ankara", "?Ankara(locative) ?Ankara(no-evidence) ?Ankara(no-sign)"),
    // Rule 10.
    ("Georgia voted", "?Georgia(clash)"),
    // Rule 12.
    ("~Russia and Russia", "?Russia(suppressed) Russia→ru"),
    ("~UN Security Council", "?UN Security Council(suppressed)"),
    ("~Sergei Lavrov, Lavrov", "?Sergei Lavrov(suppressed) ?Lavrov(no-evidence)"),
    // Titles.
    ("the Secretary of State said", "Secretary of State→rubio"),
    ("The Secretary of State said", "Secretary of State→rubio"),
    ("he served as Secretary of State", "?Secretary of State(no-article)"),
    ("ask ~the Secretary of State", "?the Secretary of State(suppressed)"),
    ("the ~Secretary of State", "?Secretary of State(suppressed)"),
    ("U.S.-led and US-led", "U.S.→us m:us"),
    ("former Secretary of State", "?Secretary of State(no-article)"),
    ("", ""),
];

#[test]
fn finds_what_the_rules_say() {
    for (text, expected) in EXAMPLES {
        assert_eq!(run(&["us", "ru"], Some(date(2025, 2, 27)), text), *expected, "{text}");
    }
}

#[test]
fn what_makes_no_longer_name_of_one_that_is_always_its_actor() {
    let registry = registry();
    for (text, expected) in [
        ("Foreign Minister Sergey Lavrov left", ""),
        ("the Foreign Minister of Russia said", ""),
        ("Condemnation of Russia grew", ""),
        ("Why Russia Keeps Waiting for Its Allies", ""),
        ("the Russia\u{2013}Myanmar border", ""),
        ("the Bank of Russia said", "Bank of Russia"),
        ("he read Russia Youth Daily", "Russia Youth Daily"),
        ("he read Air Russia and the Daily Russia", "Air Russia|Daily Russia"),
    ] {
        let mut linker = Linker::new(&registry, subject(), Policy::First);
        let mut found = Vec::new();
        linker.passage(text, Setting::Prose, &mut found);
        let strong = found.iter().filter(|found| found.form.is_strong());
        let longer: Vec<&str> = strong
            .filter_map(|found| linker.longer(text, found, None))
            .map(|range| &text[range])
            .collect();
        assert_eq!(longer.join("|"), expected, "{text}");
    }
}

#[test]
fn the_title_is_its_holder_on_the_day() {
    let on = |day| run(&[], day, "the Secretary of State");
    assert_eq!(on(Some(date(2021, 1, 26))), "Secretary of State→blinken");
    assert_eq!(on(Some(date(2025, 1, 20))), "Secretary of State→blinken");
    assert_eq!(on(Some(date(2025, 1, 21))), "Secretary of State→rubio");
    assert_eq!(on(Some(date(2020, 1, 1))), "?Secretary of State(no-holder)");
    assert_eq!(on(None), "?Secretary of State(no-holder)");
}

#[test]
fn the_front_matter_settles_a_clash() {
    assert_eq!(run(&["ge"], None, "Georgia"), "Georgia→ge");
    assert_eq!(run(&["us-ga"], None, "Georgia"), "Georgia→us-ga");
    assert_eq!(run(&["ge", "us-ga"], None, "Georgia"), "?Georgia(clash)");
}

#[test]
fn evidence_from_front_matter_for_two_is_ambiguous_and_reported() {
    let registry = registry();
    let about = [actor(&registry, "ivanov-s"), actor(&registry, "ivanov-i")];
    let mut found = Vec::new();
    let text = "Then Ivanov left";
    Linker::new(
        &registry,
        Subject { about: &about, own: None, date: None, language: languages().of("en") },
        Policy::First,
    )
    .passage(text, Setting::Prose, &mut found);
    assert_eq!(found[0].candidates, about);
    let place = Place::span("content/briefs/a.md", 5..11);
    let diagnostic = found[0].diagnostic(&registry, "Ivanov", place).unwrap();
    assert_eq!(diagnostic.code, Code::AmbiguousMention);
    assert_eq!(diagnostic.message, "“Ivanov” could be ivanov-s or ivanov-i");
    assert_eq!(
        found[0].explain(&registry),
        "weak form of Sergei Ivanov and Igor Ivanov; there is as much evidence for one as for the other"
    );
}

#[test]
fn decomposed_text_matches_exactly_and_keeps_its_bytes() {
    let registry = registry();
    let text: String = "von Öncü Keçeli.".nfd().collect();
    let mut found = Vec::new();
    Linker::new(
        &registry,
        Subject { about: &[], own: None, date: None, language: languages().of("en") },
        Policy::First,
    )
    .passage(&text, Setting::Prose, &mut found);
    let nfd: String = "Öncü Keçeli".nfd().collect();
    assert_eq!(found.len(), 1);
    assert_eq!(&text[found[0].range.clone()], nfd);
    assert!(!found[0].folded);
    assert_eq!(found[0].verdict, Verdict::Linked);
}

#[test]
fn an_exact_name_comes_before_a_folded_one() {
    let actors =
        [declaration("pena Peñas"), declaration("penal Penas"), declaration("long Penas Nieto")];
    let mut diagnostics = Vec::new();
    let registry = Registry::new(&actors, &mut diagnostics);
    assert!(diagnostics.is_empty());
    let mut found = Vec::new();
    let text = "Peñas Penas Pénas Peñas Nieto";
    Linker::new(
        &registry,
        Subject { about: &[], own: None, date: None, language: languages().of("en") },
        Policy::All,
    )
    .passage(text, Setting::Prose, &mut found);
    assert_eq!(
        shown(&registry, text, &found),
        "Peñas→pena Penas→penal ?Pénas(clash) Peñas Nieto→long*"
    );
}

#[test]
fn vowels_and_voicing_are_not_diacritics() {
    let actors = [declaration("hi हिंदी | aliases: はん")];
    let registry = Registry::new(&actors, &mut Vec::new());
    let mut found = Vec::new();
    let text = "हदी ばん हिंदी";
    Linker::new(
        &registry,
        Subject { about: &[], own: None, date: None, language: languages().of("en") },
        Policy::All,
    )
    .passage(text, Setting::Prose, &mut found);
    assert_eq!(shown(&registry, text, &found), "हिंदी→hi");
}

/// Runs passages of the given settings; `#` before one starts a section.
fn settings(own: Option<&str>, policy: Policy, passages: &[(Setting, &str)]) -> Vec<String> {
    let registry = registry();
    let own = own.map(|id| actor(&registry, id));
    let mut linker = Linker::new(
        &registry,
        Subject { about: &[], own, date: None, language: languages().of("en") },
        policy,
    );
    let mut all = Vec::new();
    for (setting, text) in passages {
        let mut found = Vec::new();
        if *setting == Setting::Heading {
            linker.section();
        }
        linker.passage(text, *setting, &mut found);
        all.extend(found.iter().map(|f| match f.verdict {
            Verdict::Linked => "linked".to_owned(),
            Verdict::Counted(why) | Verdict::PassedOver(why) => why.name().to_owned(),
        }));
    }
    all
}

#[test]
fn only_prose_is_linked_and_everything_is_counted() {
    use Setting::{Heading, Link, Prose, Quote};
    let passages = [
        (Heading, "Russia's aims"),
        (Quote, "Russia"),
        (Link, "Russia"),
        (Prose, "Russia, Russia"),
        (Heading, "Russia"),
        (Prose, "Russia"),
    ];
    let first =
        ["heading", "quote", "in-link", "linked", "linked-before", "heading", "linked-before"];
    assert_eq!(settings(None, Policy::First, &passages), first);
    let section = ["heading", "quote", "in-link", "linked", "linked-before", "heading", "linked"];
    assert_eq!(settings(None, Policy::Section, &passages), section);
    let all = ["heading", "quote", "in-link", "linked", "linked", "heading", "linked"];
    assert_eq!(settings(None, Policy::All, &passages), all);
    let none = ["heading", "quote", "in-link", "links-off", "links-off", "heading", "links-off"];
    assert_eq!(settings(None, Policy::None, &passages), none);
    let own = ["heading", "quote", "in-link", "own-page", "own-page", "heading", "own-page"];
    assert_eq!(settings(Some("ru"), Policy::First, &passages), own);
}

#[test]
fn a_mention_in_a_heading_or_a_page_of_its_own_is_evidence() {
    use Setting::{Heading, Prose};
    assert_eq!(
        settings(None, Policy::First, &[(Heading, "Sergey Lavrov"), (Prose, "Lavrov")]),
        ["heading", "linked"]
    );
    assert_eq!(settings(Some("lavrov"), Policy::First, &[(Prose, "Lavrov")]), ["own-page"]);
}

#[test]
fn an_explicit_link_is_the_link_of_the_page_and_evidence() {
    let registry = registry();
    let lavrov = actor(&registry, "lavrov");
    // `Lavrov, [[lavrov|the Russian]] and Lavrov; [[lavrov|Sergei]] Lavrov`
    let text = "Lavrov, the Russian and Lavrov; Sergei Lavrov";
    let mut found = Vec::new();
    Linker::new(
        &registry,
        Subject { about: &[], own: None, date: None, language: languages().of("en") },
        Policy::First,
    )
    .block(text, &[(8..19, lavrov), (32..38, lavrov)], |_| Setting::Prose, &mut found);
    assert_eq!(
        shown(&registry, text, &found),
        "?Lavrov(no-evidence) the Russian→lavrov m:lavrov Sergei→lavrov m:lavrov"
    );
    assert_eq!(found[1].explain(&registry), "wikilink to Sergey Lavrov");
}

#[test]
fn an_abbreviation_is_strong_and_expanded_once() {
    let actors = [declaration("unsc UN Security Council | abbreviation: UNSC | weak: Council")];
    let registry = Registry::new(&actors, &mut Vec::new());
    let text = "UNSC; UNSC, the Council";
    let mut found = Vec::new();
    let mut linker = Linker::new(
        &registry,
        Subject { about: &[], own: None, date: None, language: languages().of("en") },
        Policy::First,
    );
    linker.passage("UNSC", Setting::Heading, &mut found);
    assert!(!found[0].expand);
    found.clear();
    linker.passage(text, Setting::Prose, &mut found);
    assert_eq!(shown(&registry, text, &found), "UNSC→unsc m:unsc m:unsc");
    assert_eq!(found.iter().map(|f| f.expand).collect::<Vec<_>>(), [true, false, false]);
}

#[test]
fn a_wikilink_means_an_actor_by_id_or_name() {
    let registry = registry();
    for (written, id) in [("lavrov", "lavrov"), ("sergei lavrov", "lavrov"), ("U.S.", "us")] {
        assert_eq!(registry.called(written), Some(actor(&registry, id)));
    }
    assert_eq!(registry.called("Georgia"), None);
    assert_eq!(registry.called("Lavrov, S."), None);
}

#[test]
fn a_block_sees_past_its_inline_elements() {
    let registry = registry();
    // `The *United* States, *Russia*n and *to* Moscow and US`
    let text = "The United States, Russian and to Moscow and US";
    let setting =
        |range: &Range<usize>| if *range == (4..17) { Setting::Across } else { Setting::Prose };
    let mut found = Vec::new();
    let about = [actor(&registry, "ru")];
    Linker::new(
        &registry,
        Subject { about: &about, own: None, date: None, language: languages().of("en") },
        Policy::First,
    )
    .block(text, &[], setting, &mut found);
    assert_eq!(shown(&registry, text, &found), "m:us m:ru ?Moscow(locative) US→us");
    assert_eq!(found[0].verdict, Verdict::Counted(Why::Across));
}

#[test]
fn the_documentation_names_every_rule_and_reason() {
    use Why::*;
    let page = include_str!("../../docs/names.md");
    let whys = [
        LinkedBefore,
        Demonym,
        Heading,
        Quote,
        InLink,
        Across,
        OwnPage,
        LinksOff,
        Stop,
        Suppressed,
        NoEvidence,
        Borne,
        Locative,
        NoSign,
        InsideLongerName,
        Ambiguous,
        Clash,
        NoArticle,
        NoHolder,
    ];
    let forms = [
        Form::Name,
        Form::Alias,
        Form::Abbreviation,
        Form::Explicit,
        Form::Weak,
        Form::Metonym,
        Form::Demonym,
        Form::Role,
        Form::Stop,
    ];
    for name in whys.map(Why::name).into_iter().chain(forms.map(Form::name)) {
        assert!(page.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn a_clash_shows_both_declarations() {
    let mut actors = [
        declaration("a Alpha | aliases: Ça"),
        declaration("b Beta | aliases: C\u{327}a"),
        declaration("c Ca | weak: Alpha"),
    ];
    actors[0].aliases[0].span = Span { start: 3, end: 6 };
    actors[1].aliases[0].span = Span { start: 7, end: 11 };
    let mut diagnostics = Vec::new();
    Registry::new(&actors, &mut diagnostics);
    assert_eq!(diagnostics.len(), 1);
    let clash = &diagnostics[0];
    assert_eq!(clash.code, Code::NameClash);
    assert_eq!(clash.place, Some(Place::span("content/actors/b.md", 7..11)));
    assert_eq!(clash.related[0].0, Place::span("content/actors/a.md", 3..6));
}

#[test]
fn a_stop_phrase_binds_only_who_declares_it() {
    let actors =
        [declaration("us US | stop: The Washington Post"), declaration("wapo The Washington Post")];
    let registry = Registry::new(&actors, &mut Vec::new());
    let mut found = Vec::new();
    let text = "The Washington Post";
    Linker::new(
        &registry,
        Subject { about: &[], own: None, date: None, language: languages().of("en") },
        Policy::First,
    )
    .passage(text, Setting::Prose, &mut found);
    assert_eq!(shown(&registry, text, &found), "The Washington Post→wapo");
}

#[test]
fn names_without_letters_and_an_empty_registry_find_nothing() {
    for actors in [vec![], vec![declaration("dot . | aliases: ; -;\u{ad}")]] {
        let registry = Registry::new(&actors, &mut Vec::new());
        let mut found = Vec::new();
        Linker::new(
            &registry,
            Subject { about: &[], own: None, date: None, language: languages().of("en") },
            Policy::First,
        )
        .passage("a . - b \u{ad} ü", Setting::Prose, &mut found);
        assert!(found.is_empty());
    }
}

/// Pieces that make the rules meet: letters with and without marks, joiners, scripts, punctuation.
pub(super) fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => proptest::sample::select(vec![
            "US", "us", "Öncü", "Oncu", "e\u{301}", "\u{301}", "\u{ad}", "\u{200d}", " ", "\u{a0}", "\n", "'", "’",
            "-", "‑", "~", ".", "$", "@", "://", "_", "俄", "罗", "の", "か\u{3099}", "ไ", "ท\u{e35}", "İ", "ı", "ß", "🇺🇸", "the",
            "in", "A", "b", "1",
        ])
        .prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// What is found with a weak form, a metonym and a guarded name, and which actors they are.
fn found_by(
    actors: &[Declaration],
    text: &str,
) -> Vec<(Range<usize>, Option<String>, Option<Why>)> {
    let registry = Registry::new(actors, &mut Vec::new());
    let about: Vec<RegisteredIx> = (0..registry.numbers().len()).map(Ix::new).collect();
    let subject = Subject { about: &about, date: Some(date(2025, 2, 27)), ..subject() };
    let mut found = Vec::new();
    Linker::new(&registry, subject, Policy::First).passage(text, Setting::Prose, &mut found);
    let id = |actor: RegisteredIx| registry.id(actor).to_owned();
    let whole = |f: Found| (f.range.clone(), f.actor.map(id), f.verdict.why());
    found.into_iter().map(whole).collect()
}

fn company() -> Vec<Declaration> {
    let lines = [
        "xi Xi Jinping | weak: Xi | role: Secretary of State; 2020-01-01; -",
        "de Germany | metonyms: Berlin",
        "jo Jordan | guarded: Jordan",
        "ru Russia | weak: Ivanov | demonyms: Russian",
        "other Igor Ivanov | weak: Ivanov; Xi",
    ];
    lines.map(declaration).to_vec()
}

proptest! {
    /// A name that is part of a longer one is nothing, however much longer that gets.
    #[test]
    fn a_longer_run_of_capitals_never_makes_a_short_form_match(
        before in proptest::collection::vec("[A-Z][a-z]{3,7}x", 0..4),
        after in proptest::collection::vec("[A-Z][a-z]{3,7}x", 0..4),
        name in proptest::sample::select(vec!["Xi", "Berlin", "Jordan", "Secretary of State"]),
        link in proptest::sample::select(vec![" ", "-", " of ", " & ", " van der "]),
    ) {
        prop_assume!(!before.is_empty() || !after.is_empty());
        let mut words = before.clone();
        words.push(name.to_owned());
        words.extend(after.clone());
        let text = format!("they said the {} said so", words.join(link));
        for (_, actor, why) in found_by(&company(), &text) {
            let nothing = matches!(why, Some(Why::InsideLongerName | Why::NoArticle));
            prop_assert!(actor.is_none() && nothing, "{}", text);
        }
    }

    /// Which actor is declared first makes no difference.
    #[test]
    fn the_order_of_actors_changes_nothing(
        order in Just((0..5).collect::<Vec<usize>>()).prop_shuffle(),
        words in proptest::collection::vec(proptest::sample::select(vec![
            "Xi", "Ivanov", "Berlin", "Jordan", "Russia", "Russian", "the", "Secretary of State", "said", "in", "and", "Igor",
            "Igor Ivanov", "President", "Xi Jinping", ",", ".", "with", "Georgia", "Zhu",
        ]), 0..12),
    ) {
        let text = words.join(" ");
        let shuffled: Vec<Declaration> = order.iter().map(|n| company()[*n].clone()).collect();
        prop_assert_eq!(found_by(&company(), &text), found_by(&shuffled, &text), "{}", text);
    }
}

proptest! {
    #[test]
    fn any_text_and_registry_give_ordered_disjoint_ranges(
        names in proptest::collection::vec((text(), 0..6usize), 0..12),
        texts in proptest::collection::vec(text(), 0..4),
        own in proptest::option::of((0..14usize).prop_map(Ix::new)),
    ) {
        let actors: Vec<Declaration> = names
            .iter()
            .map(|(text, form)| {
                let mut made = declaration("x Unnamed");
                let list = vec![name(text)];
                match form {
                    0 => made.name = name(text),
                    1 => made.weak = list,
                    2 => made.metonyms = list,
                    3 => made.demonyms = list,
                    4 => made.stop = list,
                    _ => made.roles.push(Role { title: name(text), from: None, to: None }),
                }
                made
            })
            .collect();
        let registry = Registry::new(&actors, &mut Vec::new());
        let about = [Ix::new(0), Ix::new(99)];
        let mut linker = Linker::new(&registry, Subject { about: &about, own, date: Some(date(2025, 1, 1)), language: languages().of("en") }, Policy::All);
        for text in &texts {
            let mut found = Vec::new();
            linker.passage(text, Setting::Prose, &mut found);
            let mut last = 0;
            for f in &found {
                prop_assert!(f.range.start >= last && f.range.end > f.range.start);
                prop_assert!(text.get(f.range.clone()).is_some());
                prop_assert!(!f.candidates.is_empty());
                prop_assert_eq!(f.actor.is_none(), matches!(f.verdict, Verdict::PassedOver(_)));
                prop_assert!(!f.explain(&registry).is_empty());
                last = f.range.end;
            }
        }
    }

    /// A name alone in a text is found whole, however it is spelt.
    #[test]
    fn a_declared_name_is_found_in_any_equal_spelling(text in text()) {
        let mut made = declaration("x Unnamed");
        made.name = name(&text);
        let registry = Registry::new(&[made], &mut Vec::new());
        let plain = text.trim_matches(|c: char| c.is_whitespace() || fold::is_dropped(c));
        if !plain.chars().any(|c| c.is_alphanumeric() && !is_combining_mark(c)) {
            return Ok(());
        }
        for spelling in [plain.to_owned(), plain.nfc().collect(), plain.nfd().collect(), plain.replace('\'', "’")] {
            let alone = format!("( {spelling} )");
            let mut found = Vec::new();
            Linker::new(&registry, Subject { about: &[], own: None, date: None, language: languages().of("en") }, Policy::First).passage(&alone, Setting::Prose, &mut found);
            prop_assert_eq!(found.len(), 1, "{:?}", alone);
            prop_assert!(!found[0].folded);
            prop_assert_eq!(&alone[found[0].range.clone()], spelling.as_str());
        }
    }
}
