// Uses a client made from the contract: this compiles only as long as the contract says what is read and sent here.
import type { components, operations, paths } from "./contract";

type Answer<Operation extends { responses: object }, Status extends keyof Operation["responses"]> =
  Operation["responses"][Status] extends { content: { "application/json": infer Body } } ? Body : never;
type Order = paths["/purchases/create/"]["post"]["requestBody"]["content"]["application/json"];

export const order: Order = {
  product: 1,
  quantity: 1,
  interval: "30d",
  first_installment_amount: "300.00", // text or a number
  installment_count: 3,
};

// @ts-expect-error an order says in how many installments
export const incomplete: Order = { product: 1, quantity: 1, interval: "30d", first_installment_amount: 300 };

export function left(purchase: Answer<operations["buy"], 201>): number {
  return purchase.installments.reduce((sum, installment) => sum + installment.due_amount, 0);
}

export function names(products: Answer<operations["list_products"], 200>): string[] {
  return products.map((product) => `${product.id}: ${product.name}`);
}

export function said(problem: components["schemas"]["Problem"]): string {
  return `${problem.code}: ${problem.detail}`;
}
