// Keeps a page of `chancery serve` up to date: shows what is wrong with the site over the page, and loads the page
// again when it would look different.
(() => {
  "use strict";
  const script = document.currentScript;
  let source = null;
  let overlay = null;

  const cover = (text) => {
    if (!overlay) {
      overlay = document.createElement("div");
      overlay.id = "chancery-errors";
      const root = overlay.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`
        section { position: fixed; inset: 0; z-index: 2147483647; overflow: auto; box-sizing: border-box;
          padding: clamp(1rem, 4vw, 3rem); background: rgb(16 18 24); color: #e9e6df; }
        h1 { margin: 0 0 1rem; font: 600 1.1rem/1.4 system-ui, sans-serif; color: #ff9d8a; }
        p { margin: 1rem 0 0; font: .9rem/1.5 system-ui, sans-serif; color: #a9a59b; }
        pre { margin: 0; font: .875rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace; white-space: pre;
          overflow-x: auto; tab-size: 4; }
        button { float: right; font: inherit; padding: .25rem .75rem; color: inherit; background: none;
          border: 1px solid currentColor; border-radius: .25rem; cursor: pointer; }
      `);
      root.adoptedStyleSheets = [sheet];
      const section = document.createElement("section");
      section.setAttribute("role", "alertdialog");
      section.setAttribute("aria-labelledby", "title");
      const close = document.createElement("button");
      close.type = "button";
      close.textContent = "Hide";
      close.addEventListener("click", () => overlay.remove());
      const title = document.createElement("h1");
      title.id = "title";
      title.textContent = "The site has errors";
      const note = document.createElement("p");
      note.textContent = "Below is the last version without errors, if there was one. This goes when they are mended.";
      section.append(close, title, document.createElement("pre"), note);
      root.append(section);
    }
    overlay.shadowRoot.querySelector("pre").textContent = text;
    document.body.append(overlay);
  };

  const listen = () => {
    if (source) return;
    source = new EventSource("/_chancery/events?page=" + encodeURIComponent(location.pathname));
    source.addEventListener("state", (event) => {
      const state = JSON.parse(event.data);
      if (state.errors) {
        cover(state.errors);
      } else if (state.show && state.show !== location.pathname) {
        location.assign(state.show);
      } else if (state.page !== script.dataset.page) {
        location.reload();
      } else if (overlay) {
        overlay.remove();
      }
    });
  };

  // A browser opens few connections to a server: hidden pages give theirs up, and catch up when they are seen.
  const follow = () => {
    if (document.hidden && source) {
      source.close();
      source = null;
    } else if (!document.hidden) {
      listen();
    }
  };
  document.addEventListener("visibilitychange", follow);
  window.addEventListener("pagehide", () => source && source.close());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      source = null;
      follow();
    }
  });
  follow();
})();
