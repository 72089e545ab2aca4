// Browsing, buying, paying.
import { api } from "./api.js";
import { button, element, form, show, table, toast } from "./ui.js";

export async function products() {
  const response = await api.get("/products/");
  const byName = response.data.sort((one, other) => one.name.localeCompare(other.name));
  show("Products", table(byName, ["name", "price"], { Buy: (product) => void (location.hash = `#/buy/${product.id}`) }));
}

export async function buy(id) {
  const { data: product } = await api.get(`/products/${id}/`);
  const submit = async (entered) => {
    const response = await api.post("/purchases/create/", {
      ...entered,
      product: parseInt(product.id),
      purchase_date: new Date().toISOString().slice(0, 10),
      purchase_time: new Date().toTimeString().slice(0, 8),
    });
    toast(`You have bought ${response.data.product_name}.`);
    location.hash = "#/purchases";
  };
  const fields = { quantity: "1", first_installment_amount: "", installment_count: "1" };
  show(`Buy ${product.name}`, element("p", { textContent: product.description }), form("Buy", fields, submit));
}

export async function purchases() {
  const response = await api.get("/purchases/my/");
  const newest = response.data.sort((one, other) => other.purchase_date.localeCompare(one.purchase_date));
  show("Purchases", table(newest, ["product_name", "quantity", "total_price", "installment_count", "status"]));
}

export async function installments() {
  const response = await api.get("/installments/");
  const open = response.data.filter((installment) => installment.status !== "paid");
  const byDay = open.sort((one, other) => new Date(one.due_date) - new Date(other.due_date));
  show("Installments", table(byDay, ["product_name", "installment_number", "due_amount", "due_date", "status"]));
}

/** The same list, a few at a time. */
export async function schedule() {
  const list = element("ul");
  const count = element("p");
  const more = button("Load more", () => load());
  let next = "/installments/?page_size=2";
  const load = async () => {
    const response = await api.get(next);
    const lines = response.data.map((one) => element("li", { textContent: `${one.due_date} ${one.product_name}` }));
    list.append(...lines);
    count.textContent = `${list.children.length} of ${response.headers["x-total-count"]}`;
    next = /<([^>]+)>; rel="next"/.exec(response.headers.link)?.[1];
    more.disabled = !next;
  };
  await load();
  show("Schedule", list, count, more);
}

export async function nextDue() {
  show("Next due");
  const { data: due } = await api.get("/installments/next-due/");
  const told = `${due.product_name}, due on ${due.due_date}${due.is_overdue ? ", overdue" : ""}`;
  const submit = async (entered) => {
    const response = await api.post(`/installments/pay/${due.id}/`, entered);
    toast(response.data.detail);
    location.hash = "#/installments";
  };
  show("Next due", element("p", { textContent: told }), form("Pay", { amount: due.due_amount }, submit));
}
