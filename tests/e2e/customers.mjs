// The jobs of customers, each done as far as what it is done for: see person.mjs.
// The plan is about: "customer" and "newcomer", each {"username", "email", "password"}; "product"; "purchases", two,
//   each {"id", "installments": ids}, the second of which, ৳700.00, is overdue; "link", which pays them.
import { strict as assert } from "node:assert";
import { job, leave, look, mailedCode, plan, t } from "./person.mjs";

const { customer, newcomer, product, purchases, link } = plan;
const login = { email: newcomer.email, password: newcomer.password };
const [first, second] = purchases;
const receiptOn = (person) => person.main.getByRole("link", { name: t("Receipt"), exact: true }).last();

const newAccount = await job("sign up with the mailed code", async (visitor) => {
  await visitor.open("/");
  await visitor.follow("/sign-up");
  await visitor.send("/sign-up", newcomer);
  const code = await mailedCode(newcomer.email);
  const other = code === "123456" ? "654321" : "123456";
  await visitor.look();
  assert(await visitor.refused(400, () => visitor.send("/verify", { otp_code: other })));
  await visitor.look();
  await visitor.send("/verify", { otp_code: code });
  await visitor.reads("Your e-mail address is verified. Sign in now.");
  await visitor.signIn(newcomer);
  await visitor.follow("/profile");
  await visitor.sees(newcomer.username, newcomer.email);
});

await job("change the password", async (member) => {
  await member.open("/shop/account/profile");
  await member.follow("/password/change");
  await member.send("/password/change", { old_password: newcomer.password, new_password: "another password" });
  await member.reads("Your password is changed. Everywhere else you are signed out.");
  await member.look();
  await member.send("/sign-out");
  await member.reads("You are signed out.");
  await member.follow("/sign-in");
  await member.signIn({ ...newcomer, password: "another password" });
}, newAccount);

const again = await job("reset the password with the mailed code", async (visitor) => {
  await visitor.open("/");
  await visitor.follow("/sign-in");
  await visitor.follow("/password");
  await visitor.send("/password", { email: newcomer.email });
  await visitor.reads("If there is an account with this address, a code is on its way.");
  await visitor.look();
  await visitor.send("/password/reset", { otp_code: await mailedCode(newcomer.email), new_password: "a third password" });
  await visitor.reads("Your password is changed. Sign in with the new one.");
  assert(await visitor.refused(401, () => visitor.send("/sign-in", login)));
  await visitor.look();
  await visitor.signIn({ ...newcomer, password: "a third password" });
});

await job("take one's data along and delete the account", async (member) => {
  await member.open("/shop/account/profile");
  const data = JSON.parse(await member.download(member.link("/account/data")));
  assert.equal(data.account.email, newcomer.email);
  await member.follow("/account/delete");
  await member.look();
  await member.send("/account/delete", { password: "a third password" });
  await member.reads("Your account is deleted.");
  await member.follow("/sign-in");
  assert(await member.refused(401, () => member.send("/sign-in", { ...login, password: "a third password" })));
}, again);

await job("find a product and buy it on a plan, by keyboard alone", async (visitor) => {
  await visitor.open("/");
  const asked = [];
  visitor.page.on("request", (request) => request.url().includes("search=") && asked.push(request.url()));
  await visitor.search(product);
  await visitor.enter(visitor.main.getByRole("link", { name: product }));
  const before = await visitor.text("#quote");
  await visitor.tab(visitor.main.getByRole("slider"));
  for (const key of ["Home", "ArrowRight", "ArrowRight"]) await visitor.page.keyboard.press(key);
  if (look.scripts) await visitor.page.waitForURL(/installment_count=3/);
  else await visitor.enter(visitor.main.getByRole("button", { name: t("Show the plan") }));
  assert.notEqual(await visitor.text("#quote"), before);
  await visitor.look();
  await visitor.enter(visitor.link("/checkout"));
  await visitor.look();
  await visitor.enter(visitor.main.getByRole("button", { name: t("Sign in to buy") }));
  await visitor.type(visitor.main.locator("[name=email]"), customer.email);
  await visitor.type(visitor.main.locator("[name=password]"), customer.password);
  await visitor.turn(() => visitor.page.keyboard.press("Enter"));
  await visitor.enter(visitor.button("/buy"));
  await visitor.reads("It is yours. Here is your plan.");
  await visitor.look();
  await visitor.enter(receiptOn(visitor));
  await visitor.sees(product, "৳300.00");
  assert.deepEqual(asked, [...new Set(asked)], "what was found is asked for again, under the focus");
});

const session = await job("pay what is due in two clicks", async (member) => {
  await member.open("/");
  await member.follow("/sign-in");
  await member.signIn(customer);
  await member.follow("/shop/installments");
  await member.look();
  await member.follow(`/shop/installments/${first.installments[1]}`);
  await member.look();
  await member.send("/pay");
  await member.reads("Thank you. Your payment is noted.");
  await member.sees("৳770.00");
  await member.follow(receiptOn(member));
  await member.sees("৳770.00", "৳70.00");
});

await job("pay a part, and say how", async (member) => {
  await member.open(`/shop/purchases/${first.id}`);
  await member.follow(`/shop/installments/${first.installments[2]}`);
  assert(await member.refused(400, () => member.send("/pay", { amount: "1000000" })));
  await member.look();
  await member.send("/pay", { amount: "100", method: "mobile_wallet", reference: "TRX 4711" });
  await member.reads("Thank you. Your payment is noted.");
}, session);

await job("pay everything off", async (member) => {
  await member.open("/shop/purchases");
  await member.choose("status", "due");
  await member.follow(`/shop/purchases/${first.id}`);
  await member.send("/payoff");
  await member.reads("Thank you. Everything is paid.");
  await member.sees(t("Paid"), "৳0.00");
}, session);

await job("find a purchase, and print its receipt", async (member) => {
  await member.open("/shop/purchases");
  await member.choose("status", "paid");
  await member.search(product);
  await member.look();
  await member.follow(`/shop/purchases/${first.id}`);
  await member.follow(receiptOn(member));
  await member.sees(product);
  if (look.scripts) await member.prints();
}, session);

await job("pay with the link of a reminder", async (visitor) => {
  await visitor.open(link);
  await visitor.look();
  await visitor.send(`${link}/${second.installments[1]}`);
  await visitor.reads("Thank you. Your payment is noted.");
  await visitor.sees(t("Nothing is due. Thank you."));
});

await job("keep the profile", async (member) => {
  await member.open("/shop/account/profile");
  const changed = { first_name: "মীনা", phone: "01812345678", address: "১২, মিরপুর", language: "bn", "reminders!": false };
  await member.send("/profile", changed);
  await member.reads("Your profile is saved.");
  await member.page.reload();
  const form = member.form("/profile");
  assert.equal(await form.locator("[name=first_name]").inputValue(), "মীনা");
  assert.equal(await form.locator("[name=language]").inputValue(), "bn");
  assert(!(await form.getByRole("checkbox").isChecked()));
}, session);

await job("read the pages in the other language and back", async (visitor) => {
  await visitor.open("/");
  await visitor.chooseLanguage(look.language === "en" ? "bn" : "en");
  await visitor.follow("/sign-in");
  assert.notEqual(await visitor.page.getAttribute("html", "lang"), look.language);
  await visitor.chooseLanguage();
});

await leave();
