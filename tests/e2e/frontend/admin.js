// What admins do.
import { api } from "./api.js";
import { button, element, form, show, table, toast } from "./ui.js";

export async function manage(product = { name: "", price: "", description: "" }) {
  const response = await api.get("/products/");
  const newest = response.data.sort((one, other) => parseInt(other.id) - parseInt(one.id));
  const { id, name, price, description } = product;
  const submit = async (entered) => {
    await (id ? api.put(`/products/${id}/`, entered) : api.post("/products/", entered));
    await manage();
    toast(id ? "Product changed." : "Product added.");
  };
  const remove = async (chosen) => {
    await api.delete(`/products/${chosen.id}/`);
    await manage();
    toast("Product removed.");
  };
  show(
    id ? `Change ${name}` : "Manage",
    form("Save", { name, price, description }, submit),
    table(newest, ["id", "name", "price", "description"], { Edit: manage, Remove: remove }),
  );
}

const report = (title, period) => async () => {
  const path = `/reports/payment-summary/${period}/`;
  const response = await api.get(path);
  const byName = response.data.sort((one, other) => one.username.localeCompare(other.username));
  const save = async () => {
    const exported = await api.get(path, { params: { format: "csv" }, responseType: "blob" });
    element("a", { href: URL.createObjectURL(exported.data), download: `${period}.csv` }).click();
  };
  const amounts = ["total_paid_amount", "total_due_amount", "overdue_amount"];
  show(title, button("Export", save), table(byName, ["email", ...amounts, "total_purchase_count", "overall_status"]));
};

export const weekly = report("Weekly", "weekly");
export const monthly = report("Monthly", "monthly");
