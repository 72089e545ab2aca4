// What pages do beyond HTML and htmx. Every page works without it.

// A form is sent once: its buttons are busy from then on.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "true";
  if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
});

// The browser's Back shows a page as it was left.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
});

// A slider shows its value in the output that names it.
document.addEventListener("input", (event) => {
  const shown = event.target.id && document.querySelector(`output[for="${event.target.id}"]`);
  if (shown) shown.textContent = new Intl.NumberFormat(document.documentElement.lang).format(event.target.value);
});

// What somebody types is not replaced by the answer to what was asked before it.
document.addEventListener("input", (event) => {
  event.target.dataset.typed = "true";
});
document.addEventListener("change", (event) => {
  delete event.target.dataset.typed;
});
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target.querySelector("[data-typed]")) event.detail.shouldSwap = false;
});

// A button that prints.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// A photo that is larger than the shop takes is made smaller before it is sent.
document.addEventListener("change", async (event) => {
  const input = event.target;
  if (!("shrink" in input.dataset) || !input.files.length) return;
  const [file] = input.files;
  const photo = await createImageBitmap(file).catch(() => null);
  if (!photo || (file.size <= 1024 * 1024 && Math.max(photo.width, photo.height) <= 2000)) return;
  const scale = Math.min(1, 1600 / Math.max(photo.width, photo.height));
  const canvas = new OffscreenCanvas(Math.ceil(photo.width * scale), Math.ceil(photo.height * scale));
  const paper = canvas.getContext("2d");
  paper.fillStyle = "white";
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(photo, 0, 0, canvas.width, canvas.height);
  const smaller = new DataTransfer();
  smaller.items.add(new File([await canvas.convertToBlob({ type: "image/jpeg", quality: 0.8 })], file.name));
  input.files = smaller.files;
});

// What is typed first replaces what stands in the field with the focus.
document.querySelector("main input[autofocus]")?.select();

// After a refusal, the first wrong field has the focus.
document.querySelector("[aria-invalid=true]")?.focus();
