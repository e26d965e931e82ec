// The browser that pages are looked at in.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

// Debian's program without windows takes half the time of the other.
const programs = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

// Starts it, with further arguments. CHROMIUM names another program.
export const launch = (...more) =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? programs.find((program) => existsSync(program)),
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", ...more],
  });
