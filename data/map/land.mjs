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

// What lies behind the edge of the map comes back on the other side: a ring goes on there, and is cut at the edge.
const unrolled = (ring) => {
  let turns = 0;
  return ring.map(([longitude, latitude], at) => {
    const jump = at > 0 ? longitude - ring[at - 1][0] : 0;
    // The south pole is an edge of the map, not a point of it.
    if (Math.abs(jump) > 180 && latitude > -89) turns -= 360 * Math.sign(jump);
    return [longitude + turns, latitude];
  });
};
const cut = (ring, side) => {
  const inside = ([longitude]) => side * longitude <= 180;
  return ring.flatMap((point, at) => {
    const before = ring.at(at - 1);
    if (inside(point) === inside(before)) return inside(point) ? [point] : [];
    const part = (side * 180 - before[0]) / (point[0] - before[0]);
    const edge = [side * 180, before[1] + part * (point[1] - before[1])];
    return inside(point) ? [edge, point] : [edge];
  });
};
const within = (ring) => [-360, 0, 360].map((turn) => cut(cut(ring.map(([x, y]) => [x + turn, y]), 1), -1));

const world = JSON.parse(readFileSync("node_modules/world-atlas/land-110m.json", "utf8"));
let path = "";
for (const { geometry } of feature(world, world.objects.land).features) {
  const rings = geometry.type === "MultiPolygon" ? geometry.coordinates.flat() : geometry.coordinates;
  for (const ring of rings.flatMap((ring) => within(unrolled(ring)))) {
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
