// The site: serves one page, as its configuration says, and says that it is well.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const { port, greeting } = JSON.parse(readFileSync("site/config.json", "utf8"));

createServer((request, response) => {
  if (request.url === "/health") response.end("ok\n");
  else response.end(`${greeting}\n`);
}).listen(port, "127.0.0.1");
