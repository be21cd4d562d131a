import { expect, it } from "vitest";
import { testFolder } from "../../../test/support/folder.ts";
import { fixedResolver, rawServer } from "../../../test/support/raw-server.ts";
import { fault, processInfo, rpcServer } from "../../../test/support/rpc-server.ts";
import { ObservationError } from "../../model/errors.ts";
import { describeSecret, secret } from "../../model/secret.ts";
import type { Secrets } from "../../ports/secrets.ts";
import type { SupervisorAddress } from "../../ports/supervisor.ts";
import { supervisorClient, SupervisorFaultError } from "./client.ts";
import { parseServerUrl } from "./server-url.ts";
import { supervisor } from "./supervisor.ts";

const { signal } = new AbortController();
const resolver = fixedResolver("127.0.0.1");

const secrets: Secrets = {
  resolve: async (reference) => {
    if ("secretEnv" in reference && reference.secretEnv === "PW") return "hunter2";
    throw new ObservationError(`${describeSecret(reference)} is not there`);
  },
  hasVariable: (name) => name === "PW",
};

function at(serverUrl: string | null, more: Partial<SupervisorAddress> = {}): SupervisorAddress {
  return { serverUrl, username: null, password: null, ...more };
}

function ours(folder?: string): ReturnType<typeof supervisor> {
  return supervisor({ env: {}, secrets, resolver, ...(folder === undefined ? {} : { folder }) });
}

it.each(["unix", "http"] as const)(
  "programs() lists what supervisord tells over %s",
  async (where) => {
    await using server = await rpcServer((_, response) => {
      response.end(
        processInfo([
          {
            statename: "RUNNING",
            state: 20,
            pid: 7,
            start: 1,
            description: "pid 7, uptime 0:01:02",
          },
          {
            group: "shop",
            name: "worker_00",
            statename: "FATAL",
            spawnerr: "can't find command &lt;x>",
          },
        ]),
      );
    }, where);
    await using supervised = ours();

    await expect(supervised.programs(at(server.url), signal)).resolves.toEqual([
      {
        name: "web",
        state: "RUNNING",
        pid: 7,
        description: "pid 7, uptime 0:01:02",
        spawnError: "",
        exitCode: null,
      },
      {
        name: "shop:worker_00",
        state: "FATAL",
        pid: null,
        description: "Not started",
        spawnError: "can't find command <x>",
        exitCode: null,
      },
    ]);
    expect(server.calls).toHaveLength(1);
    expect(server.calls[0]).toMatchObject({ url: "/RPC2", authorization: null });
    expect(server.calls[0]?.body).toContain(
      "<methodName>supervisor.getAllProcessInfo</methodName>",
    );
  },
);

it("programs() resolves the name of a host", async () => {
  await using server = await rpcServer((_, response) => response.end(processInfo([{}])), "http");
  await using supervised = ours();
  const url = server.url.replace("127.0.0.1", "supervised.example");
  await expect(supervised.programs(at(url), signal)).resolves.toHaveLength(1);
});

it("programs() asks once for all who look at the same moment, and again for who looks later", async () => {
  await using server = await rpcServer((_, response) => response.end(processInfo([{}])));
  await using supervised = ours();
  const all = [1, 2, 3].map(() => supervised.programs(at(server.url), signal));
  await Promise.all(all);
  expect(server.calls).toHaveLength(1);
  await supervised.programs(at(server.url), signal);
  expect(server.calls).toHaveLength(2);
});

it("programs() does not share what was asked for with other credentials", async () => {
  await using server = await rpcServer((_, response) => response.end(processInfo([{}])));
  await using supervised = ours();
  const login = { username: "me", password: secret.env("PW") };
  await Promise.all(
    [at(server.url), at(server.url, login)].map((address) => supervised.programs(address, signal)),
  );
  const authorizations = server.calls.map(({ authorization }) => authorization);
  expect(authorizations).toHaveLength(2);
  expect(authorizations).toContain(`Basic ${btoa("me:hunter2")}`);
  expect(authorizations).toContain(null);
});

it("programs() finds supervisord by its configuration, with the credentials in it", async () => {
  await using server = await rpcServer((_, response) => response.end(processInfo([{}])));
  using folder = testFolder();
  const socket = server.url.replace("unix://", "");
  folder.write(
    "supervisord.conf",
    `[unix_http_server]\nfile=${socket}\nusername=me\npassword=from-file\n`,
  );
  await using supervised = ours(folder.path);

  await supervised.programs(at(null), signal);
  await supervised.programs(at(null, { username: "me", password: secret.env("PW") }), signal);
  expect(server.calls.map(({ authorization }) => authorization)).toEqual([
    `Basic ${btoa("me:from-file")}`,
    `Basic ${btoa("me:hunter2")}`,
  ]);
});

it("programs() fails with the name of a secret that is not there, and asks nobody", async () => {
  await using server = await rpcServer((_, response) => response.end(processInfo([])));
  await using supervised = ours();
  const address = at(server.url, { username: "me", password: secret.env("MISSING") });
  await expect(supervised.programs(address, signal)).rejects.toThrow("MISSING");
  expect(server.calls).toEqual([]);
});

it.each([
  [{}, "wants a user name and a password, and none were given"],
  [{ username: "me", password: secret.env("PW") }, "refused the user name or the password"],
])("programs() says that credentials are wrong, without them: %j", async (login, reason) => {
  await using server = await rpcServer((_, response) => response.writeHead(401).end());
  await using supervised = ours();
  const asked = supervised.programs(at(server.url, login), signal);
  await expect(asked).rejects.toThrow(ObservationError);
  await expect(asked).rejects.toThrow(reason);
  await expect(asked).rejects.not.toThrow("hunter2");
});

