//! Frames of other sites that a site lets its documents show.

use url::{Origin, Url};

use super::{Html, Tag};

/// What a frame of another site may do: run its own scripts on its own data and open pages beside this one. It cannot
/// lead this page elsewhere.
const SANDBOX: &str =
    "allow-forms allow-popups allow-popups-to-escape-sandbox allow-same-origin allow-scripts";

/// The addresses that frames may come from, each the beginning of those that it stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Embeds {
    from: Vec<Url>,
    /// The site's own origin, whose pages no frame may show: they could undo the sandbox.
    own: Option<Origin>,
}

/// The address of a frame, which one of the [`Embeds`] stands for.
#[derive(Debug)]
pub(crate) struct Frame(String);

impl Embeds {
    /// None, for a site with this address.
    pub(crate) fn of_site(address: &str) -> Embeds {
        Embeds { from: Vec::new(), own: Url::parse(address).ok().map(|url| url.origin()) }
    }

    /// Adds an address: `https`, a host and a path that ends with a slash. Errors: it is none, and why.
    pub(crate) fn add(&mut self, written: &str) -> Result<(), &'static str> {
        let url = Url::parse(written).map_err(|_| "it is not an address")?;
        if url.scheme() != "https" {
            return Err("a frame comes by `https` only");
        }
        if url.host_str().is_none_or(|host| host.contains('*')) {
            return Err("a host is named in full, without `*`");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("an address with a user's name or password is not allowed");
        }
        if url.query().is_some() || url.fragment().is_some() || !url.path().ends_with('/') {
            return Err("it is the beginning of addresses, and ends with a `/`");
        }
        // Both part the sources of a content security policy (CSP Level 3, 2.2).
        if url.path().contains([';', ',', '\'']) {
            return Err("its path holds a `;`, a `,` or a `'`");
        }
        if Some(url.origin()) == self.own {
            return Err("it is the site itself, whose pages need no frame");
        }
        self.from.push(url);
        Ok(())
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.from.is_empty()
    }

    /// The addresses as they are written in a content security policy.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &str> {
        self.from.iter().map(Url::as_str)
    }

    /// The origin that a frame is from, as one would add it to these; `None` if it cannot be.
    pub(crate) fn origin(&self, tag: &Tag<'_>) -> Option<String> {
        let written = tag.attribute("src").filter(|_| tag.name == "iframe")?;
        if tag.attribute("srcdoc").is_some() {
            return None;
        }
        let url = Url::parse("https://nowhere.invalid/").ok()?.join(&written).ok()?;
        let origin = format!("{}/", url.origin().ascii_serialization());
        let plain = url.username().is_empty() && !origin.contains("//nowhere.invalid/");
        (plain && self.clone().add(&origin).is_ok()).then_some(origin)
    }

    /// The address of a frame, read as a browser reads it, if it is one that they stand for.
    pub(crate) fn admit(&self, written: &str) -> Option<Frame> {
        // Many are given without a scheme, as in `//host/path`; one without a host leads to none that is named.
        let nowhere = Url::parse("https://nowhere.invalid/").ok()?;
        let url = nowhere.join(written).ok()?;
        let plain = url.username().is_empty() && url.password().is_none();
        let known = self
            .from
            .iter()
            .any(|from| from.origin() == url.origin() && url.path().starts_with(from.path()));
        (plain && known && url.scheme() == "https").then(|| Frame(url.into()))
    }
}

impl Html {
    /// A frame, which is loaded when it comes into view. Of its size only numbers are taken.
    pub(crate) fn frame(
        frame: &Frame,
        title: Option<&str>,
        [width, height]: [Option<u32>; 2],
        fullscreen: bool,
    ) -> Html {
        let mut html = Html::of("<iframe class=\"embed\"");
        html.attribute("src", &frame.0);
        if let Some(title) = title {
            html.attribute("title", title);
        }
        for (name, size) in [("width", width), ("height", height)] {
            if let Some(size) = size {
                html.attribute(name, &size.to_string());
            }
        }
        html.literal(" loading=\"lazy\"");
        html.attribute("sandbox", SANDBOX);
        if fullscreen {
            html.literal(" allow=\"fullscreen\"");
        }
        html.literal("></iframe>");
        html
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_named_is_admitted() {
        let mut embeds = Embeds::of_site("https://small.example/x/");
        for written in ["https://datawrapper.dwcdn.net/", "https://maps.example:8443/embed/"] {
            assert_eq!(embeds.add(written), Ok(()));
        }
        for (address, expected) in [
            ("https://datawrapper.dwcdn.net/abc/1/", Some("https://datawrapper.dwcdn.net/abc/1/")),
            ("//datawrapper.dwcdn.net/a?b#c", Some("https://datawrapper.dwcdn.net/a?b#c")),
            ("HTTPS://DataWrapper.dwcdn.net:443/", Some("https://datawrapper.dwcdn.net/")),
            (" https:\\\\datawrapper.dwcdn.net\\a\n", Some("https://datawrapper.dwcdn.net/a")),
            (
                "https://maps.example:8443/embed/?q=\"<>",
                Some("https://maps.example:8443/embed/?q=%22%3C%3E"),
            ),
            ("https://maps.example:8443/embed/../evil", None),
            ("https://maps.example:8443/embed/%2e%2e/evil", None),
            ("https://maps.example:8443/embedded/", None),
            ("https://maps.example/embed/", None),
            ("http://datawrapper.dwcdn.net/", None),
            ("https://datawrapper.dwcdn.net@evil.example/", None),
            ("https://user@datawrapper.dwcdn.net/", None),
            ("https://datawrapper.dwcdn.net.evil.example/", None),
            ("https://datawrapper.dwcdn.net:8443/", None),
            ("https://xdatawrapper.dwcdn.net/", None),
            ("javascript:alert(1)//https://datawrapper.dwcdn.net/", None),
            ("java\nscript:alert(1)", None),
            ("data:text/html,x", None),
            ("blob:https://datawrapper.dwcdn.net/x", None),
            ("about:srcdoc", None),
            ("/datawrapper.dwcdn.net/", None),
            ("https:datawrapper.dwcdn.net/", None),
            ("", None),
        ] {
            assert_eq!(
                embeds.admit(address).map(|frame| frame.0).as_deref(),
                expected,
                "{address}"
            );
        }
    }

    #[test]
    fn an_embed_is_the_beginning_of_addresses_of_another_site() {
        let mut embeds = Embeds::of_site("https://small.example/x/");
        for wrong in [
            "datawrapper.dwcdn.net",
            "http://datawrapper.dwcdn.net/",
            "https://*.dwcdn.net/",
            "https://a:b@datawrapper.dwcdn.net/",
            "https://datawrapper.dwcdn.net/charts",
            "https://datawrapper.dwcdn.net/?x",
            "https://datawrapper.dwcdn.net/;script-src/",
            "https://small.example/charts/",
        ] {
            assert!(embeds.add(wrong).is_err(), "{wrong}");
        }
        assert!(embeds.is_empty() && embeds.admit("https://small.example/x/").is_none());
    }
}
