// What keeps people from using a page: the violations of serious or critical impact that axe finds.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const run = 'axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations)';

export async function barriers(page) {
  const found = await page.evaluate(`${axe}; ${run}`);
  return found
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).slice(0, 3).join(" ")}`);
}
