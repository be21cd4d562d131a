import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";
import {
  MESSAGE_TYPE,
  MessageReader,
  writeMessage,
  type BusMessage,
  type MessageFields,
} from "../../src/adapters/systemd/message.ts";
import type { ByteOrder, WireValue } from "../../src/adapters/systemd/wire.ts";

/** A unit that the stand-in knows. */
export interface StandInUnit {
  readonly load?: string;
  readonly active: string;
  readonly sub: string;
  /** None for a kind that has none. */
  readonly result?: string;
}

/** What somebody on the bus answers: a body with its signature, or the name of an error. */
export type Answer =
  | { readonly signature: string; readonly body: readonly WireValue[] }
  | { readonly errorName: string; readonly text: string };

/** Somebody on the bus. */
export type Answering = (call: BusMessage) => Answer;

/** How a stand-in speaks. */
export interface StandInOptions {
  /** Of the bytes of a number; little-endian by default. */
  readonly order?: ByteOrder;
  /** How many bytes are sent at a time; all by default. */
  readonly cutBytes?: number;
}

/** Answers as systemd does, as its documentation has it. */
export function systemdAnswer(units: Readonly<Record<string, StandInUnit>>): Answering {
  const names = Object.keys(units);
  return ({ fields, body }) => {
    const { member = "" } = fields;
    const [first = "", property] = body;
    if (member === "LoadUnit") return loaded(first, names);
    const name = nameAt(fields.path, names);
    const unit = units[name] ?? { load: "not-found", active: "inactive", sub: "dead" };
    if (member === "GetAll") return unitProperties(name, unit);
    if (first === "org.freedesktop.systemd1.Service" && property === "Result") {
      return { signature: "v", body: [{ signature: "s", value: unit.result ?? "success" }] };
    }
    return error("org.freedesktop.DBus.Error.UnknownInterface", `Unknown interface for ${member}.`);
  };
}

// What does not exist is loaded as well, as not found.
function loaded(name: WireValue, names: readonly string[]): Answer {
  if (typeof name !== "string" || !name.includes(".")) {
    return error("org.freedesktop.DBus.Error.InvalidArgs", "Unit name is not valid.");
  }
  const index = names.indexOf(name);
  const last = index === -1 ? "unknown" : `u${String(index)}`;
  return { signature: "o", body: [`/org/freedesktop/systemd1/unit/${last}`] };
}

function nameAt(path: string | undefined, names: readonly string[]): string {
  return names[Number(path?.replace(/^.*\/u?/u, ""))] ?? "";
}

// Beside what is looked at, some of the other types that systemd sends.
function unitProperties(name: string, { load = "loaded", active, sub }: StandInUnit): Answer {
  const properties: WireValue = [
    ["Id", { signature: "s", value: name }],
    ["Names", { signature: "as", value: [name] }],
    ["ActiveEnterTimestamp", { signature: "t", value: 1_800_000_000_000_000n }],
    ["Job", { signature: "(uo)", value: [0, "/"] }],
    [
      "Conditions",
      { signature: "a(sbbsi)", value: [["ConditionPathExists", true, false, "/x", 1]] },
    ],
    ["LoadState", { signature: "s", value: load }],
    ["ActiveState", { signature: "s", value: active }],
    ["SubState", { signature: "s", value: sub }],
    ["CanStart", { signature: "b", value: true }],
  ];
  return { signature: "a{sv}", body: [properties] };
}

function error(errorName: string, text: string): Answer {
  return { errorName, text };
}

/** Listens as systemd does on its own socket: authentication without a greeting, then calls. */
export async function listenAsPeer(
  path: string,
  answer: Answering,
  options: StandInOptions = {},
): Promise<AsyncDisposable> {
  return await listenRaw(path, (socket) => {
    let login: string | null = "";
    const reader = new MessageReader();
    socket.on("data", (chunk: Buffer) => {
      const messages = login === null ? [...reader.add(chunk)] : [];
      if (login !== null) {
        login += chunk.toString("latin1");
        const [begun, identity, begin] =
          /^\0AUTH EXTERNAL ((?:[\da-f]{2})+)\r\n(BEGIN\r\n)?/u.exec(login) ?? [];
        if (begun === undefined || identity === undefined) return;
        if (begin === undefined) socket.write("OK 0123456789abcdef0123456789abcdef\r\n");
        else {
          messages.push(...reader.add(Buffer.from(login.slice(begun.length), "latin1")));
          login = null;
        }
      }
      reply(socket, messages, { answer, ...options });
    });
  });
}

function reply(
  socket: Socket,
  messages: readonly BusMessage[],
  how: StandInOptions & { readonly answer: Answering },
): void {
  for (const message of messages) {
    if (message.type !== MESSAGE_TYPE.call) continue;
    const bytes = answerBytes(message, how.answer(message), how.order);
    const cutBytes = how.cutBytes ?? bytes.length;
    for (let at = 0; at < bytes.length; at += cutBytes) {
      socket.write(bytes.subarray(at, at + cutBytes));
    }
  }
}

/** Writes the answer to a call. */
export function answerBytes(
  call: Pick<BusMessage, "serial" | "fields">,
  answer: Answer,
  order: ByteOrder = "little",
): Uint8Array {
  const isError = "errorName" in answer;
  const fields: MessageFields = {
    replySerial: call.serial,
    ...(call.fields.sender === undefined ? {} : { destination: call.fields.sender }),
    ...(isError ? { errorName: answer.errorName } : {}),
    signature: isError ? "s" : answer.signature,
  };
  const type = isError ? MESSAGE_TYPE.error : MESSAGE_TYPE.return;
  const body = isError ? [answer.text] : answer.body;
  return writeMessage({ type, flags: 1, serial: call.serial + 1_000, fields, body }, order);
}

/** Listens on a socket of the file system, and gives each connection to `serve`. */
export async function listenRaw(
  path: string,
  serve: (socket: Socket) => void,
): Promise<AsyncDisposable> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket.on("error", () => undefined));
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Joins a real bus under a name, and answers who calls it. */
export async function joinBus(
  path: string,
  name: string,
  answer: Answering,
): Promise<Disposable & { readonly calls: readonly string[] }> {
  const calls: string[] = [];
  const socket = createConnection({ path });
  const identity = Buffer.from(String(process.getuid?.() ?? 0)).toString("hex");
  socket.write(`\0AUTH EXTERNAL ${identity}\r\n`);
  const [ok] = (await once(socket, "data")) as [Buffer];
  if (!ok.toString("latin1").startsWith("OK "))
    throw new Error(`refused: ${ok.toString("latin1")}`);
  socket.write("BEGIN\r\n");
  const owned = Promise.withResolvers<undefined>();
  const reader = new MessageReader();
  socket.on("data", (chunk: Buffer) => {
    const messages = reader.add(chunk);
    const heard: Answering = (each) => {
      calls.push(each.fields.member ?? "");
      return answer(each);
    };
    reply(socket, messages, { answer: heard });
    if (messages.some(({ fields }) => fields.replySerial === 2)) owned.resolve(undefined);
  });
  const bus = "org.freedesktop.DBus";
  const call = { destination: bus, path: "/org/freedesktop/DBus", interface: bus };
  const hello = { ...call, member: "Hello" };
  const request = { ...call, member: "RequestName", signature: "su" };
  socket.write(writeMessage({ type: 1, flags: 0, serial: 1, fields: hello, body: [] }));
  socket.write(writeMessage({ type: 1, flags: 0, serial: 2, fields: request, body: [name, 0] }));
  await owned.promise;
  return {
    calls,
    [Symbol.dispose]: () => {
      socket.destroy();
    },
  };
}
