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
    millis === undefined ? "it is empty. get() waits" : `it was empty for ${formatMillis(millis)}`;
  return new Empty(`Cannot get from the ${title}: ${found}`);
}

/** For a put that must not wait, or that waited so long. */
export function fullFor({ title, maxsize }: Refuser, millis: number | undefined): Full {
  const found =
    millis === undefined ? "it is full. put() waits" : `it was full for ${formatMillis(millis)}`;
  return new Full(`Cannot put into the ${title} of maxsize ${maxsize}: ${found}`);
}

export const shutForPut = ({ title }: Refuser): ShutDown =>
  new ShutDown(`Cannot put into the ${title}: it was shut down. Do that after the last put`);

export const shutForGet = ({ title }: Refuser): ShutDown =>
  new ShutDown(
    `Cannot get from the ${title}: it was shut down and is empty. Iterations just end there`,
  );
