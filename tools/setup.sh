#!/usr/bin/env bash
# Brings a bare Debian 12 with Rust, Node 20 and Python to a state in which every verb works.
# Looks first and installs only what is missing, so that it costs well under a second when all is there.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.cache/tools/bin:$PATH"
quiet=${1:-}

say()  { echo "setup: $*" >&2; }
die()  { say "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# Debian packages: only when missing, only as root; anybody else is told what to run.
apt_install() {
  if [ "$(id -u)" != 0 ]; then
    die "missing: $*. Run as root: apt-get update && apt-get install -y --no-install-recommends $*"
  fi
  say "installing Debian packages: $*"
  DEBIAN_FRONTEND=noninteractive apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

debian_packages() {
  local missing=()
  have chromium || have google-chrome || missing+=(chromium)
  have firefox-esr || have firefox || missing+=(firefox-esr)
  have cc || missing+=(gcc libc6-dev)
  have pkg-config || missing+=(pkg-config)
  have python3 || missing+=(python3)
  [ -d /usr/share/fonts/truetype ] || missing+=(fonts-dejavu-core)
  [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
}

languages() {
  have cargo || die "cargo is missing: install Rust (rustup.rs) first"
  have node || die "node is missing: install Node 20 or newer first"
  [ "$(node -p 'parseInt(process.versions.node)')" -ge 20 ] || die "Node 20 or newer is needed, this is $(node -v)"
}

# The wasm target from rustup; where it cannot be had, Debian's own compiler builds it from source.
wasm_target() {
  [ -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown" ] && return
  [ -f .cache/debian-rust ] && [ -x /usr/bin/wasm-ld-22 ] && return
  if have rustup && rustup target add wasm32-unknown-unknown >&2; then return; fi
  say "rustup has no wasm32-unknown-unknown here: taking Debian's rustc-web, which builds it from source"
  apt_install rustc-web cargo-web rust-web-src lld-22
  mkdir -p .cache && touch .cache/debian-rust
}

components() {
  cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt >&2 || die "rustfmt is missing"
  cargo clippy --version >/dev/null 2>&1 || rustup component add clippy >&2 || die "clippy is missing"
}

# The glue generator must be of the very version of the crate.
bindgen() {
  local want
  want=$(sed -n '/^name = "wasm-bindgen"$/{n;s/version = "\(.*\)"/\1/p}' Cargo.lock)
  [ "$(wasm-bindgen --version 2>/dev/null)" = "wasm-bindgen $want" ] && return
  say "building wasm-bindgen-cli $want (two to three minutes)"
  cargo install --quiet --root .cache/tools --version "$want" wasm-bindgen-cli >&2
}

deny() {
  have cargo-deny && return
  say "building cargo-deny (a few minutes)"
  cargo install --quiet --locked --root .cache/tools cargo-deny >&2
}

# Fetched once, so that later builds need no network.
crates() {
  local stamp
  stamp=.cache/crates-$(sha256sum Cargo.lock | cut -c1-16)
  [ -f "$stamp" ] && return
  cargo fetch --quiet --locked >&2
  mkdir -p .cache && rm -f .cache/crates-* && touch "$stamp"
}

node_modules() {
  local stamp
  stamp=node_modules/.breakwater-$(sha256sum package-lock.json | cut -c1-16)
  [ -f "$stamp" ] && return
  say "installing node packages"
  npm ci --ignore-scripts --loglevel=error >&2
  touch "$stamp"
}

languages
debian_packages
components
wasm_target
bindgen
deny
crates
node_modules
[ "$quiet" = --quiet ] || say "everything is there"
