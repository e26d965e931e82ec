//! Writes a synthetic site of any size, the same bytes for the same arguments.
//!
//! ```text
//! corpus DIR [--briefs N] [--actors N] [--topics N] [--storylines N] [--flavour chancery|hugo|blades|plain] [--judged] [--trends]
//! ```
//!
//! The flavours hold the same briefs, word for word:
//!
//! - `chancery`: a whole site: `site.toml` and `content/`;
//! - `hugo`: `content/` for the Hugo site in `benches/hugo` (links between briefs are plain links);
//! - `blades`: `content/` for the Blades site in `benches/blades` (no texts of actors and topics);
//! - `plain`: `DIR/YYYY/*.md`, just a heading and the body (links between briefs are their text).
//!
//! Every document has its own generator, seeded from its number, so that a change to one kind of
//! document leaves the others as they were. All arithmetic is on integers: the bytes do not depend
//! on the platform. Nothing here but the standard library.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a development tool: it writes files, prints, and may stop on its own mistakes"
)]

use std::collections::HashSet;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

const SEED: u64 = 0x00c4_a9ce_7200_2025;
const DAYS: u64 = 3653; // 2015-01-01 to 2024-12-31
const FIRST_DAY: i64 = 16_436; // 2015-01-01, in days since 1970-01-01

// ---------------------------------------------------------------------------------------------
// Words

const NOUNS: &str = "
government minister agreement country border market policy report energy region economy security
trade sector budget election parliament court supply company bank price debt army law sanction
measure pipeline committee treaty delegation summit official ambassador negotiation proposal
programme deal coalition reform vote investment project port contract export import tariff reserve
currency deficit subsidy regulation inspection inquiry dispute ceasefire corridor mission envoy
mandate resolution amendment draft statute decree ruling appeal verdict tribunal prosecutor judge
witness detainee prisoner refugee migrant camp crossing checkpoint convoy patrol garrison brigade
battalion regiment fleet frigate submarine missile drone radar satellite launcher airfield base
depot shipyard dockyard harbour terminal refinery reactor turbine dam reservoir canal river valley
district province municipality capital suburb village settlement territory enclave frontier coast
island peninsula strait gulf basin plateau mountain desert forest farm harvest crop grain fertiliser
drought flood storm earthquake wildfire emission forecast target pledge fund loan bond yield auction
creditor lender investor shareholder exchange index inflation recession recovery growth wage pension
tax customs levy fee fine licence permit quota embargo blockade boycott protest strike march rally
curfew raid arrest charge trial sentence amnesty pardon release transfer extradition asylum visa
passport census survey poll ballot referendum candidate campaign party faction alliance opposition
cabinet council assembly senate chamber speaker deputy spokesman adviser analyst economist historian
scholar journalist editor broadcaster newspaper website platform network server database protocol
standard algorithm chip sensor battery vehicle railway motorway tunnel bridge airport airline cargo
container freight shipment warehouse factory mine quarry smelter mill plant workshop laboratory
hospital clinic vaccine outbreak epidemic patient nurse doctor school university student teacher
curriculum library museum archive monument cathedral mosque temple pilgrim charity donor volunteer
convention charter protocol memorandum communique statement declaration speech interview briefing
dossier cable letter note memoir record transcript photograph map chart timetable deadline milestone
phase stage round session meeting visit tour exchange workshop conference forum seminar exercise
manoeuvre deployment withdrawal rotation reinforcement offensive retreat siege truce armistice accord
settlement compromise concession guarantee assurance condition clause provision obligation commitment
warning threat risk concern doubt expectation assumption estimate figure share proportion majority
minority quorum veto abstention consensus deadlock impasse breakthrough setback delay suspension
expulsion recall appointment resignation dismissal succession transition restructuring merger
acquisition divestment privatisation nationalisation audit oversight disclosure leak allegation
denial apology clarification instruction directive guideline framework mechanism instrument channel
hotline secretariat office bureau directorate department ministry agency authority regulator
inspectorate ombudsman commissioner rapporteur observer mediator facilitator guarantor signatory
";

const VERBS: &str = "
accept achieve adapt address adjourn adjust administer adopt advance affect allocate allow alter
amend analyse announce anticipate approach approve arrange assemble assert assess attract authorise
avoid back balance bar block bolster borrow brief broaden cancel challenge change chair cite claim
clarify clear collect commission complete concede condemn confirm consider consolidate contain
contest continue contradict control convene convert coordinate correct counter cover criticise cross
curb damage debate decline defend defer defuse delay deliver demand denounce deny deploy describe
design destroy detail detain determine develop direct disclose discourage discuss dismantle dismiss
dispute disrupt distribute divert divide document dominate double downgrade ease edit eliminate
embrace employ enable encourage endorse enforce engage enhance enlarge ensure enter escort establish
estimate evacuate evaluate examine exceed exchange exclude execute exempt exhaust expand expect expel
explain exploit export expose express extend face facilitate favour file finance finish fortify
frame frustrate fulfil fund gather govern grant guarantee guard halt handle harm highlight honour
host identify ignore impede implement import impose improve increase inform inherit initiate inspect
install integrate intercept interpret introduce investigate invoke isolate issue join justify label
launch limit link list loosen lower maintain manage measure mediate mention merge mobilise moderate
modernise monitor move narrow neglect nominate notify obstruct obtain offer open oppose order
organise outline overhaul oversee patrol pause permit persuade phase pledge postpone praise predict
prepare present preserve press prevent process prohibit prolong promise promote propose protect
provide publish pursue question raise ratify reach reaffirm rebuff recall receive recognise recommend
reconsider record recruit redirect reduce refine reform refuse register regulate reinforce reject
relax release relocate remove renew reopen repair replace report request require rescue reserve
resist resolve restore restrict restructure resume retain reverse review revise revive revoke reward
sanction schedule scrutinise secure seize separate settle shape share shift signal simplify slow
sponsor stabilise standardise start stress study subsidise suggest summarise supervise supply support
suspend sustain target tax terminate test threaten tighten tolerate tour track transfer transform
treat trigger triple underline undermine unveil update uphold urge use validate verify violate visit
vote warn weaken welcome widen witness
";

const ADJECTIVES: &str = "
new national public foreign domestic regional economic political military financial formal joint
bilateral strategic senior central local annual recent major limited common current final initial
temporary permanent partial additional interim provisional technical legal commercial industrial
agricultural maritime naval aerial nuclear renewable digital federal provincial municipal
parliamentary presidential ministerial judicial constitutional criminal civil civilian independent
neutral moderate hardline rival allied friendly hostile cautious ambitious modest sweeping narrow
broad detailed draft confidential secret official unofficial informal private competitive fragile
stable volatile persistent chronic acute severe mild rapid gradual steady sudden abrupt overdue
early late prompt routine regular rare frequent occasional seasonal monthly quarterly weekly
long-term short-term medium-term cross-border multilateral trilateral unilateral reciprocal mutual
binding voluntary mandatory conditional unconditional tentative credible plausible doubtful
controversial disputed contested popular unpopular costly cheap affordable expensive lucrative
profitable idle active dormant inland coastal northern southern eastern western remote rural urban
strained cordial frosty tense calm quiet visible opaque transparent complex simple outdated modern
ageing young veteran retired incoming outgoing acting deputy chief principal secondary primary
supplementary emergency humanitarian medical scientific academic cultural religious ethnic
demographic environmental climatic fiscal monetary structural cyclical external internal offshore
onshore overland seaborne airborne armed unarmed heavy light mobile fixed portable reliable
unreliable accurate misleading incomplete thorough superficial balanced lopsided equitable uneven
sufficient inadequate excessive marginal substantial significant negligible decisive inconclusive
symbolic practical workable unworkable durable lasting brief extended preliminary advanced
";

const ADVERBS: &str = "
quietly publicly formally reportedly repeatedly gradually abruptly narrowly largely broadly partly
eventually initially separately jointly briefly openly privately officially swiftly belatedly
reluctantly cautiously firmly steadily sharply slightly consistently unexpectedly deliberately
provisionally unanimously directly indirectly effectively meanwhile nevertheless consequently
accordingly similarly
";

const OPENERS: &str = "
In practice|In the meantime|At the same time|For now|On paper|By contrast|As a result|In private
|Over the weekend|Earlier this month|According to two diplomats|In a written reply|For its part
|Under the current terms|Despite the delay|Since the spring|Before the summer recess|Until then
|After three days of talks|With little notice|By most accounts|At the committee stage
";

const TIMES: &str = "
in January|in February|in March|in April|in May|in June|in July|in September|in October|in November
|last week|last month|last year|on Monday|on Tuesday|on Thursday|on Friday|this week|within a year
|before the deadline|after the summit|during the recess|in the second quarter|over the winter
|in the past decade|by the end of the year|at short notice|for the third time|two days later
";

