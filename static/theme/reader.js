// What makes reading easier where there is a script; every page works without it.
"use strict";

(() => {
  const root = document.documentElement;

  // The colours: as the system has them, light, or dark. What a reader chose is remembered.
  const KEY = "chancery-theme";
  const THEMES = ["auto", "light", "dark"];
  const remembered = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      // Some browsers keep nothing for a file of a disk.
      return null;
    }
  };
  const wear = (theme) => {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
  };
  let theme = THEMES.includes(remembered()) ? remembered() : "auto";
  wear(theme);

  const themeSwitch = () => {
    const button = document.getElementById("chancery-theme");
    if (!button) return;
    const say = () => {
      button.title = button.dataset[theme];
      button.setAttribute("aria-label", button.dataset[theme]);
    };
    button.addEventListener("click", () => {
      theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
      wear(theme);
      try {
        localStorage.setItem(KEY, theme);
      } catch {
        // It holds for this page.
      }
      say();
    });
    say();
    button.hidden = false;
  };

  // The contents are open where they have a column of their own, and show where the reader is.
  const contents = () => {
    const list = document.getElementById("chancery-contents");
    if (!list) return;
    const wide = matchMedia("(min-width: 62rem)");
    const fit = () => {
      list.open = wide.matches;
    };
    wide.addEventListener("change", fit);
    fit();
    const links = [...list.querySelectorAll("a")];
    const headings = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
    const follow = () => {
      let at = -1;
      headings.forEach((heading, number) => {
        if (heading && heading.getBoundingClientRect().top < innerHeight / 3) at = number;
      });
      links.forEach((link, number) => {
        if (number === at) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      });
    };
    let waits = false;
    addEventListener(
      "scroll",
      () => {
        if (waits || !list.open) return;
        waits = true;
        requestAnimationFrame(() => {
          waits = false;
          follow();
        });
      },
      { passive: true },
    );
    follow();
  };

  // The lists behind "more" close as menus do.
  const more = () => {
    const menu = document.querySelector(".more-lists");
    if (!menu) return;
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  };

  const start = () => [themeSwitch, contents, more].forEach((part) => part());
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
