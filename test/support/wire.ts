import { once } from "node:events";
import { connect } from "node:net";

/** Connects, sends, and gives what comes back up to where it matches. */
export async function exchange(
  address: { port: number } | { path: string },
  message: string,
  until: RegExp,
): Promise<string> {
  const socket = connect("port" in address ? { host: "127.0.0.1", ...address } : address);
  socket.setTimeout(2_000, () => socket.destroy(new Error("no answer in 2 s")));
  try {
    await once(socket, "connect");
    socket.write(message);
    let received = "";
    for await (const chunk of socket.setEncoding("utf8")) {
      received += String(chunk);
      if (until.test(received)) return received;
    }
    throw new Error(`ended without ${String(until)}: ${received}`);
  } finally {
    socket.destroy();
  }
}
