//! Numbers by date as pages show them: drawn, in words, and as a table.

use crate::front_matter::{Brief, PartialDate, Series, SeriesBase, SeriesKind, Source};
use crate::graph::DocumentIx;
use crate::html::Html;
use crate::markdown::source_anchor;
use crate::series::{Measured, SeriesTable};

use super::address::encode;
use super::plots::{Plot, PlotDot, PlotLine, ValueAxis, place_of, ticks, written};
use super::value::{IntoValue, Value, list};
use super::view::{GroundView, SeriesLine, SeriesValue, SeriesView};
use super::{Renderer, dates};

/// At most so many rows stand in the table on a page; the file has all.
const ROWS: usize = 500;

/// The values of a column that are known, with their dates.
fn known(table: &SeriesTable, column: usize) -> impl Iterator<Item = (&PartialDate, &Measured)> {
    let rows = table.rows.iter();
    rows.filter_map(move |row| Some((&row.date, row.values.get(column)?.as_ref()?)))
}

impl Renderer {
    /// The series of a document; those whose files cannot be read have been reported.
    pub(super) fn series<'a>(
        &'a self,
        document: DocumentIx,
        declared: &'a [Series],
        brief: Option<&'a Brief>,
    ) -> Vec<Value<'a>> {
        let views = declared.iter().enumerate().filter_map(|(index, series)| {
            let (table, path) = self.graph.series.get(document, index)?;
            Some(self.one_series(index, series, table, path, brief).into_value())
        });
        views.collect()
    }

    fn one_series<'a>(
        &'a self,
        index: usize,
        series: &'a Series,
        table: &'a SeriesTable,
        path: &str,
        brief: Option<&'a Brief>,
    ) -> SeriesView<'a> {
        let words = |date: &PartialDate| dates::partial(&self.strings, date);
        let values = table.rows.iter().flat_map(|row| row.values.iter().flatten());
        let zero = series.base == SeriesBase::Zero;
        let (grid, decimals) = ticks(values.map(|value| value.number), zero);
        let low = grid.first().copied().unwrap_or_default();
        let high = grid.last().copied().unwrap_or(1.0);
        // What begins above zero or ends below it says so.
        let off_zero = low > 0.0 || high < 0.0;
        let base = off_zero.then(|| written(if low > 0.0 { low } else { high }, decimals));
        let last = table.columns.iter().enumerate().filter_map(|(column, name)| {
            let (date, value) = known(table, column).last()?;
            let view = SeriesValue {
                column: name,
                value: &value.written,
                date: date.to_string(),
                date_text: words(date),
            };
            Some(view.into_value())
        });
        let earlier = table.rows.len().saturating_sub(ROWS);
        let rows = table.rows.iter().skip(earlier).map(|row| {
            let text =
                |value: &'a Option<Measured>| value.as_ref().map_or("", |value| &*value.written);
            SeriesLine {
                date: row.date.to_string(),
                date_text: words(&row.date),
                values: list(row.values.iter().map(text)),
            }
            .into_value()
        });
        SeriesView {
            title: &series.title.value,
            unit: series.unit.as_deref(),
            note: series.note.as_deref(),
            plot_html: Value::Html(self.series_plot(index, series, table, (&grid, decimals))),
            base,
            last: last.collect(),
            columns: list(table.columns.iter().map(String::as_str)),
            rows: rows.collect(),
            earlier,
            path: encode(path).into_owned(),
            sources: brief.map(|brief| series_sources(brief, series)).unwrap_or_default(),
        }
    }

    fn series_plot(
        &self,
        index: usize,
        series: &Series,
        table: &SeriesTable,
        (grid, decimals): (&[f64], usize),
    ) -> Html {
        let (Some(first), Some(last)) = (table.rows.first(), table.rows.last()) else {
            return Html::default();
        };
        let lines = table.columns.iter().enumerate().map(|(column, name)| {
            let dots = table.rows.iter().map(|row| PlotDot {
                day: place_of(&row.date),
                value: row.values.get(column).and_then(|v| Some(v.as_ref()?.number)),
                range: None,
            });
            PlotLine { dots: dots.collect(), name: name.clone() }
        });
        let names: Vec<(f64, String)> =
            grid.iter().map(|value| (*value, written(*value, decimals))).collect();
        let plot = Plot {
            id: format!("chancery-series-{}", index + 1),
            title: series.title.value.clone(),
            description: self.described(table),
            steps: series.kind == SeriesKind::Steps,
            lines: lines.collect(),
            axis: ValueAxis {
                low: grid.first().copied().unwrap_or_default(),
                high: grid.last().copied().unwrap_or(1.0),
                grid: grid.to_vec(),
                names,
                unit: series.unit.clone().unwrap_or_default(),
            },
        };
        plot.svg(first.date.first_day(), last.date.first_day())
    }

    /// What a drawing shows, in words: of each column where it begins and ends, its least and its greatest value.
    fn described(&self, table: &SeriesTable) -> String {
        let word = |key: &'static str| self.strings.get(key);
        let point = |(date, value): (&PartialDate, &Measured)| {
            format!("{} ({})", value.written, dates::partial(&self.strings, date))
        };
        let by = |one: &(&PartialDate, &Measured), other: &(&PartialDate, &Measured)| {
            one.1.number.total_cmp(&other.1.number)
        };
        let columns = table.columns.iter().enumerate().map(|(column, name)| {
            let all = || known(table, column);
            let ends = all().next().zip(all().last());
            // Of several that are as great, the first.
            let bounds = all().min_by(by).zip(all().reduce(|greatest, one| {
                if one.1.number > greatest.1.number { one } else { greatest }
            }));
            match ends.zip(bounds) {
                Some(((first, last), (least, greatest))) => format!(
                    "{name}: {} {}, {} {}, {} {}, {} {}.",
                    word("series_first"),
                    point(first),
                    word("series_least"),
                    point(least),
                    word("series_greatest"),
                    point(greatest),
                    word("series_last"),
                    point(last),
                ),
                None => format!("{name}: {}.", word("series_nothing")),
            }
        });
        columns.collect::<Vec<_>>().join(" ")
    }
}

/// The sources of a brief that a series of it is from.
fn series_sources<'a>(brief: &'a Brief, series: &'a Series) -> Vec<Value<'a>> {
    let count = series.sources.len();
    let sources = (1..).zip(brief.sources_of(series.sources.iter())).map(|(number, (id, at))| {
        let source = at.and_then(|at| brief.sources.get(at));
        GroundView {
            title: source.map_or(&*id.value, |source| &source.title.value),
            anchor: source.map(|source| source_anchor(&source.id.value)),
            retracted: source.is_some_and(Source::is_retracted),
            more: number < count,
        }
        .into_value()
    });
    sources.collect()
}
