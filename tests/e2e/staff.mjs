// The jobs of staff, each done as far as what it is done for: see person.mjs.
// The plan is about: "staff" and "customer", each {"username", "email", "password"}; "newcomer"; "product"; "purchases",
//   two, each {"id", "installments": ids}, the second of which, ৳700.00, is overdue; "waiting", two addresses of payments.
import { strict as assert } from "node:assert";
import { job, leave, look, plan, t } from "./person.mjs";

const { staff, customer, newcomer, product, purchases, waiting, reason } = plan;
const [first, second] = purchases;
const login = { email: customer.email, password: customer.password };
const file = `/admin/customers/${customer.id}`;
const there = `/admin/purchases/${second.id}`;

const session = await job("take money at the counter, by keyboard alone", async (clerk) => {
  await clerk.open("/admin/");
  await clerk.signIn(staff);
  await clerk.look();
  await clerk.page.keyboard.type(customer.username);
  await clerk.turn(() => clerk.page.keyboard.press("Enter"));
  await clerk.look();
  await clerk.turn(() => clerk.page.keyboard.press("Enter"));
  await clerk.look();
  if (!look.scripts) await clerk.page.keyboard.press("Control+A");
  await clerk.page.keyboard.type("770");
  await clerk.turn(() => clerk.page.keyboard.press("Enter"));
  await clerk.reads("Done. Here is the receipt.");
  await clerk.sees("৳770.00", "৳70.00", t("Cash"));
  await clerk.look();
  if (look.scripts) await clerk.prints();
  await clerk.enter(clerk.main.getByRole("link", { name: t("Next customer") }));
  await clerk.search(customer.username);
  await clerk.tab(clerk.link(`${file}/counter`));
});

await job("take in a new customer and sell, by keyboard alone", async (clerk) => {
  await clerk.open("/admin/customers");
  await clerk.enter(clerk.link("/admin/customers/new"));
  await clerk.look();
  await clerk.page.keyboard.type(reason);
  await clerk.type(clerk.main.locator("[name=email]"), newcomer.email);
  await clerk.turn(() => clerk.page.keyboard.press("Enter"));
  await clerk.reads("The customer is added. A password can be set by mail: “I forgot my password”.");
  await clerk.enter(clerk.main.getByRole("link", { name: t("Sell"), exact: true }));
  await clerk.look();
  await clerk.search(product);
  await clerk.enter(clerk.main.getByRole("link", { name: product }));
  await clerk.type(clerk.main.locator("[name=quantity]"), "2");
  const pick = async () => {
    await clerk.type(clerk.main.locator("[name=installment_count]"), "4");
    await clerk.type(clerk.main.locator("[name=first_installment_amount]"), "800");
  };
  if (look.scripts) {
    await clerk.meanwhile(/installment_count=4/, pick);
    await clerk.tab(clerk.main.locator("[name=method]"));
  } else {
    await pick();
    await clerk.enter(clerk.main.getByRole("button", { name: t("Show the plan") }));
  }
  await clerk.page.waitForURL(/quantity=2.*installment_count=4.*first_installment_amount=800/);
  await clerk.sees("৳2,000.00", "৳800.00", "৳400.00");
  await clerk.look();
  await clerk.enter(clerk.main.getByRole("button", { name: t("Sell and take the first payment") }));
  await clerk.reads("It is sold. Here is the receipt.");
  await clerk.sees(product, "৳800.00");
}, session);

