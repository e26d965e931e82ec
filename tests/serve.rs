//! `serve`, asked by a real client over real connections.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test prepares files, and may stop where it fails"
)]

mod site;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use site::random::{Case, edited, hold};
use site::{Scratch, chancery, files};

/// Whatever is waited for comes sooner, even on a busy machine.
const LONG: Duration = Duration::from_secs(20);
const BRIEF: &str = "content/briefs/2025-02-27-talks.md";
const PAGE: &str = "/briefs/2025-02-27-talks/";

/// A server that ends with the test.
struct Server {
    child: Child,
    address: SocketAddr,
    /// What it said on standard output after its address.
    told: Arc<Mutex<String>>,
    /// What it said on standard error.
    said: Arc<Mutex<String>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

struct Response {
    status: u16,
    head: String,
    body: String,
}

fn serve(scratch: &Scratch, arguments: &[&str]) -> Server {
    start(&mut command(scratch, arguments))
}

fn command(scratch: &Scratch, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
    command.arg("--root").arg(&scratch.root);
    command.args(["serve", "--port", "0", "--now", "2026-01-01"]).args(arguments);
    command
}

fn start(command: &mut Command) -> Server {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    let url = line.strip_prefix("serving http://").and_then(|rest| rest.split_once('/'));
    let address = url.unwrap_or_else(|| panic!("it said: {line}")).0.parse().unwrap();
    let (told, said) = (hear(stdout), hear(child.stderr.take().unwrap()));
    Server { child, address, told, said }
}

/// Gathers what comes, as it comes.
fn hear(mut stream: impl Read + Send + 'static) -> Arc<Mutex<String>> {
    let text = Arc::new(Mutex::new(String::new()));
    let heard = text.clone();
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = stream.read(&mut bytes) {
            heard.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
    });
    text
}

impl Server {
    /// Sends bytes and reads all that comes back.
    fn raw(&self, request: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        stream.write_all(request).unwrap();
        let mut answer = Vec::new();
        // A server that refuses a request may close before it has read all of it.
        let _ = stream.read_to_end(&mut answer);
        answer
    }

