/** supervisord, as those see it who change its programs. */
export interface SupervisorControl {
  readonly placeholder: never;
}
