#!/bin/sh
# Fetch the contestants into build/benchmarks: sharp from npm, pyvips and the metric from PyPI,
# ImageMagick from Debian. Nothing of it is part of the product or of its tests.
set -eu
cd "$(dirname "$0")/../.."
mkdir -p build/benchmarks
.venv/bin/uv pip install -q --target build/benchmarks/python --python .venv/bin/python \
  pyvips==3.2.0 pyvips-binary==8.18.7 ssimulacra2==0.3.0
rm -rf build/benchmarks/python/PIL build/benchmarks/python/pillow*  # the product's own is timed
(cd build/benchmarks && npm install --silent --no-save --prefix . sharp@0.35.5)
command -v convert-im6.q16 >/dev/null || apt-get install -q -y imagemagick-6.q16
