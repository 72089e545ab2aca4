// Registering, logging in, one's profile.
import { api } from "./api.js";
import { form, show, toast } from "./ui.js";

export const session = { profile: null };

export function register() {
  const fields = { username: "", email: "", first_name: "", last_name: "", password: "" };
  const submit = async (entered) => {
    const response = await api.post("/accounts/register/", entered);
    toast(response.data.message);
    location.hash = `#/verify/${entered.email}`;
  };
  show("Register", form("Register", fields, submit));
}

export function verify(email = "") {
  const submit = async (entered) => {
    const response = await api.post("/accounts/verify-otp/", entered);
    toast(response.data.message);
    location.hash = "#/login";
  };
  show("Verify", form("Verify", { email, otp_code: "" }, submit));
}

export function login() {
  const submit = async (entered) => {
    const response = await api.post("/accounts/login/", entered);
    localStorage.setItem("access", response.data.access);
    location.hash = "#/products";
  };
  show("Log in", form("Log in", { email: "", password: "" }, submit));
}

export async function loadProfile() {
  const response = await api.get("/accounts/profile/");
  session.profile = response.data;
}

export function profile() {
  const { first_name, last_name } = session.profile;
  const submit = async (entered) => {
    const response = await api.patch("/accounts/profile/", { ...session.profile, ...entered });
    session.profile = response.data;
    profile();
    toast(response.data.message);
  };
  show("Profile", form("Save", { first_name, last_name }, submit));
}
