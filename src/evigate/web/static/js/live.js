// A run's console: events as they come, on top of the state the server has drawn already.
// The stream resumes after the last event drawn; after its end the page is loaded afresh.
(() => {
  const root = document.querySelector("[data-live]");
  if (!root) return;
  const part = (name) => root.querySelector(`[data-live-${name}]`);
  const [log, bar, percent, status, metrics, connection] =
    ["log", "bar", "percent", "status", "metrics", "connection"].map(part);
  const LINES_MAX = 2000;
  const POINTS_MAX = 120;
  const series = new Map();
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
    if (pending.push(line) === 1) requestAnimationFrame(flush);
  };

  const points = (values) => {
    const low = Math.min(...values);
    const span = Math.max(...values) - low;
    return values.map((value, index) => {
      const y = 2 + (1 - (span ? (value - low) / span : 0.5)) * 20;
      return `${((index / (values.length - 1)) * 100).toFixed(1)},${y.toFixed(1)}`;
    }).join(" ");
  };

  const rowOf = (event) => {
    const key = [event.metric, event.split ?? "", event.model_id ?? ""].join("|");
    let row = [...metrics.rows].find((item) => item.dataset.key === key);
    if (!row) {
      row = root.querySelector("[data-live-row]").content.firstElementChild.cloneNode(true);
      row.dataset.key = key;
      row.cells[0].textContent = [event.model_id, event.metric].filter(Boolean).join(" · ");
      row.cells[1].textContent = event.split ?? "–";
      metrics.append(row);
    }
    return row;
  };

  const handlers = {
    stage_update({ stage, status: state }) {
      status.textContent = stage.replaceAll("_", " ");
      const item = root.querySelector(`[data-stage="${CSS.escape(stage)}"]`);
      for (const other of root.querySelectorAll(".stage.tone-busy")) other.className = "stage tone-good";
      if (item) item.className = `stage tone-${state === "failed" ? "poor" : "busy"}`;
    },
    progress({ percent: value, message }) {
      bar.value = value;
      percent.textContent = `${Math.round(value)} %`;
      if (message) status.textContent = message;
    },
    log_line: ({ text, message, level }) => write(text ?? message ?? "", level ?? "info"),
    error: ({ message, code }) => write([code, message].filter(Boolean).join(": "), "error"),
    metric_update(event) {
      const row = rowOf(event);
      const values = series.get(row) ?? (row.dataset.series || "").split(" ").filter(Boolean).map(Number);
      values.push(event.value);
      series.set(row, values.slice(-POINTS_MAX));
      row.cells[2].textContent = Number(event.value).toPrecision(4);
      if (values.length > 1) row.querySelector("polyline").setAttribute("points", points(values.slice(-POINTS_MAX)));
    },
  };

  const say = (state, text) => { connection.dataset.state = state; connection.textContent = text; };
  const address = new URL(root.dataset.live, location.href);
  address.searchParams.set("after", root.dataset.after);
  const source = new EventSource(address);
  for (const [kind, handle] of Object.entries(handlers)) {
    // The browser's own "error" event has no data; ours has.
    source.addEventListener(kind, (event) => { if (event.data) handle(JSON.parse(event.data)); });
  }
  source.onopen = () => say("live", "Live");
  source.onerror = (event) => {
    if (event.data) return; // That is the run's own "error" event.
    say("lost", source.readyState === EventSource.CLOSED ? "Ended" : "Reconnecting…");
  };
  source.addEventListener("close", () => {
    source.close();
    say("lost", "Ended");
    setTimeout(() => location.reload(), 600);
  });
  log.scrollTop = log.scrollHeight;
})();
