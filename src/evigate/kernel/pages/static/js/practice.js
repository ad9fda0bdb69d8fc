// Practice by keys: choosing, turning a card, moving steps, going on; and the time an answer took.
// Without script every one of these is a link, a button or a field.
(() => {
  const root = document.querySelector("[data-practice]");
  if (!root) return;
  const kind = root.dataset.practice;
  for (const help of document.querySelectorAll("[data-practice-help]")) help.hidden = false;

  // The time counts from the first sight of the question, over hints and turned cards.
  const asked = root.dataset.asked && `asked:${root.dataset.asked}`;
  let began = Date.now();
  if (asked) {
    try {
      began = Number(sessionStorage.getItem(asked)) || began;
      sessionStorage.setItem(asked, began);
    } catch {
      // Storage may be forbidden; the time then counts from this page.
    }
    root.addEventListener("submit", () => { root.elements.latency_ms.value = Date.now() - began; });
  }

  const list = root.querySelector(".order__list");
  const renumber = () => [...list.children].forEach((row, at) => { row.querySelector("input").value = at + 1; });
  const move = (row, by, keep) => {
    const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (other) by < 0 ? other.before(row) : other.after(row);
    renumber();
    keep.focus();
  };
  if (list) {
    for (const moves of list.querySelectorAll(".order__moves")) moves.hidden = false;
    // A place typed before is where the step stands.
    list.append(...[...list.children].sort((a, b) => a.querySelector("input").value - b.querySelector("input").value));
    list.querySelector("input").focus();
    list.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-move]");
      if (button) move(button.closest("li"), Number(button.dataset.move), button);
    });
    list.addEventListener("keydown", (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      move(event.target.closest("li"), by, event.target);
    });
  }

  const press = (element) => { if (element) element.click(); return Boolean(element); };
  const choose = (key) => {
    const options = [...root.querySelectorAll("input[type=radio][name=answer]")];
    const wanted = options.find((each, at) => each.value.toLowerCase() === key || String(at + 1) === key
      || (kind === "learning.true_false_item" && each.value[0] === key));
    if (!wanted) return false;
    wanted.checked = true;
    wanted.focus();
    return true;
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target, key } = event;
    const isText = target.matches("textarea, select, input:not([type=radio])");
    if (key === "Enter" && target.matches("textarea") && !event.shiftKey) {
      event.preventDefault();
      root.requestSubmit();
    }
    if (isText) return;
    const isFree = !target.closest("a, button, summary");
    const isTaken =
      (key === " " && press(root.querySelector("[data-flip]"))) ||
      (/^[1-4]$/.test(key) && press(root.querySelector(`button[name=rating][value="${key}"]`))) ||
      (key.length === 1 && choose(key.toLowerCase())) ||
      (key === "Enter" && isFree && kind === "answered" && press(root.querySelector("[data-next]"))) ||
      (key === "Enter" && isFree && target === document.body && root.requestSubmit && (root.requestSubmit(), true));
    if (isTaken) event.preventDefault();
  });
})();
