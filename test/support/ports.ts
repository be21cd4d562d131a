import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below what Linux and macOS hand out to outgoing connections: none of them can take the port before its server does. */
const FIRST = 20_000;
const END = 30_000;

/** Finds a port of loopback that is free, for a server that cannot choose one itself. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, END);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      resolve(false);
    });
    server.listen({ port, host: "0.0.0.0", exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
