/** The arguments that are given by position: all, or all but the last one, where that is `kwargs`. */
export type Positional<Args extends unknown[]> =
  | Args
  | (Args extends [...infer Head, unknown] ? Head : never);
