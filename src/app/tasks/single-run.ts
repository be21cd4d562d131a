/** Something that must not run twice at once. Whoever gave up waiting for it may still find it under way. */
export class SingleRun<T> {
  #isUnderWay = false;

  /**
   * Whether it runs.
   *
   * @returns True until it has ended, however long ago it was told to.
   */
  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /**
   * Runs it.
   *
   * @param task - What is done.
   * @returns What the task returns.
   * @throws Whatever the task throws.
   */
  async start(task: () => Promise<T>): Promise<T> {
    this.#isUnderWay = true;
    try {
      return await task();
    } finally {
      this.#isUnderWay = false;
    }
  }
}
