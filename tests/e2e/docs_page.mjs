// Opens the docs page in Chromium, logs in, tries a call; prints what was seen as JSON.
// Usage: node docs_page.mjs CHROMIUM URL EMAIL PASSWORD SCREENSHOT
import { open } from "./chromium.mjs";

const [executablePath, url, email, password, screenshot] = process.argv.slice(2);
const { browser, page, watched } = await open(executablePath);

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
console.log(JSON.stringify({ ...seen, ...watched() }));
await browser.close();
