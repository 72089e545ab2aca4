// Opens pages in Chromium in looks: widths, light or dark, languages; prints as JSON what is wrong with them.
// Usage: node pages.mjs CHROMIUM PLAN, a JSON file:
//   {"base", "looks": [{"width", "colorScheme", "language"}], "visits": [{"email", "password", "paths": ["/…"]}]};
//   without an e-mail address nobody is signed in.
// With a "folder" it keeps a picture of each.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { barriers } from "./barriers.mjs";

const [executablePath, file] = process.argv.slice(2);
const { base, folder, looks, visits } = JSON.parse(readFileSync(file, "utf8"));
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const wrong = [];
let opened = 0;

for (const { email, password, paths } of visits) {
  for (const { width, colorScheme, language } of looks) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    let path = "/";
    const say = (what) => wrong.push(`${path} ${width} ${colorScheme} ${language}: ${what}`);
    page.on("console", (message) => message.type() === "error" && say(message.text()));
    page.on("pageerror", (error) => say(String(error)));
    await page.goto(`${base}/`);
    await page.locator(`button[lang=${language}]`).click();
    await page.waitForLoadState();
    if (email) {
      await page.goto(`${base}/shop/account/sign-in`);
      await page.locator("main [name=email]").fill(email);
      await page.locator("main [name=password]").fill(password);
      await page.locator("main button[type=submit]").first().click();
      await page.waitForLoadState();
    }
    for (path of paths) {
      const answer = await page.goto(base + path);
      opened += 1;
      if (answer.status() !== 200) say(`status ${answer.status()}`);
      if ((await page.getAttribute("html", "lang")) !== language) say("another language");
      if (await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)) say("wider than the window");
      for (const barrier of await barriers(page)) say(barrier);
      if (!folder) continue;
      const name = path.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "") || "home";
      await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}-${language}.png`, fullPage: true });
    }
    await context.close();
  }
}
console.log(JSON.stringify({ opened, wrong }));
await browser.close();
