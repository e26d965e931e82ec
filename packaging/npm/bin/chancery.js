#!/usr/bin/env node
// Runs the program of this system, which is in a package of its own.
"use strict";
const { spawnSync } = require("node:child_process");

const name = `chancery-${process.platform}-${process.arch}`;
let program;
try {
  program = require.resolve(`${name}/bin/chancery${process.platform === "win32" ? ".exe" : ""}`);
} catch {
  console.error(`chancery: there is no program for this system: the package ${name} is not installed.`);
  console.error("If npm was told to leave optional packages out, install it with them; else build the program from its source.");
  process.exit(2);
}
const { status, signal, error } = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (error) {
  console.error(`chancery: ${program} cannot be run: ${error.message}`);
  process.exit(2);
}
if (signal) process.kill(process.pid, signal);
process.exit(status ?? 2);