const PREPOSITIONS: &str =
    "against with for after before despite under over near across through within beyond without";

const HEADINGS: &str = "
What happened|Why it matters|Background|What to watch|Outlook|The view from the capitals|Key dates
|How the positions differ|Economic effects|Legal questions|Reactions|Next steps|Numbers in context
|Sources and confidence|Who decides|Risks|Timeline of the dispute|On the ground|The wider picture
|What is not known|Earlier attempts|Scenarios|Room for compromise|Costs and benefits
";

const GIVEN: &str = "
Adela Adrin Agnesa Albin Aleida Alvar Amaro Anatol Anouk Ardan Arvid Asel Astrid Aurelio Bahar Balint
Beatriz Benoit Bojana Branko Camille Caspar Catrin Celeste Chiara Cosmin Dagmar Damir Danica Darius
Davit Delphine Desmond Dilara Dorotea Edda Edvin Eilidh Elchin Eleni Elif Emeka Emil Enzo Esra Etienne
Fabiola Farid Fatima Felix Fenna Florian Freya Gaspard Gerda Ghada Giorgi Goran Greta Gulnara Hadley
Hakon Hamid Hedda Helmi Henrik Hiroko Ibrahim Ilinca Ilmari Imre Ingrid Irakli Isolde Iveta Jakov
Jamila Janek Jarmila Jelena Joaquim Jorun Jovan Kalina Kamala Karim Kasper Katya Kenan Kirsi Klara
Ladislav Laszlo Leila Leopold Levan Linnea Ljuba Lorenzo Lucian Ludmila Magnus Malika Marek Marit
Matilda Mehmet Milan Mirela Nadia Naoko Nasrin Neven Nikola Nino Noor Odile Olek Oriana Osman Otakar
Paloma Pavle Petra Quentin Radka Rafiq Ramona Renata Rima Roksana Rustam Sabina Salim Samira Sanna
Selim Sigrid Simona Sorin Stellan Tamar Tarik Tereza Tibor Tomasz Ulrika Vadim Valeria Veit Viggo
Vilma Wanda Wiktor Xenia Yannick Yasmin Ylva Yusuf Zahra Zoltan Zuzana
";

const REGIONS: &str = "
Northern Southern Eastern Western Central Inland Coastal Upland Lowland Transmarine Continental
Peninsular Insular Riverine Alpine Boreal Meridian Littoral Steppe Highland Federal United General
Joint Permanent Standing International Regional Interstate Transit Overseas Mutual Cooperative
Independent Free National Global Common Greater Associated
";

const FIELDS: &str = "
Grain Energy Customs Shipping Railway Security Defence Investment Development Health Trade Fisheries
Telecommunications Aviation Water Migration Statistics Arbitration Competition Insurance Mining
Forestry Broadcasting Standards Research Space Disarmament Relief Pensions Heritage Labour Housing
Transport Finance Audit Agriculture Environment Justice Education Reconstruction
";

const ORGANISATIONS: &str = "
Council Union Agency Fund Bank Forum Commission League Authority Alliance Board Institute Federation
Office Association Conference Consortium Organisation Foundation Secretariat
";

const TOPICS: [&str; 12] = [
    "Diplomacy",
    "Security",
    "Energy",
    "Trade",
    "Migration",
    "Climate",
    "Technology",
    "Health",
    "Finance",
    "Elections",
    "Justice",
    "Transport",
];

const ASPECTS: [&str; 12] = [
    "policy",
    "agreements",
    "institutions",
    "markets",
    "sanctions",
    "infrastructure",
    "law",
    "disputes",
    "funding",
    "statistics",
    "oversight",
    "history",
];

const ANGLES: [&str; 16] = [
    "Cross-border",
    "Regional",
    "Emergency",
    "Long-term",
    "Digital",
    "Maritime",
    "Urban",
    "Rural",
    "Bilateral",
    "Wartime",
    "Northern",
    "Southern",
    "Coastal",
    "Emerging",
    "Contested",
    "Joint",
];

const AUTHORS: [&str; 12] = [
    "A. Whitlock",
    "B. Okonjo",
    "C. Lindgren",
    "D. Farouk",
    "E. Marchetti",
    "F. Dunmore",
    "G. Petrosyan",
    "H. Nakagawa",
    "I. Villanueva",
    "J. Brandt",
    "K. Osei",
    "L. Tremblay",
];

const ROLES: [&str; 10] = [
    "President",
    "Prime Minister",
    "Foreign Minister",
    "Defence Minister",
    "Secretary-General",
    "Ambassador",
    "Governor",
    "Director",
    "Special Envoy",
    "Commissioner",
];

const TITLES: [&str; 8] =
    ["President", "Minister", "General", "Senator", "Ambassador", "Governor", "Director", "Envoy"];

// ---------------------------------------------------------------------------------------------
// Randomness

/// SplitMix64.
struct Rng(u64);

impl Rng {
    /// The generator of one document: `kind` and `number` name it.
    fn of(kind: u64, number: usize) -> Self {
        let mut rng =
            Rng(SEED ^ (kind << 56) ^ (number as u64).wrapping_mul(0x9e6c_63d0_876a_9a99));
        rng.next();
        rng
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }

    /// From `low` to `high`, both included.
    fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Below `n`, small numbers more often.
    fn skewed(&mut self, n: usize) -> usize {
        let a = self.below(1 << 16) as u64;
        let b = self.below(1 << 16) as u64;
        ((a * b * n as u64) >> 32) as usize
    }

    fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.below(i + 1));
        }
    }
}

/// Draws a rank with a weight of `1 / (rank + 3)`.
struct Zipf(Vec<u64>);

impl Zipf {
    fn new(n: usize) -> Self {
        let mut sum = 0;
        Zipf(
            (0..n as u64)
                .map(|rank| {
                    sum += (1 << 32) / (rank + 3);
                    sum
                })
                .collect(),
        )
    }

    fn draw(&self, rng: &mut Rng) -> usize {
        let total = *self.0.last().expect("at least one rank");
        let at = rng.below(total as usize) as u64;
        self.0.partition_point(|&sum| sum <= at)
    }
}

