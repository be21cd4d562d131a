import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { projectLock } from "../../src/adapters/sqlite/lock.ts";
import { LockHeldError, LockLostError, StateError } from "../../src/model/deploy-errors.ts";
import type { HeldLock, LockHolder } from "../../src/ports/project-lock.ts";
import { testFolder, type TestFolder } from "../support/folder.ts";

const LOCK = fileURLToPath(new URL("../../src/adapters/sqlite/lock.ts", import.meta.url));
const PATIENT_MS = 60_000;

/** Takes the lock, says so, and keeps it. */
const HOLDER = `import { projectLock } from ${JSON.stringify(LOCK)};
const lock = projectLock({ folder: process.argv[1] });
const { signal } = new AbortController();
const held = await lock.acquire({ command: "clockwork up", timeoutMs: ${String(PATIENT_MS)}, signal });
console.log("held");
setInterval(() => held.verify(), 1_000);`;

/** Wants the lock at once, and says why it does not get it. */
const IMPATIENT = `import { projectLock } from ${JSON.stringify(LOCK)};
const { signal } = new AbortController();
await projectLock({ folder: process.argv[1] })
  .acquire({ command: "clockwork apply", signal })
  .then(() => console.log("got it"), (error) => console.log(error.message));`;

let folder: TestFolder;
let own: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = testFolder();
  own = join(folder.path, ".clockwork");
});
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  folder[Symbol.dispose]();
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

/** Starts somebody else who takes the lock; `held` waits until they have. */
function startHolder(): { readonly child: ChildProcess; readonly held: Promise<unknown> } {
  const args = ["--input-type=module", "--eval", HOLDER, own];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  return { child, held: once(child.stdout, "data") };
}

async function startedHolder(): Promise<ChildProcess> {
  const { child, held } = startHolder();
  await held;
  return child;
}

const lock = (): ReturnType<typeof projectLock> => projectLock({ folder: own });

function acquire(
  options: Partial<Parameters<ReturnType<typeof projectLock>["acquire"]>[0]> = {},
): Promise<HeldLock> {
  const { signal } = new AbortController();
  return lock().acquire({ command: "clockwork apply", signal, ...options });
}

const inLock = (name: string): string => join(own, name);

describe("acquire()", () => {
  it("takes it, says who holds it, and gives it back", async () => {
    const held = await acquire();
    held.verify();
    const modes = ["", "lock.db", "lock.json"].map((name) => statSync(inLock(name)).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600, 0o600]);
    expect(await lock().status()).toMatchObject({
      isHeld: true,
      holder: { pid: process.pid, command: "clockwork apply" },
    });
    // Who looked did not take it away.
    held.verify();
    await held[Symbol.asyncDispose]();
    await held[Symbol.asyncDispose]();
    expect(await lock().status()).toEqual({ isHeld: false, holder: null });
    expect(() => {
      held.verify();
    }).toThrow(LockLostError);
    await using again = await acquire();
    again.verify();
  });

  it("refuses a second one of the same process, which does the first no harm", async () => {
    await using held = await acquire();
    await expect(acquire()).rejects.toThrow(LockHeldError);
    await expect(acquire({ timeoutMs: 250 })).rejects.toThrow(LockHeldError);
    held.verify();
    // The kernel agrees: another process is refused as well.
    const refused = spawn(process.execPath, ["--input-type=module", "--eval", IMPATIENT, own], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [told] = (await once(refused.stdout, "data")) as [Buffer];
    expect(told.toString()).toContain(`pid ${String(process.pid)} `);
    held.verify();
  });

  it("refuses at once while somebody else holds it, and names them", async () => {
    const child = await startedHolder();
    const who = new RegExp(`clockwork up, pid ${String(child.pid)} on \\S+, since 20`, "u");
    await expect(acquire()).rejects.toThrow(who);
    await expect(acquire()).rejects.toMatchObject({ code: "lock-held" });
    child.kill("SIGSTOP");
    await expect(acquire()).rejects.toThrow(who);
    expect(await lock().status()).toMatchObject({ isHeld: true, holder: { pid: child.pid } });
  });

  it("gets it when its holder is killed, without anybody's help", async () => {
    const child = await startedHolder();
    await kill(child);
    expect(await lock().status()).toEqual({ isHeld: false, holder: null });
    await using held = await acquire();
    held.verify();
    expect((await lock().status()).holder?.pid).toBe(process.pid);
  });

  it("waits for it as long as it may, and tells once for whom", async () => {
    const child = await startedHolder();
    const told: (LockHolder | null)[] = [];
    const waiting = acquire({
      timeoutMs: PATIENT_MS,
      onWait: (holder) => {
        told.push(holder);
      },
    });
    await vi.waitFor(() => {
      expect(told).toMatchObject([{ pid: child.pid, command: "clockwork up" }]);
    }, 20_000);
    await kill(child);
    await using held = await waiting;
    held.verify();
    expect(told).toHaveLength(1);
  });

  it("gives up waiting when it is told to", async () => {
    await startedHolder();
    const controller = new AbortController();
    const reason = new Error("never mind");
    const waiting = acquire({
      timeoutMs: PATIENT_MS,
      signal: controller.signal,
      onWait: () => {
        controller.abort(reason);
      },
    });
    await expect(waiting).rejects.toThrow("never mind");
  });

  it.each(["garbage", "[]", '{"pid":1}'])(
    "does not mind %j in what tells the holder",
    async (text) => {
      mkdirSync(own);
      writeFileSync(inLock("lock.json"), text);
      const child = await startedHolder();
      writeFileSync(inLock("lock.json"), text);
      await expect(acquire()).rejects.toThrow("locked by somebody else");
      expect(await lock().status()).toEqual({ isHeld: true, holder: null });
      await kill(child);
      await using held = await acquire();
      held.verify();
      expect((await lock().status()).holder?.pid).toBe(process.pid);
    },
  );

  it("says what is wrong where it cannot be taken", async () => {
    mkdirSync(inLock("lock.db"), { recursive: true });
    await expect(acquire()).rejects.toThrow(
      `${inLock("lock.db")} cannot be used: it is a directory`,
    );
    rmSync(own, { recursive: true });
    writeFileSync(own, "");
    await expect(acquire()).rejects.toThrow(StateError);
  });
});

