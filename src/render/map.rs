//! Where events were, drawn on the land of the earth: no borders, which are disputed.

use std::collections::BTreeMap;

use crate::front_matter::Coordinates;
use crate::graph::EventIx;
use crate::html::Html;

use super::Pages;
use super::svg::{self, Across, EDGE};
use super::value::{IntoValue, Value};
use super::view::MapView;

/// The land (Natural Earth, 1:110m), made by `scripts/map`: a path in a drawing so wide and so high.
const LAND: &str = include_str!("../../data/map/land.txt");
const WIDE: f64 = 1000.0;
const HIGH: f64 = 487.0;
/// Events so near each other, in pixels, are one dot.
const NEAR: i32 = 12;
/// So many events are listed behind the drawing, the newest; the timeline has all.
const LISTED: usize = 100;

/// Where a place lies in the drawing: the Equal Earth projection (Šavrič, Patterson, Jenny 2018).
fn projected(Coordinates { latitude, longitude }: &Coordinates) -> (i32, i32) {
    let (a1, a2, a3, a4) = (1.340264, -0.081106, 0.000893, 0.003796);
    let m = 3.0_f64.sqrt() / 2.0;
    let down = |t: f64| {
        let squared = t * t;
        let sixth = squared * squared * squared;
        (
            t * (a1 + a2 * squared + sixth * (a3 + a4 * squared)),
            m * (a1 + 3.0 * a2 * squared + sixth * (7.0 * a3 + 9.0 * a4 * squared)),
        )
    };
    let t = (m * latitude.to_radians().sin()).asin();
    let (y, over) = down(t);
    let x = longitude.to_radians() * t.cos() / over;
    let edge = std::f64::consts::PI / (m * a1);
    let scale = WIDE / 2.0 / edge;
    let (top, _) = down(m.asin());
    ((WIDE / 2.0 + x * scale).round() as i32, ((top - y) * scale).round() as i32)
}

impl Pages<'_> {
    /// The map of some events, given in order of time: null if fewer than two places are known.
    pub(super) fn map(&self, events: &[EventIx], root: &str) -> Value<'_> {
        let mut dots: BTreeMap<(i32, i32), Vec<EventIx>> = BTreeMap::new();
        for event in events {
            let Some(place) = self.graph.event(*event).and_then(|e| e.coordinates.as_ref()) else {
                continue;
            };
            let (x, y) = projected(place);
            dots.entry((x.div_euclid(NEAR), y.div_euclid(NEAR))).or_default().push(*event);
        }
        if dots.len() < 2 {
            return Value::None;
        }
        let mut out = Html::with_capacity(LAND.len() + 256 * dots.len());
        let words = [self.strings.get("map"), self.strings.get("map_description")];
        svg::open_box(&mut out, "map", "chancery-map", (WIDE as usize, HIGH as usize), words);
        out.literal("<path class=\"land\" d=\"");
        out.literal(LAND);
        out.literal("\"/>\n");
        let mut dots: Vec<Vec<EventIx>> = dots.into_values().collect();
        // Where more happened lies below, so that nothing is hidden.
        dots.sort_by_key(|events| std::cmp::Reverse(events.len()));
        for events in &dots {
            let Some(newest) = events.last() else { continue };
            let place = self.graph.event(*newest).and_then(|event| event.coordinates.as_ref());
            let Some((x, y)) = place.map(projected) else { continue };
            let path = Some(self.lists.briefs.path(newest.brief).as_str());
            svg::open_link(&mut out, root, path, &self.event_names(events));
            let across = i64::from(x) * i64::from(EDGE) / WIDE as i64;
            let at =
                (Across::try_from(across).unwrap_or_default(), usize::try_from(y).unwrap_or(0));
            svg::dot(&mut out, at, events.len());
            svg::close_link(&mut out, path);
        }
        out.literal("</svg>");
        let newest = events.iter().rev().filter(|event| {
            self.graph.event(**event).is_some_and(|event| event.coordinates.is_some())
        });
        let listed: Vec<EventIx> = newest.copied().take(LISTED).collect();
        let events = self.events(&listed);
        MapView { drawing_html: Value::Html(out), events }.into_value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lie_where_the_land_is() {
        let at = |latitude, longitude| projected(&Coordinates { latitude, longitude });
        assert_eq!(at(0.0, 0.0), (500, 243));
        assert_eq!(at(0.0, -180.0), (0, 243));
        assert_eq!(at(0.0, 180.0), (1000, 243));
        assert_eq!((at(90.0, 0.0).1, at(-90.0, 0.0).1), (0, 487));
        // East is right, north is up; the projection is symmetric.
        let (istanbul, osaka) = (at(41.01, 28.98), at(34.69, 135.50));
        assert!(istanbul.0 < osaka.0 && istanbul.1 < osaka.1, "{istanbul:?} {osaka:?}");
        assert_eq!(at(41.0, 30.0).0 - 500, 500 - at(-41.0, -30.0).0);
        assert!(LAND.len() < 60_000 && LAND.starts_with('M') && LAND.ends_with('z'));
        assert!(LAND.bytes().all(|byte| byte.is_ascii_digit() || b"Mlz- ".contains(&byte)));
    }
}
