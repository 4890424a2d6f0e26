#!/usr/bin/env bash
# The whole suite. Prints what each part says, then one line: N passed, N failed, N skipped; every skip is
# named above that line with its reason. Installs what only tests need (Debian's chromium, npm packages).
set -u
cd "$(dirname "$0")/.."
export CARGO_TERM_COLOR=never CARGO_BUILD_JOBS="${CARGO_BUILD_JOBS:-2}" CARGO_INCREMENTAL=0
target="${CARGO_TARGET_DIR:-target}"
passed=0 failed=0 skips=()
logs="$(mktemp -d)"
trap 'rm -rf "$logs"' EXIT

say() { printf '\n== %s (%ss)\n' "$1" "$SECONDS"; }
ok() { passed=$((passed + 1)); echo "ok: $1"; }
bad() { failed=$((failed + 1)); echo "FAILED: $1"; }
skip() { skips+=("$1"); }

# One check that passes or fails as a whole.
check() {
  local name="$1"; shift
  say "$name"
  if "$@" >"$logs/out" 2>&1; then ok "$name"; else tail -n 60 "$logs/out"; bad "$name"; fi
}

# Tests that count themselves: sums "N passed" and "N failed" of every result line.
counted() {
  local name="$1"; shift
  say "$name"
  "$@" >"$logs/out" 2>&1
  local status=$? p f
  p=$(grep -oE '[0-9]+ passed' "$logs/out" | awk '{s+=$1} END {print s+0}')
  f=$(grep -oE '[0-9]+ failed' "$logs/out" | awk '{s+=$1} END {print s+0}')
  passed=$((passed + p)); failed=$((failed + f))
  if [ "$status" -ne 0 ]; then tail -n 120 "$logs/out"; [ "$f" -gt 0 ] || bad "$name (exit $status)"; fi
  if [ "$p" -eq 0 ]; then bad "$name ran no test"; fi
  echo "$name: $p passed, $f failed"
}

# Node's runner says "# pass N" and "# fail N", and at its end again what failed: there a story tells what stood on its pages.
told() { if grep -q 'failing tests:' "$1"; then sed -n '/failing tests:/,$p' "$1" | head -n 600; else tail -n 120 "$1"; fi; }
node_counted() {
  local name="$1"; shift
  say "$name"
  "$@" >"$logs/out" 2>&1
  local status=$? p f
  p=$(grep -E '^(#|ℹ) pass [0-9]+' "$logs/out" | awk '{s+=$3} END {print s+0}')
  f=$(grep -E '^(#|ℹ) fail [0-9]+' "$logs/out" | awk '{s+=$3} END {print s+0}')
  passed=$((passed + p)); failed=$((failed + f))
  if [ "$status" -ne 0 ] || [ "$p" -eq 0 ]; then told "$logs/out"; [ "$f" -gt 0 ] || bad "$name (exit $status, $p passed)"; fi
  echo "$name: $p passed, $f failed"
}

check "format" cargo fmt --all --check
check "clippy" cargo clippy --workspace --all-targets --quiet -- -D warnings
check "docs" env RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --quiet

deny() { cargo deny --version >/dev/null 2>&1 || cargo install cargo-deny --locked --quiet; }
if deny >/dev/null 2>&1; then
  # Crates of other platforms are looked at, too, and none of our builds has brought them.
  cargo fetch --locked --quiet >/dev/null 2>&1
  check "cargo deny: bans, licences, sources" cargo deny --offline check bans licenses sources
  if timeout 60 cargo deny fetch db >/dev/null 2>&1; then
    check "cargo deny: advisories" cargo deny check advisories
  else
    skip "cargo deny advisories: the advisory database cannot be reached from this machine"
  fi
else
  skip "cargo deny: not installed and the registry did not give it"
fi

counted "unit, property and integration tests" cargo test --workspace --lib --bins --test it --test harness --test interop --quiet
counted "doc tests and simulation" cargo test --release --test sim --quiet

say "binary"
if cargo build --release --quiet 2>"$logs/out"; then ok "release build"; else tail -n 40 "$logs/out"; bad "release build"; fi
export CALLBOARD_BIN="$PWD/$target/release/callboard"
[ -x "$CALLBOARD_BIN" ] || export CALLBOARD_BIN="$target/release/callboard"

check "durability under kill -9, 50 rounds" cargo run --release --quiet -p loadtest -- kill --bin "$CALLBOARD_BIN" --rounds 50 --seed 1

if ! command -v npm >/dev/null 2>&1; then
  skip "record connector under a Swagger 2.0 validator: no npm on this machine"
elif ! (cd tests/swagger && npm ci --silent --no-audit --no-fund) >"$logs/out" 2>&1; then
  skip "record connector under a Swagger 2.0 validator: npm could not install: $(tail -n 1 "$logs/out")"
else
  node_counted "record connector under a Swagger 2.0 validator" npm --prefix tests/swagger test --silent
fi

if ! command -v npm >/dev/null 2>&1; then
  skip "page type check, page unit tests and browser stories: no npm on this machine"
elif ! (cd tests/browser && npm ci --silent --no-audit --no-fund) >"$logs/out" 2>&1; then
  skip "page type check, page unit tests and browser stories: npm could not install: $(tail -n 1 "$logs/out")"
else
  check "page type check" npm --prefix tests/browser run check --silent
  node_counted "page unit tests" npm --prefix tests/browser test --silent
  chromium="${CHROMIUM:-/usr/bin/chromium}"
  if [ ! -x "$chromium" ]; then
    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium) >"$logs/out" 2>&1
  fi
  if [ -x "$chromium" ]; then
    node_counted "browser stories" env CHROMIUM="$chromium" npm --prefix tests/browser run stories --silent
  else
    skip "browser stories: no chromium, and apt could not install it"
  fi
fi

echo
for reason in "${skips[@]+"${skips[@]}"}"; do echo "skipped: $reason"; done
echo "$passed passed, $failed failed, ${#skips[@]} skipped"
[ "$failed" -eq 0 ]
