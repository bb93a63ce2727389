#!/usr/bin/env bash
# tools/setup.sh build|run|package|bench|test [ARGUMENT…]: installs what that verb needs and is missing.
# Looks first, so it costs well under a second when everything is there.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p .cache
TOOLS="$PWD/.cache/tools"
export PATH="$TOOLS/bin:$PATH"

verb=${1:-test}
[ $# -gt 0 ] && shift

say()  { echo "setup: $*" >&2; }
die()  { say "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# What each verb needs beyond the compiler and the packages of `build`.
browsers=() npm=run deny=no
case "$verb" in
  build)   ;;
  run)     case " ${*//=/ } " in *" firefox "*) browsers=(firefox) ;; *) browsers=(chromium) ;; esac ;;
  package) npm=all ;;
  bench)   npm=all browsers=(chromium firefox) ;;
  test)    npm=all browsers=(chromium firefox) deny=yes ;;
  *)       die "no verb \"$verb\"" ;;
esac

# Runs a long step with its output in a file. Prints one line when it starts and one when it ends, and the output when
# it fails, so that two steps side by side stay readable.
step() {
  local title=$1 log=".cache/setup-${1%% *}.log" start=$SECONDS
  shift
  say "$title"
  if "$@" >"$log" 2>&1; then say "$title: done, $((SECONDS - start)) s"; else
    local status=$?
    cat "$log" >&2
    say "$title: failed"
    return "$status"
  fi
}

languages() {
  have cargo || die "cargo is missing: install Rust (rustup.rs) first"
  have node || die "node is missing: install Node 20 or newer first"
  [ "$(node -p 'parseInt(process.versions.node)')" -ge 20 ] || die "Node 20 or newer is needed, this is $(node -v)"
}

# Debian packages need root. Anybody else is told what to run.
apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"
}

as_root() {
  [ $# = 0 ] || [ "$(id -u)" = 0 ] ||
    die "missing: $*. Run as root: apt-get update && apt-get install -y --no-install-recommends $*"
}

packages() {
  [ $# = 0 ] && return
  as_root "$@"
  # One apt at a time: the second waits for the first.
  { flock 9; step "debian packages: $*" apt_install "$@"; } 9>.cache/apt.lock
}

# Nothing can be compiled before the first of these.
compiler=() screen=()
missing() {
  local browser
  have cc || compiler=(gcc libc6-dev)
  for browser in "${browsers[@]}"; do
    case "$browser" in
      chromium) have chromium || have google-chrome || screen+=(chromium) ;;
      firefox)  have firefox-esr || have firefox || screen+=(firefox-esr) ;;
    esac
  done
  if [ ${#browsers[@]} -gt 0 ] && ! [ -d /usr/share/fonts/truetype ]; then screen+=(fonts-dejavu-core); fi
  as_root "${compiler[@]}" "${screen[@]}"
}

# The wasm target from rustup. Where it cannot be had, Debian's own compiler builds it from source.
wasm_target() {
  [ -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown" ] && return
  [ -f .cache/debian-rust ] && [ -x /usr/bin/wasm-ld-22 ] && return
  if have rustup && rustup target add wasm32-unknown-unknown >&2; then return; fi
  say "rustup has no wasm32-unknown-unknown here: taking Debian's rustc-web, which builds it from source"
  packages rustc-web cargo-web rust-web-src lld-22
  touch .cache/debian-rust
}

components() {
  cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt >&2 || die "rustfmt is missing"
  cargo clippy --version >/dev/null 2>&1 || rustup component add clippy >&2 || die "clippy is missing"
}

# fresh NAME TEXT: whether the step was last done with this very text.
fresh() { [ "$(cat ".cache/did-$1" 2>/dev/null)" = "$2" ]; }
did()   { printf '%s' "$2" >".cache/did-$1"; }

# The crates of the core, so that later builds need no network.
crates() {
  local now
  now=$(sha256sum <Cargo.lock)
  fresh crates "$now" && return
  cargo fetch --quiet --locked >&2
  did crates "$now"
}

# Our own glue generator (tools/bindgen). It runs for a second, so it is compiled without optimisation.
bindgen_build() {
  CARGO_TARGET_DIR=.cache/bindgen cargo build --quiet --locked --manifest-path tools/bindgen/Cargo.toml &&
    install -D .cache/bindgen/debug/breakwater-bindgen "$TOOLS/bin/breakwater-bindgen"
}

bindgen() {
  local now
  now=$(cat tools/bindgen/Cargo.* tools/bindgen/src/main.rs | sha256sum)
  have breakwater-bindgen && fresh bindgen "$now" && return
  step "glue generator" bindgen_build
  did bindgen "$now"
}

# The tool runs for a second too. Its own release profile (fat LTO, one code unit) triples the compile time.
DENY_VERSION=0.20.2
deny_build() {
  CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    cargo install --quiet --locked --root "$TOOLS" --version "$DENY_VERSION" cargo-deny
}

deny() {
  [ "$(cargo-deny --version 2>/dev/null)" = "cargo-deny $DENY_VERSION" ] && return
  step "cargo-deny $DENY_VERSION" deny_build
}

# npm's packages: those that `build` and `run` need, or all.
node_modules() {
  local now stamp=node_modules/.breakwater
  now=$(sha256sum <package-lock.json)
  [ "$(cat "$stamp" 2>/dev/null)" = "all $now" ] && return
  if [ "$npm" = all ]; then
    step "npm packages for all verbs" npm ci --ignore-scripts --loglevel=error
  else
    [ "$(cat "$stamp" 2>/dev/null)" = "run $now" ] && return
    step "npm packages to build and run" npm ci --omit=dev --ignore-scripts --loglevel=error
  fi
  printf '%s' "$npm $now" >"$stamp"
}

# Everything that compiles, one after the other: each keeps all cores busy by itself.
rust() {
  wasm_target
  crates
  bindgen
  [ "$deny" = no ] || { components; deny; }
}

languages
missing
packages "${compiler[@]}"

# Downloads (Debian, npm) run beside the compiler, in a process group of their own, so that Ctrl-C ends them too.
set -m
{ packages "${screen[@]}"; node_modules; } </dev/null &
downloads=$!
set +m
trap 'kill -- "-$downloads" 2>/dev/null || true' EXIT
rust
wait "$downloads"
trap - EXIT
