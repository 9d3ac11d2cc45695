import { describe, expect, test } from "vitest";
import { reportAll } from "../../scripts/api-report.ts";

describe.each(reportAll())("$name", ({ withoutExample }) => {
  test("every exported function, class and value shows an example", () => {
    expect(withoutExample).toEqual([]);
  });
});
