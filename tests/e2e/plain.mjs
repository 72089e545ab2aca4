// What pages promise without scripts, in Chromium with JavaScript off; prints as JSON what was seen.
// Usage: node plain.mjs CHROMIUM PLAN, a JSON file:
//   {"base", "customer": {"email", "password"}, "staff": {"email", "password"}, "product", "link"}
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [executablePath, file] = process.argv.slice(2);
const { base, customer, staff, product, link } = JSON.parse(readFileSync(file, "utf8"));
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const complaints = [];

async function visit() {
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  page.setDefaultTimeout(120_000);
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  return page;
}

async function signIn(page, { email, password }) {
  await page.locator("main [name=email]").fill(email);
  await page.locator("main [name=password]").fill(password);
  await page.locator("main [name=password]").press("Enter");
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}

// A visitor searches, has a plan quoted, signs in on the way, and buys.
const buyer = await visit();
await buyer.goto(`${base}/`);
await buyer.getByRole("searchbox").fill(product);
await buyer.getByRole("button", { name: "Find" }).click();
await buyer.waitForURL(/search=/);
const found = await buyer.locator(".products h2").allInnerTexts();
await buyer.getByRole("link", { name: product }).click();
await buyer.locator("main [name=first_installment_amount]").fill("400");
await buyer.getByRole("button", { name: "Show the plan" }).click();
await buyer.waitForURL(/first_installment_amount=400/);
const quote = await buyer.locator("#quote").innerText();
await buyer.locator("#quote a[href*='/checkout']").click();
await buyer.locator("main a[href*='/sign-in']").click();
await signIn(buyer, customer);
await buyer.locator("main form[action*='/buy'] button[type=submit]").click();
const bought = await buyer.getByRole("status").innerText();

// The customer pays an installment.
await buyer.getByRole("link", { name: "To pay" }).first().click();
await buyer.locator("main a[href*='/shop/installments/']").last().click();
await buyer.locator("main form[action*='/pay'] button[type=submit]").click();
const paid = await buyer.getByRole("status").innerText();

// Whoever has the link of a reminder pays what is due.
const payer = await visit();
await payer.goto(base + link);
await payer.locator("main form[action*='/pay/'] button[type=submit]").first().click();
const paid_by_link = await payer.getByRole("status").innerText();

// Staff find the customer and take money.
const clerk = await visit();
await clerk.goto(`${base}/admin/counter`);
await signIn(clerk, staff);
await clerk.getByRole("searchbox").fill(customer.email);
await clerk.getByRole("button", { name: "Find" }).click();
await clerk.locator("#found a").first().click();
const taking = clerk.locator("main form[action*='/payments']").first();
await taking.locator("[name=amount]").fill("100");
await taking.locator("button[type=submit]").click();
await clerk.waitForURL(/receipts/);
const receipt = await clerk.locator("main").innerText();

console.log(JSON.stringify({ found, quote, bought, paid, paid_by_link, receipt, complaints }));
await browser.close();
