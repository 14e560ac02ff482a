#!/usr/bin/env bash
# Installs the tools, fetches the real contracts, then formats, compiles and tests. Needs Node 20.
# Arguments go to forge: ./test.sh --match-contract Attacks
set -euo pipefail
cd "$(dirname "$0")"

# Two runs at once must not install over each other; the lock ends with its holder.
mkdir -p .cache
exec 9>.cache/test.lock
! command -v flock >/dev/null || flock 9

if ! cmp -s package-lock.json node_modules/.installed-lock; then
  npm ci --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.installed-lock
fi
node fetch-artifacts.mjs artifacts.exact.json artifacts.linked.json
node compile-sources.mjs
node compile.mjs --solc node_modules/solc --out out/contracts.json
node compile.mjs --solc node_modules/solc --out out/harness.json --set harness

# The program itself, one package per platform; the launcher package would want an install script.
forge=$(ls -d node_modules/@foundry-rs/forge-*/bin/forge 2>/dev/null) || {
  echo "no forge for $(uname -sm): package.json names Linux x64 and macOS arm64 only" >&2
  exit 1
}
"$forge" fmt --check
# Static analysis of what is deployed: every finding is an error, every exception says why.
"$forge" lint src --deny warnings --color never

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
# The gas snapshot is compared, not rewritten; UPDATE_GAS=1 writes it anew.
FOUNDRY_PROFILE=${FOUNDRY_PROFILE:-test} FORGE_SNAPSHOT_CHECK=$([ -z "${UPDATE_GAS:-}" ] && echo true || echo false) \
  "$forge" test --color never "$@" 2>&1 | tee "$log" || status=$?

sed -nE 's/^Ran [0-9]+ test suites?.*: ([0-9]+) tests passed, ([0-9]+) failed.*/\1 passed, \2 failed/p' "$log" \
  | grep . || { echo '0 passed, 1 failed (the tests did not run)'; status=1; }
exit "$status"
