// People at Chromium who do jobs, and notice what is wrong on their way. Scripts with jobs import this.
// Usage: node SCRIPT CHROMIUM PLAN, a JSON file:
//   {"base", "mailbox", "look": {"width", "colorScheme", "language", "scripts"}, "texts": {"English": "translated"}},
//   and what the jobs are about. `leave` prints as JSON which jobs were done, and what was wrong.
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { barriers } from "./barriers.mjs";

const [executablePath, file] = process.argv.slice(2);
export const plan = JSON.parse(readFileSync(file, "utf8"));
const { base } = plan;
export const { look } = plan;
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const done = [];
const wrong = [];

// A text of the pages in the language of the look.
export function t(text) {
  assert(text in plan.texts, `no page says “${text}”`);
  return plan.texts[text];
}

// A text with its digits as computers write them.
export const plain = (text) => text.replace(/[০-৯]/g, (digit) => "০১২৩৪৫৬৭৮৯".indexOf(digit)).replaceAll(",", "");

// The code in the last mail to an address.
export async function mailedCode(email) {
  const { messages } = await (await fetch(plan.mailbox)).json();
  const mails = Object.values(messages).flat().filter((mail) => mail.To.includes(email));
  return mails.at(-1).BodyText.match(/\b[0-9]{6}\b/)[0];
}

let strangers;

// A job is done by a stranger, or by a person whose session another job has left.
export async function job(name, act, session = strangers) {
  const options = { viewport: { width: look.width, height: 800 }, colorScheme: look.colorScheme };
  const context = await browser.newContext({ ...options, javaScriptEnabled: look.scripts, storageState: session });
  const person = new Person(await context.newPage(), (what) => wrong.push(`${name}: ${what}`));
  try {
    await act(person);
    await person.look();
    done.push(name);
  } catch (error) {
    await person.page.screenshot({ path: `${plan.folder}/${name}.png`, fullPage: true });
    wrong.push(`${name}: at ${person.page.url()}: ${error.stack}\n${await person.text()}`);
  }
  session = await context.storageState();
  await context.close();
  return session;
}

export async function leave() {
  console.log(JSON.stringify({ done, wrong }));
  await browser.close();
}

class Person {
  #expected = 0;