// ---------------------------------------------------------------------------------------------
// Names

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        let plain = match c {
            'á' | 'ā' | 'ä' | 'å' => 'a',
            'é' | 'ė' => 'e',
            'í' => 'i',
            'ó' | 'ö' | 'ø' => 'o',
            'ú' | 'ü' => 'u',
            'ć' | 'č' => 'c',
            'š' => 's',
            'ž' => 'z',
            'ñ' => 'n',
            'ğ' => 'g',
            '\'' | '’' => continue,
            c if c.is_ascii_alphanumeric() => c,
            _ => '-',
        };
        if plain != '-' || !(out.is_empty() || out.ends_with('-')) {
            out.push(plain);
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

const ONSETS: &str = "
Al Ar Bel Bor Bran Cal Cor Dal Dar Dor Dra El Er Fal Far Gal Gor Hal Har Ill Is Jar Kal Kar Kor Lar
Lor Mal Mar Mor Nar Nor Ol Or Pal Per Quar Ral Ros Sal Sar Sol Tal Tar Tor Ul Ur Val Var Vel Vor Wal
Yar Zal Zar Zor Thal Strel Skar Gren Vran Ist Ost Ush Eks Bry
";
const MIDDLES: &str = "
a e i o u an en in on un ad ed id od av ev iv ov ar er ir or al el il ol am em im om as es is os ath
eth ith oth ach ech ich och ag eg ig og
";
const STATE_ENDINGS: &str =
    "ania avia enia esia onia uria istan mark landia ovar ossa undi embe ador";
const CITY_ENDINGS: &str =
    "grad burg haven ford stad polis mouth minster dale vik hamn abad pur town wick";
const FAMILY_ENDINGS: &str = "ovich enko sson dottir escu ides ewski oğlu ström ović ández ansky elius ander ado etti ard imov";

fn made_up(rng: &mut Rng, endings: &[&str]) -> String {
    let onset = rng.pick(&words(ONSETS));
    let middle = rng.pick(&words(MIDDLES));
    let mut name = format!("{onset}{middle}");
    if rng.chance(25) {
        name.push_str(rng.pick(&["d", "l", "m", "n", "r", "v", "z", "k", "t"]));
        name.push_str(rng.pick(&words(MIDDLES)));
    }
    let ending = rng.pick(endings);
    // No three vowels, no doubled vowel at the joint.
    if is_vowel(name.chars().last()) && is_vowel(ending.chars().next()) {
        name.push_str(rng.pick(&["d", "l", "m", "n", "r", "v"]));
    }
    name + ending
}

fn is_vowel(c: Option<char>) -> bool {
    c.is_some_and(|c| "aeiouáéíóúöü".contains(c))
}

fn words(list: &'static str) -> Vec<&'static str> {
    list.split_ascii_whitespace().collect()
}

fn phrases(list: &'static str) -> Vec<&'static str> {
    list.split('|').map(str::trim).collect()
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    State,
    Organisation,
    Body,
    Person,
    Group,
}

impl Kind {
    /// Twenty in a row hold 4 states, 6 organisations, 3 bodies, 6 persons and 1 group.
    fn of(number: usize) -> Self {
        match b"SOPSOBPOPSGOPBOPSOPB"[number % 20] {
            b'S' => Kind::State,
            b'O' => Kind::Organisation,
            b'B' => Kind::Body,
            b'P' => Kind::Person,
            _ => Kind::Group,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Kind::State => "state",
            Kind::Organisation => "organisation",
            Kind::Body => "body",
            Kind::Person => "person",
            Kind::Group => "group",
        }
    }
}

struct Actor {
    id: String,
    name: String,
    kind: Kind,
    aliases: Vec<String>,
    weak: Vec<String>,
    metonyms: Vec<String>,
    demonym: Option<String>,
    country: Option<usize>,
    /// What prose calls it by name and aliases, and whether "the" goes before.
    forms: Vec<(String, bool)>,
}

struct Topic {
    id: String,
    name: String,
    parent: Option<usize>,
}

struct Storyline {
    id: String,
    title: String,
    actors: Vec<usize>,
    topics: Vec<usize>,
}

/// Names in use, so that no two documents share one and no name means two actors.
#[derive(Default)]
struct Taken(HashSet<String>);

impl Taken {
    fn claim(&mut self, name: &str) -> bool {
        self.0.insert(name.to_lowercase())
    }

    /// The first of `names` that is free.
    fn first(&mut self, names: impl IntoIterator<Item = String>) -> Option<String> {
        names.into_iter().find(|name| self.claim(name))
    }
}

fn demonym(country: &str) -> String {
    match country {
        c if c.ends_with("istan") => format!("{c}i"),
        c if c.ends_with('a') => format!("{c}n"),
        c if c.ends_with('e') => format!("{c}an"),
        c if c.ends_with('i') => format!("{c}an"),
        c => format!("{c}ian"),
    }
}

fn acronym(name: &str) -> String {
    name.split(' ')
        .filter(|w| w.chars().next().is_some_and(char::is_uppercase))
        .filter_map(|w| w.chars().next())
        .collect()
}

/// Acronyms of `name`, each a little longer than the one before.
fn acronyms(name: &str) -> impl Iterator<Item = String> {
    let short = acronym(name);
    let mut letters = name.chars().filter(char::is_ascii_lowercase);
    let first = name.chars().next().unwrap_or('X');
    let second = letters.next().unwrap_or('x');
    let rest: String = short.chars().skip(1).collect();
    let longer = (0..26u8).map({
        let short = short.clone();
        move |i| format!("{short}{}", char::from(b'A' + (i * 7) % 26))
    });
    [short, format!("{first}{second}{rest}")].into_iter().chain(longer).filter(|a| a.len() > 2)
}

fn actors(count: usize, taken: &mut Taken) -> Vec<Actor> {
    let regions = words(REGIONS);
    let fields = words(FIELDS);
    let types = words(ORGANISATIONS);
    let given = words(GIVEN);
    let mut list: Vec<Actor> = Vec::with_capacity(count);
    // (number in `list`, short name, adjective)
    let mut states: Vec<(usize, String, String)> = Vec::new();
    let mut families: Vec<String> = Vec::new();
    for number in 0..count {
        let rng = &mut Rng::of(1, number);
        let kind = Kind::of(number);
        let mut aliases = Vec::new();
        let mut weak = Vec::new();
        let mut metonyms = Vec::new();
        let mut own_demonym = None;
        let mut country = None;
        let state =
            |rng: &mut Rng| (!states.is_empty()).then(|| states[rng.skewed(states.len())].clone());
        let name = loop {
            match kind {
                Kind::State => {
                    let short = made_up(rng, &words(STATE_ENDINGS));
                    let adjective = demonym(&short);
                    if !taken.claim(&short) || !taken.claim(&adjective) {
                        continue;
                    }
                    let form =
                        rng.pick(&["Republic", "Kingdom", "Federation", "Union", "Commonwealth"]);
                    let name = format!("{form} of {short}");
                    taken.claim(&name);
                    aliases.push(short.clone());
                    if rng.chance(60) {
                        aliases.extend(taken.first([format!("{adjective} {form}")]));
                    }
                    if rng.chance(70) {
                        metonyms.extend(taken.first([made_up(rng, &words(CITY_ENDINGS))]));
                    }
                    if rng.chance(20) {
                        let palace = rng.pick(&["Palace", "House", "Chancellery"]);
                        let city = made_up(rng, &words(CITY_ENDINGS));
                        metonyms.extend(taken.first([format!("{city} {palace}")]));
                    }
                    states.push((number, short, adjective.clone()));
                    own_demonym = Some(adjective);
                    break name;
                }
                Kind::Organisation => {
                    let (region, field, kind) =
                        (rng.pick(&regions), rng.pick(&fields), rng.pick(&types));
                    let name = format!("{region} {field} {kind}");
                    if !taken.claim(&name) {
                        continue;
                    }
                    aliases.extend(taken.first(acronyms(&name)));
                    if rng.chance(50) {
                        aliases.extend(
                            taken.first([format!("{field} {kind}"), format!("{kind} for {field}")]),
                        );
                    }
                    break name;
                }
                Kind::Body => {
                    let Some((of, short, adjective)) = state(rng) else { continue };
                    let field = rng.pick(&fields);
                    let kind =
                        rng.pick(&["Ministry", "Directorate", "Inspectorate", "Bureau", "Service"]);
                    let name = format!("{kind} of {field} of {short}");
                    if !taken.claim(&name) {
                        continue;
                    }
                    let alias = format!("{adjective} {field} {kind}");
                    taken.claim(&alias);
                    aliases.push(alias);
                    if rng.chance(40) {
                        aliases
                            .extend(taken.first(acronyms(&format!("{short} {kind} of {field}"))));
                    }
                    country = Some(of);
                    break name;
                }
                Kind::Person => {
                    let first = rng.pick(&given);
                    let own = made_up(rng, &words(FAMILY_ENDINGS));
                    // Some families have more than one person.
                    let family = match families.len() {
                        n if n > 0 && rng.chance(8) => families[rng.below(n)].clone(),
                        _ => own,
                    };
                    let name = format!("{first} {family}");
                    if !taken.claim(&name) {
                        continue;
                    }
                    let initial = char::from(b'A' + rng.below(26) as u8);
                    let title = rng.pick(&TITLES);
                    aliases.extend(taken.first([
                        format!("{title} {family}"),
                        format!("{first} {initial}. {family}"),
                        format!("{title} {first} {family}"),
                    ]));
                    if rng.chance(30) {
                        aliases.extend(taken.first([format!("{}. {family}", &first[..1])]));
                    }
                    country = state(rng).map(|s| s.0);
                    families.push(family.clone());
                    weak.push(family);
                    break name;
                }
                Kind::Group => {
                    let Some((of, short, adjective)) = state(rng) else { continue };
                    let cause = rng.pick(&[
                        "Liberation",
                        "Resistance",
                        "Solidarity",
                        "Workers",
                        "People's",
                        "Frontier",
                    ]);
                    let form =
                        rng.pick(&["Front", "Movement", "Army", "Brigades", "Committee", "Guard"]);
                    let name = format!("{adjective} {cause} {form}");
                    if !taken.claim(&name) {
                        continue;
                    }
                    aliases.extend(taken.first(acronyms(&name)));
                    if rng.chance(40) {
                        aliases.extend(taken.first([format!("{cause} {form} of {short}")]));
                    }
                    country = Some(of);
                    break name;
                }
            }
        };
        let article = |form: &str| match kind {
            Kind::Person => false,
            Kind::State => form.contains(' '),
            _ => true,
        };
        let forms = std::iter::once(&name)
            .chain(&aliases)
            .map(|form| (form.clone(), article(form)))
            .collect();
        list.push(Actor {
            id: slug(if kind == Kind::State { &aliases[0] } else { &name }),
            name,
            kind,
            aliases,
            weak,
            metonyms,
            demonym: own_demonym,
            country,
            forms,
        });
    }
    list
}

fn topics(count: usize, taken: &mut Taken) -> Vec<Topic> {
    let roots = (count / 16).clamp(1, TOPICS.len());
    let seconds = if count > roots { ((count - roots) / 4).max(1) } else { 0 };
    let mut list: Vec<Topic> = Vec::with_capacity(count);
    for number in 0..count {
        let root = TOPICS.get(number).filter(|_| number < roots);
        let (base, parent) = if let Some(&root) = root {
            (root.to_owned(), None)
        } else if number < roots + seconds {
            let n = number - roots;
            let parent = n % roots;
            (
                format!("{} {}", list[parent].name, ASPECTS[(n / roots) % ASPECTS.len()]),
                Some(parent),
            )
        } else {
            let n = number - roots - seconds;
            let parent = roots + n % seconds;
            let of = list[parent].name.to_lowercase();
            (format!("{} {of}", ANGLES[(n / seconds * 5 + n) % ANGLES.len()]), Some(parent))
        };
        let name = taken
            .first(std::iter::once(base.clone()).chain((2..).map(|n| format!("{base} {n}"))))
            .expect("endless");
        list.push(Topic { id: slug(&name), name, parent });
    }
    list
}

fn storylines(
    count: usize,
    pool: &Pool,
    taken: &mut Taken,
    vocabulary: &Vocabulary,
) -> Vec<Storyline> {
    (0..count)
        .map(|number| {
            let rng = &mut Rng::of(3, number);
            let mut actors = Vec::new();
            pool.actors(rng, 4, &mut actors);
            let mut topics = Vec::new();
            pool.topics(rng, 2, &mut topics);
            let title = loop {
                let place = rng.pick(&vocabulary.places);
                let title =
                    format!("The {place} {} {}", vocabulary.adjective(rng), vocabulary.noun(rng));
                if taken.claim(&title) {
                    break title;
                }
            };
            Storyline { id: slug(&title), title, actors, topics }
        })
        .collect()
}

/// How often an actor or a topic is chosen.
struct Pool {
    actors: Zipf,
    topics: Zipf,
    topic_ranks: Vec<usize>,
}

impl Pool {
    fn new(actors: usize, topics: usize) -> Self {
        let mut topic_ranks: Vec<usize> = (0..topics).collect();
        Rng::of(9, 0).shuffle(&mut topic_ranks);
        // The first actor is no part of this draw: it is in one brief out of three.
        Pool { actors: Zipf::new(actors - 1), topics: Zipf::new(topics), topic_ranks }
    }

    fn actor(&self, rng: &mut Rng) -> usize {
        1 + self.actors.draw(rng)
    }

    /// Adds actors until there are `count`.
    fn actors(&self, rng: &mut Rng, count: usize, list: &mut Vec<usize>) {
        fill(list, count.min(self.actors.0.len()), || self.actor(rng));
    }

    fn topics(&self, rng: &mut Rng, count: usize, list: &mut Vec<usize>) {
        fill(list, count.min(self.topic_ranks.len()), || self.topic_ranks[self.topics.draw(rng)]);
    }
}

fn fill(list: &mut Vec<usize>, count: usize, mut draw: impl FnMut() -> usize) {
    while list.len() < count {
        let one = draw();
        if !list.contains(&one) {
            list.push(one);
        }
    }
}

// ---------------------------------------------------------------------------------------------
// Prose

struct Vocabulary {
    nouns: Vec<&'static str>,
    verbs: Vec<&'static str>,
    adjectives: Vec<&'static str>,
    adverbs: Vec<&'static str>,
    openers: Vec<&'static str>,
    times: Vec<&'static str>,
    prepositions: Vec<&'static str>,
    headings: Vec<&'static str>,
    places: Vec<&'static str>,
}

/// Verbs that double their last letter.
const DOUBLING: [&str; 8] =
    ["bar", "curb", "defer", "expel", "fulfil", "permit", "transfer", "control"];

fn past(verb: &str) -> String {
    match verb {
        "uphold" => "upheld".to_owned(),
        "oversee" => "oversaw".to_owned(),
        "curb" => "curbed".to_owned(),
        v if DOUBLING.contains(&v) => format!("{v}{}ed", &v[v.len() - 1..]),
        v if v.ends_with('e') => format!("{v}d"),
        v if ends_in_consonant_y(v) => format!("{}ied", &v[..v.len() - 1]),
        v => format!("{v}ed"),
    }
}

fn participle(verb: &str) -> String {
    if verb == "oversee" { "overseen".to_owned() } else { past(verb) }
}

fn gerund(verb: &str) -> String {
    match verb {
        "oversee" => "overseeing".to_owned(),
        "curb" => "curbing".to_owned(),
        v if DOUBLING.contains(&v) => format!("{v}{}ing", &v[v.len() - 1..]),
        v if v.ends_with('e') => format!("{}ing", &v[..v.len() - 1]),
        v => format!("{v}ing"),
    }
}

fn present(verb: &str) -> String {
    plural(verb)
}

fn plural(word: &str) -> String {
    match word {
        w if ends_in_consonant_y(w) => format!("{}ies", &w[..w.len() - 1]),
        w if w.ends_with("sman") => format!("{}en", &w[..w.len() - 2]),
        w if ["s", "x", "ch", "sh", "z"].iter().any(|end| w.ends_with(end)) => format!("{w}es"),
        w => format!("{w}s"),
    }
}

fn ends_in_consonant_y(word: &str) -> bool {
    word.ends_with('y') && !is_vowel(word.chars().rev().nth(1))
}

/// The word with its indefinite article.
fn an(word: &str) -> String {
    let vowel =
        is_vowel(word.chars().next()) && !["uni", "use"].iter().any(|u| word.starts_with(u));
    format!("{} {word}", if vowel || word.starts_with("hono") { "an" } else { "a" })
}

/// A phrase to weave into a sentence, and whether "the" goes before.
struct Mention(String, bool);

impl Mention {
    fn text(&self) -> String {
        if self.1 { format!("the {}", self.0) } else { self.0.clone() }
    }
}

impl Vocabulary {
    fn new(places: &'static [String]) -> Self {
        Vocabulary {
            nouns: words(NOUNS),
            verbs: words(VERBS),
            adjectives: words(ADJECTIVES),
            adverbs: words(ADVERBS),
            openers: phrases(OPENERS),
            times: phrases(TIMES),
            prepositions: words(PREPOSITIONS),
            headings: phrases(HEADINGS),
            places: places.iter().map(String::as_str).collect(),
        }
    }

    fn noun(&self, rng: &mut Rng) -> &'static str {
        self.nouns[rng.skewed(self.nouns.len())]
    }

    fn verb(&self, rng: &mut Rng) -> &'static str {
        self.verbs[rng.below(self.verbs.len())]
    }

    fn adjective(&self, rng: &mut Rng) -> &'static str {
        self.adjectives[rng.skewed(self.adjectives.len())]
    }

    fn nouns(&self, rng: &mut Rng) -> String {
        plural(self.noun(rng))
    }

    fn noun_phrase(&self, rng: &mut Rng) -> String {
        let adjective = self.adjective(rng);
        match rng.below(9) {
            0 => format!("the {}", self.noun(rng)),
            1 => format!("the {adjective} {}", self.noun(rng)),
            2 => format!("{adjective} {}", self.nouns(rng)),
            3 => format!("the {} of the {}", self.noun(rng), self.noun(rng)),
            4 => format!(
                "{} {} {}",
                rng.pick(&["two", "three", "several", "a dozen", "many"]),
                adjective,
                self.nouns(rng)
            ),
            5 => format!("{} {} on {}", an(adjective), self.noun(rng), self.nouns(rng)),
            6 => format!("its {} {}", adjective, self.nouns(rng)),
            7 => format!("the {} {}", self.noun(rng), self.noun(rng)),
            _ => format!("the {} {}", adjective, self.nouns(rng)),
        }
    }

    /// A sentence about `who`, or about anything.
    fn sentence(&self, rng: &mut Rng, who: Option<&Mention>) -> String {
        let subject = match who {
            Some(mention) => mention.text(),
            None => self.noun_phrase(rng),
        };
        let verb = self.verb(rng);
        let text = match rng.below(12) {
            0 => format!(
                "{subject} {} {} {}",
                past(verb),
                self.noun_phrase(rng),
                rng.pick(&self.times)
            ),
            1 => format!(
                "{}, {subject} {} {}",
                rng.pick(&self.openers),
                past(verb),
                self.noun_phrase(rng)
            ),
            2 => format!(
                "{subject} said that {} would {verb} {} {}",
                self.noun_phrase(rng),
                self.noun_phrase(rng),
                rng.pick(&self.times)
            ),
            3 => format!(
                "according to {subject}, {} of {} fell by {} per cent {}",
                self.nouns(rng),
                self.nouns(rng),
                rng.between(2, 60),
                rng.pick(&self.times)
            ),
            4 => format!(
                "while {} {} {}, {subject} {} {}",
                self.noun_phrase(rng),
                past(self.verb(rng)),
                self.noun_phrase(rng),
                past(verb),
                self.noun_phrase(rng)
            ),
            5 => format!(
                "{} had been {} by {subject} in {} {}",
                self.noun_phrase(rng),
                participle(verb),
                rng.pick(&self.places),
                rng.pick(&self.times)
            ),
            6 => format!(
                "it is not clear whether {subject} will {verb} {} {} {}",
                self.noun_phrase(rng),
                rng.pick(&self.prepositions),
                self.noun_phrase(rng)
            ),
            7 => format!(
                "{subject} had {} {} {}, and {} {} {}",
                rng.pick(&self.adverbs),
                participle(verb),
                self.noun_phrase(rng),
                self.noun_phrase(rng),
                past(self.verb(rng)),
                self.noun_phrase(rng)
            ),
            8 => format!(
                "\"we will {verb} {},\" an official close to {subject} said {}",
                self.noun_phrase(rng),
                rng.pick(&self.times)
            ),
            9 => format!(
                "for {subject}, the question is how to {verb} {} without {} {}",
                self.noun_phrase(rng),
                gerund(self.verb(rng)),
                self.noun_phrase(rng)
            ),
            10 => format!(
                "{} {} {} -- {} that {subject} {} {}",
                self.noun_phrase(rng),
                past(self.verb(rng)),
                self.noun_phrase(rng),
                an(self.noun(rng)),
                past(verb),
                rng.pick(&self.times)
            ),
            _ => format!(
                "{subject} {} {} {} {}; the plan doesn't {} {}",
                past(verb),
                self.noun_phrase(rng),
                rng.pick(&self.prepositions),
                self.noun_phrase(rng),
                self.verb(rng),
                self.nouns(rng)
            ),
        };
        let text = match text.strip_prefix('"') {
            Some(rest) => format!("\"{}", capital(rest)),
            None => capital(&text),
        };
        text + "."
    }

    /// One to three sentences of nobody in particular.
    fn short(&self, rng: &mut Rng) -> String {
        let count = rng.between(1, 2);
        (0..count).map(|_| self.sentence(rng, None)).collect::<Vec<_>>().join(" ")
    }

    fn heading(&self, rng: &mut Rng) -> String {
        match rng.below(3) {
            0 => capital(&format!("{} {}", self.adjective(rng), self.nouns(rng))),
            1 => capital(&format!(
                "{} the {} {}",
                gerund(self.verb(rng)),
                self.adjective(rng),
                self.noun(rng)
            )),
            _ => format!("{} and {}", capital(&self.nouns(rng)), self.nouns(rng)),
        }
    }
}

