// Claims beside their pages: choosing a row shows its region, choosing a region shows its row.
// Without script the links do the same by their targets. Up and down go through the claims.
(() => {
  const reader = document.querySelector("[data-viewer]");
  if (!reader) return;
  const rows = [...reader.querySelectorAll("tr[data-claim]")];
  const pane = reader.querySelector("[data-viewer-pages]");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let current = -1;

  const regionsOf = (row) => [...reader.querySelectorAll(`[data-region="${row.dataset.claim}"]`)];

  const mark = (index) => {
    if (current >= 0) {
      for (const item of [rows[current], ...regionsOf(rows[current])]) item.removeAttribute("aria-current");
    }
    current = index;
    for (const item of [rows[index], ...regionsOf(rows[index])]) item.setAttribute("aria-current", "true");
  };

  const show = (element, within) => {
    const box = element.getBoundingClientRect();
    const frame = within.getBoundingClientRect();
    if (box.top >= frame.top + 40 && box.bottom <= frame.bottom - 40) return;
    const offset = box.top - frame.top - frame.height / 3;
    within.scrollBy({ top: offset, behavior: calm ? "auto" : "smooth" });
  };

  const choose = (index, { keepRow = false } = {}) => {
    if (index < 0 || index >= rows.length) return;
    mark(index);
    const row = rows[index];
    const [region] = regionsOf(row);
    const isPane = pane.scrollHeight > pane.clientHeight + 1;
    if (region && isPane) show(region, pane);
    else if (region && keepRow) region.scrollIntoView({ block: "center" });
    if (!keepRow) row.scrollIntoView({ block: "nearest" });
    history.replaceState(null, "", `#claim-${row.dataset.claim}`);
  };

  reader.addEventListener("click", (event) => {
    const region = event.target.closest("[data-region]");
    const row = event.target.closest("tr[data-claim]");
    const id = region ? region.dataset.region : row && row.dataset.claim;
    if (!id || (row && event.target.closest("a:not([data-claim-link])"))) return;
    event.preventDefault();
    choose(rows.findIndex((item) => item.dataset.claim === id), { keepRow: !region });
  });

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key];
    if (!step || (current < 0 && event.key.startsWith("Arrow") && !reader.contains(document.activeElement))) return;
    event.preventDefault();
    choose(current < 0 ? 0 : current + step);
    rows[current].querySelector("[data-claim-link]")?.focus({ preventScroll: true });
  });

  const fromAddress = () => {
    const id = location.hash.replace(/^#(claim|region)-/, "");
    const index = rows.findIndex((item) => item.dataset.claim === id);
    if (index >= 0) choose(index);
  };
  addEventListener("hashchange", fromAddress);
  // The page pictures have their sizes in the markup, so places are right before they are loaded.
  fromAddress();
})();
