// What customers and staff do most, in Chromium; prints as JSON what was seen.
// Usage: node jobs.mjs CHROMIUM PLAN, a JSON file:
//   {"base", "folder", "customer": {"email", "password"}, "staff": {"email", "password"}, "product"}
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [executablePath, file] = process.argv.slice(2);
const { base, folder, customer, staff, product } = JSON.parse(readFileSync(file, "utf8"));
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const complaints = [];

async function visit(options) {
  const context = await browser.newContext({ viewport: { width: 360, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  return page;
}

async function signIn(page, { email, password }) {
  await page.locator("main [name=email]").fill(email);
  await page.locator("main [name=password]").fill(password);
  await page.locator("main [name=password]").press("Enter");
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}

// A visitor searches as they type, moves the slider, signs in on the way, and buys: by keyboard alone.
const buyer = await visit({});
await buyer.goto(`${base}/`);
await buyer.getByRole("searchbox").focus();
await buyer.keyboard.type(product);
await buyer.waitForFunction(() => document.querySelectorAll(".products li").length === 1);
await buyer.getByRole("link", { name: product }).focus();
await buyer.keyboard.press("Enter");
await buyer.waitForURL(/products/);
const slider = buyer.locator("input[type=range]");
await slider.focus();
const before = await buyer.locator("#quote").innerText();
await buyer.keyboard.press("ArrowRight");
await buyer.keyboard.press("ArrowRight");
await buyer.waitForFunction((text) => document.querySelector("#quote").innerText !== text, before);
await buyer.locator("#quote a[href*='/checkout']").focus();
await buyer.keyboard.press("Enter");
await buyer.locator("main a[href*='/sign-in']").focus();
await buyer.keyboard.press("Enter");
await buyer.waitForURL(/sign-in/);
await signIn(buyer, customer);
await buyer.locator("main form[action*='/buy'] button[type=submit]").focus();
await buyer.keyboard.press("Enter");
await buyer.getByRole("status").waitFor();
const bought = await buyer.getByRole("status").innerText();

// What is due is paid with two clicks, also without scripts.
const payer = await visit({ javaScriptEnabled: false });
await payer.goto(`${base}/shop/account/sign-in`);
await signIn(payer, customer);
await payer.getByRole("link", { name: "To pay" }).first().click();
await payer.locator("main a[href*='/shop/installments/']").first().click();
await payer.locator("main form[action*='/pay'] button[type=submit]").click();
const paid = await payer.getByRole("status").innerText();
await payer.screenshot({ path: `${folder}/paid.png`, fullPage: true });

// Staff take money with three clicks at most and one number, by keyboard alone.
const clerk = await visit({ viewport: { width: 1440, height: 900 } });
await clerk.goto(`${base}/admin/`);
await signIn(clerk, staff);
await clerk.keyboard.type(customer.email.split("@")[0]);
await clerk.keyboard.press("Enter");
await clerk.waitForURL(/counter/);
const found = clerk.locator("#found a").first();
await found.focus();
await clerk.keyboard.press("Enter");
await clerk.waitForURL(/customers/);
const file_of_customer = clerk.url().replace(/\/counter.*/, "");
const amount = clerk.locator("main form[action*='/payments'] [name=amount]").first();
await amount.focus();
await clerk.keyboard.press("Control+A");
await clerk.keyboard.type("100");
await clerk.keyboard.press("Enter");
await clerk.waitForURL(/receipts/);
const receipt = await clerk.locator("main").innerText();
await clerk.screenshot({ path: `${folder}/receipt.png`, fullPage: true });

// A product gets a photo that is larger than the shop takes: it is made smaller before it is sent.
await clerk.goto(`${base}/admin/products`);
await clerk.getByRole("searchbox").fill(product);
await clerk.waitForFunction(() => document.querySelectorAll("#found tbody tr").length === 1);
await clerk.getByRole("link", { name: product }).click();
const photo = await clerk.evaluate(() => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [4000, 2000];
  return canvas.toDataURL("image/png").split(",")[1];
});
const chosen = { name: "photo.png", mimeType: "image/png", buffer: Buffer.from(photo, "base64") };
await clerk.locator("[name=picture]").setInputFiles(chosen);
await clerk.waitForFunction((size) => document.querySelector("[name=picture]").files[0].size !== size, chosen.buffer.length);
await clerk.locator("form[action$='/picture'] button").click();
const said = await clerk.getByRole("status").innerText();
const sides = await clerk.locator("img.picture").evaluate(async (image) => {
  await image.decode();
  return [image.naturalWidth, image.naturalHeight];
});
const pictured = [said, ...sides];

// A button that is pressed twice sends its form once.
await clerk.goto(file_of_customer);
let posts = 0;
clerk.on("request", (request) => request.method() === "POST" && (posts += 1));
await clerk.locator("form[action*='/notes'] [name=text]").fill("Called, will come on Friday");
await clerk.locator("form[action*='/notes'] button[type=submit]").dblclick();
await clerk.getByText("The note is kept.").waitFor();

console.log(JSON.stringify({ bought, paid, receipt, posts, pictured, complaints }));
await browser.close();
