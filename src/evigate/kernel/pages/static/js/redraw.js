// Parts of a page that the server draws afresh: on "stale" the page is asked for again, and what is
// marked data-live-part is taken over from it; the rest, and the reader's place in it, stays.
(() => {
  let timer;
  const redraw = async () => {
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const old of document.querySelectorAll("[data-live-part]")) {
      const drawn = fresh.querySelector(`[data-live-part="${old.dataset.livePart}"]`);
      if (drawn) old.replaceWith(drawn);
    }
  };
  document.addEventListener("stale", () => {
    clearTimeout(timer);
    timer = setTimeout(redraw, 150); // Stages often end and begin together.
  });
})();
