/**
 * What a child process runs. It loads little, so that a child starts in some 30
 * ms: fibril itself comes with the module of the work, or with a generator.
 */
import { serve } from "./serve.ts";

serve();
