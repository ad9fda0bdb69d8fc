// The reader's choice of light or dark, kept in this browser. Runs before the page is drawn.
(() => {
  const root = document.documentElement;
  const NEXT = { auto: "light", light: "dark", dark: "auto" };
  const LABEL = { auto: "Theme: as the system", light: "Theme: light", dark: "Theme: dark" };

  const read = () => {
    try {
      const kept = localStorage.getItem("theme");
      return kept in NEXT ? kept : "auto";
    } catch {
      return "auto"; // Storage may be forbidden; the system's choice then holds.
    }
  };

  const apply = (theme) => {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.hidden = false;
      button.title = LABEL[theme];
      button.setAttribute("aria-label", `${LABEL[theme]}. Change`);
    }
  };

  apply(read());
  document.addEventListener("DOMContentLoaded", () => apply(read()));
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    const theme = NEXT[read()];
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // It then lasts until the next page.
    }
    apply(theme);
  });
})();
