import { expect, it } from "vitest";
import { simulatedClock } from "../../testing/simulated-clock.ts";
import { FolderWatches } from "./file-hints-folders.ts";
import { Spot } from "./file-hints-spot.ts";

function lab(): {
  readonly clock: ReturnType<typeof simulatedClock>;
  readonly spot: Spot;
  readonly told: number[];
} {
  const clock = simulatedClock({ auto: false });
  const nobody = (): void => undefined;
  const folders = new FolderWatches<Spot>(1, { onTouch: nobody, onLost: nobody });
  const told: number[] = [];
  const onChange = (): void => {
    told.push(clock.elapsedMs());
  };
  return { clock, told, spot: new Spot("/nowhere/file", { folders, clock, onChange }) };
}

it("touch() is told once, when the writing has settled", async () => {
  const { clock, spot, told } = lab();
  spot.touch();
  await clock.advance(10);
  spot.touch();
  await clock.advance(5_000);
  expect(told).toEqual([50]);
});

it("touch() is told once a second of what is written all the time", async () => {
  const { clock, spot, told } = lab();
  for (let count = 0; count < 3_000; count += 10) {
    spot.touch();
    await clock.advance(10);
  }
  await clock.advance(5_000);
  expect(told).toEqual([50, 1_050, 2_050, 3_050]);
});

it("leave() calls off what was to be told", async () => {
  const { clock, spot, told } = lab();
  spot.touch();
  spot.leave();
  spot.touch();
  await clock.advance(5_000);
  expect([told, clock.pending()]).toEqual([[], 0]);
});
