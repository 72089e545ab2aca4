// Customers pay online, in Chromium: in several looks, with and without scripts; prints as JSON what was seen.
// Usage: node online.mjs CHROMIUM PLAN, a JSON file:
//   {"base", "gateway", "customer": {"email", "password"}, "job", "checkout", "link", "declined", "left", "purchase"}
//   The job is "pay", "save" or "remove". Paths, for the first: the checkout of a product, a reminder's link, the installments to be declined and to be left, their purchase.
// With a "folder" it keeps a picture of each page.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [executablePath, file] = process.argv.slice(2);
const { base, gateway, folder, customer, job, checkout, link, declined, left, purchase } = JSON.parse(readFileSync(file, "utf8"));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const complaints = [];
const seen = {};

async function visit(name, width, language, options = {}) {
  const context = await browser.newContext({ viewport: { width, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const say = (what) => complaints.push(`${name} ${width} ${language}: ${what}`);
  let isRefused = false;
  page.on("console", (message) => {
    if (isRefused && message.text().includes("status of 400")) return;
    if (message.type() === "error") say(message.text());
  });
  page.on("pageerror", (error) => say(String(error)));
  await page.goto(`${base}/`);
  await page.locator(`button[lang=${language}]`).click();
  await page.waitForLoadState();

  // Checks a page of the shop, and keeps a picture of it.
  async function look(what, { isOurs = true } = {}) {
    await page.waitForLoadState();
    if (folder) await page.screenshot({ path: `${folder}/${name}-${what}-${width}-${language}.png`, fullPage: true });
    if (await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)) say(`${what}: too wide`);
    if (!isOurs || options.javaScriptEnabled === false) return; // axe is a script itself
    if ((await page.getAttribute("html", "lang")) !== language) say(`${what}: another language`);
    const found = await page.evaluate(`${axe}; axe.run()`);
    for (const one of found.violations.filter((one) => ["serious", "critical"].includes(one.impact)))
      say(`${what}: ${one.id}: ${one.nodes.map((node) => node.html).slice(0, 3).join(" ")}`);
  }

  const ready = async (path) => {
    await page.goto(base + path);
    await page.waitForLoadState();
  };
  const signIn = async () => {
    await ready("/shop/account/sign-in");
    await page.locator("main [name=email]").fill(customer.email);
    await page.locator("main [name=password]").fill(customer.password);
    await page.locator("main [name=password]").press("Enter");
    await page.locator("form[action*='/sign-out']").waitFor();
  };
  // Sends a form of the shop, which leads to the gateway's page.
  const toGateway = async (form) => {
    await page.locator(`main form[action*='${form}'] button[type=submit]`).first().click();
    await page.waitForURL(`${gateway}/pay/*`);
  };
  // Chooses something there, which leads back to the shop.
  const choose = async (choice) => {
    await page.locator(`button[value=${choice}]`).click();
    await page.waitForURL(/\/(payments|mandates)\//);
  };
  // Sends what the shop refuses with a 400, which the console has as an error.
  const refused = async (send) => {
    isRefused = true;
    await send();
    await page.locator("main .error, main [aria-invalid=true]").first().waitFor();
    isRefused = false;
  };
  const badge = () => page.locator("main h1 .badge").innerText();
  return { page, look, ready, refused, signIn, toGateway, choose, badge };
}

// A customer buys, pays the first installment, and opens the receipt.
async function buy(name, width, language, options) {
  const { page, look, ready, signIn, toGateway, choose, badge } = await visit(name, width, language, options);
  await signIn();
  await ready(checkout);
  await look("checkout");
  await toGateway("/buy");
  await look("gateway", { isOurs: false });
  await choose("approve");
  await look("paid");
  const said = await badge();
  await page.locator("main a[href*='/receipts/']").click();
  await page.locator("main .receipt").waitFor();
  await look("receipt");
  seen[name] = [said, await page.locator("main .receipt").innerText()];
}

// Whoever has the link of a reminder pays what is due.
async function payByLink(name, width, language) {
  const { page, look, ready, toGateway, choose, badge } = await visit(name, width, language);
  await ready(link);
  await look("link");
  await toGateway("/pay/");
  await choose("approve");
  await look("paid");
  seen[name] = [await badge(), await page.locator("main").innerText()];
}

// A card is declined; the customer tries again.
async function tryAgain(name, width, language) {
  const { page, look, ready, signIn, toGateway, choose, badge } = await visit(name, width, language);
  await signIn();
  await ready(declined);
  await look("installment");
  await toGateway("/pay");
  await choose("hard");
  await look("declined");
  const first = await badge();
  await page.locator("main .actions a").first().click();
  await page.waitForURL(`**${declined}`);
  await toGateway("/pay");
  await choose("approve");
  await look("paid");
  seen[name] = [first, await badge()];
}

// A customer leaves the gateway's page, finds the payment again, goes on, and then decides not to pay.
async function leave(name, width, language) {
  const { page, look, ready, signIn, toGateway, choose, badge } = await visit(name, width, language);
  await signIn();
  await ready(left);
  await toGateway("/pay");
  const address = page.url();
  await ready(purchase);
  await look("purchase");
  await ready(left);
  await look("begun");
  await page.locator("main a[href*='/payments/']").first().click();
  await page.waitForURL(/\/payments\//);
  await look("open");
  const open = await badge();
  await page.locator("main .actions a").first().click();
  await page.waitForURL(`${gateway}/pay/*`);
  const isSame = page.url() === address;
  await choose("cancel");
  await look("cancelled");
  seen[name] = [open, isSame, await badge()];
}

// A customer agrees to be charged, and saves a card; at first without agreeing.
async function save(name, width, language, options) {
  const { page, look, ready, refused, signIn, toGateway, choose } = await visit(name, width, language, options);
  await signIn();
  await ready("/shop/installments");
  await page.locator("main a[href$='/shop/autopay']").click();
  await page.waitForURL("**/shop/autopay");
  await look("off");
  await refused(() => page.locator("main form button[type=submit]").click());
  await look("not-agreed");
  await page.locator("main [type=checkbox]").check();
  await toGateway("/shop/autopay");
  await choose("approve");
  await look("saved");
  await ready("/shop/autopay");
  await look("on");
  seen[name] = await page.locator("main").innerText();
}

// A customer takes the consent back.
async function remove(name, width, language, options) {
  const { page, look, ready, signIn } = await visit(name, width, language, options);
  await signIn();
  await ready("/shop/autopay");
  await page.locator("main form[action$='/end'] button").click();
  await page.getByRole("status").waitFor();
  await look("removed");
  seen[name] = await page.locator("main").innerText();
}

const jobs = {
  async pay() {
    await buy("bought", 360, "bn");
    await buy("plain", 1440, "en", { javaScriptEnabled: false });
    await payByLink("linked", 360, "en");
    await tryAgain("declined", 1440, "bn");
    await leave("left", 1440, "en");
  },
  async save() {
    await save("saved", 360, "bn");
  },
  async remove() {
    await remove("removed", 1440, "en", { javaScriptEnabled: false });
  },
};
await jobs[job]();

console.log(JSON.stringify({ ...seen, complaints }));
await browser.close();
