// SPDX-License-Identifier: Apache-2.0
// Reads encrypted files with the npm package sops-age: read.mjs FORMAT FILE...
// writes FILE.out, JSON, or FILE.err.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// The packages are installed in the working directory, not beside this file.
const require = createRequire(pathToFileURL(process.cwd() + "/"));
const { decryptSops } = require("sops-age");
const [format, ...paths] = process.argv.slice(2);

for (const path of paths) {
  try {
    const text = readFileSync(path, "utf8");
    const value = await decryptSops(text, {
      fileType: format === "dotenv" ? "env" : format,
    });
    writeFileSync(path + ".out", JSON.stringify(value));
  } catch (e) {
    writeFileSync(path + ".err", String(e));
  }
}
