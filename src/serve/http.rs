//! Connections, requests and their answers.
//!
//! A path is decoded once and looked up among the planned files; nothing else is ever opened. Requests under names
//! that are not the server's are refused.

use std::convert::Infallible;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use tokio::sync::watch::Receiver;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt;
use tower_http::services::ServeFile;
use xxhash_rust::xxh3::Xxh3;

use crate::plan::{HtmlPage, Output, Planned, file_of};
use crate::render::Rendered;
use crate::source::lacks_descriptors;

use super::host::{HostName, HostReason, standing};
use super::{Console, Current, LiveSite};

/// What keeps pages up to date.
const SCRIPT: &str = include_str!("live.js");
/// Where the script and its events are.
const OURS: &str = "/_chancery/";

/// What stands in a path as it is (RFC 3986, unreserved characters and `/`).
const IN_PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

type CurrentReceiver = Receiver<Current>;
/// How long a client has for the head of a request, and a connection may wait for the next one.
const HEAD: Duration = Duration::from_secs(10);
/// The most connections that are open at a time, where the system allows more.
const MOST_CONNECTIONS: u64 = 1024;
/// How long to wait when the system has no more files to give for connections.
const PAUSE: Duration = Duration::from_millis(200);

/// What every request is answered with.
#[derive(Clone)]
pub(super) struct Service {
    seen: CurrentReceiver,
    /// The names that were allowed by hand.
    allowed: Arc<[HostName]>,
    console: Arc<dyn Console>,
    /// How many more connections may be open.
    connections: Arc<Semaphore>,
    /// How many more of them may wait for changes. Pages do so for as long as they are seen: others find room.
    waiting: Arc<Semaphore>,
}

impl Service {
    /// Shows what is `seen`, under this machine's names and those `allowed`.
    pub(super) fn new(
        seen: CurrentReceiver,
        allowed: Vec<HostName>,
        console: Arc<dyn Console>,
    ) -> Service {
        let most = connections();
        Service {
            seen,
            allowed: allowed.into(),
            console,
            connections: Arc::new(Semaphore::new(most)),
            waiting: Arc::new(Semaphore::new(most.div_ceil(2))),
        }
    }
}

/// How many connections may be open at a time. Each is an open file, and half of those that the process may have are
/// kept for reading the site.
fn connections() -> usize {
    #[cfg(unix)]
    let allowed = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    #[cfg(not(unix))]
    let allowed = None;
    let most = allowed.map_or(MOST_CONNECTIONS, |files| (files / 2).clamp(1, MOST_CONNECTIONS));
    usize::try_from(most).unwrap_or(usize::MAX)
}

/// Answers requests until the process is told to stop.
pub(super) async fn serve(listener: TcpListener, door: Service) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    tokio::select! {
        () = accept(listener, door) => Ok(()),
        // Pages hold connections open for as long as they are seen: there is no waiting for them.
        told = tokio::signal::ctrl_c() => told,
    }
}

/// Takes connections for as long as there are any to be had: no error of one is the end.
async fn accept(listener: tokio::net::TcpListener, door: Service) {
    let app = TowerToHyperService::new(Router::new().fallback(answer).with_state(door.clone()));
    let mut told = false;
    while let Ok(permit) = door.connections.clone().acquire_owned().await {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                let lacking = lacks_descriptors(&error);
                if lacking && !told {
                    door.console.warn(&format!(
                        "warning: no connection can be taken: {error}\nhelp: close other programs, or allow more open files with `ulimit -n`\n"
                    ));
                    told = true;
                }
                // Other errors are those of one client that went away.
                if lacking {
                    tokio::time::sleep(PAUSE).await;
                }
                continue;
            }
        };
        told = false;
        let app = app.clone();
        tokio::spawn(async move {
            let mut http = hyper::server::conn::http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(HEAD);
            // How a connection ends is its client's affair.
            let _ = http.serve_connection(TokioIo::new(stream), app).await;
            drop(permit);
        });
    }
}

async fn answer(State(door): State<Service>, request: Request) -> Response {
    let refused = refusal(request.method(), request.uri(), request.headers(), &door.allowed);
    let mut response = match refused {
        Some((status, why)) => plain(status, why),
        None => route(door, request).await,
    };
    let headers = response.headers_mut();
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(header::CACHE_CONTROL, "no-store");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // No other page shows one of ours in a frame, and has its reader click there.
    set(header::CONTENT_SECURITY_POLICY, "frame-ancestors 'none'");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    response
}

