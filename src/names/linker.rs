//! Finding names in the passages of one document.

use std::collections::HashSet;

use crate::markdown::{Found, Linker as Finds, Passage, Setting};

use super::registry::{Form, Registry, tokens};

/// Words after which the name of a place is a place.
const LOCATIVES: [&str; 7] = ["in", "to", "from", "at", "near", "outside", "via"];

/// Which mentions are links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// The first of each actor on a page.
    First,
    /// The first of each actor in each section.
    Section,
    /// All.
    All,
    /// None.
    None,
}

/// Finds the actors that one document names.
#[derive(Debug)]
pub struct Linker<'r> {
    registry: &'r Registry,
    /// The actors in the document's front matter: evidence for weak forms.
    about: &'r [u32],
    /// The actor whose own page this is: never linked.
    own: Option<u32>,
    policy: Policy,
    /// The actors named strongly so far: evidence too.
    named: HashSet<u32>,
    linked: HashSet<u32>,
}

impl<'r> Linker<'r> {
    /// A linker for a document about some actors, or on the page of one.
    pub fn new(registry: &'r Registry, about: &'r [u32], own: Option<u32>, policy: Policy) -> Self {
        Linker { registry, about, own, policy, named: HashSet::new(), linked: HashSet::new() }
    }

    /// Who a name means, and whether the form can be linked; `None` when that is not certain.
    fn meant(&self, ends: &[(Form, u32)], after_locative: bool) -> Option<(Form, u32)> {
        if ends.iter().any(|(form, _)| *form == Form::Stop) {
            return None;
        }
        let strong: Vec<u32> = of(ends, Form::Strong);
        match strong.as_slice() {
            [one] => return Some((Form::Strong, *one)),
            [] => {}
            many => return self.only(many, |a| self.about.contains(&a)).map(|a| (Form::Strong, a)),
        }
        let evident =
            |a: u32| self.about.contains(&a) || self.named.contains(&a) || self.own == Some(a);
        for form in [Form::Weak, Form::Metonym] {
            let claims = of(ends, form);
            if !claims.is_empty() {
                let allowed = form == Form::Weak || !after_locative;
                return self.only(&claims, evident).filter(|_| allowed).map(|a| (form, a));
            }
        }
        match of(ends, Form::Demonym).as_slice() {
            [one] => Some((Form::Demonym, *one)),
            _ => None,
        }
    }

    /// The one actor that fits, if just one does.
    fn only(&self, actors: &[u32], fits: impl Fn(u32) -> bool) -> Option<u32> {
        let mut fitting = actors.iter().copied().filter(|a| fits(*a));
        let first = fitting.next();
        fitting.next().map_or(first, |_| None)
    }
}

fn of(ends: &[(Form, u32)], wanted: Form) -> Vec<u32> {
    ends.iter().filter(|(form, _)| *form == wanted).map(|(_, actor)| *actor).collect()
}

