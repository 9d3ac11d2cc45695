import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
import { stringify } from "csv-stringify/sync";
import type { Page } from "./page.ts";

export interface Result {
  readonly seconds: number;
  readonly concurrency: number;
  readonly pages: readonly Page[];
}

type Format = (result: Result) => string;

/** By the file's extension. The columns of a CSV file are the fields of a page. */
const FORMATS: Readonly<Record<string, Format>> = {
  ".json": (result) => `${JSON.stringify(result, undefined, 2)}\n`,
  ".csv": ({ pages }) => stringify([...pages], { header: true, columns: COLUMNS }),
};

const COLUMNS: readonly (keyof Page)[] = [
  ...(["url", "status", "contentType", "bytes", "milliseconds", "depth", "from"] as const),
  ...(["redirectedTo", "error", "title"] as const),
];

export function canWrite(path: string): boolean {
  return formatOf(path) !== undefined;
}

export async function writeOutput(path: string, result: Result): Promise<void> {
  const format = formatOf(path);
  if (format === undefined) {
    throw new RangeError(`Cannot write "${path}": its name must end in .json or .csv`);
  }
  await writeFile(path, format(result));
}

function formatOf(path: string): Format | undefined {
  return FORMATS[extname(path).toLowerCase()];
}
