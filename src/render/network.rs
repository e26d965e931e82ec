//! Who is covered with whom, drawn for the whole site: the actors of the most briefs as dots, joined where a pair has a page.
//! Dots that are joined draw together and all keep apart, as in the layout of Fruchterman and Reingold (1991). It uses nothing
//! that machines round differently, so that the drawing is the same everywhere.

use rustc_hash::FxHashMap;

use crate::arena::Ix;
use crate::front_matter::Actor;
use crate::graph::{DocumentIx, Pair};
use crate::html::Html;

use super::Pages;
use super::svg::{self, Across, EDGE};
use super::value::{Value, list};

/// At most so many actors: more would be a tangle.
const ACTORS: usize = 40;
/// Fewer have nothing to draw.
const FEWEST: usize = 4;
/// At most so many lines, those of the most briefs.
const LINES: usize = 120;
/// How often dots move.
const ROUNDS: usize = 250;
/// How large the drawing is, and how far from its edge dots stay.
const WIDE: f64 = 1000.0;
const HIGH: f64 = 620.0;
const MARGIN: f64 = 26.0;
/// How wide a letter is at most, how high a line, and how many letters a name has at most.
const LETTER: i32 = 8;
const LINE: i32 = 15;
const ROOM: usize = 26;

/// A dot, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Dot {
    x: f64,
    y: f64,
}

/// Where so many dots come to lie; `lines` are those that are joined, and how strongly, from 0 to 1.
fn layout(count: usize, lines: &[(usize, usize, f64)]) -> Vec<Dot> {
    // Evenly spread at first, by the golden section.
    let spread = |n: usize| Dot {
        x: WIDE * (n as f64 * 0.618_033_988_749_895).fract(),
        y: HIGH * (n as f64 + 0.5) / count.max(1) as f64,
    };
    let mut dots: Vec<Dot> = (0..count).map(spread).collect();
    let apart = (WIDE * HIGH / count.max(1) as f64).sqrt() * 0.85;
    for round in 0..ROUNDS {
        let mut push = vec![Dot { x: 0.0, y: 0.0 }; count];
        for (n, a) in dots.iter().enumerate() {
            for (m, b) in dots.iter().enumerate().skip(n + 1) {
                let (x, y) = (a.x - b.x, a.y - b.y);
                let squared = (x * x + y * y).max(0.01);
                let force = apart * apart / squared;
                moved(&mut push, n, (x * force, y * force));
                moved(&mut push, m, (-x * force, -y * force));
            }
        }
        for (n, m, strength) in lines {
            if let (Some(a), Some(b)) = (dots.get(*n), dots.get(*m)) {
                let (x, y) = (a.x - b.x, a.y - b.y);
                let far = (x * x + y * y).sqrt();
                let force = far / apart * (0.3 + 0.7 * strength);
                moved(&mut push, *n, (-x * force, -y * force));
                moved(&mut push, *m, (x * force, y * force));
            }
        }
        // Less and less.
        let most = WIDE / 10.0 * (1.0 - round as f64 / ROUNDS as f64);
        for (dot, push) in dots.iter_mut().zip(push) {
            // What is joined to nothing strays no further than the middle lets it.
            let (x, y) = (push.x + (WIDE / 2.0 - dot.x) * 0.6, push.y + (HIGH / 2.0 - dot.y) * 0.9);
            let far = (x * x + y * y).sqrt().max(0.01);
            let step = far.min(most) / far;
            dot.x = (dot.x + x * step).clamp(MARGIN, WIDE - MARGIN);
            dot.y = (dot.y + y * step).clamp(MARGIN, HIGH - MARGIN);
        }
    }
    dots
}

/// Adds to how far a dot is moved.
fn moved(push: &mut [Dot], at: usize, by: (f64, f64)) {
    if let Some(dot) = push.get_mut(at) {
        dot.x += by.0;
        dot.y += by.1;
    }
}

/// A part of the drawing that is taken, in pixels.
#[derive(Clone, Copy, Debug)]
struct Taken {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

impl Taken {
    fn meets(&self, other: &Taken) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    fn around((x, y): (i32, i32), radius: i32) -> Taken {
        Taken { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius }
    }
}

/// Where the words of a dot stand: from there on, up to there, or around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Anchor {
    Start,
    End,
    Middle,
}

