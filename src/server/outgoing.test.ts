import { describe, expect, it } from "vitest";
import { begun, type Outgoing } from "./outgoing.ts";

function outgoing(body: Outgoing["body"]): Outgoing {
  return { status: 200, headers: {}, body, outcome: "done" };
}

async function* piecesOf(
  pieces: readonly (string | Error)[],
  onEnd: () => void = () => undefined,
): AsyncGenerator<string> {
  try {
    for (const piece of pieces) {
      await Promise.resolve();
      if (piece instanceof Error) throw piece;
      yield piece;
    }
  } finally {
    onEnd();
  }
}

async function bodyOf(answer: Outgoing | null): Promise<readonly string[]> {
  const pieces: string[] = [];
  for await (const piece of answer?.body ?? []) pieces.push(piece);
  return pieces;
}

describe("begun()", () => {
  it("gives back at once what comes in one piece", () => {
    const whole = outgoing("all");
    expect([begun(whole), begun(null)]).toEqual([whole, null]);
  });

  it.each([[["a", "b", "c"]], [["a"]], [[]]])("leaves nothing out: %j", async (pieces) => {
    expect(await bodyOf(await begun(outgoing(piecesOf(pieces))))).toEqual(pieces);
  });

  it("fails when the first piece does", async () => {
    const answer = begun(outgoing(piecesOf([new Error("no disk"), "b"])));
    await expect(answer).rejects.toThrow("no disk");
  });

  it("fails later when another piece does", async () => {
    const answer = await begun(outgoing(piecesOf(["a", new Error("no disk")])));
    await expect(bodyOf(answer)).rejects.toThrow("no disk");
  });

  it("ends what nobody wants the rest of", async () => {
    let hasEnded = false;
    const end = (): void => {
      hasEnded = true;
    };
    const answer = await begun(outgoing(piecesOf(["a", "b", "c"], end)));
    for await (const piece of answer?.body ?? []) if (piece === "b") break;
    expect(hasEnded).toBe(true);
  });
});
