import { defineConfig } from "@playwright/test";
import tests from "./playwright.config";

/** `cargo xtask screenshots`: pictures of every page, into the folder that FERRY_SCREENSHOTS names. */
export default defineConfig({ ...tests, testDir: "screenshots", timeout: 900_000 });
