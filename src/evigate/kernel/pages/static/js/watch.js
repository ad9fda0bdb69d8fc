// What others change on this page while it is open. Nothing typed or opened is taken away: where
// somebody is at work, a line says that there is news; elsewhere the page's content is exchanged.
(() => {
  const { watch, types } = document.currentScript.dataset;
  // What answered a form is asked for again, and loaded again, where its page is.
  const { page } = document.documentElement.dataset;
  if (page) history.replaceState(null, "", page);
  const main = () => document.querySelector("main");
  const isTouched = (field) => {
    if (field.type === "hidden") return false;
    // Of a menu where the page chose nothing, the first is chosen.
    if (field.options) return field.selectedIndex !== Math.max(0, [...field.options].findIndex((each) => each.defaultSelected));
    return field.value !== field.defaultValue || field.checked !== field.defaultChecked;
  };
  const isBusy = () =>
    main().querySelector("details[open]") !== null ||
    [...main().querySelectorAll("input, textarea, select")].some(isTouched);
  let timer;
  let people = [];
  // Who else has a page of this project open; nobody is alone with oneself.
  const draw = () => {
    const line = document.getElementById("presence");
    if (!line) return;
    line.hidden = people.length < 2;
    line.replaceChildren(`${people.length} here now: `, ...people.map(({ name }) => {
      const dot = document.createElement("span");
      dot.className = "presence__person";
      dot.textContent = name;
      return dot;
    }));
  };
  const tell = () => {
    if (document.getElementById("news")) return;
    const line = document.createElement("div");
    line.id = "news";
    line.className = "notice tone-busy";
    line.setAttribute("role", "status");
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = "Show it";
    link.addEventListener("click", (event) => { event.preventDefault(); location.reload(); });
    line.append("Somebody changed what is shown here. ", link);
    main().prepend(line);
  };
  const show = async () => {
    if (isBusy()) return tell();
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (!answer.ok || isBusy()) return tell();
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const at = document.activeElement?.id;
    main().replaceChildren(...fresh.querySelector("main").childNodes);
    draw();
    if (at) document.getElementById(at)?.focus({ preventScroll: true });
  };
  const news = () => { clearTimeout(timer); timer = setTimeout(() => show().catch(tell), 300); };
  for (const href of watch.split(" ")) {
    const source = new EventSource(href);
    for (const type of types.split(" ")) source.addEventListener(type, news);
    source.addEventListener("presence", (event) => { people = JSON.parse(event.data).people; draw(); });
    // More was missed than is told one by one.
    source.addEventListener("reload", news);
    addEventListener("pagehide", () => source.close());
  }
})();