it("programs() says which file lacks what where a socket is not there", async () => {
  await using supervised = ours();
  const asked = supervised.programs(at("unix:///nowhere/s.sock"), signal);
  await expect(asked).rejects.toThrow(ObservationError);
  await expect(asked).rejects.toThrow(
    "supervisord at /nowhere/s.sock cannot be asked: no socket is there; start supervisord",
  );
});

it("programs() says that nobody listens behind a socket that was left", async () => {
  using folder = testFolder();
  await using supervised = ours();
  const file = folder.write("plain", "");
  await expect(supervised.programs(at(`unix://${file}`), signal)).rejects.toThrow(
    /nobody listens there any more.*ECONNREFUSED/u,
  );
});

it("programs() says that nobody listens on a port", async () => {
  const gone = await rawServer();
  await gone[Symbol.asyncDispose]();
  await using supervised = ours();
  const asked = supervised.programs(at(gone.origin), signal);
  await expect(asked).rejects.toThrow(ObservationError);
  await expect(asked).rejects.toThrow(/nobody listens there; start supervisord .*ECONNREFUSED/u);
});

it.each([
  { what: "a page that is not found", status: 404, body: "", reason: "[rpcinterface:supervisor]" },
  { what: "a failure", status: 500, body: "", reason: "HTTP status 500" },
  { what: "a redirect", status: 302, body: "", reason: "HTTP status 302" },
  { what: "a page", status: 200, body: "<html></html>", reason: "no answer of XML-RPC" },
  { what: "nothing", status: 200, body: "", reason: "there is no element" },
  {
    what: "a strange state",
    body: processInfo([{ statename: "DANCING" }]),
    reason: "unknown state",
  },
  { what: "far too much", body: "<a>".repeat(2_000_000), reason: "more than 4194304 bytes" },
])("programs() takes $what for no supervisord", async ({ status = 200, body, reason }) => {
  await using server = await rpcServer((_, response) => response.writeHead(status).end(body));
  await using supervised = ours();
  const asked = supervised.programs(at(server.url), signal);
  await expect(asked).rejects.toThrow(ObservationError);
  await expect(asked).rejects.toThrow(reason);
});

it.each([
  ["SSH-2.0-OpenSSH\r\n", "does not speak HTTP"],
  ["HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<meth", "closed the connection"],
  ["HTTP/1.1 200 OK\r\nX: ", "supervisord at 127.0.0.1"],
  ["", "closed the connection"],
])("programs() is not harmed by a server that says %j", async (bytes, reason) => {
  await using server = await rawServer({ onRequest: (socket) => socket.end(bytes) });
  await using supervised = ours();
  const asked = supervised.programs(at(server.origin), signal);
  await expect(asked).rejects.toThrow(ObservationError);
  await expect(asked).rejects.toThrow(reason);
});

it.each(["before any answer", "within the body"])(
  "programs() stops waiting %s when it is told to, and closes its connection",
  async (when) => {
    await using server = await rawServer({
      onRequest: (socket) => {
        if (when === "within the body")
          socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<");
        setImmediate(() => {
          leaving.abort(reason);
        });
      },
    });
    await using supervised = ours();
    const leaving = new AbortController();
    const reason = new Error("enough");
    await expect(supervised.programs(at(server.origin), leaving.signal)).rejects.toBe(reason);
    await server.allClosed();
    expect(server.connections()).toBe(1);
  },
);

it("programs() does not begin when it was told to stop before", async () => {
  await using server = await rpcServer((_, response) => response.end(processInfo([])));
  await using supervised = ours();
  const reason = new Error("enough");
  await expect(supervised.programs(at(server.url), AbortSignal.abort(reason))).rejects.toBe(reason);
  expect(server.calls).toEqual([]);
});

it("a supervisor that is disposed rejects whoever waits, and whoever comes", async () => {
  await using server = await rpcServer(() => undefined);
  const supervised = ours();
  const called = server.nextCall();
  const waiting = expect(supervised.programs(at(server.url), signal)).rejects.toThrow(
    ObservationError,
  );
  await called;
  await supervised[Symbol.asyncDispose]();
  await waiting;
  await expect(supervised.programs(at(server.url), signal)).rejects.toThrow("closed");
});

it("call() tells a fault apart by supervisord's own number and name", async () => {
  await using server = await rpcServer((_, response) => response.end(fault(10, "BAD_NAME: nope")));
  const client = supervisorClient({
    endpoint: parseServerUrl(server.url),
    credentials: null,
    resolver,
  });
  const called = client.call("supervisor.startProcess", ["nope", true], signal);
  await expect(called).rejects.toThrow(SupervisorFaultError);
  await expect(called).rejects.toMatchObject({
    faultCode: 10,
    faultName: "BAD_NAME",
    message: "supervisord refused supervisor.startProcess: BAD_NAME: nope (10)",
  });
  expect(server.calls[0]?.body).toContain("<boolean>1</boolean>");
});

it("programs() fails with an ObservationError where supervisord is shutting down", async () => {
  await using server = await rpcServer((_, response) => response.end(fault(6, "SHUTDOWN_STATE")));
  await using supervised = ours();
  const asked = supervised.programs(at(server.url), signal);
  await expect(asked).rejects.toThrow(ObservationError);
  await expect(asked).rejects.toMatchObject({ faultName: "SHUTDOWN_STATE" });
});
