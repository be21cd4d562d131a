/** Processes of this machine that we start and supervise. */
export interface ProcessHost {
  readonly placeholder: never;
}
