import { expect, it } from "vitest";
import { ObservationError } from "../../model/errors.ts";
import type { CommandOutcome } from "../../ports/commands.ts";
import type { Reach } from "../../ports/containers.ts";
import { CommandNotStarted } from "./engine.ts";
import { reachWithTools } from "./reach-with-tools.ts";

const signal = new AbortController().signal;
const URL_TEXT = "http://shop:80/a";

function to(protocol: Reach["protocol"]): Reach {
  return { host: "shop", port: 80, protocol, path: "/a", timeoutMs: 1_500, signal };
}

function ended(exitCode: number, stderr = ""): CommandOutcome {
  return { exitCode, exitSignal: null, stdout: "", stderr, isTruncated: false };
}

/** An image with some tools, each of which ends in one way. */
async function found(
  protocol: Reach["protocol"],
  tools: Readonly<Record<string, CommandOutcome>>,
): Promise<{ readonly failure: string | null; readonly commands: readonly string[] }> {
  const commands: string[] = [];
  const run = ([tool = "", ...args]: readonly string[]): Promise<CommandOutcome> => {
    const outcome = tools[tool];
    if (outcome === undefined) return Promise.reject(new CommandNotStarted(`no ${tool}`));
    commands.push([tool, ...args].join(" "));
    return Promise.resolve(outcome);
  };
  const means = { url: URL_TEXT, run, obstacle: null };
  const failure = await reachWithTools(to(protocol), means);
  return { failure, commands };
}

it("reachWithTools() takes the first tool that the image has", async () => {
  expect(await found("tcp", { nc: ended(0), bash: ended(1) })).toEqual({
    failure: null,
    commands: ["nc -z -w 2 shop 80"],
  });
  expect((await found("http", { wget: ended(0) })).commands).toEqual([
    `wget -O /dev/null -T 2 ${URL_TEXT}`,
  ]);
});

it("reachWithTools() goes on where a tool does not know its options, or crashes", async () => {
  const usage = ended(1, "nc: invalid option -- 'z'\nUsage: nc [-iN]");
  const refused = ended(
    1,
    "bash: connect: Connection refused\nbash: /dev/tcp/shop/80: Connection refused\n",
  );
  expect((await found("tcp", { nc: usage, bash: refused })).failure).toBe(
    "bash: connect: Connection refused (asked with bash)",
  );
  expect((await found("http", { wget: ended(139), bash: ended(0) })).failure).toBeNull();
});

it("reachWithTools() takes an error that the other side answers for reached", async () => {
  expect((await found("http", { wget: ended(8) })).failure).toBeNull();
  const answered = ended(1, "wget: server returned error: HTTP/1.1 404 Not Found");
  expect((await found("http", { wget: answered })).failure).toBeNull();
  const refused = ended(1, "wget: can't connect to remote host (10.0.0.1): Connection refused");
  expect((await found("http", { wget: refused })).failure).toMatch(/Connection refused/u);
  expect((await found("http", { curl: ended(7) })).failure).toBe("no connection (asked with curl)");
});

it("reachWithTools() says what it would need, and passes on what else goes wrong", async () => {
  await expect(found("tcp", {})).rejects.toThrow(/have nc or bash in the image/u);
  await expect(found("http", {})).rejects.toThrow(/have curl, wget or bash in the image/u);
  const missing = (): Promise<never> => Promise.reject(new CommandNotStarted("no such tool"));
  const hindered = { url: URL_TEXT, run: missing, obstacle: "nsenter is not there" };
  await expect(reachWithTools(to("tcp"), hindered)).rejects.toThrow(
    "nothing can be reached from inside the container: nsenter is not there, or have nc or bash",
  );
  const gone = (): Promise<never> => Promise.reject(new ObservationError("the engine is gone"));
  const broken = reachWithTools(to("tcp"), { url: URL_TEXT, run: gone, obstacle: null });
  await expect(broken).rejects.toThrow("the engine is gone");
});