// ---------------------------------------------------------------------------------------------
// Briefs

#[derive(Clone, Copy, PartialEq)]
enum Flavour {
    Chancery,
    Hugo,
    Blades,
    Plain,
}

struct Brief {
    date: Date,
    stem: String,
    title: String,
    actors: Vec<usize>,
    topics: Vec<usize>,
    storyline: Option<usize>,
    follows: Option<usize>,
}

#[derive(Clone, Copy)]
struct Date(i64);

impl Date {
    /// Year, month, day (after Howard Hinnant's `civil_from_days`).
    fn civil(self) -> (i64, i64, i64) {
        let z = self.0 + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = doy - (153 * mp + 2) / 5 + 1;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        (yoe + era * 400 + i64::from(month <= 2), month, day)
    }

    fn year(self) -> i64 {
        self.civil().0
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (y, m, d) = self.civil();
        write!(f, "{y}-{m:02}-{d:02}")
    }
}

impl Brief {
    fn id(&self) -> String {
        format!("{}/{}", self.date.year(), self.stem)
    }
}

struct World {
    actors: Vec<Actor>,
    topics: Vec<Topic>,
    storylines: Vec<Storyline>,
    briefs: Vec<Brief>,
    pool: Pool,
    vocabulary: Vocabulary,
}

