// Keys of the review pages. A key clicks what bears it (data-key); in the queue j and k go through
// the rows, x chooses one. Without script the same buttons, boxes and links do it all.
(() => {
  const rows = [...document.querySelectorAll("[data-row]")];
  const help = document.querySelector("[data-help]");
  let current = -1;

  const go = (index) => {
    if (index < 0 || index >= rows.length) return;
    if (current >= 0) rows[current].removeAttribute("aria-current");
    current = index;
    rows[index].setAttribute("aria-current", "true");
    rows[index].querySelector("[data-open]").focus();
  };

  const inQueue = {
    j: () => go(current + 1),
    k: () => go(current - 1),
    o: () => rows[current]?.querySelector("[data-open]").click(),
    x: () => rows[current]?.querySelector("input[type=checkbox]")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const marked = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === event.key);
    const act = event.key === "?" ? () => (help.open = !help.open) : marked ? () => marked.click() : rows.length && inQueue[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  document.addEventListener("focusin", (event) => {
    const index = rows.indexOf(event.target.closest?.("[data-row]"));
    if (index >= 0 && index !== current) {
      if (current >= 0) rows[current].removeAttribute("aria-current");
      current = index;
      rows[index].setAttribute("aria-current", "true");
    }
  });
})();
