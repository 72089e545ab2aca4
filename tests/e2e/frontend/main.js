// Which page is open, and the links to the others.
import { loadProfile, login, profile, register, session, verify } from "./accounts.js";
import { manage, monthly, weekly } from "./admin.js";
import { buy, installments, nextDue, products, purchases, schedule } from "./shop.js";
import { attempt, element } from "./ui.js";

const OF_EVERYBODY = { products: "Products", register: "Register", login: "Log in" };
const OF_CUSTOMERS = {
  products: "Products",
  purchases: "Purchases",
  installments: "Installments",
  schedule: "Schedule",
  nextDue: "Next due",
  profile: "Profile",
};
const OF_ADMINS = { manage: "Manage", weekly: "Weekly", monthly: "Monthly" };
const PAGES = { register, verify, login, products, buy, purchases, installments, schedule, nextDue, profile };
const ADMIN_PAGES = { manage, weekly, monthly };

function drawLinks() {
  const mine = session.profile;
  const links = mine ? { ...OF_CUSTOMERS, ...(mine.is_superuser && OF_ADMINS) } : OF_EVERYBODY;
  const drawn = Object.entries(links).map(([name, text]) => element("a", { href: `#/${name}`, textContent: text }));
  document.querySelector("nav").replaceChildren(...drawn);
}

async function open() {
  const [name, ...given] = location.hash.slice(2).split("/");
  if (!localStorage.getItem("access")) session.profile = null;
  else if (!session.profile) await loadProfile();
  drawLinks();
  const pages = { ...PAGES, ...(session.profile?.is_superuser && ADMIN_PAGES) };
  await (pages[name] ?? products)(...given);
}

addEventListener("hashchange", () => attempt(open));
attempt(open);
