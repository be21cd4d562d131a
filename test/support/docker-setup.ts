import { connect } from "node:net";
import { KEEPER_ADDRESS } from "./docker.ts";

/** Leaves the start of Docker to the first test that needs it, and ends with it still running for nobody. */
export default function setup(): () => Promise<void> {
  return async () => {
    const socket = connect(KEEPER_ADDRESS);
    socket.on("error", () => undefined).on("connect", () => socket.write("end\n"));
    socket.resume();
    // Where no test needed Docker, nobody is there to be told.
    await new Promise((resolve) => socket.once("close", resolve));
  };
}
