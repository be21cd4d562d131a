import { connect } from "node:tls";
import { expect, it } from "vitest";
import { certificateAuthority } from "../support/certificates.ts";
import { apiAt, apiOf } from "../support/serve-lab.ts";
import { until } from "../support/supervised.ts";
import { upProject, WATCHING_MS } from "../support/up-lab.ts";

const MAIN = `import { FileResource } from "clockwork/resources";
new FileResource({ name: "motd", path: "motd.txt", content: "hello\\n" });
`;

function settings(role: string): string {
  return `name: shop
server:
  listen: 127.0.0.1:0
  tls: { cert: server.pem, key: server.key, ca: ca.pem }
  roles:
    - { role: ${role}, organizationalUnit: ops }
`;
}

/** The serial number of the certificate that a server shows. */
async function serialAt(url: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const { hostname: host, port } = new URL(url);
  const socket = connect({ host, port: Number(port), rejectUnauthorized: false });
  socket.on("error", reject).on("secureConnect", () => {
    resolve(socket.getPeerCertificate().serialNumber);
    socket.destroy();
  });
  return await promise;
}

it(
  "clockwork up serves over TLS to whom certificates say, and takes over rules and certificates at SIGHUP",
  async () => {
    using authority = await certificateAuthority();
    const names = ["IP:127.0.0.1"];
    const alice = await authority.issue({ subject: "/O=Example/OU=ops/CN=alice", names: [] });
    const server = await authority.issue({ names });
    await using project = upProject(MAIN);
    project.write("ca.pem", authority.cert);
    project.write("server.pem", server.cert);
    project.write("server.key", server.key);
    project.write("clockwork.yaml", settings("reader"));
    const up = project.up();
    const api = await apiOf(up, { ca: authority.cert, ...alice });
    const nobody = apiAt(api.url, { ca: authority.cert });
    expect(api.url).toMatch(/^https:/u);
    await up.until(/\/motd unknown -> healthy/u);
    expect(await nobody.get("/api/live")).toMatchObject({ status: 200 });
    expect(await nobody.get("/api/status")).toMatchObject({ status: 401 });
    expect(await api.get("/api/status")).toMatchObject({ status: 200 });
    const check = "/api/projects/shop/resources/motd/check";
    expect(await api.post(check)).toMatchObject({ status: 403 });

    const before = await serialAt(api.url);
    const renewed = await authority.issue({ names });
    project.write("clockwork.yaml", settings("user"));
    project.write("server.pem", renewed.cert);
    project.write("server.key", renewed.key);
    up.signal("SIGHUP");
    await until(async () => (await api.post(check)).status === 200, "the rules are others");
    await until(async () => (await serialAt(api.url)) !== before, "the certificate is another");

    // What is wrong changes nothing.
    project.write("clockwork.yaml", settings("emperor"));
    up.signal("SIGHUP");
    await up.until(/the settings that were loaded before are used on: /u);
    expect(await api.post(check)).toMatchObject({ status: 200 });
    expect(await up.stop()).toBe(0);
  },
  WATCHING_MS,
);