  constructor(page, say) {
    this.page = page;
    this.say = say;
    this.main = page.locator("main");
    page.setDefaultTimeout(60_000);
    page.on("pageerror", (error) => say(String(error)));
    // The console has as errors what the Content-Security-Policy blocks, too.
    page.on("console", (message) => {
      if (message.type() !== "error") return;
      if (/^htmx:(sendAbort|afterRequest)/.test(message.text())) return; // a newer request took its place
      if (this.#expected && message.text().includes(`status of ${this.#expected}`)) return;
      say(message.text());
    });
  }

  async chooseLanguage(language = look.language) {
    await this.turn(() => this.page.locator(`button[lang=${language}]`).click());
  }

  // Does what leads to another page, and waits until it is there.
  async turn(act) {
    await Promise.all([this.page.waitForEvent("load"), act()]);
  }

  async open(path) {
    await this.page.goto(base + path);
  }

  // A link by the end of its address, or the beginning of that end.
  link(path) {
    return this.page.locator(`a:is([href$="${path}"], [href*="${path}?"])`).filter({ visible: true }).first();
  }

  async follow(target) {
    await this.turn(() => (typeof target === "string" ? this.link(target) : target).click());
  }

  // A form by the end of its address.
  form(action) {
    return this.page.locator(`form:is([action$="${action}"], [action*="${action}?"])`).first();
  }

  button(action) {
    return this.form(action).locator("button:not([formaction])").last();
  }

  // Opens what is folded up around a field or a button.
  async unfold(found) {
    const folded = found.first().locator("xpath=ancestor::details[not(@open)]/summary");
    if (await folded.count()) await folded.click();
  }

  async fill(action, values) {
    for (const [name, value] of Object.entries(values)) {
      const field = this.form(action).locator(`[name="${name}"]:not([type=hidden])`);
      await this.unfold(field);
      const kind = await field.first().evaluate((one) => one.type);
      if (Array.isArray(value)) for (const one of await field.all()) await one.setChecked(value.includes(await one.inputValue()));
      else if (kind === "checkbox") await field.setChecked(value);
      else if (kind === "select-one") await field.selectOption(value);
      else if (kind === "file") await field.setInputFiles(value);
      else await field.fill(String(value));
    }
  }

  // Fills in a form, sends it, and waits for the page that answers.
  async send(action, values = {}) {
    await this.fill(action, values);
    await this.unfold(this.button(action));
    await this.turn(() => this.button(action).click());
  }

  // Does what the shop refuses; returns what it says.
  async refused(status, act) {
    this.#expected = status;
    await act();
    const said = await this.page.getByRole("alert").innerText();
    this.#expected = 0;
    return said;
  }

  async signIn({ email, password }) {
    await this.send("/sign-in", { email, password });
    await this.page.getByRole("button", { name: t("Sign out") }).first().waitFor();
  }

  // Presses Tab until something has the focus, and checks that the focus is seen.
  async tab(target) {
    await target.waitFor();
    for (let presses = 0; presses < 200; presses += 1) {
      if (await target.evaluate((one) => one === document.activeElement)) break;
      await this.page.keyboard.press("Tab");
    }
    const isSeen = await target.evaluate((one) => {
      const { outlineStyle, boxShadow } = getComputedStyle(one);
      return one === document.activeElement && (outlineStyle !== "none" || boxShadow !== "none");
    });
    assert(isSeen, `the focus does not come to ${target}, or is not seen there`);
  }

  // Types into a field that Tab leads to, in place of what it has.
  async type(target, text) {
    await this.tab(target);
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.type(text);
  }

  // Presses Enter on what Tab leads to.
  async enter(target) {
    await this.tab(target);
    await this.turn(() => this.page.keyboard.press("Enter"));
  }

  // Types into the search of the page: what is found follows by itself or, without scripts, on Enter.
  async search(text) {
    await this.type(this.main.getByRole("searchbox"), text);
    if (!look.scripts) await this.turn(() => this.page.keyboard.press("Enter"));
    await this.page.waitForURL((url) => url.searchParams.get("search") === text);
  }

  // Goes on while the answer to a request is held back, and waits for it then.
  async meanwhile(address, act) {
    let goOn;
    const held = new Promise((resolve) => (goOn = resolve));
    await this.page.route(address, (route) => held.then(() => route.continue()).catch(() => {}));
    await act();
    const answered = this.page.waitForResponse(address);
    goOn();
    await (await answered).finished();
    await this.page.unroute(address);
  }

  // Chooses in the form of a list: it follows by itself or, without scripts, when it is sent.
  async choose(name, value) {
    const form = this.main.locator("search form");
    await form.locator(`[name=${name}]`).selectOption(value);
    if (!look.scripts) await this.turn(() => form.getByRole("button").click());
    await this.page.waitForURL((url) => (url.searchParams.get(name) ?? "") === value);
  }

  // Downloads a file; returns its text.
  async download(link) {
    const [download] = await Promise.all([this.page.waitForEvent("download"), link.click()]);
    return readFileSync(await download.path(), "utf8");
  }

  // Presses the button that prints the page.
  async prints() {
    await this.page.evaluate(() => (window.print = () => (document.title = "printed")));
    await this.main.getByRole("button", { name: t("Print") }).click();
    await this.page.waitForFunction(() => document.title === "printed");
  }

  async text(selector = "main") {
    return plain(await this.page.locator(selector).first().innerText());
  }

  // Checks that the page shows some texts.
  async sees(...texts) {
    const shown = await this.text();
    for (const text of texts) assert(shown.includes(plain(text)), `the page does not show “${text}”`);
  }

  // Checks that the page says that something is done.
  async reads(text) {
    assert.equal(await this.page.getByRole("status").innerText(), t(text));
  }

  // Looks at the page as it is: at its language, its width, and what axe finds.
  async look() {
    const shown = await this.page.evaluate(() => ({
      language: document.documentElement.lang,
      isTooWide: document.documentElement.scrollWidth > window.innerWidth,
    }));
    const say = (what) => this.say(`${this.page.url().slice(base.length)}: ${what}`);
    if (shown.language !== look.language) say(`is in ${shown.language}`);
    if (shown.isTooWide) say("is wider than the window");
    for (const text of await this.page.evaluate(latin)) if (isEnglish(text)) say(`is in English: ${text}`);
    if (!look.scripts) return;
    for (const barrier of await barriers(this.page)) say(barrier);
  }
}

// The texts of a page in Latin letters.
function latin() {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (/[a-z]/i.test(data) && !parentElement.closest("code, script, [lang]:not(html)")) found.push(data.trim());
  }
  return found;
}

// Whether a text should have been translated: names are not, whatever other tests call their products.
function isEnglish(shown) {
  if (look.language === "en") return false;
  const text = plan.names.reduce((rest, name) => rest.replaceAll(name, ""), shown).trim();
  return /[a-z]{3,} [a-z]{3,}/.test(text) || (plan.texts[text] ?? text) !== text;
}

strangers = await job("choose a language", async (visitor) => {
  await visitor.open("/");
  await visitor.chooseLanguage();
});
