'use strict';
import { a as b, default as c } from './x.js';
/** @param {string} x */
export default class A extends B { #p = 1; static get x() { return super.x ?? null; } async *gen(a, { b = 1, ...c } = {}) { yield* this.#p; } }
const re = /^(?<y>\d+)[^/\]]*$/giu, t = tag`a ${b ? `c ${d}` : 'e'} \n`, n = 0xFFn + 1_000 + .5e-3;
for (const [k, v] of Object.entries(o)) { if (!(k in v) || typeof v !== 'undefined') continue; else delete v[k]; }
try { await Promise.all([fetch(url).then(r => r.json())]); } catch { throw new Error("é"); } finally { debugger; }
label: while (true) { switch (x) { case 1: break label; default: x++; } } // end
