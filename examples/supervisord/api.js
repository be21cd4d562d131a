// A service with the ways in which services break: it ends, it hangs, it answers that something is wrong.
import { createServer } from "node:http";

const { API_PORT = "8001" } = process.env;
let state = "well";

createServer((request, response) => {
  if (request.method === "POST") state = request.url?.slice(1) ?? state;
  if (request.method === "GET" && state === "hanging") return;
  response.writeHead(request.method === "GET" && state === "ill" ? 500 : 200);
  response.end(`${state}\n`);
}).listen(Number(API_PORT), "127.0.0.1");
