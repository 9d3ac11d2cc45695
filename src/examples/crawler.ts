/**
 * A concurrent crawler: `spawn` starts the workers, `joinAll` waits for them (see crawler/crawl.ts).
 *
 *     npm start                                             a local site, crawled for a show
 *     npm start -- https://example.com --depth 2 --output pages.json
 */
import * as NodeServices from "@effect/platform-node/NodeServices";
import { CliConfig, Command, GlobalFlag } from "effect/cli";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Option from "effect/Option";
import { gen, runMain } from "fibril";
import { demo } from "./crawler/demo.ts";
import { type Options, parameters } from "./crawler/options.ts";
import { lines } from "./crawler/progress.ts";
import { crawlAndReport, type Wishes } from "./crawler/session.ts";

const TIMEOUT = Duration.seconds(10);
/** The local site has two pages that never arrive, and the show is to take a few seconds. */
const DEMO_TIMEOUT = Duration.seconds(1);

const command = Command.make(
  "crawler",
  parameters,
  ({ urls, timeout, quiet, output, ...limits }) => {
    const wishes = { quiet, output: Option.getOrUndefined(output) };
    const within = (standard: Duration.Duration) => ({
      ...limits,
      timeout: Option.getOrElse(timeout, () => standard),
    });
    return urls.length === 0
      ? gen(() => demo(within(DEMO_TIMEOUT), wishes))
      : gen(() => crawlUrls(urls, within(TIMEOUT), wishes));
  },
).pipe(Command.withDescription("Crawls web sites, many pages at a time"));

function* crawlUrls(urls: readonly string[], options: Options, wishes: Wishes) {
  const { pages } = yield* crawlAndReport(urls, options, wishes, lines);
  // Failed pages are what a crawl is there to find; not one address to start from is bad usage.
  if (pages.every(({ error }) => error?.startsWith("bad URL"))) process.exitCode = 1;
}

const services = Layer.merge(
  NodeServices.layer,
  CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version] }),
);

runMain(Command.run(command, { version: "0.1.0" }).pipe(Effect.provide(services)));
