import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";

/** A port at which a connection is neither taken nor refused. */
export interface FullQueue extends AsyncDisposable {
  readonly port: number;
}

const LISTEN = `
const server = require("node:net").createServer();
server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => console.log(server.address().port));
`;

/** Linux lets one more wait than it was told. */
const LENGTH = 2;

/** Starts a server that is stopped and has more connections waiting than it may: the kernel answers further ones no more. */
export async function fullQueue(): Promise<FullQueue> {
  const child = spawn(process.execPath, ["--eval", LISTEN], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const port = Number(line.toString());
  child.kill("SIGSTOP");
  const waiting = Array.from({ length: LENGTH }, () => connect(port, "127.0.0.1"));
  await Promise.all(waiting.map((socket) => once(socket, "connect")));
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of waiting) socket.destroy();
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
