// Does in Chromium what people do with the frontend; prints what was seen as JSON.
// Usage: node frontends.mjs CHROMIUM URL SCREENSHOT SCENE [ARGUMENT…]
import { readFile } from "node:fs/promises";
import { open } from "./chromium.mjs";

const [executablePath, url, screenshot, scene, ...given] = process.argv.slice(2);
const { browser, page, watched } = await open(executablePath);
const enter = (label, text) => page.getByLabel(label, { exact: true }).fill(text);
const entered = (label) => page.getByLabel(label, { exact: true }).inputValue();
const press = (name) => page.getByRole("button", { name, exact: true }).click();
const heading = (name) => page.getByRole("heading", { name, exact: true }).waitFor();
const search = (text) => page.getByPlaceholder("Search").fill(text);
const rows = () => page.locator("tbody tr").evaluateAll((found) => found.map((row) => [...row.cells].map((cell) => cell.innerText)));
const links = () => page.locator("nav a").allInnerTexts();

async function visit(name) {
  await page.getByRole("link", { name, exact: true }).click();
  await heading(name);
}

async function fill(texts, name) {
  for (const [label, text] of Object.entries(texts)) await enter(label, text);
  await press(name);
}

let toasts = 0;
const toast = () => page.locator("#toasts p").nth(toasts++).innerText();

async function logIn(email, password) {
  await fill({ email, password }, "Log in");
  await heading("Products");
}

const scenes = {
  async register(email, password) {
    await visit("Register");
    const username = email.split("@")[0];
    await fill({ username, email, "first name": "Rahim", "last name": "Uddin", password }, "Register");
    const said = await toast();
    await heading("Verify");
    return { said };
  },

  async buy(email, password, code, brand) {
    await page.goto(`${url}/#/verify/${email}`);
    await fill({ "otp code": code }, "Verify");
    const verified = await toast();
    await heading("Log in");
    await logIn(email, password);

    await search(brand);
    const pages = [await rows()];
    await press("Next");
    pages.push(await rows());
    await search(`${brand} Laptop 07`);
    const found = await rows();
    await press("Buy");
    await heading(`Buy ${brand} Laptop 07`);

    await enter("quantity", "2");
    await enter("installment count", "3");
    const refused = [];
    for (const amount of ["", "500"]) {
      await fill({ "first installment amount": amount }, "Buy");
      refused.push(await toast());
    }
    await fill({ "first installment amount": "1000" }, "Buy");
    const bought = await toast();
    await heading("Purchases");
    const history = await rows();
    await visit("Installments");
    const installments = await rows();
    await visit("Schedule");
    const schedule = [await page.locator("main p").innerText()];
    await press("Load more");
    await page.getByText("3 of 3").waitFor();
    schedule.push(await page.locator("main li").count(), await page.getByText("Load more").isDisabled());
    return { verified, links: await links(), pages, found, refused, bought, history, installments, schedule };
  },

  async pay(email, password, count) {
    await page.getByRole("link", { name: "Log in" }).click();
    await logIn(email, password);
    const paid = [];
    while (paid.length < Number(count)) {
      await visit("Next due");
      const amount = await entered("amount");
      const due = await page.locator("main p").innerText();
      await press("Pay");
      paid.push([due.split(",")[0], due.endsWith("overdue"), amount, await toast()]);
      await heading("Installments");
    }
    await visit("Next due");
    const nothing = await toast();

    const profiles = [];
    await visit("Profile");
    for (const [first, last] of [["Karim", "Uddin"], ["Karim", ""]]) {
      await fill({ "first name": first, "last name": last }, "Save");
      profiles.push([await toast(), await entered("first name"), await entered("last name")]);
    }

    await page.evaluate(() => localStorage.setItem("access", "expired"));
    await page.reload();
    await heading("Log in");
    return { paid, nothing, profiles };
  },

  async administer(email, password, brand, customer) {
    await page.getByRole("link", { name: "Log in" }).click();
    await logIn(email, password);
    await visit("Manage");
    await fill({ name: `${brand} Kettle`, price: "2500", description: "1.7 litres" }, "Save");
    const products = [];
    const look = async () => {
      const said = await toast();
      await search(brand);
      products.push([said, await rows()]);
    };
    await look();
    await press("Edit");
    await heading(`Change ${brand} Kettle`);
    await fill({ price: "2750.50" }, "Save");
    await look();
    await press("Remove");
    await look();

    const reports = {};
    for (const name of ["Weekly", "Monthly"]) {
      await visit(name);
      await search(customer);
      const downloading = page.waitForEvent("download");
      await press("Export");
      const download = await downloading;
      const file = await readFile(await download.path(), "utf8");
      reports[name] = { rows: await rows(), named: download.suggestedFilename(), file };
    }
    return { links: await links(), products, reports };
  },
};

try {
  await page.goto(url);
  await heading("Products");
  const seen = await scenes[scene](...given);
  console.log(JSON.stringify({ seen, ...watched() }));
} catch (error) {
  console.error(watched());
  throw error;
} finally {
  await page.screenshot({ path: screenshot });
  await browser.close();
}
