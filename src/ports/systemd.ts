/** What systemd tells of a unit. */
export interface UnitInfo {
  /** Such as `loaded`, `not-found`, `masked`. */
  readonly loadState: string;
  /** Such as `active`, `inactive`, `failed`, `activating`. */
  readonly activeState: string;
  /** Such as `running`, `exited`, `dead`. */
  readonly subState: string;
  /** Why it ended, such as `success`, `exit-code`, `oom-kill`. */
  readonly result: string;
}

/** systemd, over its bus. */
export interface Systemd {
  /**
   * Looks a unit up.
   *
   * @param unit - With its suffix, such as `nginx.service`.
   * @throws {@link ObservationError} When systemd does not run here, or cannot be asked.
   */
  readonly unit: (unit: string, signal: AbortSignal) => Promise<UnitInfo>;
}
