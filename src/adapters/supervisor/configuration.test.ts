import { chmodSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { testFolder } from "../../../test/support/folder.ts";
import { ObservationError } from "../../model/errors.ts";
import { configuredServer, serverOf } from "./configuration.ts";

const file = {
  path: "/etc/supervisor/supervisord.conf",
  env: { RUN: "/run/x", PASSWORD: "hunter2" },
};

it.each([
  ["[supervisorctl]\nserverurl=unix:///run/s.sock", "/run/s.sock", null],
  ["[supervisorctl]\nserverurl=http://localhost:9001", null, 9001],
  ["[supervisorctl]\nserverurl=unix://%(here)s/s.sock", "/etc/supervisor/s.sock", null],
  ["[supervisorctl]\nserverurl=unix://%(ENV_RUN)s/100%%.sock", "/run/x/100%.sock", null],
  ["[supervisorctl]\nserverurl=unix://~/s.sock", `${homedir()}/s.sock`, null],
  ["[supervisorctl]\nprompt=x\n[unix_http_server]\nfile=/run/u.sock", "/run/u.sock", null],
  ["[inet_http_server]\nport=9001\n[unix_http_server]\nfile=/run/u.sock", "/run/u.sock", null],
  ["[unix_http_server:main]\nfile=%(here)s/u.sock", "/etc/supervisor/u.sock", null],
  ["[inet_http_server]\nport=9002", null, 9002],
  ["[inet_http_server]\nport=*:9003", null, 9003],
  ["[inet_http_server]\nport=127.0.0.1:9004", null, 9004],
])("serverOf() draws from %j the socket %s or the port %s", (text, socketPath, port) => {
  expect(serverOf(text, file).endpoint).toMatchObject({ socketPath, port: port ?? 0 });
});

it("serverOf() takes a server on all addresses to be reached over loopback", () => {
  expect(serverOf("[inet_http_server]\nport=*:9003", file).endpoint.host).toBe("127.0.0.1");
  expect(serverOf("[inet_http_server]\nport=10.0.0.1:9003", file).endpoint.host).toBe("10.0.0.1");
});

it.each([
  ["[supervisorctl]\nserverurl=unix:///s\nusername=me\npassword=%(ENV_PASSWORD)s", "hunter2"],
  ["[unix_http_server]\nfile=/s\nusername=me\npassword=p%%1", "p%1"],
  ["[inet_http_server]\nport=1\nusername=me", ""],
])("serverOf() draws credentials from %j", (text, password) => {
  expect(serverOf(text, file).credentials).toEqual({ username: "me", password });
});

it.each([
  [
    "[unix_http_server]\nfile=/s\nusername=me\npassword={SHA}82ab876d1387bfafe46cc1c8a2ef074eae50cb1d",
  ],
  ["[unix_http_server]\nfile=/s\npassword=alone"],
  ["[supervisorctl]\nserverurl=unix:///s\n[unix_http_server]\nfile=/s\nusername=me\npassword=x"],
])("serverOf() finds no credentials to use in %j", (text) => {
  expect(serverOf(text, file).credentials).toBeNull();
});

it.each([
  ["", "does not say where supervisord listens"],
  ["[inet_http_server]\nport=none", 'must be a number, or host:number: got "none"'],
  ["[unix_http_server]\nfile=%(ENV_NOWHERE)s/x", "%(ENV_NOWHERE)s, which is not set"],
  ["[unix_http_server]\nfile=%(host_node_name)s", "%(host_node_name)s, which is not set"],
])("serverOf() refuses %j: %s", (text, reason) => {
  expect(() => serverOf(text, file)).toThrow(ObservationError);
  expect(() => serverOf(text, file)).toThrow(reason);
});

const SAYS = (socket: string): string => `[unix_http_server]\nfile=/run/${socket}.sock\n`;

it("configuredServer() looks here, then in etc/ here, then in /etc, then in /etc/supervisor", async () => {
  using folder = testFolder();
  using root = testFolder();
  const options = { env: {}, folder: folder.path, root: root.path };
  const found = async (): Promise<string> => (await configuredServer(options)).endpoint.peer;
  for (const path of ["etc", "etc/supervisor"]) mkdirSync(join(root.path, path));
  mkdirSync(join(folder.path, "etc"));

  root.write("etc/supervisor/supervisord.conf", SAYS("fourth"));
  await expect(found()).resolves.toBe("/run/fourth.sock");
  root.write("etc/supervisord.conf", SAYS("third"));
  await expect(found()).resolves.toBe("/run/third.sock");
  folder.write("etc/supervisord.conf", SAYS("second"));
  await expect(found()).resolves.toBe("/run/second.sock");
  folder.write("supervisord.conf", SAYS("first"));
  await expect(found()).resolves.toBe("/run/first.sock");
});

it("configuredServer() looks first beside the folder that supervisorctl is installed in", async () => {
  using folder = testFolder();
  using venv = testFolder();
  mkdirSync(join(venv.path, "bin"));
  mkdirSync(join(venv.path, "etc"));
  folder.write("supervisord.conf", SAYS("here"));
  venv.write("etc/supervisord.conf", SAYS("venv"));
  const options = {
    env: { PATH: `relative:/nowhere:${join(venv.path, "bin")}` },
    folder: folder.path,
    root: folder.path,
  };

  await expect(configuredServer(options)).resolves.toMatchObject({
    endpoint: { peer: "/run/here.sock" },
  });
  chmodSync(venv.write("bin/supervisorctl", ""), 0o755);
  await expect(configuredServer(options)).resolves.toMatchObject({
    endpoint: { peer: "/run/venv.sock" },
  });
});

it("configuredServer() lists the places where nothing was", async () => {
  using folder = testFolder();
  const nothing = configuredServer({ env: {}, folder: folder.path, root: "/nowhere" });
  await expect(nothing).rejects.toThrow(ObservationError);
  await expect(nothing).rejects.toThrow(
    `looked for ${folder.path}/supervisord.conf, ${folder.path}/etc/supervisord.conf, ` +
      "/nowhere/etc/supervisord.conf, /nowhere/etc/supervisor/supervisord.conf",
  );
});

it("configuredServer() does not open what is no regular file, nor one that is too large", async () => {
  using folder = testFolder();
  const options = { env: {}, folder: folder.path, root: folder.path };
  folder.write("supervisord.conf", "#".repeat(1024 * 1024 + 1));
  await expect(configuredServer(options)).rejects.toThrow("larger than 1048576 bytes");

  using other = testFolder();
  mkdirSync(join(other.path, "supervisord.conf"));
  const directory = configuredServer({ env: {}, folder: other.path, root: other.path });
  await expect(directory).rejects.toThrow("is no regular file");
});
