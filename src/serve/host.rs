//! The names under which the server answers.
//!
//! A page of another site may have its own name lead to this machine (DNS rebinding), so only names that no other
//! site can have are answered, and those that were allowed by hand.

use std::net::IpAddr;
use std::str::FromStr;

use axum::http::uri::Authority;

/// No host name is longer, nor any part of one between two dots (RFC 1035).
const LONGEST: usize = 253;
const LONGEST_PART: usize = 63;

/// A host name that requests may use besides this machine's own, with a port or for any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HostName {
    /// In lower case, without a dot at its end.
    name: String,
    port: Option<u16>,
}

impl FromStr for HostName {
    type Err = String;

    /// Errors: it is none, in a sentence.
    fn from_str(text: &str) -> Result<HostName, String> {
        if text.contains("//") {
            return Err("write the name alone, without `http://` and without a path".to_owned());
        }
        if text.parse::<IpAddr>().is_ok() || text.starts_with('[') {
            return Err("IP addresses are answered in any case".to_owned());
        }
        let (name, port) = match text.split_once(':') {
            Some((name, port)) => {
                let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
                let port = port.parse().ok().filter(|port| digits && *port != 0);
                (name, Some(port.ok_or("the port is not a number from 1 to 65535")?))
            }
            None => (text, None),
        };
        let name = bare(name);
        if !name.is_ascii() {
            return Err("write the name as browsers send it, in ASCII (`xn--…`)".to_owned());
        }
        if name.len() > LONGEST || !name.split('.').all(is_part) {
            return Err(
                "a host name is letters, digits and hyphens between dots, such as `docs.example`"
                    .to_owned(),
            );
        }
        // Browsers take a name that ends in a number for an IPv4 address.
        if name.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit())) {
            return Err("a host name does not end in a number".to_owned());
        }
        Ok(HostName { name, port })
    }
}

/// Whether a text can stand between the dots of a host name. Underscores are in the names of containers.
fn is_part(part: &str) -> bool {
    (1..=LONGEST_PART).contains(&part.len())
        && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        && !part.starts_with('-')
        && !part.ends_with('-')
}

/// A name as names are compared: in lower case, without a dot at its end.
fn bare(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

/// Why the server answers to a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HostReason {
    /// It is this machine's name for itself, or an address: no other site can make those lead here.
    Own,
    /// It was allowed by hand.
    Allowed,
}

/// Whether the server answers to a host, as a request writes it, and why.
pub(super) fn standing(host: &str, allowed: &[HostName]) -> Option<HostReason> {
    let authority = host.parse::<Authority>().ok()?;
    if authority.as_str().contains('@') {
        return None;
    }
    let name = authority.host().to_ascii_lowercase();
    let address = name.strip_prefix('[').and_then(|n| n.strip_suffix(']')).unwrap_or(&name);
    if name == "localhost" || name.ends_with(".localhost") || address.parse::<IpAddr>().is_ok() {
        return Some(HostReason::Own);
    }
    let (name, port) = (bare(&name), authority.port_u16());
    let mut allowed = allowed.iter();
    allowed
        .any(|host| host.name == name && (host.port.is_none() || host.port == port))
        .then_some(HostReason::Allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_names_are_told_from_what_is_none() {
        for sound in
            ["docs.example", "Docs.Example.", "docs.example:8080", "a", "my_app.1-2.x", "xn--p1ai"]
        {
            assert!(sound.parse::<HostName>().is_ok(), "{sound}");
        }
        let long = "a".repeat(64);
        for wrong in [
            "",
            ".",
            "a..b",
            ".a",
            "a.b..",
            "a b",
            "-a.b",
            "a-.b",
            "*.example",
            "http://a.b",
            "a.b/",
            "u@a.b",
            "a.b:",
            "a.b:0",
            "a.b:65536",
            "a.b:+80",
            "a:1:2",
            "127.0.0.1",
            "10.1:80",
            "::1",
            "[::1]:80",
            "dôme.example",
            "a.b\n",
            "a,b",
            &long,
        ] {
            assert!(wrong.parse::<HostName>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn allowed_names_are_compared_whole_and_without_regard_to_case() {
        let allowed: Vec<HostName> =
            ["Docs.example.", "port.example:8080"].iter().map(|h| h.parse().unwrap()).collect();
        for host in ["docs.example", "DOCS.EXAMPLE", "docs.example.", "docs.example:1"] {
            assert_eq!(standing(host, &allowed), Some(HostReason::Allowed), "{host}");
        }
        assert_eq!(standing("port.example.:8080", &allowed), Some(HostReason::Allowed));
        for host in [
            "x.docs.example",
            "docs.example.evil.example",
            "docs.examplex",
            "example",
            "docs.example..",
            "docs.example@evil.example",
            "evil.example@docs.example",
            "port.example",
            "port.example:80",
        ] {
            assert_eq!(standing(host, &allowed), None, "{host}");
        }
        assert_eq!(standing("localhost:1", &allowed), Some(HostReason::Own));
        assert_eq!(standing("docs.example", &[]), None);
    }
}
