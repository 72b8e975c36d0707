#!/bin/sh
# Fixes the repository that it runs in. One without a change is none that failed, so the status is 0 then.
set -eu
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
undangle batch unit . --out "$out" --quiet --style helper --exclude "it's old"
if [ -f "$out/change.patch" ]; then
    git apply "$out/change.patch"
fi
