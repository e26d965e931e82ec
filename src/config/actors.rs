//! What a site says of its actors: kinds of its own (`[kinds]`), and relations between actors (`[relations]`).

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::Config;
use crate::diagnostic::{Code, Diagnostic, MOST_GUESSES, Near, Place};
use crate::front_matter::field::{Spanned, table, words};
use crate::front_matter::{ActorKind, BuiltInKind};

words! {
    /// A type of schema.org that an actor of a kind can have.
    SchemaType {
        /// Anything.
        Thing = "Thing",
        /// A person.
        Person = "Person",
        /// An organisation of any kind.
        Organization = "Organization",
        /// An airline.
        Airline = "Airline",
        /// A union of organisations.
        Consortium = "Consortium",
        /// A company.
        Corporation = "Corporation",
        /// A school or a university.
        EducationalOrganization = "EducationalOrganization",
        /// A part of a state.
        GovernmentOrganization = "GovernmentOrganization",
        /// A hospital and its like.
        MedicalOrganization = "MedicalOrganization",
        /// Who publishes news.
        NewsMediaOrganization = "NewsMediaOrganization",
        /// A non-governmental organisation.
        Ngo = "NGO",
        /// A group of artists.
        PerformingGroup = "PerformingGroup",
        /// A party.
        PoliticalParty = "PoliticalParty",
        /// An undertaking.
        Project = "Project",
        /// Who does research.
        ResearchOrganization = "ResearchOrganization",
        /// A club or a league.
        SportsOrganization = "SportsOrganization",
        /// A place of any kind.
        Place = "Place",
        /// A region, a province, a district.
        AdministrativeArea = "AdministrativeArea",
        /// A city.
        City = "City",
        /// A state.
        Country = "Country",
        /// A brand.
        Brand = "Brand",
        /// A book, a film, a standard.
        CreativeWork = "CreativeWork",
        /// A term of a vocabulary.
        DefinedTerm = "DefinedTerm",
        /// A law or a treaty.
        Legislation = "Legislation",
        /// A disease.
        MedicalCondition = "MedicalCondition",
        /// Something that is made.
        Product = "Product",
        /// Something that is done for others.
        Service = "Service",
        /// A program.
        SoftwareApplication = "SoftwareApplication",
        /// A ship, an aircraft, a car.
        Vehicle = "Vehicle",
    }
}

/// Which actors a property of schema.org may be of, or lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// A person.
    Person,
    /// An organisation of any kind.
    Organization,
    /// Neither of the two.
    Other,
}

impl SchemaType {
    /// Whether it is a person, an organisation, or something else.
    fn family(self) -> Family {
        use SchemaType as T;
        match self {
            T::Person => Family::Person,
            T::Organization
            | T::Airline
            | T::Consortium
            | T::Corporation
            | T::EducationalOrganization
            | T::GovernmentOrganization
            | T::MedicalOrganization
            | T::NewsMediaOrganization
            | T::Ngo
            | T::PerformingGroup
            | T::PoliticalParty
            | T::Project
            | T::ResearchOrganization
            | T::SportsOrganization => Family::Organization,
            T::Thing
            | T::Place
            | T::AdministrativeArea
            | T::City
            | T::Country
            | T::Brand
            | T::CreativeWork
            | T::DefinedTerm
            | T::Legislation
            | T::MedicalCondition
            | T::Product
            | T::Service
            | T::SoftwareApplication
            | T::Vehicle => Family::Other,
        }
    }
}

words! {
    /// A property of schema.org that says a relation of a person or an organisation.
    SchemaProperty {
        /// What somebody belongs to.
        Affiliation = "affiliation",
        /// Where somebody studied.
        AlumniOf = "alumniOf",
        /// A child.
        Children = "children",
        /// A colleague.
        Colleague = "colleague",
        /// A part of an organisation.
        Department = "department",
        /// Who works there.
        Employee = "employee",
        /// Whom somebody follows.
        Follows = "follows",
        /// Who founded it.
        Founder = "founder",
        /// Who pays for it.
        Funder = "funder",
        /// Whom somebody knows.
        Knows = "knows",
        /// A member.
        Member = "member",
        /// What it is a member of.
        MemberOf = "memberOf",
        /// A parent.
        Parent = "parent",
        /// What an organisation is part of.
        ParentOrganization = "parentOrganization",
        /// A relative.
        RelatedTo = "relatedTo",
        /// A brother or a sister.
        Sibling = "sibling",
        /// Who supports it.
        Sponsor = "sponsor",
        /// A husband or a wife.
        Spouse = "spouse",
        /// A part of an organisation that is one itself.
        SubOrganization = "subOrganization",
        /// For whom somebody works.
        WorksFor = "worksFor",
    }
}

