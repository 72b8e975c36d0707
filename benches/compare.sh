#!/bin/sh
# How fast `undangle check` is beside `rg -l` of the same words and ruff's RUF006, in one run over one folder.
# It needs hyperfine, ripgrep and ruff, as their public packages have them, and `cargo build --release` before.
#
#     benches/compare.sh FOLDER [PATH-OF-UNDANGLE]
set -eu

if [ $# -lt 1 ] || [ ! -d "$1" ]; then
    echo "usage: benches/compare.sh FOLDER [PATH-OF-UNDANGLE]" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")/.." && pwd)
undangle=${2:-$here/target/release/undangle}
for tool in hyperfine rg ruff "$undangle"; do
    if ! command -v "$tool" > /dev/null; then
        echo "$tool is not to be found: install it, or build it with \`cargo build --release\`" >&2
        exit 2
    fi
done

undangle=$(cd "$(dirname "$(command -v "$undangle")")" && pwd)/$(basename "$undangle")
times=$(mktemp)
trap 'rm -f "$times"' EXIT
cd "$1"
words='create_task|ensure_future|run_coroutine_threadsafe|set_task_factory'
hyperfine --shell=none --ignore-failure --warmup 2 --runs "${RUNS:-10}" --style none --export-csv "$times" \
    "rg --files-with-matches --glob *.py $words ." \
    "ruff check --select RUF006 --no-cache --isolated --quiet ." \
    "$undangle check --quiet ." > /dev/null 2>&1

awk -F, '
    NR > 1 { mean[NR - 1] = $(NF - 6); least[NR - 1] = $(NF - 1) }
    END {
        split("rg -l,ruff RUF006,undangle check", name, ",")
        print "| command | mean | least | to rg | to ruff |"
        print "|---|---|---|---|---|"
        for (i = 1; i <= 3; i++)
            printf "| `%s` | %.3f s | %.3f s | %.2f | %.2f |\n", name[i], mean[i], least[i], mean[i] / mean[1], mean[i] / mean[2]
    }' "$times"
