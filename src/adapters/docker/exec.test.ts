import { expect, it, vi } from "vitest";
import {
  by,
  CONTAINER_ID as ID,
  fakeEngine,
  frame,
  inspection,
  json,
  type Answer,
} from "../../../test/support/fake-engine.ts";

const NEVER = new AbortController().signal;

const EXEC = {
  "GET /containers/web/json": json(inspection()),
  [`POST /containers/${ID}/exec`]: json({ Id: "e1" }, 201),
  "POST /exec/e1/start": by((response) =>
    response.end(Buffer.concat([frame(1, "out"), frame(2, "err")])),
  ),
};

it("ApiEngine.run() waits until the engine knows how a command ended", async () => {
  const looks = [
    { Running: true, ExitCode: null, Pid: 7 },
    { Running: false, ExitCode: 3, Pid: 7 },
  ];
  let sent = "";
  await using fake = await fakeEngine({
    ...EXEC,
    [`POST /containers/${ID}/exec`]: (response, body, request) => {
      sent = body;
      json({ Id: "e1" }, 201)(response, body, request);
    },
    "GET /exec/e1/json": by((...args) => {
      json(looks.shift())(...args);
    }),
  });
  const outcome = fake.engine.run("web", ["id", "-u"], { signal: NEVER, limitBytes: 2 });
  expect(await outcome).toEqual({
    ...{ exitCode: 3, exitSignal: null, stdout: "ou", stderr: "er", isTruncated: true },
  });
  expect(JSON.parse(sent)).toMatchObject({ Cmd: ["id", "-u"], AttachStdout: true, Tty: false });
});

it.each<[string, Answer]>([
  [
    "in its output",
    (response) =>
      response.end(
        frame(1, 'OCI runtime exec failed: exec: "ident": executable file not found in $PATH'),
      ),
  ],
  ["as its answer", json({ message: "crun: executable file `ident` not found in $PATH" }, 500)],
])("ApiEngine.run() names a command that is not there, told %s", async (_, answer) => {
  await using fake = await fakeEngine({
    ...EXEC,
    "POST /exec/e1/start": answer,
    "GET /exec/e1/json": json({ Running: false, ExitCode: 127, Pid: 0 }),
  });
  const running = fake.engine.run("web", ["ident"], { signal: NEVER, limitBytes: 1_000 });
  await expect(running).rejects.toThrow(/^container web cannot run "ident": executable file/u);
});

it("ApiEngine.run() leaves a command at once when it is told to, and looks for it to kill it", async () => {
  await using fake = await fakeEngine({
    ...EXEC,
    "POST /exec/e1/start": by((response) => response.write(frame(1, "still going\n"))),
    // A process of this machine, but none of that container: nobody is killed.
    "GET /exec/e1/json": json({ Running: true, ExitCode: null, Pid: process.pid }),
  });
  const stop = new AbortController();
  const running = fake.engine.run("web", ["top"], { signal: stop.signal, limitBytes: 1_000 });
  await vi.waitFor(() => {
    expect(fake.asked).toContain("POST /exec/e1/start");
  });
  stop.abort(new RangeError("enough"));
  await expect(running).rejects.toThrow(RangeError);
  await fake.engine[Symbol.asyncDispose]();
  expect(fake.asked.at(-1)).toBe("GET /exec/e1/json");
});