fn world(options: &Options) -> World {
    let mut taken = Taken::default();
    let actors = actors(options.actors, &mut taken);
    let topics = topics(options.topics, &mut taken);
    let rng = &mut Rng::of(8, 0);
    let mut places = Vec::new();
    while places.len() < 800 {
        places.extend(taken.first([made_up(rng, &words(CITY_ENDINGS))]));
    }
    let vocabulary = Vocabulary::new(places.leak());
    let pool = Pool::new(actors.len(), topics.len());
    let storylines = storylines(options.storylines, &pool, &mut taken, &vocabulary);
    let mut world = World { actors, topics, storylines, briefs: Vec::new(), pool, vocabulary };
    let mut last = vec![None; world.storylines.len()];
    for number in 0..options.briefs {
        let brief = world.brief(number, options.briefs, &mut last, &mut taken);
        world.briefs.push(brief);
    }
    world
}

impl World {
    fn brief(
        &self,
        number: usize,
        of: usize,
        last: &mut [Option<usize>],
        taken: &mut Taken,
    ) -> Brief {
        let rng = &mut Rng::of(4, number);
        // In order of date, so that briefs link and follow earlier ones.
        let date = Date(FIRST_DAY + (number as u64 * DAYS / of as u64) as i64);
        let storyline = (!last.is_empty() && rng.chance(40)).then(|| rng.below(last.len()));
        let follows = storyline.and_then(|s| last[s].replace(number)).filter(|_| rng.chance(60));
        let mut actors = Vec::new();
        if rng.below(3) == 0 {
            actors.push(0);
        }
        let mut topics = Vec::new();
        if let Some(storyline) = storyline {
            let storyline = &self.storylines[storyline];
            actors.extend(storyline.actors.iter().filter(|_| rng.chance(40)));
            topics.extend(storyline.topics.iter().filter(|_| rng.chance(60)));
        }
        let count = rng.between(3, 6);
        self.pool.actors(rng, count, &mut actors);
        let count = rng.between(1, 4);
        self.pool.topics(rng, count, &mut topics);
        rng.shuffle(&mut actors);
        let title = loop {
            let title = self.title(rng, &actors);
            if taken.claim(&title) {
                break title;
            }
        };
        let stem = format!("{date}-{}", slug(&title));
        Brief { date, stem, title, actors, topics, storyline, follows }
    }

    fn title(&self, rng: &mut Rng, actors: &[usize]) -> String {
        let v = &self.vocabulary;
        let article =
            matches!(self.actors[actors[0]].kind, Kind::Organisation | Kind::Body | Kind::Group);
        let one = Mention(self.short_name(actors[0]).to_owned(), article).text();
        let place = rng.pick(&v.places);
        match rng.below(7) {
            0 => format!("{} and the {place} {}", capital(&one), v.noun(rng)),
            1 => format!("{} {} in {place}", capital(v.adjective(rng)), v.nouns(rng)),
            2 => format!("After the {place} {}: what {one} wants", v.noun(rng)),
            3 => format!(
                "Why {one} is {} the {} {}",
                gerund(v.verb(rng)),
                v.adjective(rng),
                v.noun(rng)
            ),
            4 => {
                let verb = present(v.verb(rng));
                format!("{} {verb} {} {}", capital(&one), v.adjective(rng), v.nouns(rng))
            }
            5 => format!("The {} {} of {place}", v.adjective(rng), v.noun(rng)),
            _ => format!(
                "{} at {place}: {} on {}",
                capital(&v.nouns(rng)),
                an(v.noun(rng)),
                v.nouns(rng)
            ),
        }
    }

    /// A state's short name, or what else the actor is called by name.
    fn short_name(&self, actor: usize) -> &str {
        let actor = &self.actors[actor];
        if actor.kind == Kind::State { &actor.aliases[0] } else { &actor.name }
    }

    fn mention(&self, rng: &mut Rng, actor: usize) -> Mention {
        let actor = &self.actors[actor];
        let at_hand = |list: &[String], rng: &mut Rng| list[rng.below(list.len())].clone();
        if rng.chance(15) && !actor.weak.is_empty() {
            Mention(at_hand(&actor.weak, rng), false)
        } else if rng.chance(15) && !actor.metonyms.is_empty() {
            let name = at_hand(&actor.metonyms, rng);
            let article = name.contains(' ');
            Mention(name, article)
        } else if rng.chance(45) {
            let (name, article) = &actor.forms[0];
            Mention(name.clone(), *article)
        } else {
            let (name, article) = &actor.forms[rng.below(actor.forms.len())];
            Mention(name.clone(), *article)
        }
    }

    fn link(&self, flavour: Flavour, from: &Brief, to: usize, form: usize, text: &str) -> String {
        let to = &self.briefs[to];
        let (year, stem) = (to.date.year(), &to.stem);
        match flavour {
            Flavour::Chancery => match form {
                0 | 1 => format!("[[{}|{text}]]", to.id()),
                2 => format!("[[{}|{text}]]", to.title),
                _ if year == from.date.year() => format!("[{text}]({stem}.md)"),
                _ => format!("[{text}](../{year}/{stem}.md)"),
            },
            Flavour::Hugo if year == from.date.year() => format!("[{text}](../{stem}/)"),
            Flavour::Hugo => format!("[{text}](../../{year}/{stem}/)"),
            Flavour::Blades => format!("[{text}](/briefs/{year}/{stem}/)"),
            Flavour::Plain => text.to_owned(),
        }
    }

