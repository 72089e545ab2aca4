// What this frontend has of a library of components.
const PAGE = 10;

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export function show(title, ...parts) {
  document.querySelector("main").replaceChildren(element("h1", { textContent: title }), ...parts);
}

export function toast(message) {
  if (typeof message !== "string") throw new TypeError(`A toast shows a text, not ${JSON.stringify(message)}`);
  document.querySelector("#toasts").append(element("p", { textContent: message }));
}

/** Do what the API may refuse, and tell why it has. Whatever else fails is an error of this frontend's. */
export async function attempt(action) {
  try {
    await action();
  } catch (error) {
    if (!error.response) throw error;
    const told = error.response.data;
    toast(told.first_installment_amount || told.detail || told.message);
  }
}

export function button(text, action) {
  return element("button", { type: "button", textContent: text, onclick: () => attempt(action) });
}

/** Inputs with the values there are, as texts; what is entered is submitted as texts. */
export function form(text, values, submit) {
  const labels = Object.entries(values).map(([name, value]) =>
    element("label", {}, name.replaceAll("_", " "), element("input", { name, value, type: name === "password" ? name : "text" })),
  );
  const onsubmit = (event) => {
    event.preventDefault();
    const entered = Object.fromEntries(new FormData(event.target));
    attempt(() => submit(entered));
  };
  return element("form", { onsubmit }, ...labels, element("button", { textContent: text }));
}

/** Rows that are searched and paged here, in the browser. */
export function table(rows, columns, actions = {}) {
  const body = element("tbody");
  const position = element("span");
  let page = 0;

  const cells = (row) => [
    ...columns.map((column) => element("td", { textContent: row[column] })),
    ...Object.entries(actions).map(([text, action]) => element("td", {}, button(text, () => action(row)))),
  ];
  const draw = () => {
    const wanted = search.value.toLowerCase();
    const found = rows.filter((row) => columns.some((column) => String(row[column]).toLowerCase().includes(wanted)));
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    page = Math.min(Math.max(page, 0), pages - 1);
    const shown = found.slice(page * PAGE, (page + 1) * PAGE);
    body.replaceChildren(...shown.map((row) => element("tr", {}, ...cells(row))));
    position.textContent = ` Page ${page + 1} of ${pages} `;
  };
  const turn = (by) => () => {
    page += by;
    draw();
  };
  const search = element("input", { type: "search", placeholder: "Search", oninput: draw });
  const heads = columns.map((column) => element("th", { textContent: column.replaceAll("_", " ") }));
  draw();
  return element(
    "section",
    {},
    search,
    element("table", {}, element("thead", {}, element("tr", {}, ...heads)), body),
    button("Previous", turn(-1)),
    position,
    button("Next", turn(1)),
  );
}
