import { once } from "node:events";
import { Agent, request as httpsRequest } from "node:https";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { onTestFinished } from "vitest";
import { readTable } from "../../src/adapters/system/kernel-table.ts";
import { systemClock } from "../../src/adapters/system/clock.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { createGate, type AccessGate } from "../../src/server/access/create-gate.ts";
import {
  DEFAULT_ACCESS,
  type AccessSettings,
  type TlsFiles,
} from "../../src/server/access/settings.ts";
import { keepTls, type FileTlsKeeper } from "../../src/server/access/tls-keeper.ts";
import { startServer } from "../../src/server/create-server.ts";
import type { Answered } from "../../src/server/server-log.ts";
import type { CertificateAuthority, KeyPair } from "./certificates.ts";
import { testFolder, type TestFolder } from "./folder.ts";
import { officeClock, servedOf } from "./served-lab.ts";
import { eventProject } from "./serving-lab.ts";

/** What certificates of the tests are for: one organizational unit for each role. */
export const ROLES: AccessSettings["roles"] = [
  { role: "reader", organizationalUnit: "readers" },
  { role: "user", organizationalUnit: "users" },
  { role: "admin", organizationalUnit: "admins" },
];

/** A server with certificates in files. */
export interface AccessLab extends AsyncDisposable {
  readonly port: number;
  readonly ca: string;
  readonly isEncrypted: boolean;
  readonly gate: AccessGate;
  readonly keeper: FileTlsKeeper;
  readonly folder: TestFolder;
  readonly project: ReturnType<typeof eventProject>;
  /** What was logged of answers. */
  readonly answers: readonly Answered[];
  /** Why somebody was not known. */
  readonly unknown: readonly string[];
  /** What was wrong with files. */
  readonly problems: readonly string[];
}

/** How a server of the tests is set up. */
export interface AccessLabOptions {
  readonly authority: Pick<CertificateAuthority, "cert">;
  readonly server: KeyPair;
  readonly settings?: Partial<AccessSettings>;
  /** A list of revoked certificates, as PEM. */
  readonly crl?: string | null;
  /** False where no authority is named. */
  readonly isTrusting?: boolean;
  /** False for plain HTTP. */
  readonly isEncrypted?: boolean;
  readonly clock?: Clock;
}

/** Serves with certificates, for as long as a test. */
export async function accessLab(options: AccessLabOptions): Promise<AccessLab> {
  const lab = await openAccessLab(options);
  onTestFinished(() => lab[Symbol.asyncDispose]());
  return lab;
}

/** Serves with certificates until it is disposed of. */
export async function openAccessLab(options: AccessLabOptions): Promise<AccessLab> {
  const { authority, settings = {} } = options;
  const { isEncrypted = true, isTrusting = true } = options;
  const clock = options.clock ?? systemClock;
  const folder = testFolder();
  const answers: Answered[] = [];
  const problems: string[] = [];
  const unknown: string[] = [];
  const keeper = await keepTls(writeFiles(folder, { ...options, isEncrypted, isTrusting }), {
    clock,
    onProblem: (reason) => problems.push(reason),
    onReload: () => undefined,
  });
  const gate = createGate({
    readTable,
    settings: { ...DEFAULT_ACCESS, roles: ROLES, ...settings },
    trust: keeper,
    clock,
    onUnknown: ({ reason }) => unknown.push(reason),
  });
  const project = eventProject("shop");
  const running = await startServer({
    served: servedOf([project], officeClock()),
    clock: systemClock,
    gate,
    basePath: "",
    listening: { host: "127.0.0.1", port: 0, tls: isEncrypted ? keeper : null },
    limits: { drainMs: 100 },
    log: { onAnswer: (answer) => answers.push(answer), onError: () => undefined },
  });
  const end = async (): Promise<void> => {
    await running[Symbol.asyncDispose]();
    gate[Symbol.dispose]();
    keeper[Symbol.dispose]();
    folder[Symbol.dispose]();
  };
  const port = Number(new URL(running.url).port);
  return {
    ...{ port, ca: authority.cert, isEncrypted, gate, keeper, folder, project },
    ...{ answers, unknown, problems, [Symbol.asyncDispose]: end },
  };
}

function writeFiles(folder: TestFolder, options: AccessLabOptions): TlsFiles {
  const { authority, server, crl = null, isEncrypted, isTrusting } = options;
  folder.write("server.pem", server.cert);
  folder.write("server.key", server.key);
  folder.write("ca.pem", authority.cert);
  if (crl !== null) folder.write("crl.pem", crl);
  const path = (name: string, isThere: boolean): string | null =>
    isThere ? `${folder.path}/${name}` : null;
  return {
    cert: path("server.pem", isEncrypted === true),
    key: path("server.key", isEncrypted === true),
    ca: path("ca.pem", isTrusting === true),
    crl: path("crl.pem", crl !== null),
  };
}

/** How something is asked. */
export interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Keeps its connection for the next one. */
  readonly agent?: Agent;
}

/** What came back. */
export interface AccessAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

/** Asks with a certificate, or none. */
export async function askWith(
  pair: KeyPair | null,
  lab: AccessLab,
  path: string,
  options: AskOptions = {},
): Promise<AccessAnswer> {
  const response = await openWith(pair, lab, path, options);
  let text = "";
  response.setEncoding("utf8");
  for await (const piece of response as AsyncIterable<string>) text += piece;
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}

/** Asks, and leaves the answer to be read. */
export async function openWith(
  pair: KeyPair | null,
  lab: AccessLab,
  path: string,
  { method = "GET", headers = {}, agent }: AskOptions = {},
): Promise<IncomingMessage> {
  const { port, ca, isEncrypted } = lab;
  const place = { host: "127.0.0.1", port, path, method, headers, agent: agent ?? false };
  const asked = isEncrypted
    ? httpsRequest({ ...place, ca, ...(pair ?? {}) })
    : httpRequest({ ...place });
  asked.end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return response;
}

/** Keeps one connection with a certificate. */
export function keepingAgent(pair: KeyPair, { ca }: AccessLab): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca, ...pair, maxCachedSessions: 0 });
  onTestFinished(() => {
    agent.destroy();
  });
  return agent;
}
