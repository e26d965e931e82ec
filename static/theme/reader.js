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

  // What a link to an actor leads to, shown beside it: the head of the actor's page, fetched once.
  const previews = () => {
    const PAUSE = 300;
    const pages = new Map();
    let [shown, timer] = [null, 0];
    const hide = () => {
      clearTimeout(timer);
      shown?.box.remove();
      shown?.link.removeAttribute("aria-describedby");
      shown = null;
    };
    const pageOf = (address) => {
      if (!pages.has(address)) {
        const page = fetch(address).then(async (response) => {
          if (!response.ok) throw new Error(response.statusText);
          return new DOMParser().parseFromString(await response.text(), "text/html");
        });
        pages.set(address, page);
        page.catch(() => pages.delete(address));
      }
      return pages.get(address);
    };
    const show = async (link) => {
      let page;
      try {
        page = await pageOf(link.href.split("#")[0]);
      } catch {
        // From a disk nothing can be fetched: it stays a link.
        return;
      }
      if (!link.matches(":hover, :focus")) return;
      hide();
      const box = document.createElement("div");
      box.className = "preview";
      box.id = "chancery-preview";
      box.setAttribute("role", "tooltip");
      // Its words alone: nothing of another page runs or loads here.
      const parts = [
        [".page-header .label", "label"],
        [".page-header h1", "name"],
        [".page-header .standfirst", "summary"],
        [":is(.card, .lines) a", "latest"],
      ];
      for (const [selector, name] of parts) {
        const text = page.querySelector(`main ${selector}`)?.textContent.trim();
        if (!text) continue;
        const line = document.createElement("p");
        line.className = name;
        line.textContent = text;
        box.append(line);
      }
      link.title = "";
      document.body.append(box);
      const [at, { offsetWidth: width, offsetHeight: height }] = [link.getClientRects()[0], box];
      const room = document.documentElement.clientWidth;
      box.style.setProperty("left", `${Math.max(8, Math.min(at.left, room - width - 8)) + scrollX}px`);
      const above = at.bottom + height + 8 > innerHeight && at.top > height + 8;
      box.style.setProperty("top", `${(above ? at.top - height - 6 : at.bottom + 6) + scrollY}px`);
      link.setAttribute("aria-describedby", box.id);
      box.addEventListener("pointerleave", () => hide());
      shown = { link, box };
    };
    const soon = (event) => {
      const link = event.target.closest?.("a.actor");
      if (!link || shown?.link === link) return;
      clearTimeout(timer);
      timer = setTimeout(() => show(link), PAUSE);
    };
    const later = (event) => {
      if (!event.target.closest?.("a.actor")) return;
      clearTimeout(timer);
      // To the preview itself a pointer may go.
      if (!event.relatedTarget?.closest?.(".preview")) hide();
    };
    document.addEventListener("pointerover", (event) => event.pointerType !== "touch" && soon(event));
    document.addEventListener("pointerout", later);
    document.addEventListener("focusin", soon);
    document.addEventListener("focusout", later);
    document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  };

  // A reference to the brief for other programs, made of what the page says of itself to them.
  const references = () => {
    const cite = document.getElementById("chancery-cite");
    const data = document.querySelector('script[type="application/ld+json"]');
    const article = data && JSON.parse(data.textContent)["@graph"].find((thing) => thing.headline);
    if (!cite || !article) return;
    const day = (article.datePublished ?? "").slice(0, 10);
    const authors = article.author ?? [];
    const ris = [
      ["TY", "ELEC"],
      ...authors.map(({ name }) => ["AU", name]),
      ["TI", article.headline],
      ["DA", day.replaceAll("-", "/")],
      ["PB", article.publisher?.name],
      ["LA", article.inLanguage],
      ["UR", article.url],
      ["ER", ""],
    ];
    const csl = {
      id: article.url,
      type: "article",
      title: article.headline,
      author: authors.map((author) => ({ literal: author.name })),
      issued: { "date-parts": [day.split("-").map(Number)] },
      publisher: article.publisher?.name,
      language: article.inLanguage,
      URL: article.url,
    };
    const line = document.createElement("p");
    const offer = (label, name, type, text) => {
      const link = document.createElement("a");
      link.textContent = label;
      link.download = name;
      link.href = URL.createObjectURL(new Blob([text], { type }));
      line.append(link, " ");
    };
    const lines = ris.filter(([, value]) => value !== undefined).map(([tag, value]) => `${tag}  - ${value}\r\n`);
    offer(cite.dataset.ris, "reference.ris", "application/x-research-info-systems", lines.join(""));
    offer(cite.dataset.csl, "reference.json", "application/vnd.citationstyles.csl+json", JSON.stringify([csl], null, 2));
    cite.append(line);
  };

  // A link at each paragraph, for who points at one.
  const paragraphs = () => {
    for (const paragraph of document.querySelectorAll('.prose > p[id^="p--"]')) {
      const link = document.createElement("a");
      link.className = "para";
      link.href = `#${paragraph.id}`;
      link.textContent = "¶";
      link.setAttribute("aria-label", paragraph.closest("[data-paragraph]")?.dataset.paragraph ?? "¶");
      // On the way through a page by the keyboard there are stops enough.
      link.tabIndex = -1;
      paragraph.append(link);
    }
  };

  const start = () => [themeSwitch, contents, more, previews, references, paragraphs].forEach((part) => part());
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