await job("keep a customer's file", async (clerk) => {
  await clerk.open("/admin/customers");
  await clerk.search(customer.username);
  await clerk.follow(file);
  await clerk.look();
  let posts = 0;
  clerk.page.on("request", (request) => request.method() === "POST" && (posts += 1));
  const promise = { "promise.date": plan.soon, "promise.amount": "50" };
  await clerk.fill("/notes", { text: reason, ...promise });
  await clerk.turn(() => (look.scripts ? clerk.button("/notes").dblclick() : clerk.button("/notes").click()));
  await clerk.reads("The note is kept.");
  assert.equal(posts, 1);
  await clerk.follow(`${file}/contact`);
  await clerk.look();
  assert(await clerk.refused(400, () => clerk.send("/contact", { phone: "12" })));
  await clerk.look();
  await clerk.send("/contact", { phone: "01912345678", address: reason });
  await clerk.reads("The contact data are changed.");
  await clerk.send("/reminders");
  await clerk.reads("The reminder is on its way.");
  await clerk.send("/credit-limit", { credit_limit: "50000", reason });
  await clerk.reads("The credit limit is set.");
  await clerk.send("/block", { reason });
  await clerk.reads("The customer may pay, but not buy any more.");
  await clerk.look();
  await clerk.send("/block", { reason });
  await clerk.reads("The customer may buy again.");
  await clerk.sees(reason, "৳50.00", "৳50,000.00", "+8801912345678");
  for (const topic of ["notes", "journal", "attempts", "mails"]) {
    await clerk.follow(`${file}/${topic}`);
    await clerk.look();
  }
}, session);

await job("confirm and turn down payments", async (clerk) => {
  await clerk.open("/admin/");
  await clerk.follow("/admin/waiting");
  await clerk.look();
  const [confirmed, rejected] = waiting;
  await clerk.follow(confirmed);
  await clerk.look();
  await clerk.send("/confirm", { method: "bank_transfer", reference: "TRX 4711" });
  await clerk.reads("The payment is confirmed.");
  await clerk.follow(rejected);
  await clerk.send("/reject", { reason });
  await clerk.reads("The payment is turned down.");
  await clerk.open(`${file}/attempts`);
  await clerk.sees(t("Confirmed"), t("Turned down"), reason);
  await clerk.follow(confirmed);
  await clerk.follow(clerk.main.getByRole("link", { name: t("Receipt") }));
  await clerk.sees(t("Bank transfer"), "TRX 4711", "৳600.00");
}, session);

await job("do to a purchase what can be done", async (owner) => {
  await owner.open("/admin/purchases");
  await owner.choose("status", "due");
  await owner.search(product);
  await owner.look();
  await owner.follow(there);
  await owner.look();
  const act = async (name, values) => {
    await owner.follow(`${there}/${name}`);
    await owner.look();
    await owner.send(`/${name}`, { ...values, reason });
  };
  await act("fee-waivers", {});
  await owner.reads("The late fee is waived.");
  await act("due-dates", { installment: second.installments[2], due_date: plan.soon });
  await owner.reads("The due date is moved.");
  await act("goodwill", { installment: second.installments[2], amount: "50" });
  await owner.reads("The amount is taken off.");
  await act("plans", { installment_count: "2", first_due_date: plan.soon });
  await owner.look();
  await owner.send("/plans");
  await owner.reads("The new plan holds from now on.");
  await owner.sees("৳675.00");
  await act("returns", { quantity: "1" });
  await owner.reads("The pieces are taken back.");
  await owner.follow(`${there}/payments`);
  await owner.send("/payments", { amount: "100" });
  await owner.follow(owner.main.getByRole("link", { name: t("Wrong? Take it back") }));
  await owner.look();
  await owner.send(new URL(owner.page.url()).pathname, { reason });
  await owner.reads("The entry is reversed.");
  await act("cancel", {});
  await owner.reads("The purchase is cancelled.");
  await act("refunds", { method: "bank_transfer", reference: "TRX 0815" });
  await owner.sees("৳600.00", "TRX 0815", t("Money handed out"));
  await owner.open(`/admin/purchases/${first.id}/write-off`);
  await owner.send("/write-off", { reason });
  await owner.reads("The debt is written off.");
  await owner.sees(t("Written off"), reason);
}, session);