/// Why a request is not answered.
fn refusal(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    allowed: &[HostName],
) -> Option<(StatusCode, &'static str)> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = match (hosts.next().map(HeaderValue::to_str), hosts.next()) {
        (Some(Ok(host)), None) => host,
        _ => return Some((StatusCode::BAD_REQUEST, "the request names no host, or several")),
    };
    let of = |host: &str| standing(host, allowed);
    let own = uri.authority().is_none_or(|authority| of(authority.as_str()).is_some());
    let Some(standing) = of(host).filter(|_| own) else {
        return Some((
            StatusCode::FORBIDDEN,
            "this server answers to localhost and to IP addresses only; `--allow-host` allows another name",
        ));
    };
    // In front of an allowed name may be a proxy that speaks HTTPS.
    let schemes: &[&str] = match standing {
        HostReason::Own => &["http://"],
        HostReason::Allowed => &["http://", "https://"],
    };
    let is_own = |origin: &str| schemes.iter().any(|s| origin.strip_prefix(s) == Some(host));
    let mut origins = headers.get_all(header::ORIGIN).iter();
    if !origins.all(|origin| origin.to_str().is_ok_and(is_own)) {
        return Some((StatusCode::FORBIDDEN, "this server answers its own pages only"));
    }
    (![Method::GET, Method::HEAD].contains(method))
        .then_some((StatusCode::METHOD_NOT_ALLOWED, "this server is asked with GET and HEAD only"))
}

async fn route(door: Service, request: Request) -> Response {
    let mut seen = door.seen;
    let path = request.uri().path();
    if let Some(ours) = path.strip_prefix(OURS) {
        let page = request.uri().query().and_then(|query| query.strip_prefix("page="));
        return match (ours, page) {
            ("live.js", _) => typed("text/javascript; charset=utf-8", SCRIPT.as_bytes().to_vec()),
            ("events", Some(page)) => match percent_decode_str(page).decode_utf8() {
                Ok(page) => match door.waiting.try_acquire_owned() {
                    Ok(permit) => Sse::new(states(seen, page.into(), permit))
                        .keep_alive(KeepAlive::default())
                        .into_response(),
                    Err(_) => plain(
                        StatusCode::SERVICE_UNAVAILABLE,
                        "too many pages wait for changes already: close some",
                    ),
                },
                Err(_) => plain(StatusCode::BAD_REQUEST, "the page's path is not UTF-8"),
            },
            _ => plain(StatusCode::NOT_FOUND, "there is no such file"),
        };
    }
    // Until the site has been read for the first time, there is nothing to say.
    let current = match seen.wait_for(|current| current.readings > 0).await {
        Ok(current) => current.clone(),
        Err(_) => return plain(StatusCode::SERVICE_UNAVAILABLE, "the server is ending"),
    };
    let Some(live) = current.live else { return cover(StatusCode::SERVICE_UNAVAILABLE) };
    let path = path.to_owned();
    match apart(move || live.answer(&path)).await {
        Some(Answer::Page(status, kind, bytes)) => {
            let mut response = typed(&kind, bytes);
            *response.status_mut() = status;
            response
        }
        Some(Answer::File(path)) => match ServeFile::new(path).oneshot(request).await {
            Ok(response) => response.map(Body::new),
            Err(never) => match never {},
        },
        Some(Answer::Elsewhere(to)) => {
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response()
        }
        Some(Answer::Failed) => cover(StatusCode::INTERNAL_SERVER_ERROR),
        Some(Answer::Unreadable) => plain(StatusCode::BAD_REQUEST, "the path cannot be decoded"),
        None => plain(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the page could not be made: a fault of Chancery",
        ),
    }
}

/// Does work that takes processor time where it keeps no connection waiting; `None` when it panics.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}

/// What a request gets.
enum Answer {
    Page(StatusCode, String, Vec<u8>),
    File(PathBuf),
    /// The page is at this address.
    Elsewhere(String),
    /// The template fails on this page; its errors are shown.
    Failed,
    /// The path is not UTF-8 text.
    Unreadable,
}

impl LiveSite {
    fn answer(&self, path: &str) -> Answer {
        let Ok(decoded) = percent_decode_str(path.trim_start_matches('/')).decode_utf8() else {
            return Answer::Unreadable;
        };
        let file = file_of(&decoded);
        if let Some(planned) = self.plan.written(&file) {
            return self.render(planned, StatusCode::OK);
        }
        if self.plan.written(&format!("{file}/index.html")).is_some() {
            // Of the path as it was written, `//host` would lead to another host (RFC 3986, section 4.2).
            return Answer::Elsewhere(format!("/{}/", utf8_percent_encode(&file, IN_PATH)));
        }
        match self.plan.files.iter().find(|file| file.output == Output::Html(HtmlPage::NotFound)) {
            Some(planned) => self.render(planned, StatusCode::NOT_FOUND),
            None => Answer::Page(StatusCode::NOT_FOUND, "text/plain".to_owned(), Vec::new()),
        }
    }

