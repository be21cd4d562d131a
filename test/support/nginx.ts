import { connect } from "node:net";
import { once } from "node:events";
import { certificateAuthority, type KeyPair } from "./certificates.ts";
import { testFolder } from "./folder.ts";
import { freePort } from "./ports.ts";
import { needProgram } from "./programs.ts";
import { isRoot, startServer } from "./server.ts";

/** An nginx that answers 200 `ok` at `/health`, 200 `hello` at `/`, and 404 elsewhere. */
export interface Nginx<Name extends string = never> extends AsyncDisposable {
  readonly pid: number;
  /** Of plain HTTP. */
  readonly port: number;
  /** Such as `http://127.0.0.1:20000`. */
  readonly url: string;
  /** Of HTTPS, by the name under which its certificate was given. */
  readonly tlsPorts: Readonly<Record<Name, number>>;
}

/** An nginx with one port for each thing that may be wrong with a certificate. */
export interface CertificateZoo extends Nginx<CertificateFlaw> {
  /** The authority's certificate, as PEM: with it, `valid` and `expiring` are trusted as `localhost` and 127.0.0.1. */
  readonly ca: string;
}

/** What a certificate is like: `expiring` has five days left, `untrusted` is signed by its own key. */
export type CertificateFlaw = "valid" | "expiring" | "expired" | "wrongName" | "untrusted";

const PAGES = `
location = / { return 200 "hello\\n"; }
location = /health { return 200 "ok\\n"; }
location / { return 404; }
`;

/**
 * Starts an nginx.
 *
 * @param certificates - Each gets a port of its own; none by default.
 * @returns The server, with every port open.
 */
export async function startNginx<Name extends string = never>(
  certificates: Readonly<Record<Name, KeyPair>> = {} as Record<Name, KeyPair>,
): Promise<Nginx<Name>> {
  using resources = new DisposableStack();
  const folder = resources.use(testFolder());
  const port = await freePort();
  const tlsPorts: Record<string, number> = {};
  const servers = [`server { listen 127.0.0.1:${String(port)}; ${PAGES} }`];
  for (const [name, { cert, key }] of Object.entries<KeyPair>(certificates)) {
    const tlsPort = (tlsPorts[name] = await freePort());
    servers.push(`server {
      listen 127.0.0.1:${String(tlsPort)} ssl;
      ssl_certificate ${folder.write(`${name}.pem`, cert)};
      ssl_certificate_key ${folder.write(`${name}.key`, key)};
      ${PAGES}
    }`);
  }
  const config = folder.write("nginx.conf", nginxConfiguration(servers));
  const server = await startServer({
    command: [needProgram("nginx"), "-e", "stderr", "-p", folder.path, "-c", config],
    isReady: async () => {
      for (const open of [port, ...Object.values(tlsPorts)]) await connected(open);
      return true;
    },
  });
  const files = resources.move();
  return {
    pid: server.pid,
    port,
    url: `http://127.0.0.1:${String(port)}`,
    tlsPorts: tlsPorts as Record<Name, number>,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      files.dispose();
    },
  };
}

/** Starts an nginx with every certificate that a check must tell from the others. */
export async function startCertificateZoo(): Promise<CertificateZoo> {
  using authority = await certificateAuthority();
  const names = ["DNS:localhost", "IP:127.0.0.1"];
  const nginx = await startNginx<CertificateFlaw>({
    valid: await authority.issue({ names, toDays: 90 }),
    expiring: await authority.issue({ names, toDays: 5 }),
    expired: await authority.issue({ names, fromDays: -30, toDays: -1 }),
    wrongName: await authority.issue({ names: ["DNS:elsewhere.example"], toDays: 90 }),
    untrusted: await authority.selfSigned({ names }),
  });
  return { ...nginx, ca: authority.cert };
}

/** Makes a whole configuration of blocks of servers; what it writes goes to the folder that it is started in. */
export function nginxConfiguration(servers: readonly string[]): string {
  const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
    ${isRoot ? "user root;" : ""}
    daemon off;
    pid nginx.pid;
    worker_processes 1;
    events { worker_connections 256; }
    http {
      access_log off;
      default_type text/plain;
      ${kinds.map((kind) => `${kind}_temp_path ${kind};`).join("\n")}
      ${servers.join("\n")}
    }`;
}

async function connected(port: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
  } finally {
    socket.destroy();
  }
}