await job("look after a product", async (clerk) => {
  const name = `${product}+`;
  await clerk.open("/admin/products");
  await clerk.follow("/products/new");
  await clerk.look();
  const terms = { "terms.least_first_share": "50", "terms.most_installments": "4", "terms.plan_markup": "10" };
  await clerk.send("/products/new", { name, price: "2000", stock: "5", description: reason, ...terms });
  await clerk.reads("The product is on sale. Give it a picture now.");
  await clerk.look();
  const chosen = await photo(clerk.page);
  await clerk.fill("/picture", { picture: chosen });
  if (look.scripts)
    await clerk.page.waitForFunction((size) => document.querySelector("[name=picture]").files[0].size !== size, chosen.buffer.length);
  await clerk.send("/picture");
  await clerk.reads("The product has this picture now.");
  const sides = await clerk.main.locator("img.picture").evaluate(async (image) => {
    await image.decode();
    return [image.naturalWidth, image.naturalHeight];
  });
  assert.deepEqual(sides, look.scripts ? [1600, 800] : [40, 20]);
  const here = new URL(clerk.page.url()).pathname.replace(/.*(?=\/admin)/, "");
  await clerk.send(here, { price: "2500", "terms.intervals[]": ["monthly"] });
  await clerk.reads("The product is changed.");
  await clerk.send("/stock", { stock: "7" });
  await clerk.reads("The stock is set.");
  await clerk.send("/picture/remove");
  await clerk.reads("The picture is removed.");
  await clerk.send("/archive");
  await clerk.reads("The product is off sale.");
  await clerk.look();
  await clerk.open("/admin/products");
  await clerk.follow("/products/archived");
  await clerk.look();
  await clerk.send(`${here}/restore`);
  await clerk.reads("The product is on sale again.");
  await clerk.follow(here.replace("/admin", "/shop"));
  await clerk.sees(name, reason, "৳2,500.00", "৳2,750.00", t("every month"));
}, session);

await job("say who may do what", async (owner) => {
  await owner.open("/admin/users");
  await owner.search(customer.username);
  await owner.look();
  await owner.follow(`/admin/users/${customer.id}`);
  await owner.look();
  await owner.send("/roles", { "is_staff!": true });
  await owner.sees(t("User changed"), `${t("Staff")}: ${t("yes")}`);
  await owner.send("/roles", { "is_staff!": false });
  await owner.send("/active");
  await owner.sees(t("Deactivated"), `${t("Active")}: ${t("no")}`);
  await owner.look();
  await job("a user who is deactivated cannot sign in", async (visitor) => {
    await visitor.open("/shop/account/sign-in");
    assert(await visitor.refused(403, () => visitor.send("/sign-in", login)));
  });
  await owner.send("/active");
  await owner.sees(`${t("Active")}: ${t("yes")}`);
}, session);

await job("read the reports, and take them along as files", async (clerk) => {
  await clerk.open("/admin/reports");
  const links = clerk.main.locator("h3 a");
  const addresses = await links.evaluateAll((all) => all.map((one) => one.href));
  assert.equal(addresses.length, 13);
  let files = "";
  for (const address of addresses) {
    await clerk.page.goto(address);
    await clerk.look();
    for (const file of await clerk.main.locator("a[download]").all()) files += await clerk.download(file);
  }
  for (const kept of [customer.username, reason, "770.00", "Assets:Bank  -600.00 BDT"]) assert(files.includes(kept), kept);
}, session);

await job("look up who did what, and how the shop is set up", async (clerk) => {
  await clerk.open("/admin/audit");
  await clerk.look();
  await clerk.sees(reason, t("Entry reversed"));
  assert((await clerk.download(clerk.main.locator("a[download]"))).includes(reason));
  const before = await clerk.text();
  await clerk.follow(clerk.main.getByRole("link", { name: t("Next") }));
  assert.notEqual(await clerk.text(), before);
  await clerk.follow(clerk.main.getByRole("link", { name: t("Previous") }));
  await clerk.follow("/admin/settings");
  await clerk.look();
  await clerk.sees("PaymentMode");
}, session);

// A photo that is larger than the shop takes, or a small one where no script makes it smaller.
async function photo(page) {
  const data = await page.evaluate((isLarge) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = isLarge ? [4000, 2000] : [40, 20];
    return canvas.toDataURL("image/png").split(",")[1];
  }, look.scripts);
  return { name: "photo.png", mimeType: "image/png", buffer: Buffer.from(data, "base64") };
}

await leave();
