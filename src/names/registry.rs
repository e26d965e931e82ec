//! Every name of every actor, ready to be found in text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::diagnostic::{Code, Diagnostic, Place, Span};

/// A name and where it is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: String,
    /// Bytes of the actor's file.
    pub span: Span,
}

/// The names of an actor.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// The actor's file.
    pub file: Arc<str>,
    /// The actor's id.
    pub id: String,
    /// The name as shown.
    pub name: Name,
    /// Names that always mean this actor.
    pub aliases: Vec<Name>,
    /// Short forms that mean it only with evidence.
    pub weak: Vec<Name>,
    /// Places that stand for it, with evidence.
    pub metonyms: Vec<Name>,
    /// Names of its people: counted, never linked.
    pub demonyms: Vec<Name>,
    /// Phrases that hold a name and do not mean it.
    pub stop: Vec<Name>,
}

/// How a name means its actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// Always.
    Strong,
    /// Only with evidence.
    Weak,
    /// Only with evidence, and not after a word of place.
    Metonym,
    /// Always, but never linked.
    Demonym,
    /// Never: the phrase uses up its words.
    Stop,
}

/// A place in the trie.
#[derive(Debug, Default)]
struct Node {
    /// By the next token.
    next: HashMap<Box<str>, usize>,
    /// Who is meant by the name that ends here, strongest form first.
    ends: Vec<(Form, u32)>,
}

/// Every name of every actor, as a trie over words: a longer name that fails does not hide a shorter one.
#[derive(Debug)]
pub struct Registry {
    nodes: Vec<Node>,
    /// Whether any name starts with a lower-case ASCII letter; if not, most words need no look.
    lower_case: bool,
}

impl Registry {
    /// Takes up the names of all actors; the number of an actor is its place in the slice. Names that
    /// two actors claim as always theirs are reported.
    pub fn new(actors: &[Declaration], found: &mut Vec<Diagnostic>) -> Registry {
        let mut registry = Registry { nodes: vec![Node::default()], lower_case: false };
        let mut strong: HashMap<String, (u32, &Declaration, &Name)> = HashMap::new();
        for (number, actor) in (0_u32..).zip(actors) {
            let names = std::iter::once((Form::Strong, &actor.name))
                .chain(actor.aliases.iter().map(|n| (Form::Strong, n)))
                .chain(actor.weak.iter().map(|n| (Form::Weak, n)))
                .chain(actor.metonyms.iter().map(|n| (Form::Metonym, n)))
                .chain(actor.demonyms.iter().map(|n| (Form::Demonym, n)))
                .chain(actor.stop.iter().map(|n| (Form::Stop, n)));
            for (form, name) in names {
                let tokens = tokens(&name.text);
                if tokens.is_empty() {
                    continue;
                }
                if form == Form::Strong {
                    let key: String = tokens.iter().map(|t| t.key.as_ref()).collect();
                    match strong.get(&key) {
                        Some((other, declared, first)) if *other != number => found.push(
                            Diagnostic::new(
                                Code::NameClash,
                                format!("`{}` and `{}` are both called `{}`", declared.id, actor.id, name.text),
                            )
                            .at(Place::span(actor.file.clone(), name.span))
                            .related(Place::span(declared.file.clone(), first.span), "also claimed here")
                            .help("make it a `weak` name of one of them, or tell them apart by longer names"),
                        ),
                        Some(_) => {}
                        None => {
                            strong.insert(key, (number, actor, name));
                        }
                    }
                }
                registry.insert(&tokens, form, number);
            }
        }
        for node in &mut registry.nodes {
            node.ends.sort();
            node.ends.dedup();
        }
        registry
    }

    fn insert(&mut self, tokens: &[Token], form: Form, actor: u32) {
        self.lower_case |= tokens
            .first()
            .is_some_and(|token| token.key.starts_with(|c: char| c.is_ascii_lowercase()));
        let mut at = 0;
        for token in tokens {
            let known = self.nodes.get(at).and_then(|node| node.next.get(&*token.key)).copied();
            at = known.unwrap_or_else(|| {
                let new = self.nodes.len();
                self.nodes.push(Node::default());
                if let Some(node) = self.nodes.get_mut(at) {
                    node.next.insert(token.key.as_ref().into(), new);
                }
                new
            });
        }
        if let Some(node) = self.nodes.get_mut(at) {
            node.ends.push((form, actor));
        }
    }

    /// The longest name that starts at a token: how many tokens it has, and who is meant.
    pub(super) fn longest(&self, tokens: &[Token], text: &str) -> Option<(usize, &[(Form, u32)])> {
        let first = tokens.first()?;
        if !self.lower_case && first.key.starts_with(|c: char| c.is_ascii_lowercase()) {
            return None;
        }
        let mut best = None;
        let mut at = self.nodes.first()?;
        for (index, token) in tokens.iter().enumerate() {
            match at.next.get(&*token.key).and_then(|next| self.nodes.get(*next)) {
                Some(next) => at = next,
                None => break,
            }
            // `US$5bn` is money.
            let money = text.get(token.end..).is_some_and(|rest| rest.starts_with('$'));
            if !at.ends.is_empty() && !money {
                best = Some((index + 1, at.ends.as_slice()));
            }
        }
        best
    }
}

/// A word, a run of white space or a sign of punctuation, as names are compared.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// What is compared: composed (NFC), with one sign for all apostrophes, hyphens and spaces.
    pub key: Cow<'a, str>,
    /// Bytes of the text.
    pub start: usize,
    /// Bytes of the text.
    pub end: usize,
    /// Whether it is a word, so that a name can start here.
    pub word: bool,
}

/// The tokens of a text, in order. A character of a script without spaces is a word of its own.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token> = Vec::with_capacity(text.len() / 3);
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let mut end = start + c.len_utf8();
        let kind = kind(c);
        if matches!(kind, CharKind::Letter | CharKind::Space) {
            while let Some((at, next)) = chars.next_if(|(_, next)| self::kind(*next) == kind) {
                end = at + next.len_utf8();
            }
        }
        let raw = text.get(start..end).unwrap_or_default();
        let key = match kind {
            CharKind::Letter if raw.is_ascii() => Cow::Borrowed(raw),
            CharKind::Letter => {
                let composed: String = raw.chars().filter(|c| *c != '\u{ad}').nfc().collect();
                if composed == raw { Cow::Borrowed(raw) } else { Cow::Owned(composed) }
            }
            CharKind::Space => Cow::Borrowed(" "),
            CharKind::Sign => match c {
                '’' | '\'' | 'ʼ' => Cow::Borrowed("'"),
                '-' | '\u{2010}'..='\u{2015}' => Cow::Borrowed("-"),
                _ => Cow::Borrowed(raw),
            },
            CharKind::Alone => Cow::Borrowed(raw),
        };
        let word = matches!(kind, CharKind::Letter | CharKind::Alone);
        tokens.push(Token { key, start, end, word });
    }
    tokens
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum CharKind {
    Letter,
    Alone,
    Space,
    Sign,
}

fn kind(c: char) -> CharKind {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '\u{ad}' => CharKind::Letter,
        ' ' | '\t' | '\n' | '\r' | '\u{a0}' | '\u{202f}' => CharKind::Space,
        c if c.is_ascii() => CharKind::Sign,
        // Thai, Hiragana and Katakana, Han.
        '\u{e00}'..='\u{e7f}'
        | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => CharKind::Alone,
        c if c.is_alphanumeric() || is_combining_mark(c) => CharKind::Letter,
        c if c.is_whitespace() => CharKind::Space,
        _ => CharKind::Sign,
    }
}
