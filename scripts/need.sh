#!/usr/bin/env bash
# need.sh TOOL...: makes sure that each tool is there. Debian's package is installed where root may do so; anybody else is
# told what to type.
set -euo pipefail

found() {
  case "$1" in
    chromium) command -v chromium || command -v chromium-browser || command -v google-chrome ;;
    postgresql) command -v initdb || ls /usr/lib/postgresql/*/bin/initdb ;;
    postgis) ls /usr/share/postgresql/*/extension/postgis.control ;;
    libfaketime) ls /usr/lib/*/faketime/libfaketimeMT.so.1 ;;
    exim) [ -x /usr/sbin/exim4 ] || [ -x /usr/sbin/exim ] ;;
    cjk-font) [ -n "$(fc-list :lang=zh)" ] ;;
    nightly) rustup run nightly rustc --version ;;
    cargo-fuzz) command -v cargo-fuzz ;;
    node) node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' ;;
    *) command -v "$1" ;;
  esac >/dev/null 2>&1
}

package_of() {
  case "$1" in
    chromium) echo chromium ;;
    postgresql) echo postgresql ;;
    postgis) echo postgresql postgresql-postgis ;;
    cjk-font) echo fonts-noto-cjk fontconfig ;;
    exim) echo exim4-daemon-light ;;
    openssl) echo openssl ;;
    libfaketime) echo libfaketime ;;
    cc) echo build-essential ;;
    *) return 1 ;;
  esac
}

advice() {
  case "$1" in
    cargo) echo "Rust is missing: install it from https://rustup.rs" ;;
    nightly) echo "A nightly toolchain is missing: rustup toolchain install nightly --profile minimal" ;;
    cargo-fuzz) echo "cargo-fuzz is missing: cargo install cargo-fuzz --locked" ;;
    node | npm) echo "Node 20 or newer with npm is missing: install it from https://nodejs.org" ;;
    *) echo "$1 is missing" ;;
  esac
}

packages=()
failed=0
for tool in "$@"; do
  if found "$tool"; then
    continue
  elif names=$(package_of "$tool"); then
    read -ra words <<<"$names"
    packages+=("${words[@]}")
  else
    advice "$tool" >&2
    failed=1
  fi
done
[ "$failed" -eq 0 ] || exit 1
[ ${#packages[@]} -gt 0 ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  {
    echo "Missing here: ${packages[*]}"
    echo "Type:  sudo apt-get update && sudo apt-get install --yes --no-install-recommends ${packages[*]}"
    echo "and then the same command again."
  } >&2
  exit 1
fi
echo "Installing ${packages[*]} from Debian's packages"
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet=2
apt-get install --yes --quiet=2 --no-install-recommends "${packages[@]}"
for tool in "$@"; do
  found "$tool" || { echo "$tool is still missing after installing ${packages[*]}" >&2; exit 1; }
done
