#!/usr/bin/env bash
# Everything there is to do with this repository, one verb each. The work is in tools/.
set -euo pipefail
cd "$(dirname "$0")"
export PATH="$PWD/.cache/tools/bin:$PWD/node_modules/.bin:$PATH"

usage() {
  cat <<'TEXT'
usage: ./build.sh VERB [ARGUMENT…]

  setup               install what is missing (Debian packages need root)
  build               dist/chrome and dist/firefox, ready to load unpacked
  run                 demo network, lab and a browser with Breakwater in it
                        --browser chromium|firefox   which browser (default chromium)
                        --headless                   no window: rehearse the outage and print what happened
  test [PART] [ARGS]  every check, or one part of them (test list names the parts)
                        hostile                      every test that docs/THREATS.md names
                        fuzz --target dns --seconds 3600 --seed 7
  bench [NAME]        overhead | peers | page-cost | direct | life | flood | crowd | ground | native
  package             reproducible zips of both extensions in dist/
  atlas               rebuild data/cloud.bin from its published sources
  pictures            screenshots for the README, in docs/pictures/
  help                this text
TEXT
}

verb=${1:-help}
[ $# -gt 0 ] && shift
case "$verb" in
  setup)    exec bash tools/setup.sh "$@" ;;
  build)    bash tools/setup.sh --quiet; exec node tools/build.mjs "$@" ;;
  run)      bash tools/setup.sh --quiet; exec node tools/run.mjs "$@" ;;
  test)     bash tools/setup.sh --quiet; exec node tools/test.mjs "$@" ;;
  bench)    bash tools/setup.sh --quiet; exec node tools/bench.mjs "$@" ;;
  package)  bash tools/setup.sh --quiet; exec node tools/package.mjs "$@" ;;
  pictures) bash tools/setup.sh --quiet; exec node tools/pictures.mjs "$@" ;;
  atlas)    bash tools/setup.sh --quiet; exec bash tools/atlas.sh "$@" ;;
  help|-h|--help) usage ;;
  *) echo "build.sh: no verb \"$verb\"" >&2; usage >&2; exit 2 ;;
esac