    fn render(&self, planned: &Planned, status: StatusCode) -> Answer {
        let kind = mime_guess::from_path(file_of(&planned.path)).first_or_octet_stream();
        let text = kind.type_() == "text"
            || ["xml", "json", "javascript"].contains(&kind.subtype().as_str());
        let kind = if text { format!("{kind}; charset=utf-8") } else { kind.to_string() };
        let mut paper = String::new();
        match self.renderer.pages(false).render(planned, &mut paper) {
            Ok(Rendered::Made(made)) => {
                let mut bytes = made.to_vec();
                if kind.starts_with("text/html") {
                    let hash = self.hash(&bytes);
                    let script =
                        format!("<script src=\"{OURS}live.js\" data-page=\"{hash}\"></script>\n");
                    let end =
                        bytes.windows(7).rposition(|w| w == b"</body>").unwrap_or(bytes.len());
                    bytes.splice(end..end, script.into_bytes());
                }
                Answer::Page(status, kind, bytes)
            }
            Ok(Rendered::Copy(asset)) => match self.sources.inside(&asset.file) {
                Some(path) => Answer::File(path),
                None => Answer::Page(
                    StatusCode::NOT_FOUND,
                    "text/plain".to_owned(),
                    b"the file is gone".to_vec(),
                ),
            },
            Err(failed) => {
                self.console.warn(&self.describe(failed, true));
                Answer::Failed
            }
        }
    }

    /// What changes when a page looks different: its bytes, or a picture or other file of the site.
    fn hash(&self, bytes: &[u8]) -> String {
        let files = self.sources.assets.iter().map(|asset| self.sources.reading_of(&asset.file));
        let mut hasher = Xxh3::new();
        hasher.update(bytes);
        hasher.update(&files.max().unwrap_or_default().to_le_bytes());
        hasher.update(&self.sources.assets.len().to_le_bytes());
        format!("{:016x}", hasher.digest())
    }

    /// What the page at a path is now: its hash, or why it cannot be made.
    fn page(&self, path: &str) -> Result<String, crate::diagnostic::Diagnostic> {
        let file = file_of(path.trim_start_matches('/'));
        let missing =
            || self.plan.files.iter().find(|file| file.output == Output::Html(HtmlPage::NotFound));
        let Some(planned) = self.plan.written(&file).or_else(missing) else {
            return Ok(String::new());
        };
        let mut paper = String::new();
        Ok(match self.renderer.pages(false).render(planned, &mut paper)? {
            Rendered::Made(bytes) => self.hash(bytes),
            Rendered::Copy(_) => String::new(),
        })
    }
}

/// What a page is told: how things stand when it is loaded, and after each change.
fn states(
    seen: CurrentReceiver,
    page: Arc<str>,
    permit: OwnedSemaphorePermit,
) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold((seen, true, permit), move |(mut seen, first, permit)| {
        let page = page.clone();
        async move {
            if first {
                seen.wait_for(|current| current.readings > 0).await.ok()?;
            } else {
                seen.changed().await.ok()?;
            }
            let mut current = seen.borrow_and_update().clone();
            if first {
                current.show = None;
            }
            let state = apart(move || current.state(&page)).await?;
            Some((Ok(Event::default().event("state").data(state)), (seen, false, permit)))
        }
    })
}

impl Current {
    /// How things stand for a page, as JSON.
    fn state(&self, page: &str) -> String {
        let live = self.live.as_ref();
        let (hash, failed) = match live.map(|live| (live, live.page(page))) {
            Some((_, Ok(hash))) => (hash, None),
            Some((live, Err(failed))) => (String::new(), Some(live.describe(failed, false))),
            None => (String::new(), None),
        };
        let errors = self.errors.as_deref().map(str::to_owned).or(failed);
        serde_json::json!({ "errors": errors, "page": hash, "show": self.show }).to_string()
    }
}

/// A page that is there for the errors that the script lays over it.
fn cover(status: StatusCode) -> Response {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\">\
         <title>The site has errors</title></head><body><p>The site has errors; the terminal shows them.</p>\n\
         <script src=\"{OURS}live.js\" data-page=\"\"></script></body></html>\n"
    );
    let mut response = typed("text/html; charset=utf-8", html.into_bytes());
    *response.status_mut() = status;
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], format!("{text}\n"))
        .into_response()
}

fn typed(kind: &str, bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, kind)], bytes).into_response()
}
