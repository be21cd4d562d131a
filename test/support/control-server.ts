import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { systemClock } from "../../src/adapters/system/clock.ts";
import { connectControl, type ControlClient } from "../../src/app/control/connect-control.ts";
import { serveControl, type ServeControlOptions } from "../../src/app/control/serve-control.ts";
import type { WatchControl } from "../../src/model/control.ts";
import { testFolder } from "./folder.ts";
import { watchControl } from "./watch-control.ts";

/** Somebody who is asked over a socket of a test's own. */
export interface Served extends AsyncDisposable {
  readonly folder: string;
  readonly socket: string;
  readonly connect: () => Promise<ControlClient>;
}

/** Serves a socket; with what a test says otherwise. */
export async function serveTestControl(
  control: Partial<WatchControl> = {},
  options: Partial<ServeControlOptions> = {},
): Promise<Served> {
  const folder = testFolder();
  const server = await serveControl({
    folder: folder.path,
    control: watchControl(control),
    deploy: () => Promise.reject(new Error("nobody should deploy")),
    reload: () => Promise.resolve("nothing has changed"),
    stop: () => undefined,
    clock: systemClock,
    ...options,
  });
  return {
    folder: folder.path,
    socket: join(folder.path, "control.sock"),
    connect: async () => {
      const client = await connectControl(folder.path);
      if (client === null) throw new Error("somebody must listen");
      return client;
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      expect(readdirSync(folder.path)).toEqual([]);
      folder[Symbol.dispose]();
    },
  };
}

/** Waits for what must fail, and gives how it did. */
export async function failureOf(task: Promise<unknown>): Promise<unknown> {
  return await task.then(
    () => {
      throw new Error("it must fail");
    },
    (error: unknown) => error,
  );
}
