#!/usr/bin/env bash
# Everything there is to do with this repository, one verb each. The work is in tools/.
set -euo pipefail
cd "$(dirname "$0")"
export PATH="$PWD/.cache/tools/bin:$PWD/node_modules/.bin:$PATH"

usage() {
  cat <<'TEXT'
usage: ./build.sh VERB [ARGUMENT…]

  setup [VERB]        install what that verb needs, or what all need (Debian packages need root)
  build               dist/chrome and dist/firefox, ready to load unpacked
  run                 demo network, lab and a browser with Breakwater in it
                        --browser chromium|firefox   which browser (default chromium)
                        --headless                   no window: rehearse the outage and print what happened
  test [PART] [ARGS]  every check, or one part of them (test list names the parts)
                        hostile                      every test that docs/THREATS.md names
                        fuzz --target dns --seconds 3600 --seed 7
                        flaky --runs 10 --browser firefox hostile-load popup
                                                     repeats test files under a busy processor
  bench [NAME]        overhead | peers | page-cost | direct | life | flood | crowd | ground | native
  package             reproducible zips of both extensions in dist/
  atlas               rebuild data/cloud.bin from its published sources
  pictures            screenshots for the README, in docs/pictures/
  help                this text
TEXT
}

verb=${1:-help}
[ $# -gt 0 ] && shift
need() { bash tools/setup.sh "$@"; }

case "$verb" in
  setup)    need "${1:-test}"; echo "setup: everything is there" ;;
  build)    need build; exec node tools/build.mjs "$@" ;;
  run)      need run "$@"; exec node tools/run.mjs "$@" ;;
  test)     need test; exec node tools/test.mjs "$@" ;;
  bench)    need bench; exec node tools/bench.mjs "$@" ;;
  package)  need package; exec node tools/package.mjs "$@" ;;
  pictures) need bench; exec node tools/pictures.mjs "$@" ;;
  atlas)    need build; exec bash tools/atlas.sh "$@" ;;
  help|-h|--help) usage ;;
  *) echo "build.sh: no verb \"$verb\"" >&2; usage >&2; exit 2 ;;
esac