    fn ask(&self, method: &str, path: &str, headers: &str) -> Response {
        let answer = self.raw(
            format!("{method} {path} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n").as_bytes(),
        );
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or_default();
        Response { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }

    fn get(&self, path: &str) -> Response {
        self.ask("GET", path, &format!("Host: {}\r\n", self.address))
    }

    /// Waits until a page is as it should be.
    fn until(&self, path: &str, wanted: impl Fn(&Response) -> bool) -> Response {
        let started = Instant::now();
        loop {
            let response = self.get(path);
            if wanted(&response) {
                return response;
            }
            assert!(
                started.elapsed() < LONG,
                "{path} stayed:\n{}\n{}",
                response.head,
                response.body
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// What the page at a path is told, message by message.
    fn events(&self, page: &str) -> impl FnMut() -> serde_json::Value + use<> {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        let request =
            format!("GET /_chancery/events?page={page} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).unwrap();
        let mut lines = BufReader::new(stream).lines();
        move || loop {
            let line = lines.next().unwrap().unwrap();
            if let Some(data) = line.strip_prefix("data: ") {
                return serde_json::from_str(data).unwrap();
            }
        }
    }

    fn said(&self) -> String {
        anstream::adapter::strip_str(&self.said.lock().unwrap()).to_string()
    }

    /// Waits until it has said something on standard error.
    fn until_said(&self, wanted: &str) {
        let started = Instant::now();
        while !self.said().contains(wanted) {
            let said = self.said();
            assert!(started.elapsed() < LONG, "it said:\n{said}\nand not:\n{wanted}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

fn brief(text: &str) -> String {
    format!(
        "+++\ntitle = \"Talks\"\nactors = [\"us\", \"ru\"]\ntopics = [\"embassies\"]\nsummary = \"They met.\"\n+++\n\n{text}\n"
    )
}

#[test]
fn pages_files_and_addresses_that_do_not_exist() {
    let scratch = Scratch::small();
    scratch.write("static/data/table.csv", "a,b\n1,2\n");
    scratch.write(
        "content/briefs/2025-03-01-draft.md",
        "+++\ntitle = \"Unfinished\"\ndraft = true\n+++\n",
    );
    let before = files(&scratch.root);
    let server = serve(&scratch, &[]);
    let page = server.get(PAGE);
    assert_eq!(page.status, 200);
    assert!(page.head.contains("content-type: text/html; charset=utf-8"), "{}", page.head);
    assert!(page.head.contains("cache-control: no-store"), "{}", page.head);
    assert!(page.head.contains("cross-origin-resource-policy: same-origin"), "{}", page.head);
    assert!(!page.head.contains("access-control"), "{}", page.head);
    assert!(page.body.contains("/_chancery/live.js"), "{}", page.body);
    assert!(
        page.body.contains(&format!("href=\"http://{}{PAGE}\"", server.address)),
        "{}",
        page.body
    );
    let moved = server.get("/actors/us?x=1");
    assert_eq!(moved.status, 307);
    assert!(moved.head.contains("location: /actors/us/"), "{}", moved.head);
    let missing = server.get("/no/such/page");
    assert_eq!(missing.status, 404);
    assert!(missing.body.contains("Page not found"), "the site's own page: {}", missing.body);
    let feed = server.get("/feed.xml");
    assert!(feed.head.contains("content-type: text/xml; charset=utf-8"), "{}", feed.head);
    assert!(!feed.body.contains("_chancery"));
    let table = server.get("/data/table.csv");
    assert_eq!((table.status, table.body.as_str()), (200, "a,b\n1,2\n"));
    let part = server.ask(
        "GET",
        "/data/table.csv",
        &format!("Host: {}\r\nRange: bytes=4-5\r\n", server.address),
    );
    assert_eq!((part.status, part.body.as_str()), (206, "1,"));
    let draft = server.get("/briefs/2025-03-01-draft/");
    assert!(draft.status == 200 && draft.body.contains("class=\"draft\""), "a draft is marked");
    let head = server.ask("HEAD", PAGE, &format!("Host: {}\r\n", server.address));
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let refused = server.ask(method, PAGE, &format!("Host: {}\r\n", server.address));
        assert_eq!(refused.status, 405, "{method}");
    }
    drop(server);
    assert_eq!(before, files(&scratch.root), "serve writes no file");
    let server = serve(&scratch, &["--no-drafts"]);
    assert_eq!(server.get("/briefs/2025-03-01-draft/").status, 404);
}

#[test]
fn the_search_knows_what_was_saved() {
    let scratch = Scratch::small();
    let server = serve(&scratch, &[]);
    let stamp = || {
        let page = server.get("/search/");
        let stamp = page.body.split("data-stamp=\"").nth(1).and_then(|rest| rest.split('"').next());
        stamp.unwrap_or_default().to_owned()
    };
    let first = stamp();
    let words = server.get(&format!("/search/words/0.js?v={first}"));
    assert!(words.head.contains("content-type: text/javascript"), "{}", words.head);
    assert!(words.body.contains(&format!("\"{first}\"")) && words.body.contains("\"talks\""));
    scratch.write("content/briefs/2025-02-27-talks.md", brief("").replace("Talks", "A parley"));
    let words = server.until("/search/words/0.js", |words| words.body.contains("\"parley\""));
    assert!(!words.body.contains("\"talks\"") && words.body.contains(&format!("\"{}\"", stamp())));
    assert!(stamp() != first);
}

#[test]
fn only_this_machine_and_its_own_pages_are_answered() {
    let scratch = Scratch::small();
    let server = serve(&scratch, &[]);
    let port = server.address.port();
    let with = |headers: &str| server.ask("GET", PAGE, headers).status;
    for host in ["localhost", "LOCALHOST", "127.0.0.1", "[::1]", "10.1.2.3", "docs.localhost"] {
        assert_eq!(with(&format!("Host: {host}:{port}\r\n")), 200, "{host}");
    }
    for host in
        ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "user@localhost", ""]
    {
        assert!([400, 403].contains(&with(&format!("Host: {host}\r\n"))), "{host}");
    }
    assert_eq!(with(""), 400, "no host");
    assert_eq!(with(&format!("Host: localhost:{port}\r\nHost: evil.example\r\n")), 400);
    let origin = |origin: &str| with(&format!("Host: localhost:{port}\r\nOrigin: {origin}\r\n"));
    assert_eq!(origin(&format!("http://localhost:{port}")), 200);
    for other in
        ["http://evil.example", "null", &format!("https://localhost:{port}"), "http://localhost:1"]
    {
        assert_eq!(origin(other), 403, "{other}");
    }
    let absolute =
        server.ask("GET", "http://evil.example/", &format!("Host: localhost:{port}\r\n"));
    assert_eq!(absolute.status, 403);
    let events = server.ask("GET", "/_chancery/events?page=/", "Host: evil.example\r\n");
    assert_eq!(events.status, 403);
}

#[test]
fn names_that_were_allowed_are_answered_and_no_others() {
    let scratch = Scratch::small();
    let allow = ["--allow-host", "Docs.example.", "--allow-host", "proxy.example:8080"];
    let server = serve(&scratch, &allow);
    let with = |headers: &str| server.ask("GET", PAGE, headers);
    for host in [
        "docs.example",
        "DOCS.example",
        "docs.example.",
        "docs.example:4646",
        "proxy.example:8080",
        "localhost",
        "127.0.0.1",
    ] {
        assert_eq!(with(&format!("Host: {host}\r\n")).status, 200, "{host}");
    }
    for host in [
        "evil.example",
        "example",
        "sub.docs.example",
        "docs.example.evil.example",
        "docs.example@evil.example",
        "proxy.example",
        "proxy.example:80",
    ] {
        let refused = with(&format!("Host: {host}\r\n"));
        assert_eq!(refused.status, 403, "{host}");
        assert!(refused.body.contains("--allow-host") && !refused.body.contains("Talks"), "{host}");
    }
    let origin = |origin: &str| with(&format!("Host: docs.example\r\nOrigin: {origin}\r\n")).status;
    assert_eq!(origin("http://docs.example"), 200);
    assert_eq!(origin("https://docs.example"), 200, "of a proxy");
    for other in [
        "http://evil.example",
        "http://proxy.example:8080",
        "http://localhost",
        "http://docs.example:1",
        "http://docs.example.evil.example",
        "null",
    ] {
        assert_eq!(origin(other), 403, "{other}");
    }
    let absolute = server.ask("GET", "http://evil.example/", "Host: docs.example\r\n");
    assert_eq!(absolute.status, 403);
    let events = server.ask("GET", "/_chancery/events?page=/", "Host: evil.example\r\n");
    assert_eq!(events.status, 403);
    for (wrong, why) in [
        ("*.example", "a host name is"),
        ("docs example", "a host name is"),
        ("", "a host name is"),
        ("http://docs.example", "the name alone"),
        ("docs.example:0", "the port"),
        ("10.1.2.3", "in any case"),
    ] {
        let run = chancery(&scratch.root, &["serve", "--port", "0", "--allow-host", wrong]);
        assert_eq!(run.code, 2, "{wrong}");
        assert!(run.stderr.contains("--allow-host") && run.stderr.contains(why), "{}", run.stderr);
    }
}

#[test]
fn no_path_leads_out_of_the_site_and_no_request_ends_the_server() {
    let scratch = Scratch::small();
    scratch.write("static/leak.txt", "public");
    fs::write(scratch.root.parent().unwrap().join("secret.txt"), "SECRET").unwrap();
    let server = serve(&scratch, &[]);
    assert_eq!(server.get("/leak.txt").body, "public");
    // The file was a file when the site was read.
    #[cfg(unix)]
    {
        fs::remove_file(scratch.root.join("static/leak.txt")).unwrap();
        let outside = scratch.root.parent().unwrap().join("secret.txt");
        std::os::unix::fs::symlink(outside, scratch.root.join("static/leak.txt")).unwrap();
    }
    let long = format!("/{}", "a".repeat(20_000));
    let paths = [
        "/leak.txt",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "/%252e%252e/secret.txt",
        "//secret.txt",
        "/./../secret.txt",
        "/static/../../secret.txt",
        "/site.toml",
        "/content/briefs/2025-02-27-talks.md",
        "/templates/base.html",
        "/%00",
        "/%ff%fe",
        "/%",
        "/briefs/%0d%0aX: y",
        "/_chancery/",
        "/_chancery/../site.toml",
        "/_chancery/events",
        "/_chancery/events?page=%ff",
        "/_chancery/events?other=1",
        &long,
    ];
    for path in paths {
        let response = server.get(path);
        assert!(!response.body.contains("SECRET"), "{path}");
        assert!(!(200..300).contains(&response.status), "{path}: {}", response.status);
    }
    for request in [
        &b"\r\n\r\n"[..],
        b"GET\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: \xff\xff\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.write_all(request).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    assert_eq!(server.get(PAGE).status, 200);
}

#[test]
fn every_way_of_saving_shows() {
    let scratch = Scratch::small();
    let server = serve(&scratch, &[]);
    server.until(PAGE, |r| r.body.contains("The <"));
    // In place.
    scratch.write(BRIEF, brief("Written in place."));
    server.until(PAGE, |r| r.body.contains("Written in place."));
    // By a temporary file that is moved over it.
    let temporary = scratch.root.join("content/briefs/.talks.md.swp");
    fs::write(&temporary, brief("Moved over.")).unwrap();
    fs::rename(&temporary, scratch.root.join(BRIEF)).unwrap();
    server.until(PAGE, |r| r.body.contains("Moved over."));
    // By moving the old one away first.
    fs::rename(scratch.root.join(BRIEF), scratch.root.join(format!("{BRIEF}~"))).unwrap();
    scratch.write(BRIEF, brief("Anew."));
    fs::remove_file(scratch.root.join(format!("{BRIEF}~"))).unwrap();
    server.until(PAGE, |r| r.body.contains("Anew."));
    // A new folder, with folders in it, at once.
    let outside = scratch.root.parent().unwrap().join("prepared");
    fs::create_dir_all(outside.join("deep")).unwrap();
    fs::write(
        outside.join("deep/2025-04-01-new.md"),
        "+++\ntitle = \"New\"\n+++\nFrom a folder.\n",
    )
    .unwrap();
    fs::rename(&outside, scratch.root.join("content/briefs/2025")).unwrap();
    server.until("/briefs/2025/deep/2025-04-01-new/", |r| r.body.contains("From a folder."));
    // A folder made step by step; and the watch goes into it.
    scratch.write("content/briefs/2026/more/2025-05-01-x.md", "+++\ntitle = \"X\"\n+++\nOne.\n");
    server.until("/briefs/2026/more/2025-05-01-x/", |r| r.body.contains("One."));
    scratch.write("content/briefs/2026/more/2025-05-01-x.md", "+++\ntitle = \"X\"\n+++\nTwo.\n");
    server.until("/briefs/2026/more/2025-05-01-x/", |r| r.body.contains("Two."));
    // Gone.
    fs::remove_dir_all(scratch.root.join("content/briefs/2025")).unwrap();
    server.until("/briefs/2025/deep/2025-04-01-new/", |r| r.status == 404);
    // Who is called what changes the text of others.
    scratch.write(BRIEF, brief("The Yanks met Russia."));
    scratch.write(
        "content/actors/us.md",
        "+++\nname = \"United States\"\nkind = \"state\"\naliases = [\"Yanks\"]\n+++\n",
    );
    server.until(PAGE, |r| r.body.contains(">Yanks</a>"));
    // Configuration, a folder of templates that was not there, a stylesheet, a file.
    scratch.write("site.toml", "title = \"Renamed\"\nbase_url = \"https://small.example/\"\n");
    server.until("/", |r| r.body.contains("Renamed"));
    scratch.write("templates/404.html", "<p>own: {{ page.title }}</p>");
    server.until("/nowhere", |r| r.body.contains("own:"));
    scratch.write("templates/404.html", "<p>changed: {{ page.title }}</p>");
    server.until("/nowhere", |r| r.body.contains("changed:"));
    scratch.write("static/theme/style.css", "body { color: red }");
    let page = server.until("/", |r| {
        !r.body.is_empty() && {
            let sheet = r.body.split("theme/style.").nth(1).and_then(|rest| rest.split('"').next());
            sheet.is_some_and(|sheet| {
                server.get(&format!("/theme/style.{sheet}")).body.contains("red")
            })
        }
    });
    assert_eq!(page.status, 200);
    // After all that was remembered, the pages are those of a server that remembers nothing.
    let quote = "content/briefs/2026/more/2025-05-01-x.md";
    scratch.write(
        quote,
        "+++\ntitle = \"X\"\nactors = [\"ru\"]\n+++\nSee [[2025-02-27-talks]]. The Yanks left.\n",
    );
    server.until("/actors/ru/", |r| r.body.contains("2025-05-01-x"));
    scratch.write(quote, "+++\ntitle = \"X\"\nactors = [\"ru\"]\n+++\nAs in [[2025-02-27-talks]]. The Yanks stayed.\n");
    server.until("/actors/us/", |r| r.body.contains("stayed"));
    scratch.write(
        quote,
        "+++\ntitle = \"X\"\nactors = [\"ru\"]\n+++\nAs in [[2025-02-27-talks]]. Nobody stayed.\n",
    );
    server.until("/actors/us/", |r| !r.body.contains("stayed"));
    let fresh = serve(&scratch, &[]);
    for path in [
        "/",
        PAGE,
        "/actors/us/",
        "/actors/ru/",
        "/topics/embassies/",
        "/feed.xml",
        "/sitemap.xml",
        "/archive/",
    ] {
        let told = |server: &Server| {
            let body = server.get(path).body.replace(&server.address.to_string(), "");
            let (before, after) = body.split_once("data-page=\"").unwrap_or((&body, ""));
            format!("{before}{}", after.split_once('"').unwrap_or_default().1)
        };
        assert_eq!(told(&server), told(&fresh), "{path}");
    }
}

/// A page without what the server adds to it.
fn as_built(body: &str) -> String {
    let Some((before, rest)) = body.split_once("<script src=\"/_chancery/live.js\"") else {
        return body.to_owned();
    };
    [before, rest.split_once("</script>\n").map_or("", |(_, after)| after)].concat()
}

/// A site that is being edited while it is served.
fn served_as_built(case: &Case) -> Result<(), String> {
    let scratch = Scratch::of(&case.files);
    let server = serve(&scratch, &[]);
    let base = format!("http://{}/", server.address);
    let get = |name: &str| {
        server.get(&format!("/{}", name.strip_suffix("index.html").unwrap_or(name))).body
    };
    for (number, edit) in [Vec::new()].iter().chain(&case.edits).enumerate() {
        scratch.edit(edit);
        let arguments = ["build", "--drafts", "--now", "2026-01-01", "--base-url", &base];
        if chancery(&scratch.root, &arguments).code != 0 {
            // The last good site stays.
            continue;
        }
        let mut built = scratch.output();
        built.remove(".chancery");
        let started = Instant::now();
        while !built.is_empty() {
            built.retain(|name, bytes| as_built(&get(name)) != String::from_utf8_lossy(bytes));
            let differs = built.first_key_value().filter(|_| started.elapsed() > LONG);
            if let Some((name, bytes)) = differs {
                let (served, built) = (get(name), String::from_utf8_lossy(bytes));
                return Err(format!(
                    "another page\nafter edit {number}, {name}\nserved:\n{served}\nbuilt:\n{built}"
                ));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    Ok(())
}

#[test]
fn whatever_was_edited_the_served_site_is_the_one_that_is_built() {
    hold(3, |dice| edited(dice, 8), served_as_built);
}

#[test]
fn changes_are_found_by_looking() {
    let scratch = Scratch::small();
    let server = serve(&scratch, &["--poll", "0.1", "--follow"]);
    let told = server.told.clone();
    let readings = || told.lock().unwrap().lines().count();
    server.until(PAGE, |r| r.body.contains("The <"));
    let mut next = server.events(PAGE);
    next();
    scratch.write(BRIEF, brief("Written in place."));
    server.until(PAGE, |r| r.body.contains("Written in place."));
    while next()["show"] != PAGE {}
    // Of the same size, and moved over the old one.
    let temporary = scratch.root.join("content/briefs/.talks.md.swp");
    fs::write(&temporary, brief("Written-in-place.")).unwrap();
    fs::rename(&temporary, scratch.root.join(BRIEF)).unwrap();
    server.until(PAGE, |r| r.body.contains("Written-in-place."));
    // Folders, with folders in them; one of the site's own that was not there.
    scratch.write("content/briefs/new/deep/2025-04-01-x.md", "+++\ntitle = \"X\"\n+++\nOne.\n");
    server.until("/briefs/new/deep/2025-04-01-x/", |r| r.body.contains("One."));
    scratch.write("templates/404.html", "<p>own: {{ page.title }}</p>");
    server.until("/nowhere", |r| r.body.contains("own:"));
    scratch.write("templates/404.html", "<p>changed: {{ page.title }}</p>");
    server.until("/nowhere", |r| r.body.contains("changed:"));
    // Renamed, deleted.
    let folder = |name: &str| scratch.root.join("content/briefs").join(name);
    fs::rename(folder("new"), folder("other")).unwrap();
    server.until("/briefs/other/deep/2025-04-01-x/", |r| r.status == 200);
    assert_eq!(server.get("/briefs/new/deep/2025-04-01-x/").status, 404);
    fs::rename(folder("other/deep/2025-04-01-x.md"), folder("2025-04-01-y.md")).unwrap();
    server.until("/briefs/2025-04-01-y/", |r| r.status == 200);
    fs::remove_file(folder("2025-04-01-y.md")).unwrap();
    server.until("/briefs/2025-04-01-y/", |r| r.status == 404);
    // Errors come and go.
    fs::rename(scratch.root.join("site.toml"), scratch.root.join("gone.toml")).unwrap();
    while next()["errors"].is_null() {}
    assert_eq!(server.get(PAGE).status, 200, "the last good site stays");
    fs::rename(scratch.root.join("gone.toml"), scratch.root.join("site.toml")).unwrap();
    while !next()["errors"].is_null() {}
    // Nothing changes: nothing is read. What is built beside the site is none of it.
    std::thread::sleep(Duration::from_millis(300));
    let before = readings();
    scratch.write("public/index.html", "built");
    std::thread::sleep(Duration::from_millis(1000));
    assert_eq!(readings(), before, "{}", told.lock().unwrap());
    drop(server);
    let server = serve(&scratch, &["--poll"]);
    server.until(PAGE, |r| r.status == 200);
    scratch.write(BRIEF, brief("Within a second."));
    server.until(PAGE, |r| r.body.contains("Within a second."));
}

#[test]
fn errors_are_told_as_in_the_terminal_and_the_last_good_site_stays() {
    let scratch = Scratch::small();
    let server = serve(&scratch, &["--follow"]);
    let mut next = server.events(PAGE);
    let first = next();
    assert!(first["errors"].is_null() && first["show"].is_null(), "{first}");
    assert!(
        server
            .get(PAGE)
            .body
            .contains(&format!("data-page=\"{}\"", first["page"].as_str().unwrap()))
    );
    scratch.write(BRIEF, brief("Better text."));
    let second = next();
    assert_ne!(first["page"], second["page"]);
    assert_eq!(second["show"], PAGE);
    scratch.write(BRIEF, brief("Text.").replace("\"ru\"", "\"rus\""));
    let third = loop {
        let state = next();
        if !state["errors"].is_null() {
            break state;
        }
    };
    let errors = third["errors"].as_str().unwrap();
    assert!(errors.contains("error[unknown-actor]: there is no actor `rus`"), "{errors}");
    assert!(errors.contains("did you mean"), "{errors}");
    server.until_said(errors);
    assert!(server.get(PAGE).body.contains("Better text."), "the last good site stays");
    scratch.write(BRIEF, brief("Mended."));
    loop {
        let state = next();
        if state["errors"].is_null() && state["page"] != second["page"] {
            break;
        }
    }
    assert!(server.get(PAGE).body.contains("Mended."));
    // A template that fails on one page only.
    scratch.write("templates/topic.html", "{{ topic.nothing.at_all }}");
    let mut topic = server.events("/topics/embassies/");
    let failed = loop {
        let state = topic();
        if !state["errors"].is_null() {
            break state;
        }
    };
    assert!(failed["errors"].as_str().unwrap().contains("templates/topic.html"), "{failed}");
    assert_eq!(server.get("/topics/embassies/").status, 500);
    assert_eq!(server.get(PAGE).status, 200);
}

/// In a real browser: a saved text comes by itself, errors lie over the page, and go when they are mended.
#[test]
fn a_browser_shows_what_is_saved_and_what_is_wrong_with_it() {
    let runner = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    assert!(
        runner.join("node_modules/playwright-core").exists(),
        "playwright-core is missing: run scripts/test, which installs it and Chromium"
    );
    let scratch = Scratch::small();
    scratch.write(BRIEF, brief("Text."));
    let server = serve(&scratch, &[]);
    let address = format!("http://{}{PAGE}", server.address);
    let mut node = Command::new("node");
    node.arg(runner.join("serve.mjs")).arg(address).arg(scratch.root.join(BRIEF));
    let run = node.output().unwrap();
    let said = String::from_utf8_lossy(&run.stderr);
    assert_eq!(String::from_utf8_lossy(&run.stdout).trim(), "[]", "{said}");
}

#[test]
fn a_site_that_starts_with_errors_is_shown_once_they_are_mended() {
    let scratch = Scratch::small();
    scratch.write("site.toml", "title = \n");
    let server = serve(&scratch, &[]);
    let cover = server.get(PAGE);
    assert_eq!(cover.status, 503);
    assert!(cover.body.contains("/_chancery/live.js"));
    let mut next = server.events(PAGE);
    assert!(next()["errors"].as_str().unwrap().contains("site.toml"));
    scratch.write("site.toml", "title = \"Small\"\nbase_url = \"https://small.example/\"\n");
    server.until(PAGE, |r| r.status == 200);
    fs::rename(scratch.root.join("site.toml"), scratch.root.join("gone.toml")).unwrap();
    while next()["errors"].is_null() {}
    assert_eq!(server.get(PAGE).status, 200, "the last good site stays");
}

#[test]
fn slow_clients_and_two_hundred_requests_at_once_while_the_site_is_read() {
    let scratch = Scratch::small();
    for n in 0..300 {
        scratch.write(
            &format!("content/briefs/b{n}.md"),
            format!("+++\ntitle = \"Brief {n}\"\ndate = 2025-01-01\nactors = [\"us\"]\n+++\nThe US met Russia.\n"),
        );
    }
    let server = serve(&scratch, &[]);
    server.until(PAGE, |r| r.status == 200);
    let slow: Vec<TcpStream> = (0..100)
        .map(|_| {
            let mut stream = TcpStream::connect(server.address).unwrap();
            stream.write_all(b"GET /briefs/b1/ HTTP/1.1\r\nHost: local").unwrap();
            stream
        })
        .collect();
    // Asks for a large page, and reads nothing of it.
    let deaf: Vec<TcpStream> = (0..20)
        .map(|_| {
            let mut stream = TcpStream::connect(server.address).unwrap();
            let request =
                format!("GET /archive/2025/ HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
            stream.write_all(request.repeat(20).as_bytes()).unwrap();
            stream
        })
        .collect();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut turn = 0;
            while !done.load(Ordering::Relaxed) {
                turn += 1;
                scratch.write(
                    "content/briefs/b0.md",
                    format!("+++\ntitle = \"Brief\"\ndate = 2025-01-01\n+++\nTurn {turn}.\n"),
                );
                std::thread::sleep(Duration::from_millis(30));
            }
        });
        for _ in 0..3 {
            let clients: Vec<_> = (0..200)
                .map(|n| {
                    let server = &server;
                    scope.spawn(move || server.get(&format!("/briefs/b{n}/")))
                })
                .collect();
            for client in clients {
                let response = client.join().unwrap();
                assert_eq!(response.status, 200);
                assert!(response.body.trim_end().ends_with("</html>"), "{}", response.body);
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    drop((slow, deaf));
    assert_eq!(server.get(PAGE).status, 200);
}

#[test]
fn of_saves_twenty_times_a_second_for_a_minute_the_last_always_wins() {
    let scratch = Scratch::small();
    let server = serve(&scratch, &[]);
    server.until(PAGE, |r| r.status == 200);
    for round in 0..60 {
        for turn in 0..20 {
            let text = brief(&format!("Round {round}, turn {turn}."));
            if turn % 2 == 0 {
                scratch.write(BRIEF, text);
            } else {
                let temporary = scratch.root.join("content/briefs/talks.tmp~");
                fs::write(&temporary, text).unwrap();
                fs::rename(&temporary, scratch.root.join(BRIEF)).unwrap();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        server.until(PAGE, |r| r.body.contains(&format!("Round {round}, turn 19.")));
    }
}

/// A folder with the program that opens addresses on Linux: a script. It is the only one of the folder.
#[cfg(target_os = "linux")]
fn opener(scratch: &Scratch, script: &str) -> std::path::PathBuf {
    let folder = scratch.root.parent().unwrap().join("openers");
    fs::create_dir_all(&folder).unwrap();
    // Another program writes it: while this one has it open, programs that other tests start have it open too, and
    // what is open for writing does not run.
    let write = "printf '#!/bin/sh\\n%s\\n' \"$1\" > \"$2\" && chmod 755 \"$2\"";
    let mut shell = Command::new("/bin/sh");
    let written = shell.args(["-c", write, "sh", script]).arg(folder.join("xdg-open")).status();
    assert!(written.unwrap().success());
    folder
}

#[cfg(target_os = "linux")]
#[test]
fn the_browser_is_opened_at_the_address_if_it_is_asked_for() {
    let scratch = Scratch::small();
    let opened = scratch.root.parent().unwrap().join("opened");
    let path = opener(&scratch, "printf '%s %s.' \"$#\" \"$1\" > \"$OPENED\"");
    let start = |arguments: &[&str]| {
        start(command(&scratch, arguments).env("PATH", &path).env("OPENED", &opened))
    };
    let server = start(&["--open"]);
    let wanted = format!("1 http://{}/.", server.address);
    let started = Instant::now();
    loop {
        let got = fs::read_to_string(&opened).unwrap_or_default();
        if got == wanted {
            break;
        }
        assert!(started.elapsed() < LONG, "{got:?} is opened, and not {wanted:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(server.get("/").status, 200);
    assert_eq!(server.said(), "");
    drop(server);
    fs::remove_file(&opened).unwrap();
    let server = start(&[]);
    server.until("/", |r| r.status == 200);
    std::thread::sleep(Duration::from_millis(300));
    assert!(!opened.exists(), "it was not asked for");
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_browser_the_site_is_served_all_the_same() {
    let scratch = Scratch::small();
    let failing = opener(&scratch, "exit 3");
    let nowhere = scratch.root.join("content");
    for path in [failing, nowhere] {
        let server = start(command(&scratch, &["--open"]).env("PATH", &path));
        server.until_said("warning: no browser can be opened: ");
        scratch.write(BRIEF, brief(&format!("With {}.", path.display())));
        server.until(PAGE, |r| r.body.contains(&format!("With {}.", path.display())));
    }
}

#[test]
fn what_cannot_be_served_is_said_in_a_sentence() {
    let scratch = Scratch::small();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let run = chancery(&scratch.root, &["serve", "--port", &port]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains(&format!("port {port} of 127.0.0.1 is taken")), "{}", run.stderr);
    assert!(run.stderr.contains("help: "), "{}", run.stderr);
    let run = chancery(&scratch.root, &["serve", "--port", "0", "--host", "203.0.113.7"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("203.0.113.7 is not an address of this machine"), "{}", run.stderr);
    let run = chancery(Scratch::empty().root.as_path(), &["serve", "--port", "0"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("there is no site"), "{}", run.stderr);
    let run = chancery(&scratch.root, &["serve", "--format", "json"]);
    assert_eq!(run.code, 2);
    for wrong in [
        &["serve", "--port", "70000"][..],
        &["serve", "--host", "here"],
        &["serve", "--drafts", "--no-drafts"],
        &["serve", "--poll", "0"],
        &["serve", "--poll", "0.09"],
        &["serve", "--poll", "3601"],
        &["serve", "--poll=-1"],
        &["serve", "--poll", "NaN"],
        &["serve", "--poll", "often"],
    ] {
        let run = chancery(&scratch.root, wrong);
        assert_eq!(run.code, 2, "{}", run.stderr);
    }
}

#[test]
fn no_answer_leads_to_another_host_or_stands_in_a_frame() {
    let scratch = Scratch::small();
    let server = serve(&scratch, &[]);
    server.until(PAGE, |r| r.status == 200);
    for path in ["//actors/us", "///actors/us", "//actors//us", "/actors/us//"] {
        let moved = server.get(path);
        let to = moved.head.split("location: ").nth(1).map_or("", |rest| rest.trim_start());
        assert!(to.is_empty() || to.starts_with("/actors/us/"), "{path}: {}", moved.head);
    }
    assert!(server.get("//actors/us").head.contains("location: /actors/us/"));
    let page = server.get(PAGE);
    assert!(page.head.contains("content-security-policy: frame-ancestors 'none'"), "{}", page.head);
    assert!(page.head.contains("x-frame-options: deny"), "{}", page.head);
    assert!(page.head.contains("x-content-type-options: nosniff"), "{}", page.head);
}

#[test]
fn a_head_that_does_not_end_and_a_connection_that_asks_nothing_are_closed() {
    let scratch = Scratch::small();
    let server = serve(&scratch, &[]);
    server.until(PAGE, |r| r.status == 200);
    for start in ["GET / HTTP/1.1\r\nHost: local", ""] {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        stream.write_all(start.as_bytes()).unwrap();
        let mut all = String::new();
        stream.read_to_string(&mut all).expect("the server closes within its limit");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_file_is_not_waited_for() {
    let scratch = Scratch::small();
    scratch.write("static/table.csv", "a\n");
    let server = serve(&scratch, &[]);
    server.until("/table.csv", |r| r.status == 200);
    for name in ["static/table.csv", "site.toml"] {
        fs::remove_file(scratch.root.join(name)).unwrap();
        let made = Command::new("mkfifo").arg(scratch.root.join(name)).status().unwrap();
        assert!(made.success());
    }
    server.until("/table.csv", |r| r.status == 404);
    assert_eq!(server.get(PAGE).status, 200);
    let run = chancery(&scratch.root, &["check"]);
    assert_ne!(run.code, 0);
}

#[cfg(unix)]
#[test]
fn with_few_files_to_open_the_site_is_read_all_the_same() {
    let scratch = Scratch::small();
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -n 64 && exec \"$@\"", "sh", env!("CARGO_BIN_EXE_chancery")]);
    limited.arg("--root").arg(&scratch.root).args(["serve", "--port", "0", "--now", "2026-01-01"]);
    let server = start(&mut limited);
    server.until(PAGE, |r| r.status == 200);
    let many: Vec<TcpStream> =
        (0..100).map(|_| TcpStream::connect(server.address).unwrap()).collect();
    scratch.write(BRIEF, brief("Words that are new."));
    drop(many);
    server.until(PAGE, |r| r.body.contains("Words that are new."));
}
