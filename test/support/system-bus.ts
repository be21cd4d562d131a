import { join } from "node:path";
import { testFolder } from "./folder.ts";
import { needProgram } from "./programs.ts";
import { startServer } from "./server.ts";
import { exchange } from "./wire.ts";

/** A bus of the tests' own. */
export interface Bus extends AsyncDisposable {
  readonly pid: number;
  readonly socketPath: string;
  /** Ends it; where its socket was stays. */
  readonly stop: () => Promise<void>;
}

/** Starts a bus on which everybody may do everything, apart from what is denied. */
export async function startBus(denied = ""): Promise<Bus> {
  using resources = new DisposableStack();
  const folder = resources.use(testFolder());
  const socketPath = join(folder.path, "bus");
  const config = folder.write(
    "bus.conf",
    `<busconfig>
  <type>system</type>
  <listen>unix:path=${socketPath}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    ${denied}
  </policy>
</busconfig>`,
  );
  const options = [`--config-file=${config}`, "--nofork", "--nopidfile", "--nosyslog"];
  const server = await startServer({
    command: [needProgram("dbus-daemon"), ...options],
    isReady: async () => {
      const line = await exchange({ path: socketPath }, "\0AUTH\r\n", /\n/u);
      return line.startsWith("REJECTED");
    },
  });
  const files = resources.move();
  return {
    pid: server.pid,
    socketPath,
    stop: async () => {
      await server[Symbol.asyncDispose]();
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      files.dispose();
    },
  };
}
