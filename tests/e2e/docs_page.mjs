// Opens the docs page in Chromium, logs in, tries a call; prints what was seen as JSON.
// Usage: node docs_page.mjs CHROMIUM URL EMAIL PASSWORD SCREENSHOT
import { chromium } from "playwright-core";

const [executablePath, url, email, password, screenshot] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const page = await browser.newPage({ viewport: { width: 1200, height: 1000 } });
page.setDefaultTimeout(120_000);
const complaints = [];
const hosts = new Set();
page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
page.on("pageerror", (error) => complaints.push(String(error)));
page.on("request", (request) => request.url().startsWith("http") && hosts.add(new URL(request.url()).host));

await page.goto(url);
await page.getByRole("textbox", { name: "E-mail address" }).fill(email);
await page.getByRole("textbox", { name: "Password" }).fill(password);
await page.getByRole("button", { name: "Log in", exact: true }).click();
await page.getByText(`Logged in as ${email}`).waitFor();

const operation = page.locator("#operations-Auth-read_profile");
await operation.locator(".opblock-summary-control").click();
await operation.getByRole("button", { name: "Try it out" }).click();
await operation.getByRole("button", { name: "Execute" }).click();
const answer = operation.locator(".live-responses-table");
await answer.waitFor();
const seen = { status: await answer.locator(".response-col_status").last().innerText(), body: await answer.innerText() };
await operation.scrollIntoViewIfNeeded();
await page.screenshot({ path: screenshot });
console.log(JSON.stringify({ ...seen, complaints, hosts: [...hosts] }));
await browser.close();
