#!/bin/sh
# Install what the browser tests need from Debian's packages, when we may; otherwise say what is missing.
set -eu
packages="chromium chromium-headless-shell fonts-liberation libimage-exiftool-perl"
command -v chromium >/dev/null && command -v chromium-headless-shell >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing $packages ..."
  apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq -y --no-install-recommends $packages >/dev/null && exit 0
fi
echo "Chromium is missing, so the browser tests cannot run: sudo apt-get install $packages" >&2
[ "${CI:-}" != true ]
