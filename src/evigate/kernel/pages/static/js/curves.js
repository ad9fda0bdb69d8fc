// Learning curves of a run as it goes: one figure a method and metric, its points placed afresh as
// each is measured. The server has drawn those that there were; live.js tells of the new ones.
(() => {
  const root = document.querySelector("[data-curves]");
  if (!root) return;
  const POINTS_MAX = 500;
  const template = root.querySelector("template");

  const read = (figure) =>
    figure.dataset.points.split(" ").filter(Boolean).map((each) => each.split(":").map(Number));
  const draw = (figure, points) => {
    const [steps, values] = [points.map(([step]) => step), points.map(([, value]) => value)];
    const [first, last] = [Math.min(...steps), Math.max(...steps)];
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const place = ([step, value]) => {
      const x = 4 + (192 * (step - first)) / (last - first || 1);
      const y = 76 - (72 * (value - low)) / (high - low || 1);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    };
    figure.querySelector("polyline").setAttribute("points", points.map(place).join(" "));
    const said = (name, text) => { figure.querySelector(`[data-${name}]`).textContent = text; };
    said("high", high.toPrecision(3));
    said("low", low.toPrecision(3));
    said("last", `step ${last}: ${values.at(-1).toPrecision(4)}`);
  };
  const figureOf = ({ metric, split, method }) => {
    const key = [metric, split ?? "", method ?? ""].join("|");
    let figure = [...root.querySelectorAll("figure")].find((each) => each.dataset.curve === key);
    if (!figure) {
      figure = template.content.firstElementChild.cloneNode(true);
      figure.dataset.curve = key;
      const label = [method, metric, split].filter(Boolean).join(" · ");
      figure.querySelector("figcaption > span").textContent = label;
      figure.querySelector("svg").setAttribute("aria-label", `${label} over steps`);
      root.append(figure);
    }
    return figure;
  };
  document.addEventListener("measured", ({ detail }) => {
    if (typeof detail.step !== "number") return;
    const figure = figureOf(detail);
    const isSame = figure.dataset.seed === String(detail.seed ?? "");
    const points = [...(isSame ? read(figure) : []), [detail.step, detail.value]].slice(-POINTS_MAX);
    figure.dataset.seed = detail.seed ?? "";
    figure.dataset.points = points.map((each) => each.join(":")).join(" ");
    root.closest("[data-curves-part]").hidden = false;
    draw(figure, points);
  });
})();
