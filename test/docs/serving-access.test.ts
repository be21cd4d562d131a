import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import type { AccessSettings } from "../../src/server/access/settings.ts";
import { accessLab, askWith, type AccessLab } from "../support/access-lab.ts";
import type { KeyPair } from "../support/certificates.ts";
import { testFolder, type TestFolder } from "../support/folder.ts";
import { nginxConfiguration } from "../support/nginx.ts";
import { hasPart } from "../support/parts.ts";
import { freePort } from "../support/ports.ts";
import { needProgram } from "../support/programs.ts";
import { startServer } from "../support/server.ts";
import { documentExamples } from "./documents.ts";

const run = promisify(execFile);

function blocks(language: string): readonly string[] {
  return documentExamples
    .filter((one) => one.name.startsWith("docs/guides/serving-access.md"))
    .filter((one) => one.language === language)
    .map(({ text }) => text);
}

function block(language: string, index: number): string {
  const text = blocks(language)[index];
  if (text === undefined) throw new RangeError(`there is no block ${String(index)} of ${language}`);
  return text;
}

async function shell(script: string, { path }: TestFolder): Promise<string> {
  // Quiet: what openssl tells goes to standard error.
  const { stdout } = await run("sh", ["-euc", script], { cwd: path });
  return stdout;
}

/** A folder with everything that the guide makes. */
async function guided() {
  const folder = testFolder();
  onTestFinished(() => {
    folder[Symbol.dispose]();
  });
  const shown = await shell(block("sh", 0), folder);
  const file = (name: string): string => readFileSync(`${folder.path}/${name}`, "utf8");
  const pair = (name: string): KeyPair => ({ cert: file(`${name}.pem`), key: file(`${name}.key`) });
  return {
    folder,
    shown,
    file,
    authority: { cert: file("ca.pem") },
    server: pair("server"),
    alice: pair("alice"),
  };
}

function settingsOf(yaml: string): Partial<AccessSettings> {
  const { server } = parse(yaml) as { server: Partial<AccessSettings> };
  const { roles, trustedProxies } = server;
  return { ...(roles && { roles }), ...(trustedProxies && { trustedProxies }) };
}

async function statuses(pair: KeyPair | null, lab: AccessLab): Promise<readonly number[]> {
  const reading = await askWith(pair, lab, "/api/events");
  const ruling = await askWith(pair, lab, "/api/projects/no", { method: "DELETE" });
  return [reading.status, ruling.status];
}

describe.skipIf(!hasPart("openssl", ["version"]))("docs/guides/serving-access.md", () => {
  test("makes certificates that are believed, and takes them back", async () => {
    const { folder, shown, file, authority, server, alice } = await guided();
    const settings = settingsOf(block("yaml", 0));
    const lab = await accessLab({ authority, server, settings });
    const [reading, ruling] = await statuses(alice, lab);
    expect([reading, ruling === 401 || ruling === 403]).toEqual([200, false]);
    expect(await statuses(null, lab)).toEqual([401, 401]);
    expect(shown).toMatch(/CN=alice,OU=ops,O=Example[^]*Fingerprint=/u);
    await shell(block("sh", 2), folder);
    const later = await accessLab({ authority, server, settings, crl: file("crl.pem") });
    expect(await statuses(alice, later)).toEqual([401, 401]);
    expect(later.unknown.at(-1)).toContain("CERT_REVOKED");
  });

  test.skipIf(!hasPart("nginx"))("sets a proxy up that passes certificates on", async () => {
    const { folder, authority, server, alice } = await guided();
    const roles = [{ role: "reader", organizationalUnit: "ops" }] as const;
    const settings = { trustedProxies: ["127.0.0.2"], roles };
    const lab = await accessLab({ authority, server, settings, isEncrypted: false });
    const port = await freePort();
    const site = block("nginx", 0)
      .replace("listen 443 ssl", `listen 127.0.0.1:${String(port)} ssl`)
      .replace("127.0.0.1:5000", `127.0.0.1:${String(lab.port)}`);
    const config = folder.write("nginx.conf", nginxConfiguration([site]));
    const front = { ...lab, port, isEncrypted: true };
    await using nginx = await startServer({
      command: [needProgram("nginx"), "-e", "stderr", "-p", folder.path, "-c", config],
      isReady: async () => (await askWith(null, front, "/api/live")).status > 0,
    });
    expect(nginx.pid).toBeGreaterThan(0);
    expect(await statuses(alice, front)).toEqual([200, 403]);
    expect(lab.answers.find(({ who }) => who !== "anybody")).toMatchObject({
      who: "CN=alice,OU=ops,O=Example",
      from: "127.0.0.1",
    });
    expect(await statuses(null, front)).toEqual([401, 401]);
    const forged = {
      "x-ssl-client-verify": "SUCCESS",
      "x-ssl-client-cert": encodeURIComponent(alice.cert),
    };
    expect((await askWith(null, front, "/api/events", { headers: forged })).status).toBe(401);
    const own = { origin: `https://127.0.0.1:${String(port)}` };
    expect((await askWith(alice, front, "/api/events", { headers: own })).status).toBe(200);
    const { text } = await askWith(alice, front, "/api");
    expect(text).toContain(`"${own.origin}/api/status"`);
    // Whoever asks on the machine itself is not taken for the proxy.
    expect((await askWith(null, lab, "/api/events")).status).toBe(200);
  });
});