impl SchemaProperty {
    /// Whether schema.org lets it lead from one to another.
    pub(crate) fn leads(self, from: Family, to: Family) -> bool {
        use Family::{Organization, Person};
        use SchemaProperty as P;
        let (ends, others): (&[Family], &[Family]) = match self {
            P::Affiliation | P::AlumniOf | P::WorksFor => (&[Person], &[Organization]),
            P::Children
            | P::Colleague
            | P::Follows
            | P::Knows
            | P::Parent
            | P::RelatedTo
            | P::Sibling
            | P::Spouse => (&[Person], &[Person]),
            P::Department | P::ParentOrganization | P::SubOrganization => {
                (&[Organization], &[Organization])
            }
            P::Employee => (&[Organization], &[Person]),
            P::Founder | P::Member => (&[Organization], &[Person, Organization]),
            P::Funder | P::Sponsor => (&[Person, Organization], &[Person, Organization]),
            P::MemberOf => (&[Person, Organization], &[Organization]),
        };
        ends.contains(&from) && others.contains(&to)
    }
}

table! {
    /// A kind of actors of the site's own, or other words for one that every site has.
    OwnKind {
        /// What one of them is called, such as `Malware family`.
        name: Spanned<String> => required;
        /// What many of them are called, such as `Malware families`: a heading on `/actors/`.
        plural: Spanned<String> => required;
        /// What it is to other programs: a type of schema.org, `Thing` if nothing else is said. Kinds that every site has
        /// keep theirs.
        schema_type: Option<Spanned<SchemaType>> => or(None);
    }
}

table! {
    /// A relation between actors.
    DeclaredRelation {
        /// What it is called on the profile of the actor that declares it, such as `uses`.
        name: Spanned<String> => required;
        /// What it is called on the profile of the actor that it leads to, such as `used by`. Without it, the relation is the same
        /// from both ends, as in `allied with`: `name` stands on both.
        inverse: Option<Spanned<String>> => or(None);
        /// The kinds of the actors that may declare it, such as `["threat-actor"]`; without it, any.
        from: Vec<Spanned<ActorKind>> => or(Vec::new());
        /// The kinds of the actors that it may lead to; without it, any.
        to: Vec<Spanned<ActorKind>> => or(Vec::new());
        /// The property of schema.org that says the same of a person or an organisation. Without it, other programs are not told.
        schema_property: Option<SchemaProperty> => or(None);
    }
}

impl DeclaredRelation {
    /// Whether it is the same from both ends.
    pub(crate) fn is_mutual(&self) -> bool {
        self.inverse.as_ref().is_none_or(|inverse| inverse.value == self.name.value)
    }

    /// What it is called, seen from the end that declares it or from the other.
    pub(crate) fn name(&self, inverse: bool) -> &str {
        let other = self.inverse.as_ref().filter(|_| inverse);
        &other.unwrap_or(&self.name).value
    }
}

/// Kinds of documents and of briefs: what is called so is no actor.
const TAKEN: [&str; 9] = [
    "brief",
    "topic",
    "storyline",
    "page",
    "analysis",
    "background",
    "report",
    "explainer",
    "update",
];

impl Config {
    /// The words for kinds of actors, in the order of lists: those that every site has, then the site's own.
    pub(crate) fn kind_words(&self) -> impl Iterator<Item = &str> {
        let own = self.kinds.iter().map(|(key, _)| key.value.as_str());
        let built_in = BuiltInKind::ALL.iter().map(|kind| kind.word());
        built_in.chain(own.filter(|word| BuiltInKind::named(word).is_none()))
    }

    /// The type of schema.org of a kind of the site's own, and whether it is a person, an organisation or neither.
    pub(crate) fn schema_type(&self, own: &str) -> (&'static str, Family) {
        let kind = self.kinds.find(own).and_then(|place| self.kinds.at(place));
        let found = kind.and_then(|kind| kind.schema_type.as_ref());
        let found = found.map_or(SchemaType::Thing, |found| found.value);
        (found.word(), found.family())
    }

