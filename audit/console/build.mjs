// build.mjs - bundles src/ into dist/: plain files, and the same compressed.
import { build } from 'esbuild';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
await build({
	entryPoints: { app: join(here, 'src/main.js') },
	outdir: dist,
	bundle: true,
	format: 'esm',
	minify: true,
	target: 'es2022',
	legalComments: 'none',
	logLevel: 'warning',
});
await build({
	entryPoints: { app: join(here, 'src/app.css') },
	outdir: dist,
	bundle: true,
	minify: true,
	logLevel: 'warning',
});
for (const name of ['index.html', 'icon.svg'])
	copyFileSync(join(here, 'src', name), join(dist, name));

let total = 0;
for (const name of readdirSync(dist)) {
	const packed = gzipSync(readFileSync(join(dist, name)), { level: 9 });

	writeFileSync(join(dist, `${name}.gz`), packed);
	total += packed.length;
}
console.log(`  CONSOLE ${Math.ceil(total / 1024)} KiB compressed`);
