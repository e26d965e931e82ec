//! Stamps: how a brief looks in lists, printed once and stamped on every page that lists it.
//!
//! A brief stands in dozens of lists, and looks the same in all but for the way up to the site's root and for
//! a link to the page itself, which is none. A stamp is the component `card`, printed with those left open. It lies in
//! one place, where what it was printed from is strewn all over the memory: printing waits for little else.

use rayon::prelude::*;

use crate::corpus::{Ix, Shelf};
use crate::front_matter::Brief;
use crate::graph::DocumentIx;

use super::super::value::{Documents, Seen, Setting, Value};
use super::syntax::{Component, Kind};
use super::{Known, Program, Scope, Sure, Term, Unsure};

/// The component that stamps are made of.
const CARD: &str = "card";
/// At most so many texts are left open.
pub const MOST_LATER: usize = 4;
/// A site of more briefs goes without: a stamp takes about a kilobyte.
const MOST_STAMPS: usize = 250_000;

/// What pages are printed on, or a stamp.
pub trait Paper {
    /// Where text goes.
    fn text(&mut self) -> &mut String;

    /// Leaves a text open.
    fn later(&mut self, later: u8) -> Sure<()>;

    /// Prints one thing if an open text will be `text`, and another if it will not.
    fn fork(
        &mut self,
        later: u8,
        text: &str,
        print: impl FnMut(&mut Self, bool) -> Sure<()>,
    ) -> Sure<()>;
}

/// On a page nothing is left open.
impl Paper for String {
    #[inline]
    fn text(&mut self) -> &mut String {
        self
    }

    fn later(&mut self, _: u8) -> Sure<()> {
        Err(Unsure)
    }

    fn fork(&mut self, _: u8, _: &str, _: impl FnMut(&mut Self, bool) -> Sure<()>) -> Sure<()> {
        Err(Unsure)
    }
}

/// How a brief looks in lists.
#[derive(Debug)]
pub struct Stamp {
    text: Box<str>,
    pieces: Box<[Piece]>,
}

/// What is printed next. Lengths are of [`Stamp::text`], which is gone through from start to end.
#[derive(Clone, Copy, Debug)]
enum Piece {
    /// So many bytes of the text.
    Text(u32),
    /// A text that was left open.
    Later(u8),
    /// If the open text is the next `text` bytes, the pieces up to the next `Skip` are printed; else those behind it.
    Fork { later: u8, text: u16, pieces: u16, bytes: u16 },
    /// These pieces are for another case.
    Skip { pieces: u16, bytes: u16 },
}

impl Stamp {
    /// Stamps a page. `later` are the texts that were left open.
    pub fn print(&self, later: &[&str; MOST_LATER], page: &mut String) {
        let mut rest = &*self.text;
        let mut take = |bytes: usize| {
            let (taken, left) = rest.split_at_checked(bytes).unwrap_or_default();
            rest = left;
            taken
        };
        let open = |number: u8| later.get(usize::from(number)).copied().unwrap_or_default();
        let mut pieces = self.pieces.iter();
        while let Some(piece) = pieces.next() {
            match *piece {
                Piece::Text(bytes) => page.push_str(take(bytes as usize)),
                Piece::Later(number) => page.push_str(open(number)),
                Piece::Fork { later, text, pieces: skipped, bytes } => {
                    if take(usize::from(text)) != open(later) {
                        take(usize::from(bytes));
                        pieces = skip(pieces, skipped);
                    }
                }
                Piece::Skip { pieces: skipped, bytes } => {
                    take(usize::from(bytes));
                    pieces = skip(pieces, skipped);
                }
            }
        }
    }
}

