// Builds static/dist and core/icons.json. The result is committed, so that set-up needs no node;
// `npm run check` builds again elsewhere and fails when what is committed is not current.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const inter = join(root, "node_modules/@fontsource-variable/inter/files");

async function make(dist, icons) {
  mkdirSync(dist, { recursive: true });
  execFileSync(
    join(root, "node_modules/.bin/tailwindcss"),
    ["-i", "assets/css/app.css", "-o", join(dist, "app.css"), "--minify"],
    { cwd: root, stdio: ["ignore", "ignore", "inherit"] },
  );
  cpSync(join(inter, "inter-latin-opsz-normal.woff2"), join(dist, "inter-latin.woff2"));
  cpSync(join(inter, "inter-latin-ext-opsz-normal.woff2"), join(dist, "inter-latin-ext.woff2"));
  await build({
    entryPoints: readdirSync(join(root, "assets/js"))
      .filter((name) => name.endsWith(".js"))
      .map((name) => join(root, "assets/js", name)),
    outdir: dist,
    bundle: true,
    minify: true,
    target: "es2022",
    format: "iife",
    legalComments: "none",
    logLevel: "warning",
  });
  writeFileSync(icons, iconData());
}

// Every Lucide icon as the inside of its <svg>, by name: the template tag puts the frame round it.
function iconData() {
  const folder = join(root, "node_modules/lucide-static/icons");
  const lines = readdirSync(folder)
    .filter((name) => name.endsWith(".svg"))
    .sort()
    .map((name) => {
      const drawing = readFileSync(join(folder, name), "utf8");
      const inside = drawing.slice(drawing.indexOf(">", drawing.indexOf("<svg")) + 1, drawing.lastIndexOf("</svg>"));
      return `${JSON.stringify(name.slice(0, -4))}:${JSON.stringify(inside.replace(/\s*\n\s*/g, "").replaceAll(" />", "/>"))}`;
    });
  return `{\n${lines.join(",\n")}\n}\n`;
}

function differing(made, committed) {
  return readdirSync(made).filter((name) => {
    const other = join(committed, name);
    return !existsSync(other) || !readFileSync(join(made, name)).equals(readFileSync(other));
  });
}

if (process.argv.includes("--check")) {
  const scratch = mkdtempSync(join(tmpdir(), "trm-assets-"));
  try {
    await make(join(scratch, "dist"), join(scratch, "icons.json"));
    const stale = differing(join(scratch, "dist"), join(root, "static/dist"));
    if (!readFileSync(join(scratch, "icons.json")).equals(readFileSync(join(root, "core/icons.json")))) {
      stale.push("core/icons.json");
    }
    if (stale.length) {
      console.error(`Not current: ${stale.join(", ")}. Run \`npm run build\` and commit static/dist.`);
      process.exitCode = 1;
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
} else {
  await make(join(root, "static/dist"), join(root, "core/icons.json"));
}
