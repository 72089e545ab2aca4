// Keeps pictures of pages of a running shop. Usage: node screenshots.mjs CHROMIUM PLAN, a JSON file:
//   {"base", "folder", "shots": [{"name", "path", "follow", "width", "height", "scheme", "language", "login"}]}
// `follow` are selectors of links to click one after the other; `login` is {"email", "password"} or null.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [executablePath, file] = process.argv.slice(2);
const { base, folder, shots } = JSON.parse(readFileSync(file, "utf8"));
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });

for (const { name, path, follow, width, height, scheme, language, login } of shots) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  if (login) {
    await page.goto(`${base}/shop/account/sign-in`);
    await page.locator("main [name=email]").fill(login.email);
    await page.locator("main [name=password]").fill(login.password);
    await page.locator("main [name=password]").press("Enter");
    await page.locator("form[action*='/sign-out']").waitFor();
  }
  await page.goto(base + path);
  await page.locator(`button[lang=${language}]`).click();
  await page.waitForLoadState();
  for (const selector of follow) {
    await page.locator(selector).first().click();
    await page.waitForLoadState();
  }
  await page.waitForLoadState("networkidle");
  await page.mouse.move(0, 0);
  await page.screenshot({ path: `${folder}/${name}.png` });
  await context.close();
  console.log(name);
}
await browser.close();
