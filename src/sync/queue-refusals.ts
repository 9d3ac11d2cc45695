import { formatMillis } from "../fiber/delay.ts";
import { Empty, Full, ShutDown } from "./queue-errors.ts";

/** What the errors of a queue say of it. */
export interface Refuser {
  /** `queue`, or `queue "jobs"`. */
  readonly title: string;
  readonly maxsize: number;
}

/** For a get that must not wait, or that waited so long. */
export function emptyFor({ title }: Refuser, millis: number | undefined): Empty {
  const found =
    millis === undefined
      ? "it is empty. get() without options waits for an item"
      : `it was empty for ${formatMillis(millis)}`;
  return new Empty(`Cannot get from the ${title}: ${found}`);
}

/** For a put that must not wait, or that waited so long. */
export function fullFor({ title, maxsize }: Refuser, millis: number | undefined): Full {
  const found =
    millis === undefined
      ? `it is full (maxsize ${maxsize}). put() without options waits for room`
      : `it was full (maxsize ${maxsize}) for ${formatMillis(millis)}`;
  return new Full(`Cannot put into the ${title}: ${found}`);
}

export const shutForPut = ({ title }: Refuser): ShutDown =>
  new ShutDown(`Cannot put into the ${title}: it was shut down. Shut it down after the last put`);

export const shutForGet = ({ title }: Refuser): ShutDown =>
  new ShutDown(
    `Cannot get from the ${title}: it was shut down and is empty. An iteration over it just ends`,
  );
