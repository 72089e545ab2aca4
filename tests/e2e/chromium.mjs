// A page in Chromium, watched: what the console and the page complain of, what is refused, whom the page calls.
import { chromium } from "playwright-core";

const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export async function open(executablePath) {
  const browser = await chromium.launch({ executablePath, args });
  const page = await browser.newPage({ viewport: { width: 1200, height: 1000 } });
  page.setDefaultTimeout(120_000);
  const complaints = [];
  const refusals = [];
  const hosts = new Set();
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => request.url().startsWith("http") && hosts.add(new URL(request.url()).host));
  page.on("response", (response) => {
    if (response.status() < 400) return;
    refusals.push({ status: response.status(), method: response.request().method(), path: new URL(response.url()).pathname });
  });
  return { browser, page, watched: () => ({ complaints, refusals, hosts: [...hosts] }) };
}
