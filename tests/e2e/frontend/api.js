// The API's client. axios.js and config.js, with the API's address, come from the server of this folder.
import axios from "./axios.js";
import { baseURL } from "./config.js";

export const api = axios.create({ baseURL });

api.interceptors.request.use((config) => {
  const token = localStorage.getItem("access");
  if (token) config.headers.Authorization = `Bearer ${token}`;
  config.headers["X-Requested-With"] = "XMLHttpRequest";
  return config;
});

api.interceptors.response.use(undefined, (error) => {
  if (error.response?.status === 401) {
    localStorage.removeItem("access");
    location.hash = "#/login";
  }
  return Promise.reject(error);
});
