import { defineConfig } from "@playwright/test";
import tests from "./playwright.config";

/** `cargo xtask bench console`: prints figures; fails only where it cannot measure. */
export default defineConfig({ ...tests, testDir: "bench", timeout: 1_800_000 });