impl Finds for Linker<'_> {
    fn passage(&mut self, passage: &Passage<'_>, found: &mut Vec<Found>) {
        if self.policy == Policy::Section && passage.setting == Setting::Heading {
            self.linked.clear();
        }
        let tokens = tokens(passage.text);
        let mut at = 0;
        let mut last_word = "";
        while let Some(token) = tokens.get(at) {
            if !token.word {
                at += 1;
                continue;
            }
            let rest = tokens.get(at..).unwrap_or_default();
            let Some((length, ends)) = self.registry.longest(rest, passage.text) else {
                last_word = token.key.as_ref();
                at += 1;
                continue;
            };
            let range = token.start..rest.get(length - 1).map_or(token.end, |last| last.end);
            let suppressed = passage.text.get(..range.start).is_some_and(|b| b.ends_with('~'));
            let after_locative = LOCATIVES.contains(&last_word);
            let meant = self.meant(ends, after_locative);
            if suppressed {
                if let Some((_, actor)) = ends.first() {
                    found.push(Found { range, actor: *actor, link: false, suppressed: true });
                }
            } else if let Some((form, actor)) = meant {
                if form == Form::Strong {
                    self.named.insert(actor);
                }
                let free = match self.policy {
                    Policy::None => false,
                    Policy::All => true,
                    Policy::First | Policy::Section => !self.linked.contains(&actor),
                };
                let link = free
                    && form != Form::Demonym
                    && passage.setting == Setting::Prose
                    && self.own != Some(actor)
                    && !passage.crosses(&range);
                if link {
                    self.linked.insert(actor);
                }
                found.push(Found { range, actor, link, suppressed: false });
            }
            last_word = "";
            at += length;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::Span;
    use crate::markdown::{Options, render};
    use crate::names::{Declaration, Name};

    fn declare(line: &str) -> Declaration {
        let mut fields = line.split('|').map(|field| {
            field
                .split(';')
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(|text| Name { text: text.to_owned(), span: Span::default() })
                .collect::<Vec<Name>>()
        });
        let mut next = || fields.next().unwrap_or_default();
        let (id, mut names) = (next(), next());
        Declaration {
            file: Arc::from("f"),
            id: id[0].text.clone(),
            name: names.remove(0),
            aliases: names,
            weak: next(),
            metonyms: next(),
            demonyms: next(),
            stop: next(),
        }
    }

    /// id | names | weak | metonyms | demonyms | stop
    const ACTORS: &str = "\
us | United States; U.S.; US; 美国 | | Washington | American |
ru | Russia; 俄罗斯 | | Moscow; the Kremlin | Russian | Moscow, Idaho
tr | Türkiye; Turkey | | Ankara | Turkish | turkey stuffing
un | United Nations; UN
unsc | UN Security Council
mfa-ru | Russian Foreign Ministry
lavrov | Sergey Lavrov; Sergei Lavrov | Lavrov
keceli | Öncü Keçeli
ivanov-s | Sergei Ivanov | Ivanov
ivanov-i | Igor Ivanov | Ivanov
ge | Georgia
us-ga | Georgia
";

    /// The text with links in brackets and counted names in braces; the brief is about us and ru.
    fn find(text: &str) -> String {
        let actors: Vec<Declaration> = ACTORS.lines().map(declare).collect();
        let registry = Registry::new(&actors, &mut Vec::new());
        let ids: Vec<&str> = actors.iter().map(|a| a.id.as_str()).collect();
        struct Log<'a>(Linker<'a>, Vec<(u32, bool)>);
        impl Finds for Log<'_> {
            fn passage(&mut self, passage: &Passage<'_>, found: &mut Vec<Found>) {
                self.0.passage(passage, found);
                self.1.extend(found.iter().filter(|f| !f.suppressed).map(|f| (f.actor, f.link)));
            }
        }
        let mut log = Log(Linker::new(&registry, &[0, 1], None, Policy::First), Vec::new());
        let options = Options { smart_punctuation: false, ..Options::default() };
        render(&Arc::from("f"), text, 0, &options, &mut log, &mut Vec::new());
        let words = log
            .1
            .iter()
            .map(|(a, link)| format!("{}{}", if *link { "→" } else { "m:" }, ids[*a as usize]));
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn names_are_found_by_the_rules() {
        for (text, expected) in [
            ("US and Russian officials met", "→us m:ru"),
            ("US-Russia talks", "→us →ru"),
            ("US\u{2011}Russia talks", "→us →ru"),
            ("the United States' view", "→us"),
            ("the United\u{a0}States", "→us"),
            ("the United\nStates", "→us"),
            ("the U.S. said", "→us"),
            ("USAID funds", ""),
            ("US$5bn", ""),
            ("Prussia's archive", ""),
            ("Moscow rejected it", "→ru"),
            ("He flew to Moscow", ""),
            ("Moscow, Idaho", ""),
            ("Ankara hosted", ""),
            ("Türkiye said; Ankara hosted", "→tr m:tr"),
            ("Lavrov said", ""),
            ("Sergei Lavrov came. Lavrov said", "→lavrov m:lavrov"),
            ("Sergei Ivanov came. Ivanov said", "→ivanov-s m:ivanov-s"),
            ("Sergei Ivanov met Igor Ivanov. Ivanov said", "→ivanov-s →ivanov-i"),
            ("O\u{308}ncu\u{308} Kec\u{327}eli said", "→keceli"),
            ("俄罗斯和美国会谈", "→ru →us"),
            ("## Russia's aims\n\nRussia said", "m:ru →ru"),
            ("> Russia\n\nRussia", "m:ru →ru"),
            ("[Russia](https://x.example)", "m:ru"),
            ("UN Security Council", "→unsc"),
            ("turkey stuffing", ""),
            ("Russia-backed; pro-Russian", "→ru m:ru"),
            ("`Russia` and ~Russia", ""),
            ("Georgia", ""),
            ("Russia and Russia", "→ru m:ru"),
            ("Russian Foreign Ministry", "→mfa-ru"),
        ] {
            assert_eq!(find(text), expected, "{text}");
        }
    }

    #[test]
    fn names_that_two_actors_claim_are_reported() {
        let actors: Vec<Declaration> = ACTORS.lines().map(declare).collect();
        let mut found = Vec::new();
        Registry::new(&actors, &mut found);
        assert_eq!(found.len(), 1);
        assert!(found[0].message.contains("`ge` and `us-ga`"), "{}", found[0].message);
    }
}
