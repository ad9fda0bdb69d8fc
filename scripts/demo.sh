#!/usr/bin/env bash
# The main job on bundled real input: reproduce a paper, then serve its report.
# DEMO_SERVE=0 ends instead of serving; DEMO_PORT chooses the port.
set -euo pipefail
cd "$(dirname "$0")/.."
evigate=.venv/bin/evigate
paper=examples/papers/1711.07831.pdf
out=.evigate/demo

mkdir -p "$out"
"$evigate" papers reproduce "$paper" --yes --cached --output "$out" --json > "$out/report.json"
.venv/bin/python - "$out/report.json" <<'PY'
import json, sys
report = json.load(open(sys.argv[1]))
marks = {"reproduced": "✔", "partly": "◐", "not reproduced": "✘", "not comparable": "–"}
print(f"\n{report['paper']['title']}\n")
for row in report["rows"]:
    seen = "-" if row["observed"] is None else f"{row['observed']:.2f}"
    units = row["units"] or ""
    print(f"  {marks[row['verdict']]} {row['method'] or '?':20.20} {row['metric']:12.12} "
          f"claimed {row['claimed']:>9.5g}{units:1} observed {seen:>7}{units:1}  {row['source_citation']}")
print(f"\n{report['headline']}")
PY
echo "The report as one file: $out/report.html"
[ "${DEMO_SERVE:-1}" != 0 ] || exit 0
run=$(.venv/bin/python -c 'import json, sys; print(json.load(open(sys.argv[1]))["run_id"])' "$out/report.json")
landing="/runs/$run/report"
"$evigate" serve --port "${DEMO_PORT:-8400}" --landing "$landing" || {
  [ $? -eq 8 ] && exec "$evigate" serve --port 0 --landing "$landing"
}
