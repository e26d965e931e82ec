//! `check --external`: looks links out of the site up, politely, and says only what is certain.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Span};
use crate::graph::DocumentIx;
use crate::publish::cache;
use crate::site::Site;
use futures_util::StreamExt;
use jiff::{SignedDuration, Timestamp};
use lychee_lib::ratelimit::RateLimitConfig;
use lychee_lib::{ClientBuilder, ErrorKind, Status};
use serde::{Deserialize, Serialize};

use super::Failure;

/// How many hosts are asked at once; each is asked for one page at a time.
const AT_ONCE: usize = 16;
/// The time between two questions to one host.
const PAUSE: Duration = Duration::from_millis(250);
/// How long one answer may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// How long the whole may take. What was not asked by then is said to be unchecked.
const LONGEST: Duration = Duration::from_secs(300);
/// How long it is remembered that a link was good.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long it is remembered that there was nothing: pages come back.
const DEAD_FOR: SignedDuration = SignedDuration::from_hours(24);

/// What is known of an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "lowercase")]
enum ServerAnswer {
    /// There is a page.
    Good,
    /// The server says that there is none.
    Dead {
        /// The status it answered with.
        status: u16,
    },
    /// Nothing, and why.
    #[serde(skip)]
    Unknown(String),
}

/// An answer and when it was had.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct KnownAnswer {
    answer: ServerAnswer,
    at: Timestamp,
}

/// Looks up every link out of the site and reports those that lead nowhere, and those of which that is
/// not known.
pub(super) fn look_up(site: &Site, diagnostics: &mut Diagnostics) -> Result<(), Failure> {
    let mut places: BTreeMap<String, Vec<(Arc<str>, Span)>> = BTreeMap::new();
    for document in site.graph.all() {
        let file = site.graph.file(document);
        let texts = site.graph.documents.head(document).texts();
        let proofs = texts.filter_map(|text| text.proof.as_ref());
        for link in proofs.flat_map(|proof| &proof.links) {
            if let Some(url) = link.outside.as_deref().filter(|url| url.starts_with("http")) {
                let url = url.split('#').next().unwrap_or(url).to_owned();
                places.entry(url).or_default().push((file.clone(), link.span));
            }
        }
        let DocumentIx::Brief(ix) = document else { continue };
        for source in &site.graph.documents.briefs[ix].front.sources {
            for url in source.url.iter().chain(&source.archived) {
                let address = url.value.split('#').next().unwrap_or(&url.value).to_owned();
                places.entry(address).or_default().push((file.clone(), url.span));
            }
        }
    }
    // Where answers are kept between runs.
    let links = super::cache_folder().map(|folder| folder.join("links.json"));
    let mut known: BTreeMap<String, KnownAnswer> =
        links.as_deref().and_then(cache::read).unwrap_or_default();
    let now = Timestamp::now();
    known.retain(|_, remembered| {
        let age = now.duration_since(remembered.at);
        let lasts = match remembered.answer {
            ServerAnswer::Good => GOOD_FOR,
            ServerAnswer::Dead { .. } => DEAD_FOR,
            ServerAnswer::Unknown(_) => SignedDuration::ZERO,
        };
        age >= SignedDuration::ZERO && age < lasts
    });
    let asked: Vec<&String> = places.keys().filter(|url| !known.contains_key(*url)).collect();
    let mut answers: BTreeMap<String, ServerAnswer> =
        known.iter().map(|(url, r)| (url.clone(), r.answer.clone())).collect();
    for (url, answer) in ask(&asked)? {
        if !matches!(answer, ServerAnswer::Unknown(_)) {
            known.insert(url.clone(), KnownAnswer { answer: answer.clone(), at: now });
        }
        answers.insert(url, answer);
    }
    if let Some(links) = &links {
        // Without the cache the next run only takes longer.
        let _ = cache::write(links, &known);
    }
    for (url, places) in places {
        let late = ServerAnswer::Unknown("there was no time to ask".to_owned());
        let (code, message, label, help) = match answers.get(&url).unwrap_or(&late) {
            ServerAnswer::Good => continue,
            ServerAnswer::Dead { status } => (
                Code::DeadLink,
                format!("there is nothing at {url}"),
                format!("its server answers {status}"),
                "link to where it went, to an archived copy, or take the link out",
            ),
            ServerAnswer::Unknown(why) => (
                Code::UncheckedLink,
                format!("{url} could not be looked up"),
                why.clone(),
                "nothing is known of it: look yourself, or run the check again",
            ),
        };
        for (file, span) in places {
            diagnostics.push(
                Diagnostic::new(code, message.clone())
                    .at(Place::span(file, span))
                    .label(label.clone())
                    .help(help),
            );
        }
    }
    Ok(())
}

/// Asks for each address. Those that there was no time for are not in the result.
fn ask(urls: &[&String]) -> Result<Vec<(String, ServerAnswer)>, Failure> {
    if urls.is_empty() {
        return Ok(Vec::new());
    }
    let failed =
        |error: &dyn std::fmt::Display| Failure(format!("links cannot be looked up: {error}"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| failed(&error))?;
    runtime.block_on(async {
        let client = ClientBuilder::builder()
            .user_agent(concat!("chancery/", env!("CARGO_PKG_VERSION")))
            .timeout(TIMEOUT)
            .max_retries(1_u64)
            .rate_limit_config(RateLimitConfig { concurrency: 1, request_interval: PAUSE })
            .build()
            .client()
            .map_err(|error| failed(&error))?;
        let client = &client;
        let mut answers = Vec::with_capacity(urls.len());
        let all = futures_util::stream::iter(urls.iter().map(|url| (*url).clone()))
            .map(|url| async move {
                let answer = match client.check(url.as_str()).await {
                    Ok(response) => judge(response.status()),
                    Err(error) => ServerAnswer::Unknown(error.to_string()),
                };
                (url, answer)
            })
            .buffer_unordered(AT_ONCE)
            .for_each(|answer| {
                answers.push(answer);
                std::future::ready(())
            });
        // Out of time: what is there is there.
        let _ = tokio::time::timeout(LONGEST, all).await;
        answers.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(answers)
    })
}

/// Only a server that says so makes a link dead (RFC 9110, 15.5.5 and 15.5.11): a refusal, a fault or silence
/// may have other reasons.
fn judge(status: &Status) -> ServerAnswer {
    match status {
        Status::Ok(_) => ServerAnswer::Good,
        Status::Error(ErrorKind::RejectedStatusCode(code))
            if [404, 410].contains(&code.as_u16()) =>
        {
            ServerAnswer::Dead { status: code.as_u16() }
        }
        Status::Error(ErrorKind::RejectedStatusCode(code)) => {
            ServerAnswer::Unknown(format!("its server answers {}", code.as_u16()))
        }
        Status::Timeout(_) => ServerAnswer::Unknown("no answer in time".to_owned()),
        Status::Error(ErrorKind::NetworkRequest(_)) => {
            ServerAnswer::Unknown("the network or the server failed".to_owned())
        }
        Status::Excluded => {
            ServerAnswer::Unknown("the address is reserved for examples".to_owned())
        }
        other => ServerAnswer::Unknown(other.to_string()),
    }
}
