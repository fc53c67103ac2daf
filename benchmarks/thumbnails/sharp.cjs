// sharp's contestants; called like worker.py: NAME PHOTO REPEATS QUALITIES-AS-JSON FOLDER
const path = require("node:path");
const fs = require("node:fs");

const sharp = require(path.resolve(__dirname, "../../build/benchmarks/node_modules/sharp"));
const SIZES = [1920, 960, 320];

sharp.concurrency(1);
sharp.cache(false);

const contestants = {
  // What Immich does: one pipeline per size, each decoding anew, the default effort of 4.
  "sharp, as Immich": async (photo, qualities) => {
    const made = {};
    for (const side of SIZES) {
      made[side] = await sharp(photo).rotate().resize(side, side, { fit: "inside" })
        .webp({ quality: qualities[side] }).toBuffer();
    }
    return made;
  },

  // sharp's own best: one decode, each size from the pixels of the one before, effort 2.
  "sharp, chained": async (photo, qualities) => {
    const made = {};
    let source = sharp(photo).rotate();
    for (const side of SIZES) {
      const { data, info } = await source.resize(side, side, { fit: "inside" })
        .raw().toBuffer({ resolveWithObject: true });
      const raw = { raw: { width: info.width, height: info.height, channels: info.channels } };
      made[side] = await sharp(data, raw).webp({ quality: qualities[side], effort: 2 }).toBuffer();
      source = sharp(data, raw);
    }
    return made;
  },
};

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

(async () => {
  const [name, photo, repeats, qualities, folder] = process.argv.slice(2);
  const seconds = [];
  let made = {};
  for (let i = 0; i < Number(repeats); i++) {
    const before = cpuSeconds();
    made = await contestants[name](photo, JSON.parse(qualities));
    seconds.push(cpuSeconds() - before);
  }
  for (const [side, data] of Object.entries(made)) {
    fs.writeFileSync(path.join(folder, `${side}.webp`), data);
  }
  // what this process alone held: maxRSS begins with what its parent held
  const peak = fs.readFileSync("/proc/self/status", "utf8").match(/VmHWM:\s+(\d+)/)[1] / 1024;
  process.stdout.write(JSON.stringify({ seconds, peak_mib: peak }));
})();
