// The API's document in Swagger UI, and a login whose access token goes with every call tried. It is kept by this page alone.
"use strict";

const ui = SwaggerUIBundle({
  url: "../openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null,
});

const said = document.getElementById("said");

document.getElementById("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  const [email, password] = ["email", "password"].map((id) => document.getElementById(id));
  said.textContent = "…";
  try {
    const answer = await fetch("../accounts/login/", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email: email.value, password: password.value }),
    });
    const body = await answer.json();
    if (!answer.ok) {
      said.textContent = body.detail;
      return;
    }
    ui.preauthorizeApiKey("bearer", body.access);
    password.value = "";
    said.textContent = `Logged in as ${email.value} for ${Math.round(body.expires_in / 60)} minutes.`;
  } catch {
    said.textContent = "The shop cannot be reached.";
  }
});
