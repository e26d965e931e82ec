//! `judgements log`: adds what is published to the record of judgements.

use std::cmp::Reverse;

use crate::diagnostic::{Code, Diagnostics, Severity};
use crate::graph::{JudgementRecord, Noted, keys_of};
use crate::publish::{Revision, revise, write_new};
use crate::site::{Request, Site};
use crate::source::LOG;

use super::{Failure, Outcome, findings, plain, request, state_folder};
use crate::cli::{Common, Show};

/// Adds a line for each published judgement, and each outcome of one, that the record does not have; with `changed` for each
/// that was changed too. With `dry_run`, shows them.
pub(super) fn log(common: &Common, changed: bool, dry_run: bool) -> Result<Outcome, Failure> {
    // What is shown to its authors only is not published.
    let request = Request { drafts: false, ..request(common)? };
    let mut diagnostics = Diagnostics::new();
    let site = Site::read(&common.root, &request, &mut diagnostics);
    // That judgements differ from the record is what this is about.
    let others = diagnostics.split_off(|found| found.code == Code::JudgementChanged);
    let sound = others.iter().all(|found| found.severity != Severity::Error);
    let Some(site) = site.filter(|_| sound) else {
        let mut diagnostics = Diagnostics::new();
        diagnostics.extend(others);
        let (report, code) = findings(common, &Show::default(), None, diagnostics).whole();
        let stderr = format!("{report}nothing was added to `{LOG}`: the errors above come first\n");
        return Ok(Outcome { stdout: String::new(), stderr, code });
    };
    let graph = &site.graph;
    let mut record = JudgementRecord::read(&site.sources).and_then(Result::ok).unwrap_or_default();
    let day = request.now.to_zoned_datetime(site.config.zone()).date();
    let (mut lines, mut refused) = (String::new(), Vec::new());
    // Those of the oldest brief first, and those of a brief as they are written.
    let mut all = graph.judgements.all().to_vec();
    all.sort_unstable_by_key(|ix| (Reverse(ix.brief), ix.index));
    for ix in &all {
        match record.noted(graph, *ix) {
            Noted::Same => continue,
            Noted::Otherwise(_) if !changed => {
                refused.extend(keys_of(graph, *ix).into_iter().next());
                continue;
            }
            Noted::Otherwise(_) | Noted::Unsettled | Noted::Never => {}
        }
        lines.extend(record.note(graph, *ix, day));
    }
    if !refused.is_empty() {
        return Err(Failure(format!(
            "{} changed since it was put on record: `{}`; nothing was added\nhelp: give it back what it said, and judge anew in a later brief that `updates` it; or note the change where readers see it, with `--changed`",
            if refused.len() == 1 {
                "a judgement was".to_owned()
            } else {
                format!("{} judgements were", refused.len())
            },
            refused.join("`, `")
        )));
    }
    let count = lines.lines().count();
    if dry_run || count == 0 {
        let none = format!("`{LOG}` has all judgements that are published\n");
        return Ok(Outcome::done(if count == 0 { none } else { lines }));
    }
    match &site.sources.log {
        Some(old) => {
            let end = if old.is_empty() || old.ends_with('\n') { "" } else { "\n" };
            let new = [&**old, end, &lines].concat();
            let revision = Revision { file: LOG.into(), old: old.clone(), new };
            let state = state_folder(common);
            revise(&common.root, state.as_deref(), "judgements log", &[revision], None)
                .map_err(plain)?;
        }
        None => write_new(&common.root, LOG, lines.as_bytes())
            .map_err(|error| Failure(format!("`{LOG}` cannot be written: {error}")))?,
    }
    let plural = if count == 1 { "" } else { "s" };
    Ok(Outcome::done(format!(
        "added {count} line{plural} to `{LOG}`: keep it in version control\n"
    )))
}