    /// The body, the same for each flavour but for its links to briefs.
    fn body(&self, number: usize, flavour: Flavour) -> String {
        let rng = &mut Rng::of(5, number);
        let v = &self.vocabulary;
        let brief = &self.briefs[number];

        // Who is named, and in which of the sentences to come.
        let mentions = rng.between(6, 15);
        let mut who: Vec<Option<usize>> = (0..mentions)
            .map(|n| {
                Some(if n < brief.actors.len() {
                    brief.actors[n]
                } else if rng.chance(65) {
                    brief.actors[rng.below(brief.actors.len())]
                } else if rng.chance(60) {
                    self.pool.actor(rng)
                } else {
                    rng.below(self.actors.len())
                })
            })
            .collect();
        let sentences = rng.between(29, 40).max(mentions);
        who.resize(sentences, None);
        rng.shuffle(&mut who[1..]);
        let mut who = who.into_iter();

        let footnotes = if rng.chance(20) { rng.between(1, 3) } else { 0 };
        let table = rng.chance(15);
        let code = rng.below(1000) < 30;
        let mut links: Vec<(usize, usize)> = Vec::new();
        if number > 0 && rng.chance(40) {
            for _ in 0..rng.between(1, 2) {
                links.push((number - 1 - rng.skewed(number), rng.below(4)));
            }
        }

        let sections = rng.between(3, 4);
        let paragraphs = rng.between(8, 10);
        let mut headings = v.headings.clone();
        rng.shuffle(&mut headings);
        let mut headings = headings.into_iter();

        let mut out = String::with_capacity(6 << 10);
        let mut note = 0;
        let quote_at = rng.between(2, paragraphs - 1);
        let list_at = rng.between(1, paragraphs - 2);
        let table_at = rng.between(2, paragraphs - 1);
        let code_at = rng.between(2, paragraphs - 1);
        for paragraph in 0..paragraphs {
            if paragraph > 0 {
                if paragraph * sections / paragraphs != (paragraph - 1) * sections / paragraphs
                    || paragraph == 1
                {
                    let text = match headings.next() {
                        Some(text) if rng.chance(50) => text.to_owned(),
                        _ => v.heading(rng),
                    };
                    let _ = writeln!(out, "## {text}\n");
                } else if rng.chance(25) {
                    let _ = writeln!(out, "### {}\n", v.heading(rng));
                }
            }
            let count =
                (paragraph + 1) * sentences / paragraphs - paragraph * sentences / paragraphs;
            for n in 0..count {
                if n > 0 {
                    out.push(' ');
                }
                let mention = who.next().flatten().map(|actor| self.mention(rng, actor));
                let mut sentence = v.sentence(rng, mention.as_ref());
                if mention.is_none() {
                    self.decorate(rng, &mut sentence);
                }
                out.push_str(&sentence);
                if note < footnotes && rng.chance(15) {
                    note += 1;
                    let _ = write!(out, "[^{note}]");
                }
            }
            if rng.chance(30)
                && let Some((to, form)) = links.pop()
            {
                let text = format!("the earlier {}", v.noun(rng));
                let link = self.link(flavour, brief, to, form, &text);
                let _ = write!(out, " See also {link}.");
            }
            out.push_str("\n\n");
            if paragraph == list_at {
                self.list(rng, &mut out);
            }
            if paragraph == quote_at {
                let _ = writeln!(out, "> {}\n", v.short(rng));
            }
            if table && paragraph == table_at {
                self.table(rng, brief, &mut out);
            }
            if code && paragraph == code_at {
                self.code(rng, brief, &mut out);
            }
        }
        if let Some((to, form)) = links.pop() {
            let link = self.link(flavour, brief, to, form, "the previous note on this");
            let _ = writeln!(out, "Readers may want to start with {link}.\n");
        }
        for n in 1..=note {
            let _ = writeln!(out, "[^{n}]: {}\n", v.sentence(rng, None));
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
        out
    }

    /// Emphasis, links and code on some words of a sentence.
    fn decorate(&self, rng: &mut Rng, sentence: &mut String) {
        let (open, close) = match rng.below(100) {
            0..12 => ("*", "*".to_owned()),
            12..20 => ("**", "**".to_owned()),
            20..31 => {
                let (a, b) = (self.vocabulary.noun(rng), self.vocabulary.noun(rng));
                ("[", format!("](https://{a}.example.org/{b}/{})", rng.between(100, 9999)))
            }
            31..33 => ("`", "`".to_owned()),
            _ => return,
        };
        let spaces: Vec<usize> = sentence.match_indices(' ').map(|(at, _)| at).collect();
        let word = |at: usize| sentence[at + 1..].chars().next().is_some_and(char::is_alphabetic);
        let Some(start) =
            (spaces.len() / 2..spaces.len().saturating_sub(3)).find(|&n| word(spaces[n]))
        else {
            return;
        };
        let end = start + rng.between(1, 2);
        let letter = sentence[..spaces[end]].ends_with(char::is_alphabetic);
        if letter {
            sentence.insert_str(spaces[end], &close);
            sentence.insert_str(spaces[start] + 1, open);
        }
    }

    fn list(&self, rng: &mut Rng, out: &mut String) {
        let ordered = rng.chance(30);
        for n in 1..=rng.between(3, 6) {
            if ordered {
                let _ = write!(out, "{n}. ");
            } else {
                out.push_str("- ");
            }
            let v = &self.vocabulary;
            let item = capital(&v.noun_phrase(rng));
            if rng.chance(30) {
                let _ = writeln!(out, "**{item}**: {} {}", v.noun_phrase(rng), rng.pick(&v.times));
            } else {
                let _ =
                    writeln!(out, "{item} {} {}", rng.pick(&v.prepositions), v.noun_phrase(rng));
            }
        }
        out.push('\n');
    }

    fn table(&self, rng: &mut Rng, brief: &Brief, out: &mut String) {
        let v = &self.vocabulary;
        let year = brief.date.year();
        let (a, b) = (capital(&v.nouns(rng)), capital(&v.nouns(rng)));
        let _ = writeln!(out, "| {a} | {} | {year} | {b} |\n|---|--:|--:|---|", year - 1);
        for _ in 0..rng.between(3, 6) {
            let first = if rng.chance(40) {
                self.short_name(brief.actors[rng.below(brief.actors.len())]).to_owned()
            } else {
                capital(&v.nouns(rng))
            };
            let (x, y) = (rng.between(10, 9000), rng.between(10, 9000));
            let _ = writeln!(out, "| {first} | {x} | {y} | {} {} |", v.adjective(rng), v.noun(rng));
        }
        out.push('\n');
    }

    fn code(&self, rng: &mut Rng, brief: &Brief, out: &mut String) {
        let v = &self.vocabulary;
        let (a, b, c) = (v.noun(rng), v.noun(rng), v.verb(rng));
        let (x, y) = (rng.between(2, 900), rng.between(2, 900));
        let date = brief.date;
        let text = match rng.below(5) {
            0 => format!(
                "json\n{{\n  \"date\": \"{date}\",\n  \"{a}\": {{ \"count\": {x}, \"share\": 0.{y} }},\n  \"{b}\": [{x}, {y}, null],\n  \"final\": true\n}}"
            ),
            1 => format!(
                "python\nimport csv\n\ndef {c}_{a}(path, limit={x}):\n    \"\"\"Rows about one {b}.\"\"\"\n    with open(path) as rows:\n        for n, row in enumerate(csv.DictReader(rows)):\n            if n < limit and row[\"{b}\"] != \"\":\n                yield int(row[\"{a}\"]) * {y}"
            ),
            2 => format!(
                "rust\n/// The {a} of every {b}.\nfn {c}_{a}(list: &[u32]) -> Option<u32> {{\n    let sum: u32 = list.iter().filter(|&&n| n > {x}).sum();\n    (sum < {y}).then_some(sum)\n}}"
            ),
            3 => format!(
                "yaml\n{a}:\n  date: {date}\n  {b}:\n    - {c}: {x}\n    - limit: {y} # as agreed\n  final: false"
            ),
            _ => format!(
                "sql\nSELECT {a}, count(*) AS total\nFROM {b}_records\nWHERE year > 2014 AND {c}_id IN ({x}, {y})\nGROUP BY {a}\nORDER BY total DESC;"
            ),
        };
        let _ = writeln!(out, "```{text}\n```\n");
    }

    // -----------------------------------------------------------------------------------------
    // Documents

    fn brief_text(&self, number: usize, flavour: Flavour) -> String {
        let rng = &mut Rng::of(6, number);
        let v = &self.vocabulary;
        let brief = &self.briefs[number];
        let body = self.body(number, flavour);
        if flavour == Flavour::Plain {
            return format!("# {}\n\n{body}", brief.title);
        }
        let actors: Vec<&str> = brief.actors.iter().map(|&a| &*self.actors[a].id).collect();
        let topics: Vec<&str> = brief.topics.iter().map(|&t| &*self.topics[t].id).collect();
        let lead = self.mention(rng, brief.actors[0]);
        let summary = v.sentence(rng, Some(&lead)).replace('"', "");
        let mut out = String::with_capacity(body.len() + 1024);
        let _ = writeln!(out, "+++\ntitle = {}\ndate = {}", quoted(&brief.title), brief.date);
        if flavour == Flavour::Hugo {
            let _ = writeln!(out, "description = {}", quoted(&summary));
            let _ = writeln!(out, "actors = {}\ntopics = {}", array(&actors), array(&topics));
            if let Some(storyline) = brief.storyline {
                let _ = writeln!(out, "storylines = {}", array(&[&self.storylines[storyline].id]));
            }
            out.push_str("+++\n\n");
            return out + &body;
        }
        let _ = writeln!(out, "summary = {}", quoted(&summary));
        if flavour == Flavour::Blades {
            let _ = writeln!(out, "\n[taxonomies]");
            let _ = writeln!(out, "actors = {}\ntopics = {}", array(&actors), array(&topics));
            if let Some(storyline) = brief.storyline {
                let _ = writeln!(out, "storylines = {}", array(&[&self.storylines[storyline].id]));
            }
            out.push_str("+++\n\n");
            return out + &body;
        }
        if rng.chance(10) {
            let _ = writeln!(out, "updated = {}", Date(brief.date.0 + rng.between(1, 20) as i64));
        }
        let first = rng.below(AUTHORS.len());
        let mut authors = vec![AUTHORS[first]];
        if rng.chance(25) {
            authors.push(AUTHORS[(first + 5) % AUTHORS.len()]);
        }
        let _ = writeln!(out, "authors = {}", array(&authors));
        let _ = writeln!(out, "actors = {}\ntopics = {}", array(&actors), array(&topics));
        if let Some(storyline) = brief.storyline {
            let _ = writeln!(out, "storyline = {}", quoted(&self.storylines[storyline].id));
        }
        if let Some(follows) = brief.follows {
            let _ = writeln!(out, "follows = {}", quoted(&self.briefs[follows].id()));
        }
        if rng.chance(70) {
            let _ = writeln!(out, "bluf = {}", quoted(&v.sentence(rng, None)));
        }
        if rng.chance(40) {
            let kind = rng.pick(&["background", "report", "explainer", "update"]);
            let _ = writeln!(out, "kind = \"{kind}\"");
        }
        if rng.chance(30) {
            self.event(rng, brief, &actors, &mut out);
        }
        out.push_str("+++\n\n");
        out + &body
    }

    /// A brief that says how its storyline has changed, if it has one.
    fn with_trend(&self, number: usize, text: &str) -> String {
        let rng = &mut Rng::of(21, number);
        if self.briefs[number].storyline.is_none() {
            return text.to_owned();
        }
        // Keys stand above the tables.
        let end = text.find("\n+++\n\n").expect("front matter of its own");
        let at = text[..end].find("\n[[").unwrap_or(end) + 1;
        let trend = rng.pick(&["deteriorated", "improved", "unchanged"]);
        let reason = quoted(&self.vocabulary.sentence(rng, None));
        let (front, rest) = text.split_at(at);
        format!("{front}trend = \"{trend}\"\ntrend_reason = {reason}\n{rest}")
    }

    /// A brief with a judgement and two sources, which its text cites.
    fn judged(&self, number: usize, text: &str) -> String {
        let rng = &mut Rng::of(20, number);
        let (v, brief) = (&self.vocabulary, &self.briefs[number]);
        let (front, body) = text.split_once("+++\n\n").expect("front matter of its own");
        let mut out = String::with_capacity(text.len() + 1024);
        out.push_str(front);
        for id in ["first", "second"] {
            let title = capital(&v.noun_phrase(rng));
            let (kind, grade) = (rng.pick(&["article", "report"]), rng.pick(&["A1", "B2", "C3"]));
            let _ = writeln!(out, "\n[[sources]]\nid = \"{id}\"\ntitle = {}", quoted(&title));
            let _ = writeln!(out, "date = {}\nkind = \"{kind}\"\ngrade = \"{grade}\"", brief.date);
        }
        let likelihood = rng.pick(&["unlikely", "roughly even chance", "likely", "very likely"]);
        let confidence = rng.pick(&["low", "moderate", "high"]);
        let judged = quoted(&v.sentence(rng, None));
        let by = Date(brief.date.0 + rng.between(30, 400) as i64);
        let _ = writeln!(out, "\n[[judgements]]\nid = \"outlook\"\ntext = {judged}");
        let _ = writeln!(out, "likelihood = \"{likelihood}\"\nconfidence = \"{confidence}\"");
        let _ = writeln!(out, "by = {by}\nsources = [\"first\", \"second\"]\n+++\n");
        let page = rng.between(1, 90);
        // Where the first paragraph ends.
        let at = body.find(".\n").map_or(body.trim_end().len(), |at| at + 1);
        let (before, after) = body.split_at(at);
        format!("{out}{before}[^first][^second: p. {page}]{after}")
    }

    fn event(&self, rng: &mut Rng, brief: &Brief, actors: &[&str], out: &mut String) {
        let v = &self.vocabulary;
        let title =
            capital(&format!("{} of the {} {}", v.noun(rng), v.adjective(rng), v.noun(rng)));
        let date = Date(brief.date.0 - rng.below(40) as i64);
        let (year, month, _) = date.civil();
        let _ = writeln!(out, "\n[[events]]\ntitle = {}", quoted(&title));
        match rng.below(10) {
            0 => {
                let _ = writeln!(out, "date = \"{year}-{month:02}\"");
            }
            1 => {
                let _ = writeln!(out, "date = \"{year}\"");
            }
            2 | 3 => {
                let _ = writeln!(
                    out,
                    "date = {date}\nend = {}",
                    Date(date.0 + rng.between(1, 6) as i64)
                );
            }
            _ => {
                let _ = writeln!(out, "date = {date}");
            }
        }
        if rng.chance(60) {
            let _ = writeln!(out, "place = {}", quoted(rng.pick(&v.places)));
        }
        if rng.chance(30) {
            let (lat, lon) = (rng.between(0, 6999), rng.between(0, 16_999));
            let (south, west) = (rng.chance(40), rng.chance(40));
            let sign = |minus| if minus { "-" } else { "" };
            let _ = writeln!(
                out,
                "coordinates = [{}{}.{:02}, {}{}.{:02}]",
                sign(south),
                lat / 100,
                lat % 100,
                sign(west),
                lon / 100,
                lon % 100
            );
        }
        let _ = writeln!(out, "actors = {}", array(&actors[..rng.between(1, 2)]));
    }

    fn prose(&self, rng: &mut Rng, paragraphs: usize) -> String {
        let mut out = String::new();
        for _ in 0..paragraphs {
            for n in 0..rng.between(3, 5) {
                if n > 0 {
                    out.push(' ');
                }
                let mention = rng
                    .chance(20)
                    .then(|| self.pool.actor(rng))
                    .map(|actor| self.mention(rng, actor));
                out.push_str(&self.vocabulary.sentence(rng, mention.as_ref()));
            }
            out.push_str("\n\n");
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
        out
    }

    fn actor_text(&self, number: usize, flavour: Flavour) -> String {
        let rng = &mut Rng::of(7, number);
        let actor = &self.actors[number];
        let paragraphs = rng.between(1, 3);
        let body = self.prose(rng, paragraphs);
        let summary = capital(&format!("{} {}", self.vocabulary.adjective(rng), actor.kind.name()));
        let mut out = String::new();
        if flavour == Flavour::Hugo {
            let _ = writeln!(
                out,
                "+++\ntitle = {}\ndescription = {}",
                quoted(&actor.name),
                quoted(&summary)
            );
            let _ = writeln!(out, "+++\n\n{}", body.trim_end());
            return out;
        }
        let strings = |list: &[String]| array(&list.iter().map(String::as_str).collect::<Vec<_>>());
        let _ =
            writeln!(out, "+++\nname = {}\nkind = \"{}\"", quoted(&actor.name), actor.kind.name());
        let _ = writeln!(out, "aliases = {}", strings(&actor.aliases));
        for (key, list) in [("weak", &actor.weak), ("metonyms", &actor.metonyms)] {
            if !list.is_empty() {
                let _ = writeln!(out, "{key} = {}", strings(list));
            }
        }
        if let Some(demonym) = &actor.demonym {
            let _ = writeln!(
                out,
                "demonyms = {}\nstop = {}",
                array(&[demonym]),
                array(&[&format!("Gulf of {}", actor.aliases[0])])
            );
        }
        if let Some(country) = actor.country {
            let id = &self.actors[country].id;
            let _ = writeln!(out, "country = {}", quoted(id));
            if actor.kind == Kind::Body {
                let _ = writeln!(out, "part_of = {}", quoted(id));
            }
        }
        // Organisations have lower or higher numbers; a state may be a member of any.
        if actor.kind == Kind::State {
            let all = |kind| (0..self.actors.len()).filter(move |&n| Kind::of(n) == kind);
            let list: Vec<usize> = all(Kind::Organisation).collect();
            let mut of = Vec::new();
            let count = rng.between(0, 4).min(list.len());
            fill(&mut of, count, || list[rng.skewed(list.len())]);
            if !of.is_empty() {
                let ids: Vec<&str> = of.iter().map(|&n| &*self.actors[n].id).collect();
                let _ = writeln!(out, "member_of = {}", array(&ids));
            }
        }
        if rng.chance(40) {
            let _ = writeln!(out, "website = \"https://{}.example.org/\"", actor.id);
        }
        let _ = writeln!(out, "summary = {}", quoted(&summary));
        if actor.kind == Kind::Person
            && let Some(country) = actor.country
        {
            let from = rng.between(2008, 2020);
            let _ = writeln!(out, "\n[[roles]]\ntitle = \"{}\"", rng.pick(&ROLES));
            let _ = writeln!(out, "of = {}\nfrom = \"{from}\"", quoted(&self.actors[country].id));
            if rng.chance(60) {
                let _ = writeln!(out, "to = \"{}\"", from + rng.between(1, 4));
            }
        }
        let _ = writeln!(out, "+++\n\n{}", body.trim_end());
        out
    }

    fn topic_text(&self, number: usize, flavour: Flavour) -> String {
        let rng = &mut Rng::of(10, number);
        let topic = &self.topics[number];
        let body = self.prose(rng, 1);
        let (name, summary) = match flavour {
            Flavour::Hugo => ("title", "description"),
            _ => ("name", "summary"),
        };
        let mut out = format!("+++\n{name} = {}\n", quoted(&topic.name));
        if let (Some(parent), Flavour::Chancery) = (topic.parent, flavour) {
            let _ = writeln!(out, "parent = {}", quoted(&self.topics[parent].id));
        }
        let text = format!("Briefs on {}.", topic.name.to_lowercase());
        let _ = writeln!(out, "{summary} = {}\n+++\n\n{}", quoted(&text), body.trim_end());
        out
    }

    fn storyline_text(&self, number: usize, flavour: Flavour) -> String {
        let rng = &mut Rng::of(11, number);
        let storyline = &self.storylines[number];
        let body = self.prose(rng, 2);
        let key = if flavour == Flavour::Hugo { "description" } else { "summary" };
        let summary = self.vocabulary.sentence(rng, None).replace('"', "");
        let mut out =
            format!("+++\ntitle = {}\n{key} = {}\n", quoted(&storyline.title), quoted(&summary));
        let status = rng.pick(&["open", "open", "dormant", "closed"]);
        if flavour == Flavour::Chancery {
            let _ = writeln!(out, "status = \"{status}\"");
        }
        let _ = writeln!(out, "+++\n\n{}", body.trim_end());
        out
    }
}

/// A TOML string.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn array(list: &[&str]) -> String {
    let list: Vec<String> = list.iter().map(|text| quoted(text)).collect();
    format!("[{}]", list.join(", "))
}

// ---------------------------------------------------------------------------------------------
// The program

struct Options {
    dir: PathBuf,
    briefs: usize,
    actors: usize,
    topics: usize,
    storylines: usize,
    flavour: Flavour,
    /// Whether each brief has a judgement and two sources.
    judged: bool,
    /// Whether each brief of a storyline says how it has changed.
    trends: bool,
}

const USAGE: &str = "usage: corpus DIR [--briefs N] [--actors N] [--topics N] [--storylines N] [--flavour chancery|hugo|blades|plain] [--judged] [--trends]";

fn options() -> Result<Options, Box<dyn Error>> {
    let mut options = Options {
        dir: PathBuf::new(),
        briefs: 10_000,
        actors: 1_000,
        topics: 200,
        storylines: 100,
        flavour: Flavour::Chancery,
        judged: false,
        trends: false,
    };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut number = |least: usize| -> Result<usize, Box<dyn Error>> {
            let value = args.next().and_then(|n| n.parse().ok()).filter(|&n| n >= least);
            value.ok_or_else(|| format!("{arg} needs a number of {least} or more").into())
        };
        match &*arg {
            "--briefs" => options.briefs = number(0)?,
            "--actors" => options.actors = number(10)?,
            "--topics" => options.topics = number(1)?,
            "--storylines" => options.storylines = number(0)?,
            "--flavour" => {
                options.flavour = match args.next().as_deref() {
                    Some("chancery") => Flavour::Chancery,
                    Some("hugo") => Flavour::Hugo,
                    Some("blades") => Flavour::Blades,
                    Some("plain") => Flavour::Plain,
                    _ => return Err(USAGE.into()),
                }
            }
            "--judged" => options.judged = true,
            "--trends" => options.trends = true,
            "-h" | "--help" => {
                println!("{USAGE}");
                std::process::exit(0);
            }
            dir if !dir.starts_with('-') && options.dir.as_os_str().is_empty() => {
                options.dir = dir.into()
            }
            _ => return Err(USAGE.into()),
        }
    }
    let misplaced = (options.judged || options.trends) && options.flavour != Flavour::Chancery;
    if options.dir.as_os_str().is_empty() || misplaced {
        return Err(USAGE.into());
    }
    Ok(options)
}

