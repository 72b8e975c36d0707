#!/usr/bin/env bash
# Compares `undangle check` with `ruff check --select RUF006` and `rg -l`: processor time, wall time and peak memory for each
# folder, without a cache, and with what an earlier run has remembered ("again"), as a table in Markdown.
# Usage: benches/compare.sh PROGRAM FOLDER...
# Needs hyperfine, ruff, rg, GNU time and jq.
set -euo pipefail
if [ $# -lt 2 ]; then
  echo "usage: benches/compare.sh PROGRAM FOLDER..." >&2
  exit 2
fi
for tool in hyperfine ruff rg jq /usr/bin/time "$1"; do
  if ! command -v "$tool" >/dev/null; then
    echo "$tool is not to be found: install it, or build it with \`cargo build --release\`" >&2
    exit 2
  fi
done
program="$(realpath "$1")"
shift
runs="${RUNS:-5}"
names='create_task|ensure_future|run_coroutine_threadsafe|start_soon'
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

undangle="'$program' check --isolated --quiet --exit-zero --no-cache ."
again="'$program' check --isolated --quiet --exit-zero --cache-dir '$work/cache' ."
ruff="ruff check --select RUF006 --no-cache --isolated --quiet --exit-zero ."
rg="rg -l -t py '$names' . || true"

# The peak of the memory of a command, in MB.
peak() { /usr/bin/time -f %M -o "$work/peak" sh -c "exec $1" >/dev/null 2>&1 || true; awk 'END { printf "%.0f", $1 / 1024 }' "$work/peak"; }

echo "| folder | files with a name | undangle ms | again ms | ruff ms | rg ms | undangle / ruff | wall ms: undangle, again, ruff, rg | MB: undangle, ruff |"
echo "|---|---|---|---|---|---|---|---|---|"
for folder in "$@"; do
  cd "$folder"
  files="$(rg -l -t py "$names" . | wc -l || true)"
  hyperfine --warmup 1 --runs "$runs" --export-json "$work/times" "$undangle" "$again" "$ruff" "$rg" >/dev/null 2>&1
  jq -r --arg folder "$(basename "$folder")" --arg files "$files" --arg mb "$(peak "$undangle"), $(peak "$ruff")" '
    def ms: . * 1000 | round;
    [.results[] | .user + .system] as $cpu | [.results[] | .mean] as $wall
    | "| \($folder) | \($files) | \($cpu | map(ms | tostring) | join(" | ")) | \($cpu[0] / $cpu[2] * 100 | round / 100) | \($wall | map(ms | tostring) | join(", ")) | \($mb) |"
  ' "$work/times"
  jq -r '[.results[] | .user + .system] | @tsv' "$work/times" >>"$work/sum"
done
awk '{ for (i = 1; i <= 4; i++) sum[i] += 1000 * $i } END { printf "| all | | %.0f | %.0f | %.0f | %.0f | %.2f | | |\n", sum[1], sum[2], sum[3], sum[4], sum[1] / sum[3] }' "$work/sum"