/// Where the name of each dot stands: on a side where it meets no dot and no other name, if there is one. `dots`: where each
/// lies, its radius and how many columns its name has. Those that come first choose first.
fn names(dots: &[((i32, i32), i32, usize)]) -> Vec<Option<(Taken, Anchor)>> {
    let mut taken: Vec<Taken> =
        dots.iter().map(|(at, radius, _)| Taken::around(*at, *radius + 1)).collect();
    let mut places = Vec::with_capacity(dots.len());
    for ((x, y), radius, columns) in dots {
        let wide = i32::try_from(*columns).unwrap_or(i32::MAX / LETTER) * LETTER;
        let (gap, half) = (radius + 4, LINE / 2 + 1);
        let line =
            |left: i32, top: i32| Taken { left, top, right: left + wide, bottom: top + LINE };
        let sides = [
            (line(x + gap, y - half), Anchor::Start),
            (line(x - gap - wide, y - half), Anchor::End),
            (line(x - wide / 2, y - gap - LINE), Anchor::Middle),
            (line(x - wide / 2, y + gap), Anchor::Middle),
        ];
        let fits = |side: &&(Taken, Anchor)| {
            let at = &side.0;
            at.left >= 0
                && at.top >= 0
                && f64::from(at.right) <= WIDE
                && f64::from(at.bottom) <= HIGH
                && !taken.iter().any(|other| at.meets(other))
        };
        let found = sides.iter().find(fits).copied();
        taken.extend(found.map(|(at, _)| at));
        places.push(found);
    }
    places
}

/// A place across in percent of the drawing.
fn across(x: i32) -> Across {
    Across::try_from(i64::from(x) * i64::from(EDGE) / WIDE as i64).unwrap_or_default()
}

