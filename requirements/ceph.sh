#!/bin/sh
# Install the Ceph object gateway for `make test-s3` from Debian's packages, or say what is missing.
set -eu
packages="ceph-mon ceph-osd radosgw"
command -v radosgw >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing $packages ..."
  apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq -y --no-install-recommends $packages >/dev/null && exit 0
fi
echo "The Ceph object gateway is missing: sudo apt-get install $packages" >&2
exit 1