describe("status()", () => {
  it("makes nothing where there is nothing", async () => {
    expect(await lock().status()).toEqual({ isHeld: false, holder: null });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it("does not take a dead holder's word, nor that of one who is not the holder", async () => {
    const child = await startedHolder();
    const told = JSON.parse(readFileSync(inLock("lock.json"), "utf8")) as LockHolder;
    writeFileSync(inLock("lock.json"), JSON.stringify({ ...told, pid: process.pid }));
    expect(await lock().status()).toEqual({ isHeld: true, holder: null });
    await kill(child);
    expect(await lock().status()).toEqual({ isHeld: false, holder: null });
  });
});

describe("verify() finds that the file", () => {
  const lost = [
    [
      "was removed",
      () => {
        rmSync(inLock("lock.db"));
      },
    ],
    [
      "was removed",
      () => {
        rmSync(own, { recursive: true });
      },
    ],
    [
      "was replaced by another file",
      () => {
        writeFileSync(inLock("other"), "");
        renameSync(inLock("other"), inLock("lock.db"));
      },
    ],
    [
      "was replaced by another file",
      () => {
        renameSync(own, join(folder.path, "moved"));
        mkdirSync(own);
        writeFileSync(inLock("lock.db"), "");
      },
    ],
  ] as const;

  it.each(lost)("%s, and nothing is written any more", async (reason, lose) => {
    await using held = await acquire();
    held.verify();
    lose();
    for (let times = 0; times < 2; times += 1) {
      expect(() => {
        held.verify();
      }).toThrow(
        expect.objectContaining({
          code: "lock-lost",
          message: expect.stringContaining(reason) as string,
        }) as Error,
      );
    }
  });

  it.skipIf(!existsSync("/proc/locks"))("was read by our own process", async () => {
    await using held = await acquire();
    held.verify();
    expect(readFileSync(inLock("lock.db")).length).toBe(0);
    expect(() => {
      held.verify();
    }).toThrow("this process has opened and closed");
  });

  it("was read by another process, and does not mind", async () => {
    await using held = await acquire();
    const child = spawn("cat", [inLock("lock.db")], { stdio: "ignore" });
    await once(child, "exit");
    held.verify();
    await expect(acquire()).rejects.toThrow(LockHeldError);
  });
});

it("of many who want it at once, exactly one has it at any time", async () => {
  const holders = Array.from({ length: 4 }, startHolder);
  const order: ChildProcess[] = [];
  for (const { child, held } of holders) void held.then(() => order.push(child));
  for (let turn = 1; turn <= holders.length; turn += 1) {
    await vi.waitFor(() => {
      expect(order.length).toBeGreaterThanOrEqual(turn);
    }, 20_000);
    // Whoever waits gets it only when the one before them is gone.
    expect(order).toHaveLength(turn);
    const holder = order[turn - 1];
    expect((await lock().status()).isHeld).toBe(true);
    if (holder !== undefined) await kill(holder);
  }
});
