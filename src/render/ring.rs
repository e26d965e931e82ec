//! Whom an actor is covered with, drawn as a ring around it: the more briefs, the thicker the line. On each side every name has
//! a row of its own, so that none lies over another.

use crate::html::Html;

use super::svg::{self, Across, EDGE};

/// How high a row is, in pixels: two lines of words.
const ROW: usize = 38;
/// How wide the ring is, from its middle.
const WIDE: f64 = 1_500.0;
/// Where the middle is.
const MIDDLE: Across = EDGE / 2;
/// So many columns of a name have room beside the ring.
const ROOM: usize = 25;
/// At most so many lines between partners are drawn, those of the most briefs.
const TIES: usize = 40;

/// An actor on the ring.
pub(super) struct Spoke<'s> {
    pub(super) name: &'s str,
    pub(super) path: &'s str,
    pub(super) reason: &'s str,
    /// How many briefs it shares with the one in the middle.
    pub(super) shared: usize,
    /// The same in words.
    pub(super) shared_text: String,
}

/// Where an actor stands on the ring.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Seat {
    at: (Across, usize),
    /// Whether its name stands on its left.
    left: bool,
}

/// The seats of so many actors, clockwise from the top right, and how high the ring is.
fn seats(count: usize) -> (Vec<Seat>, usize) {
    let right = count.div_ceil(2);
    let height = right.max(1) * ROW;
    let half = height as f64 / 2.0;
    let seat = |number: usize| {
        let left = number >= right;
        // On the left, from the bottom up; if that side has one fewer, half a row off the right.
        let row = if left { count - 1 - number } else { number };
        let rows = if left { count - right } else { right };
        let down = row * ROW + ROW / 2 + (right - rows) * ROW / 2;
        let off = (down as f64 - half) / half;
        let out = (WIDE * (1.0 - off * off).max(0.0).sqrt()) as Across + 300;
        Seat { at: (if left { MIDDLE - out } else { MIDDLE + out }, down), left }
    };
    ((0..count).map(seat).collect(), height)
}

/// The drawing. `ties` are the briefs that two on the ring share, by their numbers. `words`: the name and what it shows.
pub(super) fn draw(
    spokes: &[Spoke<'_>],
    mut ties: Vec<(usize, usize, usize)>,
    root: &str,
    words: [&str; 2],
) -> Html {
    let (seats, height) = seats(spokes.len());
    let most = spokes.iter().map(|spoke| spoke.shared).max().unwrap_or_default().max(1);
    let thick = |shared: usize| 1 + 5 * shared.min(most) / most;
    let mut out = Html::with_capacity(400 * spokes.len());
    svg::open(&mut out, "ring", "chancery-ring", height, words);
    ties.sort_unstable_by(|a, b| b.2.cmp(&a.2).then_with(|| a.cmp(b)));
    for (a, b, _) in ties.into_iter().take(TIES) {
        if let (Some(a), Some(b)) = (seats.get(a), seats.get(b)) {
            svg::line(&mut out, "tie", a.at, b.at, 1);
        }
    }
    let middle = (MIDDLE, height / 2);
    for (spoke, seat) in spokes.iter().zip(&seats) {
        svg::line(&mut out, "spoke", middle, seat.at, thick(spoke.shared));
    }
    svg::circle(&mut out, "hub", middle, 9);
    for (spoke, seat) in spokes.iter().zip(&seats) {
        let why = [spoke.reason, ", ", &spoke.shared_text].concat();
        let title = [spoke.name, ": ", &why].concat();
        svg::open_link(&mut out, root, Some(spoke.path), &title);
        svg::circle(&mut out, "seat", seat.at, 5);
        let (class, moved) = if seat.left { ("name end", -11) } else { ("name", 11) };
        let (across, down) = seat.at;
        svg::text(
            &mut out,
            class,
            (across, down.saturating_sub(3)),
            moved,
            &svg::clipped(spoke.name, ROOM),
        );
        let class = if seat.left { "why end" } else { "why" };
        let count = svg::columns(&spoke.shared_text) + 2;
        let reason = svg::clipped(spoke.reason, (ROOM + 6).saturating_sub(count).max(6));
        let why = [&reason, ", ", &spoke.shared_text].concat();
        svg::text(&mut out, class, (across, down + 12), moved, &why);
        svg::close_link(&mut out, Some(spoke.path));
    }
    out.literal("</svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_never_lie_over_each_other() {
        for count in 0..=25 {
            let (seats, height) = seats(count);
            assert_eq!(seats.len(), count);
            for (n, seat) in seats.iter().enumerate() {
                let (across, down) = seat.at;
                assert!(down >= ROW / 2 && down + ROW / 2 <= height, "{count}: {seat:?}");
                assert_eq!(seat.left, across < MIDDLE);
                for other in seats.iter().take(n).filter(|other| other.left == seat.left) {
                    assert!(other.at.1.abs_diff(down) >= ROW, "{count}: {seat:?} {other:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_drawn_is_escaped_and_the_same_each_time() {
        let spokes = || {
            ["<b>&\"'", "Ukraine"].map(|name| Spoke {
                name,
                path: "actors/x/",
                reason: "</svg><script>",
                shared: 2,
                shared_text: "2 briefs".into(),
            })
        };
        let drawn = draw(&spokes(), vec![(0, 1, 3), (0, 9, 1)], "../", ["<t>", "<d>"]);
        assert!(!drawn.contains("<b>") && !drawn.contains("<script>") && !drawn.contains("<t>"));
        assert!(drawn.contains("<title>&lt;b&gt;&amp;\"'"), "{}", &*drawn);
        assert_eq!(drawn.matches("class=\"tie\"").count(), 1);
        assert_eq!(drawn, draw(&spokes(), vec![(0, 9, 1), (0, 1, 3)], "../", ["<t>", "<d>"]));
    }
}