impl Pages<'_> {
    /// The actors of the most briefs among some pairs, and the drawing of who is covered with whom, if there are enough.
    pub(super) fn network(&self, pairs: &[(&Pair, &String)], root: &str) -> (Value<'_>, Value<'_>) {
        let graph = &*self.graph;
        let briefs = |ix: &Ix<Actor>| graph.actors[*ix].briefs.len();
        let mut actors: Vec<Ix<Actor>> =
            pairs.iter().flat_map(|(pair, _)| [pair.a, pair.b]).collect();
        actors.sort_unstable();
        actors.dedup();
        actors.sort_by(|a, b| briefs(b).cmp(&briefs(a)).then_with(|| a.cmp(b)));
        actors.truncate(ACTORS);
        if actors.len() < FEWEST {
            return (Value::List(Vec::new()), Value::None);
        }
        let place: FxHashMap<Ix<Actor>, usize> =
            actors.iter().enumerate().map(|(n, ix)| (*ix, n)).collect();
        let joined = pairs.iter().filter_map(|(pair, _)| {
            Some((*place.get(&pair.a)?, *place.get(&pair.b)?, pair.briefs.len()))
        });
        let joined: Vec<(usize, usize, usize)> = joined.take(LINES).collect();
        let most = joined.iter().map(|(.., shared)| *shared).max().unwrap_or(1).max(1);
        let lines: Vec<_> =
            joined.iter().map(|(a, b, n)| (*a, *b, *n as f64 / most as f64)).collect();
        let largest = actors.first().map_or(1, briefs).max(1);
        let called: Vec<String> = actors
            .iter()
            .map(|ix| svg::clipped(graph.title(DocumentIx::Actor(*ix)), ROOM))
            .collect();
        let dots: Vec<((i32, i32), i32, usize)> = layout(actors.len(), &lines)
            .into_iter()
            .zip(&actors)
            .zip(&called)
            .map(|((dot, ix), name)| {
                let radius = 5 + 7 * briefs(ix) / largest;
                let at = (dot.x.round() as i32, dot.y.round() as i32);
                (at, i32::try_from(radius).unwrap_or(12), svg::columns(name))
            })
            .collect();
        let mut out = Html::with_capacity(16 * 1024);
        let words = [self.strings.get("network"), self.strings.get("network_description")];
        svg::open_box(
            &mut out,
            "network",
            "chancery-network",
            (WIDE as usize, HIGH as usize),
            words,
        );
        let spot = |(x, y): (i32, i32)| (across(x), usize::try_from(y).unwrap_or_default());
        for (a, b, shared) in &joined {
            if let (Some((a, ..)), Some((b, ..))) = (dots.get(*a), dots.get(*b)) {
                svg::line(&mut out, "spoke", spot(*a), spot(*b), 1 + 5 * shared / most);
            }
        }
        let places = names(&dots);
        for (number, (((at, radius, _), place), (ix, name))) in
            dots.iter().zip(places).zip(actors.iter().zip(&called)).enumerate()
        {
            let path = Some(self.lists.actors.path(*ix).as_str());
            let full = graph.title(DocumentIx::Actor(*ix));
            let title = [full, ": ", &self.so_many("brief", briefs(ix))].concat();
            svg::open_link(&mut out, root, path, &title);
            svg::circle(&mut out, "seat", spot(*at), usize::try_from(*radius).unwrap_or(5));
            let (x, y) = *at;
            match place {
                Some((taken, anchor)) => {
                    let (class, x) = match anchor {
                        Anchor::Start => ("name", taken.left),
                        Anchor::End => ("name end", taken.right),
                        Anchor::Middle => ("name middle", x),
                    };
                    svg::text(&mut out, class, spot((x, taken.bottom - 4)), 0, name);
                }
                // By its number in the list, in its dot.
                None => {
                    let number = (number + 1).to_string();
                    svg::text(&mut out, "number middle", spot((x, y + 3)), 0, &number);
                }
            }
            svg::close_link(&mut out, path);
        }
        out.literal("</svg>");
        (list(actors.iter().copied()), Value::Html(out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn names_meet_neither_dots_nor_each_other(
            lines in proptest::collection::vec((0usize..40, 0usize..40, 0.0f64..1.0), 0..120),
            columns in proptest::collection::vec(1usize..30, 0..40),
        ) {
            let laid = layout(columns.len(), &lines);
            let dots: Vec<_> = laid.iter().zip(&columns).map(|(dot, columns)| ((dot.x as i32, dot.y as i32), 9, *columns)).collect();
            let places = names(&dots);
            let shown: Vec<Taken> = places.iter().flatten().map(|(taken, _)| *taken).collect();
            for (n, one) in shown.iter().enumerate() {
                proptest::prop_assert!(one.left >= 0 && f64::from(one.right) <= WIDE);
                proptest::prop_assert!(one.top >= 0 && f64::from(one.bottom) <= HIGH);
                proptest::prop_assert!(!shown.iter().skip(n + 1).any(|other| one.meets(other)));
                proptest::prop_assert!(!dots.iter().any(|(at, radius, _)| one.meets(&Taken::around(*at, *radius))));
            }
            proptest::prop_assert!(laid.iter().all(|dot| dot.x.is_finite() && dot.y.is_finite()));
            proptest::prop_assert_eq!(laid, layout(columns.len(), &lines));
        }
    }

    #[test]
    fn what_is_joined_lies_nearer_than_what_is_not() {
        // Two groups of five, each joined within.
        let within = |from: usize| {
            (from..from + 5).flat_map(move |a| (a + 1..from + 5).map(move |b| (a, b, 1.0)))
        };
        let lines: Vec<_> = within(0).chain(within(5)).collect();
        let dots = layout(10, &lines);
        let far = |a: usize, b: usize| {
            let (x, y) = (dots[a].x - dots[b].x, dots[a].y - dots[b].y);
            (x * x + y * y).sqrt()
        };
        let mean = |pairs: Vec<(usize, usize)>| {
            pairs.iter().map(|(a, b)| far(*a, *b)).sum::<f64>() / pairs.len() as f64
        };
        let near = mean(lines.iter().map(|(a, b, _)| (*a, *b)).collect());
        let across = mean((0..5).flat_map(|a| (5..10).map(move |b| (a, b))).collect());
        assert!(near * 1.5 < across, "{near} {across}");
    }
}