fn write(path: &Path, text: &str) -> Result<u64, Box<dyn Error>> {
    fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(text.len() as u64)
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = options()?;
    let flavour = options.flavour;
    let content = match flavour {
        Flavour::Plain => options.dir.clone(),
        _ => options.dir.join("content"),
    };
    if flavour != Flavour::Plain && content.exists() {
        return Err(format!("{} exists already", content.display()).into());
    }
    let world = world(&options);
    let briefs = if flavour == Flavour::Plain { content.clone() } else { content.join("briefs") };
    fs::create_dir_all(&briefs)?;
    let years: HashSet<i64> = world.briefs.iter().map(|b| b.date.year()).collect();
    for year in years {
        fs::create_dir_all(briefs.join(year.to_string()))?;
    }
    let mut bytes = 0;
    for (number, brief) in world.briefs.iter().enumerate() {
        let mut text = world.brief_text(number, flavour);
        if options.trends {
            text = world.with_trend(number, &text);
        }
        if options.judged {
            text = world.judged(number, &text);
        }
        bytes += write(&briefs.join(brief.id() + ".md"), &text)?;
    }
    let count = world.briefs.len() as u64;
    println!("{count} briefs, {bytes} bytes ({} each)", bytes / count.max(1));
    if flavour == Flavour::Plain {
        return Ok(());
    }

    // Blades has no text of terms.
    if flavour == Flavour::Blades {
        return Ok(());
    }
    // Hugo has a term's text in the term's own folder.
    let document = |folder: &str, id: &str| match flavour {
        Flavour::Hugo => content.join(folder).join(id).join("_index.md"),
        _ => content.join(folder).join(format!("{id}.md")),
    };
    let put = |path: PathBuf, text: String| -> Result<(), Box<dyn Error>> {
        fs::create_dir_all(path.parent().expect("a file in a folder"))?;
        write(&path, &text).map(|_| ())
    };
    for (number, actor) in world.actors.iter().enumerate() {
        put(document("actors", &actor.id), world.actor_text(number, flavour))?;
    }
    for (number, topic) in world.topics.iter().enumerate() {
        put(document("topics", &topic.id), world.topic_text(number, flavour))?;
    }
    for (number, storyline) in world.storylines.iter().enumerate() {
        put(document("storylines", &storyline.id), world.storyline_text(number, flavour))?;
    }
    let about = world.prose(&mut Rng::of(12, 0), 3);
    let menu = if flavour == Flavour::Hugo { "" } else { "menu = \"About\"\n" };
    let about_path = match flavour {
        Flavour::Hugo => content.join("about.md"),
        _ => content.join("pages/about.md"),
    };
    put(about_path, format!("+++\ntitle = \"About this site\"\n{menu}+++\n\n{about}"))?;
    if flavour == Flavour::Chancery {
        let site = "title = \"The Bench Briefing\"\nbase_url = \"https://bench.example/\"\nlanguage = \"en\"\n\n[pagination]\nsize = 50\n";
        write(&options.dir.join("site.toml"), site)?;
    }
    Ok(())
}
