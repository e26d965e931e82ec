// The land of the earth (Natural Earth 1:110m, public domain) in the Equal Earth projection, as the path of a drawing 1,000 wide.
import { readFileSync } from "node:fs";
import { feature } from "topojson-client";

const [A1, A2, A3, A4, M] = [1.340264, -0.081106, 0.000893, 0.003796, Math.sqrt(3) / 2];
const projected = (longitude, latitude) => {
  const [l, p] = [longitude, latitude].map((degrees) => (degrees * Math.PI) / 180);
  const t = Math.asin(M * Math.sin(p));
  const t2 = t * t;
  const t6 = t2 * t2 * t2;
  return [(l * Math.cos(t)) / (M * (A1 + 3 * A2 * t2 + t6 * (7 * A3 + 9 * A4 * t2))), t * (A1 + A2 * t2 + t6 * (A3 + A4 * t2))];
};
const [wide] = projected(180, 0);
const [, high] = projected(0, 90);
const scale = 500 / wide;

const world = JSON.parse(readFileSync("node_modules/world-atlas/land-110m.json", "utf8"));
let path = "";
for (const { geometry } of feature(world, world.objects.land).features) {
  for (const ring of geometry.type === "MultiPolygon" ? geometry.coordinates.flat() : geometry.coordinates) {
    let [last, written, corners] = [null, "", 0];
    for (const point of ring) {
      const [x, y] = projected(...point);
      const at = [Math.round(500 + x * scale), Math.round(high * scale - y * scale)];
      if (last && at[0] === last[0] && at[1] === last[1]) continue;
      written += last ? `l${at[0] - last[0]} ${at[1] - last[1]}`.replace(" -", "-") : `M${at[0]} ${at[1]}`;
      [last, corners] = [at, corners + 1];
    }
    // What is smaller than a few pixels is no shape.
    if (corners >= 4) path += `${written}z`;
  }
}
process.stdout.write(path);
