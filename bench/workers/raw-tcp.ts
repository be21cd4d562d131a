/** The ceiling below HTTP: connect, write a request, read until the other side closes, and nothing else. */
import { connect } from "node:net";
import { serve } from "../child.ts";

/** What to ask. */
export interface RawJob {
  /** Request number `i` goes to the URL number `i` of these, over and over. */
  readonly urls: readonly string[];
  /** How many requests are made. */
  readonly count: number;
  /** How many are under way at once. */
  readonly inFlight: number;
}

/** What was measured, all of it in this process. */
export interface RawOutcome {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

serve(async ({ urls, count, inFlight }: RawJob): Promise<RawOutcome> => {
  const targets = urls.map((text) => new URL(text));
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (next < count) {
        const target = targets[next % targets.length];
        next += 1;
        if (target !== undefined) await ask(target);
      }
    }),
  );
  const seconds = (performance.now() - startedMs) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { seconds, cpuSeconds: (user + system) / 1e6 };
});

function ask({ hostname, port, pathname, host }: URL): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = "";
    const socket = connect(Number(port), hostname, () => {
      socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    });
    socket.on("data", (bytes) => (received += bytes.toString("latin1")));
    socket.once("error", reject).once("close", () => {
      if (received.startsWith("HTTP/1.1 200 ")) resolve();
      else reject(new Error(`wrong answer: ${received}`));
    });
  });
}