    /// What the theme calls the site's kinds and relations: keys as tables of words have them, and texts. A relation has two,
    /// one for each end.
    pub(crate) fn actor_words(&self) -> Vec<(String, &str)> {
        let kinds = self.kinds.iter().flat_map(|(key, kind)| {
            [("kind", &kind.name), ("kinds", &kind.plural)]
                .map(|(group, text)| ([group, "_", &key.value].concat(), text.value.as_str()))
        });
        let relations = self.relations.iter().flat_map(|(key, relation)| {
            [false, true]
                .map(|inverse| (relation_word(&key.value, inverse), relation.name(inverse)))
        });
        kinds.chain(relations).collect()
    }

    /// Reports kinds whose names mean something else, and those that are given what they have already.
    pub(super) fn check_kinds(&self, file: &Arc<str>, found: &mut Vec<Diagnostic>) {
        for (key, kind) in self.kinds.iter() {
            if TAKEN.contains(&key.value.as_str()) {
                let message = format!("`{}` is a kind of documents, not of actors", key.value);
                found.push(
                    Diagnostic::new(Code::BadValue, message)
                        .at(Place::span(file.clone(), key.span))
                        .help("give the kind another name"),
                );
            }
            let given = kind.schema_type.as_ref();
            if let Some(given) = given.filter(|_| BuiltInKind::named(&key.value).is_some()) {
                let message = format!("what `{}` is to other programs is known", key.value);
                found.push(
                    Diagnostic::new(Code::BadValue, message)
                        .at(Place::span(file.clone(), given.span))
                        .help("take it out: a kind that every site has may only get other words"),
                );
            }
        }
    }

    /// Reports relations between kinds that there are not.
    pub(super) fn check_relations(&self, file: &Arc<str>, found: &mut Vec<Diagnostic>) {
        let mut kinds = Kinds::new(self);
        let ends = self
            .relations
            .iter()
            .flat_map(|(_, relation)| relation.from.iter().chain(&relation.to));
        found.extend(ends.filter_map(|end| kinds.unknown(end, file)));
    }
}

/// The key of a relation's name in tables of words, seen from one end or from the other.
pub(crate) fn relation_word(key: &str, inverse: bool) -> String {
    ["relation_", key, if inverse { "_inverse" } else { "" }].concat()
}

/// So many kinds are shown to whoever writes one that there is not.
const SHOWN: usize = 12;

/// The kinds of actors of a site, to be asked for many.
pub(crate) struct Kinds<'c> {
    known: FxHashSet<&'c str>,
    near: Near<'c>,
    /// The first few of them.
    shown: Vec<&'c str>,
    /// How many more that there are not are guessed at.
    guesses: usize,
}

impl<'c> Kinds<'c> {
    /// Those of a site.
    pub(crate) fn new(config: &'c Config) -> Self {
        Kinds {
            known: config.kind_words().collect(),
            near: Near::new(config.kind_words()),
            shown: config.kind_words().take(SHOWN).collect(),
            guesses: MOST_GUESSES,
        }
    }

    /// Whether a kind is one of them.
    pub(crate) fn knows(&self, kind: &ActorKind) -> bool {
        match kind {
            ActorKind::BuiltIn(_) => true,
            ActorKind::Own(word) => self.known.contains(&**word),
        }
    }

    /// What to report of a kind in the file `file` if it is none of them.
    pub(crate) fn unknown(
        &mut self,
        kind: &Spanned<ActorKind>,
        file: &Arc<str>,
    ) -> Option<Diagnostic> {
        if self.knows(&kind.value) {
            return None;
        }
        let word = kind.value.word();
        let near = (self.guesses > 0).then(|| self.near.nearest(&word.trim().to_lowercase()));
        self.guesses = self.guesses.saturating_sub(1);
        let help = match near.flatten() {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let shown: Vec<_> = self.shown.iter().map(|kind| format!("`{kind}`")).collect();
                let shown = shown.join(", ");
                format!(
                    "write one of {shown}, or declare it with a table such as `[kinds.malware]` in `site.toml`"
                )
            }
        };
        Some(
            Diagnostic::new(Code::UnknownKind, format!("there is no kind of actors `{word}`"))
                .at(Place::span(file.clone(), kind.span))
                .label("no such kind")
                .help(help),
        )
    }
}
