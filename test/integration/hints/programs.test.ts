import { describe, it } from "vitest";
import { systemHints } from "../../../src/app/hints.ts";
import { openWorld } from "../../../src/app/world.ts";
import { systemClock } from "../../../src/adapters/system/clock.ts";
import { supervisor } from "../../../src/adapters/supervisor/supervisor.ts";
import { hasPart } from "../../support/parts.ts";
import { fixedResolver } from "../../support/raw-server.ts";
import { startSupervisord } from "../../support/supervisord.ts";
import { heard, wanted } from "./heard.ts";

const PROGRAMS = `
[program:web]
command=/bin/sleep 1000
startsecs=0

[group:shop]
programs=cart

[program:cart]
command=/bin/sleep 1000
startsecs=0
autorestart=false
`;

describe.skipIf(!hasPart("supervisord"))("systemHints() with supervisord", () => {
  it("tells when a program gets another process, or another state", async () => {
    await using real = await startSupervisord({ programs: PROGRAMS });
    await using looking = supervisor({
      ...{ env: {}, resolver: fixedResolver("127.0.0.1"), folder: real.folder },
      secrets: { resolve: () => Promise.resolve(""), hasVariable: () => false },
    });
    const address = { serverUrl: real.serverUrl, username: null, password: null };
    const pidOf = async (name: string): Promise<number> => {
      for (;;) {
        const programs = await looking.programs(address, AbortSignal.timeout(20_000));
        const pid = programs.find((program) => program.name === name)?.pid ?? null;
        if (pid !== null) return pid;
        await systemClock.sleep(50);
      }
    };
    const pids = [await pidOf("web"), await pidOf("shop:cart")] as const;

    await using world = openWorld({ root: real.folder, env: {} });
    await using source = systemHints({
      ...{ root: real.folder, env: {}, world },
      supervisorOf: () => address,
    });
    const { onHint, next } = heard();
    const targets = [
      wanted("web", { program: "web:web" }),
      wanted("cart", { program: "shop:cart" }),
    ];
    await using watching = source.watch(targets, onHint);
    // It compares with what it has seen: until it has seen that, it is killed once more.
    const killed = new AbortController();
    const killing = (async () => {
      while (!killed.signal.aborted) {
        process.kill(await pidOf("web"), "SIGKILL");
        await systemClock.sleep(2_500, killed.signal).catch(() => undefined);
      }
    })();
    await next("web");
    killed.abort();
    await killing;

    process.kill(pids[1], "SIGKILL");
    await next("cart", /program is EXITED/u);

    watching.update([...targets, wanted("too", { program: "web" })]);
    await real.stop();
    await watching[Symbol.asyncDispose]();
  });
});
