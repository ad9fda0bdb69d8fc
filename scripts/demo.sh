#!/usr/bin/env bash
# The main job on bundled real input: reproduce a paper, then serve its report.
# DEMO_SERVE=0 ends instead of serving; DEMO_PORT chooses the port.
set -euo pipefail
cd "$(dirname "$0")/.."
evigate=.venv/bin/evigate
paper=examples/papers/1711.07831.pdf
out=.evigate/demo

"$evigate" papers reproduce "$paper" --yes --cached --output "$out"
echo "The report as one file: $out/report.html"
echo
echo "The same paper as evidence, asked a question:"
"$evigate" stores add "Demo paper" "$paper"
"$evigate" search "Demo paper" "Which classifiers were compared, and on what data?" -k 1
echo
echo "A textbook chapter as a bank of quiz items, and a practice session:"
"$evigate" learning build examples/learning/*.md --module "Demo chapter"
"$evigate" learning session "Demo chapter"
[ "${DEMO_SERVE:-1}" != 0 ] || exit 0
run=$(.venv/bin/python -c 'import json, sys; print(json.load(open(sys.argv[1]))["reproduction_id"])' "$out/report.json")
landing="/runs/$run/report"
"$evigate" serve --port "${DEMO_PORT:-8400}" --landing "$landing" || {
  [ $? -eq 8 ] && exec "$evigate" serve --port 0 --landing "$landing"
}
