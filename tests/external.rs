//! `check --external` against a server on this machine.

#![cfg(feature = "external")]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test prepares files, and may stop where it fails"
)]

mod site;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use site::{Run, Scratch};

/// A server that answers by path: `/404` with that status, `/hang-up` with nothing.
fn server() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            let mut byte = [0];
            while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
                request.push(byte[0]);
            }
            counter.fetch_add(1, Ordering::Relaxed);
            let request = String::from_utf8_lossy(&request).into_owned();
            let path = request.split(' ').nth(1).unwrap_or_default();
            if path == "/hang-up" {
                continue;
            }
            let status = path.trim_start_matches('/').parse().unwrap_or(200);
            let answer =
                format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (port, asked)
}

fn check(scratch: &Scratch, arguments: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_chancery"))
        .arg("--root")
        .arg(&scratch.root)
        .args(["check", "--external"])
        .args(arguments)
        .env("NO_COLOR", "1")
        .env("XDG_CACHE_HOME", scratch.root.join("cache"))
        .output()
        .unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn only_what_a_server_says_is_gone_is_dead() {
    let (port, asked) = server();
    let scratch = Scratch::small();
    let at = |path: &str| format!("[the {path} page](http://127.0.0.1:{port}/{path}#part)");
    // Nobody listens on port 1.
    let text = format!(
        "+++\ntitle = \"T\"\ndate = 2025-03-01\nsummary = \"S\"\nactors = [\"us\"]\n+++\nSee [[2025-02-27-talks]]: the US.\n\n{}\n\n{}\n\n{}\n\n{}\n\n{}\n\n{}\n\n[no server](http://127.0.0.1:1/)\n",
        at("good"),
        at("404"),
        at("410"),
        at("403"),
        at("500"),
        at("hang-up"),
    );
    scratch.write("content/briefs/b.md", text);
    scratch.write("content/briefs/2025-02-27-talks.md", "+++\ntitle = \"Talks\"\nsummary = \"S\"\ntopics = [\"embassies\"]\n+++\nRussia. See [[b]].\n");
    let run = check(&scratch, &["--now", "2026-01-01", "--all"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = run.stderr.replace(&port.to_string(), "PORT");
    for (code, path) in [
        ("warning[dead-link]: there is nothing at", "404"),
        ("warning[dead-link]: there is nothing at", "410"),
    ] {
        assert!(report.contains(&format!("{code} http://127.0.0.1:PORT/{path}\n")), "{report}");
    }
    for path in ["PORT/403", "PORT/500", "PORT/hang-up", "1/"] {
        assert!(
            report.contains(&format!(
                "note[unchecked-link]: http://127.0.0.1:{path} could not be looked up"
            )),
            "{path}: {report}"
        );
    }
    assert!(!report.contains("/good"), "{report}");
    assert_eq!(run.stdout.lines().next(), Some("found 2 warnings, 4 notes"), "{report}");
    // What is certain is remembered; the rest is asked again.
    let before = asked.swap(0, Ordering::Relaxed);
    assert!(before >= 6);
    let again = check(&scratch, &["--now", "2026-01-01", "--all", "--strict"]);
    assert!(again.code == 1 && again.stderr.starts_with(&run.stderr), "{}", again.stderr);
    let after = asked.load(Ordering::Relaxed);
    assert!(after < before && after >= 3, "{before} {after}");
    // A damaged or an old memory is none.
    let cache = scratch.root.join("cache/chancery/links.json");
    let text = std::fs::read_to_string(&cache).unwrap();
    assert!(text.contains("/good") && !text.contains("/403"));
    std::fs::write(&cache, text.replace("\"at\":\"2", "\"at\":\"1")).unwrap();
    asked.store(0, Ordering::Relaxed);
    check(&scratch, &[]);
    assert!(asked.load(Ordering::Relaxed) >= before - 2);
    std::fs::write(&cache, "{").unwrap();
    assert_eq!(check(&scratch, &[]).code, 0);
}

#[test]
fn sources_are_looked_up_where_they_are_declared() {
    let (port, _) = server();
    let scratch = Scratch::small();
    let text = format!(
        "+++\ntitle = \"T\"\ndate = 2025-03-01\nsummary = \"S\"\n[[sources]]\nid = \"a\"\ntitle = \"A\"\nurl = \"http://127.0.0.1:{port}/404#part\"\narchived = \"http://127.0.0.1:{port}/good\"\n+++\nx[^a]\n"
    );
    scratch.write("content/briefs/b.md", text);
    let run = check(&scratch, &["--now", "2026-01-01", "--all"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let dead =
        format!("there is nothing at http://127.0.0.1:{port}/404\n --> content/briefs/b.md:8:7");
    assert!(run.stderr.contains(&dead), "{}", run.stderr);
    assert!(!run.stderr.contains("/good"), "{}", run.stderr);
}
