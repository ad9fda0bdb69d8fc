// A run's console: events as they come, on top of the state the server has drawn already.
// Two streams feed it: the journey's, and its notebook run's from when that begins. Each resumes
// after the last event drawn; when the journey ends or waits, the page is loaded afresh.
(() => {
  const root = document.querySelector("[data-live]");
  if (!root) return;
  const part = (name) => root.querySelector(`[data-live-${name}]`);
  const [log, bar, percent, status, metrics, connection] =
    ["log", "bar", "percent", "status", "metrics", "connection"].map(part);
  const [LINES_MAX, POINTS_MAX] = [2000, 120];
  let pending = [];

  const flush = () => {
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    log.append(...pending);
    pending = [];
    while (log.childElementCount > LINES_MAX) log.firstElementChild.remove();
    if (atEnd) log.scrollTop = log.scrollHeight;
  };
  const write = (text, level) => {
    const line = document.createElement("li");
    line.className = `log--${level}`;
    line.textContent = text;
    if (pending.push(line) === 1) setTimeout(flush, 50); // A hidden page has no animation frames.
  };
  const points = (values) => {
    const low = Math.min(...values);
    const span = Math.max(...values) - low;
    return values.map((value, index) => {
      const y = 2 + (1 - (span ? (value - low) / span : 0.5)) * 20;
      return `${((index / (values.length - 1)) * 100).toFixed(1)},${y.toFixed(1)}`;
    }).join(" ");
  };
  const rowOf = ({ metric, split, method }) => {
    const key = [metric, split ?? "", method ?? ""].join("|");
    let row = [...metrics.rows].find((item) => item.dataset.key === key);
    if (!row) {
      row = root.querySelector("[data-live-row]").content.firstElementChild.cloneNode(true);
      row.dataset.key = key;
      row.cells[0].textContent = [method, metric].filter(Boolean).join(" · ");
      row.cells[1].textContent = split ?? "–";
      metrics.append(row);
    }
    return row;
  };
  const handlers = {
    stage_update({ stage, message, run_id: runId }, isInner) {
      if (message && stage !== "run_error") write(status.textContent = message, "stage");
      if (!isInner) document.dispatchEvent(new Event("stale"));
      if (stage === "run" && runId) follow(root.dataset.innerTemplate.replace("{}", runId), 0, true);
      if (stage === "waiting") setTimeout(() => location.reload(), 300);
    },
    progress({ percent: value, message }) {
      bar.value = value;
      percent.textContent = `${Math.round(value)} %`;
      if (message) status.textContent = message;
    },
    log_line: ({ text, message, level }) => write(text ?? message ?? "", level ?? "info"),
    error: ({ message, code }) => write([code, message].filter(Boolean).join(": "), "error"),
    metric_update(event) {
      document.dispatchEvent(new CustomEvent("measured", { detail: event }));
      const row = rowOf(event);
      const isSame = row.dataset.seed === String(event.seed ?? "");
      const values = isSame ? row.dataset.series.split(" ").filter(Boolean).map(Number) : [];
      values.push(event.value);
      row.dataset.seed = event.seed ?? "";
      row.dataset.series = values.slice(-POINTS_MAX).join(" ");
      row.cells[2].textContent = Number(event.value).toPrecision(4);
      row.querySelector("polyline").setAttribute("points", values.length > 1 ? points(values.slice(-POINTS_MAX)) : "");
    },
  };

  const say = (state, text) => { connection.dataset.state = state; connection.textContent = text; };
  const followed = new Set();
  function follow(path, after, isInner) {
    if (followed.has(path) || !followed.add(path)) return;
    const source = new EventSource(`${path}?after=${after}`);
    for (const [kind, handle] of Object.entries(handlers)) {
      // The browser's own "error" event has no data; ours has.
      source.addEventListener(kind, (event) => { if (event.data) handle(JSON.parse(event.data), isInner); });
    }
    // More was missed than is told one by one.
    source.addEventListener("reload", () => location.reload());
    source.addEventListener("close", () => {
      source.close();
      if (!isInner) { say("lost", "Ended"); setTimeout(() => location.reload(), 600); }
    });
    if (isInner) return;
    source.onopen = () => say("live", "Live");
    source.onerror = (event) => event.data || say("lost", source.readyState === EventSource.CLOSED ? "Ended" : "Reconnecting…");
  }
  if (root.dataset.inner) follow(root.dataset.inner, root.dataset.innerAfter, true);
  follow(root.dataset.live, root.dataset.after, false);
  log.scrollTop = log.scrollHeight;
})();