fn skip(pieces: std::slice::Iter<'_, Piece>, count: u16) -> std::slice::Iter<'_, Piece> {
    pieces.as_slice().get(usize::from(count)..).unwrap_or_default().iter()
}

/// A stamp that is being made.
#[derive(Default)]
struct Cutting {
    text: String,
    /// How much of the text belongs to pieces.
    done: usize,
    pieces: Vec<Piece>,
}

impl Cutting {
    /// Makes a piece of the text since the last one.
    fn cut(&mut self) -> Sure<()> {
        let bytes = self.text.len() - self.done;
        if bytes > 0 {
            self.pieces.push(Piece::Text(u32::try_from(bytes).map_err(|_| Unsure)?));
            self.done = self.text.len();
        }
        Ok(())
    }

    /// How many pieces and bytes there are behind a piece at which the text was so long.
    fn behind(&self, piece: usize, length: usize) -> Sure<(u16, u16)> {
        let pieces = u16::try_from(self.pieces.len() - piece - 1).map_err(|_| Unsure)?;
        let bytes = u16::try_from(self.text.len() - length).map_err(|_| Unsure)?;
        Ok((pieces, bytes))
    }

    fn set(&mut self, at: usize, piece: Piece) {
        if let Some(place) = self.pieces.get_mut(at) {
            *place = piece;
        }
    }
}

impl Paper for Cutting {
    fn text(&mut self) -> &mut String {
        &mut self.text
    }

    fn later(&mut self, later: u8) -> Sure<()> {
        self.cut()?;
        self.pieces.push(Piece::Later(later));
        Ok(())
    }

    fn fork(
        &mut self,
        later: u8,
        text: &str,
        mut print: impl FnMut(&mut Self, bool) -> Sure<()>,
    ) -> Sure<()> {
        self.cut()?;
        self.text.push_str(text);
        self.done = self.text.len();
        let text = u16::try_from(text.len()).map_err(|_| Unsure)?;
        let (fork, start) = (self.pieces.len(), self.text.len());
        self.pieces.push(Piece::Later(later));
        print(self, true)?;
        self.cut()?;
        let (skip, end) = (self.pieces.len(), self.text.len());
        self.pieces.push(Piece::Later(later));
        let (pieces, bytes) = self.behind(fork, start)?;
        self.set(fork, Piece::Fork { later, text, pieces, bytes });
        print(self, false)?;
        self.cut()?;
        let (pieces, bytes) = self.behind(skip, end)?;
        self.set(skip, Piece::Skip { pieces, bytes });
        Ok(())
    }
}

/// What a parameter of the component is given wherever briefs are listed.
enum Role {
    Brief,
    /// A text, which differs from page to page.
    Later,
    /// What is the same on every page, under the same name.
    Constant(tera::Value),
}

/// The component, and what it is given.
pub struct CardProgram {
    roles: Vec<Role>,
    program: Program,
}

impl Known<'_> {
    /// The program of the component, if it is given no more than a brief, texts, and what is the same on every page.
    pub fn card_program(&self) -> Option<CardProgram> {
        let component = self.components.get(CARD)?;
        let mut scope = Scope { depth: 1, ..Scope::default() };
        let mut making = self.making();
        // The brief, and behind it the texts.
        making.places.push(None);
        let mut roles = Vec::new();
        for parameter in &component.parameters {
            let constant = self.constants.get(parameter.name.as_str());
            let (role, term) = match (constant, parameter.kind) {
                (Some(value), _) => {
                    let term = Term::Constant(Some(Value::Any(value.clone())));
                    (Role::Constant(value.clone()), term)
                }
                (None, Some(Kind::String)) => {
                    making.places.push(None);
                    (Role::Later, Term::Place(making.places.len() - 1))
                }
                (None, Some(Kind::Map)) => (Role::Brief, Term::Place(0)),
                _ => return None,
            };
            roles.push(role);
            scope.bound.push((&parameter.name, term));
        }
        let briefs = roles.iter().filter(|role| matches!(role, Role::Brief)).count();
        if briefs != 1 || making.places.len() > MOST_LATER {
            return None;
        }
        let mut steps = Vec::new();
        making.steps(&component.body, &scope, &mut steps)?;
        let program = Program { places: making.places, steps: steps.into() };
        Some(CardProgram { roles, program })
    }
}

impl CardProgram {
    /// Whether a component is the one.
    pub fn is(&self, component: &Component) -> bool {
        component.name == CARD
    }

    /// The brief, and the texts that a stamp leaves open, of a call with these arguments; none if it is given anything else.
    pub fn call(&self, arguments: &[(&str, Term)]) -> Option<(Term, Box<[Term]>)> {
        let (mut brief, mut later) = (None, Vec::new());
        for (role, (_, term)) in self.roles.iter().zip(arguments) {
            match (role, term) {
                (Role::Brief, term) => brief = Some(term.clone()),
                (Role::Later, term) => later.push(term.clone()),
                (Role::Constant(value), Term::Constant(Some(Value::Any(given))))
                    if given == value => {}
                _ => return None,
            }
        }
        Some((brief?, later.into()))
    }

    /// The stamp of a brief, if the press is sure of it.
    fn stamp(&self, brief: Ix<Brief>, setting: Setting<'_>, cutting: &mut Cutting) -> Sure<Stamp> {
        cutting.text.clear();
        cutting.pieces.clear();
        cutting.done = 0;
        let later = self.roles.iter().filter(|role| matches!(role, Role::Later));
        let later = (0..).zip(later).map(|(number, _)| Seen::Later(number));
        let brief = Seen::from(DocumentIx::Brief(brief));
        self.program.run(std::iter::once(brief).chain(later), setting, None, cutting)?;
        cutting.cut()?;
        Ok(Stamp { text: cutting.text.as_str().into(), pieces: cutting.pieces.as_slice().into() })
    }
}

/// The stamps of all briefs.
pub struct Stamps(Shelf<Brief, Option<Stamp>>);

impl Stamps {
    /// The stamp of a brief, if there is one.
    pub fn of(&self, brief: Ix<Brief>) -> Option<&Stamp> {
        self.0.as_slice().get(brief.get())?.as_ref()
    }
}

impl super::Press {
    /// Makes the stamps of briefs, which are all that there are.
    pub fn stamps(&self, briefs: &[Ix<Brief>], documents: &dyn Documents) -> Stamps {
        let card = self.card.as_ref().filter(|_| briefs.len() <= MOST_STAMPS);
        let Some(card) = card else { return Stamps(Shelf::new(Vec::new())) };
        let setting = Setting { documents, root: "" };
        let stamp =
            |cutting: &mut Cutting, brief: &Ix<Brief>| card.stamp(*brief, setting, cutting).ok();
        Stamps(Shelf::new(briefs.par_iter().map_init(Cutting::default, stamp).collect()))
    }
}
